"""Pulling from a slow source: batches of what has arrived, within a deadline, and stopped as soon as nobody listens."""

from __future__ import annotations

import contextvars
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import TypeVar

T = TypeVar("T")


def pull(
    source: Callable[[], Iterator[T]], *, deadline: float, silence: float, interval: float = 0.05
) -> Generator[list[T], None, None]:
    """Yield what `source()` gives, in lists of what came during `interval` seconds.

    The source runs in a thread of its own, so that a silent one can be left: raises TimeoutError when nothing comes
    for `silence` seconds or the end is not reached within `deadline` seconds, else what the source raises. Closing
    the generator, or leaving it for any reason, closes the source at its next item.
    """
    items: queue.Queue[tuple[str, T | BaseException | None]] = queue.Queue(maxsize=256)
    stopped = threading.Event()
    reader = threading.Thread(
        target=contextvars.copy_context().run, args=(_read, source, items, stopped), daemon=True, name="sourcier-stream"
    )
    end = time.monotonic() + deadline
    reader.start()
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
        stopped.set()


def _batch(
    items: queue.Queue[tuple[str, T | BaseException | None]], end: float, silence: float, interval: float
) -> tuple[list[T], tuple[str, T | BaseException | None] | None]:
    """Wait for one item, then gather what else comes during `interval`; the second part is the source's end."""
    batch: list[T] = []
    until = min(end, time.monotonic() + silence)
    while True:
        try:
            kind, item = items.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            if batch and time.monotonic() < end:
                return batch, None
            late = time.monotonic() >= end
            raise TimeoutError("the answer took too long" if late else "nothing came any more") from None
        if kind != "item":
            return batch, (kind, item)
        if not batch:
            until = min(end, time.monotonic() + interval)
        batch.append(item)  # type: ignore[arg-type]


def _read(
    source: Callable[[], Iterator[T]],
    items: queue.Queue[tuple[str, T | BaseException | None]],
    stopped: threading.Event,
) -> None:
    """Run the source and put what it gives into `items`, until its end or until nobody listens."""
    iterator: Iterator[T] | None = None
    try:
        iterator = source()
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
