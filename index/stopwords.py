"""Function words that carry no subject, in French and English, accents kept and dropped."""

from __future__ import annotations

import unicodedata

_FRENCH = """
a à afin ai aie aient ait alors après as assez au aucun aucune aujourd auquel aura auraient aurait auront aussi autre
autres aux auxquelles auxquels avaient avais avait avant avec avez avoir avons ayant beaucoup bien c ça car ce ceci cela
celle celles celui cent cependant certains ces cet cette ceux chacun chacune chaque chez ci combien comme comment contre
d dans de dedans dehors déjà depuis des dès desquelles desquels deux devant doit doivent donc dont du duquel durant elle
elles en encore entre es est et étaient étais était étant été être eu eue eut eux fait faire fais faites font furent fut
hui ici il ils j je jusqu jusque l la là laquelle le lequel les lesquelles lesquels leur leurs lors lorsque
lui m ma mais
malgré me même mêmes mes mien moi moins mon n ne ni non nos notre nous on ont ou où par parce parmi pas pendant peu peut
peuvent plus plusieurs plutôt pour pourquoi pourra pouvait près presque puis puisque qu quand quant que quel quelle
quelles quelqu quelque quelques quels qui quoi quoique s sa sans se selon sera seraient serait seront ses
si sien soi soit
sommes son sont sous suis sur t ta tandis te tel telle telles tels tes toi ton toujours tous tout toute toutes très trop
tu un une va vers voici voilà vos votre vous vu y
"""

_ENGLISH = """
a about above after again against all also although am among an and another any are aren as at be because been before
being below between both but by can cannot could couldn d did didn do does doesn doing don done down during each either
ever every few for from further get gets got had hadn has hasn have haven having he hence her here hers herself him
himself his how however i if in into is isn it its itself just ll many may me might more most much
must my myself neither
no nor not of off often on once only onto or other others ought our ours out over own per rather re s same shall she
should shouldn since so some such t than that the their theirs them themselves then there therefore
these they this those
though through thus to too toward towards under until up upon us ve very was wasn we were weren what when where whereas
whether which while who whom whose why will with within without won would wouldn yet you your yours
"""


def _both_forms(listed: str) -> frozenset[str]:
    kept = listed.split()
    bare = ["".join(c for c in unicodedata.normalize("NFKD", w) if not unicodedata.combining(c)) for w in kept]
    return frozenset(kept) | frozenset(bare)


STOP_WORDS: dict[str, frozenset[str]] = {"fr": _both_forms(_FRENCH), "en": _both_forms(_ENGLISH)}
