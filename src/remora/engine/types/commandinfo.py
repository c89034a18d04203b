"""Members of command objects, parameters and variables."""

from __future__ import annotations

from typing import Any

from remora.engine import commands as c
from remora.engine.binding.metadata import ALL_SETS, CommandMetadata, ParameterMeta, SetSpec
from remora.engine.convert.conversion import convert_to
from remora.engine.convert.text import to_text
from remora.engine.drives import Drive
from remora.engine.errors import PSError, error
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.pathinfo import PathInfo
from remora.engine.providerinfo import CAPABILITIES, ProviderInfo
from remora.engine.scopes import CONSTANT
from remora.engine.types import registry as r
from remora.engine.types.typeref import TypeRef, find_type, register, require, type_from_text
from remora.values.collections import GenericList, TypedArray
from remora.values.tables import OrderedDictionary

_M = "System.Management.Automation."
NO_POSITION = -2147483648
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


def _set_options(info: Any, value: Any) -> None:
    if info.options & CONSTANT:
        kind = "Alias" if isinstance(info, c.AliasInfo) else "Function"
        raise error(
            f"{kind} {info.name} is not writable because it is read-only or constant and cannot be written to.",
            f"{kind}NotWritable", "WriteError", info.name,
            type_name="System.Management.Automation.SessionStateUnauthorizedAccessException",
        )  # fmt: skip
    info.options = int(convert_to(value, "System.Management.Automation.ScopedItemOptions"))


VISIBILITY = NetType(_M + "SessionStateEntryVisibility", r.ENUM, enum={"Public": 0, "Private": 1})


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

    __slots__ = ("metadata", "name")
    net_type = NetType(_M + "CommandParameterSetInfo", OBJECT)

    def __init__(self, name: str, metadata: CommandMetadata) -> None:
        self.name = name
        self.metadata = metadata

    def net_text(self) -> str:
        from remora.engine.binding.syntax import set_text

        return set_text(self.metadata, self.name)

    def parameters(self) -> list[SetParameterView]:
        """Own and common parameters of the set."""
        found = []
        for parameter in self.metadata.all():
            spec = parameter.spec({self.name})
            if spec is not None:
                found.append(SetParameterView(parameter, spec))
        return found


class SetParameterView(NetObject):
    """CommandParameterInfo: a parameter in one set."""

    __slots__ = ("meta", "spec")
    net_type = NetType(_M + "CommandParameterInfo", OBJECT)

    def __init__(self, meta: ParameterMeta, spec: SetSpec) -> None:
        self.meta = meta
        self.spec = spec


class ParameterSetView(NetObject):
    """ParameterSetMetadata: how a parameter takes part in one set."""

    __slots__ = ("spec",)
    net_type = NetType(_M + "ParameterSetMetadata", OBJECT)

    def __init__(self, spec: SetSpec) -> None:
        self.spec = spec


class PSTypeNameView(NetObject):
    """PSTypeName: what a command says it puts out."""

    __slots__ = ("name",)
    net_type = NetType(_M + "PSTypeName", OBJECT)

    def __init__(self, name: str) -> None:
        known = find_type(name)
        self.name = known.name if known is not None else name

    def net_text(self) -> str:
        return self.name


def _named_type(name: str) -> PSTypeNameView:
    made = PSTypeNameView(name)
    made.name = name
    return made


def _command_type(info: c.CommandInfo) -> Any:
    from remora.engine.convert.conversion import convert

    return convert(info.command_type, require(_M + "CommandTypes"))


def _parameters(info: c.CommandInfo) -> Any:
    metadata = info.metadata()
    if metadata is None:
        return None
    return OrderedDictionary({p.name: ParameterView(p) for p in metadata.all()})


def _sets(info: c.CommandInfo) -> Any:
    metadata = info.metadata()
    if metadata is None:
        return []
    return GenericList([SetView(name, metadata) for name in metadata.set_names or (ALL_SETS,)], SetView.net_type.name)


def _output(info: c.CommandInfo) -> list[PSTypeNameView]:
    metadata = info.metadata()
    return [PSTypeNameView(name) for name in metadata.output_type] if metadata is not None else []


def attributes_of(meta: ParameterMeta) -> list[Any]:
    """The attributes of a parameter as objects; one [Parameter] for each set, whether written or not."""
    from remora.engine import attribute as a

    found: list[Any] = []
    for name, spec in meta.sets.items():
        made = a.ParameterAttribute()
        made.set_name, made.mandatory, made.help = name, spec.mandatory, spec.help
        made.position = a.NO_POSITION if spec.position is None else spec.position
        made.pipeline, made.by_property, made.remaining = spec.pipeline, spec.by_property, spec.remaining
        made.dont_show = spec.dont_show
        found.append(made)
    if meta.aliases:
        found.append(a.AliasAttribute(*meta.aliases))
    found.extend(meta.validators)
    found.extend(item for item in meta.objects if not isinstance(item, (a.ParameterAttribute, a.AliasAttribute)))
    return [*found, *_written(meta)]


def _written(meta: ParameterMeta) -> list[Any]:
    from remora.engine.binding.attributes import make_attribute, short_name
    from remora.engine.context import current

    frame = current().active_frame()
    return [make_attribute(frame, n) for n in meta.attributes if short_name(n.type.name) not in ("parameter", "alias")]


def _module(info: c.CommandInfo) -> Any:
    from remora.engine.context import current
    from remora.engine.module.builtin import engine_module

    return info.owner or engine_module(current(), info.module)


def _implementing_type(info: c.CmdletInfo) -> TypeRef:
    """The class of a cmdlet as a type."""
    from remora.engine.types.cmdlets import cmdlet_type

    return cmdlet_type(info)


def _resolved(info: c.CommandInfo) -> c.CommandInfo | None:
    """What an alias stands for at last, through the aliases between; None where no session runs to tell."""
    from remora.engine.context import current

    try:
        context = current()
    except PSError:
        return None
    scope = context.active_frame().scope
    seen: set[str] = set()
    found: c.CommandInfo | None = info
    while isinstance(found, c.AliasInfo) and found.name.lower() not in seen:
        seen.add(found.name.lower())
        found = context.resolver.find(found.target, scope)
    return None if isinstance(found, c.AliasInfo) else found


def _resolved_name(info: c.CommandInfo) -> str | None:
    """The name of what an alias stands for at last; None when there is no such command."""
    found = _resolved(info)
    return None if found is None else str(found.name)


def _commands() -> None:
    k = c.CommandInfo.net_type
    k.property("Name", "System.String")(lambda i: i.name)
    k.property("CommandType")(_command_type)
    k.property("Definition", "System.String")(lambda i: i.definition)
    k.property("Source", "System.String")(lambda i: i.source)
    k.property("Version")(lambda i: i.version)
    k.property("ModuleName", "System.String")(lambda i: i.module)
    k.property("Module", wire=False)(_module)
    k.property("Visibility")(lambda i: convert_to(i.visibility, VISIBILITY.name))
    k.setter("Visibility")(lambda i, value: setattr(i, "visibility", str(convert_to(value, VISIBILITY.name))))
    k.property("Parameters")(_parameters)
    k.property("ParameterSets")(_sets)
    k.property("OutputType")(_output)
    k.property("RemotingCapability", "System.String")(lambda i: "PowerShell")
    k.method("ResolveParameter(string)")(lambda i, name: (_parameters(i) or {}).get(name))
    function = c.FunctionInfo.net_type
    function.property("ScriptBlock", wire=False)(lambda i: i.block)
    function.property("DefaultParameterSet", "System.String")(lambda i: ((m := i.metadata()) and m.default_set) or None)
    function.property("HelpFile", "System.String")(lambda i: None)
    function.property("CmdletBinding", "System.Boolean")(lambda i: bool((m := i.metadata()) and m.advanced))
    function.property("Description", "System.String")(lambda i: i.description)
    function.property("Options")(_options)
    function.property("Verb", "System.String")(lambda i: i.name.partition("-")[0] if "-" in i.name else "")
    function.property("Noun", "System.String")(lambda i: i.name.partition("-")[2])
    cmdlet = c.CmdletInfo.net_type
    cmdlet.property("Verb", "System.String")(lambda i: i.name.partition("-")[0])
    cmdlet.property("Noun", "System.String")(lambda i: i.name.partition("-")[2])
    cmdlet.property("DefaultParameterSet", "System.String")(lambda i: i.cls.spec.default_set)
    cmdlet.property("ImplementingType", wire=False)(_implementing_type)
    alias = c.AliasInfo.net_type
    alias.property("ResolvedCommand", wire=False)(_resolved)
    alias.property("ResolvedCommandName", "System.String")(_resolved_name)
    alias.property("ReferencedCommand", wire=False)(_resolved)
    alias.property("Description", "System.String")(lambda i: i.description)
    alias.setter("Description")(lambda i, value: setattr(i, "description", to_text(value)))
    alias.property("Options")(_options)
    alias.property("DisplayName", "System.String")(lambda i: f"{i.name} -> {_resolved_name(i) or i.target}")
    for described in (function, alias):
        described.setter("Description")(lambda i, value: setattr(i, "description", to_text(value)))
        described.setter("Options")(_set_options)
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
    p.property("IsDynamic", "System.Boolean")(lambda v: v.meta.dynamic)
    p.property("ParameterSets")(lambda v: OrderedDictionary({n: ParameterSetView(s) for n, s in v.meta.sets.items()}))
    p.property("Attributes", wire=False)(lambda v: GenericList(attributes_of(v.meta), "System.Attribute"))
    p.method("ResolveParameter(string)")(lambda v, name: v)
    s = SetView.net_type
    s.property("Name", "System.String")(lambda v: v.name)
    s.property("IsDefault", "System.Boolean")(lambda v: v.name == v.metadata.default_set)
    s.property("Parameters")(lambda v: GenericList(v.parameters(), SetParameterView.net_type.name))
    one = SetParameterView.net_type
    one.property("Name", "System.String")(lambda v: v.meta.name)
    one.property("ParameterType")(lambda v: v.meta.type)
    one.property("IsMandatory", "System.Boolean")(lambda v: v.spec.mandatory)
    one.property("IsDynamic", "System.Boolean")(lambda v: v.meta.dynamic)
    one.property("Aliases")(lambda v: TypedArray(v.meta.aliases, "System.String"))
    one.property("Attributes", wire=False)(lambda v: GenericList(attributes_of(v.meta), "System.Attribute"))
    for net in (one, ParameterSetView.net_type):
        net.property("Position", "System.Int32")(lambda v: NO_POSITION if v.spec.position is None else v.spec.position)
        net.property("ValueFromPipeline", "System.Boolean")(lambda v: v.spec.pipeline)
        net.property("ValueFromPipelineByPropertyName", "System.Boolean")(lambda v: v.spec.by_property)
        net.property("ValueFromRemainingArguments", "System.Boolean")(lambda v: v.spec.remaining)
        net.property("HelpMessage", "System.String")(lambda v: v.spec.help)
    ParameterSetView.net_type.property("IsMandatory", "System.Boolean")(lambda v: v.spec.mandatory)
    name = PSTypeNameView.net_type
    name.constructor("(string name)")(_named_type)
    name.constructor("(type)")(lambda kind: PSTypeNameView(kind.name))
    name.property("Name", "System.String")(lambda v: v.name)
    name.property("Type", wire=False)(lambda v: type_from_text(v.name))


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
    register(
        VISIBILITY, SetView.net_type, SetParameterView.net_type, ParameterSetView.net_type, PSTypeNameView.net_type
    )
    register(ParameterView.net_type, Drive.net_type, PathInfo.net_type, ProviderInfo.net_type, CAPABILITIES)


_commands()
_parameter_members()
