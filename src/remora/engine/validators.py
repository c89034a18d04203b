"""Validate attributes of parameters and variables: each checks one value and says why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from remora.engine.errors import PSError, error


class Validator(Protocol):
    """``check(value)`` raises PSError (ValidationMetadataException) with the reason when the value is not allowed."""

    name: str

    def check(self, value: Any) -> None: ...


def refuse(message: str) -> PSError:
    """The reason of a refused value, as the binder wraps it."""
    return error(
        message,
        "ValidationFailure",
        "InvalidData",
        type_name="System.Management.Automation.ValidationMetadataException",
    )


def _elements(value: Any) -> Sequence[Any]:
    if isinstance(value, (list, tuple)):
        return value
    return (value,)


class ValidateSet:
    """The value (each element) is one of these texts."""

    name = "ValidateSet"

    def __init__(self, *values: str, ignore_case: bool = True, error_message: str = "") -> None:
        self.values = values
        self.ignore_case = ignore_case
        self.error_message = error_message
        self._allowed = {v.lower() for v in values} if ignore_case else set(values)

    def check(self, value: Any) -> None:
        from remora.engine.convert import to_text

        for item in _elements(value):
            text = to_text(item)
            if (text.lower() if self.ignore_case else text) not in self._allowed:
                listed = ",".join(self.values)
                if self.error_message:
                    raise refuse(self.error_message.replace("{0}", text).replace("{1}", listed))
                raise refuse(
                    f'The argument "{text}" does not belong to the set "{listed}" specified by the ValidateSet '
                    "attribute. "
                    "Supply an argument that is in the set and then try the command again."
                )


class ValidateRange:
    """The value (each element) lies between two bounds, or is of a kind: Positive, NonNegative, Negative,
    NonPositive.
    """

    name = "ValidateRange"

    def __init__(self, low: Any, high: Any = None) -> None:
        self.low = low
        self.high = high

    def check(self, value: Any) -> None:
        for item in _elements(value):
            self._check_one(item)

    def _check_one(self, item: Any) -> None:
        from remora.engine.convert import to_text
        from remora.engine.operators.compare import compare

        text = to_text(item)
        if isinstance(self.low, str) and self.high is None:
            kind = self.low.lower()
            sign = compare(item, 0)
            ok = {"positive": sign > 0, "nonnegative": sign >= 0, "negative": sign < 0, "nonpositive": sign <= 0}[kind]
            if not ok:
                relation = {
                    "positive": "greater than",
                    "nonnegative": "greater than or equal to",
                    "negative": "less than",
                    "nonpositive": "less than or equal to",
                }[kind]
                raise refuse(f'The argument "{text}" cannot be validated because its value is not {relation} zero.')
            return
        if compare(item, self.low) < 0:
            raise refuse(
                f"The {text} argument is less than the minimum allowed range of {to_text(self.low)}. Supply an "
                "argument that is "
                f"greater than or equal to {to_text(self.low)} and then try the command again."
            )
        if compare(item, self.high) > 0:
            raise refuse(
                f"The {text} argument is greater than the maximum allowed range of {to_text(self.high)}. Supply "
                "an argument that "
                f"is less than or equal to {to_text(self.high)} and then try the command again."
            )


class ValidateLength:
    """The text (each element) has so many characters."""

    name = "ValidateLength"

    def __init__(self, low: int, high: int) -> None:
        self.low = low
        self.high = high

    def check(self, value: Any) -> None:
        for item in _elements(value):
            if not isinstance(item, str):
                raise refuse("The ValidateLength attribute needs a string argument.")
            if len(item) < self.low:
                raise refuse(
                    f"The character length ({len(item)}) of the argument is too short. Specify an argument with "
                    "a length that is "
                    f'greater than or equal to "{self.low}", and then try the command again.'
                )
            if len(item) > self.high:
                raise refuse(
                    f"The character length of the {len(item)} argument is too long. Shorten the character "
                    "length of the argument "
                    f'so it is fewer than or equal to "{self.high}" characters, and then try the command again.'
                )


class ValidateCount:
    """The collection has so many elements."""

    name = "ValidateCount"

    def __init__(self, low: int, high: int) -> None:
        self.low = low
        self.high = high

    def check(self, value: Any) -> None:
        count = len(_elements(value))
        if count < self.low:
            raise refuse(
                f"The parameter requires at least {self.low} value(s) and no more than {self.high} value(s) - "
                f"{count} value(s) "
                "were provided."
            )
        if count > self.high:
            raise refuse(
                f"The number of provided arguments ({count}) exceeds the maximum number of allowed arguments "
                f"({self.high}). "
                "Provide fewer arguments, and then try the command again."
            )


class ValidatePattern:
    """The text (each element) matches a regular expression."""

    name = "ValidatePattern"

    def __init__(self, pattern: str, *, ignore_case: bool = True, error_message: str = "") -> None:
        self.pattern = pattern
        self.ignore_case = ignore_case
        self.error_message = error_message

    def check(self, value: Any) -> None:
        from remora.engine.convert import to_text
        from remora.engine.regex import compile_pattern

        compiled = compile_pattern(self.pattern, re.IGNORECASE if self.ignore_case else 0)
        for item in _elements(value):
            text = to_text(item)
            if compiled.search(text) is None:
                if self.error_message:
                    raise refuse(self.error_message.replace("{0}", text).replace("{1}", self.pattern))
                raise refuse(
                    f'The argument "{text}" does not match the "{self.pattern}" pattern. Supply an argument '
                    "that matches "
                    f'"{self.pattern}" and try the command again.'
                )


class ValidateScript:
    """A script decides: it gets each element in ``$_`` and its output's truth counts. test: element -> truth."""

    name = "ValidateScript"

    def __init__(self, test: Callable[[Any], bool], text: str, *, error_message: str = "") -> None:
        self.test = test
        self.text = text
        self.error_message = error_message

    def check(self, value: Any) -> None:
        from remora.engine.convert import to_text

        for item in _elements(value):
            if not self.test(item):
                text = to_text(item)
                if self.error_message:
                    raise refuse(self.error_message.replace("{0}", text).replace("{1}", self.text))
                raise refuse(
                    f'The "{self.text}" validation script for the argument with value "{text}" did not return a '
                    "result of True. "
                    "Determine why the validation script failed, and then try the command again."
                )


class ValidateNotNull:
    """No $null, nor a collection with one."""

    name = "ValidateNotNull"

    def check(self, value: Any) -> None:
        if value is None:
            raise refuse(
                "The argument is null. Provide a valid value for the argument, and then try running the command again."
            )
        if isinstance(value, (list, tuple)) and any(item is None for item in value):
            raise refuse("The argument collection contains a null value.")


class ValidateNotNullOrEmpty:
    """No $null, no empty text, no empty collection. white_space: texts of white space are refused too."""

    name = "ValidateNotNullOrEmpty"

    def __init__(self, *, white_space: bool = False) -> None:
        self.white_space = white_space
        if white_space:
            self.name = "ValidateNotNullOrWhiteSpace"

    def check(self, value: Any) -> None:
        items = _elements(value)
        empty = value is None or (not items and isinstance(value, list))
        blank = any(
            item is None or (isinstance(item, str) and not (item.strip() if self.white_space else item))
            for item in items
        )
        if empty or blank:
            raise refuse(
                "The argument is null or empty. Provide an argument that is not null or empty, and then try the "
                "command again."
                if not self.white_space or empty
                else "The argument is null, empty, or consists of only white-space characters."
            )
