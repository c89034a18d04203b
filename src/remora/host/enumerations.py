"""Enumeration contexts: what is left of an enumeration for its owner to pull, until it ends, is released or expires."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar
from uuid import UUID

from remora.errors import InvalidState
from remora.states import Machine
from remora.wsman.client import wire_id
from remora.wsman.faults import EnumerationClosed, InvalidEnumerationContext, QuotaLimit
from remora.wsman.states import ENUMERATION, EnumerationState, EnumerationTrigger

T = TypeVar("T")
MAX_CONTEXTS_PER_USER: Final = 64
_REMEMBERED: Final = 1024


@dataclass(slots=True)
class _Context(Generic[T]):
    owner: str
    resource_uri: str
    items: list[T]
    expires: float
    machine: Machine[EnumerationState, EnumerationTrigger]


class Enumerations(Generic[T]):
    """All contexts. clock: monotonic seconds. A context is found only by the user and resource it was made for."""

    def __init__(self, *, new_id: Callable[[], UUID], clock: Callable[[], float]) -> None:
        self._new_id = new_id
        self._clock = clock
        self._contexts: OrderedDict[str, _Context[T]] = OrderedDict()

    def start(self, owner: str, resource_uri: str, items: Sequence[T], lifetime: float) -> str:
        """Keep items for later Pulls; return the context. Raises QuotaLimit when the user has too many."""
        self._expire()
        held = sum(c.owner == owner and c.machine.state is EnumerationState.OPEN for c in self._contexts.values())
        if held >= MAX_CONTEXTS_PER_USER:
            raise QuotaLimit("The user has too many open enumerations; release some. ")
        context = wire_id(self._new_id())
        machine = Machine(EnumerationState.OPEN, ENUMERATION)
        self._contexts[context] = _Context(owner, resource_uri.lower(), list(items), self._clock() + lifetime, machine)
        while len(self._contexts) > _REMEMBERED * 8:
            self._contexts.popitem(last=False)
        return context

    def pull(self, owner: str, resource_uri: str, context: str, count: int) -> tuple[list[T], bool]:
        """Return the next items and whether they are the last.

        Raises InvalidEnumerationContext for an unknown or expired context, EnumerationClosed after its end.
        """
        held = self._find(owner, resource_uri, context)
        items = held.items[:count]
        last = len(held.items) <= count
        self._fire(held, EnumerationTrigger.LAST if last else EnumerationTrigger.PULL)
        del held.items[:count]
        return items, last

    def push_back(self, owner: str, resource_uri: str, context: str, items: Sequence[T]) -> None:
        """Give back items of the last Pull that did not fit its reply."""
        held = self._contexts.get(context)
        if held is not None and held.owner == owner and held.resource_uri == resource_uri.lower():
            held.items[:0] = items
            if held.machine.state is EnumerationState.CLOSED:
                held.machine = Machine(EnumerationState.OPEN, ENUMERATION)

    def release(self, owner: str, resource_uri: str, context: str) -> None:
        """End an enumeration early; errors as ``pull``."""
        held = self._find(owner, resource_uri, context)
        self._fire(held, EnumerationTrigger.RELEASE)
        held.items.clear()

    def _find(self, owner: str, resource_uri: str, context: str) -> _Context[T]:
        self._expire()
        held = self._contexts.get(context)
        if held is None or held.owner != owner or held.resource_uri != resource_uri.lower():
            raise InvalidEnumerationContext()
        return held

    @staticmethod
    def _fire(held: _Context[T], trigger: EnumerationTrigger) -> None:
        try:
            held.machine.fire(trigger)
        except InvalidState:
            raise EnumerationClosed() from None

    def _expire(self) -> None:
        now = self._clock()
        for context in [key for key, held in self._contexts.items() if held.expires <= now]:
            del self._contexts[context]
