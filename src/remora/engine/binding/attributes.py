"""Attributes as written, made into objects: validators and transformations of parameters and variables."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from remora.engine import ast
from remora.engine import attribute as a
from remora.engine.convert.conversion import convert_to
from remora.engine.convert.numbers import to_int
from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true
from remora.engine.errors import PSError, error
from remora.engine.nettype import NetType
from remora.engine.nothing import NOTHING, collected
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import type_of, unwrap
from remora.engine.types.typeref import TypeRef
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
    from remora.engine.frame import Frame

Transform = Callable[[Any], Any]
Checks = tuple[tuple[Transform, ...], tuple[Validator, ...]]


def short_name(name: str) -> str:
    """The folded name of an attribute without namespace and ``Attribute``."""
    folded = name.lower().rpartition(".")[2]
    return folded.removesuffix("attribute") or folded


SILENT: Final = frozenset(
    ("parameter", "alias", "cmdletbinding", "outputtype", "dynamicparam", *a.FLAGS, *a.VALUED)
) - {"credential"}


def checks_of(f: Frame, attributes: tuple[ast.AttributeNode, ...]) -> Checks:
    """Transformations and validators that these attributes ask for, in the order written."""
    transforms: list[Transform] = []
    validators: list[Validator] = []
    for node in attributes:
        if short_name(node.type.name) in SILENT:
            continue
        made = make_attribute(f, node)
        if isinstance(made, Validator):
            validators.append(made)
            continue
        kind = type_of(unwrap(made))
        if kind.is_a(a.VALIDATE.name):
            validators.append(ScriptedValidator(f, made))
        elif kind.is_a(a.TRANSFORM.name):
            transforms.append(transform_of(f, made))
    return tuple(transforms), tuple(validators)


def is_constant(node: ast.Expr | None) -> bool:
    """Tell whether an argument means the same in every call."""
    if isinstance(node, (ast.ArrayLiteral,)):
        return all(is_constant(item) for item in node.items)
    if isinstance(node, ast.Unary):
        return is_constant(node.operand)
    return node is None or isinstance(node, (ast.Constant, ast.StringConstant))


def checks_maker(attributes: tuple[ast.AttributeNode, ...]) -> Callable[[Frame], Checks] | None:
    """``make(frame)`` for the attributes of one parameter; made once when every argument is constant. None: nothing to
    check.
    """
    active = tuple(node for node in attributes if short_name(node.type.name) not in SILENT)
    if not active:
        return None
    constant = all(
        short_name(node.type.name) in BUILDERS
        and all(is_constant(value) for value in (*node.positional, *(value for _, value in node.named)))
        for node in active
    )
    if not constant:
        return lambda f: checks_of(f, active)
    made: list[Checks] = []

    def once(f: Frame) -> Checks:
        if not made:
            made.append(checks_of(f, active))
        return made[0]

    return once


# -- one attribute -----------------------------------------------------------------------------------------------------


def make_attribute(f: Frame, node: ast.AttributeNode) -> Any:
    """The object of an attribute; its arguments are evaluated in the frame."""
    from remora.engine.compile.core import expression

    positional = [_given(expression(value)(f)) for value in node.positional]
    named = {key: True if value is None else _given(expression(value)(f)) for key, value in node.named}
    return build_attribute(f, node, positional, named)


def _given(value: Any) -> Any:
    return None if value is NOTHING else value


def build_attribute(f: Frame, node: ast.AttributeNode, positional: list[Any], named: dict[str, Any]) -> Any:
    """The object of an attribute from its evaluated arguments."""
    from remora.engine.members import set_member
    from remora.engine.members.calls import construct

    try:
        builder = BUILDERS.get(short_name(node.type.name))
        made = builder(positional) if builder is not None else construct(attribute_ref(f, node), positional)
    except PSError as problem:
        raise _unmade(problem) from None
    if named:
        from remora.engine.types.catalog import load_all

        load_all()
    for key, value in named.items():
        try:
            set_member(made, key, value)
        except PSError as problem:
            if problem.record.error_id.startswith("Property"):
                raise unknown_property(key, type_of(unwrap(made)).name) from None
            raise
    return made


def _unmade(problem: PSError) -> PSError:
    """An attribute's constructor refused its arguments: errors of the engine stand, others are wrapped."""
    inner = problem.record.exception
    while inner.inner is not None and inner.short_name == "MethodInvocationException":
        inner = inner.inner
    if inner.kind.is_a("System.Management.Automation.RuntimeException"):
        return problem if inner.error_record is None else PSError(inner.error_record)
    if inner.error_record is None:
        inner.error_record = problem.record
    return error(inner.message, "ExceptionConstructingAttribute", "InvalidOperation", inner=inner)


def unknown_property(key: str, type_name: str) -> PSError:
    """The error of naming a property that the attribute has not."""
    return error(
        f"Property '{key}' cannot be found for type '{type_name}'.", "PropertyNotFoundForType", "ParserError", key
    )


def attribute_ref(f: Frame, node: ast.AttributeNode) -> TypeRef:
    """The type an attribute names, with or without ``Attribute`` at its end."""
    from remora.engine.compile.literals import type_closure

    for name in (node.type, node.type.replaced(name=node.type.name + "Attribute")):
        try:
            found = type_closure(name)(f)
        except PSError:
            continue
        if isinstance(found, TypeRef) and found.net.is_a("System.Attribute"):
            return found
    raise error(
        f"Cannot find the type for custom attribute '{node.type.name}'. Make sure that the assembly that contains this "
        "type is loaded.",
        "CustomAttributeTypeNotFound",
        "InvalidOperation",
        node.type.name,
    )


def _flat(values: list[Any]) -> list[Any]:
    out: list[Any] = []
    for value in values:
        inner = unwrap(value)
        out.extend(inner if isinstance(inner, (list, tuple)) else [inner])
    return out


def _needs(count: int, name: str, make: Callable[[list[Any]], Any]) -> Callable[[list[Any]], Any]:
    """A builder that wants so many arguments."""

    def build(values: list[Any]) -> Any:
        if len(values) < count:
            raise error(
                f'Cannot find an overload for "{name}" and the argument count: "{len(values)}".',
                "MethodCountCouldNotFindBest",
                type_name="System.Management.Automation.MethodException",
            )
        return make(values)

    return build


def _validate_set(values: list[Any]) -> ValidateSet:
    flat = _flat(values)
    if len(flat) == 1 and isinstance(flat[0], TypeRef):
        made = ValidateSet()
        made.generator = _generator(flat[0])
        return made
    if not flat:
        raise error(
            "Cannot validate argument because the set of valid values is empty.",
            "PSArgumentOutOfRangeException",
            "InvalidArgument",
            type_name="System.Management.Automation.PSArgumentOutOfRangeException",
        )
    return ValidateSet(*[to_text(v) for v in flat])


def _generator(kind: TypeRef) -> Callable[[], tuple[str, ...]]:
    """Asks an IValidateSetValuesGenerator for its values."""
    from remora.engine.enumeration import items_of
    from remora.engine.members.calls import construct, invoke_member

    source = construct(kind, [])
    return lambda: tuple(to_text(item) for item in items_of(invoke_member(source, "GetValidValues", [])))


def _validate_script(values: list[Any]) -> ValidateScript:
    block = values[0]
    if not isinstance(block, ScriptBlock):
        raise error("The ValidateScript attribute needs a script block.", "Argument", "InvalidArgument", block)
    return ValidateScript(lambda item: is_true(collected(block.invoke(dollar_under=item))), block.text, block=block)


def _validate_range(values: list[Any]) -> ValidateRange:
    if len(values) > 1:
        return ValidateRange(values[0], values[1])
    return ValidateRange(to_text(convert_to(values[0], "System.Management.Automation.ValidateRangeKind")))


def _drives(values: list[Any]) -> Validator:
    from remora.engine.validators.drives import ValidateDrive

    return ValidateDrive(*[to_text(v) for v in _flat(values)])


def _user_drive(values: list[Any]) -> Validator:
    from remora.engine.validators.drives import ValidateUserDrive

    return ValidateUserDrive()


def _parameter_attribute(values: list[Any]) -> Any:
    return a.ParameterAttribute()


def _flag(kind: NetType, values: list[Any]) -> a.Flag:
    return a.Flag(kind)


def _valued(kind: NetType, first: str, values: list[Any]) -> a.TextAttribute:
    if not first:
        return a.TextAttribute(kind)
    given = _flat(values) if first == "CompleteStrings" else values[0] if values else None
    return a.TextAttribute(kind, **{first: given})


BUILDERS: Final[dict[str, Callable[[list[Any]], Any]]] = {
    "validateset": _validate_set,
    "validaterange": _needs(1, "ValidateRangeAttribute", _validate_range),
    "validatelength": _needs(2, "ValidateLengthAttribute", lambda v: ValidateLength(to_int(v[0]), to_int(v[1]))),
    "validatecount": _needs(2, "ValidateCountAttribute", lambda v: ValidateCount(to_int(v[0]), to_int(v[1]))),
    "validatepattern": _needs(1, "ValidatePatternAttribute", lambda v: ValidatePattern(to_text(v[0]))),
    "validatescript": _needs(1, "ValidateScriptAttribute", _validate_script),
    "validatenotnull": lambda v: ValidateNotNull(),
    "validatenotnullorempty": lambda v: ValidateNotNullOrEmpty(),
    "validatenotnullorwhitespace": lambda v: ValidateNotNullOrEmpty(white_space=True),
    "validatedrive": _drives,
    "validateuserdrive": _user_drive,
    "parameter": _parameter_attribute,
    "alias": lambda v: a.AliasAttribute(*[to_text(item) for item in _flat(v)]),
    "cmdletbinding": lambda v: a.CmdletBindingAttribute(),
    "outputtype": lambda v: a.OutputTypeAttribute(*_flat(v)),
    **{name: partial(_flag, kind) for name, kind in a.FLAGS.items()},
    **{name: partial(_valued, kind, first) for name, (kind, first, _) in a.VALUED.items()},
}


# -- attributes that scripts define ------------------------------------------------------------------------------------


def _intrinsics(f: Frame) -> Any:
    from remora.engine.automatic import EngineIntrinsics

    return EngineIntrinsics(f.context, f.scope.session)


class ScriptedValidator(Validator):
    """A class derived from ValidateArgumentsAttribute or ValidateEnumeratedArgumentsAttribute."""

    __slots__ = ("attribute", "frame")

    def __init__(self, frame: Frame, attribute: Any) -> None:
        self.frame = frame
        self.attribute = attribute

    def check(self, value: Any) -> None:
        from remora.engine.members.calls import invoke_member

        if type_of(unwrap(self.attribute)).is_a(a.VALIDATE_EACH.name):
            inner = unwrap(value)
            for item in inner if isinstance(inner, (list, tuple)) else (value,):
                invoke_member(self.attribute, "ValidateElement", [item])
        else:
            invoke_member(self.attribute, "Validate", [value, _intrinsics(self.frame)])


def transform_of(f: Frame, made: Any) -> Transform:
    """What an ArgumentTransformationAttribute does to a value."""
    from remora.engine.members.calls import invoke_member

    if isinstance(made, a.TextAttribute):
        from remora.values.secrets import PSCredential

        def credential(value: Any) -> Any:
            inner = unwrap(value)
            if isinstance(inner, PSCredential):
                return inner
            name = to_text(value) if isinstance(inner, str) else ""
            return f.context.host.prompt_for_credential(
                "PowerShell credential request", "Enter your credentials.", name, ""
            )

        return credential
    return lambda value: _given(invoke_member(made, "Transform", [_intrinsics(f), value]))


# -- variables ---------------------------------------------------------------------------------------------------------


def variable_checks(
    f: Frame, attributes: list[ast.AttributeNode], name: str
) -> tuple[list[Transform], list[Transform]]:
    """Converters for ``[ValidateRange(1,5)]$x = ...``: those before the type conversion, and those after it."""
    transforms, validators = checks_of(f, tuple(attributes))
    return list(transforms), [_checking(validator, name) for validator in validators]


def _checking(validator: Validator, name: str) -> Transform:
    def check(value: Any) -> Any:
        value = None if value is NOTHING else value
        try:
            validator.check(value)
        except PSError as problem:
            raise error(
                f"The variable cannot be validated because the value {to_text(value)} is not a valid value for the "
                f"{name} variable.",
                "ValidateSetFailure",
                "MetadataError",
                type_name="System.Management.Automation.ValidationMetadataException",
                inner=problem.record.exception,
            ) from None
        return value

    return check
