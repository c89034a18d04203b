"""Which handler catches: exact types before bases, the exception inside a wrapper before the wrapper, a handler for
everything last. Source: about_Try_Catch_Finally.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import NamedTuple

from remora.engine.errors import FROM_CMDLET, ErrorRecord, NetException, PSError
from remora.engine.exception_types import exception_type
from remora.engine.nettype import NetType

STOPPED = "System.Management.Automation.ActionPreferenceStopException"


class Handler(NamedTuple):
    """A type that a clause catches. type: None for everything; clause: the clause's index."""

    type: str | None
    clause: int


class Caught(NamedTuple):
    """The clause that catches, and the record as ``$_`` shows it there."""

    clause: int
    record: ErrorRecord


class _Search:
    def __init__(self, handlers: Sequence[Handler]) -> None:
        self.handlers = handlers
        self.ranks = _ranks(handlers)
        self.best = -1
        self.rank = len(handlers) + 1
        self.exception: NetException | None = None

    @property
    def open(self) -> bool:
        """A better handler is still possible."""
        return self.rank > 0

    def offer(self, names: Sequence[str], exc: NetException) -> None:
        """Look for a handler of a type with those names, own name first."""
        index = _by_type([name.lower() for name in names], self.handlers)
        if index < 0:
            return
        rank = self.ranks[index]
        everything = self.best >= 0 and self.handlers[self.best].type is None
        if rank < self.rank or (rank == self.rank and everything):
            self.best, self.rank, self.exception = index, rank, exc


def _names(handler: Handler) -> tuple[str, ...]:
    return exception_type(handler.type).names if handler.type is not None else ()


def _ranks(handlers: Sequence[Handler]) -> list[int]:
    """How many handlers before each one catch a more special type."""
    ranks = [0] * len(handlers)
    typed = len(handlers)
    if handlers and handlers[-1].type is None:
        typed -= 1
        ranks[-1] = typed
    for first in range(typed):
        bases = [name.lower() for name in _names(handlers[first])[1:]]
        for second in range(first + 1, typed):
            ranks[second] += (handlers[second].type or "").lower() in bases
    return ranks


def _by_type(names: Sequence[str], handlers: Sequence[Handler]) -> int:
    types = [handler.type.lower() if handler.type is not None else None for handler in handlers]
    if names[0] in types:
        return types.index(names[0])
    bases = set(names[1:])
    for index, name in enumerate(types):
        if name is not None and name in bases:
            return index
    return types.index(None) if None in types else -1


def find_handler(problem: PSError, handlers: Sequence[Handler]) -> Caught | None:
    """The handler for an error; None when nobody catches it."""
    record = problem.record
    if len(handlers) == 1 and handlers[0].type is None:
        return Caught(handlers[0].clause, record)
    exc = record.exception
    search = _Search(handlers)
    if problem.wrapper == STOPPED:
        search.offer(_wrapper(STOPPED).names, exc)
        if search.open and exc.inner is not None:
            search.offer(exc.inner.net_type_names(), exc.inner)
        if search.open:
            search.offer(exc.net_type_names(), exc)
    elif problem.wrapper == FROM_CMDLET:
        search.offer(exc.net_type_names(), exc)
        if search.open:
            search.offer(_wrapper(FROM_CMDLET).names, exc)
        if search.open and exc.inner is not None:
            search.offer(exc.inner.net_type_names(), exc.inner)
    else:
        if exc.inner is not None:
            search.offer(exc.inner.net_type_names(), exc.inner)
        if search.open:
            search.offer(exc.net_type_names(), exc)
    if search.best < 0:
        return None
    return Caught(search.handlers[search.best].clause, _shown(problem, search.exception))


def find_trap(problem: PSError, handlers: Sequence[Handler], *, direct: bool) -> Caught | None:
    """The trap for an error. direct: it did not come out of a command; other than with catch, a trap for everything
    then sees the inner exception.
    """
    exc = problem.record.exception
    inner, outer = exc.inner, exc.net_type_names()
    if problem.wrapper or not direct:
        inner = exc if problem.wrapper != STOPPED else None
        outer = _wrapper(problem.wrapper or FROM_CMDLET).names
    index, shown = -1, exc
    if inner is not None:
        index, shown = _by_type([name.lower() for name in inner.net_type_names()], handlers), inner
    if index < 0 or handlers[index].type is None:
        other = _by_type([name.lower() for name in outer], handlers)
        if other != index:
            index, shown = other, exc
    return Caught(handlers[index].clause, _shown(problem, shown)) if index >= 0 else None


def _wrapper(name: str) -> NetType:
    return exception_type(name)


def _shown(problem: PSError, exc: NetException | None) -> ErrorRecord:
    """The record with the exception that the handler asked for, when it was inside the engine's own."""
    record = problem.record
    claimed = record.invocation is not None and record.invocation.command is not None
    if exc is None or exc is record.exception or problem.wrapper or claimed:
        return record
    shown = copy.copy(record)
    shown.exception = exc
    return shown
