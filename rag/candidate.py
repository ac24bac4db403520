"""The sentences of the evidence as answers: what each says, what the reader makes of it, the words that answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from index import Span, cells
from rag.backend import Evidence
from rag.focus import fits_kind, focus, its_own
from rag.question import Kind, Question
from rag.ranges import own_piece
from rag.reader import UNREADABLE, Reading, context, shipped
from rag.table import tell


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence as an answer: what it says, and what the reader makes of it.

    `says` is its text, or what a row of a table says to the question, whose `cell` is then half-open in the text.
    `passage` is the reading of the passage that it stands in, `reading` that same one, or the one of what the row says.
    """

    item: Evidence
    says: str
    passage: Reading
    reading: Reading
    cell: tuple[int, int] | None = None

    @property
    def context(self) -> str:
        """What it should be read under."""
        return _above(self.item)

    @property
    def place(self) -> tuple[float, int, int]:
        """The log-probability of the likeliest answer in it, and its half-open characters in the sentence's text."""
        if self.cell:
            return (self.reading.best(0, len(self.says)) or (UNREADABLE,))[0], *self.cell
        return self.best(0, len(self.item.text))

    def best(self, low: int, high: int) -> tuple[float, int, int]:
        """Give the same of the part [low, high) of its text."""
        start = self.item.span.start - self.item.hit.chunk.span.start
        score, first, last = self.reading.best(start + low, start + high) or (UNREADABLE, start, start)
        return score, first - start, last - start


def readings(question: str, evidence: Sequence[Evidence]) -> dict[Span, Reading]:
    """Give what the shipped reader makes of each passage of the evidence."""
    passages = {item.hit.chunk.span: item for item in evidence}
    texts = [(_above(item), item.hit.chunk.text) for item in passages.values()]
    return dict(zip(passages, shipped().read(question, texts), strict=True))


def candidates_of(question: Question, evidence: Sequence[Evidence], read: Mapping[Span, Reading]) -> list[Candidate]:
    """Give each sentence but the rows of tables that can't answer; the others are read as what they say."""
    told = tell(question, evidence)
    said = [(item, row) for item in evidence if (row := told.get(item.span))]
    by_itself = shipped().read(question.text, [(_above(item), row.text) for item, row in said])
    rows = {item.span: (row, reading) for (item, row), reading in zip(said, by_itself, strict=True)}
    found = []
    for item in evidence:
        passage = read[item.hit.chunk.span]
        if item.span in rows:
            row, reading = rows[item.span]
            found.append(Candidate(item, row.text, passage, reading, row.cell))
        elif item.span not in told:
            found.append(Candidate(item, item.text, passage, passage))
    return found


def answer_words(question: Question, candidate: Candidate) -> tuple[int, int]:
    """Give the half-open offsets, in the sentence, of the words that answer.

    They are the reader's, in the piece of the sentence that has the question's case where it tells several apart; where
    an amount is asked for, the whole amount that they overlap, with its unit and with the word that bounds it, or the
    one that goes with the name that is asked about. Of a row of a table, the cell; of one whose column isn't clear,
    nothing where the reader's words are in none of the cells with such an amount.
    """
    _, low, high = candidate.place
    if candidate.cell:
        return low, high
    text = candidate.item.text
    begin, end = own_piece(question.text, text) or (0, len(text))
    if not begin <= low < high <= end:
        _, low, high = candidate.best(begin, end)
    if "|" in text[low:high] and any(low < end for _, end in cells(text)[:1]):
        return 0, 0  # the label with other cells: the row as a whole
    if question.kind is not Kind.AMOUNT:
        return low, high
    if "|" in text and (fitting := _fitting(question, text)):
        overlapping = any(place[0] < high and low < place[1] for place in fitting)
        return (low, high) if overlapping else fitting[0] if len(fitting) == 1 else (0, 0)
    piece = text[begin:end]
    if own := its_own(question, piece, low - begin, high - begin):
        return own[0] + begin, own[1] + begin
    whole = focus(question, piece)
    overlaps = whole and begin + whole[0] < high and low < begin + whole[1]
    return (begin + whole[0], begin + whole[1]) if whole and overlaps else (low, high)


def _fitting(question: Question, row: str) -> list[tuple[int, int]]:
    """Give the cells of a row, but for its label, that hold such an amount; money, where any amount may be meant."""
    for counted in (question.counted or "money", question.counted):
        asked = replace(question, counted=counted)
        if found := [place for place in cells(row)[1:] if fits_kind(asked, row[slice(*place)])]:
            return found
    return []


def _above(item: Evidence) -> str:
    return context(item.title, item.hit.chunk.headings)
