"""[System.Management.Automation.ProxyCommand] and CommandMetadata: the text of functions that stand for commands."""

from __future__ import annotations

from typing import Any

from remora.engine import attribute as a
from remora.engine import validators as v
from remora.engine.binding.metadata import ALL_SETS, CommandMetadata, ParameterMeta, SetSpec
from remora.engine.commands import CommandInfo
from remora.engine.convert.text import to_text
from remora.engine.errors import error
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.accelerators import accelerator_of
from remora.engine.types.commandinfo import ParameterView, attributes_of
from remora.engine.types.registry import type_of, unwrap
from remora.engine.types.typeref import register
from remora.values.enums import EnumValue
from remora.values.tables import OrderedDictionary

_M = "System.Management.Automation."
PROXY = NetType(_M + "ProxyCommand", OBJECT)


class MetadataView(NetObject):
    """CommandMetadata of a command."""

    __slots__ = ("info", "name")
    net_type = NetType(_M + "CommandMetadata", OBJECT)

    def __init__(self, info: CommandInfo) -> None:
        self.info = info
        self.name = info.name

    @property
    def metadata(self) -> CommandMetadata:
        return self.info.metadata() or CommandMetadata({}, advanced=False)


def _view(given: Any) -> MetadataView:
    inner = unwrap(given)
    if isinstance(inner, MetadataView):
        return inner
    if isinstance(inner, CommandInfo):
        return MetadataView(inner)
    raise error(
        "Value cannot be null. (Parameter 'commandMetadata')",
        "ArgumentNull",
        "InvalidArgument",
        type_name=_M + "PSArgumentNullException",
    )


def quoted(text: str) -> str:
    """A text between single quotes."""
    return "'" + text.replace("'", "''") + "'"


# -- parameters --------------------------------------------------------------------------------------------------------


def _set_text(name: str, spec: SetSpec) -> str:
    parts = [f"ParameterSetName={quoted(name)}"] if name != ALL_SETS else []
    for holds, word in (
        (spec.mandatory, "Mandatory=$true"),
        (spec.position is not None, f"Position={spec.position}"),
        (spec.pipeline, "ValueFromPipeline=$true"),
        (spec.by_property, "ValueFromPipelineByPropertyName=$true"),
        (spec.remaining, "ValueFromRemainingArguments=$true"),
        (bool(spec.help), f"HelpMessage={quoted(spec.help)}"),
        (spec.dont_show, "DontShow=$true"),
    ):
        if holds:
            parts.append(word)
    return f"[Parameter({', '.join(parts)})]" if parts else ""


def _bound(value: Any) -> str:
    inner = unwrap(value)
    if isinstance(inner, EnumValue):
        return f"[{type_of(inner).name}]::{to_text(inner)}"
    return quoted(inner) if isinstance(inner, str) else to_text(inner)


def _range(item: v.ValidateRange) -> str:
    if item.kind:
        from remora.engine.validators.ranges import KIND_NAMES

        return f"[ValidateRange([{_M}ValidateRangeKind]::{KIND_NAMES[item.kind]})]"
    bounds = [unwrap(item.low), unwrap(item.high)]
    if sum(isinstance(bound, EnumValue) for bound in bounds) == 1:
        bounds = [int(bound) if isinstance(bound, EnumValue) else bound for bound in bounds]
    return f"[ValidateRange({', '.join(_bound(bound) for bound in bounds)})]"


def attribute_text(item: Any) -> str:
    """An attribute as a param block has it; nothing for those that say only what the parameter sets say."""
    name = type_of(item).name.rpartition(".")[2].removesuffix("Attribute")
    if isinstance(item, v.ValidateRange):
        return _range(item)
    if isinstance(item, (v.ValidateLength, v.ValidateCount)):
        return f"[{name}({item.low}, {item.high})]"
    if isinstance(item, v.ValidatePattern):
        return f"[ValidatePattern({quoted(item.pattern)})]"
    if isinstance(item, v.ValidateSet):
        return f"[ValidateSet({','.join(quoted(one) for one in item.valid_values())})]"
    if isinstance(item, v.ValidateScript):
        return f"[ValidateScript({{ {item.text} }})]"
    if isinstance(item, a.TextAttribute) and "PSTypeName" in item.values:
        return f"[PSTypeName({quoted(to_text(item.values['PSTypeName']))})]"
    if isinstance(item, (a.Flag, v.ValidateNotNull, v.ValidateNotNullOrEmpty)):
        return f"[{name}()]"
    return ""


def _parameter_text(parameter: ParameterMeta, advanced: bool) -> str:
    lines = [_set_text(name, spec) for name, spec in parameter.sets.items()] if advanced else []
    if parameter.aliases:
        lines.append(f"[Alias({','.join(quoted(alias) for alias in parameter.aliases)})]")
    lines.extend(attribute_text(item) for item in attributes_of(parameter))
    if parameter.typed:
        full = parameter.type.name
        lines.append(f"[{accelerator_of(full) or full}]")
    lines.append(f"${{{parameter.name}}}")
    return "\n    ".join(line for line in lines if line)


def _param_block(given: Any) -> str:
    metadata = _view(given).metadata
    own = [_parameter_text(p, metadata.advanced) for p in metadata.parameters.values() if not p.dynamic]
    return ",\n\n".join(f"    {text}" for text in own)


def _binding(given: Any) -> str:
    metadata = _view(given).metadata
    parts = [f"DefaultParameterSetName={quoted(metadata.default_set)}"] if metadata.default_set else []
    if metadata.should_process:
        parts.append("SupportsShouldProcess=$true")
        if metadata.confirm_impact.lower() != "medium":
            parts.append(f"ConfirmImpact={quoted(metadata.confirm_impact)}")
    if metadata.paging:
        parts.append("SupportsPaging=$true")
    return f"[CmdletBinding({', '.join(parts)})]" if metadata.advanced else ""


# -- bodies ------------------------------------------------------------------------------------------------------------


def _guarded(step: str) -> str:
    return f"    try {{\n        {step}\n    }} catch {{\n        throw\n    }}\n"


def _begin(given: Any) -> str:
    view = _view(given)
    kind = f"[{_M}CommandTypes]::{view.info.command_type}"
    name = view.name if view.info.command_type != "Cmdlet" else f"{view.info.module}\\{view.name}"
    found = f"$ExecutionContext.InvokeCommand.GetCommand({quoted(name)}, {kind})"
    return _guarded(
        "$outBuffer = $null\n"
        "        if ($PSBoundParameters.TryGetValue('OutBuffer', [ref]$outBuffer))\n        {\n"
        "            $PSBoundParameters['OutBuffer'] = 1\n        }\n\n"
        f"        $wrappedCmd = {found}\n"
        "        $scriptCmd = {& $wrappedCmd @PSBoundParameters }\n\n"
        "        $steppablePipeline = $scriptCmd.GetSteppablePipeline($myInvocation.CommandOrigin)\n"
        "        $steppablePipeline.Begin($PSCmdlet)"
    )


def _process(given: Any) -> str:
    return _guarded("$steppablePipeline.Process($_)")


def _end(given: Any) -> str:
    return _guarded("$steppablePipeline.End()")


def _clean(given: Any) -> str:
    return "    if ($null -ne $steppablePipeline) {\n        $steppablePipeline.Clean()\n    }\n"


def _dynamic(given: Any) -> str:
    view = _view(given)
    block = getattr(view.info, "block", None)
    if block is None or block.code.node.dynamic is None:
        return ""
    name = quoted(view.name)
    return _guarded(
        f"$targetCmd = $ExecutionContext.InvokeCommand.GetCommand({name}, [{_M}CommandTypes]::{view.info.command_type},"
        " $PSBoundParameters)\n"
        f"        $dynamicParams = @($targetCmd.Parameters.GetEnumerator() | "
        "Microsoft.PowerShell.Core\\Where-Object { $_.Value.IsDynamic })\n"
        "        if ($dynamicParams.Length -gt 0)\n        {\n"
        f"            $paramDictionary = [{_M}RuntimeDefinedParameterDictionary]::new()\n"
        "            foreach ($param in $dynamicParams)\n            {\n"
        "                $param = $param.Value\n"
        "                if(-not $MyInvocation.MyCommand.Parameters.ContainsKey($param.Name))\n                {\n"
        f"                    $dynParam = [{_M}RuntimeDefinedParameter]::new($param.Name, $param.ParameterType,"
        " $param.Attributes)\n"
        "                    $paramDictionary.Add($param.Name, $dynParam)\n                }\n            }\n\n"
        "            return $paramDictionary\n        }"
    )


def _create(given: Any, help: Any = None, dynamic: Any = True) -> str:
    """The whole body of a proxy function."""
    view = _view(given)
    parts = [f"{_binding(view)}\nparam(\n{_param_block(view)})\n\n"]
    blocks = [("dynamicparam", _dynamic(view) if dynamic else "")]
    blocks += [("begin", _begin(view)), ("process", _process(view)), ("end", _end(view)), ("clean", _clean(view))]
    parts.extend(f"{name}\n{{\n{body}}}\n\n" for name, body in blocks if body)
    comment = (
        to_text(help)
        if help
        else f".ForwardHelpTargetName {view.name}\n.ForwardHelpCategory {view.info.command_type}\n"
    )
    parts.append(f"<#\n\n{comment}\n#>\n")
    return "".join(parts)


def register_types() -> None:
    """The two types by name."""
    register(PROXY, MetadataView.net_type)


def _declare() -> None:
    PROXY.static("Create(object)", "Create(object, string)", "Create(object, string, bool)", returns="string")(_create)
    for name, text in (
        ("GetCmdletBindingAttribute", _binding),
        ("GetParamBlock", _param_block),
        ("GetBegin", _begin),
        ("GetProcess", _process),
        ("GetEnd", _end),
        ("GetClean", _clean),
        ("GetDynamicParam", _dynamic),
    ):
        PROXY.static(f"{name}(object)", returns="string")(text)
    k = MetadataView.net_type
    k.constructor("(object)")(_view)
    k.property("Name", "System.String")(lambda m: m.name)
    k.setter("Name")(lambda m, value: setattr(m, "name", to_text(value)))
    k.property("CommandType")(lambda m: m.info.command_type)
    k.property("DefaultParameterSetName", "System.String")(lambda m: m.metadata.default_set)
    k.property("SupportsShouldProcess", "System.Boolean")(lambda m: m.metadata.should_process)
    k.property("SupportsPaging", "System.Boolean")(lambda m: m.metadata.paging)
    k.property("ConfirmImpact", "System.String")(lambda m: m.metadata.confirm_impact)
    k.property("PositionalBinding", "System.Boolean")(lambda m: True)
    k.property("Parameters")(
        lambda m: OrderedDictionary({p.name: ParameterView(p) for p in m.metadata.parameters.values()})
    )


_declare()
