"""The members of Ast objects, tokens, type names, variable paths and parse errors."""

from __future__ import annotations

from typing import Any

from remora.engine import ast
from remora.engine.convert.truth import is_true
from remora.engine.errors import error
from remora.engine.nettype import NetType
from remora.engine.nothing import collected
from remora.engine.source import Extent
from remora.engine.syntax import enums, parsing, visiting
from remora.engine.syntax.kinds import KINDS, PROPERTIES, VARIABLE_PATH
from remora.engine.syntax.nodes import AstObject, OpenTypeName, TypeNameObject, VariablePath
from remora.engine.syntax.positions import ScriptExtent
from remora.engine.syntax.requirements import script_requirements
from remora.engine.syntax.tokens import Token, all_flags
from remora.engine.syntax.values import safe_value
from remora.values.collections import TypedArray

_done: list[bool] = []


def declare() -> None:
    """Declare everything, once."""
    if _done:
        return
    _done.append(True)
    for name, properties in PROPERTIES.items():
        for one in properties:
            _property(KINDS[name], one)
    _asts()
    _searches()
    visiting.declare()
    _tokens()
    _type_names()
    _paths()
    parsing.declare()


def _property(net: NetType, name: str) -> None:
    net.property(name)(lambda node: node.values.get(name))


def _asts() -> None:
    base = KINDS["Ast"]
    base.property("Extent")(lambda node: ScriptExtent(node.extent))
    base.property("Parent")(lambda node: node.parent)
    base.method("ToString()", returns="string")(lambda node: node.extent.text)
    base.method("SafeGetValue()")(lambda node: safe_value(node.node))
    base.method("Copy()")(_copy)
    KINDS["CommandAst"].method("GetCommandName()", returns="string")(_command_name)
    KINDS["PipelineAst"].method("GetPureExpression()")(_pure_expression)
    KINDS["PipelineBaseAst"].method("GetPureExpression()")(_pure_expression)
    KINDS["ScriptBlockAst"].method("GetScriptBlock()")(_script_block)
    KINDS["ScriptBlockAst"].property("ScriptRequirements")(script_requirements)
    KINDS["ScriptBlockAst"].property("Attributes")(lambda node: node.values.get("Attributes"))
    KINDS["AttributedExpressionAst"].property("Attribute")(lambda node: node.values.get("Attribute"))
    KINDS["VariableExpressionAst"].method("IsConstantVariable()", returns="bool")(
        lambda node: node.values["VariablePath"].path.lower() in ("true", "false", "null")
    )


def _copy(node: AstObject) -> AstObject:
    from remora.engine.syntax.build import Builder

    if isinstance(node.node, ast.ScriptNode):
        return Builder().script(node.node, node.extent, None)
    return Builder().build(node.node, None)


def _command_name(node: AstObject) -> Any:
    name = node.node.name if isinstance(node.node, ast.Command) else None
    return name.value if isinstance(name, ast.StringConstant) else None


def _pure_expression(node: AstObject) -> Any:
    elements = node.values.get("PipelineElements") or []
    if len(elements) == 1 and elements[0].name == "CommandExpressionAst" and not elements[0].values["Redirections"]:
        return elements[0].values["Expression"]
    return None


def _script_block(node: AstObject) -> Any:
    from remora.engine.code import ScriptCode
    from remora.engine.context import current
    from remora.engine.scriptblock import ScriptBlock

    assert isinstance(node.node, ast.ScriptNode)
    root = node
    while root.parent is not None:
        root = root.parent
    if root.broken:
        raise error(
            "The syntax tree contains one or more syntax errors. Cannot make a script block of it.",
            "PSInvalidOperationException",
            "InvalidOperation",
            type_name="System.Management.Automation.PSInvalidOperationException",
        )
    return ScriptBlock(ScriptCode(node.node), current())


def _searches() -> None:
    base = KINDS["Ast"]

    @base.method("Find(scriptblock, bool)")
    def _(node: AstObject, predicate: Any, nested: bool) -> Any:
        return next((found for found in node.walk(nested=nested) if _matches(predicate, found)), None)

    @base.method("FindAll(scriptblock, bool)")
    def _(node: AstObject, predicate: Any, nested: bool) -> Any:
        found = [one for one in node.walk(nested=nested) if _matches(predicate, one)]
        return TypedArray(found, KINDS["Ast"].name)


def _matches(predicate: Any, node: AstObject) -> bool:
    return is_true(collected(predicate.invoke(node)))


def _tokens() -> None:
    t = KINDS["Token"]
    t.property("Text", "System.String")(lambda token: token.net_text())
    t.property("Kind")(lambda token: enums.value(enums.KIND, token.kind_name))
    t.property("TokenFlags")(lambda token: enums.combined(enums.FLAGS, all_flags(token)))
    t.property("HasError", "System.Boolean")(lambda token: bool(token.flags & enums.TOKEN_FLAGS["TokenInError"]))
    t.property("Extent")(lambda token: ScriptExtent(token.span))
    t.method("ToString()", returns="string")(lambda token: token.net_text())
    for name, properties in (
        ("NumberToken", ("Value",)),
        ("ParameterToken", ("ParameterName",)),
        ("VariableToken", ("Name", "VariablePath")),
        ("StringToken", ("Value",)),
        ("StringExpandableToken", ("NestedTokens",)),
        ("LabelToken", ("LabelText",)),
    ):
        for one in properties:
            _data_property(KINDS[name], one)
    KINDS["ParameterToken"].property("UsedColon", "System.Boolean")(lambda token: bool(token.data.get("UsedColon")))
    KINDS["FileRedirectionToken"].property("Append", "System.Boolean")(lambda token: ">>" in token.span.text)
    KINDS["RedirectionToken"].property("FromStream")(_from_stream)
    KINDS["MergingRedirectionToken"].property("ToStream")(lambda token: enums.value(enums.STREAM, "Output"))


def _data_property(net: NetType, name: str) -> None:
    net.property(name)(lambda token: token.data.get(name))


def _from_stream(token: Token) -> Any:
    first = token.span.text[0]
    number = 0 if first == "*" else int(first) if first.isdigit() else 1
    return enums.value(enums.STREAM, list(enums.STREAM.enum or {})[number])


def _type_names() -> None:
    for name in ("TypeName", "GenericTypeName", "ArrayTypeName"):
        t = KINDS[name]
        t.property("FullName", "System.String")(lambda one: one.full_name())
        t.property("Name", "System.String")(lambda one: one.bare().full())
        t.property("AssemblyName", "System.String")(lambda one: one.node.assembly or None)
        t.property("IsArray", "System.Boolean")(lambda one: one.ranks > 0)
        t.property("IsGeneric", "System.Boolean")(lambda one: not one.ranks and bool(one.node.arguments))
        t.property("Extent")(_type_extent)
        t.method("GetReflectionType()")(lambda one: one.reflection())
        t.method("GetReflectionAttributeType()")(lambda one: one.reflection())
        t.method("ToString()", returns="string")(lambda one: one.full_name())
    generic = KINDS["GenericTypeName"]
    generic.property("TypeName")(lambda one: OpenTypeName(one.node))
    generic.property("GenericArguments")(lambda one: [TypeNameObject(inner) for inner in one.node.arguments])
    KINDS["ArrayTypeName"].property("ElementType")(lambda one: TypeNameObject(one.node, one.ranks - 1))
    KINDS["ArrayTypeName"].property("Rank", "System.Int32")(lambda one: one.node.ranks[one.ranks - 1])


def _type_extent(one: TypeNameObject) -> ScriptExtent:
    extent = one.node.extent
    end = extent.end if one.ranks or one.node.arguments else extent.start + len(one.node.name)
    return ScriptExtent(Extent(extent.source, extent.start, end))


def _paths() -> None:
    p = VARIABLE_PATH
    p.property("UserPath", "System.String")(lambda path: path.path)
    for name in ("Global", "Local", "Private", "Script"):
        _scope_property(name)
    p.property("IsUnqualified", "System.Boolean")(lambda path: not path.prefix)
    p.property("IsUnscopedVariable", "System.Boolean")(lambda path: not path.prefix)
    p.property("IsVariable", "System.Boolean")(lambda path: path.is_variable)
    p.property("IsDriveQualified", "System.Boolean")(lambda path: not path.is_variable)
    p.property("DriveName", "System.String")(lambda path: path.prefix if not path.is_variable else None)
    p.method("ToString()", returns="string")(lambda path: path.path)
    p.constructor("(string)")(VariablePath)


def _scope_property(name: str) -> None:
    get = lambda path: path.prefix.lower() == name.lower()  # noqa: E731
    VARIABLE_PATH.property(f"Is{name}", "System.Boolean")(get)
