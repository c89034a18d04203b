"""Get-Random and Get-SecureRandom."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from typing import Any, Final

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.convert.conversion import convert_to
from remora.engine.errors import PSError, error
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import unwrap
from remora.engine.types.seeded import SeededSequence
from remora.engine.validators import ValidateNotNull, ValidateRange
from remora.values import Byte, Int16, Int64, SByte, UInt16

_NUMBER, _ITEM, _SHUFFLE = "RandomNumberParameterSet", "RandomListItemParameterSet", "ShuffleParameterSet"
_INT_MAX: Final = 2**31 - 1
_DOUBLE_MAX: Final = 1.7976931348623157e308
_TO_FRACTION: Final = 1.0 / _INT_MAX
_ITEMS: dict[str, dict[str, Any]] = {
    _ITEM: {"mandatory": True, "position": 0, "pipeline": True},
    _SHUFFLE: {"mandatory": True, "position": 0, "pipeline": True},
}


class Generator:
    """Numbers out of a source of bytes: the operating system's, or a seeded sequence."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self.read = read

    def _sample(self) -> int:
        while True:
            value = int.from_bytes(self.read(4), "little", signed=True)
            if value != _INT_MAX:
                return value

    def fraction(self) -> float:
        """0 <= x < 1."""
        value = self._sample()
        return (value + _INT_MAX if value < 0 else value) * _TO_FRACTION

    def below(self, low: int, high: int) -> int:
        """low <= n < high for Int32 bounds."""
        span = high - low
        if span <= _INT_MAX:
            return int(self.fraction() * span) + low
        return int((self._sample() + _INT_MAX) * (1.0 / (2 * _INT_MAX)) * span) + low

    def long_below(self, low: int, high: int) -> int:
        """low <= n < high for Int64 bounds."""
        span = high - low
        if span <= _INT_MAX:
            return low + self.below(0, span)
        mask = (1 << span.bit_length()) - 1
        while (value := int.from_bytes(self.read(8), "little") & mask) >= span:
            pass
        return low + value

    def double_below(self, low: float, high: float) -> float:
        """low <= x < high."""
        while True:
            part = self.fraction()
            span = high - low
            value = low + part * high - part * low if math.isinf(span) else low + part * span
            if value < high:
                return value


class _Random(Cmdlet):
    maximum = Parameter("object", sets={_NUMBER: {"position": 0}})
    minimum = Parameter("object", sets=(_NUMBER,))
    input_object = Parameter("object[]", sets=_ITEMS, allow_null=True, allow_empty=True, default=NOTHING)
    count = Parameter("int", sets=(_NUMBER, _ITEM), default=1, validate=(ValidateRange(1, _INT_MAX),))
    shuffle = Parameter("switch", sets={_SHUFFLE: {"mandatory": True}})

    def _generator(self) -> Generator:
        return Generator(secrets.token_bytes)

    def begin(self) -> None:
        self._source = self._generator()
        self._kept: list[Any] = []
        self._seen = 0
        bare = self.maximum is None and self.minimum is None
        self._from_list = self.parameter_set != _NUMBER or (bare and self.runtime.invocation.expecting_input)
        most = unwrap(self.maximum)
        if not self._from_list and isinstance(most, list | tuple):
            self._from_list = True
            self._take(list(most))
        elif not self._from_list:
            self._numbers()

    def process(self) -> None:
        if self._from_list and self.input_object is not NOTHING:
            self._take([None] if self.input_object is None else list(self.input_object))

    def _take(self, items: list[Any]) -> None:
        """Keep all to shuffle, else a sample of -Count of them in which each had the same chance."""
        if self.shuffle:
            self._kept.extend(items)
            return
        for item in items:
            if self._seen < self.count:
                self._kept.append(item)
            elif self._source.below(0, self._seen + 1) < self.count:
                self._kept[self._source.below(0, len(self._kept))] = item
            self._seen += 1

    def end(self) -> None:
        kept = self._kept
        for at in range(len(kept)):
            chosen = self._source.below(at, len(kept))
            self.emit(kept[chosen])
            kept[chosen] = kept[at]

    def _numbers(self) -> None:
        low, high = _operand(self.minimum), _operand(self.maximum)
        draw: Callable[[Any, Any], Any]
        if _is_whole(low, small=True) and _is_whole(high, small=True):
            low, high, draw = low or 0, _INT_MAX if high is None else high, self._source.below
        elif _is_whole(low) and _is_whole(high):
            low, high = int(low or 0), 2**63 - 1 if high is None else int(high)
            draw = self._long
        else:
            low = 0.0 if low is None else float(convert_to(low, "double"))
            high = _DOUBLE_MAX if high is None else float(convert_to(high, "double"))
            draw = self._source.double_below
        if low >= high:
            raise self.throw(_not_less(low, high))
        for _ in range(self.count):
            self.check_stop()
            self.emit(draw(low, high))

    def _long(self, low: int, high: int) -> Int64:
        return Int64(self._source.long_below(low, high))


def _operand(value: Any) -> Any:
    plain = unwrap(value)
    if isinstance(plain, str):
        from remora.engine.numbers import parse_number

        parsed = parse_number(plain)
        return convert_to(plain, "double") if parsed is None else parsed
    return plain


def _is_whole(value: Any, *, small: bool = False) -> bool:
    """Nothing, an Int32, or (not small) an Int64."""
    if value is None:
        return True
    if isinstance(value, bool | Byte | SByte | Int16 | UInt16):
        return False
    return type(value) is int or (not small and isinstance(value, Int64))


def _not_less(low: Any, high: Any) -> PSError:
    return error(
        f"The Minimum value ({to_text(low)}) cannot be greater than or equal to the Maximum value ({to_text(high)}).",
        "MinGreaterThanOrEqualMax",
        "InvalidArgument",
        type_name="System.ArgumentException",
    )


@cmdlet("Get-Random", default_set=_NUMBER, output_type=("System.Int32", "System.Int64", "System.Double"))
class GetRandom(_Random):
    """Random numbers, some elements of a collection, or all of them in random order; repeatable with a seed."""

    set_seed = Parameter("int", validate=(ValidateNotNull(),))

    def _generator(self) -> Generator:
        if self.set_seed is not None:
            self.session.store["random"] = Generator(SeededSequence(self.set_seed).randbytes)
        known: Generator | None = self.session.store.get("random")
        return super()._generator() if known is None else known


@cmdlet("Get-SecureRandom", default_set=_NUMBER, output_type=("System.Int32", "System.Int64", "System.Double"))
class GetSecureRandom(_Random):
    """As Get-Random, always from the operating system's source of randomness."""


CMDLETS = (GetRandom, GetSecureRandom)
