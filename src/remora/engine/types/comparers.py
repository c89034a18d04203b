"""StringComparer: how sets, dictionaries and sorts compare texts."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from remora.engine.convert.text import to_text
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.operators.compare import compare, compare_text
from remora.engine.types.typeref import register

_INTERFACES: Final = (
    "System.Collections.IComparer",
    "System.Collections.IEqualityComparer",
    "System.Collections.Generic.IComparer`1",
    "System.Collections.Generic.IEqualityComparer`1",
)


class StringComparer(NetObject):
    """A way to compare texts. ordinal: by code units; else as the culture does."""

    __slots__ = ("ignore_case", "ordinal")
    net_type = NetType("System.StringComparer", OBJECT, interfaces=_INTERFACES, form="abstract")

    def __init__(self, ignore_case: bool, ordinal: bool) -> None:
        self.ignore_case = ignore_case
        self.ordinal = ordinal

    def compare(self, left: Any, right: Any) -> int:
        """Negative, zero or positive."""
        if left is None or right is None:
            return int(left is not None) - int(right is not None)
        if not (isinstance(left, str) and isinstance(right, str)):
            return compare(left, right)
        if not self.ordinal:
            return compare_text(left, right, self.ignore_case)
        a, b = (left.upper(), right.upper()) if self.ignore_case else (left, right)
        return int(a > b) - int(a < b)


def ignores_case(comparer: Any) -> bool:
    """Tell whether a comparer argument ignores case; other comparers compare exactly."""
    return isinstance(comparer, StringComparer) and comparer.ignore_case


def register_types() -> None:
    """StringComparer."""
    register(StringComparer.net_type)


def _declare() -> None:
    s = StringComparer.net_type
    for name in ("CurrentCulture", "InvariantCulture", "Ordinal"):
        for suffix in ("", "IgnoreCase"):
            made = partial(StringComparer, bool(suffix), name == "Ordinal")
            s.static_property(name + suffix, "System.StringComparer")(made)
    s.method("Compare(object x, object y)", returns="int")(lambda c, x, y: c.compare(x, y))
    s.method("Equals(object x, object y)", returns="bool")(lambda c, x, y: c.compare(x, y) == 0)
    s.method("GetHashCode(object obj)", returns="int")(
        lambda c, x: hash(to_text(x).lower() if c.ignore_case else to_text(x)) & 0x7FFFFFFF
    )


_declare()
