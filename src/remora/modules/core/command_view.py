"""Commands as Get-Command shows them: with dynamic parameters, as syntax, as plain objects."""

from __future__ import annotations

import copy
from typing import Any

from remora.engine.arguments import Argument, ParameterText
from remora.engine.binding.metadata import ALL_SETS, CommandMetadata, ParameterMeta, SetSpec
from remora.engine.binding.syntax import syntax_lines, syntax_text
from remora.engine.commands import AliasInfo, CommandInfo, FunctionInfo, ScriptInfo
from remora.engine.context import EngineContext
from remora.engine.convert import to_text
from remora.engine.errors import PSError
from remora.engine.frame import Frame
from remora.engine.invocation import InvocationInfo
from remora.engine.pipeline.blocks import BlockProcessor
from remora.engine.pipeline.processor import drop
from remora.engine.pipeline.run import Call, CommandCode
from remora.engine.session import SessionState
from remora.engine.streams import SilentHost
from remora.engine.validators import ValidateSet
from remora.modules.common import custom
from remora.values import PSObject


def syntax_of(info: CommandInfo, name: str) -> str:
    """What -Syntax prints for a command, under the name it was asked for; an alias says what it stands for."""
    metadata = info.metadata()
    if metadata is None:
        return info.definition
    alias = name != info.name
    if isinstance(info, ScriptInfo):
        lines = "\n".join(syntax_lines(name, metadata))
        return f"{name} (alias) -> {info.definition}\n\n{lines}" if alias else lines
    text = syntax_text(name, metadata)
    return f"{name} (alias) -> {info.name}\n{text}" if alias else text


def with_arguments(session: SessionState, info: CommandInfo, values: list[Any]) -> CommandInfo:
    """The command with the dynamic parameters it has for these arguments. Raises PSError for metadata that is wrong."""
    if not isinstance(info, FunctionInfo) or info.block.code.node.dynamic is None:
        return info
    made = copy.copy(info)
    made.known_metadata = _dynamic(session.context, info, _arguments(values))
    return made


def _arguments(values: list[Any]) -> list[Argument]:
    """``-Name value`` pairs of -ArgumentList as arguments."""
    out: list[Argument] = []
    for value in values:
        if isinstance(value, ParameterText):
            out.append(Argument(value.name, None, False))
        elif isinstance(value, str) and value.startswith("-") and value[1:2].isalpha():
            out.append(Argument(value[1:].rstrip(":"), None, False))
        else:
            out.append(Argument(None, value, True))
    return out


def _dynamic(context: EngineContext, info: FunctionInfo, arguments: list[Argument]) -> CommandMetadata:
    frame = context.active_frame()
    inner = Frame(context, frame.scope, drop, frame.sinks)
    code = CommandCode(name=info.name, name_of=None, operator="", arguments=lambda f: [])
    processor = BlockProcessor(Call(inner, code, info, info.name, InvocationInfo(info, None)), info, arguments)
    host, context.host = context.host, SilentHost()
    try:
        processor.prepare()
    except PSError as problem:
        if problem.record.category == "MetadataError":
            raise
    finally:
        context.host = host
        processor.dispose()
    return processor.metadata


def show_command(info: CommandInfo) -> PSObject:
    """A command as plain properties, as a window that asks for parameters wants it."""
    metadata = info.metadata() if not isinstance(info, AliasInfo) else None
    sets = []
    for name in (metadata.set_names or (ALL_SETS,)) if metadata is not None else ():
        assert metadata is not None
        chosen = [(p, s) for p in metadata.all() if (s := p.spec({name})) is not None]
        sets.append(
            custom(Name=name, IsDefault=name == metadata.default_set, Parameters=[_parameter(p, s) for p, s in chosen])
        )
    return custom(
        Name=info.name,
        ModuleName=info.module,
        Module=custom(Name=info.module),
        CommandType=info.command_type,
        Definition=info.definition,
        ParameterSets=sets,
    )


def _parameter(parameter: ParameterMeta, spec: SetSpec) -> PSObject:
    allowed = next((v for v in parameter.validators if isinstance(v, ValidateSet)), None)
    kind = parameter.type
    return custom(
        Name=parameter.name,
        IsMandatory=spec.mandatory,
        ValueFromPipeline=spec.pipeline,
        Position=-2147483648 if spec.position is None else spec.position,
        ParameterType=custom(
            FullName=kind.name,
            IsEnum=kind.net.enum is not None,
            IsArray=kind.element is not None,
            ElementType=custom(FullName=kind.element.name) if kind.element is not None else None,
            HasFlagAttribute=kind.net.flags,
            EnumValues=[to_text(name) for name in kind.net.enum or ()],
            ImplementsDictionary=kind.net.is_a("System.Collections.IDictionary"),
        ),
        HasParameterSet=allowed is not None,
        ValidParamSetValues=list(allowed.valid_values()) if allowed is not None else [],
    )
