"""The groups of a pattern as .NET counts: 0 is the match, then those without names, then the named ones."""

from __future__ import annotations


class Group:
    """A group: its number, and its name, which is the number where it has none."""

    __slots__ = ("name", "number")

    def __init__(self, number: int, name: str) -> None:
        self.number = number
        self.name = name


class Groups:
    """All groups by number. unnamed: how many have neither; numbers: those given in the pattern; names: in their
    order.
    """

    __slots__ = ("_numbers", "in_order")

    def __init__(self, unnamed: int, numbers: set[int], names: list[str]) -> None:
        taken = {0, *range(1, unnamed + 1), *numbers}
        self._numbers: dict[int | str, int] = {}
        known = {number: str(number) for number in taken}
        number = unnamed + 1
        for name in names:
            while number in known:
                number += 1
            known[number] = name
            self._numbers[name] = number
        self._numbers.update((number, number) for number in known)
        self.in_order = tuple(Group(number, known[number]) for number in sorted(known))

    def __contains__(self, key: int | str) -> bool:
        return key in self._numbers

    def number(self, key: int | str) -> int:
        """The number of a group by number or name. Raises KeyError."""
        return self._numbers[key]

    def find(self, name: str) -> Group | None:
        """The group of a name; a number may be written as text."""
        return next((group for group in self.in_order if group.name == name), None)
