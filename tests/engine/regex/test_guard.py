"""Searches that take long."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from remora.engine.commands import CommandTable
from remora.engine.context import EngineContext, set_current
from remora.engine.errors import PipelineStopped, PSError
from remora.engine.regex import pattern as patterns
from remora.engine.regex.guard import BESIDE_LIMIT, FIRST_LIMIT, SHORT_TEXT, MatchTimeoutError, guarded
from remora.engine.regex.pattern import Pattern

EXPLOSION = "^(a|aa)+$b"


@pytest.fixture
def context() -> Iterator[EngineContext]:
    made = EngineContext(CommandTable())
    set_current(made)
    yield made
    set_current(None)


class Search:
    """A search that takes so many tries. threads: on which it ran; limits: that it was given."""

    def __init__(self, tries: int) -> None:
        self.tries = tries
        self.limits: list[float] = []
        self.threads: list[threading.Thread] = []

    def __call__(self, limit: float) -> str:
        self.limits.append(limit)
        self.threads.append(threading.current_thread())
        if len(self.limits) < self.tries:
            raise TimeoutError
        return "found"


def test_a_short_search_runs_where_it_is_asked_for() -> None:
    search = Search(1)
    assert guarded(search, 1, None) == "found"
    assert (search.limits, search.threads) == ([FIRST_LIMIT], [threading.current_thread()])


def test_a_long_one_runs_beside_with_limits_that_double() -> None:
    search = Search(4)
    assert guarded(search, 0, None) == "found"
    assert search.limits == [FIRST_LIMIT, BESIDE_LIMIT, 2 * BESIDE_LIMIT, 4 * BESIDE_LIMIT]
    assert threading.current_thread() not in search.threads[1:]


def test_a_long_text_is_searched_beside_at_once() -> None:
    search = Search(1)
    assert guarded(search, SHORT_TEXT + 1, None) == "found"
    assert threading.current_thread() not in search.threads


def test_what_goes_wrong_beside_is_raised() -> None:
    def search(limit: float) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        guarded(search, SHORT_TEXT + 1, None)


def test_a_timeout_ends_it() -> None:
    def search(limit: float) -> None:
        raise TimeoutError

    with pytest.raises(MatchTimeoutError):
        guarded(search, 1, 0.01)


def test_a_timeout_does_not_wait_for_the_search() -> None:
    release = threading.Event()
    with pytest.raises(MatchTimeoutError):
        guarded(lambda limit: release.wait(30), SHORT_TEXT + 1, 0.01)
    release.set()


def test_a_stop_does_not_wait_for_the_search(context: EngineContext) -> None:
    release, begun = threading.Event(), threading.Event()

    def search(limit: float) -> None:
        begun.set()
        release.wait(30)

    def stop() -> None:
        begun.wait(30)
        context.request_stop()

    threading.Thread(target=stop).start()
    with pytest.raises(PipelineStopped):
        guarded(search, SHORT_TEXT + 1, None)
    release.set()


def test_other_threads_go_on_meanwhile(context: EngineContext) -> None:
    """This one counts while the other searches what never ends, and stops it at last."""
    ended: list[BaseException] = []

    def search() -> None:
        set_current(context)
        try:
            Pattern(EXPLOSION).is_match("a" * 60)
        except PipelineStopped as stopped:
            ended.append(stopped)

    searching = threading.Thread(target=search)
    searching.start()
    assert sum(Pattern("b").is_match("ab") for _ in range(1000)) == 1000
    assert searching.is_alive()
    context.request_stop()
    searching.join(10)
    assert len(ended) == 1


def test_a_pattern_with_a_timeout() -> None:
    with pytest.raises(PSError) as problem:
        Pattern(EXPLOSION, timeout=0.05).find("a" * 60)
    exception = problem.value.record.exception
    assert exception.kind.name == "System.Text.RegularExpressions.RegexMatchTimeoutException"
    assert exception.properties["Pattern"] == EXPLOSION


def test_a_search_that_needs_too_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def search(*_given: object) -> None:
        raise MemoryError

    monkeypatch.setattr(patterns, "guarded", search)
    with pytest.raises(PSError, match="Insufficient memory"):
        Pattern(EXPLOSION).find("a")
