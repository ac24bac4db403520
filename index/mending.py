"""Making a damaged collection sound again: from the texts in it, and from segments that a lost manifest named."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from index import files
from index.chunker import chunk
from index.document import Document
from index.embedder import EmbedderLike, Identity, embed, identify, load_embedder
from index.files import DamagedError
from index.generation import load_segment, lock, quarantine, write_generation, write_segment
from index.originals import damaged, hash_of, originals
from index.record import same
from index.salvage import salvage, unclaimed
from index.segment import Segment, build, join, passage
from index.store import Folder
from index.upkeep import check

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair did: segments made anew, documents in them, and what could not be saved.

    `lost` names documents whose text is damaged; `unnamed` counts those of which not even the id can be read;
    `originals` names documents whose text is whole but whose file is damaged or not there. `fallback` is the generation
    taken where no copy of the newest manifest can be read: `recovered` then names the documents found in segments that
    no other manifest tells of; they are in the collection again, and so is what was removed since that generation.
    """

    segments: int = 0
    documents: int = 0
    lost: tuple[str, ...] = ()
    unnamed: int = 0
    originals: tuple[str, ...] = ()
    fallback: int | None = None
    recovered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Mended:
    """What takes the place of a segment: its own entry, that of one made anew, or nothing; and what is lost with it."""

    entry: dict[str, Any] | None
    anew: bool = True
    lost: Sequence[str] = ()
    unnamed: int = 0
    originals: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Workshop:
    """Where segments are mended, and with which embedder; None: the one the collection names."""

    path: Path
    made_by: Identity
    embedder: EmbedderLike | None

    def mended(self, entry: Mapping[str, Any]) -> _Mended:
        """Give a segment as it is when sound, else made anew from its texts, its vectors kept where they are whole."""
        place = self.path / "segments" / entry["name"]
        try:
            segment = load_segment(self.path, entry, self.made_by.dimension)
        except DamagedError:
            saved, lost = salvage(place, entry)
            unnamed = entry["documents"] - len(entry["removed"]) - len(saved) - len(lost)
            return replace(self.anew(f"{entry['name']} made anew", saved, [place]), lost=lost, unnamed=unnamed)
        bad = damaged(segment.originals)
        if not bad and _is_sealed(place):
            return _Mended(dict(entry), anew=False)
        live = np.ones(segment.num_documents, np.bool_)
        live[entry["removed"]] = False
        whole = {digest: kept for digest, kept in segment.originals.items() if kept not in bad}
        without = [segment.record(row)["id"] for row in np.flatnonzero(live).tolist() if segment.original(row) in bad]
        name = _name(f"{entry['name']} rewritten")
        return _Mended(self._written(join(name, [(replace(segment, originals=whole), live)])), originals=without)

    def anew(self, name: str, documents: Sequence[Document], places: Sequence[Path]) -> _Mended:
        """Make a segment of documents, with their originals as far as they lie whole in `places`."""
        if not documents:
            return _Mended(None)
        wanted = {digest: f"{digest}{path.suffix.lower()}" for digest, path in originals(documents).items()}
        kept = {digest: place / name for place in places for digest, name in wanted.items() if (place / name).is_file()}
        kept = {digest: path for digest, path in kept.items() if hash_of(path) == digest}
        without = [d.id for d in documents if d.metadata.get("file_sha256") in wanted.keys() - kept.keys()]
        return _Mended(self._written(self._embedded(_name(name), documents, kept)), originals=without)

    def giving_way(self, entry: Mapping[str, Any], found: dict[str, Document]) -> dict[str, Any]:
        """Give a segment without the documents that were found otherwise; those found just so leave `found`."""
        segment = load_segment(self.path, entry, self.made_by.dimension)
        removed = set(entry["removed"])
        for document in list(found.values()):
            for row in set(segment.find(document.id)) - removed:
                if same(segment.record(row), document):
                    del found[document.id]
                else:
                    removed.add(row)
        return {**entry, "removed": sorted(removed)}

    def _embedded(self, name: str, documents: Sequence[Document], kept: Mapping[str, Path]) -> Segment:
        chosen = load_embedder(self.made_by.name if self.embedder is None else self.embedder)
        given = identify(chosen)
        if not self.made_by.fits(given):
            raise ValueError(
                f"this collection was made with the embedder {self.made_by.name!r}, not with {given.name!r}"
            )
        chunks = [chunk(document) for document in documents]
        passages = [passage(d.title, c) for d, found in zip(documents, chunks, strict=True) for c in found]
        vectors = embed(chosen, passages).reshape(-1, self.made_by.dimension)
        return build(name, documents, chunks, lambda: vectors, kept)

    def _written(self, segment: Segment) -> dict[str, Any]:
        write_segment(self.path, segment)
        return files.unseal(self.path / "segments" / segment.name / "segment.json")


def repair(path: str | os.PathLike[str], *, embedder: EmbedderLike | None = None) -> Repair:
    """Make a collection sound again: damaged segments are made anew from the texts in them, and moved to quarantine.

    Takes the newest generation that can be read, and where that is not the last one, also what segments hold that no
    manifest tells of. `embedder` None: the one the collection names. Raises DamagedError when no generation can be
    read, ValueError for another embedder.
    """
    folder = Folder(Path(path))
    with lock(folder.path):
        manifest, fallback = _newest(folder)
        workshop = _Workshop(folder.path, Identity(**manifest["embedder"]), embedder)
        done = [workshop.mended(entry) for entry in manifest["segments"]]
        spoilt = [entry["name"] for entry, one in zip(manifest["segments"], done, strict=True) if one.anew]
        recovered: Sequence[str] = ()
        if fallback:
            done, recovered, hurt = _with_unclaimed(folder, workshop, done)
            spoilt += hurt
        if spoilt or fallback or check(path):
            entries = [one.entry for one in done if one.entry is not None]
            parent = manifest["parent"] if _is_whole(folder, manifest["parent"], spoilt) else None
            number = max([*folder.numbers(), manifest["generation"]]) + 1
            counts = {name: sum(entry[name] for entry in entries) for name in ("documents", "chunks")}
            after = {**manifest, **counts, "generation": number, "parent": parent, "segments": entries, "removed": []}
            write_generation(folder.path, after)
            for name in spoilt:
                quarantine(folder.path, name)
            folder.sweep(after)
    made = [one.entry for one in done if one.anew and one.entry is not None]
    return Repair(
        segments=len(made),
        documents=sum(entry["documents"] for entry in made),
        lost=tuple(name for one in done for name in one.lost),
        unnamed=sum(one.unnamed for one in done),
        originals=tuple(name for one in done for name in one.originals),
        fallback=manifest["generation"] if fallback else None,
        recovered=tuple(recovered),
    )


def _newest(folder: Folder) -> tuple[dict[str, Any], bool]:
    """Give the newest manifest that can be read, and whether there is or was a newer one."""
    try:
        return folder.manifest(), False
    except DamagedError:
        for number in reversed(folder.numbers()):
            if _is_whole(folder, number):
                _log.error("taking generation %d of %s; what was removed later is back in it", number, folder.path)
                return folder.manifest(number), True
        raise


def _is_whole(folder: Folder, generation: int | None, spoilt: Sequence[str] = ()) -> bool:
    """Say whether a generation can be read and names none of the spoilt segments."""
    try:
        entries = [] if generation is None else folder.manifest(generation)["segments"]
    except DamagedError:
        return False
    return generation is not None and not any(entry["name"] in spoilt for entry in entries)


def _with_unclaimed(
    folder: Folder, workshop: _Workshop, done: Sequence[_Mended]
) -> tuple[list[_Mended], tuple[str, ...], list[str]]:
    """Add what segments hold that no manifest tells of, in place of what older ones hold under the same ids.

    Gives what the collection is made of then, the ids that came in, and which of those segments are damaged. They are
    the lost generation's, or an addition's that did not end; which of their documents were removed can't be told.
    """
    claimed = [name for number in folder.numbers() for name in folder.names(number)]
    claimed += [one.entry["name"] for one in done if one.entry is not None]
    found: dict[str, Document] = {}
    places, hurt, lost, unnamed = [], [], [], 0
    for entry in unclaimed(folder.path, claimed):
        places.append(folder.path / "segments" / entry["name"])
        saved, gone = salvage(places[-1], entry)
        found.update((document.id, document) for document in saved)
        lost += gone
        unnamed += entry["documents"] - len(saved) - len(gone)
        if len(saved) < entry["documents"]:
            hurt.append(entry["name"])
    after = [one if one.entry is None else replace(one, entry=workshop.giving_way(one.entry, found)) for one in done]
    name = " ".join(["found", *(place.name for place in places)])
    extra = replace(workshop.anew(name, list(found.values()), places), lost=lost, unnamed=unnamed)
    return [*after, extra], tuple(found), hurt


def _is_sealed(place: Path) -> bool:
    try:
        files.unseal(place / "segment.json")
    except DamagedError:
        return False
    return True


def _name(made_of: str) -> str:
    return hashlib.sha256(made_of.encode()).hexdigest()[:24]
