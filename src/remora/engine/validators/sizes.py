"""How many characters a text has, how many elements a collection."""

from __future__ import annotations

from typing import Any

from remora.engine.attribute import VALIDATE, VALIDATE_EACH, attribute_type
from remora.engine.errors import error
from remora.engine.validators.base import EachValidator, Validator, refuse


class ValidateLength(EachValidator):
    """The text (each element) has so many characters."""

    __slots__ = ("high", "low")
    name = "ValidateLength"
    net_type = attribute_type("ValidateLength", VALIDATE_EACH)

    def __init__(self, low: int, high: int) -> None:
        _not_negative(low, high)
        if high < low:
            raise refuse(
                "The specified maximum character length of the argument is shorter than the specified minimum argument "
                "character length. Update the ValidateLength attribute for the parameter.",
                "ValidateLengthMaxLengthSmallerThanMinLength",
            )
        self.low = low
        self.high = high

    def check_element(self, item: Any) -> None:
        if not isinstance(item, str):
            raise refuse(
                "The ValidateLength attribute cannot be applied to a parameter that is not a string or string[] "
                "parameter. Make the parameter a string or string[] parameter.",
                "ValidateLengthNotString",
            )
        if len(item) < self.low:
            raise refuse(
                f"The character length ({len(item)}) of the argument is too short. Specify an argument with a length "
                f'that is greater than or equal to "{self.low}", and then try the command again.',
                "ValidateLengthMinLengthFailure",
            )
        if len(item) > self.high:
            raise refuse(
                f"The character length ({len(item)}) of the argument is too long. Specify an argument with a length "
                f'that is shorter than or equal to "{self.high}", and then try the command again.',
                "ValidateLengthMaxLengthFailure",
            )


def _not_negative(low: int, high: int) -> None:
    for name, value, least in (("minLength", low, 0), ("maxLength", high, 1)):
        if value < least:
            raise error(
                f"Specified argument was out of the range of valid values. (Parameter '{name}')\n"
                f"Actual value was {value}.",
                "ArgumentOutOfRange",
                "InvalidArgument",
                value,
                type_name="System.Management.Automation.PSArgumentOutOfRangeException",
            )


class ValidateCount(Validator):
    """The collection has so many elements."""

    __slots__ = ("high", "low")
    name = "ValidateCount"
    net_type = attribute_type("ValidateCount", VALIDATE)

    def __init__(self, low: int, high: int) -> None:
        if low < 0 or high < 1:
            _not_negative(low, high)
        if high < low:
            raise refuse(
                "The specified maximum number of arguments for a parameter is fewer than the specified minimum number "
                "of arguments. Update the ValidateCount attribute for the parameter.",
                "ValidateRangeMaxLengthSmallerThanMinLength",
            )
        self.low = low
        self.high = high

    def check(self, value: Any) -> None:
        from remora.engine.enumeration import is_enumerable

        if value is None:
            count = 0
        elif isinstance(value, (list, tuple, bytes, bytearray, dict)) or is_enumerable(value):
            count = len(value) if hasattr(value, "__len__") else sum(1 for _ in value)
        else:
            raise refuse(
                "The ValidateCount attribute cannot be applied to a non-array parameter. Either remove the attribute "
                "from the parameter or make the parameter an array parameter.",
                "NotAnArrayParameter",
            )
        if self.low == self.high != count:
            raise refuse(
                f"The parameter requires exactly {self.high} value(s) - {count} value(s) were provided.",
                "ValidateCountExactFailure",
            )
        if not self.low <= count <= self.high:
            raise refuse(
                f"The parameter requires at least {self.low} value(s) and no more than {self.high} value(s) - "
                f"{count} value(s) were provided.",
                "ValidateCountMinMaxFailure",
            )
