"""Operators on texts and types: -like -match -replace -split -join -is -as and the range (traps 12, 16, 31 to 34)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from remora.engine.convert.conversion import convert, convert_to, try_convert
from remora.engine.convert.numbers import plain_number, rounded, to_int
from remora.engine.convert.text import item_text, to_text
from remora.engine.convert.truth import is_true
from remora.engine.enumeration import items_of
from remora.engine.errors import PSError, error
from remora.engine.nothing import NOTHING, collected
from remora.engine.operators.compare import is_collection
from remora.engine.scriptblock import ScriptBlock
from remora.engine.text.units import joined
from remora.engine.types.registry import type_of, unwrap
from remora.engine.types.typeref import TypeRef
from remora.engine.wildcard import compile_wildcard
from remora.values.collections import TypedArray
from remora.values.numbers import Int64
from remora.values.objects import PSObject
from remora.values.strings import Char
from remora.values.tables import Hashtable

if TYPE_CHECKING:
    from remora.engine.regex.match import Match
    from remora.engine.regex.pattern import Pattern

MAX_RANGE: Final = 1 << 27


def like(left: Any, right: Any, ignore_case: bool = True, negate: bool = False) -> Any:
    """``-like`` and ``-notlike``."""
    pattern = compile_wildcard(to_text(right), ignore_case)
    left = unwrap(left)
    if is_collection(left):
        return [item for item in items_of(left) if (pattern.fullmatch(to_text(item)) is not None) != negate]
    return (pattern.fullmatch(to_text(left)) is not None) != negate


def match_table(found: Match) -> Hashtable:
    """$Matches of a match: numbered and named groups that took part."""
    table = Hashtable()
    for group, text in reversed(list(found.groups())):
        table[group.number if group.name.isdigit() else group.name] = text
    table[0] = found.value
    return table


def match(left: Any, right: Any, ignore_case: bool, negate: bool, keep: Callable[[Hashtable], None]) -> Any:
    """``-match`` and ``-notmatch``; keep receives $Matches after a scalar match."""
    pattern = _pattern(right, ignore_case)
    left = unwrap(left)
    if is_collection(left):
        return [item for item in items_of(left) if pattern.is_match(to_text(item)) != negate]
    found = pattern.find(to_text(left))
    if found is not None:
        keep(match_table(found))
    return (found is not None) != negate


def _pattern(value: Any, ignore_case: bool) -> Pattern:
    from remora.engine.regex.pattern import compile_pattern

    value = unwrap(value)
    compiled: Pattern | None = getattr(value, "pattern_object", None)
    return compiled if compiled is not None else compile_pattern(to_text(value), 1 if ignore_case else 0)


def replace(left: Any, right: Any, ignore_case: bool = True) -> Any:
    """``-replace pattern[, replacement]``."""
    right = unwrap(right)
    operands = list(items_of(right)) if isinstance(right, (list, tuple)) else [right]
    if len(operands) > 2:
        raise error(
            f"The {'-ireplace' if ignore_case else '-creplace'} operator allows only two elements to follow it, not "
            f"{len(operands)}.",
            "BadReplaceArgument",
            "InvalidOperation",
            right,
        )
    pattern = _pattern(operands[0] if operands else "", ignore_case)
    substitute = unwrap(operands[1]) if len(operands) > 1 else ""
    make = _evaluated(substitute) if _is_function(substitute) else _filled(to_text(substitute), pattern)
    left = unwrap(left)
    if is_collection(left):
        return [pattern.replace(to_text(item), make) for item in items_of(left)]
    return pattern.replace(to_text(left), make)


def _filled(template: str, pattern: Pattern) -> str | Callable[[Match], str]:
    from remora.engine.regex.template import replacement

    return replacement(template, pattern)


def _is_function(value: Any) -> bool:
    return isinstance(value, ScriptBlock) or type_of(value).name in (
        "System.Text.RegularExpressions.MatchEvaluator",
        "System.Management.Automation.PSMethod",
    )


def _evaluated(function: Any) -> Callable[[Match], str]:
    from remora.engine.types.delegates import call
    from remora.engine.types.matchtypes import MatchObject

    return lambda found: to_text(call(function, MatchObject(found)))


# -- split and join ----------------------------------------------------------------------------------------------------


def split(left: Any, right: Any, ignore_case: bool = True) -> list[Any]:
    """``-split pattern[, max[, options]]``; a script block decides per character."""
    right = unwrap(right)
    operands = list(right) if isinstance(right, (list, tuple)) else [right]
    if not operands:
        raise error("The argument to operator '-split' is not valid: .", "BadOperatorArgument", "InvalidOperation")
    limit = to_int(operands[1]) if len(operands) > 1 else 0
    separator = operands[0]
    given = operands[2] if len(operands) > 2 and to_text(operands[2]) else None
    options = _split_options(given, isinstance(separator, ScriptBlock), ignore_case)
    out: list[Any] = []
    for item in items_of(unwrap(left)):
        text = to_text(item)
        if abs(limit) == 1:
            out.append(text)
        elif isinstance(separator, ScriptBlock):
            out.extend(_split_by_block(text, separator, limit))
        else:
            out.extend(_split_by_pattern(text, _split_pattern(separator, options), limit))
    return TypedArray(out, "System.String")


_SIMPLE, _REGEX, _IGNORE_CASE = 1, 2, 64
# SplitOptions -> RegexOptions
_SPLIT_OPTIONS: Final = {4: 512, 8: 32, 16: 2, 32: 16, _IGNORE_CASE: 1, 128: 4}


def _split_options(given: Any, with_block: bool, ignore_case: bool) -> int:
    """The options as bits; -split itself ignores case whatever they say."""
    if given is None:
        return _IGNORE_CASE if ignore_case else 0
    options = int(convert_to(given, "System.Management.Automation.SplitOptions"))
    if with_block:
        raise _bad_options("Options are not allowed on the -split operator with a predicate.",
                           "InvalidSplitOptionWithPredicate")  # fmt: skip
    options |= _IGNORE_CASE if ignore_case else 0
    if options & _SIMPLE and options & ~(_SIMPLE | _IGNORE_CASE):
        raise _bad_options("The combination of options with the -split operator is not valid.",
                           "InvalidSplitOptionCombination")  # fmt: skip
    return options


def _bad_options(message: str, error_id: str) -> PSError:
    return error(message, error_id, "ParserError", type_name="System.Management.Automation.ParseException")


def _split_pattern(separator: Any, options: int) -> Pattern:
    from remora.engine.regex.escapes import escape
    from remora.engine.regex.pattern import compile_pattern

    text = to_text(separator)
    if options & _SIMPLE:
        text = escape(text)
    return compile_pattern(text, sum(wanted for bit, wanted in _SPLIT_OPTIONS.items() if options & bit))


def _split_by_pattern(text: str, pattern: Pattern, limit: int) -> list[str]:
    if limit >= 0:
        return pattern.split(text, limit)
    out: list[str] = []
    position = 0
    for one in list(pattern.matches(text))[limit + 1 :]:
        out.append(text[position : one.start])
        out.extend(part for _, part in one.groups())
        position = one.end
    return [*out, text[position:]]


def _split_by_block(text: str, block: ScriptBlock, limit: int) -> list[str]:
    """The block is asked for each character: it is ``$_``, the arguments are the text and the position. A negative
    limit asks from the end.
    """
    cuts: list[int] = []
    for index in range(len(text) - 1, -1, -1) if limit < 0 else range(len(text)):
        if is_true(collected(block.invoke(text, index, dollar_under=text[index]))):
            cuts.append(index)
            if len(cuts) + 1 == abs(limit):
                break
    out: list[str] = []
    begin = 0
    for cut in sorted(cuts):
        out.append(text[begin:cut])
        begin = cut + 1
    return [*out, text[begin:]]


def split_words(value: Any) -> list[Any]:
    """Unary ``-split``: white space separates, ends are trimmed."""
    out: list[Any] = []
    for item in items_of(unwrap(value)):
        out.extend(to_text(item).split() or [""])
    return TypedArray(out, "System.String")


def join(left: Any, right: Any) -> str:
    """``list -join separator``."""
    separator = to_text(right)
    return joined(separator.join([item_text(item) for item in items_of(unwrap(left))]))


def format_operator(left: Any, right: Any) -> str:
    """``format -f arguments``."""
    from remora.engine.text.composite import format_composite

    right = unwrap(right)
    arguments = list(right) if isinstance(right, (list, tuple)) else [right]
    return joined(format_composite(to_text(left), arguments))


# -- types -------------------------------------------------------------------------------------------------------------


def type_operand(value: Any, operator: str = "is") -> TypeRef:
    """The right side of -is and -as as a type: a type, or the name of one."""
    value = unwrap(value)
    if isinstance(value, TypeRef):
        return value
    if value is None or value is NOTHING:
        raise error(
            f"The right operand of '-{operator}' must be a type.",
            f"{operator.capitalize()}OperatorRequiresType",
            "InvalidOperation",
            value,
        )
    try:
        return convert_to(value, "type")  # type: ignore[no-any-return]
    except PSError as problem:
        raise error(
            problem.record.message, "RuntimeException", "InvalidOperation", value, inner=problem.record.exception
        ) from None


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


def numbers_between(left: Any, right: Any) -> range | None:
    """The whole numbers of ``left..right`` where both ends are numbers of Int32; None for other ranges."""
    if type(left) is int and type(right) is int:
        low, high = left, right
    else:
        left, right = unwrap(left), unwrap(right)
        if _is_letter(left) and _is_letter(right):
            return None
        low, high = _bound(left), _bound(right)
    if min(low, high) < -(2**31) or max(low, high) >= 2**31:
        return None
    return range(low, high + 1) if low <= high else range(low, high - 1, -1)


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
