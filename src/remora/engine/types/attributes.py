"""Members of attribute objects, and parameters made at run time: RuntimeDefinedParameter and its dictionary."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from remora.engine import attribute as a
from remora.engine import validators as v
from remora.engine.binding.attributes import BUILDERS
from remora.engine.binding.metadata import ALL_SETS
from remora.engine.convert.conversion import convert_to
from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true
from remora.engine.nettype import NetType
from remora.engine.types.registry import ENUM, type_of
from remora.engine.types.typeref import TypeRef, register
from remora.engine.validators import drives
from remora.engine.validators.emptiness import WHITE_SPACE
from remora.values.collections import TypedArray

_M = "System.Management.Automation."
RANGE_KINDS = NetType(
    _M + "ValidateRangeKind", ENUM, enum={"Positive": 0, "NonNegative": 1, "Negative": 2, "NonPositive": 3}
)


def _flag(kind: NetType, name: str, field: str) -> None:
    kind.property(name, "System.Boolean")(lambda o: getattr(o, field))
    kind.setter(name)(lambda o, value: setattr(o, field, is_true(value)))


def _text(kind: NetType, name: str, field: str) -> None:
    kind.property(name, "System.String")(lambda o: getattr(o, field))
    kind.setter(name)(lambda o, value: setattr(o, field, to_text(value)))


def _strings(values: Any) -> TypedArray:
    return TypedArray([to_text(item) for item in values], "System.String")


def _parameter() -> None:
    k = a.ParameterAttribute.net_type
    for name, field in (
        ("Mandatory", "mandatory"),
        ("ValueFromPipeline", "pipeline"),
        ("ValueFromPipelineByPropertyName", "by_property"),
        ("ValueFromRemainingArguments", "remaining"),
        ("DontShow", "dont_show"),
    ):
        _flag(k, name, field)
    for name, field in (
        ("HelpMessage", "help"),
        ("HelpMessageBaseName", "base_name"),
        ("HelpMessageResourceId", "resource"),
        ("ExperimentName", "experiment"),
    ):
        _text(k, name, field)
    k.property("Position", "System.Int32")(lambda o: o.position)
    k.setter("Position")(lambda o, value: setattr(o, "position", convert_to(value, "int")))
    k.property("ParameterSetName", "System.String")(lambda o: o.set_name)
    k.setter("ParameterSetName")(lambda o, value: setattr(o, "set_name", to_text(value) or ALL_SETS))
    k.constructor("()")(a.ParameterAttribute)
    k.settable_bag = True


def _others() -> None:
    alias = a.AliasAttribute.net_type
    alias.property("AliasNames")(lambda o: _strings(o.names))
    alias.constructor("(*string)")(a.AliasAttribute)
    binding = a.CmdletBindingAttribute.net_type
    _text(binding, "DefaultParameterSetName", "default_set")
    _text(binding, "ConfirmImpact", "confirm_impact")
    _text(binding, "HelpUri", "help_uri")
    _text(binding, "RemotingCapability", "remoting")
    _flag(binding, "SupportsShouldProcess", "should_process")
    _flag(binding, "PositionalBinding", "positional")
    for name, key in (("SupportsPaging", "paging"), ("SupportsTransactions", "transactions")):
        _entry(binding, name, key, "supports", is_true)
    binding.constructor("()")(a.CmdletBindingAttribute)
    output = a.OutputTypeAttribute.net_type
    output.property("Type")(lambda o: list(o.types))
    output.property("ParameterSetName")(lambda o: _strings(o.sets))
    output.setter("ParameterSetName")(lambda o, value: setattr(o, "sets", tuple(convert_to(value, "string[]"))))
    _text(output, "ProviderCmdlet", "provider")
    output.constructor("(*object)")(a.OutputTypeAttribute)
    for short, kind in a.FLAGS.items():
        kind.constructor("()")(_from_builder(BUILDERS[short]))
    for short, (kind, first, others) in a.VALUED.items():
        for name in (*((first,) if first else ()), *others):
            _entry(kind, name, name, "values", lambda value: value)
        build = _from_builder(BUILDERS[short])
        if not first or short in ("obsolete", "argumentcompleter"):
            kind.constructor("()")(build)
        if first:
            kind.constructor("(*object)" if first == "CompleteStrings" else "(object)")(build)


def _completer() -> None:
    """[ArgumentCompleter] has either a script block or the type of a class."""
    kind, first, _ = a.VALUED["argumentcompleter"]
    kind.property("ScriptBlock", _M + "ScriptBlock")(lambda o: _unless(isinstance(o.values.get(first), TypeRef), o))
    kind.property("Type", "System.Type")(lambda o: _unless(not isinstance(o.values.get(first), TypeRef), o))


def _unless(other: bool, attribute: a.TextAttribute) -> Any:
    return None if other else attribute.values.get("ScriptBlock")


def _analysis() -> None:
    for kind, taken, others in a.ANALYSIS:
        for name in (*taken, *others):
            _entry(kind, name, name, "values", to_text)
        kind.constructor(f"({', '.join(f'string {name}' for name in taken)})")(partial(_for_tools, kind, taken))


def _for_tools(kind: NetType, names: tuple[str, ...], *values: str) -> a.TextAttribute:
    return a.TextAttribute(kind, **dict(zip(names, values, strict=True)))


def _entry(kind: NetType, name: str, key: str, table: str, convert: Callable[[Any], Any]) -> None:
    """A property kept in a table of the object."""
    kind.property(name)(lambda o: getattr(o, table).get(key))
    kind.setter(name)(lambda o, value: getattr(o, table).__setitem__(key, convert(value)))


def _validators() -> None:
    value_set = v.ValidateSet.net_type
    value_set.property("ValidValues")(lambda o: _strings(o.valid_values()))
    _flag(value_set, "IgnoreCase", "ignore_case")
    pattern = v.ValidatePattern.net_type
    _text(pattern, "RegexPattern", "pattern")
    pattern.property("Options")(lambda o: convert_to(o.options, "System.Text.RegularExpressions.RegexOptions"))
    pattern.setter("Options")(
        lambda o, x: setattr(o, "options", int(convert_to(x, "System.Text.RegularExpressions.RegexOptions")))
    )
    script = v.ValidateScript.net_type
    script.property("ScriptBlock")(lambda o: o.block)
    for kind in (value_set, pattern, script):
        _text(kind, "ErrorMessage", "error_message")
    bounds = v.ValidateRange.net_type
    bounds.property("MinRange")(lambda o: None if o.kind else o.low)
    bounds.property("MaxRange")(lambda o: None if o.kind else o.high)
    bounds.property("RangeKind")(lambda o: convert_to(o.kind, RANGE_KINDS.name) if o.kind else None)
    for kind in (v.ValidateLength.net_type, v.ValidateCount.net_type):
        kind.property("MinLength", "System.Int32")(lambda o: o.low)
        kind.property("MaxLength", "System.Int32")(lambda o: o.high)
    drives.ValidateDrive.net_type.property("ValidRootDrives")(lambda o: _strings(o.drives))
    for short, kind, signatures in (
        ("validateset", value_set, ("(*object)",)),
        ("validatepattern", pattern, ("(string)",)),
        ("validatescript", script, ("(scriptblock)",)),
        ("validaterange", bounds, ("(object)", "(object, object)")),
        ("validatelength", v.ValidateLength.net_type, ("(int, int)",)),
        ("validatecount", v.ValidateCount.net_type, ("(int, int)",)),
        ("validatenotnull", v.ValidateNotNull.net_type, ("()",)),
        ("validatenotnullorempty", v.ValidateNotNullOrEmpty.net_type, ("()",)),
        ("validatenotnullorwhitespace", WHITE_SPACE, ("()",)),
        ("validatedrive", drives.ValidateDrive.net_type, ("(*string)",)),
        ("validateuserdrive", drives.ValidateUserDrive.net_type, ("()",)),
    ):
        kind.constructor(*signatures)(_from_builder(BUILDERS[short]))


def _from_builder(build: Callable[[list[Any]], Any]) -> Callable[..., Any]:
    return lambda *values: build(list(values))


def register_types() -> None:
    """Attributes by name."""
    bases = (a.ATTRIBUTE, a.METADATA, a.PARSING, a.COMMON, a.VALIDATE, a.VALIDATE_EACH, a.TRANSFORM)
    named = (a.ParameterAttribute, a.AliasAttribute, a.CmdletBindingAttribute, a.OutputTypeAttribute)
    checks = (
        v.ValidateSet, v.ValidateRange, v.ValidateLength, v.ValidateCount, v.ValidatePattern, v.ValidateScript,
        v.ValidateNotNull, v.ValidateNotNullOrEmpty, drives.ValidateDrive, drives.ValidateUserDrive,
    )  # fmt: skip
    register(
        *bases,
        *(cls.net_type for cls in (*named, *checks)),
        WHITE_SPACE,
        RANGE_KINDS,
        *a.FLAGS.values(),
        *(kind for kind, _, _ in (*a.VALUED.values(), *a.ANALYSIS)),
    )


@a.ATTRIBUTE.property("TypeId")
def _type_id(value: Any) -> TypeRef:
    kind = type_of(value)
    return TypeRef(kind.name, kind)


_parameter()
_others()
_completer()
_validators()
_analysis()
