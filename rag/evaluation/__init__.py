"""Test sets, measures, statistics, report: is a system right, and how sure can one be?"""

from rag.evaluation.evaluation import assess, evaluate
from rag.evaluation.formats import load
from rag.evaluation.normalise import exact_match, f1, normalise, official
from rag.evaluation.outcome import Evaluation, Result
from rag.evaluation.run import Record
from rag.evaluation.statistics import Measurement
from rag.evaluation.testset import Gold, Question, TestSet, write

__all__ = [
    "Evaluation",
    "Gold",
    "Measurement",
    "Question",
    "Record",
    "Result",
    "TestSet",
    "assess",
    "evaluate",
    "exact_match",
    "f1",
    "load",
    "normalise",
    "official",
    "write",
]
