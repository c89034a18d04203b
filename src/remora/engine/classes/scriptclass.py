"""ScriptClass: what stands behind a class that a script defines; how its instances are made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from remora.engine.classes.instance import adopt, allocate
from remora.engine.classes.members import ClassOverload, ClassProperty
from remora.engine.classes.methods import Activation, Body, evaluate
from remora.engine.classes.native import construct_base, state_of
from remora.engine.compile.core import expression
from remora.engine.errors import PSError, error
from remora.engine.exception_types import NetException, exception
from remora.engine.nettype import NetType
from remora.engine.nothing import NOTHING

if TYPE_CHECKING:
    from remora.engine import ast
    from remora.engine.scopes import Scope
    from remora.engine.types.typeref import TypeRef


class ScriptClass:
    """net: its type; definition: its syntax; home: the script scope that defined it; native: the nearest base that is
    no script's class. statics: values of its static properties by folded name.
    """

    def __init__(self, definition: ast.TypeDefinition, net: NetType, home: Scope, native: TypeRef) -> None:
        self.definition = definition
        self.net = net
        self.home = home
        self.native = native
        self.statics: dict[str, Any] = {}
        self.instance_properties: list[tuple[ClassProperty, ast.PropertyMember]] = []
        self.static_properties: list[tuple[ClassProperty, ast.PropertyMember]] = []
        self.static_constructor: Body | None = None
        self._static_state = "new"
        self._static_failure: NetException | None = None

    @property
    def base(self) -> ScriptClass | None:
        """The base class when a script defines that too."""
        found = self.net.base.scripted if self.net.base is not None else None
        return found if isinstance(found, ScriptClass) else None

    # -- statics -------------------------------------------------------------------------------------------------------

    def initialize_statics(self) -> None:
        """Run static initializers and the static constructor, once, before anybody looks."""
        if self._static_state == "done":
            return
        if self._static_failure is not None:
            raise self._type_failure()
        if self._static_state == "running":
            return
        self._static_state = "running"
        try:
            for prop, node in self.static_properties:
                if node.initial is not None:
                    self._assign_static(prop, node.initial)
            if self.static_constructor is not None:
                self.static_constructor.activation(NOTHING, ()).statements()
        except PSError as problem:
            self._static_state = "failed"
            self._static_failure = problem.record.exception
            self._static_failure.error_record = problem.record
            raise self._type_failure() from None
        self._static_state = "done"

    def _assign_static(self, prop: ClassProperty, node: ast.Expr) -> None:
        value = evaluate(self.home, "<static initializer>", node, prop.type)
        self.statics[prop.name.lower()] = prop.convert(value) if prop.convert is not None else value

    def _type_failure(self) -> PSError:
        message = f"The type initializer for '{self.net.name}' threw an exception."
        inner = self._static_failure
        if inner is not None and inner.error_record is not None:
            outer = exception(inner.message, inner=inner)
            outer.error_record = inner.error_record
            inner = outer
        return error(
            message, "TypeInitializationException", "NotSpecified", type_name="System.TypeInitializationException",
            inner=inner,
        )  # fmt: skip

    # -- instances -----------------------------------------------------------------------------------------------------

    def constructor(self, node: ast.MethodMember | None, types: tuple[TypeRef, ...]) -> ClassOverload:
        """The overload that makes an instance by this constructor; None: by the default one."""
        body = Body(node, types, self.home) if node is not None else None

        def make(*arguments: Any) -> Any:
            made = allocate(self.net, state_of(self.native.net))
            self._construct(made, body, arguments)
            return made

        overload = ClassOverload(types, make, self.net, node)
        overload.initialize = lambda made, arguments: self._construct(made, body, arguments)
        return overload

    def _construct(self, made: Any, body: Body | None, arguments: tuple[Any, ...]) -> None:
        self.initialize_statics()
        for prop, node in self.instance_properties:
            value = prop.default
            if node.initial is not None:
                value = evaluate(self.home, self.net.name, node.initial, prop.type, made)
                if prop.convert is not None:
                    value = prop.convert(value)
            made.fields[prop.name.lower()] = value
        if body is None:
            self._construct_base(made, [])
            return
        activation = body.activation(made, arguments)
        self._construct_base(made, self._base_arguments(activation, body.node))
        activation.statements()

    def _base_arguments(self, activation: Activation, node: ast.MethodMember) -> list[Any]:
        if not node.base:
            return []
        closures: list[Callable[[Any], Any]] = [expression(one) for one in node.base]
        values: list[Any] = activation.run(lambda f: [closure(f) for closure in closures])
        return [None if value is NOTHING else value for value in values]

    def _construct_base(self, made: Any, arguments: list[Any]) -> None:
        from remora.engine.members.overloads import choose

        base = self.base
        if base is None:
            state = construct_base(self.native, self.net, arguments)
            if state is not None:
                adopt(made, state)
            return
        overload, converted = choose(".ctor", base.net.constructors, arguments)
        assert isinstance(overload, ClassOverload)
        overload.initialize(made, tuple(converted))
