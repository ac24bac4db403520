"""Compare our EM, F1 and best threshold with transformers' SQuAD measures, and record some for the tests.

    python tests/benchmarks/squad_parity.py [QUESTIONS.jsonl.gz ...] [--write RECORD.json]

Needs the module `transformers.data.metrics.squad_metrics`, which transformers 5 no longer has. To get it:
    pip install --target /tmp/oracle "transformers==4.57.1"; export PYTHONPATH=/tmp/oracle:.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
from pathlib import Path
from types import SimpleNamespace

from rag.evaluation import exact_match, f1, load
from rag.evaluation.selective import best_threshold

WORDS = """the a an The of in Paris London 1849 3.5 35 -5 it's l'eau U.S. état cœur ( ) , . ! ? « » ß İ 東京
 theatre""".split(" ")


def main() -> None:
    """Compare on random predictions and on those made from question sets; end with an error at any difference."""
    parser = argparse.ArgumentParser()
    parser.add_argument("questions", nargs="*")
    parser.add_argument("--write", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    chosen = parser.parse_args()
    oracle = importlib.import_module("transformers.data.metrics.squad_metrics")
    dice = random.Random(7)
    items = [_random_item(dice) for _ in range(chosen.count)]
    for path in chosen.questions:
        items += [_spoiled(dice, list(question.texts)) for question in load(path).questions]
    examples = [
        SimpleNamespace(qas_id=str(n), answers=[{"text": gold} for gold in golds]) for n, (_, golds) in enumerate(items)
    ]
    predictions = {str(n): prediction for n, (prediction, _) in enumerate(items)}
    no_answer = {str(n): dice.choice([dice.random(), 0.5]) for n in range(len(items))}
    exact, score = oracle.get_raw_scores(examples, predictions)
    for n, (prediction, golds) in enumerate(items):
        assert exact_match(prediction, golds or [""]) == exact[str(n)], (prediction, golds)
        assert f1(prediction, golds or [""]) == score[str(n)], (prediction, golds)
    for raw in (exact, score):
        whole = oracle.find_best_thresh(predictions, raw, no_answer, {e.qas_id: bool(e.answers) for e in examples})
        ours = best_threshold(
            [raw[str(n)] for n in range(len(items))],
            [no_answer[str(n)] for n in range(len(items))],
            [bool(golds) for _, golds in items],
            [not prediction for prediction, _ in items],
        )
        assert (100.0 * ours[0], ours[1]) == whole or abs(100 * ours[0] - whole[0]) < 1e-9, (ours, whole)
    print(f"{len(items)} predictions: EM, F1 and best thresholds equal; EM {sum(exact.values()) / len(items):.4f}")
    if chosen.write:
        kept = [
            {"prediction": prediction, "golds": golds or [""], "exact": exact[str(n)], "f1": score[str(n)]}
            for n, (prediction, golds) in enumerate(items[:400])
        ]
        form = {"made_with": "transformers 4.57.1, data/metrics/squad_metrics.py", "items": kept}
        chosen.write.write_text(json.dumps(form, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def _random_item(dice: random.Random) -> tuple[str, list[str]]:
    golds = [_phrase(dice) for _ in range(dice.choice([0, 1, 1, 2, 3]))]
    if golds and dice.random() < 0.6:
        return _spoiled(dice, golds)
    return (_phrase(dice) if dice.random() < 0.8 else ""), golds


def _spoiled(dice: random.Random, golds: list[str]) -> tuple[str, list[str]]:
    if not golds:
        return dice.choice(["", "Paris"]), golds
    words = dice.choice(golds).split(" ")
    if dice.random() < 0.5 and words:
        words[dice.randrange(len(words))] = dice.choice(WORDS)
    return dice.choice(["{}", "the {}", "{}.", "« {} »", "{} x"]).format(" ".join(words)), golds


def _phrase(dice: random.Random) -> str:
    return " ".join(dice.choice(WORDS) for _ in range(dice.randint(1, 6)))


if __name__ == "__main__":
    main()
