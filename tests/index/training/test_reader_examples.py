import random
from itertools import islice

import pytest

from index import load_embedder
from index.training.reader.examples import Examples, Item, Kind, rounds, title
from index.training.reader.misses import Misses, without
from index.training.reader.switching import choices, switch

LEXICON = choices([("phare", "lighthouse", 0.9, 0.8), ("construit", "built", 0.8, 0.7), ("rare", "rare", 0.001, 0.001)])
PASSAGE = (
    "Le phare de Kermorvan est célèbre. Le phare de Kermorvan a été construit en 1849. Il mesure vingt mètres de haut. "
    "Il ne se visite pas."
)
ANSWER = (PASSAGE.index("1849"), PASSAGE.index("1849") + 4)
ITEMS = [
    Item("Quand le phare de Kermorvan a-t-il été construit ?", "fr", PASSAGE, ANSWER, ("Un autre phare est rouge.",)),
    Item("Qui habite le château de Brest en 1640 ?", "fr", "Le château est vide.", (3, 10), ("Brest est un port.",)),
    Item("Signalement des phares", "fr", PASSAGE, None, ("Un autre phare est rouge.", "Le port est loin.")),
]


def test_a_span_is_followed_through_the_switch() -> None:
    text, place = switch(PASSAGE, LEXICON["fr"], random.Random(0), ANSWER)
    assert place is not None
    assert text[slice(*place)] == "1849"
    assert "lighthouse" in text
    assert "rare" not in LEXICON["fr"]
    assert switch("nothing known 12 !", LEXICON["fr"], random.Random(0), None) == ("nothing known 12 !", None)


@pytest.mark.parametrize("seed", range(60))
def test_groups_keep_their_answers_and_say_what_they_are(seed: int) -> None:
    examples = Examples(ITEMS, LEXICON, random.Random(seed))
    first, *others = examples.group(0)
    assert first.kind is Kind.ANSWERS
    assert first.span is not None
    assert first.passage[slice(*first.span)] == "1849"
    assert others[0].kind is Kind.OTHER
    assert all(other.span is None for other in others)
    for missed in others[1:]:
        assert missed.kind is Kind.NEAR_MISS
        assert missed.question != first.question or "1849" not in missed.passage
    heading = examples.group(2)
    assert [example.kind for example in heading] == [Kind.RELATED] * 3


def made(asked: str, language: str, passage: str, other: str = "Où est Carcassonne ?") -> set[str]:
    misses = Misses([(asked, language), (other, language)], load_embedder("default"), random.Random(1))
    found = {misses.question(0, asked, language, passage) for _ in range(60)} - {None, asked}
    return {question for question in found if question}


def test_near_misses_change_names_opposites_and_denials() -> None:
    asked = "Le premier phare de Kermorvan a-t-il été construit avant celui de Penmarch ?"
    passage = "Le phare de Kermorvan a été construit en 1849, loin de Brest."
    assert made(asked, "fr", passage) == {
        asked.replace("premier", "dernier"),
        asked.replace("avant", "après"),
        asked.replace("construit", "détruit"),
        asked.replace("a-t-il", "n'a-t-il pas"),
        asked.replace("Kermorvan", "Carcassonne"),
        asked.replace("Penmarch", "Carcassonne"),
        asked.replace("Kermorvan", "Brest"),
        asked.replace("Penmarch", "Brest"),
        "Le premier phare de Penmarch a-t-il été construit avant celui de Kermorvan ?",
    }
    asked = "In which year was the oldest tower of Plymouth built?"
    passage = "The tower of Plymouth, the oldest one, was built in 1682 by John Smeaton."
    assert made(asked, "en", passage, "Who rules in Exeter?") == {
        asked.replace("oldest", "youngest"),
        asked.replace("built", "destroyed"),
        asked.replace("was", "wasn't"),
        asked.replace("Plymouth", "Exeter"),
        asked.replace("Plymouth", "John Smeaton"),
    }


def test_near_misses_put_nothing_in_that_the_passage_opposes_or_denies_already() -> None:
    passage = "Le premier et le dernier phare ne sont pas loin."
    assert made("Quel est le premier phare ?", "fr", passage) == {"Quel n'est pas le premier phare ?"}
    assert made("Qui ne voit pas le phare ?", "fr", passage) == set()


def test_an_answering_sentence_can_be_taken_out() -> None:
    left = without(PASSAGE, ANSWER)
    assert left == "Le phare de Kermorvan est célèbre. Il mesure vingt mètres de haut. Il ne se visite pas."
    assert without("Une seule phrase en 1849.", (17, 24)) is None


def test_a_title_is_the_name_a_passage_mentions_most() -> None:
    assert title(PASSAGE) == "Kermorvan"
    assert title("Il pleut.") == ""


def test_a_round_gives_each_item_as_often_as_it_weighs() -> None:
    batches = list(islice(rounds(4, 2, [1, 2, 1, 2], random.Random(0)), 3))
    assert sorted(number for batch in batches for number in batch) == [0, 1, 1, 2, 3, 3]
