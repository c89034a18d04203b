"""StaticParameterBinder: which parameters the elements of a command's tree mean, without running anything."""

from __future__ import annotations

from typing import Any, Final

from remora.engine.binding.metadata import CommandMetadata, ParameterMeta
from remora.engine.completion.parameters import metadata_of
from remora.engine.context import current
from remora.engine.errors import PSError
from remora.engine.exception_types import exception
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.syntax.nodes import AstObject
from remora.engine.syntax.values import safe_value
from remora.engine.types.commandinfo import ParameterView
from remora.engine.types.maps import GenericDictionary
from remora.engine.types.typeref import register, require

_L: Final = "System.Management.Automation.Language."
_ERROR: Final = "System.Management.Automation.ParameterBindingException"
BINDER: Final = NetType(_L + "StaticParameterBinder", OBJECT, form="static")


class BindingResult(NetObject):
    """ParameterBindingResult: what is bound to a parameter."""

    __slots__ = ("constant", "parameter", "value")
    net_type = NetType(_L + "ParameterBindingResult", OBJECT)

    def __init__(self, parameter: ParameterMeta | None, value: AstObject | None, constant: Any) -> None:
        self.parameter = parameter
        self.value = value
        self.constant = constant

    def net_text(self) -> str:
        return "" if self.value is None else self.value.extent.text


class BindingError(NetObject):
    """StaticBindingError: an element that no parameter takes."""

    __slots__ = ("element", "problem")
    net_type = NetType(_L + "StaticBindingError", OBJECT)

    def __init__(self, element: AstObject, message: str) -> None:
        self.element = element
        self.problem = exception(message, _ERROR)


class StaticResult(NetObject):
    """StaticBindingResult."""

    __slots__ = ("bound", "problems")
    net_type = NetType(_L + "StaticBindingResult", OBJECT)

    def __init__(self) -> None:
        kind = "System.Collections.Generic.Dictionary[string,{}]"
        self.bound = GenericDictionary(require(kind.format(BindingResult.net_type.name)), [], ignore_case=True)
        self.problems = GenericDictionary(require(kind.format(BindingError.net_type.name)), [], ignore_case=True)


class _Binding:
    """One command being bound. metadata: of the command; None while nothing is known of it."""

    def __init__(self, metadata: CommandMetadata | None) -> None:
        self.metadata = metadata
        self.result = StaticResult()
        self._place = 0

    def bind(self, elements: list[AstObject]) -> StaticResult:
        """Names first, then what is left by position."""
        rest: list[AstObject] = []
        index = 0
        while index < len(elements):
            element = elements[index]
            index += 1
            if element.name != "CommandParameterAst":
                rest.append(element)
                continue
            following = elements[index] if index < len(elements) else None
            index += self._named(element, following)
        for element in rest:
            self._by_position(element)
        return self.result

    def _named(self, element: AstObject, following: AstObject | None) -> int:
        """Bind a parameter that is written by name; how many of the elements behind it went with it."""
        name = str(element.values["ParameterName"])
        parameter = self._find(element, name)
        if parameter is None and self.metadata is not None:
            return 0
        label = name if parameter is None else parameter.name
        argument = element.values.get("Argument")
        if argument is not None:
            self._put(label, parameter, argument)
            return 0
        takes_next = following is not None and following.name != "CommandParameterAst"
        if (parameter is not None and parameter.is_switch) or not takes_next:
            self.result.bound[label] = BindingResult(parameter, element, True)
            return 0
        assert following is not None
        self._put(label, parameter, following)
        return 1

    def _find(self, element: AstObject, name: str) -> ParameterMeta | None:
        if self.metadata is None:
            return None
        exact = self.metadata.find(name.lower())
        found = [exact] if exact is not None else self.metadata.by_prefix(name.lower())
        if len(found) != 1:
            message = f"A parameter cannot be found that matches parameter name '{name}'."
            if found:
                message = f"Parameter cannot be processed because the parameter name '{name}' is ambiguous."
            self.result.problems[element.extent.text] = BindingError(element, message)
            return None
        return found[0]

    def _by_position(self, element: AstObject) -> None:
        if self.metadata is None:
            self._put(str(self._place), None, element)
            self._place += 1
            return
        parameter = self._next()
        if parameter is None:
            text = element.extent.text
            message = f"A positional parameter cannot be found that accepts argument '{text}'."
            self.result.problems[text] = BindingError(element, message)
            return
        self._put(parameter.name, parameter, element)

    def _next(self) -> ParameterMeta | None:
        """The parameter of the lowest position that is free, of the default set where there is one."""
        assert self.metadata is not None
        sets = {self.metadata.default_set} if self.metadata.default_set else None
        placed: list[tuple[int, ParameterMeta]] = []
        for parameter in self.metadata.parameters.values():
            spec = parameter.spec(sets)
            if spec is not None and spec.position is not None and parameter.name not in self.result.bound:
                placed.append((spec.position, parameter))
        return min(placed, key=lambda pair: pair[0])[1] if placed else None

    def _put(self, label: str, parameter: ParameterMeta | None, element: AstObject) -> None:
        try:
            constant = safe_value(element.node)
        except PSError:
            constant = None
        self.result.bound[label] = BindingResult(parameter, element, constant)


def bind_command(command: AstObject, resolve: bool = True, desired: Any = None) -> StaticResult:
    """StaticParameterBinder.BindCommand. desired: parameters to be bound alone; the others are left out."""
    elements = list(command.values["CommandElements"])
    metadata = None
    if resolve:
        try:
            name = elements[0].extent.text.strip("'\"")
            metadata = metadata_of(current().resolver.resolve(name, current().active_frame().scope))
        except PSError:
            metadata = None
    result = _Binding(metadata).bind(elements[1:])
    if desired:
        wanted = {str(one).lower() for one in desired}
        for name in [one for one in result.bound if str(one).lower() not in wanted]:
            del result.bound[name]
    return result


def _declare() -> None:
    ast = f"{_L}CommandAst commandAst"
    BINDER.static(f"BindCommand({ast})", f"BindCommand({ast}, bool resolve)",
                  f"BindCommand({ast}, bool resolve, string[] desiredParameters)",
                  returns=StaticResult.net_type.name)(bind_command)  # fmt: skip
    s, b, e = StaticResult.net_type, BindingResult.net_type, BindingError.net_type
    s.property("BoundParameters")(lambda v: v.bound)
    s.property("BindingExceptions")(lambda v: v.problems)
    b.property("Parameter", ParameterView.net_type.name)(
        lambda v: None if v.parameter is None else ParameterView(v.parameter)
    )
    b.property("Value", f"{_L}CommandElementAst")(lambda v: v.value)
    b.property("ConstantValue")(lambda v: v.constant)
    e.property("CommandElement", f"{_L}CommandElementAst")(lambda v: v.element)
    e.property("BindingException", _ERROR)(lambda v: v.problem)


def register_types() -> None:
    """The types by name."""
    register(BINDER, StaticResult.net_type, BindingResult.net_type, BindingError.net_type)


_declare()
