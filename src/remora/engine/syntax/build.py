"""From the parser's nodes to the objects scripts see: statements and what scripts are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from remora.engine import ast
from remora.engine.source import Extent
from remora.engine.syntax import enums
from remora.engine.syntax.definitions import DefinitionBuilder
from remora.engine.syntax.expressions import elements_of
from remora.engine.syntax.nodes import AstObject, Pair
from remora.engine.syntax.operators import kind_of
from remora.engine.types.catalog import load

if TYPE_CHECKING:
    from remora.engine.code import ScriptCode

Parent = AstObject | None
_SWITCH = {"file": 1, "regex": 2, "wildcard": 4, "exact": 8, "casesensitive": 16, "parallel": 32}


class Builder(DefinitionBuilder):
    """One method for each class of nodes, named after it."""

    # -- scripts -------------------------------------------------------------------------------------------------------

    def script(self, node: ast.ScriptNode, extent: Extent, parent: Parent, *, params: bool = True) -> AstObject:
        """A ScriptBlockAst. params: its param block is its own, not a function's parameter list."""
        made = AstObject("ScriptBlockAst", node, extent, parent)
        put = made.values
        put["UsingStatements"] = self.all_of(node.usings, made, "UsingStatementAst")
        put["Attributes"] = elements_of([], "AttributeAst")
        put["ParamBlock"] = self.param_block(node.params, made) if node.params is not None and params else None
        for name, block in (
            ("DynamicParam", node.dynamic),
            ("Begin", node.begin),
            ("Process", node.process),
            ("End", node.end),
            ("Clean", node.clean),
        ):
            put[f"{name}Block"] = self.named_block(name, block, node, made) if block is not None else None
        return made

    def named_block(self, name: str, block: ast.Block, node: ast.ScriptNode, parent: AstObject) -> AstObject:
        made = AstObject("NamedBlockAst", block, block.extent, parent)
        self._statements(block, made)
        made.values["Unnamed"] = not node.named
        made.values["BlockKind"] = enums.value(enums.KIND, name.capitalize())
        return made

    def param_block(self, node: ast.ParamBlock, parent: AstObject) -> AstObject:
        extent = node.extent
        if node.attributes:
            after = node.attributes[-1].extent.end
            start = extent.source.text.lower().find("param", after)
            extent = Extent(extent.source, start, extent.end)
        made = AstObject("ParamBlockAst", node, extent, parent)
        made.values["Attributes"] = self.all_of(node.attributes, made, "AttributeAst")
        made.values["Parameters"] = self.all_of(node.parameters, made, "ParameterAst")
        return made

    def parameternode(self, node: ast.ParameterNode, parent: Parent) -> AstObject:
        made = AstObject("ParameterAst", node, node.extent, parent)
        every: list[ast.Node] = sorted((*node.attributes, *node.types), key=lambda one: one.extent.start)
        attributes = [
            self.constraint(one, made) if isinstance(one, ast.TypeName) else self.build(one, made) for one in every
        ]
        variable = node.variable if node.variable is not None else ast.Variable(node.extent, node.name)
        made.values["Attributes"] = elements_of(attributes, "AttributeBaseAst")
        made.values["Name"] = self.build(variable, made)
        made.values["DefaultValue"] = self.maybe(node.default, made)
        made.values["StaticType"] = self.static_type(node.types[-1] if node.types else None)
        return made

    def functiondef(self, node: ast.FunctionDef, parent: Parent) -> AstObject:
        made = AstObject("FunctionDefinitionAst", node, node.extent, parent)
        script = node.script
        listed = script.params is not None and script.params.extent.start < script.extent.start
        source = script.extent.source
        body = Extent(source, script.extent.start - 1, node.extent.end)
        parameters = script.params.parameters if listed and script.params is not None else None
        made.values["Parameters"] = self.all_of(parameters, made, "ParameterAst") if parameters is not None else None
        made.values["Body"] = self.script(script, body, made, params=not listed)
        made.values.update(Name=node.name, IsFilter=node.is_filter, IsWorkflow=False)
        return made

    def block(self, node: ast.Block, parent: Parent) -> AstObject:
        made = AstObject("StatementBlockAst", node, node.extent, parent)
        self._statements(node, made)
        return made

    def _statements(self, node: ast.Block, made: AstObject) -> None:
        made.values["Statements"] = self.all_of(node.statements, made, "StatementAst")
        made.values["Traps"] = self.all_of(node.traps, made, "TrapStatementAst") if node.traps else None

    def using(self, node: ast.Using, parent: Parent) -> AstObject:
        made = AstObject("UsingStatementAst", node, node.extent, parent)
        hashtable = isinstance(node.name, ast.HashLiteral)
        made.values["Name"] = None if hashtable else self.build(node.name, made)
        made.values["ModuleSpecification"] = self.build(node.name, made) if hashtable else None
        made.values["Alias"] = None
        made.values["UsingStatementKind"] = enums.value(enums.USING_KIND, node.kind.capitalize())
        return made

    # -- pipelines -----------------------------------------------------------------------------------------------------

    def pipeline(self, node: ast.Pipeline, parent: Parent) -> AstObject:
        made = AstObject("PipelineAst", node, node.extent, parent)
        made.values["PipelineElements"] = self.all_of(node.elements, made, "CommandBaseAst")
        made.values["Background"] = node.background
        return made

    def chain(self, node: ast.Chain, parent: Parent) -> AstObject:
        made = AstObject("PipelineChainAst", node, node.extent, parent)
        made.values["LhsPipelineChain"] = self.build(node.left, made)
        made.values["RhsPipeline"] = self.build(node.right, made)
        made.values["Operator"] = enums.value(enums.KIND, "AndAnd" if node.op == "&&" else "OrOr")
        made.values["Background"] = node.background
        return made

    def command(self, node: ast.Command, parent: Parent) -> AstObject:
        made = AstObject("CommandAst", node, node.extent, parent)
        elements = [self.build(one, made) for one in (node.name, *node.elements)]
        if node.verbatim is not None:
            elements.extend(self._verbatim(node, made))
        made.values["CommandElements"] = elements_of(elements, "CommandElementAst")
        made.values["Redirections"] = self.all_of(node.redirections, made, "RedirectionAst")
        operator = {"": "Unknown", "&": "Ampersand", ".": "Dot"}[node.operator]
        made.values["InvocationOperator"] = enums.value(enums.KIND, operator)
        made.values["DefiningKeyword"] = None
        return made

    def _verbatim(self, node: ast.Command, parent: AstObject) -> list[AstObject]:
        """``--%`` and the rest of the line as two words."""
        extent = node.extent
        start = extent.source.text.find("--%", node.elements[-1].extent.end if node.elements else node.name.extent.end)
        if start < 0 or not node.verbatim:
            return []
        mark = Extent(extent.source, start, start + 3)
        begin = extent.source.text.find(node.verbatim, start + 3)
        rest = Extent(extent.source, begin, begin + len(node.verbatim))
        words = (ast.StringConstant(mark, "--%", "bare"), ast.StringConstant(rest, node.verbatim, "bare"))
        return [self.build(word, parent) for word in words]

    def commandexpr(self, node: ast.CommandExpr, parent: Parent) -> AstObject:
        made = AstObject("CommandExpressionAst", node, node.extent, parent)
        made.values["Expression"] = self.build(node.expression, made)
        made.values["Redirections"] = self.all_of(node.redirections, made, "RedirectionAst")
        return made

    def commandparameter(self, node: ast.CommandParameter, parent: Parent) -> AstObject:
        made = AstObject("CommandParameterAst", node, node.extent, parent)
        made.values["ParameterName"] = node.name
        made.values["Argument"] = self.maybe(node.argument, made)
        start = node.extent.start
        end = start + 1 + len(node.name) + node.colon
        made.values["ErrorPosition"] = self.extent_object(Extent(node.extent.source, start, end))
        return made

    def redirection(self, node: ast.Redirection, parent: Parent) -> AstObject:
        made = AstObject("FileRedirectionAst", node, node.extent, parent)
        made.values["FromStream"] = enums.value(enums.STREAM, list(enums.STREAM.enum or {})[node.stream])
        made.values["Location"] = self.build(node.target, made)
        made.values["Append"] = node.append
        return made

    def mergeredirection(self, node: ast.MergeRedirection, parent: Parent) -> AstObject:
        made = AstObject("MergingRedirectionAst", node, node.extent, parent)
        made.values["FromStream"] = enums.value(enums.STREAM, list(enums.STREAM.enum or {})[node.stream])
        made.values["ToStream"] = enums.value(enums.STREAM, "Output")
        return made

    def assignment(self, node: ast.Assignment, parent: Parent) -> AstObject:
        made = AstObject("AssignmentStatementAst", node, node.extent, parent)
        made.values["Left"] = self.build(node.left, made)
        right: ast.Node = node.right
        if isinstance(right, ast.Pipeline) and len(right.elements) == 1 and not right.background:
            only = right.elements[0]
            right = only if isinstance(only, ast.CommandExpr) else right
        made.values["Right"] = self.build(right, made)
        made.values["Operator"] = kind_of(node.op)
        made.values["ErrorPosition"] = self.between(node.left, node.right)
        return made

    # -- statements ----------------------------------------------------------------------------------------------------

    def statement(self, name: str, node: ast.Node, parent: Parent, **parts: Any) -> AstObject:
        """A statement whose properties are values, nodes and None."""
        made = AstObject(name, node, node.extent, parent)
        for key, part in parts.items():
            made.values[key] = self.build(part, made) if isinstance(part, ast.Node) else part
        return made

    def clauses(self, pairs: Sequence[tuple[ast.Node, ast.Node]], made: AstObject) -> Any:
        return elements_of([Pair(self.build(a, made), self.build(b, made)) for a, b in pairs], "")

    def if_(self, node: ast.If, parent: Parent) -> AstObject:
        made = AstObject("IfStatementAst", node, node.extent, parent)
        made.values["Clauses"] = self.clauses(node.clauses, made)
        made.values["ElseClause"] = self.maybe(node.otherwise, made)
        return made

    def while_(self, node: ast.While, parent: Parent) -> AstObject:
        return self.statement(
            "WhileStatementAst", node, parent, Label=node.label or None, Condition=node.condition, Body=node.body
        )

    def doloop(self, node: ast.DoLoop, parent: Parent) -> AstObject:
        name = "DoUntilStatementAst" if node.until else "DoWhileStatementAst"
        return self.statement(name, node, parent, Label=node.label or None, Condition=node.condition, Body=node.body)

    def for_(self, node: ast.For, parent: Parent) -> AstObject:
        return self.statement(
            "ForStatementAst",
            node,
            parent,
            Label=node.label or None,
            Initializer=node.start,
            Condition=node.condition,
            Iterator=node.step,
            Body=node.body,
        )

    def foreach(self, node: ast.ForEach, parent: Parent) -> AstObject:
        return self.statement(
            "ForEachStatementAst",
            node,
            parent,
            Label=node.label or None,
            Variable=node.variable,
            Condition=node.items,
            Body=node.body,
            ThrottleLimit=None,
            Flags=enums.value(enums.FOREACH_FLAGS, "Parallel" if "parallel" in node.flags else "None"),
        )

    def switch(self, node: ast.Switch, parent: Parent) -> AstObject:
        made = AstObject("SwitchStatementAst", node, node.extent, parent)
        condition = node.condition
        if isinstance(condition, ast.Expr):
            condition = ast.Pipeline(condition.extent, (ast.CommandExpr(condition.extent, condition),))
        made.values["Label"] = node.label or None
        made.values["Condition"] = self.build(condition, made)
        made.values["Clauses"] = self.clauses([(one.condition, one.body) for one in node.clauses], made)
        made.values["Default"] = self.maybe(node.default, made)
        made.values["Flags"] = enums.combined(enums.SWITCH_FLAGS, sum(_SWITCH[flag] for flag in node.flags))
        return made

    def catchclause(self, node: ast.CatchClause, parent: Parent) -> AstObject:
        made = AstObject("CatchClauseAst", node, node.extent, parent)
        made.values["CatchTypes"] = elements_of([self.constraint(t, made) for t in node.types], "TypeConstraintAst")
        made.values["Body"] = self.build(node.body, made)
        made.values["IsCatchAll"] = not node.types
        return made

    def try_(self, node: ast.Try, parent: Parent) -> AstObject:
        made = AstObject("TryStatementAst", node, node.extent, parent)
        made.values["Body"] = self.build(node.body, made)
        made.values["CatchClauses"] = self.all_of(node.catches, made, "CatchClauseAst")
        made.values["Finally"] = self.maybe(node.final, made)
        return made

    def trap(self, node: ast.Trap, parent: Parent) -> AstObject:
        made = AstObject("TrapStatementAst", node, node.extent, parent)
        made.values["TrapType"] = self.constraint(node.type, made) if node.type is not None else None
        made.values["Body"] = self.build(node.body, made)
        return made

    def throw(self, node: ast.Throw, parent: Parent) -> AstObject:
        return self.statement("ThrowStatementAst", node, parent, Pipeline=node.value, IsRethrow=False)

    def return_(self, node: ast.Return, parent: Parent) -> AstObject:
        return self.statement("ReturnStatementAst", node, parent, Pipeline=node.value)

    def exit(self, node: ast.Exit, parent: Parent) -> AstObject:
        return self.statement("ExitStatementAst", node, parent, Pipeline=node.value)

    def break_(self, node: ast.Break, parent: Parent) -> AstObject:
        return self.statement("BreakStatementAst", node, parent, Label=node.label)

    def continue_(self, node: ast.Continue, parent: Parent) -> AstObject:
        return self.statement("ContinueStatementAst", node, parent, Label=node.label)

    def data(self, node: ast.Data, parent: Parent) -> AstObject:
        made = self.statement("DataStatementAst", node, parent, Variable=node.name or None, Body=node.body)
        made.values["CommandsAllowed"] = self.all_of(node.commands, made, "ExpressionAst")
        return made

    def errorstatement(self, node: ast.ErrorStatement, parent: Parent) -> AstObject:
        made = AstObject("ErrorStatementAst", node, node.extent, parent)
        put = made.values
        put["NestedAst"] = self.error_parts(node.parts, made)
        put["Conditions"] = self.error_parts(node.conditions, made)
        put["Bodies"] = self.error_parts(node.bodies, made)
        put["Kind"] = self.keyword_token(node) if node.kind else None
        put["Flags"] = self.flag_table(node, made) if node.flags else None
        return made


def tree_of(node: ast.ScriptNode) -> AstObject:
    """The tree of a whole text."""
    return Builder().script(node, node.extent, None)


def tree_of_code(code: ScriptCode) -> AstObject:
    """The tree of a script block with its braces; a function's whole definition."""
    load("syntax.kinds")
    if code.definition is not None:
        return Builder().functiondef(code.definition, None)
    node = code.node
    source = node.extent.source
    start, end = node.extent.start, node.extent.end
    braces = source.text[start - 1 : start] == "{" and start > 0
    extent = Extent(source, start - 1, min(end + 1, len(source.text))) if braces else node.extent
    listed = node.params is not None and node.params.extent.start < start
    return Builder().script(node, extent, None, params=not listed)
