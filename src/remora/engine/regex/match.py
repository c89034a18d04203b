"""What a search has found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from remora.engine.regex.groups import Group

if TYPE_CHECKING:
    from remora.engine.regex.pattern import Pattern


class Match:
    """One match. found: a match of ``re`` or ``regex``; offset: where the text that was searched begins in the given
    one.
    """

    __slots__ = ("found", "offset", "pattern")

    def __init__(self, found: Any, pattern: Pattern, offset: int = 0) -> None:
        self.found = found
        self.pattern = pattern
        self.offset = offset

    @property
    def input(self) -> str:
        """The text that was searched."""
        text: str = self.found.string
        return text

    @property
    def value(self) -> str:
        text: str = self.found[0]
        return text

    @property
    def start(self) -> int:
        """Where it begins in the text that was searched."""
        place: int = self.found.start()
        return place

    @property
    def end(self) -> int:
        place: int = self.found.end()
        return place

    def text(self, group: Group) -> str | None:
        """What a group matched last, None when it took no part."""
        found: str | None = self.found[self._place(group)]
        return found

    def captures(self, group: Group) -> list[tuple[str, int]]:
        """All that a group matched, with its index, in the order in which it did."""
        found, place = self.found, self._place(group)
        if hasattr(found, "captures"):
            starts = found.starts(place)
            return [(text, start + self.offset) for text, start in zip(found.captures(place), starts, strict=True)]
        return [] if found[place] is None else [(found[place], found.start(place) + self.offset)]

    def _place(self, group: Group) -> int | str:
        return f"g{group.number}" if group.number else 0

    def groups(self) -> Iterator[tuple[Group, str]]:
        """The groups that took part with what they matched last, without the match itself."""
        for group in self.pattern.groups.in_order[1:]:
            text = self.found[f"g{group.number}"]
            if text is not None:
                yield group, text

    def next(self) -> Match | None:
        """The match after this one, None when there is none."""
        return self.pattern.after(self)
