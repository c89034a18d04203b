"""Bodies of CREATE_PIPELINE and GET_COMMAND_METADATA (MS-PSRP 2.2.2.10, 2.2.2.14, 2.2.3.11 - 2.2.3.13)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from remora.errors import LocalProtocolError, RemoteProtocolError
from remora.psrp import bags
from remora.psrp.hostvalues import host_info_from_bag, host_info_to_bag
from remora.psrp.spec import (
    TAKES_BYTES,
    ApartmentState,
    CommandMetadataSpec,
    CommandSpec,
    Merges,
    PipelineResultType,
    PipelineSpec,
    RemoteStreamOptions,
)
from remora.values import EnumValue, GenericList, HostInfo, PSObject, TypedArray

V2_2: Final = (2, 2)
V2_3: Final = (2, 3)
RUNSPACE_HOST: Final = HostInfo()
_RUNSPACES: Final = "System.Management.Automation.Runspaces."
_PSOBJECT: Final = (
    "System.Management.Automation.PSObject, System.Management.Automation, "
    "Version=1.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35"
)
_STREAM_OPTION_LABELS: Final = {
    RemoteStreamOptions.ERROR: "AddInvocationInfoToErrorRecord",
    RemoteStreamOptions.WARNING: "AddInvocationInfoToWarningRecord",
    RemoteStreamOptions.DEBUG: "AddInvocationInfoToDebugRecord",
    RemoteStreamOptions.VERBOSE: "AddInvocationInfoToVerboseRecord",
}
_APARTMENTS: Final = {ApartmentState.STA: "STA", ApartmentState.MTA: "MTA", ApartmentState.UNKNOWN: "Unknown"}
_MERGES: Final = (  # wire name, our name, since when
    ("MergeMyResult", "my_result", None),
    ("MergeToResult", "to_result", None),
    ("MergePreviousResults", "previous", None),
    ("MergeError", "error", V2_2),
    ("MergeWarning", "warning", V2_2),
    ("MergeVerbose", "verbose", V2_2),
    ("MergeDebug", "debug", V2_2),
    ("MergeInformation", "information", V2_3),
)


def apartment_to_wire(state: ApartmentState) -> EnumValue:
    """Return the enum object of an apartment state."""
    return bags.enum_value(state, _RUNSPACES + "ApartmentState", _APARTMENTS[state])


def pipeline_to_bag(spec: PipelineSpec, version: tuple[int, int]) -> PSObject:
    """Return the body of CREATE_PIPELINE for a peer of this protocol version.

    Raises LocalProtocolError when the version cannot carry several statements.
    """
    if len(spec.statements) > 1 and version < V2_2:
        raise LocalProtocolError("several statements in one pipeline need protocol 2.2")
    statements = [_commands_to_wire(statement, version) for statement in spec.statements]
    powershell: dict[str, Any] = {"IsNested": spec.is_nested}
    if version >= V2_2:
        several = len(statements) > 1
        powershell["ExtraCmds"] = _psobjects(PSObject.bag(Cmds=cmds) for cmds in statements) if several else None
    powershell["Cmds"] = _commands_to_wire(spec.statements[0], version) if len(statements) > 1 else statements[0]
    powershell["History"] = spec.history
    powershell["RedirectShellErrorOutputPipe"] = spec.redirect_shell_error_output_pipe
    members: dict[str, Any] = {
        "NoInput": spec.no_input,
        "ApartmentState": apartment_to_wire(spec.apartment_state),
        "RemoteStreamOptions": _stream_options_to_wire(spec.stream_options),
        "AddToHistory": spec.add_to_history,
        "HostInfo": host_info_to_bag(spec.host_info or RUNSPACE_HOST),
        "PowerShell": PSObject.bag(powershell),
    }
    if version >= V2_2:
        members["IsNested"] = spec.is_nested
    if spec.takes_bytes:
        members[TAKES_BYTES] = True
    return PSObject.bag(members)


def _commands_to_wire(statement: tuple[CommandSpec, ...], version: tuple[int, int]) -> GenericList:
    return _psobjects(_command_to_bag(command, version) for command in statement)


def _command_to_bag(command: CommandSpec, version: tuple[int, int]) -> PSObject:
    members: dict[str, Any] = {
        "Cmd": command.name,
        "IsScript": command.is_script,
        "UseLocalScope": command.use_local_scope,
    }
    for wire, ours, since in _MERGES:
        if wire == "MergeError":
            members["Args"] = _arguments_to_wire(command)
        if since is None or version >= since:
            members[wire] = _result_type_to_wire(getattr(command.merges, ours))
    return PSObject.bag(members)


def _arguments_to_wire(command: CommandSpec) -> GenericList:
    return _psobjects(PSObject.bag(N=name, V=value) for name, value in command.parameters)


def _psobjects(values: Iterable[PSObject]) -> GenericList:
    return GenericList(values, _PSOBJECT)


def _result_type_to_wire(kind: PipelineResultType) -> EnumValue:
    return bags.enum_value(kind, _RUNSPACES + "PipelineResultTypes", kind.name.capitalize())


def _stream_options_to_wire(options: RemoteStreamOptions) -> EnumValue:
    if options == RemoteStreamOptions.ALL:
        label = "AddInvocationInfo"
    else:
        label = ", ".join(name for bit, name in _STREAM_OPTION_LABELS.items() if options & bit) or "0"
    return EnumValue(int(options), _RUNSPACES + "RemoteStreamOptions", label)


def pipeline_from_bag(value: Any) -> PipelineSpec:
    """Return the specification in a CREATE_PIPELINE body. Raises RemoteProtocolError where it is malformed."""
    source = bags.bag(value, "CREATE_PIPELINE")
    powershell = bags.bag(source.get("PowerShell"), "PowerShell")
    extra = powershell.get("ExtraCmds")
    groups = (
        [] if extra is None else [bags.bag(entry, "ExtraCmds").get("Cmds") for entry in bags.items(extra, "ExtraCmds")]
    )
    statements = tuple(_statement_from_wire(group) for group in groups or [powershell.get("Cmds")])
    if not all(statements):
        raise RemoteProtocolError("CREATE_PIPELINE without a command")
    host = source.get("HostInfo")
    info = None if host is None else host_info_from_bag(host)
    nested = bags.boolean(source, "IsNested", False) or bags.boolean(powershell, "IsNested", False)
    return PipelineSpec(
        statements=statements,
        no_input=bags.boolean(source, "NoInput"),
        add_to_history=bags.boolean(source, "AddToHistory", False),
        host_info=None if info == RUNSPACE_HOST else info,
        is_nested=nested,
        history=bags.optional_text(powershell, "History"),
        redirect_shell_error_output_pipe=bags.boolean(powershell, "RedirectShellErrorOutputPipe", False),
        stream_options=RemoteStreamOptions(bags.integer(source, "RemoteStreamOptions", 0) & 15),
        apartment_state=bags.enumeration(source, "ApartmentState", ApartmentState, ApartmentState.UNKNOWN),
        takes_bytes=bags.boolean(source, TAKES_BYTES, False),
    )


def _statement_from_wire(commands: Any) -> tuple[CommandSpec, ...]:
    return tuple(_command_from_bag(bags.bag(entry, "Cmds")) for entry in bags.items(commands, "Cmds"))


def _command_from_bag(source: PSObject) -> CommandSpec:
    none = PipelineResultType.NONE
    merges = Merges(**{ours: bags.enumeration(source, wire, PipelineResultType, none) for wire, ours, _ in _MERGES})
    local = source.get("UseLocalScope")
    args = source.get("Args")
    return CommandSpec(
        name=bags.text(source, "Cmd"),
        is_script=bags.boolean(source, "IsScript", False),
        use_local_scope=None if local is None else bags.boolean(source, "UseLocalScope"),
        parameters=() if args is None else tuple(_argument(entry) for entry in bags.items(args, "Args")),
        merges=merges,
    )


def _argument(entry: Any) -> tuple[str | None, Any]:
    source = bags.bag(entry, "Args")
    return bags.optional_text(source, "N"), source.get("V")


def metadata_to_bag(spec: CommandMetadataSpec) -> PSObject:
    """Return the body of GET_COMMAND_METADATA."""
    return PSObject.bag(
        Name=_strings(spec.names),
        CommandType=spec.command_types,
        Namespace=_strings(spec.namespace),
        ArgumentList=None if spec.argument_list is None else list(spec.argument_list),
    )


def metadata_from_bag(value: Any) -> CommandMetadataSpec:
    """Return the question in a GET_COMMAND_METADATA body. Raises RemoteProtocolError where it is malformed."""
    source = bags.bag(value, "GET_COMMAND_METADATA")
    arguments = source.get("ArgumentList")
    return CommandMetadataSpec(
        names=_strings_in(source, "Name"),
        command_types=bags.integer(source, "CommandType", 383),
        namespace=_strings_in(source, "Namespace"),
        argument_list=None if arguments is None else tuple(bags.items(arguments, "ArgumentList")),
    )


def _strings(values: tuple[str, ...] | None) -> TypedArray | None:
    return None if values is None else TypedArray(values, "System.String")


def _strings_in(source: PSObject, name: str) -> tuple[str, ...] | None:
    value = source.get(name)
    if value is None:
        return None
    if isinstance(value, str):
        return (value,)
    found = bags.items(value, name)
    if not all(isinstance(entry, str) for entry in found):
        raise RemoteProtocolError(f"property {name}: strings were due")
    return tuple(found)
