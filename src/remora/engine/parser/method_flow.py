"""What can be known of a method without running it: what is assigned where, and whether every way returns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from remora.engine import ast

Assigned = frozenset[str]
EVERYTHING: Final[frozenset[str]] = frozenset(("*",))
"""State of a place that is never reached: all variables count as assigned there."""

KNOWN: Final = frozenset(
    (
        *("_", "psitem", "args", "this", "input", "pscmdlet", "psboundparameters", "myinvocation", "psscriptroot"),
        *("pscommandpath", "debugpreference", "verbosepreference", "erroractionpreference", "whatifpreference"),
        *("warningpreference", "informationpreference", "confirmpreference", "progresspreference", "?", "^", "$"),
        *("executioncontext", "false", "true", "null", "home", "host", "pid", "psculture", "pshome", "psuiculture"),
        *("psversiontable", "psedition", "shellid", "enabledexperimentalfeatures", "lastexitcode", "error"),
        *("stacktrace", "outputencoding", "nestedpromptlevel", "pwd", "matches", "psapplicationoutputencoding"),
        *("foreach", "switch", "iswindows", "islinux", "ismacos", "iscoreclr"),
    )
)
_CAPTURES: Final = frozenset(
    (
        "outvariable",
        "ov",
        "errorvariable",
        "ev",
        "warningvariable",
        "wv",
        "informationvariable",
        "iv",
        "pipelinevariable",
    )
)


def meet(*states: Assigned) -> Assigned:
    """What is assigned whichever way was taken."""
    reached = [state for state in states if state is not EVERYTHING]
    if not reached:
        return EVERYTHING
    out = reached[0]
    for state in reached[1:]:
        out = out & state
    return out


class MethodFlow:
    """Walks a method's statements with the set of assigned variables. unassigned: variables read before that."""

    def __init__(self, parameters: Sequence[str]) -> None:
        self.start: Assigned = KNOWN | {name.lower() for name in parameters}
        self.unassigned: list[ast.Variable] = []
        self._breaks: list[list[Assigned]] = []

    def body(self, script: ast.ScriptNode) -> bool:
        """Walk the body; tell whether its end can be reached."""
        if script.end is None:
            return True
        return self._block(script.end, self.start) is not EVERYTHING

    def _block(self, node: ast.Block, state: Assigned) -> Assigned:
        for statement in node.statements:
            state = self._statement(statement, state)
        for trap in node.traps:
            self._block(trap.body, state)
        return state

    def _statement(self, node: ast.Node, state: Assigned) -> Assigned:
        handler = _STATEMENTS.get(type(node))
        return handler(self, node, state) if handler is not None else self._reads(node, state)

    # -- expressions ---------------------------------------------------------------------------------------------------

    def _reads(self, node: ast.Node | None, state: Assigned) -> Assigned:
        """Everything read in a node, in the order of the text; assignments inside count."""
        if node is None or isinstance(node, (ast.ScriptNode, ast.FunctionDef, ast.TypeDefinition)):
            return state
        if isinstance(node, ast.Variable):
            self._read(node, state)
            return state
        if isinstance(node, ast.Assignment):
            return self._assignment(node, state)
        if isinstance(node, ast.Command):
            return self._command(node, state)
        if isinstance(node, ast.Block):
            return self._block(node, state)
        if isinstance(node, ast.Statement) and type(node) in _STATEMENTS:
            return self._statement(node, state)
        for child in node.children():
            state = self._reads(child, state)
        return state

    def _read(self, node: ast.Variable, state: Assigned) -> None:
        local = node.prefix in ("", "local", "private", "variable")
        if local and state is not EVERYTHING and node.name.lower() not in state:
            self.unassigned.append(node)

    def _command(self, node: ast.Command, state: Assigned) -> Assigned:
        for child in node.children():
            state = self._reads(child, state)
        elements = node.elements
        for index, one in enumerate(elements):
            if isinstance(one, ast.CommandParameter) and one.name.lower() in _CAPTURES:
                value = one.argument or (elements[index + 1] if index + 1 < len(elements) else None)
                if isinstance(value, ast.StringConstant):
                    state = state | {value.value.lstrip("+").lower()}
        return state

    def _assignment(self, node: ast.Assignment, state: Assigned) -> Assigned:
        state = self._reads(node.right, state)
        if node.op not in ("=", "??=") and not isinstance(node.left, ast.Variable):
            state = self._reads(node.left, state)
        return self._target(node.left, state)

    def _target(self, node: ast.Expr, state: Assigned) -> Assigned:
        while isinstance(node, (ast.Cast, ast.AttributedExpr)):
            node = node.operand
        if isinstance(node, ast.Variable):
            return state if state is EVERYTHING else state | {node.name.lower()}
        if isinstance(node, ast.ArrayLiteral):
            for item in node.items:
                state = self._target(item, state)
            return state
        if isinstance(node, ast.Paren):
            pipeline = node.pipeline
            only = pipeline.elements[0] if isinstance(pipeline, ast.Pipeline) and len(pipeline.elements) == 1 else None
            return self._target(only.expression, state) if isinstance(only, ast.CommandExpr) else state
        return self._reads(node, state)

    # -- statements ----------------------------------------------------------------------------------------------------

    def _if(self, node: ast.If, state: Assigned) -> Assigned:
        ends: list[Assigned] = []
        for condition, body in node.clauses:
            state = self._reads(condition, state)
            ends.append(self._block(body, state))
        ends.append(state if node.otherwise is None else self._block(node.otherwise, state))
        return meet(*ends)

    def _loop(self, body: Callable[[], object], state: Assigned, *, ends: bool = True) -> Assigned:
        """A loop left when its condition fails, in this state (unless it never does), or by break."""
        self._breaks.append([])
        body()
        left = self._breaks.pop()
        return meet(*([state] if ends else []), *left)

    def _while(self, node: ast.While, state: Assigned) -> Assigned:
        state = self._reads(node.condition, state)
        return self._loop(lambda: self._block(node.body, state), state)

    def _do(self, node: ast.DoLoop, state: Assigned) -> Assigned:
        end: list[Assigned] = []
        left = self._loop(lambda: end.append(self._block(node.body, state)), EVERYTHING)
        after = end[0]
        if after is not EVERYTHING:
            after = self._reads(node.condition, after)
        return meet(after, left)

    def _for(self, node: ast.For, state: Assigned) -> Assigned:
        state = self._reads(node.condition, self._reads(node.start, state))
        body, step = node.body, node.step
        return self._loop(lambda: self._reads(step, self._block(body, state)), state, ends=node.condition is not None)

    def _foreach(self, node: ast.ForEach, state: Assigned) -> Assigned:
        state = self._target(node.variable, self._reads(node.items, state))
        return self._loop(lambda: self._block(node.body, state), state)

    def _switch(self, node: ast.Switch, state: Assigned) -> Assigned:
        state = self._reads(node.condition, state)

        def bodies() -> None:
            for clause in node.clauses:
                self._block(clause.body, self._reads(clause.condition, state))
            if node.default is not None:
                self._block(node.default, state)

        return self._loop(bodies, state)

    def _try(self, node: ast.Try, state: Assigned) -> Assigned:
        ends = [self._block(node.body, state)]
        ends.extend(self._block(clause.body, state) for clause in node.catches)
        if node.final is None:
            return meet(*ends)
        final = self._block(node.final, state)
        return EVERYTHING if meet(*ends) is EVERYTHING else final

    def _leave(self, node: ast.Throw | ast.Return | ast.Exit, state: Assigned) -> Assigned:
        self._reads(node.value, state)
        return EVERYTHING

    def _break(self, node: ast.Break, state: Assigned) -> Assigned:
        if self._breaks:
            self._breaks[-1].append(state)
        return EVERYTHING

    def _continue(self, node: ast.Continue, state: Assigned) -> Assigned:
        return EVERYTHING


_STATEMENTS: Final[dict[type, Callable[..., Assigned]]] = {
    ast.If: MethodFlow._if,
    ast.While: MethodFlow._while,
    ast.DoLoop: MethodFlow._do,
    ast.For: MethodFlow._for,
    ast.ForEach: MethodFlow._foreach,
    ast.Switch: MethodFlow._switch,
    ast.Try: MethodFlow._try,
    ast.Throw: MethodFlow._leave,
    ast.Return: MethodFlow._leave,
    ast.Exit: MethodFlow._leave,
    ast.Break: MethodFlow._break,
    ast.Continue: MethodFlow._continue,
}
