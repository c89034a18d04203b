"""Attributes of classes and their members: whether they exist, where they may stand, what they may be given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from remora.engine import ast
from remora.engine.source import Extent

Report = Callable[..., None]

_MEMBERS: Final = ("property", "field")
TARGETS: Final[dict[str, tuple[str, ...]]] = {
    "flags": ("enum",),
    "dscresource": ("class",),
    "dscproperty": _MEMBERS,
    "cmdlet": ("class",),
    "cmdletbinding": ("class",),
    "outputtype": ("class",),
    "alias": ("class", *_MEMBERS),
    "parameter": _MEMBERS,
    **dict.fromkeys(
        (
            *("validateset", "validaterange", "validatelength", "validatecount", "validatepattern", "validatescript"),
            *("validatenotnull", "validatenotnullorempty", "validatenotnullorwhitespace", "validatedrive"),
            *("allownull", "allowemptystring", "allowemptycollection", "supportswildcards", "argumentcompleter"),
            *("validateuserdrive", "credential", "pstypename", "pstypenameattribute"),
        ),
        _MEMBERS,
    ),
    "obsolete": ("class", "enum", "method", *_MEMBERS),
    "serializable": ("class", "enum"),
    "hidden": ("class", "method", *_MEMBERS),
    "nonserialized": ("field", "property"),
    "attributeusage": ("class",),
}
"""Declarations each attribute is valid on, by its short name."""

_CMDLET: Final = (
    *("NounName", "VerbName", "DefaultParameterSetName", "HelpUri", "SupportsPaging", "SupportsShouldProcess"),
    *("SupportsTransactions", "ConfirmImpact", "PositionalBinding", "RemotingCapability"),
)
PROPERTIES: Final[dict[str, tuple[str, ...]]] = {"cmdlet": _CMDLET}
READ_ONLY: Final[dict[str, tuple[str, ...]]] = {"cmdlet": ("nounname", "verbname")}


def short_name(name: str) -> str:
    """The attribute's name without namespace and suffix, folded."""
    return name.lower().rpartition(".")[2].removesuffix("attribute")


def check_attributes(
    report: Report, known: Callable[[ast.TypeName], bool], attributes: Sequence[ast.AttributeNode], target: str
) -> None:
    """Check the attributes of one declaration; target: class, enum, property, method or parameter."""
    for node in attributes:
        short = short_name(node.type.name)
        allowed = TARGETS.get(short)
        if allowed is None:
            if not known(node.type):
                report("CustomAttributeTypeNotFound", node.type.extent, node.type.full())
        elif target not in allowed:
            report("AttributeNotAllowedOnDeclaration", node.extent, node.type.full(), ", ".join(allowed).title())
        elif target != "parameter":
            _check_arguments(report, node, short)


def _check_arguments(report: Report, node: ast.AttributeNode, short: str) -> None:
    for value in node.positional:
        _check_constant(report, value)
    properties = PROPERTIES.get(short)
    for key, argument in node.named:
        place = _key_place(node, key, argument)
        if properties is not None and key.lower() not in {one.lower() for one in properties}:
            report("PropertyNotFoundForAttribute", place, key, node.type.full(), ", ".join(properties))
        elif key.lower() in READ_ONLY.get(short, ()):
            report("ReadOnlyProperty", place, key)
        elif argument is not None:
            _check_constant(report, argument)


def _key_place(node: ast.AttributeNode, key: str, value: ast.Expr | None) -> Extent:
    """Where a named argument's name stands: the last time before its value."""
    text, base = node.extent.text, node.extent.start
    end = len(text) if value is None else value.extent.start - base
    start = max(text.rfind(key, 0, end), 0) + base
    return Extent(node.extent.source, start, start + len(key))


def _check_constant(report: Report, node: ast.Expr) -> None:
    """An argument must be known without running anything."""
    if not _is_constant(node):
        report("ParameterAttributeArgumentNeedsToBeConstant", node.extent)


def _is_constant(node: ast.Node) -> bool:
    if isinstance(node, ast.Variable):
        return node.name.lower() in ("true", "false", "null")
    if isinstance(node, (ast.ScriptBlockExpr, ast.Command, ast.Invoke, ast.ScriptNode)):
        return False
    return all(_is_constant(child) for child in node.children())
