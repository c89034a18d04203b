"""No $null, nothing empty, nothing blank."""

from __future__ import annotations

from typing import Any, Final

from remora.engine.attribute import VALIDATE, attribute_type
from remora.engine.nettype import NetType
from remora.engine.validators.base import EMPTY, NULL, Validator, refuse


class ValidateNotNull(Validator):
    """No $null, nor a collection with one."""

    __slots__ = ()
    name = "ValidateNotNull"
    net_type = attribute_type("ValidateNotNull", VALIDATE)

    def check(self, value: Any) -> None:
        if value is None:
            raise refuse(NULL, "ArgumentIsNull")
        if isinstance(value, (list, tuple)) and any(item is None for item in value):
            raise refuse(
                "The argument has a null value, or an element of the argument collection contains a null value. "
                "Provide a collection that does not contain any null values, and then try the command again.",
                "ArgumentIsNull",
            )


class ValidateNotNullOrEmpty(Validator):
    """No $null, no empty text, no empty collection. white_space: texts of white space are refused too."""

    __slots__ = ("name", "white_space")
    net_type = attribute_type("ValidateNotNullOrEmpty", VALIDATE)

    def __init__(self, *, white_space: bool = False) -> None:
        self.white_space = white_space
        self.name = "ValidateNotNullOrWhiteSpace" if white_space else "ValidateNotNullOrEmpty"

    @property
    def kind(self) -> NetType:
        """ValidateNotNullOrWhiteSpace is a type of its own."""
        return WHITE_SPACE if self.white_space else self.net_type

    def check(self, value: Any) -> None:
        if value is None or (isinstance(value, str) and value == ""):
            raise refuse(_NOT_EMPTY[self.white_space], "ArgumentIsNull" if value is None else "ArgumentIsEmpty")
        if isinstance(value, str):
            if self.white_space and not value.strip():
                raise refuse(_NOT_EMPTY[True], "ArgumentIsWhiteSpace")
        elif isinstance(value, (list, tuple)):
            if not value:
                raise refuse(_NOT_EMPTY[self.white_space], "ArgumentIsEmpty")
            if any(self._is_blank(item) for item in value):
                raise refuse(_NO_EMPTY_ELEMENT[self.white_space], "ArgumentCollectionContainsNull")
        elif isinstance(value, (bytes, bytearray, dict)) and not value:
            raise refuse(_NOT_EMPTY[self.white_space], "ArgumentIsEmpty")

    def _is_blank(self, item: Any) -> bool:
        return item is None or (isinstance(item, str) and not (item.strip() if self.white_space else item))


WHITE_SPACE: Final = attribute_type("ValidateNotNullOrWhiteSpace", VALIDATE)
_NOT_EMPTY: Final = {
    False: "The argument is null or empty. Provide an argument that is not null or empty, and then try the command "
    "again.",
    True: "The argument is null, empty, or consists of only white-space characters. Provide an argument that contains "
    "non white-space characters, and then try the command again.",
}
_NO_EMPTY_ELEMENT: Final = {
    False: EMPTY,
    True: "An element of the argument collection is null, empty, or consists of only white-space characters. Supply a "
    "collection that does not contain any those values and then try the command again.",
}
