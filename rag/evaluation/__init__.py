"""Test sets, measures, statistics, report: is a system right, and how sure can one be?"""

from rag.evaluation.comparison import Difference, compare, read_run
from rag.evaluation.drafts import suggest
from rag.evaluation.evaluation import assess, evaluate
from rag.evaluation.faults import Fault, lint
from rag.evaluation.foreign import answer_from
from rag.evaluation.formats import load
from rag.evaluation.gate import Gate, Outcome, judge, parse
from rag.evaluation.judgement import Judgement, chat_model, judge_answers, read_labels
from rag.evaluation.matching import exact_match, f1, normalise, official
from rag.evaluation.outcome import Evaluation, Result
from rag.evaluation.report import write_report
from rag.evaluation.run import Record
from rag.evaluation.statistics import Measurement
from rag.evaluation.testset import Gold, Question, TestSet, write
from rag.evaluation.variants import Variant, robustness

__all__ = [
    "Difference",
    "Evaluation",
    "Fault",
    "Gate",
    "Gold",
    "Judgement",
    "Measurement",
    "Outcome",
    "Question",
    "Record",
    "Result",
    "TestSet",
    "Variant",
    "answer_from",
    "assess",
    "chat_model",
    "compare",
    "evaluate",
    "exact_match",
    "f1",
    "judge",
    "judge_answers",
    "lint",
    "load",
    "normalise",
    "official",
    "parse",
    "read_labels",
    "read_run",
    "robustness",
    "suggest",
    "write",
    "write_report",
]
