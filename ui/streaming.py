"""A stream of answers at a pace the page and the server can bear."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import Executor
from typing import TypeVar

from rag import stopping

CALM = 0.1
"""Seconds between two updates of one page, at least."""
SLOWEST = 1.0
"""Seconds between two updates of one page, at most."""
EACH_SECOND = 200
"""Updates of all pages together that a server can bear in a second."""

T = TypeVar("T")


class Pace:
    """How many answers are being written now, and so how often each page is updated."""

    def __init__(self) -> None:
        self.running = 0

    @property
    def interval(self) -> float:
        """Seconds between two updates of one page: the more pages are written at once, the longer."""
        return min(max(CALM, self.running / EACH_SECOND), SLOWEST)


async def paced(
    start: Callable[[], Iterator[T]], executor: Executor, pace: Pace, halt: asyncio.Event | None = None
) -> AsyncGenerator[T]:
    """Yield what `start()` yields, from a thread of `executor`: the first at once, then the newest at each interval.

    The last item is never dropped. What `start()` or its iterator raises is raised here. Setting `halt` ends this
    iterator; ending or closing it closes the one behind it at its next item, or where it waits for a model, at once.
    """
    loop = asyncio.get_running_loop()
    arrived = asyncio.Event()
    newest: list[T] = []
    stopped = threading.Event()

    def pull() -> None:
        iterator = start()
        try:
            with stopping(stopped):
                for item in iterator:
                    if stopped.is_set():
                        return
                    newest[:] = [item]
                    loop.call_soon_threadsafe(arrived.set)
        finally:
            close = getattr(iterator, "close", None)
            if close is not None:
                close()

    work = loop.run_in_executor(executor, pull)
    work.add_done_callback(lambda _: arrived.set())
    work.add_done_callback(lambda done: done.cancelled() or done.exception())
    halt = halt or asyncio.Event()
    halting = asyncio.ensure_future(halt.wait())
    halting.add_done_callback(lambda _: arrived.set())
    pace.running += 1
    try:
        while not work.done():
            await arrived.wait()
            arrived.clear()
            if newest:
                yield newest.pop()
            if halt.is_set():
                return
            if not work.done():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(asyncio.shield(work), pace.interval)
        await work
        if newest:
            yield newest.pop()
    finally:
        pace.running -= 1
        stopped.set()
        halting.cancel()
