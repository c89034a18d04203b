"""StringBuilder."""

from __future__ import annotations

from typing import Any

from remora.engine.convert.text import object_text
from remora.engine.enumeration import items_of
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.core import argument_error, text_size
from remora.engine.types.strings import copy_to, insert_text, remove_text, substring
from remora.engine.types.typeref import register
from remora.values.strings import Char


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
    b.constructor("()", "(string value)", "(string value, int capacity)")(
        lambda text="", size=0: StringBuilder(text or "")
    )
    b.constructor("(int capacity)", "(int capacity, int maxCapacity)")(lambda *size: StringBuilder())
    b.property("Length", "System.Int32")(lambda v: len(v.text))
    b.setter("Length")(_set_length)
    b.property("Capacity", "System.Int32")(lambda v: max(len(v.text), 16))
    b.setter("Capacity")(lambda v, size: None)
    b.property("MaxCapacity", "System.Int32")(lambda v: 2**31 - 1)
    b.method("EnsureCapacity(int capacity)", returns="int")(lambda v, size: max(size, len(v.text), 16))
    kind = b.name
    b.method("Append(string value)", "Append(object value)", "Append(char value, int repeatCount)", returns=kind)(
        StringBuilder.append
    )
    b.method("Append(char[] value)", returns=kind)(lambda v, cs: v.append("".join(str(c) for c in cs)))
    b.method("Append(string value, int startIndex, int count)", returns=kind)(
        lambda v, text, start, count: v.append(substring(text or "", start, count))
    )
    b.method("AppendLine()", "AppendLine(string value)", returns=kind)(lambda v, x="": v.append(x).append("\n"))
    b.method("AppendFormat(string format, *object args)", returns=kind)(
        lambda v, t, *a: v.append(format_composite(t, list(a)))
    )
    b.method("AppendFormat(System.IFormatProvider provider, string format, *object args)", returns=kind)(
        lambda v, provider, t, *a: v.append(format_composite(t, list(a), provider))
    )
    b.method("AppendJoin(string separator, *object values)", returns=kind)(_append_join)
    b.method("Insert(int index, string value)", "Insert(int index, object value)", returns=kind)(
        lambda v, i, x: v.change(insert_text(v.text, i, object_text(x)))
    )
    b.method("Insert(int index, string value, int count)", returns=kind)(
        lambda v, i, x, n: v.change(insert_text(v.text, i, x * text_size(n)))
    )
    b.method("Remove(int startIndex, int length)", returns=kind)(lambda v, i, n: v.change(remove_text(v.text, i, n)))
    old_new = "oldValue, {0} newValue"
    for one in ("string", "char"):
        pair = f"{one} {old_new.format(one)}"
        b.method(f"Replace({pair})", f"Replace({pair}, int startIndex, int count)", returns=kind)(_replace)
    b.method("Clear()", returns=kind)(lambda v: v.change(""))
    b.method("CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count)", returns="void")(
        lambda v, source, target, at, count: copy_to(v.text, source, target, at, count)
    )
    b.method("Equals(object obj)", returns="bool")(
        lambda v, other: isinstance(other, StringBuilder) and v.text == other.text
    )
    b.method("ToString()", returns="string")(lambda v: v.text)
    b.method("ToString(int startIndex, int length)", returns="string")(lambda v, i, n: substring(v.text, i, n))
    b.method("Chars(int index)", returns="char")(_char)
    b.members["chars"].kind = "ParameterizedProperty"
    b.method("get_Chars(int index)", "get_Item(int index)", returns="char")(_char)
    b.method("set_Chars(int index, char value)", "set_Item(int index, char value)", returns="void")(_put_char)


def _set_length(builder: StringBuilder, size: int) -> None:
    if size < 0:
        raise argument_error("Value must be positive. (Parameter 'value')", "System.ArgumentOutOfRangeException")
    builder.text = builder.text[:size].ljust(text_size(size), "\0")


def _append_join(builder: StringBuilder, separator: str, *items: Any) -> StringBuilder:
    flat = items_of(items[0]) if len(items) == 1 else items
    return builder.append((separator or "").join(object_text(one) for one in flat))


def _replace(builder: StringBuilder, old: str, new: str, start: int = 0, count: int | None = None) -> StringBuilder:
    if not old:
        raise argument_error("Value cannot be the empty string. (Parameter 'oldValue')")
    text = builder.text
    part = substring(text, start, len(text) - start if count is None else count)
    return builder.change(text[:start] + part.replace(str(old), str(new or "")) + text[start + len(part) :])


def _char(builder: StringBuilder, index: int) -> Char:
    if not 0 <= index < len(builder.text):
        raise argument_error("Index was outside the bounds of the array.", "System.IndexOutOfRangeException")
    return Char(builder.text[index])


def _put_char(builder: StringBuilder, index: int, value: str) -> None:
    _char(builder, index)
    builder.text = builder.text[:index] + str(value) + builder.text[index + 1 :]


def register_types() -> None:
    """StringBuilder."""
    register(StringBuilder.net_type)


_builders()
