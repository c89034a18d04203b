"""Members of command objects, parameters and variables."""

from __future__ import annotations

from typing import Any

from remora.engine import commands as c
from remora.engine.binding.metadata import ALL_SETS, ParameterMeta
from remora.engine.drives import Drive
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.pathinfo import PathInfo
from remora.engine.providerinfo import CAPABILITIES, ProviderInfo
from remora.engine.types import registry as r
from remora.engine.types.typeref import register, require
from remora.values.collections import TypedArray
from remora.values.tables import OrderedDictionary

_M = "System.Management.Automation."
COMMAND_TYPES = NetType(
    _M + "CommandTypes",
    r.ENUM,
    flags=True,
    enum={
        "Alias": 1,
        "Function": 2,
        "Filter": 4,
        "Cmdlet": 8,
        "ExternalScript": 16,
        "Application": 32,
        "Script": 64,
        "Configuration": 256,
        "All": 383,
    },
)


def _options(info: Any) -> Any:
    from remora.engine.types.enumerations import item_options

    return item_options(info.options)


class ParameterView(NetObject):
    """ParameterMetadata: what ``(Get-Command x).Parameters['Name']`` shows."""

    __slots__ = ("meta",)
    net_type = NetType(_M + "ParameterMetadata", OBJECT)

    def __init__(self, meta: ParameterMeta) -> None:
        self.meta = meta

    def net_text(self) -> str:
        return ParameterView.net_type.name


class SetView(NetObject):
    """CommandParameterSetInfo: one parameter set."""

    __slots__ = ("is_default", "name", "parameters")
    net_type = NetType(_M + "CommandParameterSetInfo", OBJECT)

    def __init__(self, name: str, is_default: bool, parameters: list[ParameterView]) -> None:
        self.name = name
        self.is_default = is_default
        self.parameters = parameters


def _command_type(info: c.CommandInfo) -> Any:
    from remora.engine.convert.conversion import convert

    return convert(info.command_type, require(_M + "CommandTypes"))


def _parameters(info: c.CommandInfo) -> Any:
    metadata = info.metadata()
    if metadata is None:
        return None
    return OrderedDictionary({p.name: ParameterView(p) for p in metadata.all()})


def _sets(info: c.CommandInfo) -> list[SetView]:
    metadata = info.metadata()
    if metadata is None:
        return []
    names = metadata.set_names or (ALL_SETS,)
    return [
        SetView(n, n == metadata.default_set, [ParameterView(p) for p in metadata.all() if p.spec({n}) is not None])
        for n in names
    ]


def _module(info: c.CommandInfo) -> Any:
    from remora.engine.context import current
    from remora.engine.module.builtin import engine_module

    return info.owner or engine_module(current(), info.module)


def _resolved(info: c.CommandInfo) -> Any:
    from remora.engine.context import current

    context = current()
    return context.resolver.find(info.definition, context.active_frame().scope)


def _commands() -> None:
    k = c.CommandInfo.net_type
    k.property("Name", "System.String")(lambda i: i.name)
    k.property("CommandType")(_command_type)
    k.property("Definition", "System.String")(lambda i: i.definition)
    k.property("Source", "System.String")(lambda i: i.source)
    k.property("Version")(lambda i: i.version)
    k.property("ModuleName", "System.String")(lambda i: i.module)
    k.property("Module", wire=False)(_module)
    k.property("Visibility", "System.String")(lambda i: i.visibility)
    k.property("Parameters")(_parameters)
    k.property("ParameterSets")(_sets)
    k.property("OutputType")(lambda i: list(((m := i.metadata()) and m.output_type) or ()))
    k.property("RemotingCapability", "System.String")(lambda i: "PowerShell")
    k.method("ResolveParameter(string)")(lambda i, name: (_parameters(i) or {}).get(name))
    function = c.FunctionInfo.net_type
    function.property("ScriptBlock", wire=False)(lambda i: i.block)
    function.property("CmdletBinding", "System.Boolean")(lambda i: bool((m := i.metadata()) and m.advanced))
    function.property("Description", "System.String")(lambda i: i.description)
    function.property("Options")(_options)
    function.property("Verb", "System.String")(lambda i: i.name.partition("-")[0] if "-" in i.name else "")
    function.property("Noun", "System.String")(lambda i: i.name.partition("-")[2])
    cmdlet = c.CmdletInfo.net_type
    cmdlet.property("Verb", "System.String")(lambda i: i.name.partition("-")[0])
    cmdlet.property("Noun", "System.String")(lambda i: i.name.partition("-")[2])
    cmdlet.property("DefaultParameterSet", "System.String")(lambda i: i.cls.spec.default_set)
    cmdlet.property("ImplementingType", "System.String", wire=False)(lambda i: i.cls.spec.class_name)
    alias = c.AliasInfo.net_type
    alias.property("ResolvedCommand", wire=False)(_resolved)
    alias.property("ResolvedCommandName", "System.String")(lambda i: i.target)
    alias.property("ReferencedCommand", wire=False)(_resolved)
    alias.property("DisplayName", "System.String")(lambda i: f"{i.name} -> {i.target}")
    alias.property("Description", "System.String")(lambda i: i.description)
    alias.property("Options")(_options)
    for net in (c.ScriptInfo.net_type, c.ApplicationInfo.net_type):
        net.property("Path", "System.String")(lambda i: i.path)
    c.ScriptInfo.net_type.property("ScriptBlock", wire=False)(lambda i: i.block)
    c.ApplicationInfo.net_type.property("Extension", "System.String")(lambda i: "")


def _parameter_members() -> None:
    p = ParameterView.net_type
    p.property("Name", "System.String")(lambda v: v.meta.name)
    p.property("ParameterType")(lambda v: v.meta.type)
    p.property("Aliases")(lambda v: TypedArray(v.meta.aliases, "System.String"))
    p.property("SwitchParameter", "System.Boolean")(lambda v: v.meta.is_switch)
    p.property("IsDynamic", "System.Boolean")(lambda v: False)
    p.property("IsMandatory", "System.Boolean", wire=False)(lambda v: any(s.mandatory for s in v.meta.sets.values()))
    p.property("Position", "System.Int32", wire=False)(
        lambda v: next((s.position for s in v.meta.sets.values() if s.position is not None), -2147483648)
    )
    p.property("ParameterSets")(lambda v: OrderedDictionary({name: name for name in v.meta.sets}))
    p.property("Attributes", wire=False)(lambda v: [])
    s = SetView.net_type
    s.property("Name", "System.String")(lambda v: v.name)
    s.property("IsDefault", "System.Boolean")(lambda v: v.is_default)
    s.property("Parameters")(lambda v: v.parameters)


def register_types() -> None:
    """Types one may name in casts and -is."""
    register(
        COMMAND_TYPES,
        *(
            k.net_type
            for k in (c.CommandInfo, c.FunctionInfo, c.CmdletInfo, c.AliasInfo, c.ScriptInfo, c.ApplicationInfo)
        ),
    )
    from remora.engine.pipeline.native_arguments import STYLES

    register(STYLES)
    register(ParameterView.net_type, Drive.net_type, PathInfo.net_type, ProviderInfo.net_type, CAPABILITIES)


_commands()
_parameter_members()
