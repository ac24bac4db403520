"""Model servers on loopback that speak the OpenAI, Anthropic and Ollama protocols, and fail as they are told to."""

from __future__ import annotations

import json
import select
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """What the server answers once: words streamed one piece an event, or a status with a body.

    `cut`: bytes of the stream sent before the connection breaks; `clean` breaks it as if it had ended well; `silent`:
    seconds before the first byte; `pause`: seconds between events; `drip`: one byte every `drip` seconds.
    """

    pieces: Sequence[Any] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    cut: int | None = None
    clean: bool = False
    silent: float = 0.0
    pause: float = 0.0
    drip: float = 0.0
    finish: str = "stop"


def until(happened: Callable[[], bool], seconds: float = 3.0) -> None:
    """Wait until it happened, no longer than `seconds`."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def threads() -> int:
    """Count the threads, without the ones that all requests share: the loop's own and the one it looks up names in."""
    return sum(not each.name.startswith(("sourcier-requests", "asyncio_")) for each in threading.enumerate())


class ModelServer:
    """A context manager; `url` is its address, `requests` what it was asked: (path, headers, body)."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.requests: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.left_early = 0
        self._lock = threading.Lock()

    def __enter__(self) -> ModelServer:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("_Bound", (_Handler,), {"model_server": self}))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def next(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> Reply:
        """Give the next reply; the last one again and again."""
        with self._lock:
            self.requests.append((path, headers, body))
            return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


class _Handler(BaseHTTPRequestHandler):
    model_server: ModelServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        reply = self.model_server.next(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
        if self._left_during(reply.silent):
            return
        try:
            if reply.body is not None or reply.status != 200:
                self._whole(reply)
            else:
                self._stream(reply, body)
        except OSError:
            self.model_server.left_early += 1
            self.close_connection = True

    def _left_during(self, seconds: float) -> bool:
        """Say nothing for so long; True as soon as the other side has closed the connection."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.connection], [], [], min(left, 0.05))[0] and not self.connection.recv(1):
                self.model_server.left_early += 1
                self.close_connection = True
                return True
        return False

    def _whole(self, reply: Reply) -> None:
        body = reply.body if reply.body is not None else json.dumps({"error": {"message": "failed"}}).encode()
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, reply: Reply, body: dict[str, Any]) -> None:
        speak = {"/v1/messages": anthropic, "/api/chat": ollama}.get(self.path, openai)
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson" if speak is ollama else "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")
        self.end_headers()
        left = reply.cut
        for event in speak(reply, str(body.get("model"))):
            data = event if left is None else event[:left]
            left = None if left is None else left - len(data)
            self._send(data, reply.drip)
            if left == 0:
                break
            time.sleep(reply.pause)
        if left is None or reply.clean:
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = True

    def _send(self, data: bytes, drip: float) -> None:
        for piece in [data[i : i + 1] for i in range(len(data))] if drip else [data] if data else []:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
            time.sleep(drip)

    def log_message(self, *_: object) -> None:
        """Keep the tests' output quiet."""


def openai(reply: Reply, model: str) -> Iterator[bytes]:
    """Chat completion chunks, the usage, the end mark."""

    def event(choices: list[Any], **more: object) -> bytes:
        form = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": model, "choices": choices, **more}
        return b"data: " + json.dumps(form, ensure_ascii=False).encode() + b"\n\n"

    for piece in reply.pieces:
        delta = piece if isinstance(piece, dict) else {"role": "assistant", "content": piece}
        yield event([{"index": 0, "delta": delta, "finish_reason": None}])
    yield event([{"index": 0, "delta": {}, "finish_reason": reply.finish}])
    yield event([], usage={"prompt_tokens": 111, "completion_tokens": 22, "total_tokens": 133})
    yield b"data: [DONE]\n\n"


def anthropic(reply: Reply, model: str) -> Iterator[bytes]:
    """Message events; a piece that is a list is one block: its text, then its citations."""

    def event(kind: str, **form: object) -> bytes:
        return (
            f"event: {kind}\ndata: ".encode()
            + json.dumps({"type": kind, **form}, ensure_ascii=False).encode()
            + b"\n\n"
        )

    message = {
        "id": "1", "type": "message", "role": "assistant", "model": model, "content": [], "stop_reason": None,
        "stop_sequence": None, "usage": {"input_tokens": 111, "output_tokens": 1},
    }  # fmt: skip
    yield event("message_start", message=message)
    blocks = [piece if isinstance(piece, list) else [piece] for piece in reply.pieces]
    for index, (text, *citations) in enumerate(blocks):
        start: dict[str, Any] = {"type": "text", "text": ""}
        if citations:
            start["citations"] = []
        yield event("content_block_start", index=index, content_block=start)
        yield event("content_block_delta", index=index, delta={"type": "text_delta", "text": text})
        for citation in citations:
            yield event("content_block_delta", index=index, delta={"type": "citations_delta", "citation": citation})
        yield event("content_block_stop", index=index)
    usage = {"input_tokens": 111, "output_tokens": 22}
    finish = "end_turn" if reply.finish == "stop" else reply.finish
    yield event("message_delta", delta={"stop_reason": finish, "stop_sequence": None}, usage=usage)
    yield event("message_stop")


def ollama(reply: Reply, model: str) -> Iterator[bytes]:
    """One JSON object a line, the last one with the counts."""

    def line(content: str, **more: object) -> bytes:
        form = {
            "model": model,
            "created_at": "2026-01-01T00:00:00Z",
            "message": {"role": "assistant", "content": content},
        }
        return json.dumps({**form, "done": False, **more}, ensure_ascii=False).encode() + b"\n"

    for piece in reply.pieces:
        yield line(piece)
    yield line("", done=True, done_reason=reply.finish, prompt_eval_count=111, eval_count=22)
