"""Answers GET_COMMAND_METADATA: a count, then what is known of each command (wire-protocol 6.12)."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from typing import Any, Final

from remora.engine.binding.metadata import ParameterMeta
from remora.engine.commands import CommandInfo
from remora.engine.errors import PSError
from remora.engine.runspace import Runspace
from remora.engine.session import SessionState
from remora.psrp.spec import CommandMetadataSpec
from remora.values import EnumValue, Hashtable, PSObject

_TYPES: Final = {
    "Alias": 1,
    "Function": 2,
    "Filter": 4,
    "Cmdlet": 8,
    "ExternalScript": 16,
    "Application": 32,
    "Script": 64,
    "Configuration": 256,
}
_M: Final = "System.Management.Automation."
_COUNT_TYPES: Final = (
    "Selected.Microsoft.PowerShell.Commands.GenericMeasureInfo",
    _M + "PSCustomObject",
    "System.Object",
)


def command_metadata(runspace: Runspace, spec: CommandMetadataSpec) -> Iterator[Any]:
    """Yield the values of the reply, of the closed set that CLIXML holds."""
    found = list(_matching(runspace, spec))
    yield PSObject(_COUNT_TYPES, extended={"Count": len(found)})
    for info in found:
        yield _described(info)


def _matching(runspace: Runspace, spec: CommandMetadataSpec) -> Iterator[CommandInfo]:
    patterns = [name.lower() for name in spec.names or ("*",)]
    modules = [name.lower() for name in spec.namespace or ()]
    for info in sorted(_all(runspace), key=lambda info: info.name.lower()):
        wanted = any(fnmatch.fnmatchcase(info.name.lower(), pattern) for pattern in patterns)
        kind = _TYPES.get(info.command_type, 0)
        if wanted and kind & spec.command_types and (not modules or info.module.lower() in modules):
            yield info


def _all(runspace: Runspace) -> Iterator[CommandInfo]:
    session = SessionState(runspace.context, runspace.context.global_scope)
    for info in (*session.aliases().values(), *session.functions().values(), *runspace.commands.all()):
        shown = runspace.context.resolver.shown(info)
        if shown is not None:
            yield shown


def _described(info: CommandInfo) -> PSObject:
    parameters = Hashtable()
    metadata = info.metadata()
    for parameter in metadata.parameters.values() if metadata is not None else ():
        parameters[parameter.name] = _parameter(parameter)
    types = ("Selected." + type(info).net_type.name, _M + "PSCustomObject", "System.Object")
    return PSObject(
        types,
        extended={
            "Name": info.name,
            "Namespace": info.module,
            "HelpUri": "",
            "CommandType": _enum(info.command_type),
            "ResolvedCommandName": getattr(info, "target", None),
            "OutputType": list(metadata.output_type) if metadata is not None else [],
            "Parameters": parameters,
        },
    )


def _enum(name: str) -> EnumValue:
    return EnumValue(_TYPES.get(name, 0), _M + "CommandTypes", name)


def _parameter(parameter: ParameterMeta) -> PSObject:
    return PSObject(
        (_M + "ParameterMetadata", "System.Object"),
        adapted={
            "Name": parameter.name,
            "ParameterType": _type_name(parameter),
            "Aliases": list(parameter.aliases),
            "IsDynamic": parameter.dynamic,
            "SwitchParameter": parameter.is_switch,
        },
    )


def _type_name(parameter: ParameterMeta) -> str:
    """The full name of the type; as written for a type that is gone."""
    try:
        return parameter.type.display
    except PSError:
        return parameter.type_name
