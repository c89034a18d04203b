"""Paths that must be on certain drives."""

from __future__ import annotations

from typing import Any

from remora.engine.attribute import VALIDATE, attribute_type
from remora.engine.validators.base import Validator, refuse


class ValidateDrive(Validator):
    """The path is on one of these drives."""

    __slots__ = ("drives",)
    name = "ValidateDrive"
    net_type = attribute_type("ValidateDrive", VALIDATE)

    def __init__(self, *drives: str) -> None:
        self.drives = drives

    def check(self, value: Any) -> None:
        if not isinstance(value, str):
            raise refuse(
                "The path argument is invalid. Supply a path argument that is a string type.",
                "PathArgumentIsNotValid",
            )
        from remora.engine.context import current

        drive = current().drives.resolve(value).drive.name
        if drive.lower() not in (name.lower() for name in self.drives):
            raise refuse(
                f"The path argument drive {drive} does not belong to the set of approved drives: "
                f"{', '.join(self.drives)}. Supply a path argument with an approved drive.",
                "PathRootInvalid",
            )


class ValidateUserDrive(ValidateDrive):
    """The path is on the drive ``User``."""

    __slots__ = ()
    name = "ValidateUserDrive"
    net_type = attribute_type("ValidateUserDrive", ValidateDrive.net_type)

    def __init__(self) -> None:
        super().__init__("User")
