"""The shipped reader: a question and a passage in; whether it answers, and which characters do, out. No torch."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

SHIPPED = Path(__file__).parent / "models" / "reader"

LONGEST = 288
"""Word pieces read at once, the question's included; a longer passage is read in pieces that overlap by OVERLAP."""
OVERLAP = 64
LONGEST_QUESTION = 64
"""Word pieces of a question that are read."""
LONGEST_ANSWER = 30
"""Word pieces that an answer may have."""
UNREADABLE = -30.0
"""The log-probability of an answer where there is not a single word."""
_DRAWN = re.compile(r"^[ \t]*[|:+=_-](?:[ \t]*[|:+=_-]){2,}[ \t]*$", re.MULTILINE)
"""A line drawn below a header: nothing to read, though it stands in the text."""
REMEMBERED = 256
"""Readings kept, for whoever ranks passages and whoever answers from them read the same ones."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What the reader makes of one passage: `answers` is the log-odds that it answers the question.

    `starts` and `ends` hold for each word piece of the passage the log-probability that an answer begins or ends with
    it, `places` the characters it stands at, half-open; shapes (pieces,), (pieces,), (pieces, 2).
    """

    answers: float
    starts: NDArray[np.float32]
    ends: NDArray[np.float32]
    places: NDArray[np.int64]

    def best(self, start: int, end: int) -> tuple[float, int, int] | None:
        """Give log-probability and characters of the likeliest answer inside [start, end); None where nothing stands.

        The characters are half-open, in the passage.
        """
        inside = np.flatnonzero((self.places[:, 0] >= start) & (self.places[:, 1] <= end))
        if not len(inside):
            return None
        first, last = int(inside[0]), int(inside[-1]) + 1
        scores = self.starts[first:last, None] + self.ends[None, first:last]
        allowed = np.triu(np.tril(np.ones_like(scores, dtype=bool), LONGEST_ANSWER - 1))
        at = int(np.argmax(np.where(allowed, scores, -np.inf)))
        low, high = divmod(at, scores.shape[1])
        return float(scores[low, high]), int(self.places[first + low, 0]), int(self.places[first + high, 1])


class Reader:
    """A small bilingual transformer that reads a question beside a passage, run by onnxruntime.

    `folder` holds `model.onnx` and `tokenizer.json`; `threads` 0: as many as there are cores. Safe to use from threads.
    Raises FileNotFoundError when a file is missing. Trained by `index/training/reader`; its card lies beside the model.
    """

    name = "default"

    def __init__(self, folder: Path = SHIPPED, *, threads: int = 0) -> None:
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # it reads this when imported; else it tells Microsoft of the machine
        import onnxruntime

        self._file = folder / "model.onnx"
        pieces = (folder / "tokenizer.json").read_text(encoding="utf-8")
        self._questions, self._tokenizer = Tokenizer.from_str(pieces), Tokenizer.from_str(pieces)
        self._questions.enable_truncation(LONGEST_QUESTION)
        self._tokenizer.enable_truncation(LONGEST, stride=OVERLAP, strategy="only_second")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # others need the cores too
        self._session: InferenceSession = onnxruntime.InferenceSession(
            self._file.read_bytes(), options, providers=["CPUExecutionProvider"]
        )
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(2)  # one keeps all cores busy; at once, all would be late together
        self._known: OrderedDict[tuple[str, str, str], Reading] = OrderedDict()

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the model and its tokenizer, as 64 hexadecimal digits; worked out when first asked for."""
        digest = hashlib.sha256(self._file.read_bytes())
        digest.update((self._file.parent / "tokenizer.json").read_bytes())
        return digest.hexdigest()

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """Read each passage, given as its context (title, heading; may be empty) and its text, beside `question`."""
        keys = [(question, context, text) for context, text in passages]
        with self._lock:
            known = {key: self._known[key] for key in keys if key in self._known}
        new = list(dict.fromkeys(key for key in keys if key not in known))
        if new:  # what is remembered waits for nobody's turn
            with self._turns:
                known.update(zip(new, self._read(question, [key[1:] for key in new]), strict=True))
        with self._lock:
            for key in keys:
                self._known[key] = known[key]
                self._known.move_to_end(key)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return [known[key] for key in keys]

    def _read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        asked = self._shortened(question)
        return [_joined([*self._windows(asked, context, text)]) for context, text in passages]

    def _windows(self, asked: str, context: str, text: str) -> Iterator[Reading]:
        """Read a passage, in pieces where it is long; each by itself, so that what stands beside it changes nothing."""
        before = f"{context} : " if context else ""
        whole = _encodable(before + _DRAWN.sub(lambda line: " " * len(line.group()), text))
        encoded = self._tokenizer.encode(asked, whole)
        for window in (encoded, *encoded.overflowing):
            spans, answers = self._session.run(
                None,
                {
                    "ids": np.array([window.ids], np.int64),
                    "types": np.array([window.type_ids], np.int64),
                    "mask": np.array([window.attention_mask], np.int64),
                },
            )
            places = np.array([_trimmed(whole, *place) for place in window.offsets], np.int64)
            of_text = np.array(window.type_ids) == 1
            of_text &= (places[:, 0] >= len(before)) & (places[:, 1] > places[:, 0])
            starts, ends = (_log_softmax(spans[0, of_text, side]) for side in (0, 1))
            yield Reading(float(answers[0]), starts, ends, places[of_text] - len(before))

    def _shortened(self, question: str) -> str:
        """Cut a question that would leave no room for a passage."""
        question = _encodable(question)
        encoded = self._questions.encode(question, add_special_tokens=False)
        return question[: encoded.offsets[-1][1]] if encoded.overflowing else question


@cache
def shipped() -> Reader:
    """Give the reader that comes with the package, loaded once."""
    return Reader()


def context(title: str, headings: Sequence[str]) -> str:
    """Give what a passage should be read under: its document's title and the heading it stands below.

    >>> context("Phares", ["Phares", "Kermorvan"])
    'Phares, Kermorvan'
    """
    return ", ".join(dict.fromkeys(part[:80].strip() for part in (title, *headings[-1:]) if part.strip()))


def _encodable(text: str) -> str:
    """Put a question mark, one character too, in the place of a lone surrogate, which the tokenizer can't take."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out the white space a piece begins with."""
    return end - len(text[start:end].lstrip()), end


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    if not len(logits):
        return logits
    shifted = logits - logits.max()
    result: NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum())
    return result


def _joined(parts: Sequence[Reading]) -> Reading:
    """Make one reading of those of a passage's pieces: the likeliest piece decides, the others add their places."""
    if len(parts) == 1:
        return parts[0]
    ordered = sorted(parts, key=lambda part: int(part.places[0, 0]) if len(part.places) else 0)
    best = max(part.answers for part in parts)
    places, starts, ends = [], [], []
    reached = -1
    for part in ordered:
        # A piece that answers less likely than the best one counts less by just that.
        new = part.places[:, 0] > reached if len(part.places) else np.zeros(0, bool)
        places.append(part.places[new])
        starts.append(part.starts[new] + np.float32(min(part.answers - best, 0)))
        ends.append(part.ends[new])
        if len(places[-1]):
            reached = int(places[-1][-1, 0])
    return Reading(best, np.concatenate(starts), np.concatenate(ends), np.concatenate(places))
