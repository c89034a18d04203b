"""Item properties on the file system: those of FileInfo and DirectoryInfo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.engine.convert import to_text
from remora.engine.errors import PSError
from remora.engine.format.access import ABSENT, find
from remora.engine.members.properties import set_member
from remora.engine.types.files import FileSystemInfo
from remora.modules.management.failures import IO
from remora.modules.management.providers.base import bad_argument
from remora.values import PSObject

if TYPE_CHECKING:
    from remora.modules.management.providers.base import ItemCommand

_SETTABLE = 1 | 2 | 4 | 32 | 128  # ReadOnly Hidden System Archive Normal
_NOTES = ("PSPath", "PSParentPath", "PSChildName", "PSDrive", "PSProvider")


def _with_notes(values: dict[str, Any], item: FileSystemInfo) -> PSObject:
    """The values as an object that tells where they are from."""
    return PSObject.custom(values | {name: find(item, name) for name in _NOTES})


def get_property(command: ItemCommand, item: FileSystemInfo, names: list[str] | None) -> Any:
    """The whole item, or an object with the named properties it has."""
    if not names:
        return item
    values: dict[str, Any] = {}
    for name in names:
        found = find(item, name)
        if found is ABSENT:
            command.fail(
                f"The property {name} does not exist or was not found.", "GetValueError", "ReadError", name,
                type_name=IO,
            )  # fmt: skip
        else:
            values[name] = found
    return _with_notes(values, item) if values else None


def set_property(command: ItemCommand, item: FileSystemInfo, values: dict[str, Any]) -> Any:
    """Set the properties one by one; an object with those that were set."""
    done: dict[str, Any] = {}
    action = "Set Property Directory" if item.is_directory() else "Set Property File"
    for name, value in values.items():
        if not command.should_process(f"Item: {item.path} Property: {name} Value: {to_text(value)}", action):
            continue
        if find(item, name) is ABSENT:
            command.fail(
                f"The property {to_text(value)} {name}={to_text(value)} does not exist or was not found.",
                "SetPropertyError", "ReadError", name, type_name=IO,
            )  # fmt: skip
            continue
        if name.lower() == "attributes":
            value = _attributes(value)
            if int(value) & ~_SETTABLE:
                command.fail(
                    "The attribute cannot be set because attributes are not supported. Only the following attributes "
                    "can be set: Archive, Hidden, Normal, ReadOnly, or System.",
                    "SetPropertyError", "ReadError", name, type_name=IO,
                )  # fmt: skip
                continue
        try:
            set_member(item, name, value)
        except PSError as problem:
            raise command.throw(problem) from None
        done[name] = value
    return _with_notes(done, item) if done else None


def _attributes(value: Any) -> Any:
    from remora.engine.convert.conversion import convert_to

    return convert_to(value, "System.IO.FileAttributes")


def clear_property(command: ItemCommand, item: FileSystemInfo, names: list[str]) -> Any:
    """Only Attributes can be cleared: Normal is what it is then."""
    if len(names) > 1 or names[0].lower() != "attributes":
        raise bad_argument(
            "The property cannot be cleared because the property is not supported. Only the Attributes property can "
            "be cleared. (Parameter 'propertiesToClear')"
        )
    action = "Clear Property Directory" if item.is_directory() else "Clear Property File"
    if not command.should_process(f"Item: {item.path} Property: {names[0]}", action):
        return None
    set_member(item, "Attributes", _attributes("Normal"))
    return _with_notes({names[0]: find(item, "Attributes")}, item)
