"""ConvertTo-Json and ConvertFrom-Json."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.errors import PSError, error
from remora.engine.format.access import get, names
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import unwrap
from remora.engine.validators import ValidateRange, ValidateSet
from remora.values import (
    MISSING,
    BigInteger,
    Char,
    DateTime,
    EnumValue,
    Int64,
    OrderedDictionary,
    PSObject,
    SecureString,
)

_MAX_DEPTH = 100
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?(Z|[+-]\d\d:\d\d)?\Z")


class JsonWriter:
    """Values to JSON text. Depth cuts deeper objects to their text and is noted in `cut`."""

    def __init__(self, *, depth: int, compress: bool, enums_as_strings: bool = False, escape: str = "Default") -> None:
        self._depth = depth
        self._compress = compress
        self._enums_as_strings = enums_as_strings
        self._escape = escape
        self.cut = False

    def write(self, value: Any) -> str:
        """The JSON text of a value."""
        return self._value(value, 0)

    def _value(self, value: Any, level: int) -> str:
        plain = unwrap(value)
        if plain is None or plain is NOTHING:
            return "null"
        text = self._scalar(plain)
        if text is not None and not (isinstance(value, PSObject) and value.base is not MISSING and value.extended):
            return text
        if level > self._depth:
            self.cut = True
            return self._string(to_text(value))
        if isinstance(plain, Mapping):
            return self._object([(to_text(key), item) for key, item in plain.items()], level)
        if is_enumerable(plain):
            return self._array(list(items_of(plain)), level)
        return self._object([(name, get(value, name)) for name in names(value)], level)

    def _scalar(self, value: Any) -> str | None:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, EnumValue):
            return self._string(str(value)) if self._enums_as_strings else str(int(value))
        if isinstance(value, str):
            return self._string(value)
        if isinstance(value, int):
            return int.__repr__(value)
        if isinstance(value, float):
            return _number(value) if math.isfinite(value) else self._string(to_text(value))
        if isinstance(value, Decimal):
            return format(value, "f")
        if isinstance(value, datetime):
            return self._string(iso_text(value))
        if isinstance(value, Char):
            return self._string(str(value))
        if isinstance(value, SecureString):
            return "{}" if self._compress else '{\n  "Length": 0\n}'
        if type(value).__name__ in ("UUID", "Version", "SemanticVersion", "TypeRef"):
            return self._string(to_text(value))
        return None

    def _object(self, pairs: list[tuple[str, Any]], level: int) -> str:
        if not pairs:
            return "{}"
        colon = ":" if self._compress else ": "
        return self._block(
            "{", [self._string(name) + colon + self._value(item, level + 1) for name, item in pairs], "}", level
        )

    def _array(self, items: list[Any], level: int) -> str:
        return self._block("[", [self._value(item, level + 1) for item in items], "]", level) if items else "[]"

    def _block(self, opening: str, parts: list[str], closing: str, level: int) -> str:
        if self._compress:
            return opening + ",".join(parts) + closing
        inner = "\n" + "  " * (level + 1)
        return opening + inner + ("," + inner).join(parts) + "\n" + "  " * level + closing

    def _string(self, text: str) -> str:
        quoted = json.dumps(text, ensure_ascii=self._escape == "EscapeNonAscii")
        if self._escape == "EscapeHtml":
            quoted = re.sub("[<>&']", lambda match: f"\\u{ord(match[0]):04x}", quoted)
        return (
            quoted.replace("\x7f", "\\u007f")
            .replace("\x85", "\\u0085")
            .replace("\u2028", "\\u2028")
            .replace("\u2029", "\\u2029")
        )


def _number(value: float) -> str:
    """A JSON number that stays a Double: whole ones keep their ``.0``."""
    text = to_text(value)
    return text if any(char in text for char in ".Ee") else text + ".0"


def iso_text(value: datetime) -> str:
    """``2026-11-21T02:46:20.1234567+01:00``; fraction and zone only when there are any."""
    text = value.replace(tzinfo=None, microsecond=0).isoformat()
    ticks = value.microsecond * 10 + (value.ticks_digit if isinstance(value, DateTime) else 0)
    if ticks:
        text += f".{ticks:07d}".rstrip("0")
    if value.tzinfo is UTC or (isinstance(value, DateTime) and value.kind == "utc"):
        return text + "Z"
    offset = value.utcoffset()
    if offset is None:
        return text
    minutes = int(offset.total_seconds()) // 60
    return f"{text}{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


@cmdlet("ConvertTo-Json", output_type=("System.String",))
class ConvertToJson(Cmdlet):
    """Objects as JSON text."""

    input_object = Parameter(
        "object", position=0, mandatory=True, pipeline=True, allow_null=True, allow_empty=True, default=NOTHING
    )
    depth = Parameter("int", default=2, validate=(ValidateRange(0, _MAX_DEPTH),))
    compress = Parameter("switch")
    enums_as_strings = Parameter("switch")
    as_array = Parameter("switch")
    escape_handling = Parameter(
        "string", default="Default", validate=(ValidateSet("Default", "EscapeNonAscii", "EscapeHtml"),)
    )

    def begin(self) -> None:
        self._items: list[Any] = []

    def process(self) -> None:
        if self.input_object is not NOTHING:
            self._items.append(self.input_object)

    def end(self) -> None:
        if not self._items:
            return
        value = self._items[0] if len(self._items) == 1 and not self.as_array else self._items
        escape = next(
            known
            for known in ("Default", "EscapeNonAscii", "EscapeHtml")
            if known.lower() == self.escape_handling.lower()
        )
        writer = JsonWriter(
            depth=self.depth, compress=bool(self.compress), enums_as_strings=bool(self.enums_as_strings), escape=escape
        )
        text = writer.write(value)
        if writer.cut:
            self.write_warning(
                f"Resulting JSON is truncated as serialization has exceeded the set depth of {self.depth}."
            )
        self.emit(text)


@cmdlet("ConvertFrom-Json")
class ConvertFromJson(Cmdlet):
    """JSON text as objects: integers are Int64, ISO dates DateTime."""

    input_object = Parameter("string", position=0, mandatory=True, pipeline=True, allow_empty=True)
    as_hashtable = Parameter("switch")
    depth = Parameter("int", default=1024, validate=(ValidateRange(1, 2147483647),))
    no_enumerate = Parameter("switch")
    date_kind = Parameter("string", default="Default")

    def begin(self) -> None:
        self._lines: list[str] = []

    def process(self) -> None:
        self._lines.append(self.input_object or "")

    def end(self) -> None:
        if len(self._lines) > 1 and self._each_is_whole():
            for line in self._lines:
                if line.strip():
                    self._out(self._parsed(line))
            return
        text = "\n".join(self._lines)
        if text.strip():
            self._out(self._parsed(text))

    def _each_is_whole(self) -> bool:
        """Several texts that are JSON each, rather than the lines of one."""
        try:
            json.loads(self._lines[0])
        except (ValueError, RecursionError):
            return False
        return True

    def _out(self, value: Any) -> None:
        if isinstance(value, list) and not self.no_enumerate:
            for item in value:
                self.emit(item)
        else:
            self.emit(value)

    def _parsed(self, text: str) -> Any:
        try:
            return from_json(text, as_hashtable=bool(self.as_hashtable), max_depth=self.depth)
        except ValueError as problem:
            raise self.throw(_bad_json(str(problem))) from None


def _bad_json(reason: str) -> PSError:
    return error(
        f"Conversion from JSON failed with error: {reason}",
        "System.ArgumentException",
        "NotSpecified",
        type_name="System.ArgumentException",
    )


def from_json(text: str, *, as_hashtable: bool = False, max_depth: int = 1024) -> Any:
    """Parse JSON into engine values. Raises ValueError with a reason."""
    reader = _Reader(as_hashtable=as_hashtable)
    try:
        value = json.loads(
            text.removeprefix("\ufeff"),
            object_pairs_hook=reader.pairs,
            parse_int=_integer,
            parse_float=float,
            strict=False,
        )
    except RecursionError:
        raise ValueError(f"The reader's MaxDepth of {max_depth} has been exceeded.") from None
    return reader.finished(value, max_depth)


class _Reader:
    def __init__(self, *, as_hashtable: bool) -> None:
        self._as_hashtable = as_hashtable

    def pairs(self, pairs: list[tuple[str, Any]]) -> Any:
        if self._as_hashtable:
            return OrderedDictionary(pairs, case_sensitive=True)
        members: dict[str, Any] = {}
        folded: dict[str, str] = {}
        for name, value in pairs:
            known = folded.setdefault(name.lower(), name)
            if known != name:
                raise ValueError(
                    "Cannot convert the JSON string because it contains keys with different casing. Please use "
                    "the -AsHashTable "
                    f"switch instead. The key that was attempted to be added to the existing key '{known}' was "
                    f"'{name}'."
                )
            if not name:
                raise ValueError(
                    "The provided JSON includes a property whose name is an empty string, this is only supported "
                    "using the "
                    "-AsHashTable switch."
                )
            members[name] = value
        return PSObject.custom(members)

    def finished(self, value: Any, depth: int) -> Any:
        """Dates in place of ISO texts, all the way down."""
        if depth < 0:
            raise ValueError("The reader's MaxDepth has been exceeded.")
        if isinstance(value, str):
            return _date(value)
        if isinstance(value, list):
            return [self.finished(item, depth - 1) for item in value]
        if isinstance(value, PSObject):
            for name, item in value.extended.items():
                value.extended[name] = self.finished(item, depth - 1)
        elif isinstance(value, OrderedDictionary):
            for name, item in list(value.items()):
                value[name] = self.finished(item, depth - 1)
        return value


def _integer(text: str) -> Any:
    value = int(text)
    return Int64(value) if -(2**63) <= value < 2**63 else BigInteger(value)


def _date(text: str) -> Any:
    match = _ISO.match(text) if len(text) >= 19 else None
    if match is None:
        return text
    fraction = (match[7] or "").ljust(7, "0")
    zone: timezone | None = None
    if match[8] == "Z":
        zone = UTC
    elif match[8]:
        sign = -1 if match[8][0] == "-" else 1
        zone = timezone(sign * timedelta(hours=int(match[8][1:3]), minutes=int(match[8][4:6])))
    try:
        year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
        value = datetime(year, month, day, hour, minute, second, int(fraction[:6]), zone)
    except ValueError:
        return text
    if zone is not None and zone is not UTC:
        value = value.astimezone()
    return DateTime.of(value, ticks_digit=int(fraction[6])) if fraction[6] != "0" else value


CMDLETS = (ConvertFromJson, ConvertToJson)
