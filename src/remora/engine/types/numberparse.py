"""Numbers read from texts as .NET's Parse does: NumberStyles, and the signs of a culture."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from remora.engine.errors import PSError
from remora.engine.text.styles import NumberStyle
from remora.engine.types.collections import failure

LEADING_WHITE, TRAILING_WHITE, LEADING_SIGN, TRAILING_SIGN, PARENTHESES = 1, 2, 4, 8, 16
POINT, THOUSANDS, EXPONENT, CURRENCY, HEX, BINARY = 32, 64, 128, 256, 512, 1024
"""Bits of NumberStyles."""
INTEGER: Final = LEADING_WHITE | TRAILING_WHITE | LEADING_SIGN
FLOAT: Final = INTEGER | POINT | EXPONENT | THOUSANDS
NUMBER: Final = INTEGER | TRAILING_SIGN | POINT | THOUSANDS
_SPACES: Final = " \t\n\v\f\r"
_MOST: Final = 1 << 17
_PLAIN: Final = re.compile(r"[0-9]+")


def wrong(text: Any) -> PSError:
    """The exception of a text that is no number."""
    return failure(f"The input string '{text}' was not in a correct format.", "System.FormatException")


def parse_number(text: Any, convert: Callable[[str], Any], flags: int, style: NumberStyle, bits: int = 0) -> Any:
    """The number of a text. convert: takes the invariant text of the number; bits: those of an integer type, 0 for
    others. Raises PSError FormatException, or what convert raises.
    """
    given = "" if text is None else str(text)
    if flags & (HEX | BINARY):
        return _of_digits(given, convert, flags, bits)
    plain = special(given, style) if not bits else None
    if plain is None:
        plain = _invariant(given, flags, style)
        if plain is None or (bits and plain.partition(".")[2].strip("0")):
            raise wrong(text) if plain is None else failure(_range(bits), "System.OverflowException")
    return _converted(plain.partition(".")[0] if bits else plain, convert)


def _converted(plain: str, convert: Callable[[str], Any]) -> Any:
    try:
        return convert(plain)
    except PSError as problem:
        inner = problem.record.exception.inner
        if inner is None:
            raise wrong(plain) from None
        raise failure(inner.message, inner.kind.name) from None


def _range(bits: int) -> str:
    name = {8: "an unsigned byte", 16: "an Int16", 32: "an Int32", 64: "an Int64"}.get(abs(bits), "an integer")
    return f"Value was either too large or too small for {name}."


def special(text: str, style: NumberStyle) -> str | None:
    """What is no finite number, by its invariant name."""
    bare = text.strip(_SPACES)
    folded = bare.lower()
    if folded in (style.infinity.lower(), "infinity", "+infinity"):
        return "Infinity"
    if folded in (style.negative_infinity.lower(), "-infinity"):
        return "-Infinity"
    return "NaN" if folded.lstrip("+-") in (style.nan.lower(), "nan") else None


def _of_digits(text: str, convert: Callable[[str], Any], flags: int, bits: int) -> Any:
    body = text.lstrip(_SPACES) if flags & LEADING_WHITE else text
    body = body.rstrip(_SPACES) if flags & TRAILING_WHITE else body
    base = 16 if flags & HEX else 2
    if not re.fullmatch(r"[0-9A-Fa-f]+" if base == 16 else "[01]+", body):
        raise wrong(text)
    number = int(body, base)
    width = abs(bits)
    if width and number >= 1 << width:
        raise failure(_range(bits), "System.OverflowException")
    if bits > 0 and number >= 1 << (width - 1):
        number -= 1 << width
    return _converted(str(number), convert)


def _invariant(text: str, flags: int, style: NumberStyle) -> str | None:
    """The number as the invariant culture writes it; None when the text is none of that style."""
    if len(text) > _MOST:
        return None
    body = text.lstrip(_SPACES) if flags & LEADING_WHITE else text
    body = (body.rstrip(_SPACES) if flags & TRAILING_WHITE else body).rstrip("\0")
    body, negative = _sign(body, flags, style)
    if flags & CURRENCY and style.currency in body:
        body = body.replace(style.currency, "", 1).strip(_SPACES)
        if not negative:
            body, negative = _sign(body, flags, style)
    body, power = _power(body, style) if flags & EXPONENT else (body, "")
    for decimal in {style.decimal, *([style.currency_decimal] if flags & CURRENCY else ())} if flags & POINT else ():
        whole, point, fraction = body.partition(decimal)
        if point:
            break
    else:
        whole, fraction = body, ""
    if flags & THOUSANDS and whole[:1].isdigit():
        for separator in {style.group, style.currency_group if flags & CURRENCY else style.group}:
            whole = whole.replace(separator, "")
            if separator in "\xa0\u202f":
                whole = whole.replace(" ", "").replace("\xa0", "")
    if (not whole and not fraction) or any(part and not _PLAIN.fullmatch(part) for part in (whole, fraction)):
        return None
    return f"{'-' if negative else ''}{whole or 0}{f'.{fraction}' if fraction else ''}{power}"


def _sign(body: str, flags: int, style: NumberStyle) -> tuple[str, bool]:
    """The text without its sign, and whether that was a negative one."""
    if flags & PARENTHESES and body.startswith("(") and body.endswith(")"):
        return body[1:-1].strip(_SPACES), True
    if flags & LEADING_SIGN:
        for sign, negative in ((style.negative, True), ("-", True), (style.positive, False)):
            if body.startswith(sign):
                return body[len(sign) :].lstrip(_SPACES if flags & CURRENCY else ""), negative
    if flags & TRAILING_SIGN:
        for sign, negative in ((style.negative, True), ("-", True), (style.positive, False)):
            if body.endswith(sign):
                return body[: -len(sign)].rstrip(_SPACES), negative
    return body, False


def _power(body: str, style: NumberStyle) -> tuple[str, str]:
    match = re.search(r"[eE]([+-]?[0-9]{1,9})\Z", body.replace(style.negative, "-"))
    if match is None:
        return body, ""
    return body[: -len(match[0])] if style.negative == "-" else re.split("[eE]", body)[0], f"E{match[1]}"
