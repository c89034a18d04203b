"""What is looked at once a text is read: targets of assignments, splats, duplicate names and the like.

The parser notes each with the place where it stands; they run in the order of the source, after all syntax errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from remora.engine import ast
from remora.engine.parser.types import REFERENCES

if TYPE_CHECKING:
    from remora.engine.parser.base import ParserBase, TypeOrAttribute
    from remora.engine.source import Extent

_AUTOMATIC: Final[dict[str, tuple[str, ...]]] = {
    "_": ("object",),
    "args": ("object[]",),
    "this": ("object",),
    "input": ("object",),
    "pscmdlet": (),
    "psboundparameters": (),
    "myinvocation": ("management.automation.invocationinfo",),
    "psscriptroot": ("string",),
    "pscommandpath": ("string",),
}
_CONSTANT_VARIABLES: Final = frozenset(["true", "false", "null"])
_TARGETS: Final = (ast.Variable, ast.Member, ast.Invoke, ast.Index)


def assignment(parser: ParserBase, node: ast.Assignment) -> None:
    """The left side must accept a value."""
    for wrong in _wrong_targets(node.left, simple=node.op == "="):
        parser.report("InvalidLeftHandSide", wrong.extent.start, wrong.extent.end)
    converts = 0
    reference: ast.Cast | None = None
    operand = node.left
    while isinstance(operand, (ast.Cast, ast.AttributedExpr)):
        if isinstance(operand, ast.Cast):
            converts += 1
            reference = operand if operand.type.name.lower() in REFERENCES else reference
        operand = operand.operand
    if converts and isinstance(operand, ast.Variable) and not operand.prefix:
        _automatic(parser, node.left, operand.name)
    if reference is not None and converts > 1:
        end = parser.lexer.text.find("]", reference.type.extent.end) + 1
        parser.report("ReferenceNeedsToBeByItselfInTypeConstraint", reference.extent.start, end)


def _automatic(parser: ParserBase, left: ast.Expr, name: str) -> None:
    """An automatic variable takes no type but its own."""
    allowed = _AUTOMATIC.get(name.lower())
    innermost: ast.TypeName | None = None
    operand: ast.Expr = left
    while isinstance(operand, (ast.Cast, ast.AttributedExpr)):
        innermost = operand.type if isinstance(operand, ast.Cast) else innermost
        operand = operand.operand
    if allowed is None or innermost is None or innermost.full().lower().removeprefix("system.") in allowed:
        return
    extent = left.extent
    parser.report("AssignmentStatementToAutomaticNotSupported", extent.start, extent.end, name, innermost.full())


def target(parser: ParserBase, node: ast.Expr, id: str, op: str) -> None:
    """The operand of ``++`` and ``--`` must accept a value."""
    for wrong in _wrong_targets(node, simple=False):
        parser.report(id, wrong.extent.start, wrong.extent.end, op)


def _wrong_targets(node: ast.Expr, *, simple: bool) -> Iterable[ast.Node]:
    if isinstance(node, ast.ArrayLiteral):
        if not simple:
            yield node
            return
        for item in node.items:
            yield from _wrong_targets(item, simple=True)
    elif isinstance(node, ast.Paren):
        only = node.pipeline.elements[0] if isinstance(node.pipeline, ast.Pipeline) else None
        if isinstance(only, ast.CommandExpr) and not only.redirections:
            yield from _wrong_targets(only.expression, simple=simple)
        else:
            yield node.pipeline
    elif isinstance(node, (ast.Cast, ast.AttributedExpr)):
        yield from _wrong_targets(node.operand, simple=simple)
    elif not isinstance(node, _TARGETS) or (isinstance(node, (ast.Member, ast.Index)) and node.null_safe):
        yield node


def references(parser: ParserBase, items: Sequence[TypeOrAttribute]) -> None:
    """``[ref]`` stands once, and last of several types."""
    found = [
        index
        for index, (_, _, item) in enumerate(items)
        if isinstance(item, ast.TypeName) and item.name.lower() in REFERENCES
    ]
    if len(found) > 1:
        for index in found[1:]:
            parser.report("ReferenceNeedsToBeByItselfInTypeSequence", items[index][0], items[index][1])
    elif found[0] > 0 and items[0][0] not in parser.assigned:
        start, end, _ = items[found[0]]
        parser.report("ReferenceNeedsToBeLastTypeInTypeConversion", start, end)


def ordered(parser: ParserBase, node: ast.Cast) -> None:
    """``[ordered]`` is for hashtable literals."""
    if not isinstance(node.operand, ast.HashLiteral):
        extent = node.extent
        parser.report("OrderedAttributeOnlyOnHashLiteralNode", extent.start, extent.end, node.type.name)


def attributed(parser: ParserBase, node: ast.AttributedExpr) -> None:
    """An attribute stands before a variable only."""
    operand: ast.Expr = node
    while isinstance(operand, (ast.AttributedExpr, ast.Cast)):
        operand = operand.operand
    if not isinstance(operand, ast.Variable):
        extent = node.attribute.extent
        name = node.attribute.type.full() if isinstance(node.attribute, ast.AttributeNode) else extent.text
        parser.report("UnexpectedAttribute", extent.start, extent.end, name)


def attribute(parser: ParserBase, node: ast.AttributeNode) -> None:
    """Arguments of attributes are constants or script blocks."""
    for value in (*node.positional, *(value for _, value in node.named)):
        if value is not None and not _constant(value):
            extent = value.extent
            parser.report("ParameterAttributeArgumentNeedsToBeConstantOrScriptBlock", extent.start, extent.end)


def _constant(node: ast.Node) -> bool:
    if isinstance(node, ast.Variable):
        return node.name.lower() in _CONSTANT_VARIABLES and not node.prefix
    if isinstance(node, ast.Member):
        return node.static and isinstance(node.target, ast.TypeLiteral)
    if isinstance(node, ast.ScriptBlockExpr):
        return True
    wrong = (ast.SubExpr, ast.Invoke, ast.Command, ast.ExpandableString, ast.Index)
    return not isinstance(node, wrong) and all(_constant(child) for child in node.children())


def splat(parser: ParserBase, node: ast.Variable) -> None:
    """``@name`` outside of a command's arguments."""
    extent = node.extent
    parser.report("SplattingNotPermitted", extent.start, extent.end, extent.text[1:])


def splat_in_list(parser: ParserBase, node: ast.Variable) -> None:
    """``@name`` among arguments with commas between them."""
    extent = node.extent
    parser.report("SplattingNotPermittedInArgumentList", extent.start, extent.end, extent.text[1:])


def duplicate_keys(parser: ParserBase, node: ast.HashLiteral) -> None:
    """A literal key stands once in a hashtable."""
    seen: set[str] = set()
    for key, _ in node.pairs:
        if not isinstance(key, (ast.StringConstant, ast.Constant)):
            continue
        text = str(key.value)
        if text.lower() in seen:
            parser.report("DuplicateKeyInHashLiteral", key.extent.start, key.extent.end, text)
        seen.add(text.lower())


def duplicate_parameters(parser: ParserBase, parameters: Sequence[ast.ParameterNode]) -> None:
    """A parameter's name stands once in a list."""
    seen: set[str] = set()
    for parameter in parameters:
        if parameter.variable is None:
            continue
        extent = parameter.variable.extent
        if parameter.name.lower() in seen:
            parser.report("DuplicateFormalParameter", extent.start, extent.end, parameter.name)
        seen.add(parameter.name.lower())


def two_parameter_lists(parser: ParserBase, extent: Extent) -> None:
    """A param block in a function with parameters behind its name."""
    parser.report("OnlyOneParameterListAllowed", extent.start, extent.end)


def leaving_finally(parser: ParserBase, extent: Extent) -> None:
    """A statement that would leave a finally block."""
    parser.report("ControlLeavingFinally", extent.start, extent.end)


def workflow(parser: ParserBase, node: ast.Statement) -> None:
    """A workflow."""
    if not isinstance(node, ast.ErrorStatement):
        parser.report("WorkflowNotSupportedInPowerShellCore", node.extent.start, node.extent.end)


def reserved_flag(parser: ParserBase, extent: Extent, keyword: str, flag: str) -> None:
    """A flag of switch or foreach that does nothing yet."""
    parser.report("KeywordParameterReservedForFutureUse", extent.start, extent.end, keyword, flag)


def foreach_flags(parser: ParserBase, extent: Extent, flags: frozenset[str]) -> None:
    """``-Parallel`` and ``-ThrottleLimit`` of foreach."""
    for flag in ("parallel", "throttlelimit"):
        if flag in flags:
            reserved_flag(parser, extent, "foreach", flag)
    if flags == {"throttlelimit"}:
        parser.report("ThrottleLimitRequiresParallelFlag", extent.start, extent.end)


def catches(parser: ParserBase, clauses: Sequence[ast.CatchClause]) -> None:
    """The clause for everything is the last; a type caught before is not caught again."""
    for index, first in enumerate(clauses[:-1]):
        for second in clauses[index + 1 :]:
            if not first.types:
                parser.report("EmptyCatchNotLast", second.extent.start, second.extent.start)
                break
            for name in second.types:
                if any(_catches(other, name) for other in first.types):
                    text = parser.lexer.text
                    start = text.rfind("[", 0, name.extent.start)
                    end = text.find("]", name.extent.end) + 1
                    parser.report("ExceptionTypeAlreadyCaught", start, end, _exception_names(name)[0])


def _exception_names(name: ast.TypeName) -> tuple[str, ...]:
    """The exception's own full name and those of its bases; only the name as written when it is unknown."""
    from remora.engine.exception_types import EXCEPTION_BASES, exception_type

    full = {known.lower(): known for known in (*EXCEPTION_BASES, "System.Exception")}
    for prefix in ("", "System.", "System.Management.Automation."):
        known = full.get(prefix.lower() + name.name.lower())
        if known is not None:
            return exception_type(known).names
    return (name.name,)


def _catches(first: ast.TypeName, second: ast.TypeName) -> bool:
    return _exception_names(first)[0] in _exception_names(second)


def data_section(parser: ParserBase, node: ast.Data) -> None:
    """A data section holds the restricted language."""
    from remora.engine.parser.restricted import check

    names = [command.value for command in node.commands if isinstance(command, ast.StringConstant)]
    constant = len(names) == len(node.commands)
    check(node.body, parser.report, ["ConvertFrom-StringData", *names] if constant else None, None)


CHECKS: Final[dict[str, Callable[..., Any]]] = {
    "assignment": assignment,
    "target": target,
    "references": references,
    "ordered": ordered,
    "attributed": attributed,
    "attribute": attribute,
    "splat": splat,
    "splat_in_list": splat_in_list,
    "duplicate_keys": duplicate_keys,
    "duplicate_parameters": duplicate_parameters,
    "two_parameter_lists": two_parameter_lists,
    "leaving_finally": leaving_finally,
    "workflow": workflow,
    "reserved_flag": reserved_flag,
    "foreach_flags": foreach_flags,
    "catches": catches,
    "data_section": data_section,
}
