"""Operators on texts and types: -like -match -replace -split -join -is -as and the range (traps 12, 16, 31 to 34)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from remora.engine.convert.conversion import convert, try_convert
from remora.engine.convert.numbers import plain_number, rounded, to_int
from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true
from remora.engine.enumeration import items_of
from remora.engine.errors import error
from remora.engine.nothing import NOTHING, collected
from remora.engine.operators.compare import is_collection
from remora.engine.regex import compile_pattern, replacement
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import type_of, unwrap
from remora.engine.types.typeref import TypeRef, type_from_text, type_not_found
from remora.engine.wildcard import compile_wildcard
from remora.values.collections import TypedArray
from remora.values.numbers import Int64
from remora.values.objects import PSObject
from remora.values.strings import Char
from remora.values.tables import Hashtable

MAX_RANGE: Final = 1 << 27


def _flags(ignore_case: bool) -> int:
    return re.IGNORECASE if ignore_case else 0


def like(left: Any, right: Any, ignore_case: bool = True, negate: bool = False) -> Any:
    """``-like`` and ``-notlike``."""
    pattern = compile_wildcard(to_text(right), ignore_case)
    left = unwrap(left)
    if is_collection(left):
        return [item for item in items_of(left) if (pattern.fullmatch(to_text(item)) is not None) != negate]
    return (pattern.fullmatch(to_text(left)) is not None) != negate


def match_table(found: re.Match[str]) -> Hashtable:
    """$Matches of a match: numbered and named groups that took part."""
    table = Hashtable()
    names = {index: name for name, index in found.re.groupindex.items()}
    for index in range(found.re.groups, 0, -1):
        if found[index] is not None:
            table[names.get(index, index)] = found[index]
    table[0] = found[0]
    return table


def match(left: Any, right: Any, ignore_case: bool, negate: bool, keep: Callable[[Hashtable], None]) -> Any:
    """``-match`` and ``-notmatch``; keep receives $Matches after a scalar match."""
    pattern = _pattern(right, ignore_case)
    left = unwrap(left)
    if is_collection(left):
        return [item for item in items_of(left) if (pattern.search(to_text(item)) is not None) != negate]
    found = pattern.search(to_text(left))
    if found is not None:
        keep(match_table(found))
    return (found is not None) != negate


def _pattern(value: Any, ignore_case: bool) -> re.Pattern[str]:
    value = unwrap(value)
    compiled = getattr(value, "pattern_object", None)
    if isinstance(compiled, re.Pattern):
        return compiled
    return compile_pattern(to_text(value), _flags(ignore_case))


def replace(left: Any, right: Any, ignore_case: bool = True) -> Any:
    """``-replace pattern[, replacement]``."""
    right = unwrap(right)
    operands = list(items_of(right)) if isinstance(right, (list, tuple)) else [right]
    if len(operands) > 2:
        raise error(
            "The -replace operator takes a pattern and a replacement.", "BadReplaceArgument", "InvalidOperation", right
        )
    pattern = _pattern(operands[0] if operands else "", ignore_case)
    substitute = operands[1] if len(operands) > 1 else ""
    make = _block_replacement(substitute) if isinstance(substitute, ScriptBlock) else replacement(to_text(substitute))
    left = unwrap(left)
    if is_collection(left):
        return [pattern.sub(make, to_text(item)) for item in items_of(left)]
    return pattern.sub(make, to_text(left))


def _block_replacement(block: ScriptBlock) -> Callable[[re.Match[str]], str]:
    from remora.engine.types.regextypes import MatchObject

    return lambda found: to_text(collected(block.invoke(dollar_under=MatchObject(found))))


# -- split and join ----------------------------------------------------------------------------------------------------


def split(left: Any, right: Any, ignore_case: bool = True) -> list[Any]:
    """``-split pattern[, max[, options]]``; a script block decides per character."""
    right = unwrap(right)
    operands = list(right) if isinstance(right, (list, tuple)) else [right]
    limit = to_int(operands[1]) if len(operands) > 1 else 0
    options = to_text(operands[2]).lower() if len(operands) > 2 else ""
    separator = operands[0]
    out: list[Any] = []
    for item in items_of(unwrap(left)):
        text = to_text(item)
        if isinstance(separator, ScriptBlock):
            out.extend(_split_by_block(text, separator, limit))
            continue
        out.extend(_split_by_pattern(text, _split_pattern(separator, ignore_case, options), limit))
    return TypedArray(out, "System.String")


def _split_pattern(separator: Any, ignore_case: bool, options: str) -> re.Pattern[str]:
    text = to_text(separator)
    if "simplematch" in options:
        return compile_pattern(re.escape(text), _flags(ignore_case or "ignorecase" in options))
    flags = _flags(ignore_case or "ignorecase" in options)
    for word, flag in (("singleline", re.DOTALL), ("multiline", re.MULTILINE), ("ignorepatternwhitespace", re.VERBOSE)):
        if word in options:
            flags |= flag
    return compile_pattern(text, flags)


def _split_by_pattern(text: str, pattern: re.Pattern[str], limit: int) -> list[str]:
    found = list(pattern.finditer(text))
    if limit > 0:
        found = found[: limit - 1]
    elif limit < 0:
        found = found[len(found) - (-limit - 1) :] if -limit - 1 else []
    out: list[str] = []
    position = 0
    for one in found:
        out.append(text[position : one.start()])
        out.extend(group for group in one.groups() if group is not None)
        position = one.end()
    out.append(text[position:])
    return out


def _split_by_block(text: str, block: ScriptBlock, limit: int) -> list[str]:
    out: list[str] = []
    begin = 0
    for index, char in enumerate(text):
        if limit > 0 and len(out) == limit - 1:
            break
        if is_true(collected(block.invoke(dollar_under=Char(char) if ord(char) <= 0xFFFF else char))):
            out.append(text[begin:index])
            begin = index + 1
    out.append(text[begin:])
    return out


def split_words(value: Any) -> list[Any]:
    """Unary ``-split``: white space separates, ends are trimmed."""
    out: list[Any] = []
    for item in items_of(unwrap(value)):
        out.extend(to_text(item).split())
    return TypedArray(out, "System.String")


def join(left: Any, right: Any) -> str:
    """``list -join separator``."""
    separator = to_text(right)
    return separator.join([to_text(item) for item in items_of(unwrap(left))])


def format_operator(left: Any, right: Any) -> str:
    """``format -f arguments``."""
    from remora.engine.text.composite import format_composite

    right = unwrap(right)
    arguments = list(right) if isinstance(right, (list, tuple)) else [right]
    return format_composite(to_text(left), arguments)


# -- types -------------------------------------------------------------------------------------------------------------


def type_operand(value: Any) -> TypeRef:
    """The right side of -is and -as as a type."""
    value = unwrap(value)
    if isinstance(value, TypeRef):
        return value
    if isinstance(value, str):
        found = type_from_text(value)
        if found is None:
            raise type_not_found(value)
        return found
    raise error("The right operand of '-is' must be a type.", "IsOperatorRequiresType", "InvalidOperation", value)


def is_instance(value: Any, target: TypeRef) -> bool:
    """``value -is [type]``."""
    name = target.name
    if name == "System.Management.Automation.PSObject":
        return isinstance(value, PSObject)
    if value is None or value is NOTHING:
        return False
    if name == "System.Object":
        return True
    inner = unwrap(value)
    if isinstance(value, PSObject) and value.type_names:
        if name == "System.Management.Automation.PSCustomObject":
            return inner is value
        if inner is value:
            return any(n.lower() == name.lower() for n in value.type_names)
    kind = type_of(inner)
    if target.arguments and kind.name != name:
        return False
    return kind.is_a(name)


def as_type(value: Any, target: TypeRef) -> Any:
    """``value -as [type]``: converted or $null."""
    if target.name in ("System.Object", "System.Management.Automation.PSObject"):
        return convert(value, target)
    ok, made = try_convert(value, target)
    return made if ok else None


# -- range -------------------------------------------------------------------------------------------------------------


def range_of(left: Any, right: Any) -> list[Any]:
    """``left..right``: integers or characters, either direction."""
    left, right = unwrap(left), unwrap(right)
    if type(left) is int and type(right) is int:
        low, high = left, right
    elif _is_letter(left) and _is_letter(right):
        codes = range_of(ord(left), ord(right))
        return [Char(code) for code in codes]
    else:
        low, high = _bound(left), _bound(right)
    if abs(high - low) >= MAX_RANGE:
        raise error("The range is too large.", "RangeTooLarge", "LimitsExceeded")
    numbers = range(low, high + 1) if low <= high else range(low, high - 1, -1)
    if min(low, high) >= -(2**31) and max(low, high) < 2**31:
        return list(numbers)
    return [Int64(number) for number in numbers]


def _is_letter(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 1 and (isinstance(value, Char) or not value.isdigit())


def _bound(value: Any) -> int:
    return rounded(plain_number(value), value, "System.Int32")
