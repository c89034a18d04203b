"""Help objects: one shape for what comments say and what cmdlets declare."""

from __future__ import annotations

import inspect
from typing import Any

from remora.engine import ast
from remora.engine.binding.metadata import ALL_SETS, CommandMetadata, ParameterMeta, SetSpec
from remora.engine.binding.script import constant
from remora.engine.binding.syntax import in_order
from remora.engine.commands import CmdletInfo, CommandInfo, FunctionInfo, ScriptInfo
from remora.engine.convert.text import to_text
from remora.engine.errors import PSError
from remora.engine.help.comments import CommentHelp, block_help, parameter_comment
from remora.engine.help.declared import declared_help
from remora.engine.help.examples import example
from remora.engine.validators import ValidateSet
from remora.values.objects import PSObject

KIND = "MamlCommandHelpInfo"


def made(kind: str, **members: Any) -> PSObject:
    """A part of a help object."""
    found = PSObject.custom(members)
    found.type_names = (f"{KIND}#{kind}", *found.type_names)
    return found


def paragraphs(text: str) -> list[PSObject]:
    """Text as help holds it: a list of paragraphs, none for no text."""
    return [made("para", Text=text)] if text else []


def command_help(info: CommandInfo) -> PSObject:
    """Everything that is known about a command."""
    comments = comment_help(info)
    try:
        metadata = info.metadata()
    except PSError:
        metadata = None
    syntax = _syntax(info, metadata)
    synopsis = comments.synopsis if comments is not None else _doc(info)
    if comments is None and not synopsis:
        synopsis = _plain_syntax(info, metadata)
    if comments is None:
        comments = (declared_help(info.name) if isinstance(info, CmdletInfo) else None) or CommentHelp()
    found = PSObject.custom(
        {
            "details": made(
                "details",
                name=info.name,
                verb=info.name.partition("-")[0] if "-" in info.name else "",
                noun=info.name.partition("-")[2],
                description=paragraphs(synopsis),
            ),
            "description": paragraphs(comments.description),
            "syntax": syntax,
            "parameters": _parameters(info, metadata, comments),
            "inputTypes": _types("inputType", comments.inputs),
            "returnValues": _types("returnValue", comments.outputs or _output(metadata)),
            "alertSet": made("alertSet", alert=paragraphs(comments.notes)) if comments.notes else None,
            "examples": _examples(comments.examples),
            "relatedLinks": _links(comments.links),
            "Name": info.name,
            "Category": info.command_type,
            "Synopsis": synopsis,
            "Component": comments.component or None,
            "Role": comments.role or None,
            "Functionality": comments.functionality or None,
            "ModuleName": info.module,
        }
    )
    found.type_names = (KIND, "HelpInfo", *found.type_names)
    for name in [name for name, value in found.extended.items() if value is None and name[0].islower()]:
        del found.extended[name]
    return found


def comment_help(info: CommandInfo) -> CommentHelp | None:
    """What comments say about a command."""
    return block_help(info.block) if isinstance(info, (FunctionInfo, ScriptInfo)) else None


def _doc(info: CommandInfo) -> str:
    return " ".join((inspect.getdoc(info.cls) or "").split("\n\n")[0].split()) if isinstance(info, CmdletInfo) else ""


def _output(metadata: CommandMetadata | None) -> list[str]:
    return list(metadata.output_type) if metadata is not None else []


# -- syntax ------------------------------------------------------------------------------------------------------------


def type_name(parameter: ParameterMeta) -> str:
    """The short .NET name of the parameter's type."""
    try:
        kind = parameter.type
    except PSError:
        return parameter.type_name
    return f"{kind.element.short_name}[]" if kind.element is not None else kind.short_name


def choices(parameter: ParameterMeta) -> list[str]:
    """The values a parameter may have, when they are a closed set."""
    for validator in parameter.validators:
        if isinstance(validator, ValidateSet):
            return list(validator.valid_values())
    for node in parameter.attributes:
        if node.type.name.lower() in ("validateset", "validatesetattribute"):
            return [to_text(constant(value)) for value in node.positional]
    try:
        return list(parameter.type.net.enum or ())
    except PSError:
        return []


def _syntax(info: CommandInfo, metadata: CommandMetadata | None) -> PSObject:
    items = []
    name = info.definition if isinstance(info, ScriptInfo) and info.path else info.name
    for set_name in (metadata.set_names or (ALL_SETS,)) if metadata is not None else ():
        assert metadata is not None
        own = metadata.parameters.values()
        chosen = [(p, s) for p in own if (s := p.spec({set_name})) is not None and not s.dont_show]
        ordered = in_order(metadata, set_name) if isinstance(info, CmdletInfo) else chosen
        parameters = [_parameter(p, s, in_syntax=True) for p, s in ordered]
        if metadata.should_process:
            extra = [p for n, p in metadata.common.items() if n in ("whatif", "confirm")]
            parameters.extend(_parameter(p, SetSpec(), in_syntax=True) for p in extra)
        items.append(made("syntaxItem", name=name, CommonParameters=metadata.advanced, parameter=parameters))
    return made("syntax", syntaxItem=items)


def _plain_syntax(info: CommandInfo, metadata: CommandMetadata | None) -> str:
    """The synopsis of a command without help: how it is called."""
    from remora.engine.help.text import syntax_item

    items = _syntax(info, metadata).extended["syntaxItem"] if metadata is not None else []
    return "".join(f"\n{syntax_item(item)}\n" for item in items)


def _parameter(
    parameter: ParameterMeta, spec: SetSpec, *, in_syntax: bool = False, text: str = "", default: str = ""
) -> PSObject:
    ways = [way for way, on in (("ByValue", spec.pipeline), ("ByPropertyName", spec.by_property)) if on]
    members: dict[str, Any] = {
        "description": paragraphs(text),
        "defaultValue": default,
        "name": parameter.name,
        "type": made("type", name=type_name(parameter)),
        "required": "true" if spec.mandatory else "false",
        "variableLength": "true" if parameter.type_name.endswith("[]") else "false",
        "globbing": "true" if _has_attribute(parameter, "supportswildcards") else "false",
        "pipelineInput": f"true ({', '.join(ways)})" if ways else "false",
        "position": "named" if spec.position is None else str(spec.position + 1),
        "aliases": ", ".join(parameter.aliases) or "none",
        "isDynamic": "true" if parameter.dynamic else "false",
    }
    values = choices(parameter)
    if values:
        members["parameterValueGroup"] = made("parameterValueGroup", parameterValue=values)
    if not (in_syntax and parameter.is_switch):
        members["parameterValue"] = PSObject(
            ("System.String", "System.Object"),
            base=type_name(parameter),
            extended={
                "required": "false" if parameter.is_switch else "true",
                "variableLength": members["variableLength"],
            },
        )
    return made("parameter", **members)


def _has_attribute(parameter: ParameterMeta, name: str) -> bool:
    return any(node.type.name.lower().removesuffix("attribute") == name for node in parameter.attributes)


def _default(node: ast.ParameterNode | None) -> str:
    if node is None:
        return ""
    for attribute in node.attributes:
        if attribute.type.name.lower().removesuffix("attribute") == "psdefaultvalue":
            given = {key.lower(): value for key, value in attribute.named}
            shown = given.get("help") or given.get("value")
            return to_text(constant(shown)) if shown is not None else ""
    if node.default is None:
        return ""
    return node.default.value if isinstance(node.default, ast.StringConstant) else node.default.extent.text


def _parameters(info: CommandInfo, metadata: CommandMetadata | None, comments: CommentHelp) -> PSObject:
    nodes: dict[str, ast.ParameterNode] = {}
    notes: dict[str, str] = {}
    block = info.block.code.node.params if isinstance(info, (FunctionInfo, ScriptInfo)) else None
    previous = block.extent.start if block is not None else 0
    for node in block.parameters if block is not None else ():
        nodes[node.name.lower()] = node
        notes[node.name.lower()] = parameter_comment(node, previous)
        previous = node.extent.end
    out = []
    for folded, parameter in metadata.parameters.items() if metadata is not None else ():
        spec = parameter.spec(None) or SetSpec()
        text = comments.parameters.get(folded) or notes.get(folded, "") or spec.help
        out.append(_parameter(parameter, spec, text=text, default=_default(nodes.get(folded))))
    return made("parameters", parameter=out)


# -- the rest ----------------------------------------------------------------------------------------------------------


def _types(kind: str, names: list[str]) -> PSObject | None:
    if not names:
        return None
    return made(f"{kind}s", **{kind: [made(kind, type=made("type", name=name)) for name in names]})


def _examples(texts: list[str]) -> PSObject | None:
    items = []
    for number, text in enumerate(texts, 1):
        prompt, code, remarks = example(text)
        items.append(
            made(
                "example",
                title=f"-------------------------- EXAMPLE {number} --------------------------",
                introduction=paragraphs(prompt),
                code=code,
                remarks=[made("para", Text=line) for line in (remarks, "", "", "", "")],
            )
        )
    return made("examples", example=items) if items else None


def _links(texts: list[str]) -> PSObject | None:
    items = [
        made(
            "navigationLink", **({"uri": text} if text.lower().startswith(("http:", "https:")) else {"linkText": text})
        )
        for text in texts
    ]
    return made("relatedLinks", navigationLink=items) if items else None
