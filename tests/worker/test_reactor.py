from __future__ import annotations

import os
import selectors
import threading
import time

from remora.worker.reactor import Reactor


def running(reactor: Reactor) -> threading.Thread:
    thread = threading.Thread(target=reactor.run)
    thread.start()
    return thread


def test_no_wake_from_any_thread_is_ever_lost() -> None:
    done: list[int] = []
    reactor = Reactor(deadline=lambda: None, tick=lambda: None)
    thread = running(reactor)

    def call_many(base: int) -> None:
        for number in range(2000):
            seen = threading.Event()
            reactor.call(lambda number=number, seen=seen: (done.append(base + number), seen.set()))
            if number % 3 == 0:
                assert seen.wait(10)

    callers = [threading.Thread(target=call_many, args=(base,)) for base in (0, 10_000, 20_000, 30_000)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    last = threading.Event()
    reactor.call(last.set)
    assert last.wait(10)
    reactor.stop()
    thread.join(10)
    assert len(done) == 8000


def test_deadlines_tick_and_descriptors_call_back() -> None:
    ticks: list[float] = []
    begun = time.monotonic()
    reader, writer = os.pipe()
    got: list[bytes] = []
    reactor = Reactor(
        deadline=lambda: begun + 0.05 if not ticks else None,
        tick=lambda: ticks.append(time.monotonic() - begun) if time.monotonic() - begun >= 0.05 else None,
    )
    reactor.watch(reader, selectors.EVENT_READ, lambda events: got.append(os.read(reader, 10)))
    thread = running(reactor)
    os.write(writer, b"x")
    while not (got and ticks):
        assert time.monotonic() - begun < 10
        time.sleep(0.005)
    reactor.forget(reader)
    reactor.forget(reader)
    reactor.stop()
    thread.join(10)
    reactor.wake()
    assert got == [b"x"]
    assert ticks[0] >= 0.05
    os.close(reader)
    os.close(writer)
