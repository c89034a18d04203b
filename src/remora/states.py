"""One generic state machine: a state is an Enum, its life is a table. Nothing else assigns ``state``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Generic, TypeVar

from remora.errors import InvalidState

S = TypeVar("S", bound=Enum)
T = TypeVar("T", bound=Enum)


class Machine(Generic[S, T]):
    """Holds a state and moves it along the rows of a table ``(state, trigger) -> state``.

    A (state, trigger) pair without a row raises InvalidState and leaves the state as it was.
    """

    __slots__ = ("_table", "state")

    def __init__(self, state: S, table: Mapping[tuple[S, T], S]) -> None:
        self.state = state
        self._table = table

    def check(self, trigger: T) -> S:
        """Return where the trigger would lead; change nothing."""
        try:
            return self._table[self.state, trigger]
        except KeyError:
            raise InvalidState(f"{trigger.name} while {self.state.name}") from None

    def can(self, trigger: T) -> bool:
        """Tell whether the table has a row for this trigger now."""
        return (self.state, trigger) in self._table

    def fire(self, trigger: T) -> S:
        """Move to the next state and return it."""
        self.state = self.check(trigger)
        return self.state
