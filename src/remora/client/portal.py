"""Runs the async API from ordinary threads: one event loop in one daemon thread, started at first use."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Call(Generic[T]):
    """One coroutine on its way in the loop, seen from another thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T]) -> None:
        self._loop = loop
        self._coroutine = coroutine
        self._task: asyncio.Task[T] | None = None
        self._done: concurrent.futures.Future[T] = concurrent.futures.Future()
        loop.call_soon_threadsafe(self._start)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it has ended, at most so long; tells whether it has."""
        concurrent.futures.wait([self._done], seconds)
        return self._done.done()

    def result(self) -> T:
        """Wait for its end and return or raise what it did; a cancelled one raises CancelledError."""
        return self._done.result()

    def cancel(self) -> None:
        """Cancel it and wait until it has cleaned up; nothing when it has ended."""
        if not self._done.done():
            self._loop.call_soon_threadsafe(self._stop)
            concurrent.futures.wait([self._done])

    def _start(self) -> None:
        self._task = self._loop.create_task(self._coroutine)
        self._task.add_done_callback(self._copy)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _copy(self, task: asyncio.Task[T]) -> None:
        if task.cancelled():
            self._done.set_exception(concurrent.futures.CancelledError())
        elif (error := task.exception()) is not None:
            self._done.set_exception(error)
        else:
            self._done.set_result(task.result())


class Portal:
    """A door into an event loop for threads that have none.

    A KeyboardInterrupt in the waiting thread cancels the remote work and lets it clean up.
    """

    def __init__(self, name: str = "remora-portal") -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop of the portal, started now if it was not."""
        with self._lock:
            if self._loop is None:
                started = threading.Event()
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._serve, args=(self._loop, started), name=self._name, daemon=True
                )
                self._thread.start()
                started.wait()
            return self._loop

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run the coroutine in the loop and return what it returns.

        An exception that ends the waiting, such as Ctrl-C, cancels the coroutine and waits until it has cleaned up; a
        second one does not wait. Raises RuntimeError when called from the loop's own thread, which would wait for
        itself.
        """
        call = self.start(coroutine)
        try:
            return call.result()
        except BaseException:
            call.cancel()
            raise

    def start(self, coroutine: Coroutine[Any, Any, T]) -> Call[T]:
        """Start the coroutine in the loop and return at once."""
        if threading.current_thread() is self._thread:
            coroutine.close()
            raise RuntimeError("the blocking API was called from inside its own event loop")
        return Call(self.loop, coroutine)

    def iterate(self, source: AsyncIterator[T]) -> Iterator[T]:
        """Turn an async iterator into an iterator; closing it early closes the source."""
        try:
            while (item := self.run(next_of(source))) is not None:
                yield item[0]
        finally:
            if (close := getattr(source, "aclose", None)) is not None:
                self.run(close())

    def stop(self) -> None:
        """End the loop; whatever still runs in it is cancelled."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()

    @staticmethod
    def _serve(loop: asyncio.AbstractEventLoop, started: threading.Event) -> None:
        asyncio.set_event_loop(loop)
        loop.call_soon(started.set)
        try:
            loop.run_forever()
        finally:
            pending = asyncio.all_tasks(loop)
            for task in pending:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()


async def next_of(source: AsyncIterator[T]) -> tuple[T] | None:
    """Return the next item in a tuple, None at the end: StopAsyncIteration does not travel between threads."""
    try:
        return (await anext(source),)
    except StopAsyncIteration:
        return None
