"""Files that are whole or not there: durable writing, sealed JSON, packed arrays, reading against a checksum."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

Unsigned = NDArray[np.unsignedinteger[Any]]


class DamagedError(ValueError):
    """A stored file is not what was written."""


def _nothing(step: str) -> None:
    """Let every step happen."""


checkpoint: Callable[[str], None] = _nothing
"""Called with the name of each step before it is taken; a fault test puts a function here that kills or raises."""


def private(path: str, flags: int) -> int:
    """Open a file that only its owner may read."""
    return os.open(path, flags, 0o600)


def write(path: Path, data: bytes) -> None:
    """Write a new file and see it to the disk. Raises OSError, naming file and size, when it can't be."""
    with _written(path, f"writing {len(data):,} bytes") as file:
        file.write(data)


@contextmanager
def _written(path: Path, doing: str) -> Iterator[BinaryIO]:
    """Open a new file and see what is written there to the disk. Raises OSError that names it and says `doing`."""
    try:
        checkpoint(f"write {path.name}")
        with open(path, "wb", opener=private) as file:
            yield file
            file.flush()
            checkpoint(f"fsync {path.name}")
            os.fsync(file.fileno())
    except OSError as error:
        reason = f"{os.strerror(error.errno) if error.errno else error}, while {doing}"
        raise OSError(error.errno, reason, str(path)) from error


def copy(source: Path, target: Path, sha256: str) -> bool:
    """Copy a file and see the copy to the disk; False, and no copy, when it can't be read or its SHA-256 is another.

    Raises OSError, naming the copy, when that can't be written.
    """
    digest = hashlib.sha256()
    try:
        data = source.open("rb")
    except OSError:
        return False
    with data, _written(target, f"copying {size_of(source):,} bytes") as file:
        while block := data.read(1 << 20):
            digest.update(block)
            file.write(block)
    if digest.hexdigest() != sha256:
        target.unlink()
        return False
    return True


def size_of(path: Path) -> int:
    """Give the bytes of a file, 0 where there is none."""
    with suppress(OSError):
        return path.stat().st_size
    return 0


def replace(path: Path, data: bytes) -> None:
    """Put a file in the place of another, or of none, in one step that survives a loss of power."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        write(temporary, data)
        checkpoint(f"replace {path.name}")
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """See the names in a folder to the disk."""
    checkpoint(f"sync {path.name}")
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def under_construction(place: Path) -> Iterator[Path]:
    """Give a temporary folder that takes the name `place` once the block ends well; else nothing of it stays.

    While the block runs the folder is locked, so that it can be told from one whose maker died.
    """
    temporary = place.with_name(f".{place.name}-{os.getpid()}-{time.time_ns()}")
    temporary.mkdir(mode=0o700)
    descriptor = os.open(temporary, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield temporary
        sync_folder(temporary)
        checkpoint(f"rename {place.name}")
        if place.exists():  # another program made the same in the meantime
            shutil.rmtree(temporary)
        else:
            temporary.rename(place)
        sync_folder(place.parent)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    finally:
        os.close(descriptor)


def unfinished(place: Path) -> list[Path]:
    """Give the folders beside `place` that are named as `under_construction` names its temporary ones."""
    name = re.compile(rf"\.{re.escape(place.name)}-\d+-\d+")
    return [one for one in place.parent.iterdir() if name.fullmatch(one.name) and one.is_dir() and not one.is_symlink()]


def sweep_abandoned(temporary: Path, *, now: bool = False) -> None:
    """Delete a temporary folder whose maker is dead."""
    if not now and age(temporary) < 60:
        return
    descriptor = os.open(temporary, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(temporary, ignore_errors=True)
    except BlockingIOError:
        pass
    finally:
        os.close(descriptor)


def age(path: Path) -> float:
    """Give the seconds since a file or folder last changed."""
    return time.time() - path.stat().st_mtime


def size(folder: Path) -> int:
    """Give the bytes that all files in a folder take; one with several names counts once."""
    sizes: dict[int, int] = {}
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                status = Path(place, name).stat()
                sizes[status.st_ino] = status.st_size
    return sum(sizes.values())


def seal(payload: Mapping[str, Any]) -> bytes:
    """Give a JSON object as one line, and its SHA-256 as a second."""
    body = json.dumps(payload, ensure_ascii=True, separators=(",", ":")).encode()
    return b"%s\n%s\n" % (body, hashlib.sha256(body).hexdigest().encode())


def unseal(path: Path) -> dict[str, Any]:
    """Read a file that `seal` made. Raises DamagedError when it is missing or not as it was written."""
    try:
        body, check, rest = path.read_bytes().split(b"\n")
    except (OSError, ValueError) as error:
        raise DamagedError(f"{path} is missing or damaged") from error
    if rest or check != hashlib.sha256(body).hexdigest().encode():
        raise DamagedError(f"{path} is damaged: its checksum differs")
    payload: dict[str, Any] = json.loads(body)
    return payload


def narrow(numbers: NDArray[Any] | Sequence[int]) -> Unsigned:
    """Give numbers from 0 up as unsigned integers of no more bytes than the largest needs."""
    array = np.asarray(numbers)
    largest = int(array.max()) if array.size else 0
    found: Unsigned = array.astype(np.min_scalar_type(largest))
    return found


def pack(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Give arrays as one safetensors file."""
    return save(dict(arrays))


def unpack(data: bytes, names: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Give the arrays of these names from what `pack` made. Raises DamagedError when one is not there."""
    try:
        arrays = load(data)
        return {name: arrays[name] for name in names}
    except (SafetensorError, KeyError) as error:
        raise DamagedError(f"not a file of the arrays {', '.join(names)}: {error}") from error


def read(path: Path, size: int, sha256: str) -> bytes:
    """Give the bytes of a file. Raises DamagedError when size or SHA-256 differ."""
    try:
        data = path.read_bytes() if path.stat().st_size == size else b""
    except OSError as error:
        raise DamagedError(f"{path} can't be read: {error.strerror}") from error
    if len(data) != size or hashlib.sha256(data).hexdigest() != sha256:
        raise DamagedError(f"{path} is damaged: size or checksum differ")
    return data


def reader(path: Path, size: int, sha256: str) -> Callable[[int, int], bytes]:
    """Check a file like `read` and give a function that reads the bytes between two offsets, from any thread.

    Reading goes on after the file's name is gone. Raises DamagedError, then too, when the file isn't what it was.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise DamagedError(f"{path} can't be read: {error.strerror}") from error
    found = os.fstat(file.fileno()).st_size
    if found != size or hashlib.file_digest(file, "sha256").hexdigest() != sha256:
        file.close()
        raise DamagedError(f"{path} is damaged: size or checksum differ")

    def between(start: int, end: int) -> bytes:
        data = os.pread(file.fileno(), end - start, start)
        while 0 < len(data) < end - start:
            more = os.pread(file.fileno(), end - start - len(data), start + len(data))
            if not more:
                break
            data += more
        if len(data) != end - start:
            raise DamagedError(f"{path} is damaged: it became shorter")
        return data

    weakref.finalize(between, file.close)
    return between
