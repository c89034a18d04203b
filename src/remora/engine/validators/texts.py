"""Validators of texts: a set, a pattern, a script's judgement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from remora.engine.attribute import VALIDATE_EACH, attribute_type
from remora.engine.validators.base import EachValidator, custom_message, needs_value, refuse, text_of


class ValidateSet(EachValidator):
    """The value (each element) is one of these texts. generator: a type's name whose values are asked for each time."""

    __slots__ = ("error_message", "generator", "ignore_case", "values")
    name = "ValidateSet"
    net_type = attribute_type("ValidateSet", VALIDATE_EACH)

    def __init__(self, *values: str, ignore_case: bool = True, error_message: str = "") -> None:
        self.values = values
        self.ignore_case = ignore_case
        self.error_message = error_message
        self.generator: Callable[[], tuple[str, ...]] | None = None

    def valid_values(self) -> tuple[str, ...]:
        """The texts allowed now."""
        return self.generator() if self.generator is not None else self.values

    def check_element(self, item: Any) -> None:
        needs_value(item)
        text, values = text_of(item), self.valid_values()
        if any((v.lower() == text.lower()) if self.ignore_case else v == text for v in values):
            return
        listed = ",".join(values)
        raise refuse(
            custom_message(self.error_message, text, listed)
            if self.error_message
            else f'The argument "{text}" does not belong to the set "{listed}" specified by the ValidateSet attribute. '
            "Supply an argument that is in the set and then try the command again.",
            "ValidateSetFailure",
        )


class ValidatePattern(EachValidator):
    """The text (each element) matches a regular expression. options: the number of its RegexOptions."""

    __slots__ = ("error_message", "options", "pattern")
    name = "ValidatePattern"
    net_type = attribute_type("ValidatePattern", VALIDATE_EACH)

    def __init__(self, pattern: str, *, ignore_case: bool = True, error_message: str = "") -> None:
        self.pattern = pattern
        self.options = 1 if ignore_case else 0
        self.error_message = error_message

    def check_element(self, item: Any) -> None:
        from remora.engine.regex.pattern import compile_pattern

        needs_value(item)
        text = text_of(item)
        if not compile_pattern(self.pattern, self.options).is_match(text):
            raise refuse(
                custom_message(self.error_message, text, self.pattern)
                if self.error_message
                else f'The argument "{text}" does not match the "{self.pattern}" pattern. Supply an argument that '
                f'matches "{self.pattern}" and try the command again.',
                "ValidatePatternFailure",
            )


class ValidateScript(EachValidator):
    """A script decides: it gets each element in ``$_`` and its output's truth counts. test: element -> truth."""

    __slots__ = ("block", "error_message", "test", "text")
    name = "ValidateScript"
    net_type = attribute_type("ValidateScript", VALIDATE_EACH)

    def __init__(self, test: Callable[[Any], bool], text: str, *, error_message: str = "", block: Any = None) -> None:
        self.test = test
        self.text = text
        self.error_message = error_message
        self.block = block

    def check_element(self, item: Any) -> None:
        needs_value(item)
        if not self.test(item):
            text = text_of(item)
            raise refuse(
                custom_message(self.error_message, text, self.text)
                if self.error_message
                else f'The "{self.text}" validation script for the argument with value "{text}" did not return a '
                "result of True. Determine why the validation script failed, and then try the command again.",
                "ValidateScriptFailure",
            )
