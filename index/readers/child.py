"""The child process that parses what strangers wrote: it gets bytes, gives text, and can reach nothing else.

Requests on standard input: a line of JSON (`do`, `format`, `size`, arguments), then `size` bytes. Each is answered
by a line of JSON on standard output: `result`, or `reason` when the file can't be read.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable

from index.readers import docx, html, pdf

MEMORY = 2 << 30
"""The most address space the child may take, in bytes."""

OUT_OF_MEMORY = 77
"""The exit status that says so."""

_WORK: dict[tuple[str, str], Callable[..., object]] = {
    ("extract", "pdf"): pdf.extract,
    ("extract", "docx"): docx.extract,
    ("extract", "html"): html.extract,
    ("boxes", "pdf"): pdf.boxes,
    ("render", "pdf"): pdf.render,
}
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def main() -> None:
    """Answer requests until standard input ends."""
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a parser prints must not look like a reply
    _warm_up()
    _limit()
    replies.write(b'{"ready": true}\n')
    replies.flush()
    while line := requests.readline():
        request = json.loads(line)
        data = requests.read(request["size"])
        replies.write(json.dumps(_answer(request, data)).encode("ascii") + b"\n")
        replies.flush()


def _answer(request: dict[str, object], data: bytes) -> dict[str, object]:
    work = _WORK[str(request["do"]), str(request["format"])]
    arguments = request["arguments"]
    try:
        result = work(data, *arguments) if isinstance(arguments, list) else None
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except ValueError as error:
        return {"reason": str(error)}
    except Exception as error:  # parsers raise anything on damaged files; the file is at fault, not the program
        return {"reason": f"the file is damaged ({type(error).__name__}: {error})"[:300]}
    if isinstance(result, dict):
        result["text"] = _SURROGATE.sub("\ufffd", result["text"])
        result["title"] = _SURROGATE.sub("\ufffd", result["title"])
    return {"result": result}


def _warm_up() -> None:
    """Let the parsers load what they load late, since no file can be opened later."""
    html.extract(b"<p>warm &eacute; &#8364; up")
    for encoding in ("cp437", "utf-16", "utf-8-sig", "latin-1", "cp1252", "raw_unicode_escape"):
        "x".encode(encoding)


def _limit() -> None:
    """Take away memory beyond the limit, and all files and sockets: no descriptor but the three standard ones.

    On systems without these limits (Windows) only the parent's limit on time remains.
    """
    try:
        import resource
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # macOS refuses RLIMIT_AS
            continue


if __name__ == "__main__":
    main()
