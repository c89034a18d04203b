"""A value of a .NET enumeration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Underlying = Literal["I32", "By", "SB", "I16", "U16", "U32", "I64", "U64"]


class EnumValue(int):
    """An enum value: its number, its type names, its label; compares and hashes as the number.

    type_names: the chain, such as ("System.DayOfWeek", "System.Enum", "System.ValueType", "System.Object").
    name: the label as ToString gave it (flags joined by ", "), or None. underlying: wire element of the number.
    """

    type_names: tuple[str, ...]
    name: str | None
    underlying: Underlying

    def __new__(
        cls, value: int, type_names: str | Iterable[str], name: str | None = None, underlying: Underlying = "I32"
    ) -> EnumValue:
        self = int.__new__(cls, value)
        if isinstance(type_names, str):
            self.type_names = (type_names, "System.Enum", "System.ValueType", "System.Object")
        else:
            self.type_names = tuple(type_names)
        self.name = name
        self.underlying = underlying
        return self

    def __repr__(self) -> str:
        return f"EnumValue({int(self)}, {self.type_names[0] if self.type_names else ''!r}, {self.name!r})"

    def __str__(self) -> str:
        return int.__repr__(self) if self.name is None else self.name

    def __reduce__(self) -> tuple[object, ...]:
        return EnumValue, (int(self), self.type_names, self.name, self.underlying)
