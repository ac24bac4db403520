"""Many chats at once against the real server: retrieval and reader on, a scripted model that speaks for five seconds.

    python tests/benchmarks/load/chat.py --chats 50 --within 30 [PATH ...]

Prints, for first words and for the whole answer, the median and the 95th percentile in seconds, the errors, and the
server's processor seconds. PATHs are read into the collection (default: seeds/).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[3]
SENTENCES = 10
SECONDS = 5.0
QUESTIONS = (
    "Combien Nvidia investit-il dans Anthropic ?",
    "Who remains Anthropic's main cloud provider?",
    "Quelle capacité Azure Anthropic achète-t-il ?",
    "Which models come to Foundry?",
)


@dataclass(frozen=True)
class Chat:
    first: float
    total: float
    error: str = ""
    place: int = 0


def serve(port: int, paths: Sequence[str]) -> None:
    """Run the server whose model says one word after another, each sentence citing its evidence."""
    sys.path.insert(0, str(ROOT))
    from rag import Chatbot, Citation, Draft, Evidence, Message, Statement
    from ui.server import serve as run

    class Speaker:
        name = "scripted"

        def stream(self, question: str, evidence: Sequence[Evidence], history: Sequence[Message]) -> Iterator[Draft]:
            said: list[Statement] = []
            for number in range(SENTENCES):
                source = evidence[number % len(evidence)]
                citation = Citation(0, source.span, source.text, source.title, source.page)
                words = source.text.split() or ["…"]
                for count in range(5):
                    time.sleep(SECONDS / SENTENCES / 5)
                    part = " ".join(words[: max(1, len(words) * (count + 1) // 5)])
                    yield Draft((*said, Statement(part)))
                said.append(Statement(source.text, (citation,)))
            yield Draft(tuple(said), complete=True)

    bot = Chatbot.from_paths(list(paths), backend=Speaker())
    bot.ask(QUESTIONS[0])
    run(bot, port=port, on_ready=lambda address: print("ready", flush=True))


async def chat(client: httpx.AsyncClient, base: str, function: int, number: int) -> Chat:
    """Ask one question the way the page does and time it."""
    session = secrets.token_hex(8)
    started = time.perf_counter()
    first, place = 0.0, 0
    body = {
        "data": [f"{QUESTIONS[number % len(QUESTIONS)]} ({number})", ""],  # each its own, so that the reader reads
        "fn_index": function,
        "session_hash": session,
        "trigger_id": 1,
        "event_data": None,
    }
    try:
        joined = await client.post(f"{base}/gradio_api/queue/join", json=body)
        joined.raise_for_status()
        async with client.stream("GET", f"{base}/gradio_api/queue/data", params={"session_hash": session}) as stream:
            async for line in stream.aiter_lines():
                if not line.startswith("data:"):
                    continue
                message = json.loads(line[5:])
                kind = message["msg"]
                if kind == "estimation":
                    place = max(place, (message.get("rank") or 0) + 1)
                elif kind == "process_generating" and not first and "statement" in line:
                    first = time.perf_counter() - started
                elif kind == "process_completed":
                    total = time.perf_counter() - started
                    return Chat(first or total, total, "" if message["success"] else "failed", place)
                elif kind == "unexpected_error":
                    return Chat(0, 0, str(message.get("message")), place)
    except httpx.HTTPError as error:
        return Chat(0, 0, repr(error), place)
    return Chat(0, 0, "the stream ended early", place)


async def load(base: str, chats: int, within: float) -> list[Chat]:
    """Start `chats` chats spread evenly over `within` seconds."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=180, limits=limits) as client:
        config = (await client.get(f"{base}/config")).json()
        asks = [one["id"] for one in config["dependencies"] if one["api_name"] == "ask"]

        async def later(number: int) -> Chat:
            await asyncio.sleep(within * number / chats)
            return await chat(client, base, asks[0], number)

        return list(await asyncio.gather(*(later(number) for number in range(chats))))


def main() -> None:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", default=[str(ROOT / "seeds")])
    parser.add_argument("--chats", type=int, default=50)
    parser.add_argument("--within", type=float, default=30.0)
    parser.add_argument("--port", type=int, default=7899)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(given.port, given.paths)
        return
    command = [sys.executable, __file__, "--serve", "--port", str(given.port), *given.paths]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None and server.stdout.readline().strip() == "ready"
        done = asyncio.run(load(f"http://127.0.0.1:{given.port}/en", given.chats, given.within))
    finally:
        server.send_signal(signal.SIGINT)
        _, _, used = os.wait4(server.pid, 0)
    good = [one for one in done if not one.error]
    for name, values in (("first words", [one.first for one in good]), ("whole answer", [one.total for one in good])):
        if len(values) > 1:
            cut = statistics.quantiles(values, n=20, method="inclusive")[-1]
            print(f"{name:>13}: median {statistics.median(values):.2f} s, p95 {cut:.2f} s, worst {max(values):.2f} s")
    print(
        f"chats {len(done)} within {given.within:g} s, errors {len(done) - len(good)}, "
        f"longest place in the queue {max(one.place for one in done)}"
    )
    print(f"server processor seconds {used.ru_utime + used.ru_stime:.1f}, load average {os.getloadavg()[0]:.1f}")
    for error in sorted({one.error for one in done if one.error}):
        print("error:", error)


if __name__ == "__main__":
    main()
