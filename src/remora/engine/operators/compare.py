"""Comparison: equality and order of scalars, filters on collections (traps 19 to 25). Source:
about_Comparison_Operators.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from remora.engine.classes.instance import ScriptObject
from remora.engine.convert.numbers import is_number, number_from_text, to_decimal
from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true
from remora.engine.enumeration import Enumerable, is_enumerable, items_of
from remora.engine.errors import PSError, error
from remora.engine.nettype import NetObject
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import type_of, unwrap
from remora.engine.types.typeref import find_type
from remora.values.enums import EnumValue
from remora.values.numbers import BigInteger
from remora.values.objects import PSObject
from remora.values.strings import Char
from remora.values.versions import SemanticVersion


def is_collection(value: Any) -> bool:
    """Tell whether a comparison filters the left value."""
    return isinstance(value, (list, tuple, bytes, bytearray, Enumerable))


# -- scalars -----------------------------------------------------------------------------------------------------------


def equal(left: Any, right: Any, ignore_case: bool = True) -> bool:
    """``left -eq right`` for a scalar left."""
    kind = type(left)
    if kind is int and type(right) is int:
        return bool(left == right)
    if kind is str and type(right) is str:
        return bool(left == right) or (ignore_case and left.lower() == right.lower())
    left, right = unwrap(left), unwrap(right)
    if left is None or left is NOTHING:
        return right is None or right is NOTHING
    if right is None or right is NOTHING:
        return False
    return _equal(left, right, ignore_case)


def _equal(left: Any, right: Any, ignore_case: bool) -> bool:
    if isinstance(left, bool):
        return left == is_true(right)
    if isinstance(left, EnumValue):
        return _enum_equal(left, right)
    if isinstance(left, str):
        text = to_text(right)
        return left == text or (ignore_case and left.lower() == text.lower())
    if is_number(left):
        number = _number_or_none(right, left)
        return number is not None and bool(_as_double(left, number) == number)
    if left is right:
        return True
    flag = getattr(left, "switch_value", None)
    if flag is not None:
        return bool(flag == is_true(right))
    return _object_equal(left, right, ignore_case)


def _enum_equal(left: EnumValue, right: Any) -> bool:
    if isinstance(right, str):
        folded = right.strip().lower()
        return folded == (left.name or "").lower() or folded == str(int(left))
    return isinstance(right, int) and int(left) == int(right)


def _number_or_none(value: Any, left: Any) -> Any:
    if isinstance(value, Char):
        return ord(value)
    if isinstance(value, str):
        try:
            if isinstance(left, Decimal):
                return to_decimal(value)
            return _comparable(number_from_text(value, "System.Double"), left)
        except PSError:
            return None
    if isinstance(value, (bool, EnumValue)):
        return int(value)
    return _comparable(value, left) if isinstance(value, (int, float, Decimal)) else None


def _comparable(value: Any, left: Any) -> Any:
    if isinstance(left, Decimal) and isinstance(value, float):
        return Decimal(f"{value:.15g}") if value - value == 0 else value
    if isinstance(left, float) and isinstance(value, (Decimal, int)):
        return _double(value)
    return value


def _as_double(left: Any, right: Any) -> Any:
    """An integer beside a Double, as a Double; a BigInteger stays exact."""
    if isinstance(right, float) and isinstance(left, int) and not isinstance(left, BigInteger):
        return _double(left)
    return left


def _double(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _object_equal(left: Any, right: Any, ignore_case: bool) -> bool:
    if isinstance(left, ScriptObject):
        from remora.engine.classes.protocols import script_equal

        found = script_equal(left, right)
        return left is right if found is None else found
    if type(left) is PSObject or type(right) is PSObject:
        return False
    kind = type_of(left)
    name = kind.name
    kept = isinstance(left, (dict, list)) or (isinstance(left, NetObject) and not kind.is_value_type)
    if type_of(right).name != name and not kept:
        target = find_type(name)
        if target is not None:
            from remora.engine.convert.conversion import try_convert

            ok, right = try_convert(right, target)
            if not ok:
                return False
    if isinstance(left, datetime) and isinstance(right, datetime):
        return _compare_dates(left, right) == 0
    if isinstance(left, SemanticVersion):
        return not left < right and not right < left
    if hasattr(left, "keys"):
        return False
    try:
        return bool(left == right)
    except (TypeError, ValueError):
        return False


def compare(left: Any, right: Any, ignore_case: bool = True) -> int:
    """Order of two scalars: negative, 0, positive. Raises ComparisonFailure when there is none."""
    kind = type(left)
    if kind is int and type(right) is int:
        return int(left > right) - int(left < right)
    left, right = unwrap(left), unwrap(right)
    if left is None or left is NOTHING:
        return _compare_null(right)
    if right is None or right is NOTHING:
        return -_compare_null(left)
    if isinstance(left, bool):
        return int(left) - int(is_true(right))
    if isinstance(left, str):
        return compare_text(left, to_text(right), ignore_case)
    if isinstance(left, (int, float, Decimal)):
        number = _number_or_none(right, left)
        if number is None:
            raise _not_comparable(left, right)
        return _order(_as_double(left, number), number)
    return _compare_objects(left, right)


def _order(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


def _compare_null(right: Any) -> int:
    if right is None or right is NOTHING:
        return 0
    if is_number(right):
        return 1 if right < 0 else -1
    return -1


def _compare_objects(left: Any, right: Any) -> int:
    if isinstance(left, ScriptObject):
        from remora.engine.classes.protocols import script_order

        found = script_order(left, right)
        if found is not None:
            return found
    from remora.engine.convert.conversion import try_convert

    target = find_type(type_of(left).name)
    if target is not None and type_of(right) is not type_of(left):
        ok, converted = try_convert(right, target)
        if not ok:
            raise _not_comparable(left, right)
        right = converted
    if isinstance(left, datetime) and isinstance(right, datetime):
        return _compare_dates(left, right)
    if isinstance(left, timedelta) or type_of(left).is_a("System.IComparable"):
        try:
            return _order(left, right)
        except TypeError:
            pass
    if left is right:
        return 0
    raise error(
        f'Cannot compare "{to_text(left)}" because it is not IComparable.', "NotIcomparable", "InvalidOperation", left,
    )  # fmt: skip


def _compare_dates(left: datetime, right: datetime) -> int:
    """By clock reading, whatever the kinds: as DateTime compares."""
    a, b = left.replace(tzinfo=None), right.replace(tzinfo=None)
    if a != b:
        return _order(a, b)
    return _order(getattr(left, "ticks_digit", 0), getattr(right, "ticks_digit", 0))


def _not_comparable(left: Any, right: Any) -> PSError:
    return error(
        f'Could not compare "{to_text(left)}" to "{to_text(right)}". Error: "Cannot convert value '
        f'"{to_text(right)}" to type '
        f'"{type_of(left).name}". Error: "The input string \'{to_text(right)}\' was not in a correct format.""',
        "ComparisonFailure",
        "InvalidOperation",
        type_name="System.Management.Automation.ExtendedTypeSystemException",
    )


# -- text order --------------------------------------------------------------------------------------------------------


def compare_text(left: str, right: str, ignore_case: bool = True) -> int:
    """Order of texts as the invariant culture has it: base letters, then accents, then case (lower first)."""
    if left == right:
        return 0
    a, b = text_key(str(left)), text_key(str(right))
    if a[0] != b[0]:
        return -1 if a[0] < b[0] else 1
    if a[1] != b[1]:
        return -1 if a[1] < b[1] else 1
    if ignore_case:
        return 0
    return -1 if a[2] < b[2] else 1


@lru_cache(maxsize=4096)
def text_key(text: str) -> tuple[tuple[tuple[int, str], ...], str, tuple[bool, ...]]:
    """Collation key: (primary weights, accents, case). Marks and symbols sort before digits, digits before letters."""
    plain = text if text.isascii() else unicodedata.normalize("NFD", text)
    primary: list[tuple[int, str]] = []
    accents: list[str] = []
    case: list[bool] = []
    for char in plain:
        if char.isalpha():
            primary.append((3, char.lower()))
            case.append(char.isupper())
        elif char.isdigit():
            primary.append((2, char))
        elif unicodedata.combining(char):
            accents.append(char)
        else:
            primary.append((0 if char.isspace() else 1, char))
    return tuple(primary), "".join(accents), tuple(case)


# -- operators with collections ----------------------------------------------------------------------------------------

Test = Callable[[Any, Any], bool]


def _eq(ignore_case: bool) -> Test:
    return lambda a, b: equal(a, b, ignore_case)


_ORDER: Final[dict[str, Callable[[int], bool]]] = {
    "lt": lambda c: c < 0,
    "le": lambda c: c <= 0,
    "gt": lambda c: c > 0,
    "ge": lambda c: c >= 0,
}


def scalar_test(op: str) -> Test:
    """The test of a comparison operator by canonical name (``eq``, ``cne``, ``lt`` ...)."""
    ignore_case = not (op.startswith("c") and op[1:] in ("eq", "ne", "lt", "le", "gt", "ge"))
    base = op if ignore_case else op[1:]
    if base == "eq":
        return _eq(ignore_case)
    if base == "ne":
        return lambda a, b: not equal(a, b, ignore_case)
    decide = _ORDER[base]
    return lambda a, b: decide(compare(a, b, ignore_case))


def comparison(op: str) -> Callable[[Any, Any], Any]:
    """The operator on values: filters when the left value is a collection."""
    test = scalar_test(op)

    def run(left: Any, right: Any) -> Any:
        if type(left) is str:
            return test(left, right)
        inner = unwrap(left)
        if is_collection(inner):
            return [item for item in items_of(inner) if test(item, right)]
        return test(left, right)

    return run


def contains(items: Any, value: Any, ignore_case: bool = True) -> bool:
    """``items -contains value``."""
    items = unwrap(items)
    if is_enumerable(items):
        return any(equal(item, value, ignore_case) for item in items_of(items))
    return equal(items, value, ignore_case)
