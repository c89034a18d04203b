"""One value for one parameter: transformations, conversion, validators, the rules for null and empty."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from remora.engine.binding.failures import Failures
from remora.engine.binding.metadata import ParameterMeta
from remora.engine.convert.conversion import converter_of
from remora.engine.convert.numbers import cannot_convert
from remora.engine.convert.text import to_text
from remora.engine.errors import PSError, error
from remora.engine.language.mode import FULL
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import type_names, unwrap
from remora.values.objects import PSObject

if TYPE_CHECKING:
    from remora.engine.binding.attributes import Checks
    from remora.engine.frame import Frame

_BOOLS = ("System.Boolean", "System.Management.Automation.SwitchParameter")


def _suspended(parameter: ParameterMeta) -> PSError:
    return error(
        f"The value Suspend is not supported for an {parameter.name.removesuffix('Action')}Action parameter or "
        "variable: it is of workflows only.",
        type_name="System.NotSupportedException",
    )


def _no_null(parameter: ParameterMeta) -> PSError:
    """The property behind the parameter has no room for $null."""
    inner = cannot_convert(None, parameter.type.name).record.exception
    message = f'Exception setting "{parameter.name}": "{inner.message}"'
    return error(message, type_name="System.Management.Automation.SetValueInvocationException", inner=inner)


_ENCODING = "System.Text.Encoding"


class ValueBinder:
    """Makes values fit the parameters of one call. strict: the command is advanced or a cmdlet."""

    __slots__ = ("_checks", "failures", "frame", "strict")

    def __init__(self, frame: Frame, failures: Failures, strict: bool) -> None:
        self.frame = frame
        self.failures = failures
        self.strict = strict
        self._checks: dict[str, Checks] = {}

    def prepare(self, parameters: Iterable[ParameterMeta]) -> None:
        """Make the attributes that check values; one that cannot be made fails the call whatever it was given."""
        for parameter in parameters:
            if parameter.make_checks is not None:
                self._checks[parameter.name] = parameter.make_checks(self.frame)

    def convert(self, parameter: ParameterMeta, value: Any) -> Any:
        """The value as the parameter takes it. Raises PSError (ParameterBindingException) when it does not."""
        if value is NOTHING:
            value = None
        checks = None if parameter.make_checks is None else self._checks[parameter.name]
        if checks is not None and (value is not None or parameter.mandatory):
            value = self._transformed(parameter, value, checks)
        if parameter.typed or parameter.common:
            if parameter.common and value is None and parameter.name.endswith("Action"):
                raise self.failures.setter(parameter, _no_null(parameter))
            value = self._coerced(parameter, value)
            if parameter.common and parameter.name.endswith("Action") and to_text(value) == "Suspend":
                raise self.failures.setter(parameter, _suspended(parameter))
        if parameter.ps_type and value is not None:
            self._check_type_name(parameter, value)
        for check in (*parameter.validators, *(checks[1] if checks is not None else ())):
            try:
                check.check(value)
            except PSError as problem:
                if problem.record.error_id == "ParameterBindingFailed":
                    raise self.failures.setter(parameter, problem) from None
                raise self.failures.validation(parameter, problem) from None
        if parameter.mandatory:
            self._check_empty(parameter, value)
        if value is None and parameter.attribute and self._without_null(parameter):
            raise self.failures.setter(parameter, _no_null(parameter))
        if parameter.obsolete is not None:
            self.failures.obsolete(parameter)
        return value

    def _transformed(self, parameter: ParameterMeta, value: Any, checks: Checks) -> Any:
        for transform in checks[0]:
            try:
                value = transform(value)
            except PSError as problem:
                raise self.failures.transformation_attribute(parameter, problem) from None
        return value

    def _coerced(self, parameter: ParameterMeta, value: Any) -> Any:
        """As coerce; parameters of cmdlets take what they declare in every language mode."""
        context = self.frame.context
        if not context.mode.limited or not parameter.attribute:
            return self.coerce(parameter, value)
        limited, context.mode = context.mode, FULL
        try:
            return self.coerce(parameter, value)
        finally:
            context.mode = limited

    def coerce(self, parameter: ParameterMeta, value: Any) -> Any:
        """The value in the parameter's type, unchecked."""
        target = parameter.type
        name = target.name
        if name == _ENCODING and parameter.attribute:
            return self._encoding(parameter, value)
        try:
            if self.strict:
                if name == "System.String" and isinstance(unwrap(value), (list, tuple)):
                    raise cannot_convert(value, "System.String")
                if target.element is not None and target.element.name in _BOOLS:
                    self._only_booleans(value, target.element.name)
            if name == "System.Boolean":
                self._only_booleans(value, name)
            if value is None and (target.element is not None or self._stays_null(parameter)):
                return None
            made = converter_of(target)(value)
        except PSError as problem:
            raise self.failures.transformation(parameter, problem) from None
        if parameter.attribute and parameter.mandatory and target.element is not None:
            return self._with_nulls(made, unwrap(value))
        return made

    def _encoding(self, parameter: ParameterMeta, value: Any) -> Any:
        """The encoding a cmdlet was given: an object, a name or a code page, which stays as it is."""
        from remora.engine.text.encodings import codec_of

        plain = unwrap(value)
        try:
            codec, _ = codec_of(plain)
        except PSError as problem:
            raise self.failures.transformation_attribute(parameter, problem) from None
        if codec == "utf-7":
            self.failures.warn("Encoding 'UTF-7' is obsolete, please use UTF-8.")
        return plain

    @staticmethod
    def _stays_null(parameter: ParameterMeta) -> bool:
        """Tell whether $null goes to the checks as $null: for a text that a cmdlet must have, and for values."""
        if not parameter.attribute:
            return False
        if parameter.type.name == "System.String":
            return parameter.mandatory
        return ValueBinder._without_null(parameter) and parameter.type.name not in _BOOLS

    @staticmethod
    def _without_null(parameter: ParameterMeta) -> bool:
        """Tell whether the type is one of values, enumerations among them."""
        net = parameter.type.net
        return (net.is_value_type or net.enum is not None) and not net.name.startswith("System.Nullable`1")

    @staticmethod
    def _with_nulls(made: Any, given: Any) -> Any:
        """Where a cmdlet's array was given $null it stays $null: it is no empty text."""
        if not isinstance(given, (list, tuple)) or all(item is not None for item in given):
            return made
        for index, item in enumerate(given):
            if item is None:
                made[index] = None
        return made

    @staticmethod
    def _only_booleans(value: Any, wanted: str) -> None:
        """Texts and objects are no booleans here, true as they may be elsewhere."""
        inner = unwrap(value)
        many = wanted != "System.Boolean" or isinstance(inner, (list, tuple))
        for item in inner if many and isinstance(inner, (list, tuple)) else [inner]:
            plain = unwrap(item)
            if not isinstance(plain, (bool, int, float, Decimal)) and not hasattr(plain, "switch_value"):
                raise error(
                    f'Cannot convert value "{to_text(item) if item is None else type_names(item)[0]}" to type '
                    f'"{wanted}". Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 '
                    "or 0.",
                    "InvalidCastFromAnyTypeToBoolean",
                    "InvalidArgument",
                    type_name="System.Management.Automation.PSInvalidCastException",
                )

    def _check_type_name(self, parameter: ParameterMeta, value: Any) -> None:
        inner = unwrap(value)
        for item in inner if isinstance(inner, (list, tuple)) else [value]:
            names = type_names(item)
            if parameter.ps_type.lower() not in (name.lower() for name in names):
                raise self.failures.type_name(parameter)

    def _check_empty(self, parameter: ParameterMeta, value: Any) -> None:
        if value is None:
            if not parameter.allow_null:
                raise self.failures.null(parameter)
            return
        if isinstance(value, str):
            if value == "" and not parameter.allow_empty_string:
                raise self.failures.empty_string(parameter)
            return
        inner = unwrap(value) if type(value) is PSObject else value
        if isinstance(inner, (list, bytes, bytearray)) and parameter.type.element is not None:
            self._check_elements(parameter, inner)

    def _check_elements(self, parameter: ParameterMeta, items: Any) -> None:
        if not items and not parameter.allow_empty_collection:
            raise self.failures.empty_array(parameter)
        if isinstance(items, list):
            element = parameter.type.element
            assert element is not None
            if not parameter.allow_null and any(item is None for item in items):
                raise self.failures.null(parameter)
            if not parameter.allow_empty_string and any(isinstance(item, str) and item == "" for item in items):
                raise self.failures.empty_string(parameter)
