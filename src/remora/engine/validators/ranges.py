"""ValidateRange: two bounds, or a kind such as Positive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from remora.engine.attribute import VALIDATE_EACH, attribute_type
from remora.engine.errors import PSError
from remora.engine.validators.base import EachValidator, needs_value, refuse, text_of

KINDS: Final[dict[str, tuple[str, Callable[[int], bool]]]] = {
    "positive": ("greater than", lambda sign: sign > 0),
    "nonnegative": ("greater than or equal to", lambda sign: sign >= 0),
    "negative": ("less than", lambda sign: sign < 0),
    "nonpositive": ("less than or equal to", lambda sign: sign <= 0),
}
KIND_NAMES: Final = {
    "positive": "Positive",
    "nonnegative": "NonNegative",
    "negative": "Negative",
    "nonpositive": "NonPositive",
}


class ValidateRange(EachValidator):
    """The value (each element) lies between two bounds, or is of a kind: Positive, NonNegative, Negative,
    NonPositive.
    """

    __slots__ = ("high", "kind", "low")
    name = "ValidateRange"
    net_type = attribute_type("ValidateRange", VALIDATE_EACH)

    def __init__(self, low: Any, high: Any = None) -> None:
        self.low = low
        self.high = high
        self.kind = ""
        if high is None:
            self.kind = text_of(low).lower()
            if self.kind not in KINDS:
                raise refuse(f"The range kind '{text_of(low)}' is not valid.", "ValidateRangeNotIComparable")
        else:
            self._check_bounds(low, high)

    @staticmethod
    def _check_bounds(low: Any, high: Any) -> None:
        from remora.engine.operators.compare import compare
        from remora.engine.types.registry import type_of, unwrap

        kinds = [type_of(unwrap(bound)) for bound in (low, high)]
        numeric = all(isinstance(unwrap(b), (int, float)) or kinds[0].name == "System.Decimal" for b in (low, high))
        if kinds[0] is not kinds[1] and not numeric:
            raise refuse(
                f"The specified minimum range ({kinds[0].name}) cannot be accepted because it is not the same type as "
                f"the specified maximum range ({kinds[1].name}). Update the ValidateRange attribute for the parameter.",
                "MinRangeNotTheSameTypeOfMaxRange",
            )
        if compare(high, low) < 0:
            raise refuse(
                "The specified maximum range cannot be accepted because it is less than the specified minimum range. "
                "Update the ValidateRange attribute for the parameter.",
                "MaxRangeSmallerThanMinRange",
            )

    def check_element(self, item: Any) -> None:
        from remora.engine.operators.compare import compare

        needs_value(item)
        if self.kind:
            self._check_kind(item)
            return
        item = self._as_bound(item)
        low, high, text = text_of(self.low), text_of(self.high), text_of(item)
        if compare(self.low, item) > 0:
            raise refuse(
                f"The {text} argument is less than the minimum allowed range of {low}. Supply an argument that is "
                f"greater than or equal to {low} and then try the command again.",
                "ValidateRangeTooSmall",
            )
        if compare(self.high, item) < 0:
            raise refuse(
                f"The {text} argument is greater than the maximum allowed range of {high}. Supply an argument that is "
                f"less than or equal to {high} and then try the command again.",
                "ValidateRangeTooBig",
            )

    def _as_bound(self, item: Any) -> Any:
        """The element in the bounds' type; numbers stay what they are, so that no bound is rounded away."""
        from remora.engine.convert.conversion import try_convert
        from remora.engine.types.registry import type_of, unwrap
        from remora.engine.types.typeref import TypeRef

        low, value = unwrap(self.low), unwrap(item)
        kind = type_of(low)
        if type_of(value) is kind:
            return item
        numbers = (int, float)
        if isinstance(low, numbers) and isinstance(value, numbers) and not isinstance(value, bool):
            return item
        ok, made = try_convert(item, TypeRef(kind.name, kind))
        if not ok:
            raise _wrong_type(item, kind.name)
        return made

    def _check_kind(self, item: Any) -> None:
        from remora.engine.operators.compare import compare
        from remora.engine.types.registry import unwrap

        value = unwrap(item)
        if isinstance(value, timedelta):
            sign = compare(value, type(value)())
        elif isinstance(value, bool) or not hasattr(value, "__add__") or isinstance(value, (str, list)):
            raise _wrong_type(item, "System.Int32")
        else:
            sign = compare(value, 0)
        relation, holds = KINDS[self.kind]
        if not holds(sign):
            raise refuse(
                f'The argument "{text_of(item)}" cannot be validated because its value is not {relation} zero.',
                f"ValidateRange{KIND_NAMES[self.kind]}Failure",
            )


def _wrong_type(item: Any, wanted: str) -> PSError:
    from remora.engine.types.registry import short_type

    wanted = wanted.rpartition(".")[2]
    return refuse(
        f'The argument cannot be validated because its type "{short_type(item)}" is not the same type ({wanted}) as '
        f"the maximum and minimum limits of the parameter. Make sure the argument is of type {wanted} and then try the "
        "command again.",
        "ValidationRangeElementType",
    )
