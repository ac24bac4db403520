"""Pulling from a slow source: batches of what has arrived, within a deadline, and stopped as soon as nobody listens."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import os
import queue
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from functools import cache
from typing import TypeVar

T = TypeVar("T")

_STEP = 0.1
"""Seconds between two looks at whether anybody still listens."""
_halt: contextvars.ContextVar[threading.Event | None] = contextvars.ContextVar("sourcier_halt", default=None)


class Stopped(BaseException):
    """Nobody listens any more. No failure of the source, and so no Exception, as `GeneratorExit` is none."""


@contextlib.contextmanager
def stopping(halt: threading.Event) -> Iterator[None]:
    """Make whatever is pulled inside raise `Stopped` soon after `halt` is set, also while it waits for a source."""
    token = _halt.set(halt)
    try:
        yield
    finally:
        _halt.reset(token)


def pull(
    source: Callable[[], Iterator[T] | AsyncIterator[T]], *, deadline: float, silence: float, interval: float = 0.05
) -> Generator[list[T], None, None]:
    """Yield what `source()` gives, in lists of what came during `interval` seconds.

    The source runs beside its reader, so that a silent one can be left: raises TimeoutError when nothing comes for
    `silence` seconds or the end is not reached within `deadline` seconds, else what the source raises. Closing the
    generator, or leaving it for any reason, cancels an asynchronous source at once, which ends its request, and
    closes another one, run in a thread of its own, at its next item.
    """
    items: queue.Queue[tuple[str, T | BaseException | None]] = queue.Queue(maxsize=256)
    end = time.monotonic() + deadline
    stop = _started(source, items)
    try:
        while True:
            batch, last = _batch(items, end, silence, interval)
            if batch:
                yield batch
            if last is not None:
                if isinstance(last[1], BaseException):
                    raise last[1]
                return
    finally:
        stop()


def _batch(
    items: queue.Queue[tuple[str, T | BaseException | None]], end: float, silence: float, interval: float
) -> tuple[list[T], tuple[str, T | BaseException | None] | None]:
    """Wait for one item, then gather what else comes during `interval`; the second part is the source's end."""
    batch: list[T] = []
    until = min(end, time.monotonic() + silence)
    halt = _halt.get()
    while True:
        if halt is not None and halt.is_set():
            raise Stopped
        try:
            kind, item = items.get(timeout=min(_STEP, max(0.0, until - time.monotonic())))
        except queue.Empty:
            if time.monotonic() < until:
                continue
            if batch and time.monotonic() < end:
                return batch, None
            late = time.monotonic() >= end
            raise TimeoutError("the answer took too long" if late else "nothing came any more") from None
        if kind != "item":
            return batch, (kind, item)
        if not batch:
            until = min(end, time.monotonic() + interval)
        batch.append(item)  # type: ignore[arg-type]


def _started(
    source: Callable[[], Iterator[T] | AsyncIterator[T]], items: queue.Queue[tuple[str, T | BaseException | None]]
) -> Callable[[], object]:
    """Start reading the source into `items`; give what stops it."""
    stopped = threading.Event()
    made: list[asyncio.Task[None]] = []
    iterator: Iterator[T] | AsyncIterator[T] | None = None
    try:
        iterator = source()
    except BaseException as error:  # it is raised again where the answer is read
        items.put(("error", error))
        return stopped.set
    if not isinstance(iterator, AsyncIterator):
        reader = threading.Thread(
            target=contextvars.copy_context().run,
            args=(_read, iterator, items, stopped),
            daemon=True,
            name="sourcier-stream",
        )
        reader.start()
        return stopped.set
    with _starting:
        loop, asked = _loop(os.getpid()), iterator

    def begin() -> None:
        if not stopped.is_set():
            made.append(loop.create_task(_aread(asked, items)))

    def stop() -> None:
        stopped.set()
        loop.call_soon_threadsafe(lambda: made and made[0].cancel())

    loop.call_soon_threadsafe(begin)
    return stop


_starting = threading.Lock()
"""Taken while the loop is asked for: a cached function may run twice at once."""


@cache
def _loop(_process: int) -> asyncio.AbstractEventLoop:
    """Give the one loop of this process that requests run in: the providers' clients keep connections open in it."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True, name="sourcier-requests").start()
    return loop


async def _aread(iterator: AsyncIterator[T], items: queue.Queue[tuple[str, T | BaseException | None]]) -> None:
    """Put what an asynchronous source gives into `items`, until its end or until the task is cancelled."""

    async def put(item: tuple[str, T | BaseException | None]) -> None:
        while True:
            try:
                return items.put_nowait(item)
            except queue.Full:
                await asyncio.sleep(_STEP / 10)

    try:
        if isinstance(iterator, AsyncGenerator):
            async with contextlib.aclosing(iterator):
                async for item in iterator:
                    await put(("item", item))
        else:
            async for item in iterator:
                await put(("item", item))
    except Exception as error:  # it is raised again where the answer is read
        await put(("error", error))
    else:
        await put(("end", None))


def _read(
    iterator: Iterator[T],
    items: queue.Queue[tuple[str, T | BaseException | None]],
    stopped: threading.Event,
) -> None:
    """Run the source and put what it gives into `items`, until its end or until nobody listens."""
    try:
        for item in iterator:
            if not _put(items, ("item", item), stopped):
                return
        _put(items, ("end", None), stopped)
    except BaseException as error:  # it is raised again where the answer is read
        _put(items, ("error", error), stopped)
    finally:
        close = getattr(iterator, "close", None)
        if close is not None:
            close()


def _put(
    items: queue.Queue[tuple[str, T | BaseException | None]],
    item: tuple[str, T | BaseException | None],
    stopped: threading.Event,
) -> bool:
    while not stopped.is_set():
        try:
            items.put(item, timeout=0.1)
        except queue.Full:
            continue
        return not stopped.is_set()
    return False
