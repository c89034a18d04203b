"""Runs the async API from ordinary threads: one event loop in one daemon thread, started at first use."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Any, TypeVar

T = TypeVar("T")


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
        if threading.current_thread() is self._thread:
            coroutine.close()
            raise RuntimeError("the blocking API was called from inside its own event loop")
        loop = self.loop
        done: concurrent.futures.Future[T] = concurrent.futures.Future()
        tasks: list[asyncio.Task[T]] = []

        def start() -> None:
            task = loop.create_task(coroutine)
            tasks.append(task)
            task.add_done_callback(lambda ended: _copy(ended, done))

        loop.call_soon_threadsafe(start)
        try:
            return done.result()
        except BaseException:
            if not done.done():
                loop.call_soon_threadsafe(_cancel, tasks)
                concurrent.futures.wait([done])
            raise

    def iterate(self, source: AsyncIterator[T]) -> Iterator[T]:
        """Turn an async iterator into an iterator; closing it early closes the source."""
        try:
            while (item := self.run(_next(source))) is not None:
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


def _copy(task: asyncio.Task[T], future: concurrent.futures.Future[T]) -> None:
    if task.cancelled():
        future.set_exception(concurrent.futures.CancelledError())
    elif (error := task.exception()) is not None:
        future.set_exception(error)
    else:
        future.set_result(task.result())


def _cancel(tasks: list[asyncio.Task[T]]) -> None:
    for task in tasks:
        task.cancel()


async def _next(source: AsyncIterator[T]) -> tuple[T] | None:
    try:
        return (await anext(source),)
    except StopAsyncIteration:
        return None
