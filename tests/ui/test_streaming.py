import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ui.streaming import EACH_SECOND, Pace, paced


def collect(start: Callable[[], Iterator[int]], pace: Pace | None = None) -> list[int]:
    async def run() -> list[int]:
        with ThreadPoolExecutor(1) as executor:
            return [item async for item in paced(start, executor, pace or Pace())]

    return asyncio.run(run())


def numbers(count: int, pause: float) -> Iterator[int]:
    for number in range(count):
        time.sleep(pause)
        yield number


def test_a_fast_stream_is_thinned_and_ends_with_its_last_item() -> None:
    seen = collect(lambda: numbers(300, 0.001))
    assert seen[-1] == 299
    assert seen == sorted(seen)
    assert 2 <= len(seen) <= 15


def test_a_stream_that_ends_at_once_still_gives_its_last_item() -> None:
    assert collect(lambda: iter([1, 2, 3]))[-1] == 3
    assert collect(lambda: iter([])) == []


def test_what_the_stream_raises_is_raised_to_the_reader() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        collect(broken)


def test_closing_early_closes_the_stream_behind_and_frees_the_thread() -> None:
    closed = threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                time.sleep(0.005)
                yield 1
        finally:
            closed.set()

    async def run() -> int:
        pace = Pace()
        with ThreadPoolExecutor(1) as executor:
            stream = paced(endless, executor, pace)
            await anext(stream)
            await stream.aclose()
            return pace.running

    assert asyncio.run(run()) == 0
    assert closed.wait(2)


def test_halting_ends_a_stream_that_is_silent() -> None:
    release = threading.Event()

    def silent() -> Iterator[int]:
        yield 1
        release.wait(5)
        yield 2

    async def run() -> list[int]:
        halt = asyncio.Event()
        seen = []
        executor = ThreadPoolExecutor(1)
        async for item in paced(silent, executor, Pace(), halt):
            seen.append(item)
            halt.set()
        release.set()
        await asyncio.to_thread(executor.shutdown)
        return seen

    started = time.monotonic()
    assert asyncio.run(run()) == [1]
    assert time.monotonic() - started < 2


def test_the_loop_stays_free_while_the_stream_blocks() -> None:
    async def run() -> int:
        beats = 0

        async def beat() -> None:
            nonlocal beats
            while True:
                await asyncio.sleep(0.01)
                beats += 1

        task = asyncio.create_task(beat())
        with ThreadPoolExecutor(1) as executor:
            async for _ in paced(lambda: numbers(2, 0.2), executor, Pace()):
                pass
        task.cancel()
        return beats

    assert asyncio.run(run()) > 10


def test_pages_are_updated_less_often_when_many_are_written() -> None:
    pace = Pace()
    assert pace.interval == 0.1
    for running in (50, 100, 200):
        pace.running = running
        assert pace.interval >= 0.25 and running / pace.interval <= EACH_SECOND
    pace.running = 5_000
    assert pace.interval <= 1.0
