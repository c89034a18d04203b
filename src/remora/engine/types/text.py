"""StringBuilder."""

from __future__ import annotations

from typing import Any

from remora.engine.convert.text import object_text
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.core import text_size
from remora.engine.types.strings import insert_text, remove_text
from remora.engine.types.typeref import register


class StringBuilder(NetObject):
    """System.Text.StringBuilder: grows a text piece by piece."""

    __slots__ = ("parts",)
    net_type = NetType("System.Text.StringBuilder", OBJECT)

    def __init__(self, text: str = "") -> None:
        self.parts: list[str] = [text] if text else []

    @property
    def text(self) -> str:
        if len(self.parts) > 1:
            self.parts = ["".join(self.parts)]
        return self.parts[0] if self.parts else ""

    @text.setter
    def text(self, text: str) -> None:
        self.parts = [text]

    def append(self, value: Any, count: int = 1) -> StringBuilder:
        text = object_text(value)
        text_size(len(text) * count)
        self.parts.append(text * count)
        return self

    def change(self, text: str) -> StringBuilder:
        self.text = text
        return self

    def net_text(self) -> str:
        return self.text


def _builders() -> None:
    from remora.engine.text.composite import format_composite

    b = StringBuilder.net_type
    b.constructor("()", "(string)", "(string, int)")(lambda text="", size=0: StringBuilder(text or ""))
    b.constructor("(int)", "(int, int)")(lambda *size: StringBuilder())
    b.property("Length", "System.Int32")(lambda v: len(v.text))
    b.setter("Length")(lambda v, n: setattr(v, "text", v.text[:n].ljust(text_size(n), "\0")))
    b.property("Capacity", "System.Int32")(lambda v: max(len(v.text), 16))
    b.method("Append(string)", "Append(object)", "Append(char, int)")(lambda v, x, n=1: v.append(x, n))
    b.method("Append(char[])")(lambda v, cs: v.append("".join(str(c) for c in cs)))
    b.method("AppendLine()", "AppendLine(string)")(lambda v, x="": v.append(x).append("\n"))
    b.method("AppendFormat(string, *object)")(lambda v, t, *a: v.append(format_composite(t, list(a))))
    b.method("AppendJoin(string, *object)")(lambda v, s, *a: v.append(s.join(object_text(x) for x in a)))
    b.method("Insert(int, string)")(lambda v, i, x: v.change(insert_text(v.text, i, x)))
    b.method("Remove(int, int)")(lambda v, i, n: v.change(remove_text(v.text, i, n)))
    b.method("Replace(string, string)")(lambda v, old, new: v.change(v.text.replace(old, new or "")))
    b.method("Clear()")(lambda v: v.change(""))
    b.method("ToString()", returns="string")(lambda v: v.text)
    b.method("ToString(int, int)", returns="string")(lambda v, i, n: v.text[i : i + n])
    b.method("get_Chars(int)")(lambda v, i: v.text[i])
    b.method("get_Item(int)")(lambda v, i: v.text[i])


def register_types() -> None:
    """StringBuilder."""
    register(StringBuilder.net_type)


_builders()
