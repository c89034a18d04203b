"""Attributes of param blocks and typed variables: from syntax to metadata and validators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.engine import ast
from remora.engine.binding.metadata import ALL_SETS, CommandMetadata, ParameterMeta, SetSpec
from remora.engine.convert.numbers import to_int
from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true
from remora.engine.errors import PSError, error
from remora.engine.nothing import NOTHING, collected
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import unwrap
from remora.engine.validators import (
    ValidateCount,
    ValidateLength,
    ValidateNotNull,
    ValidateNotNullOrEmpty,
    ValidatePattern,
    ValidateRange,
    ValidateScript,
    ValidateSet,
    Validator,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from remora.engine.code import ScriptCode
    from remora.engine.frame import Frame


def _short(name: str) -> str:
    folded = name.lower().rpartition(".")[2]
    return folded.removesuffix("attribute")


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


# -- script metadata ---------------------------------------------------------------------------------------------------


def script_metadata(code: ScriptCode) -> CommandMetadata:
    """Metadata of a script block from its param block."""
    block = code.node.params
    if block is None:
        return CommandMetadata({}, advanced=False)
    advanced = any(_short(a.type.name) == "cmdletbinding" for a in block.attributes)
    advanced = advanced or any(_short(a.type.name) == "parameter" for p in block.parameters for a in p.attributes)
    options: dict[str, Any] = {}
    output: list[str] = []
    for attribute in block.attributes:
        if _short(attribute.type.name) == "cmdletbinding":
            options.update((key.lower(), constant(value)) for key, value in attribute.named)
        elif _short(attribute.type.name) == "outputtype":
            output.extend(to_text(constant(value)) for value in attribute.positional)
    positional = is_true(options.get("positionalbinding", True))
    parameters: dict[str, ParameterMeta] = {}
    explicit = any(
        key.lower() == "position"
        for p in block.parameters
        for a in p.attributes
        if _short(a.type.name) == "parameter"
        for key, _ in a.named
    )
    for index, node in enumerate(block.parameters):
        automatic = index if positional and not explicit else None
        parameters[node.name.lower()] = _parameter(node, automatic)
    return CommandMetadata(
        parameters,
        to_text(options.get("defaultparametersetname", "")),
        advanced,
        is_true(options.get("supportsshouldprocess", False)),
        tuple(output),
    )


def _parameter(node: ast.ParameterNode, automatic: int | None) -> ParameterMeta:
    sets: dict[str, SetSpec] = {}
    aliases: list[str] = []
    flags: set[str] = set()
    checks: list[ast.AttributeNode] = []
    type_name = node.types[0].full() if node.types else "object"
    is_switch = type_name.lower() in (
        "switch",
        "switchparameter",
        "system.management.automation.switchparameter",
        "management.automation.switchparameter",
    )
    for attribute in node.attributes:
        short = _short(attribute.type.name)
        if short == "parameter":
            set_name, spec = _parameter_attribute(attribute)
            sets[set_name] = spec
        elif short == "alias":
            aliases.extend(to_text(item) for value in attribute.positional for item in _as_list(constant(value)))
        elif short in ("allownull", "allowemptystring", "allowemptycollection"):
            flags.add(short)
        elif short.startswith("validate"):
            checks.append(attribute)
    if not sets:
        sets[ALL_SETS] = SetSpec()
    if automatic is not None and not is_switch:
        for spec in sets.values():
            if spec.position is None and not spec.remaining:
                spec.position = automatic
    return ParameterMeta(
        node.name,
        type_name,
        sets,
        tuple(aliases),
        allow_null="allownull" in flags,
        allow_empty_string="allowemptystring" in flags,
        allow_empty_collection="allowemptycollection" in flags,
        default=_default(node),
        make_validators=(lambda f: tuple(make_validator(f, check) for check in checks)) if checks else None,
        typed=bool(node.types),
        attributes=node.attributes,
    )


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _default(node: ast.ParameterNode) -> Callable[[Frame], Any] | None:
    if node.default is None:
        return None
    from remora.engine.compile.core import expression

    return expression(node.default)


def _parameter_attribute(attribute: ast.AttributeNode) -> tuple[str, SetSpec]:
    set_name = ALL_SETS
    spec = SetSpec()
    for key, node in attribute.named:
        value = constant(node)
        folded = key.lower()
        if folded == "mandatory":
            spec.mandatory = is_true(value)
        elif folded == "position":
            spec.position = to_int(value)
        elif folded == "parametersetname":
            set_name = to_text(value)
        elif folded == "valuefrompipeline":
            spec.pipeline = is_true(value)
        elif folded == "valuefrompipelinebypropertyname":
            spec.by_property = is_true(value)
        elif folded == "valuefromremainingarguments":
            spec.remaining = is_true(value)
        elif folded == "helpmessage":
            spec.help = to_text(value)
        elif folded not in (
            "dontshow",
            "helpmessagebasename",
            "helpmessageresourceid",
            "experimentname",
            "experimentaction",
        ):
            raise error(f"Property '{key}' cannot be found for type 'System.Management.Automation.ParameterAttribute'.",
                        "PropertyNotFoundForType", "ParserError", key)  # fmt: skip
    return set_name, spec


# -- validators --------------------------------------------------------------------------------------------------------


def make_validator(f: Frame, attribute: ast.AttributeNode) -> Validator:
    """The validator an attribute declares; its arguments are evaluated in the frame."""
    from remora.engine.compile.core import expression

    short = _short(attribute.type.name)
    values: list[Any] = []
    for node in attribute.positional:
        value = unwrap(expression(node)(f))
        values.extend(value if isinstance(value, list) else [value])
    named = {key.lower(): (True if node is None else expression(node)(f)) for key, node in attribute.named}
    message = to_text(named.get("errormessage", ""))
    ignore_case = is_true(named.get("ignorecase", True))
    if short == "validateset":
        return ValidateSet(*[to_text(v) for v in values], ignore_case=ignore_case, error_message=message)
    if short == "validaterange":
        return ValidateRange(*values[:2])
    if short == "validatelength":
        return ValidateLength(to_int(values[0]), to_int(values[1]))
    if short == "validatecount":
        return ValidateCount(to_int(values[0]), to_int(values[1]))
    if short == "validatepattern":
        return ValidatePattern(to_text(values[0]), error_message=message)
    if short == "validatescript" and isinstance(values[0], ScriptBlock):
        block = values[0]
        return ValidateScript(
            lambda item: is_true(collected(block.invoke(dollar_under=item))), block.text, error_message=message
        )
    if short == "validatenotnull":
        return ValidateNotNull()
    if short in ("validatenotnullorempty", "validatenotnullorwhitespace"):
        return ValidateNotNullOrEmpty(white_space=short.endswith("whitespace"))
    raise error(
        f"Cannot find the type for custom attribute '{attribute.type.name}'.",
        "CustomAttributeTypeNotFound",
        "InvalidOperation",
        attribute.type.name,
    )


def variable_validators(f: Frame, attributes: list[ast.AttributeNode]) -> list[Callable[[Any], Any]]:
    """Converters for ``[ValidateRange(1,5)]$x = ...``: each checks and returns the value."""
    checks = [a for a in attributes if _short(a.type.name).startswith("validate")]
    return [_checking(make_validator(f, attribute)) for attribute in checks]


def _checking(validator: Validator) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        value = None if value is NOTHING else value
        try:
            validator.check(value)
        except PSError as problem:
            raise error(
                f"The variable cannot be validated because the value {to_text(value)} is not a valid value for "
                "the variable.",
                "ValidateSetFailure",
                "MetadataError",
                type_name="System.Management.Automation.ValidationMetadataException",
                inner=problem.record.exception,
            ) from None
        return value

    return check
