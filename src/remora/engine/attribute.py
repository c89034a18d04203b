"""Attributes as objects: the bases of all, and those of parameters and commands that only say something."""

from __future__ import annotations

from typing import Any, Final

from remora.engine.binding.metadata import ALL_SETS
from remora.engine.nettype import OBJECT, NetObject, NetType

_M: Final = "System.Management.Automation."
NO_POSITION: Final = -2147483648

ATTRIBUTE: Final = NetType("System.Attribute", OBJECT)
METADATA: Final = NetType(_M + "Internal.CmdletMetadataAttribute", ATTRIBUTE)
PARSING: Final = NetType(_M + "Internal.ParsingBaseAttribute", METADATA)
COMMON: Final = NetType(_M + "Internal.CmdletCommonMetadataAttribute", METADATA)
VALIDATE: Final = NetType(_M + "ValidateArgumentsAttribute", METADATA)
VALIDATE_EACH: Final = NetType(_M + "ValidateEnumeratedArgumentsAttribute", VALIDATE)
TRANSFORM: Final = NetType(_M + "ArgumentTransformationAttribute", METADATA)


def _load_members() -> None:
    from remora.engine.types.catalog import load

    load("attributes")


ATTRIBUTE.load = _load_members


def attribute_type(name: str, base: NetType = METADATA) -> NetType:
    """The type ``System.Management.Automation.<name>Attribute``."""
    kind = NetType(f"{_M}{name}Attribute", base)
    kind.load = _load
    return kind


def _load() -> None:
    from remora.engine.types.catalog import load_all

    load_all()


class Attribute(NetObject):
    """One attribute. Its type says what it is; classes below carry what it was given."""

    __slots__ = ()
    net_type = ATTRIBUTE


class Flag(Attribute):
    """An attribute that is just there: AllowNull, Hidden, SupportsWildcards ..."""

    __slots__ = ("kind",)

    def __init__(self, kind: NetType) -> None:
        self.kind = kind

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names

    def net_text(self) -> str:
        return self.kind.name


FLAGS: Final[dict[str, NetType]] = {
    "allownull": attribute_type("AllowNull"),
    "allowemptystring": attribute_type("AllowEmptyString"),
    "allowemptycollection": attribute_type("AllowEmptyCollection"),
    "supportswildcards": attribute_type("SupportsWildcards", PARSING),
    "hidden": attribute_type("Hidden", PARSING),
    "dontshow": attribute_type("DontShow", PARSING),
    "validatetrusteddata": attribute_type("ValidateTrustedData", VALIDATE),
}


class ParameterAttribute(Attribute):
    """``[Parameter(...)]``: how a parameter takes part in one parameter set."""

    __slots__ = (
        "base_name",
        "by_property",
        "dont_show",
        "experiment",
        "help",
        "mandatory",
        "pipeline",
        "position",
        "remaining",
        "resource",
        "set_name",
    )
    net_type = attribute_type("Parameter", PARSING)

    def __init__(self) -> None:
        self.set_name = ALL_SETS
        self.mandatory = False
        self.position = NO_POSITION
        self.pipeline = False
        self.by_property = False
        self.remaining = False
        self.dont_show = False
        self.help = ""
        self.base_name = ""
        self.resource = ""
        self.experiment = ""


class AliasAttribute(Attribute):
    """``[Alias('a', 'b')]``."""

    __slots__ = ("names",)
    net_type = attribute_type("Alias", PARSING)

    def __init__(self, *names: str) -> None:
        self.names = names


class CmdletBindingAttribute(Attribute):
    """``[CmdletBinding(...)]``."""

    __slots__ = ("confirm_impact", "default_set", "help_uri", "positional", "remoting", "should_process", "supports")
    net_type = attribute_type("CmdletBinding", COMMON)

    def __init__(self) -> None:
        self.default_set = ""
        self.should_process = False
        self.confirm_impact = "Medium"
        self.positional = True
        self.help_uri = ""
        self.remoting = "PowerShell"
        self.supports: dict[str, bool] = {"paging": False, "transactions": False}


class OutputTypeAttribute(Attribute):
    """``[OutputType(...)]``. types: types or names."""

    __slots__ = ("provider", "sets", "types")
    net_type = attribute_type("OutputType")

    def __init__(self, *types: Any) -> None:
        self.types = types
        self.sets: tuple[str, ...] = ()
        self.provider = ""


class TextAttribute(Attribute):
    """An attribute that holds values by property name: PSDefaultValue, PSTypeName, ArgumentCompleter ..."""

    __slots__ = ("kind", "values")

    def __init__(self, kind: NetType, **values: Any) -> None:
        self.kind = kind
        self.values = values

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names

    def net_text(self) -> str:
        return self.kind.name


# folded short name: (type, name of the value given first, further properties that may be set)
VALUED: Final[dict[str, tuple[NetType, str, tuple[str, ...]]]] = {
    "psdefaultvalue": (attribute_type("PSDefaultValue", PARSING), "", ("Value", "Help")),
    "pstypename": (attribute_type("PSTypeName", ATTRIBUTE), "PSTypeName", ()),
    "argumentcompleter": (attribute_type("ArgumentCompleter", ATTRIBUTE), "ScriptBlock", ()),
    "argumentcompletions": (attribute_type("ArgumentCompletions", ATTRIBUTE), "CompleteStrings", ()),
    "obsolete": (NetType("System.ObsoleteAttribute", ATTRIBUTE), "Message", ("IsError",)),
    "experimental": (attribute_type("Experimental", PARSING), "ExperimentName", ("ExperimentAction",)),
    "credential": (attribute_type("Credential", TRANSFORM), "", ()),
    "argumenttypeconverter": (attribute_type("ArgumentTypeConverter", TRANSFORM), "TargetType", ()),
}
_ANALYSIS: Final = "System.Diagnostics.CodeAnalysis."
ANALYSIS: Final[tuple[tuple[NetType, tuple[str, ...], tuple[str, ...]], ...]] = (
    (
        NetType(_ANALYSIS + "SuppressMessageAttribute", ATTRIBUTE),
        ("Category", "CheckId"),
        ("Justification", "MessageId", "Scope", "Target"),
    ),
    (NetType(_ANALYSIS + "ExcludeFromCodeCoverageAttribute", ATTRIBUTE), (), ("Justification",)),
)
"""What speaks to tools only: (type, names of the values its constructor takes, further properties)."""
