"""Parts of an error record: category, details, exception."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from remora.values.objects import DESERIALIZED, MISSING, PSObject

_DATA_TYPES = ("System.Collections.ListDictionaryInternal", "System.Object")


class ErrorCategory(IntEnum):
    """System.Management.Automation.ErrorCategory (wire-protocol 7.7)."""

    NOT_SPECIFIED = 0
    OPEN_ERROR = 1
    CLOSE_ERROR = 2
    DEVICE_ERROR = 3
    DEADLOCK_DETECTED = 4
    INVALID_ARGUMENT = 5
    INVALID_DATA = 6
    INVALID_OPERATION = 7
    INVALID_RESULT = 8
    INVALID_TYPE = 9
    METADATA_ERROR = 10
    NOT_IMPLEMENTED = 11
    NOT_INSTALLED = 12
    OBJECT_NOT_FOUND = 13
    OPERATION_STOPPED = 14
    OPERATION_TIMEOUT = 15
    SYNTAX_ERROR = 16
    PARSER_ERROR = 17
    PERMISSION_DENIED = 18
    RESOURCE_BUSY = 19
    RESOURCE_EXISTS = 20
    RESOURCE_UNAVAILABLE = 21
    READ_ERROR = 22
    WRITE_ERROR = 23
    FROM_STD_ERR = 24
    SECURITY_ERROR = 25
    PROTOCOL_ERROR = 26
    CONNECTION_ERROR = 27
    AUTHENTICATION_ERROR = 28
    LIMITS_EXCEEDED = 29
    QUOTA_EXCEEDED = 30
    NOT_ENABLED = 31

    @property
    def label(self) -> str:
        """PowerShell's spelling, such as ``ObjectNotFound``."""
        return "".join(word.capitalize() for word in self.name.split("_"))


@dataclass(slots=True)
class ErrorDetails:
    """Text that replaces the exception's message for a person, and advice."""

    message: str | None = None
    recommended_action: str | None = None


class ExceptionInfo(PSObject):
    """An exception as a value: type chain down to System.Exception, and all its properties in order.

    ``message``, ``inner``, ``hresult`` and ``stack_trace`` read the property of that name (None when absent).
    """

    __slots__ = ()

    @classmethod
    def of(
        cls,
        type_names: str | Iterable[str],
        message: str,
        *,
        inner: ExceptionInfo | str | None = None,
        hresult: int = -2146233088,
        stack_trace: str | None = None,
        properties: Mapping[str, Any] | None = None,
        to_string: str | None = None,
    ) -> ExceptionInfo:
        """Return an exception; a single type name gets System.Exception and System.Object as its bases.

        inner: as text where depth left no more of it. properties: what the type itself declares; it comes first.
        """
        if isinstance(type_names, str):
            type_names = dict.fromkeys((type_names, "System.Exception", "System.Object"))
        special = {name: value for name, value in (properties or {}).items() if name != "Data"}
        adapted = {
            **special,
            "TargetSite": None,
            "Message": message,
            "Data": PSObject(_DATA_TYPES, {}),
            "InnerException": inner,
            "HelpLink": None,
            "Source": None,
            "HResult": hresult,
            "StackTrace": stack_trace,
        }
        if properties and "Data" in properties:
            adapted["Data"] = PSObject(_DATA_TYPES, dict(properties["Data"]))
        names = tuple(type_names)
        return cls(names, MISSING, adapted, None, to_string or f"{names[0]}: {message}")

    @property
    def message(self) -> str | None:
        value = self.get("Message", self.to_string)
        return value if value is None else str(value)

    @property
    def inner(self) -> ExceptionInfo | Any:
        return self.get("InnerException")

    @property
    def hresult(self) -> int | None:
        value = self.get("HResult")
        return value if isinstance(value, int) else None

    @property
    def stack_trace(self) -> str | None:
        value = self.get("StackTrace")
        return value if value is None else str(value)

    @property
    def exception_type(self) -> str:
        """The .NET type name without ``Deserialized.``."""
        return self.type_name.removeprefix(DESERIALIZED)
