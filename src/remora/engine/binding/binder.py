"""The binder: arguments to parameters, in the order of reference section 9. Source: about_Parameter_Binding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from remora.engine.arguments import Argument, ParameterText
from remora.engine.binding.failures import Failures
from remora.engine.binding.metadata import CommandMetadata, ParameterMeta
from remora.engine.binding.sets import ParameterSets
from remora.engine.binding.values import ValueBinder
from remora.engine.errors import PSError
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import unwrap

if TYPE_CHECKING:
    from remora.engine.binding.input import InputBinder
    from remora.engine.commands import CommandInfo
    from remora.engine.frame import Frame
    from remora.engine.invocation import InvocationInfo

Dynamic = Callable[[], dict[str, ParameterMeta]]
_TAKES_BLOCKS = ("System.Object", "System.Management.Automation.ScriptBlock", "System.Management.Automation.PSObject")


class Binder:
    """Binds one call. ``values``: folded parameter name -> converted value; ``rest``: what a simple function puts into
    $args; ``delayed``: parameters whose script block is asked for each input object; ``caller``: the scope whose
    $PSDefaultParameterValues counts.
    """

    def __init__(self, frame: Frame, info: CommandInfo, metadata: CommandMetadata, invocation: InvocationInfo) -> None:
        self.frame = frame
        self.caller = frame.scope
        self.metadata = metadata
        self.failures = Failures(info, invocation, frame)
        self.values: dict[str, Any] = {}
        self.rest: list[Any] = []
        self.on_set: Callable[[ParameterMeta, Any], None] | None = None
        self.delayed: dict[ParameterMeta, ScriptBlock] = {}
        self.sets = ParameterSets(metadata, self.unbound, self.failures.ambiguous_set)
        self._values = ValueBinder(frame, self.failures, metadata.advanced)
        self._expecting = False
        self._input: InputBinder | None = None
        self._defaults_off = not metadata.advanced

    # -- state ---------------------------------------------------------------------------------------------------------

    def is_bound(self, parameter: ParameterMeta) -> bool:
        """Tell whether the parameter has a value, or a script block that will give it one."""
        return parameter.name.lower() in self.values or parameter in self.delayed

    def unbound(self) -> list[ParameterMeta]:
        """Own parameters without a value."""
        given = self._input
        return [
            p
            for p in self.metadata.parameters.values()
            if not self.is_bound(p) and not (given is not None and given.is_bound(p))
        ]

    def bound(self) -> dict[str, Any]:
        """Values by the names of their parameters, in the order of these."""
        values = self.values
        return {p.name: values[folded] for folded, p in self.metadata.parameters.items() if folded in values}

    def failed(self, problem: PSError) -> None:
        """The error tells what was bound before it."""
        told = problem.record.invocation
        for invocation in (self.failures.invocation, told):
            if invocation is not None and invocation.command is self.failures.info:
                invocation.bound = self.bound()

    def chosen_set(self) -> str:
        """The name of the parameter set in force."""
        return self.sets.chosen()

    # -- the command line ----------------------------------------------------------------------------------------------

    def bind(self, arguments: Sequence[Argument], *, expecting_input: bool, dynamic: Dynamic | None = None) -> None:
        """Named, positional, defaults, dynamic parameters, sets, mandatory. dynamic: gives the dynamic parameters once
        the others are bound. Raises PSError (ParameterBindingException).
        """
        self._expecting = expecting_input
        self._values.prepare(self.metadata.parameters.values())
        left = self._named(list(arguments)) if arguments else []
        problem: PSError | None = None
        if left:
            left, problem = self._positional(left, more=dynamic is not None)
        self._defaults()
        if self.metadata.set_names:
            self.sets.validate(before_input=True, settle=False)
        if dynamic is not None:
            left, problem = self._dynamic(dynamic, left, problem)
        self._take_rest(left, problem)
        self.failures.argument = None
        if self.metadata.set_names or self.metadata.takes_mandatory:
            self._settle()

    def _positional(self, left: list[Argument], *, more: bool = False) -> tuple[list[Argument], PSError | None]:
        from remora.engine.binding.positions import bind_positions

        return bind_positions(self, left, more=more)

    def _dynamic(
        self, dynamic: Dynamic, left: list[Argument], problem: PSError | None
    ) -> tuple[list[Argument], PSError | None]:
        found = dynamic()
        if not found:
            return left, problem
        self.metadata = self.sets.metadata = self.metadata.merged(found)
        self._values.prepare(found.values())
        left, later = self._positional(self._named(left))
        self._defaults()
        return left, problem or later

    def _named(self, arguments: list[Argument]) -> list[Argument]:
        """Bind the named ones, those of splats last: a written one wins (trap 72). Returns the others."""
        left: list[Argument] = []
        later: list[tuple[ParameterMeta, Argument]] = []
        index = 0
        while index < len(arguments):
            argument = arguments[index]
            index += 1
            self.failures.argument = argument
            parameter = self.find(argument.name) if argument.name is not None else None
            if parameter is None:
                left.append(argument)
                continue
            if argument.splatted:
                later.append((parameter, argument))
                continue
            if parameter.name.lower() in self.values or parameter in self.delayed:
                raise self.failures.already_bound(parameter.name)
            value, index = self._value_of(parameter, argument, arguments, index)
            self.failures.argument = arguments[index - 1]
            self.set(parameter, value)
        seen: set[str] = set()
        for parameter, argument in later:
            folded = parameter.name.lower()
            self.failures.argument = argument
            if folded in seen:
                raise self.failures.already_bound(parameter.name)
            if not self.is_bound(parameter):
                seen.add(folded)
                self.set(parameter, argument.value)
        self.failures.argument = None
        return left

    def _value_of(
        self, parameter: ParameterMeta, argument: Argument, arguments: list[Argument], index: int
    ) -> tuple[Any, int]:
        if argument.given:
            return self._written(parameter, argument), index
        if parameter.is_switch:
            return True, index
        following = arguments[index] if index < len(arguments) else None
        if following is None or following.splatted:
            raise self.failures.missing_argument(parameter)
        if following.name is None:
            return self._written(parameter, following), index + 1
        if following.given or self.find(following.name) is not None:
            raise self.failures.missing_argument(parameter)
        return f"-{following.name}", index + 1

    @staticmethod
    def _written(parameter: ParameterMeta, argument: Argument) -> Any:
        return argument.value_for(parameter.type.name) if argument.text else argument.value

    def find(self, name: str) -> ParameterMeta | None:
        """Exact name or alias, else unique prefix."""
        folded, strict = name.lower(), self.frame.context.strict_reading
        exact = self.metadata.find(folded, strict=strict)
        if exact is not None:
            return exact
        candidates = self.metadata.by_prefix(folded, strict=strict)
        own = [p for p in candidates if not p.common]
        if len(candidates) > 1 and len(own) == 1:
            candidates = own
        if len(candidates) > 1:
            raise self.failures.ambiguous(name, [p.name for p in candidates])
        return candidates[0] if candidates else None

    def _defaults(self) -> None:
        """$PSDefaultParameterValues."""
        if self._defaults_off:
            return
        table = self.caller.get("psdefaultparametervalues")
        if not table:
            return
        from remora.engine.binding.defaults import default_values

        for parameter, value in default_values(table, self.failures.info, self.metadata, self.failures.warn):
            if self.is_bound(parameter) or not self.sets.allows(parameter):
                continue
            possible = self.sets.possible
            try:
                self.set(parameter, value)
            except PSError as problem:
                self.sets.possible = possible
                self.failures.default_failed(parameter, value, problem)

    def _take_rest(self, left: list[Argument], problem: PSError | None) -> None:
        """What no parameter took: a ValueFromRemainingArguments parameter, $args, or an error."""
        if not left:
            return
        if problem is not None and (
            not self.metadata.advanced or problem.record.error_id.startswith("ParameterArgumentValidationError")
        ):
            raise problem
        self.failures.argument = left[0]
        taker = next((p for p in self.unbound() if self._takes_rest(p)), None)
        if taker is not None:
            items: list[Any] = []
            for argument in left:
                if argument.name is not None:
                    items.append(ParameterText.of(argument.name, argument.given))
                if argument.name is None or argument.given:
                    items.append(argument.value)
            only = unwrap(items[0]) if len(items) == 1 else None
            self.set(taker, only if isinstance(only, list) else items)
        elif not self.metadata.advanced:
            for argument in left:
                if argument.name is not None:
                    self.rest.append(ParameterText.of(argument.name, argument.given))
                if argument.name is None or argument.given:
                    self.rest.append(argument.value)
        elif left[0].name is not None:
            raise self.failures.not_found(left[0].name)
        else:
            raise problem or self.failures.no_position(left[0].value)

    def _takes_rest(self, parameter: ParameterMeta) -> bool:
        return any(spec.remaining for _, spec in parameter.specs(self.sets.possible))

    # -- one value -----------------------------------------------------------------------------------------------------

    def set(self, parameter: ParameterMeta, value: Any) -> None:
        """Convert, check and store; narrows the possible parameter sets."""
        if isinstance(value, ScriptBlock) and self._delays(parameter):
            if not self._expecting:
                raise self.failures.no_input(parameter)
            self.delayed[parameter] = value
        else:
            converted = self.values[parameter.name.lower()] = self.convert(parameter, value)
            if self.on_set is not None:
                self.on_set(parameter, converted)
        self.sets.narrow(parameter)

    def _delays(self, parameter: ParameterMeta) -> bool:
        """Tell whether a script block stands for a value that each input object gives."""
        if not parameter.takes_input:
            return False
        kind = parameter.type.element or parameter.type
        if kind.name in _TAKES_BLOCKS:
            return False
        return any(s.pipeline or s.by_property for _, s in parameter.specs(self.sets.possible))

    def convert(self, parameter: ParameterMeta, value: Any) -> Any:
        """The value as the parameter takes it."""
        return self._values.convert(parameter, value)

    def coerce(self, parameter: ParameterMeta, value: Any) -> Any:
        """The value in the parameter's type, unchecked."""
        return self._values.coerce(parameter, value)

    # -- sets and mandatory --------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        sets, expecting = self.sets, self._expecting and (self.metadata.takes_pipeline or bool(self.delayed))
        count = 1
        if self.metadata.set_names:
            count = sets.validate(before_input=expecting, settle=not expecting)
            if count > 1 and expecting and sets.keep_those_with_input(self.delayed):
                count = sets.validate(before_input=True, settle=False)
        if not self.metadata.takes_mandatory:
            return
        missing = sets.missing(count=count, expecting=expecting)
        if not missing:
            return
        host = self.frame.context.host
        if not host.interactive:
            raise self.failures.missing_mandatory([p.name for p in missing])
        from remora.values.host import FieldDescription

        fields = [
            FieldDescription(
                name=p.name,
                label=p.name,
                help_message=next((s.help for s in p.sets.values()), ""),
                parameter_type_name=p.type.name.rpartition(".")[2],
                parameter_type_full_name=p.type.name,
            )
            for p in missing
        ]
        caption = f"cmdlet {self.failures.info.name} at command pipeline position {self.failures.position}"
        answers = host.prompt(caption, "Supply values for the following parameters:", fields)
        for parameter in missing:
            self.set(parameter, answers.get(parameter.name))

    # -- pipeline input ------------------------------------------------------------------------------------------------

    def _input_binder(self) -> InputBinder:
        if self._input is None:
            from remora.engine.binding.input import InputBinder

            self._input = InputBinder(self)
        return self._input

    def direct_input(self) -> ParameterMeta | None:
        """The one parameter that takes every pipeline object as it is; None when binding has to look at each object."""
        return self._input_binder().direct()

    def bind_input(self, value: Any) -> dict[str, Any] | None:
        """Parameters for one pipeline object beyond those bound already; None when nothing takes it."""
        return self._input_binder().bind(value)


def binder_of(frame: Frame, info: CommandInfo, metadata: CommandMetadata, invocation: InvocationInfo) -> Binder:
    """The binder of one call: one that tells of its work while the trace source ParameterBinding is heard."""
    tracer = frame.context.tracer
    source = None if tracer is None or not info.name else tracer.binding
    if source is None:
        return Binder(frame, info, metadata, invocation)
    from remora.engine.binding.traced import TracedBinder

    return TracedBinder(frame, info, metadata, invocation, source)
