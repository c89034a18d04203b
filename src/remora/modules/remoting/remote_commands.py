"""What a session says of its commands and formats, as far as functions may be made of it here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from remora.client.portal import next_of
from remora.client.pssession import PSSession
from remora.client.results import PipelineEnded
from remora.engine.cmdlet import Cmdlet
from remora.engine.convert import to_text
from remora.engine.convert.truth import is_true
from remora.engine.errors import PSError, error
from remora.engine.format.received import received_definitions
from remora.engine.format.views import ViewDefinition
from remora.engine.wildcard import like
from remora.engine.wire import from_wire, to_wire
from remora.errors import RemoraError
from remora.modules.common import as_list
from remora.modules.remoting.common import PORTAL, Caller, origin_of, remoting_error
from remora.psrp.spec import CommandSpec, PipelineSpec
from remora.values import PSObject, Version

SKIPPED: Final = frozenset(
    ("get-command", "get-formatdata", "get-help", "select-object", "measure-object", "exit-pssession", "out-default")
)
_SAFE: Final = re.compile(r"[-._:\\\w]{1,100}", re.UNICODE)
_ASKED: Final = ["Name", "CommandType", "ResolvedCommandName", "Parameters"]
_CMDLETS: Final = ("Cmdlet",)
_VALUE_TYPES: Final = (
    "System.String System.Char System.Boolean System.DateTime System.TimeSpan System.Byte System.SByte System.Int16 "
    "System.UInt16 System.Int32 System.UInt32 System.Int64 System.UInt64 System.Single System.Double System.Decimal "
    "System.Guid System.Uri System.Version System.Xml.XmlDocument System.Management.Automation.ScriptBlock "
    "System.Management.Automation.SwitchParameter System.Management.Automation.PSCredential "
    "System.Security.SecureString System.Collections.Hashtable System.Management.Automation.SemanticVersion"
)
SAFE_TYPES: Final = frozenset(_VALUE_TYPES.split())
"""Types that a parameter here may have: converting to them runs nothing of the other machine's choice."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which commands are asked for. prefix: what stands before their nouns here. clobber: local ones may be hidden."""

    names: list[str]
    modules: list[str]
    qualified: list[Any]
    arguments: list[Any]
    types: str
    prefix: str
    clobber: bool


@dataclass(frozen=True)
class RemoteParameter:
    """A parameter of a remote command. type_name: full name of a type it may have here, '' for any value."""

    name: str
    type_name: str = ""
    aliases: tuple[str, ...] = ()


@dataclass
class RemoteCommand:
    """A command of the session. target: for an alias what it stands for. is_cmdlet: it has the common parameters."""

    name: str
    kind: str
    target: str = ""
    parameters: list[RemoteParameter] = field(default_factory=list)

    @property
    def is_cmdlet(self) -> bool:
        return self.kind in _CMDLETS or any(p.name == "ErrorAction" for p in self.parameters)


def remote_commands(command: Cmdlet, caller: Caller, session: PSSession, wanted: Wanted) -> list[RemoteCommand]:
    """The commands to be made here; what is skipped is told. Raises PSError without an answer.

    Aliases are among them whose commands are: another one would mean a command of this machine, or none.
    """
    parameters: list[tuple[str | None, Any]] = [("CommandType", wanted.types)]
    parameters += [("Name", wanted.names)] if wanted.names else []
    parameters += [("Module", wanted.modules)] if wanted.modules else []
    parameters += [("FullyQualifiedModule", to_wire(wanted.qualified))] if wanted.qualified else []
    parameters += [("ArgumentList", to_wire(wanted.arguments))] if wanted.arguments else []
    asked = (
        CommandSpec(name="Get-Command", parameters=tuple(parameters)),
        CommandSpec(name="Select-Object", parameters=(("Property", _ASKED),)),
    )
    answers = _ask(command, caller, session, asked, "Get-Command")
    if not answers and wanted.names:
        raise command.throw(_no_results("Get-Command"))
    chosen: dict[str, RemoteCommand] = {}
    shadowed: list[str] = []
    local = {} if wanted.clobber else _local_names(command)
    for answer in answers:
        if not wanted.names and with_prefix(name := to_text(answer.get("Name")), wanted.prefix).lower() in local:
            shadowed.append(name)  # safe or not, it is the name of a command here
            continue
        found = _command(command, answer, wanted)
        if found is None or _skipped(found, wanted):
            continue
        if with_prefix(found.name, wanted.prefix).lower() in local:
            shadowed.append(found.name)
        else:
            chosen.setdefault(found.name.lower(), found)
    if shadowed:
        command.write_warning(
            "Proxy creation has been skipped for the following command: "
            f"'{', '.join(shadowed)}', because it would shadow an existing local command.  Use the AllowClobber "
            "parameter if you want to shadow existing local commands."
        )
    return [one for one in chosen.values() if not one.target or one.target.lower() in chosen]


def with_prefix(name: str, prefix: str) -> str:
    """The name that importing gives a command: the prefix stands before its noun."""
    verb, dash, noun = name.partition("-")
    return f"{verb}-{prefix}{noun}" if dash and prefix else f"{prefix}{name}"


def remote_formats(
    command: Cmdlet, caller: Caller, session: PSSession, types: list[str], *, given: bool
) -> list[ViewDefinition]:
    """The views of the session for some types. given: to find none is an error. Raises PSError without an answer."""
    parameters: list[tuple[str | None, Any]] = [("TypeName", types)]
    if _server_version(session) >= (5, 1):
        parameters.append(("PowerShellVersion", Version(7, 4, 6)))
    asked = (CommandSpec(name="Get-FormatData", parameters=tuple(parameters)),)
    answers = _ask(command, caller, session, asked, "Get-FormatData")
    if not answers and given:
        raise command.throw(_no_results("Get-FormatData"))
    found: list[ViewDefinition] = []
    for answer in answers:
        definitions = received_definitions(answer, command.session.context.make_block)
        found += [one for one in definitions if any(like(one.type_names[0], pattern) for pattern in types)]
    return found


def _server_version(session: PSSession) -> tuple[int, int]:
    data = session.application_private_data
    table = data.get("PSVersionTable") if isinstance(data, Mapping) else None
    version = table.get("PSVersion") if isinstance(table, Mapping) else None
    return (version.major, version.minor) if isinstance(version, Version) else (0, 0)


def _ask(
    command: Cmdlet, caller: Caller, session: PSSession, asked: tuple[CommandSpec, ...], name: str
) -> list[PSObject]:
    answers: list[PSObject] = []
    items = session.stream(PipelineSpec(statements=(asked,)))
    try:
        while (item := caller.wait(next_of(items))) is not None:
            value = from_wire(item[0].value) if item[0].stream == "output" else None
            if isinstance(value, PSObject):
                answers.append(value)
            elif item[0].stream != "output":
                caller.show(item[0], origin_of(session))
    except (PipelineEnded, RemoraError) as failure:
        said = f"Running the {name} command in a remote session reported the following error: {failure}."
        problem = remoting_error(failure, "ErrorFromRemoteCommand", session.name).record
        raise command.throw(error(said, "ErrorFromRemoteCommand", "InvalidResult", inner=problem.exception)) from None
    finally:
        PORTAL.run(items.aclose())
    return answers


def _no_results(name: str) -> PSError:
    return error(
        f"Running the {name} command in a remote session returned no results.",
        "ErrorNoResultsFromRemoteEnd",
        "InvalidResult",
        type_name="System.ArgumentException",
    )


def _local_names(command: Cmdlet) -> dict[str, None]:
    session = command.session
    names: Iterable[str] = [
        *session.aliases(),
        *session.functions(),
        *(info.name for info in session.context.commands.all()),
    ]
    return dict.fromkeys(name.lower() for name in names)


def _skipped(found: RemoteCommand, wanted: Wanted) -> bool:
    """What implicit remoting needs itself is skipped unless it was named."""
    named = any(found.name.lower() == name.lower() for name in wanted.names)
    return found.name.lower() in SKIPPED and not named


def _command(command: Cmdlet, answer: PSObject, wanted: Wanted) -> RemoteCommand | None:
    """The command an answer tells of; None, after an error, for one that was not asked for or has no safe names."""
    name = to_text(answer.get("Name"))
    spellings = (name, name.rpartition(".")[0])
    if wanted.names and not any(like(one, pattern) for one in spellings for pattern in wanted.names):
        _refuse(command, f"The remote session returned the command '{name}', which was not asked for.",
                "ErrorSkippedNonRequestedCommand", "ResourceExists")  # fmt: skip
        return None
    if ":" in name or "\\" in name:
        return None  # functions that change drives mean those of the other machine
    if not _SAFE.fullmatch(name):
        _refuse(command, f"The name of the command '{name}' is not safe.", "ErrorSkippedUnsafeCommandName")
        return None
    found = RemoteCommand(name, to_text(answer.get("CommandType")))
    target = answer.get("ResolvedCommandName")
    if found.kind == "Alias":
        if not target or not _SAFE.fullmatch(to_text(target)):
            return None
        found.target = to_text(target)
    told = answer.get("Parameters")
    told = told.base if isinstance(told, PSObject) else told
    for parameter in told.values() if isinstance(told, Mapping) else ():
        made = _parameter(command, name, parameter)
        if made is None:
            return None
        found.parameters.append(made)
    return found


def _parameter(command: Cmdlet, owner: str, told: Any) -> RemoteParameter | None:
    if not isinstance(told, PSObject):
        return RemoteParameter("")
    name = to_text(told.get("Name"))
    aliases = tuple(to_text(alias) for alias in as_list(told.get("Aliases")))
    for kind, text in (("Parameter", name), *(("Alias", alias) for alias in aliases)):
        if not _SAFE.fullmatch(text) or ":" in text:
            said = f"The command '{owner}' has a {kind.lower()} name that is not safe: '{text}'."
            _refuse(command, said, f"ErrorSkippedUnsafe{kind}Name")
            return None
    if is_true(told.get("SwitchParameter")):
        return RemoteParameter(name, "System.Management.Automation.SwitchParameter", aliases)
    kind = to_text(told.get("ParameterType") or "")
    return RemoteParameter(name, kind if kind.removesuffix("[]") in SAFE_TYPES else "", aliases)


def _refuse(command: Cmdlet, said: str, error_id: str, category: str = "InvalidData") -> None:
    command.fail(said, error_id, category, type_name="System.InvalidOperationException")
