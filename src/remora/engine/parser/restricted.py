"""The restricted language: what may stand in a data section and in data files. Source: about_Data_Sections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from remora.engine import ast
from remora.engine.lexer import Report
from remora.engine.source import Extent, ParseError

DEFAULT_VARIABLES: Final = ("PSCulture", "PSUICulture", "true", "false", "null")
_FORBIDDEN: Final[dict[type[ast.Node], str]] = {
    ast.ScriptNode: "ScriptBlock",
    ast.ParamBlock: "ParameterDeclaration",
    ast.AttributeNode: "Attribute",
    ast.AttributedExpr: "Attribute",
    ast.FunctionDef: "FunctionDeclaration",
    ast.Trap: "TrapStatement",
    ast.Switch: "SwitchStatement",
    ast.Data: "DataSectionStatement",
    ast.ForEach: "ForeachStatement",
    ast.DoLoop: "DoWhileStatement",
    ast.For: "ForWhileStatement",
    ast.While: "ForWhileStatement",
    ast.Try: "TryStatement",
    ast.Break: "FlowControlStatement",
    ast.Continue: "FlowControlStatement",
    ast.Return: "FlowControlStatement",
    ast.Exit: "FlowControlStatement",
    ast.Throw: "FlowControlStatement",
    ast.Assignment: "AssignmentStatement",
    ast.MergeRedirection: "Redirection",
    ast.Redirection: "Redirection",
    ast.Member: "PropertyReference",
    ast.Invoke: "MethodCall",
    ast.ScriptBlockExpr: "ScriptBlock",
    ast.Index: "ArrayReference",
}
_OPERATORS: Final = frozenset(
    ["..", "f", "split", "csplit", "join", "match", "cmatch", "notmatch", "cnotmatch", "replace", "creplace", "as"]
)
_TYPES: Final = frozenset(
    [
        "bool",
        "boolean",
        "byte",
        "sbyte",
        "char",
        "datetime",
        "decimal",
        "double",
        "float",
        "single",
        "int",
        "int16",
        "int32",
        "int64",
        "long",
        "short",
        "string",
        "uint",
        "uint16",
        "uint32",
        "uint64",
        "ushort",
        "ulong",
    ]
)


class _Checker:
    def __init__(
        self, report: Report, commands: Sequence[str] | None, variables: Sequence[str] | None, env: bool
    ) -> None:
        self.report = report
        self.commands = {name.lower() for name in commands} if commands is not None else None
        self.named = list(DEFAULT_VARIABLES) + [v for v in variables or () if v not in DEFAULT_VARIABLES]
        self.variables = None if variables is not None and list(variables) == ["*"] else {v.lower() for v in self.named}
        self.env = env

    def wrong(self, node: ast.Node, what: str, *args: object) -> None:
        extent = node.extent
        self.report(f"{what}NotSupportedInDataSection", extent.start, extent.end, *args)

    def visit(self, node: ast.Node) -> None:
        what = _FORBIDDEN.get(type(node))
        if what is not None:
            self.wrong(node, what)
        elif isinstance(node, ast.Variable):
            self.variable(node)
        elif isinstance(node, ast.Command):
            self.command(node)
        elif isinstance(node, (ast.Binary, ast.Unary, ast.Postfix)):
            if node.op in _OPERATORS or node.op in ("++", "--"):
                token = node.op if not node.op.isalpha() else f"-{node.op}"
                self.wrong(node, "Operator", token)
        elif isinstance(node, (ast.TypeLiteral, ast.Cast)):
            self.type_name(node, node.type)
        for child in node.children():
            self.visit(child)

    def variable(self, node: ast.Variable) -> None:
        name = f"{node.prefix}:{node.name}" if node.prefix else node.name
        if self.variables is None or name.lower() in self.variables or (self.env and node.prefix == "env"):
            return
        self.wrong(node, "VariableReference", ", ".join("$" + one for one in self.named))

    def command(self, node: ast.Command) -> None:
        if node.operator == ".":
            self.wrong(node, "DotSourcing")
            return
        if self.commands is None:
            return
        name = node.name.value if isinstance(node.name, ast.StringConstant) else None
        if name is None and node.operator == "&":
            self.wrong(node, "Operator", "&")
        elif name is None or name.lower() not in self.commands:
            extent = node.extent
            self.report("CmdletNotInAllowedListForDataSection", extent.start, extent.end, name or extent.text)

    def type_name(self, node: ast.Node, name: ast.TypeName) -> None:
        simple = name.name.lower().removeprefix("system.")
        if name.arguments or simple not in _TYPES:
            extent = node.extent
            self.report("TypeNotAllowedInDataSection", extent.start, extent.end, name.full())


def check(
    body: ast.Node,
    report: Report,
    commands: Sequence[str] | None,
    variables: Sequence[str] | None,
    *,
    env: bool = False,
) -> None:
    """Report what the restricted language does not have. commands: those allowed, None for all. variables: those
    allowed beside the usual ones, ``*`` alone for all; env: so are environment variables.
    """
    checker = _Checker(report, commands, variables, env)
    children: Iterable[ast.Node] = body.children()
    for child in children:
        checker.visit(child)


def check_errors(
    body: ast.Node, commands: Sequence[str] | None, variables: Sequence[str] | None, *, env: bool = False
) -> list[ParseError]:
    """``check`` of a tree that was parsed before: the errors."""
    from remora.engine.parser.messages import MESSAGES

    errors: list[ParseError] = []

    def report(id: str, start: int, end: int, *args: object, incomplete: bool = False) -> None:
        extent = Extent(body.extent.source, start, end)
        errors.append(ParseError(id, MESSAGES[id].format(*args), extent, incomplete=incomplete))

    check(body, report, commands, variables, env=env)
    return errors
