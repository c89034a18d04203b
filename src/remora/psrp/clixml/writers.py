"""How each primitive is written: its tag, its text."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from remora import _xml
from remora.errors import LocalProtocolError
from remora.psrp.clixml import markup, scalars
from remora.psrp.clixml.text import encode_text
from remora.values import numbers, strings, times, versions

Writer = tuple[markup.Starts, Callable[[Any], str], str]
"""(start tags by name, value to character data, end tag) of a primitive."""


def _checked(write: Callable[[Any], str]) -> Callable[[Any], str]:
    def text(value: Any) -> str:
        try:
            return write(value)
        except (ValueError, OverflowError) as error:
            raise LocalProtocolError(f"{type(value).__name__} cannot be written: {error}") from None

    return text


def _primitive(tag: str, write: Callable[[Any], str]) -> Writer:
    return markup.Starts(tag), write, _xml.end_tag(tag)


_digits = int.__repr__
_INT32: Final = _primitive("I32", _digits)
_INT64, _UINT64 = _primitive("I64", _digits), _primitive("U64", _digits)
_STRING: Final = _primitive("S", encode_text)
_DECIMAL: Final = _primitive("D", _checked(scalars.write_decimal))
_DATETIME: Final = _primitive("DT", _checked(scalars.write_datetime))
_TIMESPAN: Final = _primitive("TS", _checked(scalars.write_timespan))
_BYTES: Final = _primitive("BA", scalars.write_bytes)
NIL: Final = markup.Starts("Nil", empty=True)
PRIMITIVES: Final[dict[type, Writer]] = {
    str: _STRING,
    bool: _primitive("B", {True: "true", False: "false"}.__getitem__),
    float: _primitive("Db", scalars.write_float),
    datetime.datetime: _DATETIME,
    times.DateTime: _DATETIME,
    datetime.timedelta: _TIMESPAN,
    times.TimeSpan: _TIMESPAN,
    UUID: _primitive("G", str),
    bytes: _BYTES,
    bytearray: _BYTES,
    Decimal: _DECIMAL,
    numbers.Int64: _INT64,
    numbers.UInt64: _UINT64,
    numbers.UInt32: _primitive("U32", _digits),
    numbers.Int16: _primitive("I16", _digits),
    numbers.UInt16: _primitive("U16", _digits),
    numbers.SByte: _primitive("SB", _digits),
    numbers.Byte: _primitive("By", _digits),
    numbers.Single: _primitive("Sg", scalars.write_single),
    strings.Char: _primitive("C", lambda value: str(ord(value))),
    strings.Uri: _primitive("URI", encode_text),
    strings.XmlDocument: _primitive("XD", encode_text),
    strings.ScriptBlockText: _primitive("SBK", encode_text),
    versions.Version: _primitive("Version", str),
    versions.SemanticVersion: _primitive("SemanticVersion", lambda value: encode_text(str(value))),
}
ENUM_WRITERS: Final = {tag: _primitive(tag, _digits) for tag in ("I32", "By", "SB", "I16", "U16", "U32", "I64", "U64")}


def integer_writer(value: int) -> Writer:
    """Pick the smallest of Int32, Int64, UInt64, Decimal that holds a plain int."""
    if numbers.INT32_MIN <= value <= numbers.INT32_MAX:
        return _INT32
    if numbers.INT64_MIN <= value <= numbers.INT64_MAX:
        return _INT64
    if 0 <= value <= numbers.UINT64_MAX:
        return _UINT64
    if abs(value) <= numbers.DECIMAL_MAX:
        return _DECIMAL[0], _digits, _DECIMAL[2]
    raise LocalProtocolError("an int beyond 96 bits: use BigInteger")
