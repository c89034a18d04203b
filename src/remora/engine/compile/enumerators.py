"""``$foreach`` and ``$switch``: the enumerator of the running loop, where the loop's text names it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from remora.engine.compile.variables import restore_cell, swap_cell
from remora.engine.frame import Frame
from remora.engine.input import InputEnumerator

Loop = Callable[[Frame, Iterable[Any]], None]


class LoopEnumerator(InputEnumerator):
    """The items of a loop, which its body may step through too."""

    __slots__ = ("_rest", "_source")

    def __init__(self, source: Iterable[Any]) -> None:
        super().__init__([])
        self._source = source
        self._rest = iter(source)

    def move_next(self) -> bool:
        for item in self._rest:
            self.current = item
            return True
        return False

    def reset(self) -> None:
        self._rest = iter(self._source)
        self.current = None


def with_enumerator(name: str, text: str, loop: Loop) -> Loop:
    """The loop with its enumerator as a variable of that name, when the text uses one."""
    folded = text.lower()
    if f"${name}" not in folded and f"${{{name}}}" not in folded:
        return loop

    def run(f: Frame, values: Iterable[Any]) -> None:
        enumerator = LoopEnumerator(values)
        hidden = swap_cell(f.scope, name, enumerator)
        try:
            loop(f, enumerator.items())
        finally:
            restore_cell(f.scope, name, hidden)

    return run
