"""Running methods, constructors and initializers of classes: a scope of their own, no output but what ``return`` gives,
and any error ends them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.engine.code import ScriptCode
from remora.engine.compile.core import Closure, expression
from remora.engine.context import EngineContext, current
from remora.engine.convert.conversion import converter_of
from remora.engine.errors import MethodReturn, PSError
from remora.engine.frame import CallInfo, Frame
from remora.engine.invocation import InvocationInfo
from remora.engine.nothing import NOTHING
from remora.engine.pipeline.processor import drop
from remora.engine.scopes import Cell, Scope

if TYPE_CHECKING:
    from remora.engine import ast
    from remora.engine.source import Extent
    from remora.engine.types.typeref import TypeRef


class Body:
    """The code of one method or constructor. home: the script scope its class was defined in."""

    def __init__(self, node: ast.MethodMember, types: tuple[TypeRef, ...], home: Scope) -> None:
        self.node = node
        self.code = ScriptCode(node.script, node.name)
        self.home = home
        self.parameters = tuple(
            (one.name, kind, bool(one.types)) for one, kind in zip(node.parameters, types, strict=True)
        )

    def activation(self, this: Any, arguments: tuple[Any, ...]) -> Activation:
        """A call with these arguments, which have been converted."""
        made = Activation(self.home, self.node.name, self.code, this)
        variables = made.frame.scope.vars
        for (name, kind, typed), value in zip(self.parameters, arguments, strict=True):
            cell = variables[name.lower()] = Cell(name, value)
            if typed:
                cell.constrain((converter_of(kind),), kind.name)
        return made


class Activation:
    """One call: a frame below the running one, or below the scope of the class when other code's scope runs."""

    def __init__(self, home: Scope, name: str, code: ScriptCode | None, this: Any = NOTHING) -> None:
        self.context: EngineContext = current()
        running = self.context.active_frame()
        scope = Scope(running.scope if _belongs(running.scope, home) else home)
        self.info = CallInfo(name, code, InvocationInfo(None, None))
        scope.call = self.info
        self.frame = Frame(self.context, scope, drop, running.sinks)
        if this is not NOTHING:
            scope.vars["this"] = Cell("this", this)

    def run(self, body: Closure) -> Any:
        """Run a closure as this call; the value of ``return``, else None."""
        context = self.context
        context.enter(self.info, self.frame)
        context.try_depth += 1
        try:
            return body(self.frame)
        except MethodReturn as signal:
            return signal.value
        finally:
            context.try_depth -= 1
            context.leave()

    def statements(self) -> Any:
        """Run the code of the call."""
        code = self.info.code
        if code is None or code.end is None:
            return None
        body = code.end

        def run(f: Frame) -> None:
            body(f)

        return self.run(run)


def _belongs(scope: Scope, home: Scope) -> bool:
    """Tell whether the scope lies inside the script or module that defined the class."""
    return any(level is home for level in scope.chain())


def evaluate(home: Scope, name: str, node: ast.Expr, kind: TypeRef | None, this: Any = NOTHING) -> Any:
    """The value of a property's initializer, converted to the property's type; an error is placed at it."""
    closure = expression(node)

    def run(f: Frame) -> Any:
        value = closure(f)
        value = None if value is NOTHING else value
        return value if kind is None else converter_of(kind)(value)

    return Activation(home, name, None, this).run(placed(run, node.extent))


def placed(run: Closure, extent: Extent) -> Closure:
    """The closure, its errors noted at the extent."""
    from remora.engine.compile.blocks import place

    def guarded(f: Frame) -> Any:
        try:
            return run(f)
        except PSError as problem:
            place(f, problem, extent)
            raise

    return guarded
