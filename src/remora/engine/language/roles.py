"""Roles of a session configuration: which role capability files apply to a user, and which groups it needs."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from remora.engine.convert.text import to_text
from remora.engine.errors import PSError, error
from remora.engine.language.session_file import CAPABILITIES, Table, checked, folded, listed, read_table
from remora.engine.module.finding import module_paths, version_folders
from remora.engine.module.manifest import read_text
from remora.values.tables import Hashtable

if TYPE_CHECKING:
    from remora.engine.context import EngineContext

_ENTRY = ("rolecapabilities", "rolecapabilityfiles")


def check_roles(definitions: Any) -> dict[str, Table]:
    """The role definitions by principal. Raises PSError for what has not their form."""
    if definitions is None:
        return {}
    if not isinstance(definitions, Hashtable):
        raise _wrong("InvalidRoleEntry", "RoleDefinitions must be a hashtable of users and groups.")
    roles: dict[str, Table] = {}
    for key, value in definitions.items():
        if not isinstance(key, str):
            raise _wrong("InvalidRoleKeyType", "A key of RoleDefinitions must be the name of a user or group.")
        if not isinstance(value, Hashtable):
            raise _wrong("InvalidRoleValue", f"The role of '{key}' must be a hashtable.")
        role = roles[key] = folded(value)
        for part, given in role.items():
            if part not in _ENTRY:
                raise _wrong("InvalidRoleCapabilityKey", f"The role of '{key}' has the unknown key '{part}'.")
            if any(not isinstance(one, str) for one in listed(given)):
                raise _wrong("InvalidRoleValue", f"The value of '{part}' for '{key}' must be texts.")
        for path in listed(role.get("rolecapabilityfiles")):
            if not path.lower().endswith(".psrc"):
                raise _wrong("InvalidRoleCapabilityFileExtension", f"The role capability file '{path}' is no .psrc.")
    return roles


def capabilities_of(context: EngineContext, roles: dict[str, Table], identities: Collection[str]) -> Iterator[Table]:
    """The tables of the role capability files of somebody with these names. Raises PSError CouldNotFindRoleCapability.

    identities: names of the user and its groups, folded.
    """
    wanted: dict[str, None] = {}
    for principal, role in roles.items():
        if bare(principal) not in identities:
            continue
        for name in listed(role.get("rolecapabilities")):
            wanted[_file_of(to_text(name))] = None
        for path in listed(role.get("rolecapabilityfiles")):
            wanted[to_text(path)] = None
    for file in wanted:
        yield checked(read_table(context, _text(file), file), file, CAPABILITIES)


def in_groups(required: Any, identities: Collection[str]) -> bool:
    """Tell whether identities meet RequiredGroups. Raises PSError for what has not its form."""
    if required is None:
        return True
    if isinstance(required, str):
        return bare(required) in identities
    table = folded(required)
    if len(table) != 1 or not {"and", "or"} & set(table):
        raise _wrong("RequiredGroupsFormat", "RequiredGroups has one key, And or Or, at each level.")
    ((operator, value),) = table.items()
    found = [in_groups(one, identities) for one in listed(value)]
    return all(found) if operator == "and" else any(found)


def bare(principal: str) -> str:
    """The folded name of a user or group without its machine, domain or authority."""
    return principal.rpartition("\\")[2].casefold()


def _file_of(name: str) -> str:
    """The file of a role capability: NAME.psrc in the RoleCapabilities folder of a module.

    Modules below the user's own home do not count: who is limited must not write the limits.
    """
    for directory in module_paths():
        if _is_own(directory):
            continue
        for folder in _folders(directory):
            roles = os.path.join(folder, "RoleCapabilities")
            for file in _entries(roles):
                if file.lower() == f"{name.lower()}.psrc":
                    return os.path.join(roles, file)
    raise _wrong("CouldNotFindRoleCapability", f"No module has the role capability '{name}'.")


def _is_own(directory: str) -> bool:
    home = os.path.realpath(os.path.expanduser("~"))
    where = os.path.realpath(directory)
    return home != "/" and (where == home or where.startswith(home + "/"))


def _folders(directory: str) -> Iterator[str]:
    for name in _entries(directory):
        module = os.path.join(directory, name)
        yield module
        for _, file in version_folders(module):
            yield file


def _entries(directory: str) -> list[str]:
    try:
        return sorted(os.listdir(directory))
    except OSError:
        return []


def _text(file: str) -> str:
    try:
        return read_text(file)
    except PSError as problem:
        raise _wrong(
            "CouldNotFindRoleCapability", f"The role capability file '{file}' cannot be read: {problem}"
        ) from None


def _wrong(id: str, message: str) -> PSError:
    return error(message, id, "InvalidArgument", type_name="System.InvalidOperationException")
