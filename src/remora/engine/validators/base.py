"""What every Validate attribute has: check a value, refuse it with a reason."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Final

from remora.engine.attribute import VALIDATE, VALIDATE_EACH, Attribute
from remora.engine.errors import PSError, error


class Validator(Attribute, ABC):
    """``check(value)`` raises PSError (ValidationMetadataException) with the reason when the value is not allowed."""

    net_type = VALIDATE

    @abstractmethod
    def check(self, value: Any) -> None:
        """Accept the value or raise."""


def refuse(message: str, id: str = "ValidationFailure") -> PSError:
    """The reason of a refused value, as the binder wraps it."""
    made = error(
        message,
        id,
        "MetadataError",
        type_name="System.Management.Automation.ValidationMetadataException",
    )
    made.record.exception.error_record = made.record
    return made


class EachValidator(Validator):
    """A validator that looks at every element of a collection; an empty one has none to refuse."""

    net_type = VALIDATE_EACH

    def check(self, value: Any) -> None:
        """Check each element of a collection, or the one value."""
        if value is None:
            raise refuse(EMPTY, "ArgumentIsEmpty")
        for item in value if isinstance(value, (list, tuple)) else (value,):
            self.check_element(item)

    @abstractmethod
    def check_element(self, item: Any) -> None:
        """Accept one element or raise."""


NULL: Final = "The argument is null. Provide a valid value for the argument, and then try running the command again."
EMPTY: Final = (
    "The argument is null, empty, or an element of the argument collection contains a null value. Supply a collection "
    "that does not contain any null values and then try the command again."
)


def text_of(item: Any) -> str:
    """The value as messages show it."""
    from remora.engine.convert import to_text

    return to_text(item)


def needs_value(item: Any) -> None:
    """Refuse $null."""
    if item is None:
        raise refuse(NULL, "ArgumentIsEmpty")


def custom_message(message: str, *values: str) -> str:
    """An ErrorMessage with {0}, {1} filled in."""
    for index, value in enumerate(values):
        message = message.replace(f"{{{index}}}", value)
    return message
