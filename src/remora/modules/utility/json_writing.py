"""Engine values to JSON text."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from remora.engine.classes.instance import ScriptObject
from remora.engine.convert import to_text
from remora.engine.convert.text import object_text
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.errors import error
from remora.engine.format.access import get, names
from remora.engine.nettype import Property
from remora.engine.nothing import NOTHING
from remora.engine.patient import look_after_pipeline
from remora.engine.psobject import is_property, property_value
from remora.engine.types.attached import attachment
from remora.engine.types.offsets import DateTimeOffset
from remora.engine.types.registry import short_type, type_names, type_of, unwrap
from remora.values import MISSING, Char, DateTime, EnumValue, PSObject, Uri
from remora.values.times import kind_of

_LARGE: Final = 1 << 16
_LARGEST: Final = 1 << 28
_NOT_FINITE: Final = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


class JsonWriter:
    """Values to JSON text. Depth cuts deeper objects to their text and is noted in `cut`."""

    def __init__(self, *, depth: int, compress: bool, enums_as_strings: bool = False, escape: str = "Default") -> None:
        self._depth = depth
        self._compress = compress
        self._enums_as_strings = enums_as_strings
        self._escape = escape
        self.cut = False

    def write(self, value: Any) -> str:
        """The JSON text of a value. Raises PSError for a dictionary whose keys are no texts."""
        return self._value(value, 0)

    def _value(self, value: Any, level: int) -> str:
        plain = unwrap(value)
        added = self._added(value, plain)
        if plain is None or plain is NOTHING:
            return "null"
        text = self._scalar(plain)
        if text is not None:
            return text if not added else self._wrapped(text, added, level)
        if level > self._depth:
            self.cut = True
            return self._string(to_text(value))
        if isinstance(plain, Mapping):
            pairs = [(_key(plain, key), item) for key, item in plain.items()]
            known = {name for name, _ in pairs}
            return self._object(pairs + [pair for pair in added if pair[0] not in known], level)
        if is_enumerable(plain):
            items = list(items_of(plain))
            if not added:
                return self._array(items, level)
            return self._wrapped(self._array(items, level + 1), added, level)
        return self._object([(name, get(value, name)) for name in _names(value, plain)], level)

    @staticmethod
    def _added(value: Any, plain: Any) -> list[tuple[str, Any]]:
        """Properties that were added to a value; those of texts and dates do not count."""
        if isinstance(plain, datetime) or (isinstance(plain, str) and not isinstance(plain, Char | Uri)):
            return []
        kept = attachment(plain)
        members = {} if kept is None else dict(kept.members)
        if isinstance(value, PSObject) and value.base is not MISSING:
            members.update(value.extended)
        return [(name, property_value(value, member)) for name, member in members.items() if is_property(member)]

    def _wrapped(self, text: str, added: list[tuple[str, Any]], level: int) -> str:
        """The JSON text of a value that is no object, as one with what was added to it."""
        first = self._string("value") + (":" if self._compress else ": ") + text
        return self._block("{", [first, *(self._pair(name, item, level) for name, item in added)], "}", level)

    def _scalar(self, value: Any) -> str | None:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, EnumValue):
            wide = value.underlying in ("I64", "U64")
            return self._string(str(value)) if self._enums_as_strings or wide else str(int(value))
        if isinstance(value, str):
            return self._string(str(value))
        if isinstance(value, int):
            return str(value)
        if isinstance(value, float):
            return _number(value) if math.isfinite(value) else f'"{_NOT_FINITE[str(float(value))]}"'
        if isinstance(value, Decimal):
            text = format(value, "f")
            return text if "." in text else text + ".0"
        if isinstance(value, datetime):
            return self._string(iso_text(value))
        if isinstance(value, DateTimeOffset):
            return self._string(iso_text(DateTime.of(value.clock, kind="local")))
        if isinstance(value, UUID) or short_type(value) == "RuntimeType":
            return self._string(to_text(value))
        return "null" if short_type(value) in ("DBNull", "NullString") else None

    def _pair(self, name: str, item: Any, level: int) -> str:
        return self._string(name) + (":" if self._compress else ": ") + self._value(item, level + 1)

    def _object(self, pairs: list[tuple[str, Any]], level: int) -> str:
        if not pairs:
            return "{}"
        return self._block("{", [self._pair(name, item, level) for name, item in pairs], "}", level)

    def _array(self, items: list[Any], level: int) -> str:
        return self._block("[", [self._value(item, level + 1) for item in items], "]", level) if items else "[]"

    def _block(self, opening: str, parts: list[str], closing: str, level: int) -> str:
        if self._compress:
            return opening + ",".join(parts) + closing
        inner = "\n" + "  " * (level + 1)
        return opening + inner + ("," + inner).join(parts) + "\n" + "  " * level + closing

    def _string(self, text: str) -> str:
        if len(text) > _LARGE:
            look_after_pipeline()
            if len(text) > _LARGEST:
                raise MemoryError
        quoted = json.dumps(text, ensure_ascii=self._escape == "EscapeNonAscii")
        if self._escape == "EscapeHtml":
            quoted = re.sub("[<>&']", lambda match: f"\\u{ord(match[0]):04x}", quoted)
        return quoted.replace("\x85", "\\u0085").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _names(value: Any, plain: Any) -> list[str]:
    """The properties in order, those of .NET before what was added; hidden ones of a script's class are among them."""
    known = names(value)
    if not isinstance(plain, ScriptObject):
        if isinstance(plain, PSObject):
            return known
        members = type_of(plain).all_members()
        return sorted(known, key=lambda name: getattr(members.get(name.lower()), "kind", "") != "Property")
    declared = [member.name for member in type_of(plain).all_members().values() if isinstance(member, Property)]
    return list(dict.fromkeys([*declared, *known]))


def _key(table: Mapping[Any, Any], key: Any) -> str:
    if isinstance(key, str) and not isinstance(key, Char):
        return str(key)
    kind = (type_names(table) or ("System.Collections.Hashtable",))[0]
    raise error(
        f"The type '{kind}' is not supported for serialization or deserialization of a dictionary. Keys must be "
        "strings.",
        "NonStringKeyInDictionary",
        "InvalidOperation",
        table,
        type_name="System.InvalidOperationException",
    )


def _number(value: float) -> str:
    """A JSON number that stays a Double: whole ones keep their ``.0``."""
    text = object_text(value)
    return text if any(char in text for char in ".Ee") else text + ".0"


def iso_text(value: datetime) -> str:
    """``2026-11-21T02:46:20.1234567+01:00``; fraction and zone only when there are any."""
    text = value.replace(tzinfo=None, microsecond=0).isoformat()
    ticks = value.microsecond * 10 + (value.ticks_digit if isinstance(value, DateTime) else 0)
    if ticks:
        text += f".{ticks:07d}".rstrip("0")
    if kind_of(value) == "utc":
        return text + "Z"
    offset = value.utcoffset()
    if offset is None:
        return text
    minutes = int(offset.total_seconds()) // 60
    return f"{text}{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
