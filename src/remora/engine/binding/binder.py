"""The binder: arguments to parameters, in the order of reference section 9. Source: about_Parameter_Binding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from remora.engine.arguments import Argument, ParameterText
from remora.engine.binding.failures import Failures
from remora.engine.binding.matching import fits, last_chance, property_of, without_shadowed
from remora.engine.binding.metadata import ALL_SETS, CommandMetadata, ParameterMeta, SetSpec
from remora.engine.convert.conversion import converter_of
from remora.engine.errors import PSError
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import unwrap

if TYPE_CHECKING:
    from remora.engine.commands import CommandInfo
    from remora.engine.frame import Frame
    from remora.engine.invocation import InvocationInfo
    from remora.engine.validators import Validator


class Binder:
    """Binds one call. ``values``: folded parameter name -> converted value; ``rest``: what a simple function puts into
    $args.
    """

    def __init__(self, frame: Frame, info: CommandInfo, metadata: CommandMetadata, invocation: InvocationInfo) -> None:
        self.frame = frame
        self.metadata = metadata
        self.failures = Failures(info, invocation)
        self.values: dict[str, Any] = {}
        self.rest: list[Any] = []
        self.sets: set[str] = set(metadata.set_names) or {ALL_SETS}
        self._validators: dict[str, tuple[Validator, ...]] = {}
        self._inputs: tuple[list[ParameterMeta], list[ParameterMeta]] | None = None

    # -- the command line ----------------------------------------------------------------------------------------------

    def bind(self, arguments: Sequence[Argument], *, expecting_input: bool) -> None:
        """Named, positional, defaults, sets, mandatory. Raises PSError (ParameterBindingException)."""
        positional = self._named(without_shadowed(arguments, self.metadata))
        self._positional(positional)
        self._defaults()
        self._settle(expecting_input)
        self._mandatory(expecting_input)

    def _named(self, arguments: list[Argument]) -> list[Any]:
        positional: list[Any] = []
        index = 0
        while index < len(arguments):
            argument = arguments[index]
            index += 1
            if argument.name is None:
                positional.append(argument.value)
                continue
            parameter = self.find(argument.name)
            if parameter is None:
                if self.metadata.advanced:
                    raise self.failures.not_found(argument.name, arguments[index : index + 1])
                positional.append(ParameterText.of(argument.name, argument.given))
                if argument.given:
                    positional.append(argument.value)
                continue
            folded = parameter.name.lower()
            if folded in self.values:
                raise self.failures.already_bound(parameter.name)
            if argument.given:
                value = argument.value
            elif parameter.is_switch:
                value = True
            elif index < len(arguments) and (arguments[index].name is None):
                value = arguments[index].value
                index += 1
            else:
                raise self.failures.missing_argument(parameter)
            self.set(parameter, value)
        return positional

    def find(self, name: str) -> ParameterMeta | None:
        """Exact name or alias, else unique prefix."""
        folded = name.lower()
        exact = self.metadata.find(folded)
        if exact is not None:
            return exact
        candidates = self.metadata.by_prefix(folded)
        own = [p for p in candidates if not p.common]
        if len(candidates) > 1 and len(own) == 1:
            candidates = own
        if len(candidates) > 1:
            raise self.failures.ambiguous(name, [p.name for p in candidates])
        return candidates[0] if candidates else None

    def _defaults(self) -> None:
        """$PSDefaultParameterValues."""
        table = self.frame.scope.get("psdefaultparametervalues")
        if not table or not self.metadata.advanced:
            return
        from remora.engine.binding.defaults import default_values

        for name, value in default_values(table, self.failures.info.name):
            parameter = self.metadata.find(name.lower())
            if (
                parameter is not None
                and parameter.name.lower() not in self.values
                and parameter.spec(self.sets) is not None
            ):
                self.set(parameter, value)

    # -- positions -----------------------------------------------------------------------------------------------------

    def _positional(self, pending: list[Any]) -> None:
        while pending:
            if isinstance(pending[0], ParameterText) and not self.metadata.advanced:
                self.rest.append(pending.pop(0))
                if self.rest[-1].colon:
                    self.rest.append(pending.pop(0))
                continue
            candidates = self._next_position()
            if not candidates:
                break
            self._bind_position(candidates, pending.pop(0))
        if not pending:
            return
        taker = next((p for p in self.metadata.parameters.values() if self._takes_rest(p)), None)
        if taker is not None:
            only = unwrap(pending[0]) if len(pending) == 1 else None
            self.set(taker, only if isinstance(only, list) else pending)
        elif self.metadata.advanced:
            raise self.failures.no_position(pending[0])
        else:
            self.rest.extend(pending)

    def _takes_rest(self, parameter: ParameterMeta) -> bool:
        spec = parameter.spec(self.sets)
        return spec is not None and spec.remaining and parameter.name.lower() not in self.values

    def _next_position(self) -> list[ParameterMeta]:
        best: int | None = None
        out: list[ParameterMeta] = []
        for parameter in self.metadata.parameters.values():
            if parameter.name.lower() in self.values:
                continue
            spec = self._positional_spec(parameter)
            if spec is None or spec.position is None:
                continue
            if best is None or spec.position < best:
                best, out = spec.position, [parameter]
            elif spec.position == best:
                out.append(parameter)
        if best is not None:
            return [p for p in out if not ((s := p.spec(self.sets)) and s.remaining)]
        return out

    def _positional_spec(self, parameter: ParameterMeta) -> SetSpec | None:
        default = self.metadata.default_set
        if default in self.sets and (spec := parameter.sets.get(default)) is not None:
            return spec
        found = [
            s
            for name, s in parameter.sets.items()
            if (name in self.sets or name == ALL_SETS) and s.position is not None
        ]
        return found[0] if found else parameter.spec(self.sets)

    def _bind_position(self, candidates: list[ParameterMeta], value: Any) -> None:
        if len(candidates) > 1:
            default = self.metadata.default_set
            preferred = [p for p in candidates if default in p.sets or ALL_SETS in p.sets]
            ordered = [*preferred, *(p for p in candidates if p not in preferred)]
            for parameter in ordered:
                if fits(value, parameter):
                    self.set(parameter, value)
                    return
            for parameter in ordered[:-1]:
                try:
                    self.set(parameter, value)
                    return
                except PSError:
                    continue
            candidates = ordered[-1:]
        self.set(candidates[0], value)

    # -- one value -----------------------------------------------------------------------------------------------------

    def set(self, parameter: ParameterMeta, value: Any) -> None:
        """Convert, check and store; narrows the possible parameter sets."""
        if not parameter.common and ALL_SETS not in parameter.sets:
            left = self.sets & set(parameter.sets)
            if not left:
                raise self.failures.ambiguous_set()
            self.sets = left
        self.values[parameter.name.lower()] = self.convert(parameter, value)

    def convert(self, parameter: ParameterMeta, value: Any) -> Any:
        """Type, null and empty rules, validators."""
        if value is NOTHING:
            value = None
        if parameter.typed or parameter.common:
            value = self.coerce(parameter, value)
        spec = parameter.spec(self.sets)
        if spec is not None and spec.mandatory:
            self._check_empty(parameter, value)
        self._validate(parameter, value)
        return value

    def coerce(self, parameter: ParameterMeta, value: Any) -> Any:
        """The value in the parameter's type, unchecked."""
        target = parameter.type
        name = target.name
        try:
            if name == "System.String" and isinstance(unwrap(value), (list, tuple)) and self.metadata.advanced:
                from remora.engine.convert.numbers import cannot_convert

                raise cannot_convert(value, "System.String")
            if value is None and target.element is not None:
                return None
            return converter_of(target)(value)
        except PSError as problem:
            raise self.failures.transformation(parameter, problem) from None

    def _check_empty(self, parameter: ParameterMeta, value: Any) -> None:
        if value is None:
            if not parameter.allow_null:
                raise self.failures.null(parameter)
            return
        if isinstance(value, str) and value == "" and not parameter.allow_empty_string:
            raise self.failures.empty_string(parameter)
        if isinstance(value, (list, bytes, bytearray)) and parameter.type.element is not None:
            if not value and not parameter.allow_empty_collection:
                raise self.failures.empty_array(parameter)
            if isinstance(value, list) and parameter.type.element.name == "System.String":
                if any(item == "" for item in value) and not parameter.allow_empty_string:
                    raise self.failures.empty_string(parameter)
                if any(item is None for item in value) and not parameter.allow_null:
                    raise self.failures.null(parameter)

    def _validate(self, parameter: ParameterMeta, value: Any) -> None:
        checks: Sequence[Validator] = parameter.validators
        if parameter.make_validators is not None:
            folded = parameter.name.lower()
            if folded not in self._validators:
                self._validators[folded] = parameter.make_validators(self.frame)
            checks = self._validators[folded]
        for check in checks:
            try:
                check.check(value)
            except PSError as problem:
                raise self.failures.validation(parameter, problem) from None

    # -- sets and mandatory --------------------------------------------------------------------------------------------

    def _settle(self, expecting_input: bool) -> None:
        """Drop sets whose mandatory parameters cannot come any more; the default set breaks ties."""
        if len(self.sets) <= 1:
            return
        possible = {name for name in self.sets if not self._missing(name, expecting_input)}
        if possible:
            self.sets = possible
        if len(self.sets) > 1 and self.metadata.default_set in self.sets and not expecting_input:
            self.sets = {self.metadata.default_set}

    def _missing(self, set_name: str, expecting_input: bool) -> list[ParameterMeta]:
        out = []
        for folded, parameter in self.metadata.parameters.items():
            spec = parameter.sets.get(set_name) or parameter.sets.get(ALL_SETS)
            if spec is None or not spec.mandatory or folded in self.values:
                continue
            if not (expecting_input and (spec.pipeline or spec.by_property)):
                out.append(parameter)
        return out

    def _mandatory(self, expecting_input: bool) -> None:
        if not self.sets:
            return
        name = self.chosen_set()
        missing = self._missing(name, expecting_input)
        if not missing:
            if (
                len(self.sets) > 1
                and not expecting_input
                and self.metadata.default_set not in self.sets
                and self._distinct()
            ):
                raise self.failures.ambiguous_set()
            return
        if len(self.sets) > 1 and not self.metadata.default_set:
            raise self.failures.ambiguous_set()
        host = self.frame.context.host
        if host.interactive:
            from remora.values.host import FieldDescription

            fields = [FieldDescription(name=p.name, label=p.name) for p in missing]
            answers = host.prompt("", "Supply values for the following parameters:", fields)
            for parameter in missing:
                self.set(parameter, answers.get(parameter.name))
            return
        raise self.failures.missing_mandatory([p.name for p in missing])

    def _distinct(self) -> bool:
        """Tell whether the sets still possible differ in what has been bound: otherwise any will do."""
        return not self.metadata.default_set and not any(not self._missing(name, False) for name in self.sets)

    def chosen_set(self) -> str:
        """The name of the parameter set in force."""
        if self.metadata.default_set in self.sets:
            return self.metadata.default_set
        return min(self.sets, key=lambda n: self.metadata.set_names.index(n) if n in self.metadata.set_names else 0)

    # -- pipeline input ------------------------------------------------------------------------------------------------

    def _open(self) -> tuple[list[ParameterMeta], list[ParameterMeta]]:
        """Unbound parameters that take pipeline input by value, and by property name; settled at the first object."""
        if self._inputs is None:
            unbound = [p for folded, p in self.metadata.parameters.items() if folded not in self.values]
            self._inputs = (
                [p for p in unbound if self._input_spec(p, False) is not None],
                [p for p in unbound if self._input_spec(p, True) is not None],
            )
        return self._inputs

    def direct_input(self) -> ParameterMeta | None:
        """The one parameter that takes every pipeline object as it is; None when binding has to look at each object."""
        by_value, by_property = self._open()
        if len(by_value) != 1 or by_property:
            return None
        only = by_value[0]
        plain = only.type.name in ("System.Object", "System.Management.Automation.PSObject")
        return only if plain and not only.validators and only.make_validators is None else None

    def bind_input(self, value: Any) -> dict[str, Any] | None:
        """Parameters for one pipeline object beyond those bound already; None when nothing takes it."""
        found: dict[str, Any] = {}
        by_value, by_property = self._open()
        for named, coerce in ((False, False), (True, False), (False, True), (True, True)):
            for parameter in by_property if named else by_value:
                if parameter.name.lower() not in found:
                    self._take(parameter, value, named, coerce, found)
            if found and not named:
                for parameter in by_property:
                    if parameter.name.lower() not in found:
                        self._take(parameter, value, True, False, found)
                break
        return found or None

    def _input_spec(self, parameter: ParameterMeta, by_property: bool) -> SetSpec | None:
        for name, spec in parameter.sets.items():
            if (name == ALL_SETS or name in self.sets) and (spec.by_property if by_property else spec.pipeline):
                return spec
        return None

    def _take(
        self, parameter: ParameterMeta, value: Any, by_property: bool, coerce: bool, found: dict[str, Any]
    ) -> None:
        if by_property:
            ok, value = property_of(value, (parameter.name, *parameter.aliases))
            if not ok:
                return
        if not coerce and not fits(value, parameter):
            return
        try:
            found[parameter.name.lower()] = self.convert(parameter, value)
        except PSError:
            if coerce and not by_property and not last_chance(self.metadata):
                return
            raise
