"""What can differ between a statement and its sources, said in words a person can read."""

from __future__ import annotations

from typing import NamedTuple


class Difference(NamedTuple):
    """One fact that differs: its kind, what the statement says and what the source says ("" for nothing)."""

    kind: str
    said: str = ""
    found: str = ""
    about: frozenset[int] = frozenset()
    """The positions of the statement that differ, and so have no counterpart."""
    turn: str = ""
    """By what it turns what is said into its contrary: two turns may say the same as none, "not more" as "at most"."""


ALTERATIONS = frozenset({"changed", "lost", "added", "swapped"})
"""Kinds of difference that say something else than the source; the others say more than can be checked."""

_REASONS = {
    "changed": {
        "fr": "« {said} » dans la réponse, « {found} » dans la source",
        "en": "“{said}” in the answer, “{found}” in the source",
    },
    "absent": {"fr": "« {said} » n’est pas dans la source", "en": "“{said}” is not in the source"},
    "lost": {
        "fr": "la source dit « {found} », la réponse l’omet",
        "en": "the source says “{found}”, the answer drops it",
    },
    "limited": {
        "fr": "la source limite ce qu’elle dit : « {found} »",
        "en": "the source limits what it says: “{found}”",
    },
    "added": {
        "fr": "« {said} » est ajouté : la source ne le dit pas",
        "en": "“{said}” is added: the source does not say it",
    },
    "swapped": {
        "fr": "les rôles sont échangés : {said}",
        "en": "the roles are exchanged: {said}",
    },
    "reordered": {
        "fr": "la source les met peut-être dans d’autres rôles : {said}",
        "en": "the source may give them other roles: {said}",
    },
    "ambiguous": {
        "fr": "« {found} » dans la source se lit avec le jour ou le mois en premier",
        "en": "“{found}” in the source may be read with the day or the month first",
    },
    "uncovered": {
        "fr": "les faits concordent, mais la source ne couvre pas : {said}",
        "en": "facts agree; wording not covered: {said}",
    },
    "apart": {
        "fr": "la source ne dit pas cela de : {said}",
        "en": "the source does not say this of: {said}",
    },
    "unrelated": {"fr": "la source n’en parle pas", "en": "the source does not speak of it"},
    "nothing": {"fr": "rien à comparer", "en": "nothing to compare"},
    "no source": {"fr": "aucune source", "en": "no source"},
    "whole": {"fr": "repris mot pour mot de la source", "en": "quoted from the source"},
    "agree": {"fr": "faits et formulation présents dans la source", "en": "facts and wording are in the source"},
}


def reason(difference: Difference, language: str) -> str:
    """Give the reason in `language` ("fr" or "en").

    >>> reason(Difference("changed", "6 %", "5 %"), "en")
    '“6 %” in the answer, “5 %” in the source'
    """
    return _REASONS[difference.kind][language].format(said=difference.said, found=difference.found)
