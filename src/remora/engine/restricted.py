"""Restricted language: what data sections and module manifests may contain. Source: about_Language_Modes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from remora.engine import ast
from remora.engine.source import ParseError

DATA_VARIABLES: Final = frozenset(("true", "false", "null", "psculture", "psuiculture"))
_ALLOWED: Final = (
    ast.Block,
    ast.Pipeline,
    ast.CommandExpr,
    ast.CommandParameter,
    ast.ArrayExpr,
    ast.ArrayLiteral,
    ast.Binary,
    ast.Constant,
    ast.ExpandableString,
    ast.HashLiteral,
    ast.If,
    ast.Paren,
    ast.ScriptNode,
    ast.StringConstant,
    ast.SubExpr,
    ast.Ternary,
    ast.Unary,
)
_REFUSED: Final[dict[type[ast.Node], tuple[str, str]]] = {
    ast.Assignment: (
        "AssignmentStatementNotSupportedInDataSection",
        "Assignment statements are not allowed in restricted language mode or a Data section.",
    ),
    ast.Invoke: (
        "MethodCallNotSupportedInDataSection",
        "Method calls are not allowed in restricted language mode or a Data section.",
    ),
    ast.Member: (
        "PropertyReferenceNotSupportedInDataSection",
        "Property references are not allowed in restricted language mode or a Data section.",
    ),
    ast.Index: (
        "ArrayReferenceNotSupportedInDataSection",
        "Array references are not allowed in restricted language mode or a Data section.",
    ),
    ast.ScriptBlockExpr: (
        "ScriptBlockNotSupportedInDataSection",
        "Script block literals are not allowed in restricted language mode or a Data section.",
    ),
    ast.FunctionDef: (
        "FunctionDeclarationNotSupportedInDataSection",
        "A function declaration is not allowed in restricted language mode or a Data section.",
    ),
    ast.Redirection: (
        "RedirectionNotSupportedInDataSection",
        "Redirection is not allowed in restricted language mode or a Data section.",
    ),
    ast.TypeLiteral: (
        "TypeNotAllowedInDataSection",
        "The type is not allowed in restricted language mode or a Data section.",
    ),
    ast.Cast: (
        "TypeNotAllowedInDataSection",
        "The type is not allowed in restricted language mode or a Data section.",
    ),
}


def violations(
    node: ast.Node, *, variables: Collection[str], commands: Collection[str], environment: bool = False
) -> Iterator[ParseError]:
    """What in the code restricted language forbids. variables, commands: folded names that may be used;
    environment: ``$env:`` variables too.
    """
    for part in node.walk():
        if isinstance(part, ast.Variable):
            if not _readable(part, variables, environment):
                yield ParseError(
                    "VariableReferenceNotSupportedInDataSection",
                    "A variable that cannot be referenced in restricted language mode or a Data section is being "
                    f"referenced. Variables that can be referenced include the following: {_listed(variables)}.",
                    part.extent,
                )
        elif isinstance(part, ast.Command):
            yield from _command(part, commands)
        elif not isinstance(part, _ALLOWED):
            found = next((_REFUSED[kind] for kind in type(part).__mro__ if kind in _REFUSED), None)
            id, message = found or (
                "StatementNotSupportedInDataSection",
                f"The '{_word(part)}' statement is not allowed in restricted language mode or a Data section.",
            )
            yield ParseError(id, message, part.extent)


def _word(node: ast.Node) -> str:
    """The keyword a statement begins with."""
    return node.extent.text.split(None, 1)[0]


def _readable(node: ast.Variable, variables: Collection[str], environment: bool) -> bool:
    if node.prefix:
        return environment and node.prefix == "env"
    return node.name.lower() in variables


def _listed(variables: Collection[str]) -> str:
    return ", ".join(f"${name}" for name in sorted(variables))


def _command(node: ast.Command, commands: Collection[str]) -> Iterator[ParseError]:
    name = node.name
    if node.operator or not isinstance(name, ast.StringConstant):
        yield ParseError(
            "DotSourcingNotSupportedInDataSection" if node.operator == "." else "OperatorNotSupportedInDataSection",
            "The command cannot be computed in restricted language mode or a Data section.",
            node.extent,
        )
    elif name.value.lower() not in commands:
        yield ParseError(
            "CmdletNotInAllowedListInDataSection",
            f"The command '{name.value}' is not allowed in restricted language mode or a Data section.",
            name.extent,
        )
