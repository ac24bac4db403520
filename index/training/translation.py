"""Learn the shipped table of what a query's terms may be in the other language.

    python -m index.training.translation DATA_FOLDER

Writes index/models/translations.tsv.gz. The dictionary only helps to learn: a pair that it alone holds is not kept.
"""

from __future__ import annotations

import argparse
import gzip
from pathlib import Path

from index.language import terms
from index.training import corpus
from index.training.alignment import Translations, translations
from index.translation import SHIPPED

LEAST = 0.05
"""Below this a probability is written as none."""
LONGEST = 400
"""Characters a sentence may have."""


def learn(folder: Path, *, num_laws: int = 90_000, seed: int = 0) -> Translations:
    """Learn which index term translates which, French left, English right."""
    pairs = [
        pair
        for pair in (*corpus.some_pairs(folder, num_laws=num_laws, seed=seed), *corpus.dictionary(folder))
        if max(len(pair.french), len(pair.english)) < LONGEST
    ]
    return translations([terms(pair.french, "fr") for pair in pairs], [terms(pair.english, "en") for pair in pairs])


def lines(table: Translations) -> list[str]:
    """Give the table's lines in order: French, English, both probabilities in thousandths; numbers stay out."""
    found = []
    for french, english, forth, back in zip(table.left, table.right, table.forth, table.back, strict=True):
        if french[0].isalpha() and english[0].isalpha() and max(forth, back) >= LEAST:
            shares = (round(float(share) * 1000) if share >= LEAST else 0 for share in (forth, back))
            found.append("\t".join((french, english, *map(str, shares))) + "\n")
    return sorted(found)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the data folder, see index/training/corpus.py")
    found = lines(learn(parser.parse_args().folder))
    with gzip.GzipFile(SHIPPED, "wb", mtime=0) as file:
        file.write("".join(found).encode())
    print(f"{len(found)} pairs of terms")


if __name__ == "__main__":
    main()
