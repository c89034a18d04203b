"""Session configuration files (.pssc) and role capability files (.psrc): what they may say, and reading them.

They are data files whose definitions may hold script blocks, which nothing runs while a file is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from remora.engine import ast
from remora.engine.compile import parse_failure
from remora.engine.convert.text import to_text
from remora.engine.enumeration import items_of
from remora.engine.errors import PSError, error
from remora.engine.invoke import run_block
from remora.engine.nothing import collected
from remora.engine.parser.restricted import check_errors
from remora.engine.scopes import Scope
from remora.engine.types.registry import unwrap
from remora.values.tables import Hashtable

if TYPE_CHECKING:
    from remora.engine.context import EngineContext

LANGUAGES: Final = ("FullLanguage", "RestrictedLanguage", "NoLanguage", "ConstrainedLanguage")
SESSION_TYPES: Final = ("Empty", "RestrictedRemoteServer", "Default")
POLICIES: Final = ("Unrestricted", "RemoteSigned", "AllSigned", "Restricted", "Bypass", "Undefined", "Default")
CAPABILITIES: Final = {
    "GUID": "What identifies this file",
    "Author": "Who wrote it",
    "Description": "What it is for",
    "CompanyName": "The company it comes from",
    "Copyright": "Whose rights are reserved",
    "ModulesToImport": "Modules to import",
    "VisibleAliases": "Aliases that may be used",
    "VisibleCmdlets": "Cmdlets that may be used",
    "VisibleFunctions": "Functions that may be used",
    "VisibleExternalCommands": "Programs and scripts that may be used",
    "VisibleProviders": "Providers that may be used",
    "ScriptsToProcess": "Scripts to run at the start",
    "AliasDefinitions": "Aliases to define",
    "FunctionDefinitions": "Functions to define",
    "VariableDefinitions": "Variables to define",
    "EnvironmentVariables": "Environment variables to set",
    "TypesToProcess": "Type files to load",
    "FormatsToProcess": "Format files to load",
    "AssembliesToLoad": "Assemblies to load",
}
"""The keys of a role capability file, each with what it says."""
CONFIGURATION: Final = {
    "SchemaVersion": "The version of this file's form",
    **{key: CAPABILITIES[key] for key in ("GUID", "Author", "Description", "CompanyName", "Copyright")},
    "SessionType": "What a session begins with: Empty, RestrictedRemoteServer or Default",
    "TranscriptDirectory": "Where transcripts are kept",
    "RunAsVirtualAccount": "Whether sessions run as an account of their own",
    "RunAsVirtualAccountGroups": "Groups of that account",
    "MountUserDrive": "Whether each user gets a User: drive",
    "UserDriveMaximumSize": "The most bytes of that drive",
    "GroupManagedServiceAccount": "The service account sessions run as",
    "RoleDefinitions": "Which users have which role capabilities",
    "RequiredGroups": "Groups that users must be in",
    "LanguageMode": "The language mode of sessions",
    "ExecutionPolicy": "The execution policy of sessions",
    "PowerShellVersion": "The version of the engine",
    **CAPABILITIES,
}
"""The keys of a session configuration file, each with what it says."""
_ALLOWED: Final = {"SessionType": SESSION_TYPES, "LanguageMode": LANGUAGES, "ExecutionPolicy": POLICIES}
_TABLES: Final = ("AliasDefinitions", "FunctionDefinitions", "VariableDefinitions")
_NEEDED: Final = {
    "AliasDefinitions": ("name", "value"),
    "FunctionDefinitions": ("name", "scriptblock"),
    "VariableDefinitions": ("name", "value"),
}
_VARIABLES: Final = ("PSScriptRoot", "PSCommandPath", "PSEdition")

Table = dict[str, Any]
"""Values of a file or a table in it, by key in lower case."""


def folded(table: Any) -> Table:
    """A hashtable by keys in lower case."""
    inner = unwrap(table)
    return {to_text(key).lower(): unwrap(value) for key, value in inner.items()} if isinstance(inner, Hashtable) else {}


def listed(value: Any) -> list[Any]:
    """The items of a value that may be one or many; none for null."""
    inner = unwrap(value)
    return [] if inner is None else [unwrap(item) for item in items_of(inner)]


def read_table(context: EngineContext, text: str, path: str) -> Table:
    """The table of a file. Raises PSError for what does not parse, computes, or is no table."""
    block = context.make_block(text, path)
    node = block.code.node
    inside = [one.extent for one in node.walk() if isinstance(one, ast.ScriptBlockExpr)]
    for problem in check_errors(node, (), _VARIABLES, env=True):
        at = problem.extent
        if not any(one.start <= at.start and at.end <= one.end for one in inside):
            raise parse_failure(problem)
    out: list[Any] = []
    frame = context.active_frame()
    hidden, frame.scope = frame.scope, Scope(context.global_scope)
    try:
        run_block(frame, block, [], out.append)
    finally:
        frame.scope = hidden
    found = unwrap(collected(out))
    if not isinstance(found, Hashtable):
        raise invalid(path, "it holds no hashtable")
    return folded(found)


def problems_of(table: Table, keys: dict[str, str] = CONFIGURATION) -> list[str]:
    """What is wrong with the keys and values of a file. keys: those it may have."""
    known = {key.lower() for key in keys}
    found = [f"The key '{key}' is not valid." for key in table if key not in known]
    if keys is CONFIGURATION and "schemaversion" not in table:
        found.append("The key 'SchemaVersion' is missing.")
    for key, values in _ALLOWED.items():
        value = table.get(key.lower())
        if value is not None and to_text(value).lower() not in {one.lower() for one in values}:
            found.append(f"The value of '{key}' is not one of {', '.join(values)}.")
    for key in _TABLES:
        for one in listed(table.get(key.lower())):
            if not isinstance(one, Hashtable):
                found.append(f"The value of '{key}' is not a list of hashtables.")
            else:
                given = folded(one)
                found += [f"An entry of '{key}' has no '{part}'." for part in _NEEDED[key] if part not in given]
    return found


def checked(table: Table, path: str, keys: dict[str, str] = CONFIGURATION) -> Table:
    """The table when nothing is wrong with it. Raises PSError InvalidPSSessionConfigurationFile."""
    problems = problems_of(table, keys)
    if problems:
        raise invalid(path, " ".join(problems))
    return table


def invalid(path: str, why: str, id: str = "InvalidPSSessionConfigurationFile") -> PSError:
    """The error of a file that cannot be used."""
    return error(
        f"The file '{path}' cannot be used: {why}", id, "InvalidArgument", path,
        type_name="System.InvalidOperationException",
    )  # fmt: skip
