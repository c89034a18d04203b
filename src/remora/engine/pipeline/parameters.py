"""The parameters of a function, script block or script file: binding them and making their variables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from remora.engine.arguments import Argument, ParameterText
from remora.engine.binding.binder import binder_of
from remora.engine.binding.metadata import ParameterMeta
from remora.engine.commands import CommandInfo
from remora.engine.errors import PSError, error
from remora.engine.frame import CallInfo, Frame
from remora.engine.nettype import NetType
from remora.engine.nothing import NOTHING
from remora.engine.scopes import Cell
from remora.engine.types.registry import BY_CLASS, HASHTABLE
from remora.values.tables import Hashtable

if TYPE_CHECKING:
    from remora.engine.code import ScriptCode
    from remora.engine.types.runtimeparameters import RuntimeParameter


class BoundTable(Hashtable):
    """``$PSBoundParameters``."""


_TABLE = NetType("System.Management.Automation.PSBoundParametersDictionary", HASHTABLE)
BY_CLASS[BoundTable] = _TABLE


@_TABLE.method("TryGetValue(string, ref)", returns="bool")
def _try_get(table: BoundTable, name: str, out: Any) -> bool:
    found = name in table
    out.value = table.get(name)
    return found


class BlockParameters:
    """Binds the arguments of one call and each pipeline object, and keeps the parameters' variables up to date."""

    __slots__ = ("_defaults", "_dynamic", "_from_input", "_run", "binder", "call", "code", "frame", "metadata")

    def __init__(
        self,
        frame: Frame,
        code: ScriptCode,
        info: CommandInfo,
        call: CallInfo,
        run: Callable[[Any, Callable[[Any], None]], None],
    ) -> None:
        self.frame = frame
        self.code = code
        self.call = call
        self.metadata = info.limited if info.limited is not None else code.metadata()
        self.binder = binder_of(frame, info, self.metadata, call.invocation)
        if self.metadata.asks_blocks:
            self.binder.on_set = self._show
        self._run = run
        self._dynamic: dict[str, RuntimeParameter] = {}
        self._defaults: dict[str, Any] = {}
        self._from_input: dict[str, Any] = {}

    def bind(self, arguments: Sequence[Argument], *, expecting: bool) -> None:
        """The command line. Raises PSError (ParameterBindingException)."""
        binder, call = self.binder, self.call
        call.bound = BoundTable()
        dynamic = self._find_dynamic if self.code.node.dynamic else None
        try:
            binder.bind(arguments, expecting_input=expecting, dynamic=dynamic)
        except PSError as problem:
            binder.failed(problem)
            raise
        self.metadata = binder.metadata
        call.args = list(binder.rest)
        call.bound.clear()
        self._note(binder.values)
        call.invocation.unbound = [str(a) if isinstance(a, ParameterText) else a for a in call.args]

    def _show(self, parameter: ParameterMeta, value: Any) -> None:
        """A validation script sees the parameters that were bound before its own."""
        self.frame.scope.vars[parameter.name.lower()] = Cell(parameter.name, value)

    def _note(self, values: dict[str, Any]) -> None:
        """Show what is bound in $PSBoundParameters and in the parameters made at run time."""
        bound = self.call.bound
        for folded, value in values.items():
            parameter = self.metadata.find(folded)
            if parameter is not None:
                bound[parameter.name] = value
            made = self._dynamic.get(folded)
            if made is not None:
                made.value, made.is_set = value, True
        self.call.invocation.bound = bound

    def declare(self) -> None:
        """Make the parameters' variables: bound, default, or the type's empty value; constraints stay on them."""
        values = self.binder.values
        for folded, parameter in self.code.metadata().parameters.items():
            self._declare(folded, parameter, values)

    def _declare(self, folded: str, parameter: ParameterMeta, values: dict[str, Any]) -> None:
        cell = self.frame.scope.vars[folded] = Cell(parameter.name)
        if folded in values:
            cell.value = values[folded]
        elif parameter.default is not None:
            value = parameter.default(self.frame)
            value = None if value is NOTHING else value
            cell.value = self.binder.coerce(parameter, value) if parameter.typed else value
        elif parameter.typed:
            cell.value = empty(parameter)
        if parameter.takes_input:
            self._defaults[folded] = cell.value
        if parameter.typed and not parameter.is_switch:
            cell.constrain(constraint(parameter), parameter.type.name)

    # -- dynamic parameters --------------------------------------------------------------------------------------------

    def _find_dynamic(self) -> dict[str, ParameterMeta]:
        """Run the dynamicparam block with what is bound so far; its parameters by folded name."""
        from remora.engine.types.runtimeparameters import metadata_of, parameters_of

        out: list[Any] = []
        self._note(self.binder.values)
        self.declare()
        try:
            self._run(self.code.dynamic, out.append)
        except PSError as problem:
            if problem.thrown and problem.record.error_id == "CallDepthOverflow":
                raise
            raise self.binder.failures.dynamic(problem) from None
        name = self.binder.failures.info.name
        self._dynamic = parameters_of(out, name)
        return {folded: metadata_of(parameter) for folded, parameter in self._dynamic.items()}

    # -- pipeline input ------------------------------------------------------------------------------------------------

    def bind_object(self, value: Any) -> bool:
        """Give one pipeline object to the parameters that take it; False when none does."""
        found = self.binder.bind_input(value)
        variables, bound = self.frame.scope.vars, self.call.bound
        for folded in self._from_input:
            if found is None or folded not in found:
                bound.pop(self.metadata.parameters[folded].name, None)
                if folded in variables:
                    variables[folded].value = self._defaults.get(folded)
        self._from_input = found or {}
        if found is None:
            return not self.metadata.advanced
        for folded, item in found.items():
            if folded in variables:
                variables[folded].value = item
        self._note(found)
        return True


def _assigned(parameter: ParameterMeta, value: Any) -> Any:
    from remora.engine.convert.conversion import convert

    try:
        return convert(None if value is NOTHING else value, parameter.type)
    except PSError as problem:
        raise error(
            problem.record.message,
            "RuntimeException",
            "MetadataError",
            type_name="System.Management.Automation.ArgumentTransformationMetadataException",
            inner=problem.record.exception,
        ) from None


def constraint(parameter: ParameterMeta) -> tuple[Callable[[Any], Any]]:
    """What later assignments to a typed parameter's variable go through."""
    return (lambda value: _assigned(parameter, value),)


def empty(parameter: ParameterMeta) -> Any:
    """The value of a typed parameter that was not given: 0, "", False or $null by type."""
    if parameter.is_switch:
        from remora.engine.switchparameter import SwitchParameter

        return SwitchParameter(False)
    target = parameter.type
    if target.name == "System.String":
        return ""
    if target.element is None and not target.arguments and target.net.is_value_type and target.net.enum is None:
        from remora.engine.convert.conversion import try_convert

        ok, value = try_convert(None, target)
        return value if ok else None
    return None
