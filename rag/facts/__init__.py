"""What a sentence states, as facts that can be compared one by one."""

from rag.facts.agents import converse, mirrored
from rag.facts.alignment import Pairing, align, pair
from rag.facts.amounts import quantity_differences
from rag.facts.anchors import anchor_differences
from rag.facts.answering import complements
from rag.facts.attributions import attribution_differences
from rag.facts.axes import axis_differences
from rag.facts.bearing import scope_differences
from rag.facts.circumstances import circumstance_differences
from rag.facts.clauses import clause_differences
from rag.facts.coherence import scattered, standing_for
from rag.facts.company import company_differences
from rag.facts.courses import course_differences, rank_differences
from rag.facts.cuts import cut_differences
from rag.facts.datings import date_differences
from rag.facts.daykinds import day_differences
from rag.facts.differences import ALTERATIONS, Difference, reason
from rag.facts.doers import doer_differences
from rag.facts.exceptions import exception_differences
from rag.facts.exchanges import exchange_differences
from rag.facts.form import PERMITTED, Token, normal, tokens
from rag.facts.framing import unframed
from rag.facts.gapping import gapping_differences
from rag.facts.identities import identity_differences, office_differences
from rag.facts.measures import measured_words
from rag.facts.naming import name_differences
from rag.facts.opposites import opposite_differences
from rag.facts.predicates import bare_predicates
from rag.facts.reading import Reading, read
from rag.facts.relations import relation_differences
from rag.facts.retelling import retold
from rag.facts.slots import slot_differences
from rag.facts.steps import step_differences
from rag.facts.subjects import displaced
from rag.facts.tongue import spoken
from rag.facts.turns import cue_differences
from rag.facts.undone import planned_differences, undone_differences
from rag.facts.writing import writing_differences

__all__ = [
    "ALTERATIONS",
    "PERMITTED",
    "Difference",
    "Pairing",
    "Reading",
    "Token",
    "align",
    "anchor_differences",
    "attribution_differences",
    "axis_differences",
    "bare_predicates",
    "circumstance_differences",
    "clause_differences",
    "company_differences",
    "complements",
    "converse",
    "course_differences",
    "cue_differences",
    "cut_differences",
    "date_differences",
    "day_differences",
    "displaced",
    "doer_differences",
    "exception_differences",
    "exchange_differences",
    "gapping_differences",
    "identity_differences",
    "measured_words",
    "mirrored",
    "name_differences",
    "normal",
    "office_differences",
    "opposite_differences",
    "pair",
    "planned_differences",
    "quantity_differences",
    "rank_differences",
    "read",
    "reason",
    "relation_differences",
    "retold",
    "scattered",
    "scope_differences",
    "slot_differences",
    "spoken",
    "standing_for",
    "step_differences",
    "tokens",
    "undone_differences",
    "unframed",
    "writing_differences",
]
