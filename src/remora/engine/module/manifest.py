"""Module manifests: data files read under restricted language, and their values by type."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from remora.engine import ast
from remora.engine.compile import parse_failure
from remora.engine.convert.conversion import convert_to
from remora.engine.convert.text import to_text
from remora.engine.errors import PSError, error
from remora.engine.invoke import run_block
from remora.engine.module.specification import ModuleSpecification
from remora.engine.nothing import collected
from remora.engine.parser.restricted import check_errors
from remora.engine.patient import open_reading
from remora.engine.scopes import Scope
from remora.engine.text.encodings import decode_bytes
from remora.engine.types.registry import unwrap
from remora.values.tables import Hashtable
from remora.values.versions import Version

if TYPE_CHECKING:
    from remora.engine.context import EngineContext

MEMBERS: Final = (
    "ModuleToProcess", "NestedModules", "GUID", "Author", "CompanyName", "Copyright", "ModuleVersion", "Description",
    "PowerShellVersion", "PowerShellHostName", "PowerShellHostVersion", "CLRVersion", "DotNetFrameworkVersion",
    "ProcessorArchitecture", "RequiredModules", "TypesToProcess", "FormatsToProcess", "ScriptsToProcess", "PrivateData",
    "RequiredAssemblies", "ModuleList", "FileList", "FunctionsToExport", "VariablesToExport", "AliasesToExport",
    "CmdletsToExport", "DscResourcesToExport", "CompatiblePSEditions", "HelpInfoURI", "RootModule",
    "DefaultCommandPrefix",
)  # fmt: skip
_COMMANDS: Final = ("import-localizeddata", "convertfrom-stringdata", "write-host", "out-host", "join-path")
_VARIABLES: Final = ("PSScriptRoot", "PSCommandPath", "PSEdition", "EnabledExperimentalFeatures")
_ENGINE: Final = Version(7, 4, 6)


def manifest_error(message: str, target: Any, id: str = "Modules_InvalidManifest", *, kind: str = "") -> PSError:
    """The error of a manifest that cannot be used."""
    return error(message, id, "ResourceUnavailable", target, type_name=kind or "System.MissingMemberException")


def evaluate(context: EngineContext, text: str, path: str | None, commands: Sequence[str] = _COMMANDS) -> Any:
    """The value of a data file's text; commands: those it may call. Raises PSErrors for what does not parse or is not
    allowed in the restricted language.
    """
    block = context.make_block(text, path)
    problems = check_errors(block.code.node, commands, _VARIABLES, env=True)
    if problems:
        raise parse_failure(problems[0])
    out: list[Any] = []
    frame = context.active_frame()
    hidden, frame.scope = frame.scope, Scope(context.global_scope)
    try:
        run_block(frame, block, [], out.append)
    finally:
        frame.scope = hidden
    return unwrap(collected(out))


def safe_value(context: EngineContext, text: str, path: str | None = None, *, limited: bool = True) -> Any:
    """The value of the first hashtable literal of a data file, made of constants only; NO_TABLE without one.

    limited: no more than 500 keys or items in one table or list. Raises PSError.
    """
    node = context.make_block(text, path).code.node
    table = next((part for part in _in_order(node) if isinstance(part, ast.HashLiteral)), None)
    if table is None:
        return NO_TABLE
    for part in table.walk():
        if _dynamic(part) or (limited and _oversized(part)):
            raise error(
                "Cannot generate a PowerShell object for a ScriptBlock evaluating dynamic expressions. Dynamic "
                f"expression: {part.extent.text[:200]}.",
                "System.InvalidOperationException",
                "InvalidOperation",
                type_name="System.InvalidOperationException",
            )
    found = context.make_block(table.extent.text, path).invoke()
    return unwrap(found[0]) if found else None


def _dynamic(part: ast.Node) -> bool:
    """Tell whether a part of a data file has to be computed."""
    if isinstance(part, ast.Variable):
        return bool(part.prefix) or part.name.lower() not in ("true", "false", "null")
    return not isinstance(part, _CONSTANT)


def _oversized(part: ast.Node) -> bool:
    if isinstance(part, ast.HashLiteral):
        return len(part.pairs) > MAX_ITEMS
    return isinstance(part, ast.ArrayLiteral) and len(part.items) > MAX_ITEMS


NO_TABLE: Final = object()
MAX_ITEMS: Final = 500
_CONSTANT: Final = (
    ast.HashLiteral, ast.ArrayLiteral, ast.ArrayExpr, ast.Paren, ast.SubExpr, ast.Block, ast.Pipeline, ast.CommandExpr,
    ast.Constant, ast.StringConstant, ast.Variable, ast.Unary, ast.ExpandableString, ast.ScriptBlockExpr,
    ast.ScriptNode,
)  # fmt: skip


def _in_order(node: ast.Node) -> Any:
    yield node
    for child in node.children():
        yield from _in_order(child)


def read_text(path: str) -> str:
    """Text of a script or data file. Raises PSError."""
    try:
        with open_reading(path) as stream:
            return decode_bytes(stream.read(), None)
    except OSError as problem:
        raise error(
            f"Could not read the file '{path}': {problem.strerror}", "FileOpenFailure", "ReadError", path,
            type_name="System.IO.IOException",
        ) from None  # fmt: skip


class Manifest:
    """The checked values of one manifest. path: of the file; base: its directory."""

    def __init__(self, path: str, table: Mapping[Any, Any]) -> None:
        self.path = path
        self.base = os.path.dirname(path)
        self.table: dict[str, Any] = {to_text(key).lower(): value for key, value in table.items()}

    def text(self, key: str) -> str:
        """A text member; "" when it is missing."""
        value = self.table.get(key.lower())
        return "" if value is None else to_text(value)

    def texts(self, key: str) -> list[str] | None:
        """A member that is a list of texts; None when it is missing."""
        value = self.table.get(key.lower())
        return None if value is None else [to_text(item) for item in _items(value)]

    def version(self, key: str) -> Version | None:
        """A version member. Raises PSError for what is none."""
        return self._converted(key, lambda value: convert_to(value, "version"))  # type: ignore[no-any-return]

    def guid(self) -> Any:
        """GUID, or None."""
        return self._converted("GUID", lambda value: convert_to(value, "guid"))

    def specifications(self, key: str) -> list[ModuleSpecification]:
        """A member that lists modules. Raises PSError."""
        found: list[ModuleSpecification] = self._converted(
            key, lambda value: [ModuleSpecification.of(item) for item in _items(value)]
        )
        return found or []

    def _converted(self, key: str, convert: Callable[[Any], Any]) -> Any:
        value = self.table.get(key.lower())
        if value is None:
            return None
        try:
            return convert(value)
        except PSError as problem:
            raise manifest_error(
                f"The '{key}' member is not valid in the module manifest file '{self.path}': {problem.record.message}",
                self.path,
                kind="System.ArgumentException",
            ) from None

    @property
    def root(self) -> str:
        """RootModule, or ModuleToProcess of old manifests."""
        return self.text("RootModule") or self.text("ModuleToProcess")

    def data(self, key: str) -> Any:
        """A value of PrivateData.PSData."""
        data = unwrap(self.table.get("privatedata"))
        inner = unwrap(data.get("PSData")) if isinstance(data, Hashtable) else None
        return inner.get(key) if isinstance(inner, Hashtable) else None


def _items(value: Any) -> list[Any]:
    value = unwrap(value)
    return list(value) if isinstance(value, list | tuple) else [value]


def read_manifest(context: EngineContext, path: str, *, check_members: bool = True) -> Manifest:
    """Read and check a manifest. Raises PSError Modules_InvalidManifest and its relatives."""
    try:
        table = evaluate(context, read_text(path), path)
    except PSError as problem:
        raise manifest_error(
            f"The module manifest '{path}' could not be processed because it is not a valid PowerShell module manifest "
            f"file. Remove the elements that are not permitted: {problem.record.message}",
            path,
        ) from None
    if not isinstance(table, Hashtable):
        raise manifest_error(
            f"Processing the module manifest file '{path}' did not result in a valid manifest object. Update the file "
            "to contain a valid PowerShell module manifest. A valid manifest can be created using the "
            "New-ModuleManifest cmdlet.",
            path,
            kind="System.ArgumentException",
        )
    manifest = Manifest(path, table)
    if check_members:
        _check(context, manifest)
    return manifest


def _check(context: EngineContext, manifest: Manifest) -> None:
    path = manifest.path
    known = {name.lower() for name in MEMBERS}
    strange = [to_text(key) for key in manifest.table if key not in known]
    if strange:
        valid = ", ".join(f"'{name}'" for name in MEMBERS)
        bad = ", ".join(f"'{name}'" for name in strange)
        raise error(
            f"The '{path}' module cannot be imported because its manifest contains one or more members that are not "
            f"valid. The valid manifest members are ({valid}). Remove the members that are not valid ({bad}), then "
            "try to import the module again.",
            "Modules_InvalidManifestMember",
            "InvalidData",
            path,
            type_name="System.InvalidOperationException",
        )
    if manifest.version("ModuleVersion") is None:
        raise manifest_error(
            "The member 'ModuleVersion' is not present in the module manifest. This member must exist and be assigned "
            f"a version number of the form 'n.n.n.n'. Add the missing member to the file '{path}'.",
            path,
        )
    if "rootmodule" in manifest.table and "moduletoprocess" in manifest.table:
        raise error(
            "The module manifest cannot contain both the 'ModuleToProcess' and 'RootModule' members. Change the module "
            f"manifest file to remove one of these members at '{path}', and then try again.",
            "Modules_ModuleManifestCannotContainBothModuleToProcessAndRootModule",
            "InvalidOperation",
            path,
            type_name="System.InvalidOperationException",
        )
    manifest.guid()
    for key in ("CLRVersion", "DotNetFrameworkVersion", "PowerShellHostVersion"):
        manifest.version(key)
    for key in ("RequiredModules", "NestedModules", "ModuleList"):
        manifest.specifications(key)
    _check_wildcards(manifest)
    _check_engine(context, manifest)


def _check_wildcards(manifest: Manifest) -> None:
    names = [manifest.root, *(one.name for one in manifest.specifications("NestedModules"))]
    if any(character in name for name in names for character in "*?["):
        raise error(
            "Wildcard characters are not allowed in members 'ModuleToProcess', 'RootModule', or 'NestedModules' in the "
            f"module manifest '{manifest.path}'.",
            "Modules_WildCardNotAllowedInModuleToProcessAndInNestedModules",
            "InvalidOperation",
            manifest.path,
            type_name="System.Management.Automation.PSInvalidOperationException",
        )


def _check_engine(context: EngineContext, manifest: Manifest) -> None:
    wanted = manifest.version("PowerShellVersion")
    if wanted is not None and (wanted.major, wanted.minor) > (_ENGINE.major, _ENGINE.minor):
        raise manifest_error(
            f"The version of PowerShell on this computer is '{_ENGINE}'. The module '{manifest.path}' requires a "
            f"minimum PowerShell version of '{wanted}' to run. Verify that you have the minimum required version of "
            "PowerShell installed, and then try again.",
            manifest.path,
            "Modules_InsufficientPowerShellVersion",
            kind="System.InvalidOperationException",
        )
    host = manifest.text("PowerShellHostName")
    if host and host.lower() != context.host.name.lower():
        raise manifest_error(
            f"The name of the current PowerShell host is: '{context.host.name}'. The module '{manifest.path}' requires "
            f"the following PowerShell host: '{host}'.",
            manifest.path,
            "Modules_InvalidPowerShellHostName",
            kind="System.InvalidOperationException",
        )
