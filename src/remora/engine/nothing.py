"""NOTHING: what a pipeline without output gives (AutomationNull). In an expression it counts as $null, in a pipeline
as no objects.
"""

from __future__ import annotations

from typing import Any, Final


class Nothing:
    """The type of NOTHING."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NOTHING"

    def __bool__(self) -> bool:
        return False


NOTHING: Final = Nothing()


def collected(items: list[Any]) -> Any:
    """A pipeline's output as a value: none -> NOTHING, one -> it, more -> Object[]."""
    count = len(items)
    if count == 1:
        return items[0]
    return items if count else NOTHING
