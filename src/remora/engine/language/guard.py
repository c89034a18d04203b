"""What scripts do to the elements of collections, checked as if they did it to each element alone."""

from __future__ import annotations

from typing import Any


def guard(item: Any, *, assigns: bool = False) -> None:
    """What a script does to an element of a collection is checked as if it did it to the element alone."""
    from remora.engine.context import running

    context = running()
    if context is not None and context.mode.limited:
        from remora.engine.language.checks import check_call, check_set

        if assigns:
            check_set(item)
        else:
            check_call(item, static=False)


def guard_conversion(value: Any, target: Any) -> None:
    """The constrained language converts to core types only. Raises PSError."""
    from remora.engine.context import running

    context = running()
    if context is not None and context.mode.limited:
        from remora.engine.language.checks import check_conversion

        check_conversion(value, target)
