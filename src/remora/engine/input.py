"""``$input``: an enumerator over what has come down the pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from remora.engine.convert.text import to_text
from remora.engine.enumeration import Enumerator
from remora.engine.nettype import OBJECT, NetType


class InputEnumerator(Enumerator):
    """Reads a list once; ``Reset()`` starts again. Also what GetEnumerator() returns."""

    __slots__ = ("_items", "_next", "current")
    net_type = NetType(
        "System.Collections.ArrayList+ArrayListEnumeratorSimple", OBJECT, interfaces=("System.Collections.IEnumerator",)
    )

    def __init__(self, items: list[Any]) -> None:
        self._items = items
        self._next = 0
        self.current: Any = None

    def items(self) -> Iterator[Any]:
        while self.move_next():
            yield self.current

    def net_text(self) -> str:
        """What is left, with blanks between; reading it uses it up."""
        return " ".join([to_text(item) for item in self.items()])

    def move_next(self) -> bool:
        """Step to the next item; False at the end."""
        if self._next >= len(self._items):
            return False
        self.current = self._items[self._next]
        self._next += 1
        return True

    def reset(self) -> None:
        self._next = 0
        self.current = None


InputEnumerator.net_type.property("Current")(lambda e: e.current)
InputEnumerator.net_type.method("MoveNext()", returns="bool")(lambda e: e.move_next())
InputEnumerator.net_type.method("Reset()", returns="void")(lambda e: e.reset())
