"""A model's own words for "not found": recognised in French and English, and never a cited statement."""

from __future__ import annotations

import pytest

from index import Collection
from rag import Chatbot
from rag.backends import load
from rag.refusal import refuses
from tests.rag.material import ARTICLE, ScriptedChatModel

REFUSALS = [
    "Les passages ne donnent pas la réponse.",
    "Les passages ne précisent pas la valorisation d’Anthropic.",
    "Le texte fourni ne mentionne pas le PDG de Nvidia.",
    "Les documents fournis ne contiennent aucune information sur ce sujet.",
    "Aucun des passages ne parle de Google.",
    "Aucune information n’est donnée sur la durée du contrat.",
    "Il n’y a pas d’information sur ce montant dans les passages.",
    "Le nom du PDG n’est pas mentionné dans les passages.",
    "Ce montant n'a pas été précisé dans le texte.",
    "Je ne peux pas répondre à cette question avec les passages fournis.",
    "Je n’ai pas trouvé cette information.",
    "L'article n'en parle pas, et le contexte ne le précise pas.",
    "The passages do not give the answer.",
    "The provided text doesn't mention the CEO of Anthropic.",
    "The passages provided do not explicitly state how many people use it.",
    "None of the passages mentions Google Cloud.",
    "No information is given about the price.",
    "There is no mention of AMD chips in the passages.",
    "The CEO of Anthropic is not mentioned in the passages.",
    "The end of the contract is not explicitly stated in the given passages.",
    "It cannot be determined from the passages.",
    "I don't know.",
    "I'm sorry, but I cannot find the answer in the passages.",
    "I could not find any information on that.",
]
STATEMENTS = [
    "Nvidia ne donne pas de date.",
    "Microsoft ne veut plus dépendre d’un seul modèle.",
    "La société n’a pas précisé le montant.",
    "Le contrat ne mentionne pas de durée, mais il court jusqu’en 2032.",
    "Les informations ne sont pas transmises à des tiers.",
    "Il n’y a pas de réunion le lundi.",
    "Aucune réponse n’a été reçue de la mairie.",
    "No documents were lost in the fire of 1903.",
    "Microsoft does not have access to the source code.",
    "There is no charge for the service.",
    "The treaty was not signed by France.",
    "In 1932 the information was not available to the public.",
    "The texts of the Vedas contain no dates.",
]


@pytest.mark.parametrize("text", REFUSALS)
def test_a_refusal_in_a_models_own_words(text: str) -> None:
    assert refuses(text)


@pytest.mark.parametrize("text", STATEMENTS)
def test_a_statement_that_denies_something_is_no_refusal(text: str) -> None:
    assert not refuses(text)


def asked(said: str) -> Chatbot:
    collection = Collection.in_memory()
    collection.add([ARTICLE])
    return Chatbot(collection, backend=load(ScriptedChatModel(script=list(said)), interval=0.0))


@pytest.mark.parametrize(
    "said",
    [
        "Les passages ne donnent pas la réponse [2].",
        "The passages do not mention the CEO. I don't know.",
        "Le PDG n’est pas mentionné dans les passages [1]. Nvidia est une entreprise américaine [3].",
    ],
)
def test_it_is_not_found_and_never_shown_as_an_answer(said: str) -> None:
    answers = list(asked(said).stream("Qui dirige Nvidia ?"))
    assert not answers[-1].found
    assert not answers[-1].citations and answers[-1].hits
    if "[3]" not in said:
        assert not any("pas" in s.text.split() and s.citations for answer in answers for s in answer.statements)


def test_beside_a_proven_statement_it_stays_and_cites_nothing() -> None:
    said = (
        "Le PDG n’est pas mentionné dans les passages [3]. Amazon reste le fournisseur cloud principal d’Anthropic [3]."
    )
    answer = asked(said).ask("Qui dirige Amazon ?")
    assert [len(statement.citations) for statement in answer.statements] == [0, 1]


@pytest.mark.parametrize(
    "statement",
    [
        "Passwords cannot be found by brute force.",
        "There is no reference dose.",
        "No content on the platform may be sold.",
        "L'article 5 ne mentionne pas de délai.",
        "I am sorry for the delay, said the mayor.",
        "Aucun texte n'interdit la pratique.",
    ],
)
def test_what_only_sounds_like_a_refusal_is_none(statement: str) -> None:
    assert not refuses(statement)
