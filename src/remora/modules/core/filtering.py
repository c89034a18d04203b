"""Where-Object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import is_true
from remora.engine.errors import PSError, error
from remora.engine.format.access import ABSENT, find
from remora.engine.nothing import NOTHING
from remora.engine.operators.compare import comparison, contains
from remora.engine.operators.text import is_instance, like, match, type_operand
from remora.engine.types.registry import unwrap
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.engine.wildcard import has_wildcard
from remora.modules.common import matcher, names

# Operator -> its parameter set; the case-sensitive form, C in front, has a set of its own.
_SETS: Final = {
    "EQ": "EqualSet",
    "NE": "NotEqualSet",
    "GT": "GreaterThanSet",
    "LT": "LessThanSet",
    "GE": "GreaterOrEqualSet",
    "LE": "LessOrEqualSet",
    "Like": "LikeSet",
    "NotLike": "NotLikeSet",
    "Match": "MatchSet",
    "NotMatch": "NotMatchSet",
    "Contains": "ContainsSet",
    "NotContains": "NotContainsSet",
    "In": "InSet",
    "NotIn": "NotInSet",
}
_ALONE: Final = {"Is": "IsSet", "IsNot": "IsNotSet"}
_NOT: Final = "Not"
_OPERATORS: Final = (*_SETS, *(f"C{name}" for name in _SETS), *_ALONE)
_VALUE_SETS: Final = (*_SETS.values(), *(f"CaseSensitive{name}" for name in _SETS.values()), *_ALONE.values())


def _operator_parameters() -> dict[str, Parameter]:
    """A switch for each operator: the plain one ignores case and may be written with I in front."""
    made: dict[str, Parameter] = {}
    for name, chosen in _SETS.items():
        plain = {chosen: {"mandatory": chosen != "EqualSet"}}
        made[f"{name.lower()}_"] = Parameter("switch", name=name, aliases=(f"I{name}",), sets=plain)
        made[f"c{name.lower()}_"] = Parameter(
            "switch", name=f"C{name}", sets={f"CaseSensitive{chosen}": {"mandatory": True}}
        )
    for name, chosen in (*_ALONE.items(), (_NOT, _NOT)):
        made[f"{name.lower()}_"] = Parameter("switch", name=name, sets={chosen: {"mandatory": True}})
    return made


def _with_operators(cls: type[Cmdlet]) -> type[Cmdlet]:
    for attribute, parameter in _operator_parameters().items():
        setattr(cls, attribute, parameter)
        parameter.__set_name__(cls, attribute)
    return cls


@cmdlet("Where-Object", aliases=("where", "?"), default_set="EqualSet", module="Microsoft.PowerShell.Core")
@_with_operators
class WhereObject(Cmdlet):
    """Lets objects through that a block or a comparison finds true."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING, allow_null=True)
    filter_script = Parameter("scriptblock", sets={"ScriptBlockSet": {"position": 0, "mandatory": True}})
    property = Parameter(
        "string",
        sets={name: {"position": 0, "mandatory": True} for name in (*_VALUE_SETS, _NOT)},
        validate=(ValidateNotNullOrEmpty(),),
    )
    value = Parameter("object", sets={name: {"position": 1} for name in _VALUE_SETS}, allow_null=True)

    def begin(self) -> None:
        if self.filter_script is not None:
            self._test = self.runtime.item_predicate(self.filter_script)
        else:
            self._test = self._comparison()

    def process(self) -> None:
        value = self.input_object
        if value is not NOTHING and self._test(value):
            self.emit(value)

    def _comparison(self) -> Callable[[Any], bool]:
        """The test of one item. A switch set to $false is no operator; without any, the value itself is the answer."""
        chosen = next((name for name in _OPERATORS if name in self.bound and getattr(self, f"{name.lower()}_")), None)
        if chosen is None:
            if "Value" in self.bound:
                raise self.throw(_refused("Operator", "OperatorNotSpecified", _OPERATOR_MISSING))
            negate = _NOT in self.bound and bool(self.__dict__["not_"])
            return lambda item: self._answer(item, lambda found: is_true(found) != negate)
        if "Value" not in self.bound:
            raise self.throw(_refused("Value", "ValueNotSpecifiedForWhereObject", _VALUE_MISSING))
        try:
            compare = _operator(chosen.lower(), self.value)
        except PSError as problem:
            raise self.throw(problem) from None
        return lambda item: self._answer(item, compare)

    def _answer(self, item: Any, test: Callable[[Any], Any]) -> bool:
        """The test of an item's property. What an item lacks is an error in strict mode only."""
        try:
            found = self._read(item)
        except PSError as problem:
            self.runtime.write_error(problem.record)
            return False
        try:
            return is_true(test(found))
        except PSError as problem:
            failure = error(
                f"The operator failed: {problem.record.exception.message}.",
                "OperatorFailed",
                "InvalidOperation",
                item,
                type_name="System.InvalidOperationException",
            )
            self.runtime.write_error(failure.record)
            return False

    def _read(self, item: Any) -> Any:
        name = self.property
        if item is None:
            if self.runtime.is_strict(2):
                raise _refused("InputObject", "InputObjectIsNull", "Cannot operate on a 'null' input object.")
            return None
        if has_wildcard(name) and not (isinstance(unwrap(item), Mapping) and name in unwrap(item)):
            test = matcher([name])
            matching = [known for known in names(item) if test(known)]
            if len(matching) > 1:
                raise _refused("Property", "AmbiguousPropertyName", _ambiguous(name, matching), item)
            name = matching[0] if matching else name
        found = find(item, name)
        if found is not ABSENT:
            return found
        if self.runtime.is_strict(2):
            text = f'The input name "{name}" cannot be resolved to a property.'
            raise _refused("Property", "PropertyNotFound", text, item)
        return None


def _ambiguous(name: str, matching: list[str]) -> str:
    return (
        f'Input name "{name}" is ambiguous. It can be resolved to multiple matched members. Possible matches include: '
        f"{' '.join(matching)}."
    )


def _refused(parameter: str, error_id: str, message: str, target: Any = None) -> PSError:
    return error(
        f"{message} (Parameter '{parameter}')",
        error_id,
        "InvalidArgument",
        target,
        type_name="System.Management.Automation.PSArgumentException",
    )


_OPERATOR_MISSING: Final = (
    "An operator is required to compare the two specified values. Include a valid operator in the command, and then "
    "try the command again. For example, Get-Process | Where-Object -Property Name -eq Idle"
)
_VALUE_MISSING: Final = (
    "The specified operator requires both the -Property and -Value parameters. Provide values for both parameters, "
    "and then try the command again."
)


def _operator(name: str, right: Any) -> Callable[[Any], Any]:
    """The operator behind a switch, ``eq``, ``cnotlike``, ``is`` ..., waiting for its left side."""
    if name in ("is", "isnot"):
        text = right[1:-1] if isinstance(right, str) and right.startswith("[") and right.endswith("]") else right
        kind = type_operand(text)
        return lambda left: is_instance(left, kind) == (name == "is")
    sensitive = name.startswith("c") and name != "contains"
    plain = name[1:] if sensitive else name
    if plain in ("eq", "ne", "gt", "lt", "ge", "le"):
        compare = comparison(name)
        return lambda left: compare(left, right)
    negate = plain.startswith("not")
    base = plain.removeprefix("not")
    if base == "like":
        return lambda left: like(left, right, not sensitive, negate)
    if base == "match":
        return lambda left: match(left, right, not sensitive, negate, lambda table: None)
    if base == "contains":
        return lambda left: contains(left, right, not sensitive) != negate
    return lambda left: contains(right, left, not sensitive) != negate


CMDLETS = (WhereObject,)
