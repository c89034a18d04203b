"""Metadata of script code: what a param block and its attributes declare."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from remora.engine import ast
from remora.engine.binding.attributes import checks_maker, short_name, unknown_property
from remora.engine.binding.metadata import ALL_SETS, CommandMetadata, ParameterMeta, SetSpec
from remora.engine.convert.numbers import to_int
from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true
from remora.engine.errors import error

if TYPE_CHECKING:
    from remora.engine.frame import Frame


def constant(node: ast.Expr | None) -> Any:
    """The value of an attribute argument that must be constant; a key alone is true."""
    if node is None:
        return True
    if isinstance(node, (ast.Constant, ast.StringConstant)):
        return node.value
    if isinstance(node, ast.Variable) and node.name.lower() in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[node.name.lower()]
    if isinstance(node, ast.ArrayLiteral):
        return [constant(item) for item in node.items]
    if isinstance(node, (ast.ArrayExpr, ast.Paren, ast.SubExpr)):
        return _inner_constant(node)
    if isinstance(node, ast.TypeLiteral):
        return node.type.full()
    if isinstance(node, ast.Unary) and node.op == "-":
        return -constant(node.operand)
    if isinstance(node, ast.Member) and isinstance(node.name, ast.StringConstant):
        return node.name.value
    if isinstance(node, ast.Cast):
        return constant(node.operand)
    return node.extent.text


def _inner_constant(node: ast.ArrayExpr | ast.Paren | ast.SubExpr) -> Any:
    from remora.engine.compile.core import single_expression

    if isinstance(node, ast.Paren):
        only = single_expression(node.pipeline)
        return constant(only) if only is not None else node.extent.text
    values = [constant(only) for s in node.body.statements if (only := single_expression(s)) is not None]
    return values[0] if len(values) == 1 and isinstance(values[0], list) else values


_BINDING_PROPERTIES = (
    "confirmimpact", "defaultparametersetname", "helpuri", "positionalbinding", "remotingcapability",
    "supportspaging", "supportsshouldprocess", "supportstransactions",
)  # fmt: skip


def script_metadata(block: ast.ParamBlock) -> CommandMetadata:
    """Metadata of script code from its param block."""
    advanced = any(short_name(a.type.name) == "parameter" for p in block.parameters for a in p.attributes)
    options: dict[str, Any] = {}
    output: list[str] = []
    for attribute in block.attributes:
        short = short_name(attribute.type.name)
        if short == "cmdletbinding":
            advanced = True
            for key, value in attribute.named:
                if key.lower() not in _BINDING_PROPERTIES:
                    raise unknown_property(key, "System.Management.Automation.CmdletBindingAttribute")
                options[key.lower()] = constant(value)
        elif short == "outputtype":
            output.extend(to_text(item) for value in attribute.positional for item in _as_list(constant(value)))
    parameters = _parameters(block, automatic=is_true(options.get("positionalbinding", True)))
    return CommandMetadata(
        parameters,
        to_text(options.get("defaultparametersetname", "")),
        advanced,
        is_true(options.get("supportsshouldprocess", False)),
        tuple(output),
        confirm_impact=to_text(options.get("confirmimpact", "Medium")),
        paging=is_true(options.get("supportspaging", False)),
    )


def _parameters(block: ast.ParamBlock, *, automatic: bool) -> dict[str, ParameterMeta]:
    """The parameters in order; positions are given in that order unless one is written or a set is named."""
    parameters = {node.name.lower(): _parameter(node) for node in block.parameters}
    placed = any(
        name != ALL_SETS or spec.position is not None for p in parameters.values() for name, spec in p.sets.items()
    )
    if automatic and not placed:
        position = 0
        for parameter in parameters.values():
            if not parameter.is_switch:
                parameter.sets[ALL_SETS].position = position
                position += 1
    return parameters


def _parameter(node: ast.ParameterNode) -> ParameterMeta:
    sets: dict[str, SetSpec] = {}
    aliases: list[str] = []
    shorts: set[str] = set()
    values: dict[str, str] = {}
    for attribute in node.attributes:
        short = short_name(attribute.type.name)
        shorts.add(short)
        if short == "parameter":
            set_name, spec = _parameter_attribute(attribute)
            sets[set_name] = spec
        elif short == "alias":
            aliases.extend(to_text(item) for value in attribute.positional for item in _as_list(constant(value)))
        elif short in ("pstypename", "obsolete"):
            values[short] = to_text(constant(attribute.positional[0])) if attribute.positional else ""
    return ParameterMeta(
        node.name,
        node.types[0].full() if node.types else "object",
        sets or {ALL_SETS: SetSpec()},
        tuple(aliases),
        allow_null="allownull" in shorts,
        allow_empty_string="allowemptystring" in shorts,
        allow_empty_collection="allowemptycollection" in shorts,
        default=_default(node),
        make_checks=checks_maker(node.attributes),
        typed=bool(node.types),
        ps_type=values.get("pstypename", ""),
        obsolete=values.get("obsolete"),
        attributes=node.attributes,
        type_node=node.types[0] if node.types else None,
    )


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _default(node: ast.ParameterNode) -> Callable[[Frame], Any] | None:
    if node.default is None:
        return None
    from remora.engine.compile.core import expression

    return expression(node.default)


_FIELDS = {
    "mandatory": "mandatory",
    "valuefrompipeline": "pipeline",
    "valuefrompipelinebypropertyname": "by_property",
    "valuefromremainingarguments": "remaining",
    "dontshow": "dont_show",
}
_HELP = ("helpmessage", "helpmessagebasename", "helpmessageresourceid")
_TEXTS = ("experimentname", "experimentaction")


def _parameter_attribute(attribute: ast.AttributeNode) -> tuple[str, SetSpec]:
    set_name = ALL_SETS
    spec = SetSpec()
    for key, node in attribute.named:
        value = constant(node)
        folded = key.lower()
        if folded in _FIELDS:
            setattr(spec, _FIELDS[folded], is_true(value))
        elif folded == "position":
            spec.position = to_int(value)
        elif folded == "parametersetname":
            set_name = to_text(value) or ALL_SETS
        elif folded in _HELP:
            spec.help = to_text(value)
            if not spec.help:
                raise error(
                    f"The argument value for the parameter '{key}' cannot be null or an empty string.",
                    "Argument",
                    "InvalidArgument",
                    type_name="System.Management.Automation.PSArgumentException",
                )
        elif folded not in _TEXTS:
            raise unknown_property(key, "System.Management.Automation.ParameterAttribute")
    return set_name, spec
