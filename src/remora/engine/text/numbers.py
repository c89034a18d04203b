"""Standard and custom numeric formats, as the style of a culture has them."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext

from remora.engine.convert.text import object_text
from remora.engine.errors import PSError, error
from remora.engine.exception_types import exception
from remora.engine.text.styles import ENGLISH, NumberStyle
from remora.values.numbers import BigInteger, SizedInt

_STANDARD = re.compile(r"([A-Za-z])([0-9]{0,3})")
_TOO_PRECISE = re.compile(r"[A-Za-z][0-9]{4,}")
_EXPONENT = re.compile(r"[eE][+-]?0+")
_LONGEST = 1 << 16
Number = int | float | Decimal
MAX_SURE_DIGITS = 15
"""Digits of a double that its shortest text and its exact value share."""


def _bad() -> PSError:
    inner = exception("Format specifier was invalid.", "System.FormatException")
    return error(f"Error formatting a string: {inner.message}", "FormatError", "InvalidOperation", inner=inner)


_NEGATIVE = ("(n)", "-n", "- n", "n-", "n -")
_PERCENT = ("n %", "n%", "%n", "% n")
_PERCENT_NEGATIVE = ("-n %", "-n%", "-%n", "%-n", "%n-", "n-%", "n%-", "-% n", "n %-", "% n-", "% -n", "n- %")
_CURRENCY = ("$n", "n$", "$ n", "n $")
_CURRENCY_NEGATIVE = ("($n)", "-$n", "$-n", "$n-", "(n$)", "-n$", "n-$", "n$-", "-n $", "-$ n", "n $-", "$ n-",
                      "$ -n", "n- $", "($ n)", "(n $)", "$- n")  # fmt: skip


def format_number(value: Number, spec: str, style: NumberStyle = ENGLISH) -> str:
    """A number by a standard (``N2``) or custom (``0.00``) format, in the style of a culture."""
    if isinstance(value, float) and not math.isfinite(value):
        return _not_finite(value, style)
    match = _STANDARD.fullmatch(spec)
    if match is None:
        if len(spec) > _LONGEST or _TOO_PRECISE.fullmatch(spec):
            raise _bad()
        return custom(value, spec, style)
    precision = int(match[2]) if match[2] else None
    return _standard(value, match[1].upper(), precision, match[1].islower(), style)


def number_text(value: Number, style: NumberStyle) -> str:
    """What ToString gives without a format, in the style of a culture."""
    if isinstance(value, float) and not math.isfinite(value):
        return _not_finite(value, style)
    return localized(object_text(value), style)


def _not_finite(value: float, style: NumberStyle) -> str:
    return style.nan if value != value else style.infinity if value > 0 else style.negative_infinity


def localized(text: str, style: NumberStyle) -> str:
    """An invariant number with the signs of the culture."""
    if style.decimal == "." and style.negative == "-" and style.positive == "+":
        return text
    signs = {".": style.decimal, "-": style.negative, "+": style.positive}
    return "".join(signs.get(char, char) for char in text)


def _standard(value: Number, letter: str, precision: int | None, lower: bool, style: NumberStyle) -> str:
    if letter in ("D", "X", "B"):
        return localized(_integer_format(value, letter, precision or 0, lower), style)
    if letter in ("N", "F"):
        places = style.digits if precision is None else precision
        return _fixed(value, places, style, group=letter == "N")
    if letter == "P":
        return _percent(value, style.percent_digits if precision is None else precision, style)
    if letter == "C":
        return _currency(value, style.currency_digits if precision is None else precision, style)
    if letter == "E":
        return localized(_exponent(value, 6 if precision is None else precision, lower), style)
    if letter == "G":
        return localized(_general(value, precision, lower), style)
    if letter == "R":
        return number_text(value, style)
    raise _bad()


def _exact(value: Number) -> Decimal:
    if isinstance(value, Decimal):
        return value
    return Decimal(repr(float(value))) if isinstance(value, float) else Decimal(int(value))


def _rounded(value: Number, places: int, *, shift: int = 0) -> Decimal:
    """To so many decimals, behind a shift of the point: a double from its exact value, halves to the even digit; other
    numbers with halves away from zero.
    """
    with localcontext() as context:
        binary = isinstance(value, float)
        exact = Decimal(value) if binary else _exact(value)
        context.prec = 1200 + max(exact.adjusted(), 0) + places
        return exact.scaleb(shift).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN if binary else ROUND_HALF_UP)


def _fixed(value: Number, places: int, style: NumberStyle, *, group: bool) -> str:
    number = _rounded(value, places)
    text = _grouped(number, style.decimal, style.group if group else "", style.sizes)
    if not _is_negative(value, number):
        return text
    return _placed(_NEGATIVE[style.negative_pattern] if group else "-n", text, style)


def _grouped(number: Decimal, decimal: str, group: str, sizes: tuple[int, ...]) -> str:
    """The digits of a number without its sign."""
    whole, _, fraction = format(abs(number), "f").partition(".")
    if group:
        whole = grouped_digits(whole, group, sizes)
    return f"{whole}{decimal}{fraction}" if fraction else whole


def grouped_digits(digits: str, separator: str, sizes: tuple[int, ...]) -> str:
    """Digits with a separator between groups, counted from the right; the last size goes on, 0 ends the groups."""
    parts: list[str] = []
    index = 0
    while digits:
        size = sizes[min(index, len(sizes) - 1)] if sizes else 0
        if not 0 < size < len(digits):
            break
        parts.append(digits[-size:])
        digits = digits[:-size]
        index += 1
    return separator.join([digits, *reversed(parts)])


def _placed(pattern: str, number: str, style: NumberStyle, symbol: str = "") -> str:
    """A pattern with the number, its sign and its symbol put in."""
    signs = {"n": number, "-": style.negative, "$": symbol, "%": symbol}
    return "".join(signs.get(char, char) for char in pattern)


def _is_negative(value: Number, rounded: Decimal) -> bool:
    """Doubles keep the sign of what they round to zero."""
    return rounded.is_signed() if isinstance(value, float) else rounded < 0


def _currency(value: Number, places: int, style: NumberStyle) -> str:
    number = _rounded(value, places)
    text = _grouped(number, style.currency_decimal, style.currency_group, style.currency_sizes)
    negative = _is_negative(value, number)
    pattern = _CURRENCY_NEGATIVE[style.currency_negative] if negative else _CURRENCY[style.currency_positive]
    return _placed(pattern, text, style, style.currency)


def _percent(value: Number, places: int, style: NumberStyle) -> str:
    number = _rounded(value, places, shift=2)
    text = _grouped(number, style.percent_decimal, style.percent_group, style.percent_sizes)
    negative = _is_negative(value, number)
    pattern = _PERCENT_NEGATIVE[style.percent_negative] if negative else _PERCENT[style.percent_positive]
    return _placed(pattern, text, style, style.percent)


def _integer_format(value: Number, letter: str, width: int, lower: bool) -> str:
    if not isinstance(value, int):
        raise _bad()
    if letter == "D":
        text = str(BigInteger(abs(int(value)))).rjust(width, "0")
        return f"-{text}" if value < 0 else text
    bits = _bits(value)
    number = int(value) & ((1 << bits) - 1)
    text = format(number, "b" if letter == "B" else "x" if lower else "X")
    return text.rjust(width, "0")


def _bits(value: int) -> int:
    if isinstance(value, SizedInt):
        return (type(value).MAX - type(value).MIN).bit_length()
    return 32 if -(2**31) <= value < 2**31 else 64


def _exponent(value: Number, places: int, lower: bool) -> str:
    text = format(Decimal(value) if isinstance(value, float) else _exact(value), f".{places}e")
    mantissa, _, power = text.partition("e")
    return f"{mantissa}{'e' if lower else 'E'}{'-' if power.startswith('-') else '+'}{abs(int(power)):03d}"


def _general(value: Number, precision: int | None, lower: bool) -> str:
    if not precision:
        return object_text(value)
    number = Decimal(value) if precision > MAX_SURE_DIGITS and isinstance(value, float) else _exact(value)
    if number == 0:
        return "0"
    power = number.adjusted()
    if -5 <= power < precision:
        text = format(_rounded(value, max(precision - power - 1, 0)) if precision > power else number, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa, _, exponent = format(number, f".{precision - 1}e").partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}{'e' if lower else 'E'}{'-' if exponent.startswith('-') else '+'}{abs(int(exponent)):02d}"


# -- custom formats ----------------------------------------------------------------------------------------------------


def _sections(spec: str) -> list[str]:
    out, current, quote, index = [], "", "", 0
    while index < len(spec):
        char = spec[index]
        if quote:
            current += char
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
            current += char
        elif char == "\\":
            current += spec[index : index + 2]
            index += 1
        elif char == ";":
            out.append(current)
            current = ""
        else:
            current += char
        index += 1
    return [*out, current]


def custom(value: Number, spec: str, style: NumberStyle = ENGLISH) -> str:
    """A custom format with up to three sections: positive; negative; zero."""
    sections = _sections(spec)
    number = _exact(value)
    if number < 0 and len(sections) > 1 and sections[1]:
        return _section(-number, sections[1], style)
    if number == 0 and len(sections) > 2 and sections[2]:
        return _section(number, sections[2], style)
    text = _section(abs(number), sections[0], style)
    return style.negative + text if number < 0 and any(c in "123456789" for c in text) else text


def _tokens(spec: str) -> list[tuple[str, str]]:
    """(kind, text): digit placeholders and signs apart from literals."""
    out: list[tuple[str, str]] = []
    index = 0
    while index < len(spec):
        char = spec[index]
        if char in "'\"":
            end = spec.find(char, index + 1)
            end = len(spec) if end < 0 else end
            out.append(("text", spec[index + 1 : end]))
            index = end + 1
            continue
        if char == "\\":
            out.append(("text", spec[index + 1 : index + 2]))
            index += 2
            continue
        exponent = _EXPONENT.match(spec, index)
        if exponent is not None:
            out.append(("exponent", exponent[0]))
            index = exponent.end()
            continue
        out.append((char, char) if char in "0#.,%‰" else ("text", char))
        index += 1
    return out


def _section(number: Decimal, spec: str, style: NumberStyle) -> str:
    signs = {".": style.decimal, "%": style.percent, "‰": style.per_mille}
    tokens = [(kind, signs.get(kind, text)) for kind, text in _tokens(spec)]
    kinds = [kind for kind, _ in tokens]
    point = kinds.index(".") if "." in kinds else len(kinds)
    whole_places = [i for i, kind in enumerate(kinds[:point]) if kind in "0#"]
    fraction_places = [i for i, kind in enumerate(kinds[point:], point) if kind in "0#"]
    group = False
    if whole_places:
        group = any(kind == "," for kind in kinds[whole_places[0] : whole_places[-1]])
        number = number.scaleb(-3 * sum(1 for kind in kinds[whole_places[-1] + 1 : point] if kind == ","))
    number = number.scaleb(2 * kinds.count("%") + 3 * kinds.count("‰"))
    exponent = 0
    if "exponent" in kinds and number:
        exponent = number.adjusted() - max(len(whole_places) - 1, 0)
        number = number.scaleb(-exponent)
    digits = format(_rounded(number, len(fraction_places)), "f")
    whole, _, fraction = digits.partition(".")
    zeros = (
        sum(1 for i in range(len(whole_places)) if "0" in kinds[whole_places[0] : whole_places[i] + 1])
        if whole_places
        else 0
    )
    whole = whole.lstrip("0").rjust(zeros, "0")
    if group:
        whole = grouped_digits(whole, style.group, style.sizes)
    keep = max((n + 1 for n, i in enumerate(fraction_places) if kinds[i] == "0"), default=0)
    fraction = fraction[:keep] + fraction[keep:].rstrip("0")
    return _assemble(tokens, point, whole_places, fraction_places, whole, fraction, exponent)


def _assemble(
    tokens: list[tuple[str, str]],
    point: int,
    whole_places: list[int],
    fraction_places: list[int],
    whole: str,
    fraction: str,
    exponent: int,
) -> str:
    out: list[str] = []
    first = whole_places[0] if whole_places else point
    whole_left: list[str] = []
    for index, (kind, text) in enumerate(tokens):
        if index == first and index < point:
            out.append(
                whole if len(whole_places) == 1 else whole[: max(len(whole) - _literal_tail(tokens, whole_places), 0)]
            )
            rest = whole[len(out[-1]) :]
            whole_left = list(rest)
        elif kind in "0#" and index < point:
            out.append(whole_left.pop(0) if whole_left and _has_inner_text(tokens, whole_places) else "")
        elif kind == ".":
            if not whole_places:
                out.append(whole)
            out.append(text if fraction else "")
        elif kind in "0#":
            place = fraction_places.index(index)
            out.append(fraction[place] if place < len(fraction) else "")
        elif kind in ("text", "%", "‰"):
            out.append(text)
        elif kind == "exponent":
            sign = "-" if exponent < 0 else "+" if "+" in text else ""
            out.append(f"{text[0]}{sign}{abs(exponent):0{text.count('0')}d}")
    return "".join(out)


def _has_inner_text(tokens: list[tuple[str, str]], places: list[int]) -> bool:
    """Literals among the digit places (as in ``000-0000``) make digits go place by place."""
    return any(tokens[i][0] == "text" for i in range(places[0], places[-1]))


def _literal_tail(tokens: list[tuple[str, str]], places: list[int]) -> int:
    """How many digits belong to the places after the first."""
    return len(places) - 1 if _has_inner_text(tokens, places) else 0
