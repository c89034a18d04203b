"""Arithmetic and bitwise operators with PowerShell's promotions (traps 1 to 18). Source: about_Arithmetic_Operators."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Context, Decimal, DecimalException
from typing import Any, Final

from remora.engine.convert.numbers import INTEGERS, plain_number
from remora.engine.convert.text import to_text
from remora.engine.enumeration import items_of
from remora.engine.errors import PSError, error
from remora.engine.exception_types import exception
from remora.engine.nettype import NetObject
from remora.engine.nothing import NOTHING
from remora.engine.numbers import DECIMAL_LIMIT, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN
from remora.engine.operators.enumvalues import same_enum
from remora.engine.operators.overloads import overloaded
from remora.engine.text.units import joined
from remora.engine.types.registry import type_of, unwrap
from remora.values.enums import EnumValue
from remora.values.numbers import BigInteger, Int64, UInt32, UInt64
from remora.values.strings import Char
from remora.values.tables import Hashtable, OrderedDictionary

_DECIMAL: Final = Context(prec=29)
MAX_REPEAT: Final = 1 << 28
_UP_TO_INT64: Final = frozenset((int, Int64))


def add(left: Any, right: Any) -> Any:
    """``left + right``."""
    if type(left) is int and type(right) is int:
        total = left + right
        return total if INT32_MIN <= total <= INT32_MAX else float(total)
    if type(left) is str:
        text = right if type(right) is str else to_text(right)
        return joined(left + text) if "\udc00" <= text[:1] <= "\udfff" else left + text
    if type(left) is float and (type(right) is float or type(right) is int):
        return left + right
    return _add(unwrap(left), right)


def _add(left: Any, right: Any) -> Any:
    if type(left) is Int64 and type(right) in _UP_TO_INT64:
        return fit(int(left) + int(right), Int64)
    if left is None or left is NOTHING:
        return None if right is NOTHING else right
    if isinstance(left, NetObject) or isinstance(right, NetObject):
        own = overloaded(left, right, "op_Addition")
        if own is not NOTHING:
            return own
    if isinstance(left, str):
        return joined(str(left) + to_text(right))
    if isinstance(left, (list, tuple, bytes, bytearray)):
        return [*items_of(left), *items_of(right)]
    if isinstance(left, (Hashtable, dict)):
        return _merge(left, unwrap(right))
    if isinstance(left, EnumValue):
        return same_enum(left, add(int(left), right))
    if _numeric(left):
        other = _right_number(left, right, "op_Addition")
        return _number(left, other, lambda a, b: a + b)
    return _object_op(left, right, "op_Addition")


def subtract(left: Any, right: Any) -> Any:
    """``left - right``."""
    if type(left) is int and type(right) is int:
        total = left - right
        return total if INT32_MIN <= total <= INT32_MAX else float(total)
    if type(left) is float and type(right) is float:
        return left - right
    left, right = unwrap(left), unwrap(right)
    if isinstance(left, NetObject) or isinstance(right, NetObject):
        own = overloaded(left, right, "op_Subtraction")
        if own is not NOTHING:
            return own
    if isinstance(left, EnumValue):
        return same_enum(left, subtract(int(left), right))
    a = _operand(left, right, "op_Subtraction")
    if a is None:
        return _object_op(left, right, "op_Subtraction")
    return _number(a, _right_number(a, right, "op_Subtraction"), lambda x, y: x - y)


def multiply(left: Any, right: Any) -> Any:
    """``left * right``; texts and arrays repeat."""
    if type(left) is int and type(right) is int:
        total = left * right
        return total if INT32_MIN <= total <= INT32_MAX else float(total)
    if type(left) is float and type(right) is float:
        return left * right
    left, right = unwrap(left), unwrap(right)
    if left is None or left is NOTHING:
        return None
    if isinstance(left, str) and not isinstance(left, Char):
        return str(left) * _count(right, len(left))
    if isinstance(left, (list, tuple)):
        return list(left) * _count(right, len(left))
    if isinstance(left, NetObject) or isinstance(right, NetObject):
        own = overloaded(left, right, "op_Multiply")
        if own is not NOTHING:
            return own
    if isinstance(left, EnumValue):
        return same_enum(left, multiply(int(left), right))
    a = _operand(left, right, "op_Multiply")
    if a is None:
        return _object_op(left, right, "op_Multiply")
    return _number(a, _right_number(a, right, "op_Multiply"), lambda x, y: x * y)


def divide(left: Any, right: Any) -> Any:
    """``left / right``: an exact integer quotient keeps its type, otherwise Double."""
    left, right = unwrap(left), unwrap(right)
    if isinstance(left, NetObject) or isinstance(right, NetObject):
        own = overloaded(left, right, "op_Division")
        if own is not NOTHING:
            return own
    if isinstance(left, EnumValue):
        return same_enum(left, divide(int(left), right))
    a = _operand(left, right, "op_Division")
    if a is None:
        return _object_op(left, right, "op_Division")
    b = _right_number(a, right, "op_Division")
    kind = common_kind(a, b)
    if kind is float:
        return _float_divide(float(a), float(b))
    if b == 0:
        raise divide_by_zero()
    if kind is Decimal:
        return _guard_decimal(lambda: _trim(_DECIMAL.divide(_to_decimal(a), _to_decimal(b))))
    if kind is BigInteger:
        quotient = abs(int(a)) // abs(int(b))
        return BigInteger(-quotient if (a < 0) != (b < 0) else quotient)
    quotient, rest = divmod(int(a), int(b))
    return fit(quotient, kind) if rest == 0 else int(a) / int(b)


def modulo(left: Any, right: Any) -> Any:
    """``left % right``: the sign of the dividend."""
    kind = type(left)
    if ((kind is int and type(right) is int) or (kind is Int64 and type(right) in _UP_TO_INT64)) and left >= 0 < right:
        return left % right if kind is int else Int64(left % right)
    left, right = unwrap(left), unwrap(right)
    if isinstance(left, NetObject) or isinstance(right, NetObject):
        own = overloaded(left, right, "op_Modulus")
        if own is not NOTHING:
            return own
    if isinstance(left, EnumValue):
        return same_enum(left, modulo(int(left), right))
    a = _operand(left, right, "op_Modulus")
    if a is None:
        return _object_op(left, right, "op_Modulus")
    b = _right_number(a, right, "op_Modulus")
    kind = common_kind(a, b)
    if kind is float:
        return math.fmod(float(a), float(b)) if b and not math.isinf(float(a)) else math.nan
    if b == 0:
        raise divide_by_zero()
    if kind is Decimal:
        return _guard_decimal(lambda: _DECIMAL.remainder(_to_decimal(a), _to_decimal(b)))
    rest = abs(int(a)) % abs(int(b))
    return fit(-rest if a < 0 else rest, kind)


def negate(value: Any) -> Any:
    """``-value``."""
    if type(value) is int:
        return -value if value != INT32_MIN else float(-value)
    return subtract(0, value)


def plus(value: Any) -> Any:
    """``+value``: the value as a number."""
    value = unwrap(value)
    return value if _numeric(value) and not isinstance(value, bool) else normal(plain_number(value))


def increment(value: Any) -> Any:
    """``value + 1`` as ``++`` does it."""
    if type(value) is int:
        return value + 1 if value != INT32_MAX else float(value + 1)
    return _step(value, 1, "++")


def decrement(value: Any) -> Any:
    """``value - 1`` as ``--`` does it."""
    if type(value) is int:
        return value - 1 if value != INT32_MIN else float(value - 1)
    return _step(value, -1, "--")


def _step(value: Any, by: int, op: str) -> Any:
    value = unwrap(value)
    if value is None or value is NOTHING:
        return by
    if not _numeric(value):
        raise error(
            f"The '{op}' operator works only on numbers. The operand is a '{type_of(value).name}'.",
            "OperatorRequiresNumber",
            "InvalidOperation",
            value,
        )
    return add(value, by)


# -- number machinery --------------------------------------------------------------------------------------------------


def _numeric(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal))


def normal(value: Any) -> Any:
    """A parsed or converted number as the engine's value."""
    if type(value) is int and not INT32_MIN <= value <= INT32_MAX:
        return Int64(value) if INT64_MIN <= value <= INT64_MAX else float(value)
    return int(value) if isinstance(value, bool) else value


def _operand(left: Any, right: Any, op: str) -> Any:
    """The left operand as a number; None when it is an object that has no arithmetic."""
    if isinstance(left, (EnumValue, bool)):
        return int(left)
    if _numeric(left):
        return left
    if left is None or left is NOTHING:
        return 0
    if isinstance(left, str):
        return normal(plain_number(left, "System.Int32"))
    flag = getattr(left, "switch_value", None)
    return int(flag) if isinstance(flag, bool) else None


def _right_number(left: Any, right: Any, op: str) -> Any:
    right = unwrap(right)
    if _numeric(right):
        return int(right) if isinstance(right, (bool, EnumValue)) else right
    if right is None or right is NOTHING:
        return 0
    if isinstance(right, str):
        target = {float: "System.Double", Decimal: "System.Decimal"}.get(type(left), "System.Int32")
        return normal(plain_number(right, target))
    raise _no_method(left, op)


def common_kind(a: Any, b: Any) -> Any:
    """The type in which two numbers are computed: float, Decimal, BigInteger, or an integer class (int, Int64,
    UInt64).
    """
    if type(a) is int and type(b) is int:
        return int
    if isinstance(a, Decimal) or isinstance(b, Decimal):
        return Decimal
    if isinstance(a, float) or isinstance(b, float):
        return float
    if isinstance(a, BigInteger) or isinstance(b, BigInteger):
        return BigInteger
    if isinstance(a, UInt64) or isinstance(b, UInt64):
        return UInt64 if a >= 0 and b >= 0 else Decimal
    if isinstance(a, Int64) or isinstance(b, Int64):
        return Int64
    if isinstance(a, UInt32) or isinstance(b, UInt32):
        return UInt32 if a >= 0 and b >= 0 else Int64
    return int


def _number(a: Any, b: Any, op: Callable[[Any, Any], Any]) -> Any:
    if isinstance(a, bool):
        a = int(a)
    kind = common_kind(a, b)
    if kind is float:
        try:
            return op(float(a), float(b))
        except OverflowError:
            return math.inf
    if kind is Decimal:
        return _guard_decimal(lambda: _in_context(op, _to_decimal(a), _to_decimal(b)))
    return fit(op(int(a), int(b)), kind)


def _in_context(op: Callable[[Any, Any], Any], a: Decimal, b: Decimal) -> Decimal:
    from decimal import localcontext

    with localcontext(_DECIMAL):
        return op(a, b)  # type: ignore[no-any-return]


def fit(value: int, kind: Any) -> Any:
    """The result in its type, or as Double when it overflows."""
    if kind is int:
        return value if INT32_MIN <= value <= INT32_MAX else float(value)
    if kind is Decimal or kind is BigInteger:
        return kind(value)
    _, low, high = INTEGERS[kind.TYPE_NAME]
    return kind(value) if low <= value <= high else float(value)


def _to_decimal(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return value
    return Decimal(int(value)) if isinstance(value, int) else Decimal(f"{float(value):.15g}")


def _trim(value: Decimal) -> Decimal:
    short = value.normalize()
    return Decimal(format(short, "f"))


def _guard_decimal(compute: Callable[[], Decimal]) -> Decimal:
    """A result within System.Decimal's range, with at most 28 places."""
    try:
        result = compute()
    except (DecimalException, ValueError):
        result = Decimal(DECIMAL_LIMIT)
    if abs(result) >= DECIMAL_LIMIT:
        inner = exception("Value was either too large or too small for a Decimal.", "System.OverflowException")
        raise error(inner.message, "RuntimeException", inner=inner)
    return result


def _float_divide(a: float, b: float) -> float:
    if b:
        return a / b
    if a == 0 or a != a:
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def divide_by_zero() -> PSError:
    """The error of an integer division by zero."""
    inner = exception("Attempted to divide by zero.", "System.DivideByZeroException")
    return error(inner.message, "RuntimeException", inner=inner)


def _count(value: Any, size: int) -> int:
    from remora.engine.convert.numbers import to_int

    count = to_int(value)
    if count < 0:
        inner = exception(
            "Specified argument was out of the range of valid values.", "System.ArgumentOutOfRangeException"
        )
        raise error(inner.message, "RuntimeException", inner=inner)
    if count * size > MAX_REPEAT:
        raise error(
            "Array dimensions exceeded supported range.",
            "RuntimeException",
            inner=exception("Array dimensions exceeded supported range.", "System.OutOfMemoryException"),
        )
    return count


def _merge(left: Any, right: Any) -> Any:
    if right is None or right is NOTHING:
        return type(left)(left)
    if not isinstance(right, (Hashtable, dict)):
        raise error(
            "A hash table can only be added to another hash table.",
            "AddHashTableToNonHashTable",
            "InvalidOperation",
            right,
        )
    merged = OrderedDictionary(left) if isinstance(left, OrderedDictionary) else Hashtable(left)
    for key, value in right.items():
        if key in merged:
            text = to_text(key)
            inner = exception(
                f"Item has already been added. Key in dictionary: '{text}'  Key being added: '{text}'",
                "System.ArgumentException",
            )
            raise error(inner.message, "System.ArgumentException", inner=inner)
        merged[key] = value
    return merged


def _no_method(left: Any, op: str) -> PSError:
    name = type_of(left).name
    return error(
        f"Method invocation failed because [{name}] does not contain a method named '{op}'.",
        "MethodNotFound",
        "InvalidOperation",
        op,
    )


def _object_op(left: Any, right: Any, op: str) -> Any:
    """Dates, spans and other objects with operators of their own."""
    from remora.engine.types.dateparse import date_arithmetic

    found, result = date_arithmetic(left, unwrap(right), op)
    if found:
        return result
    raise _no_method(left, op)


# -- bitwise -----------------------------------------------------------------------------------------------------------
