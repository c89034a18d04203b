"""Reading property bags that a peer sent: each reader checks the type and names the property it missed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, Final, TypeVar
from uuid import UUID

from remora.errors import RemoteProtocolError
from remora.psrp.clixml import records
from remora.values import EnumValue, ErrorRecord, PSObject

E = TypeVar("E", bound=IntEnum)

_ABSENT: Final = object()


def bag(value: Any, what: str) -> PSObject:
    """Return the value as an object with members. Raises RemoteProtocolError for anything else."""
    if not isinstance(value, PSObject):
        raise RemoteProtocolError(f"{what}: an object was due, not {type(value).__name__}")
    return value


def integer(source: PSObject, name: str, default: Any = _ABSENT) -> int:
    """Return an integer or enum member; a missing one is an error unless a default is given."""
    value = source.get(name, default)
    if value is default and default is not _ABSENT:
        return int(default)
    return as_integer(value, name)


def as_integer(value: Any, name: str) -> int:
    """Return a wire integer or enum value as int."""
    if isinstance(value, PSObject) and isinstance(value.base, int):
        value = value.base
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(name, "an integer", value)
    return int(value)


def boolean(source: PSObject, name: str, default: Any = _ABSENT) -> bool:
    """Return a boolean member."""
    value = source.get(name, default)
    if not isinstance(value, bool):
        raise _wrong(name, "a boolean", value)
    return value


def text(source: PSObject, name: str, default: Any = _ABSENT) -> str:
    """Return a string member."""
    value = source.get(name, default)
    if not isinstance(value, str):
        raise _wrong(name, "a string", value)
    return value


def optional_text(source: PSObject, name: str) -> str | None:
    """Return a string member; missing and null are None."""
    value = source.get(name)
    if value is not None and not isinstance(value, str):
        raise _wrong(name, "a string", value)
    return value


def optional_guid(source: PSObject, name: str) -> UUID | None:
    """Return a GUID member; missing and null are None."""
    value = source.get(name)
    if value is not None and not isinstance(value, UUID):
        raise _wrong(name, "a GUID", value)
    return value


def enumeration(source: PSObject, name: str, kind: type[E], default: E) -> E:
    """Return an enum member sent as enum object, number or label; a missing one is the default."""
    value = source.get(name, default)
    if isinstance(value, str):
        folded = value.replace("_", "").lower()
        for member in kind:
            if member.name.replace("_", "").lower() == folded:
                return member
        raise RemoteProtocolError(f"{name}: {value!r} is no {kind.__name__}")
    try:
        return kind(as_integer(value, name))
    except ValueError:
        raise RemoteProtocolError(f"{name}: {value!r} is no {kind.__name__}") from None


def items(value: Any, name: str) -> list[Any]:
    """Return the items of a list, wrapped in an object or not."""
    if isinstance(value, PSObject):
        value = value.base
    if not isinstance(value, list):
        raise _wrong(name, "a list", value)
    return value


def error(source: PSObject, name: str) -> ErrorRecord | None:
    """Return an error record member, with or without type names; missing and null are None."""
    value = source.get(name)
    if value is None or isinstance(value, ErrorRecord):
        return value
    return records.bag_to_error(bag(value, name))


def mapping(value: Any, name: str) -> Mapping[Any, Any]:
    """Return a dictionary, wrapped in an object or not."""
    if isinstance(value, PSObject):
        value = value.base
    if not isinstance(value, Mapping):
        raise _wrong(name, "a dictionary", value)
    return value


def enum_value(member: IntEnum, type_name: str, label: str) -> EnumValue:
    """Return the wire form of an enum member."""
    return EnumValue(int(member), type_name, label)


def _wrong(name: str, due: str, value: Any) -> RemoteProtocolError:
    found = "nothing" if value is _ABSENT else type(value).__name__
    return RemoteProtocolError(f"property {name}: {due} was due, not {found}")
