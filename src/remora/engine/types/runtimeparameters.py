"""Parameters that a dynamicparam block makes: RuntimeDefinedParameter and RuntimeDefinedParameterDictionary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from remora.engine import attribute as a
from remora.engine.binding.metadata import ALL_SETS, ParameterMeta, SetSpec
from remora.engine.convert.conversion import convert_to
from remora.engine.convert.text import to_text
from remora.engine.enumeration import items_of
from remora.engine.errors import error
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.registry import HASHTABLE, type_of, unwrap
from remora.engine.types.typeref import TypeRef, register
from remora.engine.validators import Validator
from remora.values.collections import GenericList
from remora.values.tables import Hashtable

_M = "System.Management.Automation."
_ATTRIBUTES = "System.Attribute"


class RuntimeParameter(NetObject):
    """One parameter made at run time. value and is_set: what binding gave it."""

    __slots__ = ("attributes", "is_set", "kind_of_value", "name", "value")
    net_type = NetType(_M + "RuntimeDefinedParameter", OBJECT)

    def __init__(self, name: str = "", kind: Any = None, attributes: Any = None) -> None:
        self.name = name
        self.kind_of_value: TypeRef | None = kind
        self.attributes: Any = attributes if attributes is not None else GenericList([], _ATTRIBUTES)
        self.value: Any = None
        self.is_set = False


class RuntimeParameters(Hashtable):
    """RuntimeDefinedParameterDictionary: name -> RuntimeParameter."""

    help_file = ""
    data: Any = None


PARAMETERS = NetType(_M + "RuntimeDefinedParameterDictionary", HASHTABLE)


def metadata_of(parameter: RuntimeParameter) -> ParameterMeta:
    """What the binder needs to know about a parameter made at run time."""
    from remora.engine.binding.attributes import ScriptedValidator, transform_of

    given = [unwrap(item) for item in items_of(parameter.attributes)]
    sets: dict[str, SetSpec] = {}
    aliases: list[str] = []
    flags = {type_of(item).name.rpartition(".")[2] for item in given}
    for item in given:
        if isinstance(item, a.ParameterAttribute):
            sets[item.set_name] = _spec(item)
        elif isinstance(item, a.AliasAttribute):
            aliases.extend(item.names)
    others = [item for item in given if not isinstance(item, a.Attribute)]
    return ParameterMeta(
        parameter.name,
        parameter.kind_of_value.name if parameter.kind_of_value is not None else "object",
        sets or {ALL_SETS: SetSpec()},
        tuple(aliases),
        tuple(item for item in given if isinstance(item, Validator)),
        allow_null="AllowNullAttribute" in flags,
        allow_empty_string="AllowEmptyStringAttribute" in flags,
        allow_empty_collection="AllowEmptyCollectionAttribute" in flags,
        make_checks=(
            lambda f: (
                tuple(transform_of(f, item) for item in others if type_of(item).is_a(a.TRANSFORM.name)),
                tuple(ScriptedValidator(f, item) for item in others if type_of(item).is_a(a.VALIDATE.name)),
            )
        )
        if others
        else None,
        dynamic=True,
        ps_type=next((to_text(i.values["PSTypeName"]) for i in given if _is_type_name(i)), ""),
        objects=tuple(given),
        _type=parameter.kind_of_value,
    )


def _is_type_name(item: Any) -> bool:
    return isinstance(item, a.TextAttribute) and "PSTypeName" in item.values


def _spec(item: a.ParameterAttribute) -> SetSpec:
    return SetSpec(
        mandatory=item.mandatory,
        position=None if item.position == a.NO_POSITION else item.position,
        pipeline=item.pipeline,
        by_property=item.by_property,
        remaining=item.remaining,
        help=item.help,
        dont_show=item.dont_show,
    )


def parameters_of(output: Sequence[Any], command: str) -> dict[str, RuntimeParameter]:
    """The parameters in what a dynamicparam block put out, by folded name."""
    found: dict[str, RuntimeParameter] = {}
    for item in output:
        table = unwrap(item)
        if not isinstance(table, (Hashtable, dict)):
            continue
        for key, value in table.items():
            parameter = unwrap(value)
            if not isinstance(parameter, RuntimeParameter):
                continue
            if parameter.name.lower() != to_text(key).lower():
                raise error(
                    f"Cannot bind cmdlet {command} because runtime-defined parameter '{parameter.name}' was added to "
                    f"the RuntimeDefinedParameterDictionary with key '{to_text(key)}'. The key must be the same as "
                    "RuntimeDefinedParameter.Name.",
                    "RuntimeDefinedParameterNameMismatch",
                    "InvalidOperation",
                    type_name=_M + "ParameterBindingException",
                )
            found[parameter.name.lower()] = parameter
    return found


def _declare() -> None:
    k = RuntimeParameter.net_type
    k.property("Name", "System.String")(lambda p: p.name)
    k.setter("Name")(lambda p, value: setattr(p, "name", to_text(value)))
    k.property("ParameterType")(lambda p: p.kind_of_value)
    k.setter("ParameterType")(lambda p, value: setattr(p, "kind_of_value", convert_to(value, "type")))
    k.property("Value")(lambda p: p.value)
    k.setter("Value")(_set_value)
    k.property("IsSet", "System.Boolean")(lambda p: p.is_set)
    k.setter("IsSet")(lambda p, value: setattr(p, "is_set", bool(value)))
    k.property("Attributes")(lambda p: p.attributes)
    k.constructor("()", "(string, type, object)")(_make)
    PARAMETERS.property("HelpFile", "System.String")(lambda p: p.help_file)
    PARAMETERS.setter("HelpFile")(lambda p, value: setattr(p, "help_file", to_text(value)))
    PARAMETERS.property("Data")(lambda p: p.data)
    PARAMETERS.setter("Data")(lambda p, value: setattr(p, "data", value))
    PARAMETERS.constructor("()")(RuntimeParameters)


def _set_value(parameter: RuntimeParameter, value: Any) -> None:
    parameter.value = value
    parameter.is_set = True


def _make(name: str = "", kind: Any = None, attributes: Any = None) -> RuntimeParameter:
    given = attributes if isinstance(unwrap(attributes), list) else None
    if given is None and attributes is not None:
        given = GenericList(list(items_of(attributes)), _ATTRIBUTES)
    return RuntimeParameter(name, kind, given)


def register_types() -> None:
    """The two types by name."""
    from remora.engine.types.registry import BY_CLASS

    BY_CLASS[RuntimeParameters] = PARAMETERS
    register(RuntimeParameter.net_type, PARAMETERS)


_declare()
