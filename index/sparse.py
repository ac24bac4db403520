"""Terms -> scores: BM25 over immutable postings, with statistics taken over whatever is live at the moment.

A library that bakes document frequencies and mean length into its scores has to be rebuilt for each added document;
here they are computed when a query comes, so postings never change and scores from different segments compare.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index import files
from index.files import DamagedError, Unsigned
from index.translation import Alternatives

K1 = 1.2
"""How slowly repeating a term stops counting."""
B = 0.75
"""How much longer chunks are held back, 0..1."""
CONTEXT_WEIGHT = 1.0
"""What an occurrence in the title or a heading counts, beside one in the chunk itself."""

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Postings:
    """Which chunks of one language in one segment hold which term; arrays only, never changed.

    `vocabulary` holds the terms in UTF-8, in byte order, `edges` where each begins; the postings of term t are
    `starts[t]:starts[t + 1]`, their chunks counted within `members`, the segment's rows of this language. `counts` is
    how often the term stands in the chunk itself; at `context_places` among the postings it stands in the title and
    headings too, `context_counts` times.
    """

    members: Unsigned
    lengths: Unsigned
    vocabulary: bytes
    edges: Unsigned
    starts: Unsigned
    chunks: Unsigned
    counts: NDArray[np.uint8]
    context_places: Unsigned
    context_counts: NDArray[np.uint8]

    def __len__(self) -> int:
        """Give the number of different terms."""
        return len(self.edges) - 1

    def __getitem__(self, number: int) -> bytes:
        """Give a term by its number."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        return self.vocabulary[int(self.edges[number]) : int(self.edges[number + 1])]

    def __iter__(self) -> Iterator[bytes]:
        """Go through the terms in byte order."""
        return (self[number] for number in range(len(self)))

    def find(self, term: str) -> slice:
        """Give where the postings of `term` stand; an empty slice when no chunk holds it."""
        key = term.encode("utf-8", "surrogatepass")
        number = bisect_left(self, key, hi=len(self))
        if number == len(self) or self[number] != key:
            return slice(0, 0)
        return slice(int(self.starts[number]), int(self.starts[number + 1]))

    def context(self) -> NDArray[np.uint8]:
        """Give for each posting how often the term stands in the title and headings."""
        counts = np.zeros(len(self.counts), np.uint8)
        counts[self.context_places] = self.context_counts
        return counts

    def frequencies(self, place: slice, context_weight: float) -> Scores:
        """Give the weighted number of occurrences for a stretch of postings."""
        found = self.counts[place].astype(np.float32)
        first, end = (bisect_left(self.context_places, edge) for edge in (place.start, place.stop))
        found[self.context_places[first:end].astype(np.int64) - place.start] += (
            context_weight * self.context_counts[first:end]
        )
        return found

    def to_bytes(self) -> bytes:
        """Give the arrays as one file."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        return files.pack({**arrays, "vocabulary": np.frombuffer(self.vocabulary, np.uint8)})

    @classmethod
    def from_bytes(cls, data: bytes) -> Postings:
        """Read what `to_bytes` gave. Raises DamagedError when arrays are missing or don't fit together."""
        arrays = files.unpack(data, [*_ARRAYS, "vocabulary"])
        postings = cls(vocabulary=arrays.pop("vocabulary").tobytes(), **arrays)
        if not len(postings.starts):
            raise DamagedError("arrays of postings that do not fit together")
        sizes = {len(postings.chunks), len(postings.counts), int(postings.starts[-1])}
        if len(sizes) != 1 or len(postings.edges) != len(postings.starts):
            raise DamagedError("arrays of postings that do not fit together")
        return postings


_ARRAYS = ("members", "lengths", "edges", "starts", "chunks", "counts", "context_places", "context_counts")


def build(members: Sequence[int], bodies: Iterable[Sequence[str]], contexts: Iterable[Sequence[str]]) -> Postings:
    """Index chunks given, in the order of their segment rows `members`, by their own terms and their context's."""
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__  # a term met for the first time gets the next number
    flat: list[int] = []
    sizes: list[int] = []
    lengths: list[int] = []
    for body, context in zip(bodies, contexts, strict=True):
        lengths.append(len(body))
        for words in (body, context):
            sizes.append(len(words))
            flat.extend(map(numbers.__getitem__, words))
    field = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    terms = [term.encode("utf-8", "surrogatepass") for term in numbers]
    order = sorted(range(len(terms)), key=terms.__getitem__)
    place = np.empty(len(terms), np.int32)
    place[order] = np.arange(len(terms), dtype=np.int32)
    keys = place[flat] if flat else np.zeros(0, np.int32)
    return _assemble(
        np.asarray(members, np.int64),
        np.asarray(lengths, np.int64),
        [terms[number] for number in order],
        keys,
        field // 2,
        (field % 2 == 0).astype(np.uint8),
        (field % 2).astype(np.uint8),
    )


def merge(parts: Sequence[tuple[Postings, NDArray[np.int64]]]) -> Postings:
    """Join postings of one language; each comes with the new segment row of each of its members, -1 where it goes."""
    vocabulary = sorted({term for postings, _ in parts for term in postings})
    place = {term: number for number, term in enumerate(vocabulary)}
    members, lengths = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    keys, chunks = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    counts, context = [np.zeros(0, np.uint8)], [np.zeros(0, np.uint8)]
    base = 0
    for postings, rows in parts:
        kept = rows >= 0
        local = (np.cumsum(kept) - 1 + base).astype(np.int32)
        sizes = postings.starts[1:].astype(np.int64) - postings.starts[:-1]
        live = kept[postings.chunks]
        terms = np.repeat(np.fromiter((place[term] for term in postings), np.int32, len(postings)), sizes)
        members.append(rows[kept])
        lengths.append(postings.lengths[kept].astype(np.int64))
        keys.append(terms[live])
        chunks.append(local[postings.chunks[live]])
        counts.append(postings.counts[live])
        context.append(postings.context()[live])
        base += int(np.count_nonzero(kept))
    return _assemble(
        np.concatenate(members),
        np.concatenate(lengths),
        vocabulary,
        np.concatenate(keys),
        np.concatenate(chunks),
        np.concatenate(counts),
        np.concatenate(context),
    )


def _assemble(
    members: NDArray[np.int64],
    lengths: NDArray[np.int64],
    vocabulary: Sequence[bytes],
    terms: NDArray[np.int32],
    chunks: NDArray[np.int32],
    counts: NDArray[np.uint8],
    context: NDArray[np.uint8],
) -> Postings:
    """Sort occurrences, which come in the order of their chunks, by term; add up those of one chunk."""
    order = np.argsort(terms, kind="stable")
    terms, chunks = terms[order], chunks[order]
    another = np.ones(len(terms), np.bool_)
    another[1:] = (terms[1:] != terms[:-1]) | (chunks[1:] != chunks[:-1])
    first = np.flatnonzero(another)
    owners, chunks = terms[first], chunks[first]
    used = np.unique(owners)
    kept = [vocabulary[number] for number in used]
    in_context = _clipped_sums(context[order], first)
    places = np.flatnonzero(in_context)
    return Postings(
        members=files.narrow(members),
        lengths=files.narrow(lengths),
        vocabulary=b"".join(kept),
        edges=files.narrow(np.concatenate([[0], np.cumsum([len(term) for term in kept])])),
        starts=files.narrow(np.concatenate([np.searchsorted(owners, used), [len(owners)]])),
        chunks=files.narrow(chunks),
        counts=_clipped_sums(counts[order], first),
        context_places=files.narrow(places),
        context_counts=in_context[places],
    )


def _clipped_sums(values: NDArray[np.uint8], first: NDArray[np.int64]) -> NDArray[np.uint8]:
    sums = np.add.reduceat(values, first, dtype=np.uint32) if len(first) else values
    return np.minimum(sums, 255).astype(np.uint8)


class SparseIndex:
    """BM25 over the live chunks of several segments. Each language is a collection of its own in its statistics.

    So a French chunk's score does not change when English documents come in.
    Lucene's form: idf = ln(1 + (N - df + 0.5) / (df + 0.5)), term part tf / (tf + k1 (1 - b + b length / mean)).
    """

    def __init__(
        self,
        segments: Sequence[tuple[Mapping[str, Postings], NDArray[np.bool_]]],
        *,
        k1: float = K1,
        b: float = B,
        context_weight: float = CONTEXT_WEIGHT,
    ) -> None:
        """Take for each segment its postings by language and which of its rows are live."""
        self._segments = segments
        self._whole = [bool(live.all()) for _, live in segments]
        self._context_weight = context_weight
        self._num_live: dict[str, int] = {}
        total: dict[str, int] = {}
        for postings, live in segments:
            for language, part in postings.items():
                here = live[part.members]
                self._num_live[language] = self._num_live.get(language, 0) + int(np.count_nonzero(here))
                total[language] = total.get(language, 0) + int(part.lengths[here].sum(dtype=np.int64))
        mean = {language: max(total[language], 1) / max(count, 1) for language, count in self._num_live.items()}
        self._norms = [
            {
                language: (k1 * (1 - b + b * part.lengths / mean[language])).astype(np.float32)
                for language, part in postings.items()
            }
            for postings, _ in segments
        ]

    @property
    def languages(self) -> list[str]:
        """The languages of live chunks."""
        return sorted(language for language, count in self._num_live.items() if count)

    def scores(self, terms: Mapping[str, Sequence[str | Alternatives]]) -> tuple[list[Scores], dict[str, float]]:
        """Score every row of every segment for a query given as its terms, analysed once for each language.

        Where several terms stand for one, their weighted occurrences are added up and count as those of one term: the
        structured queries of Darwish and Oard, "Probabilistic Structured Query Methods" (2003). Gives one array a
        segment, 0 where no term occurs or the row is not live, and for each language the highest score that its chunks
        could reach.
        """
        found = [np.zeros(len(live), np.float32) for _, live in self._segments]
        ceilings = dict.fromkeys(terms, 0.0)
        for language, words in terms.items():
            for word, times in Counter(words).items():
                standing = ((word, 1.0),) if isinstance(word, str) else word
                ceilings[language] += times * self._add(standing, times, language, found)
        return found, ceilings

    def _add(self, standing: Alternatives, times: int, language: str, found: Sequence[Scores]) -> float:
        """Add the scores of one term, or of what stands for it, to `found`; give its idf."""
        places = []
        held = 0.0
        for number, (postings, _) in enumerate(self._segments):
            part = postings.get(language)
            if part is None:
                continue
            occurring = [self._occurrences(number, part, part.find(word), weight) for word, weight in standing]
            occurring = [one for one in occurring if len(one[0])]
            held += sum(weight * len(chunks) for chunks, _, weight in occurring)
            if occurring:
                places.append((number, part, *_added(occurring)))
        idf = float(np.log(1 + max(self._num_live.get(language, 0) - held + 0.5, 0.5) / (held + 0.5)))
        for number, part, chunks, frequencies in places:
            norms = self._norms[number][language][chunks]
            found[number][part.members[chunks]] += np.float32(times * idf) * frequencies / (frequencies + norms)
        return idf

    def _occurrences(self, number: int, part: Postings, place: slice, weight: float) -> tuple[Unsigned, Scores, float]:
        """Give the live chunks of one term's postings in a segment, how often it stands in each, and its weight."""
        chunks, frequencies = part.chunks[place], part.frequencies(place, self._context_weight)
        if not self._whole[number]:
            alive = self._segments[number][1][part.members[chunks]]
            chunks, frequencies = chunks[alive], frequencies[alive]
        return chunks, frequencies * np.float32(weight), weight


def _added(occurring: Sequence[tuple[Unsigned, Scores, float]]) -> tuple[Unsigned, Scores]:
    """Give each chunk once, with the sum of its weighted frequencies."""
    if len(occurring) == 1:
        return occurring[0][:2]
    chunks, at = np.unique(np.concatenate([chunks for chunks, _, _ in occurring]), return_inverse=True)
    return chunks, np.bincount(at, np.concatenate([many for _, many, _ in occurring])).astype(np.float32)
