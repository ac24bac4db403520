import pytest

from rag.question import read_question
from rag.sufficiency import unmentioned


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("Depuis quand le magazine Doctor Who paraît-il ?", "Doctor Who Magazine has appeared since 1979.", []),
        ("How much did Brundage spend on the La Salle Hotel?", "Brundage rénove l’hôtel La Salle en 1946.", []),
        ("Who left London in 1812?", "Il quitte Londres en 1812.", []),
        ("Who left London in 1812?", "Il quitte Londres en 1813.", ["1812"]),
        ("Combien Nvidia investit-il dans OpenAI ?", "Nvidia investit dans Anthropic.", ["openai"]),
        ("Who plays Doctor Who?", "Il joue du piano.", ["doctor"]),
    ],
)
def test_a_name_is_missed_only_where_no_form_of_it_stands(question: str, text: str, missing: list[str]) -> None:
    assert [word.lower() for word in unmentioned(read_question(question), [text])] == missing
