"""Test sets, measures, statistics, report: is a system right, and how sure can one be?"""

from rag.evaluation.compare import Difference, compare, read_run
from rag.evaluation.evaluation import assess, evaluate
from rag.evaluation.formats import load
from rag.evaluation.gate import Gate, Outcome, judge, parse
from rag.evaluation.lint import Fault, lint
from rag.evaluation.normalise import exact_match, f1, normalise, official
from rag.evaluation.outcome import Evaluation, Result
from rag.evaluation.report import write_report
from rag.evaluation.run import Record
from rag.evaluation.statistics import Measurement
from rag.evaluation.testset import Gold, Question, TestSet, write

__all__ = [
    "Difference",
    "Evaluation",
    "Fault",
    "Gate",
    "Gold",
    "Measurement",
    "Outcome",
    "Question",
    "Record",
    "Result",
    "TestSet",
    "assess",
    "compare",
    "evaluate",
    "exact_match",
    "f1",
    "judge",
    "lint",
    "load",
    "normalise",
    "official",
    "parse",
    "read_run",
    "write",
    "write_report",
]
