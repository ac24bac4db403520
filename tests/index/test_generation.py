"""What is on the disk: damage is noticed, one writer at a time, readers on whole states."""

import fcntl
import json
import logging
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Collection, Document, Embedder, files
from index.files import DamagedError
from index.mending import repair
from index.store import Folder
from index.upkeep import check

FAR = 10**6


@pytest.fixture
def library(tmp_path: Path, embedder: Embedder, documents: list[Document]) -> Path:
    """Make a collection whose last generation added a segment to its parent's."""
    path = tmp_path / "library"
    with Collection.create(path, embedder=embedder) as collection:
        collection.add(documents[:3])
        collection.add(documents[3:])
    return path


def manifest(path: Path) -> dict[str, object]:
    return Folder(path).manifest()


def segments(path: Path) -> list[str]:
    """Give the names of the segments in force, the oldest first."""
    return [entry["name"] for entry in manifest(path)["segments"]]  # type: ignore[attr-defined]


def spoilt(data: bytes, source: random.Random) -> bytes:
    """Give bytes with a bit flipped, cut short, grown, or with a page zeroed, doubled or swapped; never the same."""
    kind = source.choice(["bit", "bit", "bit", "cut", "grown", "zeroed", "doubled", "swapped"])
    if kind == "cut":
        return data[: source.randrange(len(data))]
    if kind == "grown":
        return data + b"\n"
    page = min(4096, max(1, len(data) // 4))  # smaller where a file has less than four pages
    first, second = (page * source.randrange(len(data) // page) for _ in range(2))
    one, other = data[first : first + page], data[second : second + page]
    if kind in ("doubled", "swapped") and one != other:
        changed = bytearray(data)
        changed[second : second + page] = one
        if kind == "swapped":
            changed[first : first + page] = other
        return bytes(changed)
    place = source.randrange(len(data))
    if kind == "zeroed" and any(one):
        return data[:first] + bytes(page) + data[first + page :]
    return data[:place] + bytes([data[place] ^ (1 << source.randrange(8))]) + data[place + 1 :]


def damage(path: Path, embedder: Embedder, trials: int, seed: int) -> int:
    """Spoil one file after another; every time `check` must say so, and what is served must be a whole state."""
    source = random.Random(seed)
    texts = {d.id: d.text for d in Collection.open(path, embedder=embedder).documents()}
    places = sorted(p for p in path.rglob("*") if p.is_file() and p.name != "LOCK")
    assert len(places) >= 12
    noticed = 0
    for number in range(trials):
        place = places[number % len(places)]
        whole = place.read_bytes()
        place.write_bytes(spoilt(whole, source))
        problems = check(path)
        assert problems, f"{place} was spoilt and nothing noticed"
        noticed += any(place.name.split(".")[0] in problem for problem in problems)
        try:
            with Collection.open(path, embedder=embedder) as collection:
                held = {document.id: document.text for document in collection.documents()}
                collection.search("phare lighthouse", 50)
            assert held.items() <= texts.items()
            assert held.keys() in (texts.keys(), texts.keys() - {"cooking/ratatouille.md"})
        except ValueError as error:
            assert "damaged" in str(error) or "missing" in str(error) or "can't be read" in str(error)
        place.write_bytes(whole)
    assert check(path) == ()
    return noticed


@pytest.mark.slow
def test_every_spoilt_file_is_noticed(library: Path, embedder: Embedder) -> None:
    logging.disable(logging.ERROR)
    try:
        assert damage(library, embedder, 1000, seed=1) == 1000
    finally:
        logging.disable(logging.NOTSET)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_every_spoilt_file_is_noticed_many_times(library: Path, embedder: Embedder) -> None:
    logging.disable(logging.ERROR)
    try:
        assert damage(library, embedder, 20_000, seed=2) == 20_000
    finally:
        logging.disable(logging.NOTSET)


def test_the_parent_serves_when_the_last_generation_is_damaged(
    library: Path, embedder: Embedder, caplog: pytest.LogCaptureFixture
) -> None:
    (library / "segments" / segments(library)[1] / "vectors.faiss").write_bytes(b"IxSQ" + bytes(100))
    with Collection.open(library, embedder=embedder) as collection:
        assert len(collection) == 3
        assert collection.search("phare")[0].chunk.span.document_id == "phares/kermorvan.txt"
    assert "generation 3 is damaged, the one before it serves" in caplog.text
    assert "sourcier repair" in caplog.text


def test_a_removed_document_stays_removed_when_the_parent_serves(
    library: Path, embedder: Embedder, documents: list[Document]
) -> None:
    with Collection.open(library, embedder=embedder) as collection:
        for number in range(2):
            collection.add([Document(f"more{number}", f"More {number}.")])
        collection.remove([documents[0].id])
    now = manifest(library)
    assert documents[0].id in now["removed"]
    now["segments"][-1]["files"]["documents.jsonl"]["sha256"] = "0" * 64  # only the newest generation is damaged so
    for place in (library / "CURRENT", *(library / "generations").glob(f"{now['generation']:08d}.*")):
        place.write_bytes(files.seal(now))
    with Collection.open(library, embedder=embedder) as collection:
        held = {document.id for document in collection.documents()}
        assert documents[1].id in held and documents[0].id not in held
        assert collection.search("phare de Kermorvan", 50, {"document_id": documents[0].id}) == []


def test_a_damaged_collection_does_not_answer_from_an_empty_one(
    tmp_path: Path, embedder: Embedder, documents: list[Document]
) -> None:
    library = tmp_path / "library"
    with Collection.create(library, embedder=embedder) as collection:
        collection.add(documents)
    (name,) = segments(library)
    (library / "segments" / name / "rows.safetensors").write_bytes(b"")
    with pytest.raises(DamagedError, match="sourcier repair"):
        Collection.open(library, embedder=embedder)
    repair(library, embedder=embedder)
    with Collection.open(library, embedder=embedder) as collection:
        assert collection.stats().documents == len(documents)


def test_the_next_commit_goes_on_from_the_parent_and_keeps_the_damaged_files(
    library: Path, embedder: Embedder, documents: list[Document]
) -> None:
    name = segments(library)[1]
    spoilt_file = library / "segments" / name / "texts.bin"
    spoilt_file.write_bytes(b"spoilt")
    with Collection.open(library, embedder=embedder) as collection:
        collection.add(documents)
        assert len(collection) == 4
        assert collection.search("simmer")[0].chunk.span.document_id == documents[3].id
    assert check(library) == ()
    kept = list((library / "quarantine").rglob("texts.bin"))
    assert [one.read_bytes() for one in kept] == [b"spoilt"]


@pytest.mark.parametrize("damaged", ["empty", "dangling", "crlf", "bom", "absent"])
def test_a_damaged_pointer_gives_the_newest_generation(library: Path, embedder: Embedder, damaged: str) -> None:
    pointer = library / "CURRENT"
    data = pointer.read_bytes()
    spoil = {
        "empty": b"", "dangling": files.seal({"generation": 99}), "crlf": data.replace(b"\n", b"\r\n"),
        "bom": b"\xef\xbb\xbf" + data,
    }  # fmt: skip
    if damaged == "absent":
        pointer.unlink()
    else:
        pointer.write_bytes(spoil[damaged])
    if damaged == "dangling":
        with pytest.raises(DamagedError, match=r"00000099.*missing or damaged"):
            Collection.open(library, embedder=embedder)
        return
    with Collection.open(library, embedder=embedder) as collection:
        assert len(collection) == 4
        collection.add([Document("new", "New text.")])
        assert len(collection) == 5
    assert check(library) == ()


def test_either_copy_of_the_manifest_is_enough(library: Path, embedder: Embedder) -> None:
    for copy in "ab":
        place = library / "generations" / f"00000003.{copy}.json"
        whole = place.read_bytes()
        place.write_bytes(b"{}")
        assert len(Collection.open(library, embedder=embedder)) == 4
        assert any(f"00000003.{copy}.json" in problem for problem in check(library))
        place.write_bytes(whole)


def test_files_of_two_generations_mixed_are_noticed(library: Path, embedder: Embedder, tmp_path: Path) -> None:
    first, second = segments(library)
    for name in ("vectors.faiss", "documents.jsonl", "rows.safetensors"):
        place = library / "segments" / first / name
        whole = place.read_bytes()
        place.write_bytes((library / "segments" / second / name).read_bytes())
        with pytest.raises(DamagedError, match=name):
            Collection.open(library, embedder=embedder)
        place.write_bytes(whole)


def test_a_link_out_of_the_collection_is_not_followed(library: Path, embedder: Embedder, tmp_path: Path) -> None:
    place = library / "segments" / segments(library)[0]
    shutil.move(place, tmp_path / "outside")
    place.symlink_to(tmp_path / "outside")
    with pytest.raises(DamagedError, match="not a segment of this collection"):
        Collection.open(library, embedder=embedder)


def copies_of_the_manifest(library: Path) -> list[Path]:
    return [library / "CURRENT", *sorted((library / "generations").glob("00000003.*"))]


@pytest.mark.parametrize("left", range(3))
def test_any_one_copy_of_the_manifest_is_enough(library: Path, embedder: Embedder, left: int) -> None:
    places = copies_of_the_manifest(library)
    assert len(places) == 3
    for place in places[:left] + places[left + 1 :]:
        place.write_bytes(b"{}")
    assert len(check(library)) == 2
    with Collection.open(library, embedder=embedder) as collection:
        assert len(collection) == 4
        collection.add([Document("new", "New text.")])
    assert len(Collection.open(library, embedder=embedder)) == 5


def test_a_pointer_that_holds_only_the_number_is_read_too(library: Path, embedder: Embedder) -> None:
    (library / "CURRENT").write_bytes(files.seal({"generation": 3}))
    with Collection.open(library, embedder=embedder) as collection:
        assert len(collection) == 4
    assert check(library) == ()


def test_another_form_is_refused_and_left_alone(library: Path, embedder: Embedder) -> None:
    for place in copies_of_the_manifest(library):
        place.write_bytes(files.seal({**files.unseal(place), "format": 2}))
    before = {path: path.read_bytes() for path in library.rglob("*") if path.is_file()}
    with pytest.raises(ValueError, match="has the form 2, this version of Sourcier reads form 1"):
        Collection.open(library, embedder=embedder)
    assert {path: path.read_bytes() for path in library.rglob("*") if path.is_file()} == before


def test_other_rules_of_analysis_are_refused(library: Path, embedder: Embedder) -> None:
    for place in copies_of_the_manifest(library):
        place.write_bytes(files.seal({**files.unseal(place), "analyser": 99}))
    with pytest.raises(ValueError, match="analysed by rules of version 99"):
        Collection.open(library, embedder=embedder)


def test_the_second_writer_is_told_who_writes(library: Path, embedder: Embedder) -> None:
    holder = subprocess.Popen(
        [
            sys.executable, "-c",
            "import sys; from pathlib import Path; from index.generation import lock\n"
            "with lock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()",
            str(library),
        ],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    with holder, Collection.open(library, embedder=embedder) as collection:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        started = time.monotonic()
        with pytest.raises(BlockingIOError, match=f'"pid": {holder.pid}'):
            collection.remove(["cooking/ratatouille.md"])
        assert time.monotonic() - started < 1.5
        assert len(collection) == 4
        assert collection.search("phare")
        holder.kill()
        holder.wait()
        collection.remove(["cooking/ratatouille.md"])  # the lock of a dead process holds nobody up
        assert len(collection) == 3


def test_writers_in_two_handles_lose_nothing(library: Path, embedder: Embedder) -> None:
    errors: list[BaseException] = []

    def write(name: str) -> None:
        try:
            with Collection.open(library, embedder=embedder) as collection:
                for number in range(10):
                    collection.add([Document(f"{name}{number}", f"Note {number} of {name}.")])
                    if number % 2:
                        collection.remove([f"{name}{number}"])
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    expected = {f"{name}{number}" for name in "ab" for number in range(0, 10, 2)}
    with Collection.open(library, embedder=embedder) as collection:
        assert {document.id for document in collection.documents()} >= expected
        assert len(collection) == 4 + 10
    assert check(library) == ()


@pytest.mark.slow
def test_readers_see_whole_states_during_a_hundred_commits(library: Path, embedder: Embedder) -> None:
    read_while_writing(library, embedder, searches=0)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_eight_readers_search_a_thousand_times_each(library: Path, embedder: Embedder) -> None:
    read_while_writing(library, embedder, searches=1000)


def read_while_writing(library: Path, embedder: Embedder, searches: int) -> None:
    """Commit 100 times, and on until each of eight readers has searched so often.

    Each commit puts its number into the same three documents; no search may see two numbers.
    """
    stop = threading.Event()
    errors: list[BaseException] = []
    seen: set[str] = set()
    made = [0] * 8

    def turn(number: int) -> Iterator[Document]:
        for name in ("x", "y", "z"):
            yield Document(f"turn/{name}", f"Lamp {name} of turn number{number}.", language="en")

    with Collection.open(library, embedder=embedder) as writer:
        writer.add(turn(0))

    def read(number: int) -> None:
        try:
            with Collection.open(library, embedder=embedder) as reader:
                while not stop.is_set():
                    hits = reader.search("lamp of turn", 10, {"folder": "turn/"})
                    numbers = {hit.chunk.text.split("number")[1] for hit in hits}
                    assert (len(hits), len(numbers)) == (3, 1), [hit.chunk.text for hit in hits]
                    seen.update(numbers)
                    made[number] += 1
                    time.sleep(0.02)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    with Collection.open(library, embedder=embedder) as writer:
        number = 0
        while not errors and (number < 100 or min(made) < searches):
            number += 1
            writer.add(turn(number))
    stop.set()
    for thread in threads:
        thread.join()
    assert not errors
    assert min(made) >= max(searches, 1)
    assert len(seen) > 5


def test_another_handle_sees_a_change_at_its_next_search(library: Path, embedder: Embedder) -> None:
    with Collection.open(library, embedder=embedder) as one, Collection.open(library, embedder=embedder) as other:
        for number in range(5):
            one.add([Document("latest", f"The latest is number{number}.", language="en")])
            assert other.search("the latest", 1)[0].chunk.text == f"The latest is number{number}."
        one.remove(["latest"])
        assert all(hit.chunk.span.document_id != "latest" for hit in other.search("the latest", 50))


def test_only_new_segments_are_read_again(library: Path, embedder: Embedder) -> None:
    with Collection.open(library, embedder=embedder) as one, Collection.open(library, embedder=embedder) as other:
        before = [part.segment for part in other._store.snapshot().parts]
        one.add([Document("new", "New text.")])
        after = [part.segment for part in other._store.snapshot().parts]
        assert after[:2] == before
        assert all(first is second for first, second in zip(before, after, strict=False))


def test_a_reader_goes_on_when_the_files_of_its_state_are_deleted(library: Path, embedder: Embedder) -> None:
    with Collection.open(library, embedder=embedder) as collection:
        snapshot = collection._store.snapshot()
        shutil.rmtree(library)
        assert {document.id for document in snapshot.documents()} >= {"affaires/nvidia.txt"}


def test_what_an_interrupted_addition_has_made_is_used_again(tmp_path: Path, make_embedder: type) -> None:
    path = tmp_path / "library"
    first, second = make_embedder(), make_embedder()
    many = [Document(f"d{number}", f"Short text {number}.", language="en") for number in range(9000)]

    def interrupted() -> Iterator[Document]:
        yield from many[:-1]
        raise KeyboardInterrupt

    with Collection.create(path, embedder=first) as collection, pytest.raises(KeyboardInterrupt):
        collection.add(interrupted())
    with Collection.open(path, embedder=second) as collection:
        assert len(collection) == 0
        assert len(collection.add(many).added) == 9000
        passages = [text for text in second.embedded if text.startswith("Short text")]
        assert len(passages) == 9000 - 8192
    assert len(list((path / "segments").iterdir())) == collection.stats().segments


def test_abandoned_files_are_swept_and_hold_nothing_up(library: Path, embedder: Embedder) -> None:
    abandoned = library / "segments" / ".abc-1-1"
    abandoned.mkdir()
    (abandoned / "texts.bin").write_bytes(b"half")
    os.utime(abandoned, (1, 1))
    alive = library / "segments" / ".def-2-2"
    alive.mkdir()
    os.utime(alive, (1, 1))
    old = library / "segments" / "orphan"
    old.mkdir()
    os.utime(old, (1, 1))
    young = library / "segments" / "young"
    young.mkdir()
    descriptor = os.open(alive, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        with Collection.open(library, embedder=embedder) as collection:
            collection.add([Document("new", "New text.")])
        assert [place.exists() for place in (abandoned, alive, old, young)] == [False, True, False, True]
    finally:
        os.close(descriptor)


def test_only_two_generations_stay_on_the_disk(library: Path, embedder: Embedder) -> None:
    with Collection.open(library, embedder=embedder) as collection:
        for number in range(12):
            collection.add([Document("same", f"Version {number}.")])
    folder = Folder(library)
    assert folder.numbers() == [14, 15]
    named = {entry["name"] for number in (14, 15) for entry in folder.manifest(number)["segments"]}
    assert {place.name for place in (library / "segments").iterdir()} == named


def test_nothing_is_pickled(library: Path) -> None:
    for place in library.rglob("*"):
        assert place.suffix in ("", ".json", ".jsonl", ".bin", ".safetensors", ".faiss"), place
    assert json.loads((library / "LOCK").read_text())["pid"] == os.getpid()


def resident() -> int:
    """Give the memory this process holds now, kB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")
def test_files_are_closed_with_the_last_user_of_a_state(library: Path, embedder: Embedder) -> None:
    with Collection.open(library, embedder=embedder) as writer, Collection.open(library, embedder=embedder) as reader:
        counts = []
        for number in range(25):
            writer.add([Document("same", f"Version {number}.")])
            reader.search("version")
            counts.append(len(list(Path("/proc/self/fd").iterdir())))
    assert max(counts) - min(counts) <= 2 * 2 * 4


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="needs /proc")
def test_memory_stands_still(library: Path, embedder: Embedder, documents: list[Document]) -> None:
    def turn(number: int) -> None:
        collection.add(Document(f"d{n}", f"Version {number} of text {n}. " * 20, language="en") for n in range(200))
        for question in range(200):
            collection.search(f"text {question} of version {number}", 10, {"language": "en"})
        embedder.embedded.clear()  # type: ignore[attr-defined]

    with Collection.open(library, embedder=embedder) as collection:
        for number in range(5):
            turn(number)
        before = resident()
        for number in range(5, 55):
            turn(number)
        assert resident() < before * 1.05 + 2000
