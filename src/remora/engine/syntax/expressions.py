"""From the parser's nodes to the objects scripts see: expressions, types and attributes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

from remora.engine import ast
from remora.engine.lexer import SINGLE_QUOTES
from remora.engine.source import Extent
from remora.engine.syntax import enums
from remora.engine.syntax.nodes import AstObject, TypeNameObject, VariablePath
from remora.engine.syntax.operators import kind_of
from remora.engine.syntax.positions import ScriptExtent
from remora.engine.types.typeref import TypeRef, require, resolve
from remora.values.collections import TypedArray

Parent = AstObject | None
_METHODS = {ast.If: "if_", ast.While: "while_", ast.For: "for_", ast.Try: "try_", ast.Return: "return_"} | {
    ast.Break: "break_",
    ast.Continue: "continue_",
}


def elements_of(items: Iterable[Any], name: str) -> TypedArray:
    """A collection of nodes of that class."""
    full = f"System.Management.Automation.Language.{name}" if name else "System.Object"
    return TypedArray(list(items), full)


class ExpressionBuilder(ABC):
    """Makes the objects; the methods for nodes are named after their classes."""

    def build(self, node: ast.Node, parent: Parent) -> AstObject:
        """The object of a node of any class."""
        kind = type(node)
        make = getattr(self, _METHODS.get(kind) or kind.__name__.lower(), None)
        if make is None:
            return AstObject("ErrorStatementAst", node, node.extent, parent)
        found: AstObject = make(node, parent)
        return found

    def maybe(self, node: ast.Node | None, parent: AstObject) -> AstObject | None:
        """The object of a node that may be missing."""
        return self.build(node, parent) if node is not None else None

    def all_of(self, nodes: Sequence[ast.Node], parent: AstObject, name: str) -> TypedArray:
        """The objects of several nodes."""
        return elements_of([self.build(node, parent) for node in nodes], name)

    def extent_object(self, extent: Extent) -> ScriptExtent:
        """An extent as an object."""
        return ScriptExtent(extent)

    def between(self, left: ast.Node, right: ast.Node) -> ScriptExtent:
        """The extent of the operator between two operands."""
        source = left.extent.source
        start = left.extent.end
        while start < right.extent.start and source.text[start].isspace():
            start += 1
        end = start
        while end < right.extent.start and not source.text[end].isspace():
            end += 1
        return ScriptExtent(Extent(source, start, end))

    def static_type(self, name: ast.TypeName | None) -> TypeRef:
        """What a node's value is known to be."""
        found = resolve(name) if name is not None else None
        return found if found is not None else require("object")

    # -- operators -----------------------------------------------------------------------------------------------------

    def binary(self, node: ast.Binary, parent: Parent) -> AstObject:
        made = AstObject("BinaryExpressionAst", node, node.extent, parent)
        made.values["Left"] = self.build(node.left, made)
        made.values["Right"] = self.build(node.right, made)
        made.values["Operator"] = kind_of(node.op)
        made.values["ErrorPosition"] = self.between(node.left, node.right)
        return self._typed(made)

    def unary(self, node: ast.Unary, parent: Parent) -> AstObject:
        made = AstObject("UnaryExpressionAst", node, node.extent, parent)
        made.values["Child"] = self.build(node.operand, made)
        exclaims = node.op == "not" and node.extent.text.startswith("!")
        made.values["TokenKind"] = kind_of("!" if exclaims else node.op)
        return self._typed(made)

    def postfix(self, node: ast.Postfix, parent: Parent) -> AstObject:
        made = AstObject("UnaryExpressionAst", node, node.extent, parent)
        made.values["Child"] = self.build(node.operand, made)
        kind = "PostfixPlusPlus" if node.op == "++" else "PostfixMinusMinus"
        made.values["TokenKind"] = enums.value(enums.KIND, kind)
        return self._typed(made)

    def ternary(self, node: ast.Ternary, parent: Parent) -> AstObject:
        made = AstObject("TernaryExpressionAst", node, node.extent, parent)
        made.values["Condition"] = self.build(node.condition, made)
        made.values["IfTrue"] = self.build(node.yes, made)
        made.values["IfFalse"] = self.build(node.no, made)
        return self._typed(made)

    def _typed(self, made: AstObject, name: str = "object") -> AstObject:
        made.values["StaticType"] = require(name)
        return made

    # -- operands ------------------------------------------------------------------------------------------------------

    def constant(self, node: ast.Constant, parent: Parent) -> AstObject:
        from remora.engine.types.registry import type_of

        made = AstObject("ConstantExpressionAst", node, node.extent, parent)
        made.values["Value"] = node.value
        return self._typed(made, type_of(node.value).name)

    def stringconstant(self, node: ast.StringConstant, parent: Parent) -> AstObject:
        made = AstObject("StringConstantExpressionAst", node, node.extent, parent)
        made.values["Value"] = node.value
        made.values["StringConstantType"] = enums.value(enums.STRING_TYPE, _string_type(node))
        return self._typed(made, "string")

    def expandablestring(self, node: ast.ExpandableString, parent: Parent) -> AstObject:
        made = AstObject("ExpandableStringExpressionAst", node, node.extent, parent)
        parts = [part for part in node.parts if not isinstance(part, str)]
        made.values["NestedExpressions"] = self.all_of(parts, made, "ExpressionAst")
        text = "".join(part if isinstance(part, str) else part.extent.text for part in node.parts)
        made.values["Value"] = text
        made.values["StringConstantType"] = enums.value(enums.STRING_TYPE, _string_type(node))
        return self._typed(made, "string")

    def variable(self, node: ast.Variable, parent: Parent) -> AstObject:
        if node.prefix == "using":
            made = AstObject("UsingExpressionAst", node, node.extent, parent)
            made.values["SubExpression"] = self._variable(node, node.name, made)
            return self._typed(made)
        name = node.name
        if node.prefix:
            written = node.extent.text.lstrip("$@{").rstrip("}")
            name = f"{written.partition(':')[0]}:{node.name}"
        return self._variable(node, name, parent)

    def _variable(self, node: ast.Variable, path: str, parent: Parent) -> AstObject:
        made = AstObject("VariableExpressionAst", node, node.extent, parent)
        made.values["VariablePath"] = VariablePath(path)
        made.values["Splatted"] = node.splat
        return self._typed(made)

    def arrayliteral(self, node: ast.ArrayLiteral, parent: Parent) -> AstObject:
        made = AstObject("ArrayLiteralAst", node, node.extent, parent)
        made.values["Elements"] = self.all_of(node.items, made, "ExpressionAst")
        return self._typed(made, "object[]")

    def arrayexpr(self, node: ast.ArrayExpr, parent: Parent) -> AstObject:
        made = AstObject("ArrayExpressionAst", node, node.extent, parent)
        made.values["SubExpression"] = self.build(node.body, made)
        return self._typed(made, "object[]")

    def subexpr(self, node: ast.SubExpr, parent: Parent) -> AstObject:
        made = AstObject("SubExpressionAst", node, node.extent, parent)
        made.values["SubExpression"] = self.build(node.body, made)
        return self._typed(made)

    def paren(self, node: ast.Paren, parent: Parent) -> AstObject:
        made = AstObject("ParenExpressionAst", node, node.extent, parent)
        made.values["Pipeline"] = self.build(node.pipeline, made)
        return self._typed(made)

    def hashliteral(self, node: ast.HashLiteral, parent: Parent) -> AstObject:
        from remora.engine.syntax.nodes import Pair

        made = AstObject("HashtableAst", node, node.extent, parent)
        pairs = [Pair(self.build(key, made), self.build(value, made)) for key, value in node.pairs]
        made.values["KeyValuePairs"] = elements_of(pairs, "")
        return self._typed(made, "hashtable")

    def scriptblockexpr(self, node: ast.ScriptBlockExpr, parent: Parent) -> AstObject:
        made = AstObject("ScriptBlockExpressionAst", node, node.extent, parent)
        made.values["ScriptBlock"] = self.script(node.script, node.extent, made)
        return self._typed(made, "scriptblock")

    @abstractmethod
    def script(self, node: ast.ScriptNode, extent: Extent, parent: Parent, *, params: bool = True) -> AstObject:
        """A script block; the statements' part makes it."""

    # -- members -------------------------------------------------------------------------------------------------------

    def member(self, node: ast.Member, parent: Parent) -> AstObject:
        return self._member("MemberExpressionAst", node, parent)

    def invoke(self, node: ast.Invoke, parent: Parent) -> AstObject:
        made = self._member("InvokeMemberExpressionAst", node, parent)
        made.values["Arguments"] = self.all_of(node.arguments, made, "ExpressionAst") if node.arguments else None
        types = [TypeNameObject(name) for name in node.types]
        made.values["GenericTypeArguments"] = elements_of(types, "ITypeName") if types else None
        return made

    def _member(self, name: str, node: ast.Member | ast.Invoke, parent: Parent) -> AstObject:
        made = AstObject(name, node, node.extent, parent)
        made.values["Expression"] = self.build(node.target, made)
        made.values["Member"] = self.build(node.name, made)
        made.values.update(Static=node.static, NullConditional=node.null_safe)
        return self._typed(made)

    def index(self, node: ast.Index, parent: Parent) -> AstObject:
        made = AstObject("IndexExpressionAst", node, node.extent, parent)
        made.values["Target"] = self.build(node.target, made)
        made.values["Index"] = self.build(node.index, made)
        made.values["NullConditional"] = node.null_safe
        return self._typed(made)

    # -- types and attributes ------------------------------------------------------------------------------------------

    def typeliteral(self, node: ast.TypeLiteral, parent: Parent) -> AstObject:
        made = AstObject("TypeExpressionAst", node, node.extent, parent)
        made.values["TypeName"] = TypeNameObject(node.type)
        return self._typed(made, "type")

    def cast(self, node: ast.Cast, parent: Parent) -> AstObject:
        made = AstObject("ConvertExpressionAst", node, node.extent, parent)
        made.values["Type"] = made.values["Attribute"] = self.constraint(node.type, made)
        made.values["Child"] = self.build(node.operand, made)
        made.values["StaticType"] = self.static_type(node.type)
        return made

    def attributedexpr(self, node: ast.AttributedExpr, parent: Parent) -> AstObject:
        made = AstObject("AttributedExpressionAst", node, node.extent, parent)
        made.values["Attribute"] = self.build(node.attribute, made)
        made.values["Child"] = self.build(node.operand, made)
        return self._typed(made)

    def constraint(self, name: ast.TypeName, parent: Parent) -> AstObject:
        """A TypeConstraintAst: a type's name with the brackets around it."""
        source = name.extent.source
        start = source.text.rfind("[", 0, name.extent.start)
        end = source.text.find("]", name.extent.end)
        extent = Extent(source, max(start, 0), end + 1 if end >= 0 else name.extent.end)
        made = AstObject("TypeConstraintAst", name, extent, parent)
        made.values["TypeName"] = TypeNameObject(name)
        return made

    def attributenode(self, node: ast.AttributeNode, parent: Parent) -> AstObject:
        made = AstObject("AttributeAst", node, node.extent, parent)
        made.values["TypeName"] = TypeNameObject(node.type)
        made.values["PositionalArguments"] = self.all_of(node.positional, made, "ExpressionAst")
        pairs = zip(node.keys, node.named, strict=False)
        named = [self._named(node, key, name, value, made) for key, (name, value) in pairs]
        made.values["NamedArguments"] = elements_of(named, "NamedAttributeArgumentAst")
        return made

    def _named(
        self, node: ast.AttributeNode, start: int, name: str, value: ast.Expr | None, parent: AstObject
    ) -> AstObject:
        end = value.extent.end if value is not None else start + len(name)
        made = AstObject("NamedAttributeArgumentAst", node, Extent(node.extent.source, start, end), parent)
        shown = Extent(node.extent.source, start, start + len(name))
        argument = value if value is not None else ast.Constant(shown, True)
        made.values.update(ArgumentName=name, ExpressionOmitted=value is None)
        made.values["Argument"] = self.build(argument, made)
        return made

    # -- errors --------------------------------------------------------------------------------------------------------

    def errorexpr(self, node: ast.ErrorExpr, parent: Parent) -> AstObject:
        made = AstObject("ErrorExpressionAst", node, node.extent, parent)
        made.values["NestedAst"] = self.error_parts(node.parts, made)
        return self._typed(made)

    def error_parts(self, parts: Sequence[ast.Node], made: AstObject) -> TypedArray | None:
        """The nodes inside an error node; None without any."""
        if not parts:
            return None
        found = [
            self.constraint(part, made) if isinstance(part, ast.TypeName) else self.build(part, made) for part in parts
        ]
        return elements_of(found, "Ast")

    def keyword_token(self, node: ast.ErrorStatement) -> Any:
        """The keyword of a broken switch."""
        from remora.engine.syntax.tokens import Token

        start = node.extent.source.text.lower().find(node.kind, node.extent.start)
        return Token(node.kind.capitalize(), Extent(node.extent.source, start, start + len(node.kind)))

    def flag_table(self, node: ast.ErrorStatement, made: AstObject) -> Any:
        """The flags of a broken switch: name to (token, what came with it)."""
        from remora.engine.syntax.tokens import flag_pair
        from remora.values.tables import Hashtable

        table = Hashtable()
        for name, value in node.flags:
            condition = value
            if isinstance(value, ast.Expr):
                condition = ast.Pipeline(value.extent, (ast.CommandExpr(value.extent, value),))
            table[name] = flag_pair(node, name, self.maybe(condition, made))
        return table


def _string_type(node: ast.StringConstant | ast.ExpandableString) -> str:
    if node.kind == "bare":
        return "BareWord"
    text = node.extent.text
    if node.kind == "here":
        return "SingleQuotedHereString" if text[1:2] in SINGLE_QUOTES else "DoubleQuotedHereString"
    return "SingleQuoted" if text[:1] in SINGLE_QUOTES else "DoubleQuoted"
