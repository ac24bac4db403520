"""PDF, Word and HTML files read in a child process: limits on time and memory, no network, no harm from a crash."""

from __future__ import annotations

import atexit
import base64
import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.document import Document, Span
from index.readers import text
from index.readers.file import load

SECONDS = 60.0
"""The longest one file may take."""

_LONGEST_REPLY = 600_000_000
FORMATS = {".pdf": "pdf", ".docx": "docx", ".html": "html", ".htm": "html", ".xhtml": "html"}
"""File ending -> what the child calls the format."""
_OUT_OF_MEMORY = 77
# The package's own folder instead of its face: the child needs none of what index imports, and starts faster.
_START = """import json, sys, types
index = sys.modules["index"] = types.ModuleType("index")
index.__path__ = [sys.argv[1]]
try:
    from index.readers import child
except ImportError as error:
    print(json.dumps({"missing": str(error)}))
else:
    child.main()"""
_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page (counted from 1), in points of 1/72 inch from the top left corner of the page as shown."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


def read(path: Path, document_id: str) -> Iterator[Document]:
    """Give the one document of a PDF, Word or HTML file. Raises ValueError with the reason when it can't be read.

    `metadata["file_sha256"]` is the hash of the original file.
    """
    data = load(path)
    form = FORMATS[path.suffix.lower()]
    content = text.decode_html(data).encode("utf-8", "replace") if form == "html" else data
    found = _READING.ask("extract", form, content, [])
    if not isinstance(found, dict):
        raise ValueError("the reader gave no text")
    body = str(found["text"])
    yield Document(
        document_id,
        body,
        str(found["title"]) or text.title(body, path.stem),
        str(path),
        metadata={"file_sha256": hashlib.sha256(data).hexdigest()},
        page_starts=tuple(int(start) for start in found["page_starts"]),
    )


def boxes(path: str | os.PathLike[str], span: Span) -> list[Box]:
    """Give where the characters of `span` stand on the pages of the PDF at `path`, about one box a line.

    The text is made anew from the file and the span looked up by its offsets, never by searching; so `path` must be
    the very file that was read. Raises ValueError when the span runs past its text or the file can't be read.
    """
    found = _VIEWING.ask("boxes", "pdf", load(Path(path)), [span.start, span.end])
    return [Box(int(page), *map(float, edges)) for page, *edges in found] if isinstance(found, list) else []


def render(path: str | os.PathLike[str], page: int, *, scale: float = 1.5) -> bytes:
    """Give page `page` (from 1) of the PDF at `path` as a PNG picture, `scale` pixels a point.

    Raises ValueError for a page that isn't there, a picture over 25 million pixels, or a file that can't be read.
    """
    return base64.b64decode(str(_VIEWING.ask("render", "pdf", load(Path(path)), [page, scale])))


class _Child:
    """One child process, started when first needed, and anew after a file has brought it down."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, do: str, form: str, data: bytes, arguments: Sequence[float]) -> object:
        """Give the result of `do` on a file's bytes. Raises ValueError with the reason."""
        head = json.dumps({"do": do, "format": form, "size": len(data), "arguments": list(arguments)}).encode()
        with self._lock:
            fresh = self._process is None
            reply = self._exchange(head + b"\n", data)
            if reply is None and not fresh:  # earlier files may have worn the child out; this one gets its own
                reply = self._exchange(head + b"\n", data)
        if reply is None:
            raise ValueError("the file brought its reader down: it is damaged, or unfolds to more than 2 GB")
        if "reason" in reply:
            raise ValueError(str(reply["reason"]))
        return reply["result"]

    def _exchange(self, head: bytes, data: bytes) -> dict[str, object] | None:
        """Send one request; None when the child died of it."""
        process = self._process = self._process or _start()
        if process.stdin is None or process.stdout is None:
            raise ValueError("the reader has no pipes")
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(SECONDS, stop)
        timer.daemon = True
        timer.start()
        line = b""
        try:
            process.stdin.write(head)
            process.stdin.write(data)
            process.stdin.flush()
            line = process.stdout.readline(_LONGEST_REPLY)
        except OSError:  # it died before it had read everything
            line = b""
        finally:
            timer.cancel()
            if not line.endswith(b"\n"):
                status = self._end()
        if line.endswith(b"\n"):
            return dict(json.loads(line))
        if late.is_set():
            return {"reason": f"reading it took longer than {SECONDS:.0f} seconds"}
        if status == _OUT_OF_MEMORY:
            return {"reason": "reading it takes more than 2 GB of memory"}
        return None

    def close(self) -> None:
        """End the child process, if there is one."""
        with self._lock:
            self._end()

    def _end(self) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was still to be written has nowhere to go
                    continue
        try:
            return process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


def _start() -> subprocess.Popen[bytes]:
    # -P: the folder one stands in may be full of strangers' files; no module is imported from there.
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-P", "-c", _START, str(Path(__file__).parents[1])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
    )
    greeting = json.loads(process.stdout.readline() or b"{}") if process.stdout else {}
    if "ready" not in greeting:
        process.kill()
        process.communicate()
        raise ImportError(
            "reading PDF, Word and HTML files needs pypdfium2, pillow, python-docx and beautifulsoup4 "
            f"({greeting.get('missing', 'the reader did not start')}): pip install --upgrade sourcier"
        )
    return process


_READING, _VIEWING = _Child(), _Child()  # a page must show while a folder is being read
atexit.register(_READING.close)
atexit.register(_VIEWING.close)
