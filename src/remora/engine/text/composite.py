"""Composite format strings: ``{index,alignment:format}``. Source: reference section 12."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from remora.engine.convert.text import object_text, to_text
from remora.engine.errors import PSError, error
from remora.engine.exception_types import exception
from remora.engine.nettype import NetObject
from remora.engine.text.dates import format_date, format_span
from remora.engine.text.numbers import format_number, number_text
from remora.engine.types.culture import dates_of, numbers_of
from remora.engine.types.registry import type_of, unwrap
from remora.values.enums import EnumValue

MAX_WIDTH = 1 << 20


def format_error(message: str) -> PSError:
    """The error of a bad format string."""
    inner = exception(message, "System.FormatException")
    return error(f"Error formatting a string: {message}.", "FormatError", "InvalidOperation", inner=inner)


def format_composite(template: str, arguments: list[Any], provider: Any = None) -> str:
    """``template -f arguments``, by the session's culture unless a provider is given. Raises PSError FormatError."""
    out: list[str] = []
    index = 0
    size = len(template)
    while index < size:
        char = template[index]
        if char in "{}" and template[index + 1 : index + 2] == char:
            out.append(char)
            index += 2
        elif char == "{":
            end = template.find("}", index)
            if end < 0:
                raise format_error("Input string was not in a correct format")
            out.append(_item(template[index + 1 : end], arguments, provider))
            index = end + 1
        elif char == "}":
            raise format_error("Input string was not in a correct format")
        else:
            after = min(p for p in (template.find("{", index), template.find("}", index), size) if p >= 0)
            out.append(template[index:after])
            index = after
    return "".join(out)


def _item(body: str, arguments: list[Any], provider: Any) -> str:
    head, _, spec = body.partition(":")
    number, _, width = head.partition(",")
    if not number.strip().isdecimal() or (width and not width.strip().lstrip("-").isdecimal()):
        raise format_error("Input string was not in a correct format")
    position = int(number)
    if position >= len(arguments):
        raise format_error(
            "Index (zero based) must be greater than or equal to zero and less than the size of the argument list"
        )
    text = format_value(arguments[position], spec, provider)
    if not width:
        return text
    columns = int(width)
    if abs(columns) > MAX_WIDTH:
        raise format_error("Input string was not in a correct format")
    return text.ljust(-columns) if columns < 0 else text.rjust(columns)


def format_value(value: Any, spec: str = "", provider: Any = None) -> str:
    """One value by a format string; an empty one gives its text. provider: a culture or its formats, otherwise the
    session's culture. Raises PSError FormatError.
    """
    value = unwrap(value)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return format_date(value, spec or "G", dates_of(provider))
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, (bool, EnumValue)):
        return format_number(value, spec, numbers_of(provider)) if spec else number_text(value, numbers_of(provider))
    if not spec:
        return type_of(value).name if isinstance(value, list) else object_text(value)
    if isinstance(value, (bool, str)):
        return to_text(value)
    if isinstance(value, EnumValue):
        return _enum(value, spec)
    if isinstance(value, timedelta):
        return format_span(value, spec)
    if isinstance(value, UUID) or (isinstance(value, NetObject) and "System.IFormattable" in type_of(value).interfaces):
        from remora.engine.members.calls import invoke_member

        return to_text(invoke_member(value, "ToString", [spec]))
    return to_text(value)


def _enum(value: EnumValue, spec: str) -> str:
    folded = spec.lower()
    if folded == "d":
        return str(int(value))
    if folded == "x":
        return f"{int(value):08X}"
    return str(value)
