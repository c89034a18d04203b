"""What a session configuration file makes of a session for one user: its language, what is visible, what is defined."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from remora.engine.convert.conversion import convert_to
from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true
from remora.engine.errors import PSError, error
from remora.engine.language.mode import FULL_LANGUAGE, NO_LANGUAGE
from remora.engine.language.policy import UNRESTRICTED
from remora.engine.language.restricted_commands import REMOTE_SERVER, REMOTE_SERVER_ALIASES
from remora.engine.language.roles import bare, capabilities_of, check_roles, in_groups
from remora.engine.language.session_file import Table, checked, folded, listed, read_table
from remora.engine.language.visible import Visibility, VisibleCommand, VisibleParameter
from remora.engine.module.manifest_text import literal, quoted
from remora.values.tables import Hashtable
from remora.values.versions import Version

if TYPE_CHECKING:
    from remora.engine.context import EngineContext

_NEWEST: Final = Version(7, 4, 6)
_USER_DRIVE: Final = """
$null = New-Item -ItemType Directory -Force -Path "$HOME/.local/share/remora/UserDrive"
$null = New-PSDrive -Name User -PSProvider FileSystem -Root "$HOME/.local/share/remora/UserDrive" -Scope Global
"""
REFUSED: Final = (
    "RunAsVirtualAccount",
    "RunAsVirtualAccountGroups",
    "GroupManagedServiceAccount",
    "UserDriveMaximumSize",
)
"""Keys that ask for what a session of this host cannot have; they are refused by name."""


@dataclass(slots=True)
class SessionPlan:
    """The outcome. texts: statements that run when the definitions are made, before users come."""

    language: str = FULL_LANGUAGE
    execution_policy: str = UNRESTRICTED
    visibility: Visibility = field(default_factory=Visibility)
    functions: list[Table] = field(default_factory=list)
    aliases: list[Table] = field(default_factory=list)
    variables: list[Table] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)


def check_definition(context: EngineContext, text: str, path: str) -> Table:
    """The table of a session configuration file that this host can serve. Raises PSError saying what is in the way."""
    table = checked(read_table(context, text, path), path)
    for key in REFUSED:
        if is_true(table.get(key.lower())):
            raise error(
                f"'{key}' is not supported: a session runs as the Unix user of the account that opens it.",
                "NotSupported", "NotImplemented", key, type_name="System.NotSupportedException",
            )  # fmt: skip
    version = table.get("powershellversion")
    if version is not None and convert_to(version, "version") > _NEWEST:
        raise error(
            f"The sessions of '{path}' want PowerShell {to_text(version)}, and this is {_NEWEST}.",
            "PowerShellVersionNotFound", "InvalidArgument", version,
        )  # fmt: skip
    check_roles(table.get("roledefinitions"))
    in_groups(table.get("requiredgroups"), ())
    return table


def plan_session(context: EngineContext, text: str, path: str, user: str, groups: Collection[str]) -> SessionPlan:
    """What a file makes of the session of a user. Raises PSError, also for a user whom the file does not let in."""
    table = check_definition(context, text, path)
    identities = {bare(name) for name in (user, *groups)}
    if not in_groups(table.get("requiredgroups"), identities):
        raise _denied(user, "is not in the groups that the session configuration requires")
    roles = check_roles(table.get("roledefinitions"))
    if roles and not any(bare(principal) in identities for principal in roles):
        raise _denied(user, "has no role in the session configuration")
    plan = _beginning(table)
    plan.execution_policy = to_text(table.get("executionpolicy") or UNRESTRICTED)
    for part in (table, *capabilities_of(context, roles, identities)):
        _add(plan, part)
    if (directory := table.get("transcriptdirectory")) is not None:
        plan.texts.insert(0, f"$null = Start-Transcript -OutputDirectory {quoted(directory)}")
    if is_true(table.get("mountuserdrive")):
        plan.texts.insert(0, _USER_DRIVE)
    return plan


def _beginning(table: Table) -> SessionPlan:
    kind = to_text(table.get("sessiontype") or "Default").lower()
    mode = to_text(table.get("languagemode") or ("" if kind == "default" else NO_LANGUAGE)) or FULL_LANGUAGE
    if kind == "default":
        return SessionPlan(language=mode)
    server = kind == "restrictedremoteserver"
    return SessionPlan(
        language=mode,
        visibility=Visibility(
            cmdlets=REMOTE_SERVER if server else (),
            functions=(),
            external=(),
            aliases=REMOTE_SERVER_ALIASES if server else (),
            providers=(),
        ),
    )


def _add(plan: SessionPlan, table: Table) -> None:
    """Add what a file brings: visible commands join those that are visible already."""
    shown = plan.visibility
    plan.visibility = replace(
        shown,
        cmdlets=_joined(shown.cmdlets, table, "visiblecmdlets", _command),
        functions=_joined(shown.functions, table, "visiblefunctions", _command),
        external=_joined(shown.external, table, "visibleexternalcommands", to_text),
        aliases=_joined(shown.aliases, table, "visiblealiases", to_text),
        providers=_joined(shown.providers, table, "visibleproviders", to_text),
    )
    plan.functions += [folded(one) for one in listed(table.get("functiondefinitions"))]
    plan.aliases += [folded(one) for one in listed(table.get("aliasdefinitions"))]
    plan.variables += [folded(one) for one in listed(table.get("variabledefinitions"))]
    environment = table.get("environmentvariables")
    if isinstance(environment, Hashtable):
        plan.environment |= {to_text(key): to_text(value) for key, value in environment.items()}
    plan.texts += [f"Add-Type -AssemblyName {quoted(one)}" for one in listed(table.get("assembliestoload"))]
    plan.texts += [_importing(one) for one in listed(table.get("modulestoimport"))]
    plan.texts += [f"Update-TypeData -PrependPath {quoted(one)}" for one in listed(table.get("typestoprocess"))]
    plan.texts += [f"Update-FormatData -PrependPath {quoted(one)}" for one in listed(table.get("formatstoprocess"))]
    plan.texts += [f". {quoted(one)}" for one in listed(table.get("scriptstoprocess"))]


def _joined(known: Any, table: Table, key: str, read: Any) -> Any:
    if key not in table:
        return known
    return (*(known or ()), *(read(one) for one in listed(table[key])))


def _importing(module: Any) -> str:
    if isinstance(module, Hashtable):
        return f"Import-Module -FullyQualifiedName {literal(module)} -Global"
    return f"Import-Module {quoted(module)} -Global"


def _command(value: Any) -> VisibleCommand:
    if not isinstance(value, Hashtable):
        return VisibleCommand(to_text(value))
    table = folded(value)
    return VisibleCommand(to_text(table.get("name")), tuple(_parameter(one) for one in listed(table.get("parameters"))))


def _parameter(value: Any) -> VisibleParameter:
    if not isinstance(value, Hashtable):
        return VisibleParameter(to_text(value))
    table = folded(value)
    values = tuple(to_text(one) for one in listed(table.get("validateset")))
    return VisibleParameter(to_text(table.get("name")), values, to_text(table.get("validatepattern")))


def _denied(user: str, why: str) -> PSError:
    return error(
        f"The session cannot be opened: {user} {why}.", "AccessDenied", "PermissionDenied", user,
        type_name="System.UnauthorizedAccessException",
    )  # fmt: skip
