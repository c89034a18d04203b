"""ModuleSpecification: a module's name with the versions that will do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from remora.engine.convert.conversion import convert_to
from remora.engine.convert.text import to_text
from remora.engine.errors import PSError, error
from remora.engine.module.info import PSModuleInfo
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.registry import unwrap
from remora.engine.types.typeref import register
from remora.values.tables import Hashtable
from remora.values.versions import Version

_KEYS: Final = {
    "modulename": "name",
    "guid": "guid",
    "moduleversion": "minimum",
    "requiredversion": "required",
    "maximumversion": "maximum",
}
_MEMBERS: Final = "ModuleName, ModuleVersion, GUID, RequiredVersion, MaximumVersion"
_LAST: Final = 2147483647
_NO_GUID: Final = UUID(int=0)


class ModuleSpecification(NetObject):
    """minimum and maximum (text, may end with ``*``) or required; guid: only the module with it."""

    __slots__ = ("guid", "maximum", "minimum", "name", "required")
    net_type = NetType("Microsoft.PowerShell.Commands.ModuleSpecification", OBJECT)

    def __init__(
        self,
        name: str,
        *,
        minimum: Version | None = None,
        maximum: str | None = None,
        required: Version | None = None,
        guid: UUID | None = None,
    ) -> None:
        self.name = name
        self.minimum = minimum
        self.maximum = maximum
        self.required = required
        self.guid = guid

    @classmethod
    def of(cls, value: Any) -> ModuleSpecification:
        """From a name, a hashtable or another specification. Raises PSError ArgumentException."""
        value = unwrap(value)
        if isinstance(value, ModuleSpecification):
            return value
        if isinstance(value, PSModuleInfo):
            return cls(value.name, minimum=value.version)
        if isinstance(value, Mapping | Hashtable):
            return cls._from_table(value)
        name = to_text(value)
        if not name:
            raise _wrong("The name of a module must not be empty.")
        return cls(name)

    @classmethod
    def _from_table(cls, table: Any) -> ModuleSpecification:
        found: dict[str, Any] = {}
        strange: list[str] = []
        for key, value in table.items():
            folded = to_text(key).lower()
            if folded in _KEYS:
                found[_KEYS[folded]] = value
            else:
                strange.append(f"'{to_text(key)}'")
        if strange:
            raise _wrong(
                "The hashtable describing a module contains one or more members that are not valid. The valid members "
                f"are ({_MEMBERS}). Remove the members that are not valid ({', '.join(strange)}), then try again."
            )
        made = cls(
            to_text(found.get("name")),
            minimum=_version(found.get("minimum")),
            maximum=to_text(found["maximum"]) if found.get("maximum") is not None else None,
            required=_version(found.get("required")),
            guid=convert_to(found["guid"], "guid") if found.get("guid") is not None else None,
        )
        made.check()
        return made

    def check(self) -> None:
        """Raise PSError for a specification that says too little or contradicts itself."""
        if not self.name:
            raise _missing("The 'ModuleName' member does not exist in the hashtable that describes this module.")
        if self.minimum is None and self.maximum is None and self.required is None:
            raise _missing(
                "The 'ModuleVersion', 'MaximumVersion' and 'RequiredVersion' members do not exist in the hashtable "
                "that describes this module. One of these three members must exist, and be assigned a version number "
                "in the format 'n.n.n.n'."
            )
        if self.required is not None and (self.minimum is not None or self.maximum is not None):
            other = "ModuleVersion" if self.minimum is not None else "MaximumVersion"
            raise _wrong(
                f"The hashtable describing a module cannot have both '{other}' and 'RequiredVersion': "
                "use one of them only."
            )

    def at(self, path: str) -> ModuleSpecification:
        """The same demands on a module at a path."""
        return ModuleSpecification(
            path, minimum=self.minimum, maximum=self.maximum, required=self.required, guid=self.guid
        )

    @property
    def is_bare(self) -> bool:
        """Any version will do."""
        return self.minimum is None and self.maximum is None and self.required is None

    def accepts_version(self, version: Version) -> bool:
        """Tell whether a version lies within what is asked for."""
        if self.required is not None:
            return version == self.required
        if self.minimum is not None and version < self.minimum:
            return False
        return self.maximum is None or version <= maximum_version(self.maximum)

    def accepts(self, module: PSModuleInfo) -> bool:
        """Tell whether version and GUID of a module fit."""
        if self.guid is not None and self.guid not in (_NO_GUID, module.guid):
            return False
        return self.accepts_version(module.version)

    def net_text(self) -> str:
        """A name alone, or the hashtable that would make it again."""
        pairs = [
            ("Guid", f"{{{self.guid}}}" if self.guid is not None else None),
            ("ModuleVersion", self.minimum),
            ("MaximumVersion", self.maximum),
            ("RequiredVersion", self.required),
        ]
        given = [f"{key} = '{value}'" for key, value in pairs if value is not None]
        return "@{ " + "; ".join([f"ModuleName = '{self.name}'", *given]) + " }" if given else self.name

    def identity(self) -> tuple[Any, ...]:
        """What two equal specifications share."""
        return (self.name.lower(), self.guid, str(self.minimum), self.maximum, str(self.required))


def maximum_version(text: str) -> Version:
    """The greatest version a MaximumVersion allows; ``1.*`` allows all that begin with 1. Raises PSError."""
    parts = text.strip().split(".")
    if parts[-1] == "*":
        parts = [*parts[:-1], *[str(_LAST)] * (5 - len(parts))]
    if "*" in "".join(parts):
        raise _wrong(
            f"The specified MaximumVersion '{text}' was incorrect. If you are using '*', MaximumVersion only supports "
            "one '*' and should always be placed at the end of MaximumVersion."
        )
    made: Version = convert_to(".".join(parts), "version")
    return made


def _version(value: Any) -> Version | None:
    return None if value is None else convert_to(value, "version")


def _wrong(message: str) -> PSError:
    return error(message, "ArgumentException", "InvalidArgument", type_name="System.ArgumentException")


def _missing(message: str) -> PSError:
    return error(message, "MissingMemberException", "InvalidArgument", type_name="System.MissingMemberException")


def _from_text(value: Any) -> ModuleSpecification:
    from remora.engine.context import current
    from remora.engine.module.manifest import safe_value

    text = to_text(unwrap(value))
    if text.lstrip().startswith("@{"):
        return ModuleSpecification.of(safe_value(current(), text))
    return ModuleSpecification.of(value)


def _try_parse(text: str, out: Any) -> bool:
    try:
        out.value = _from_text(text)
    except PSError:
        return False
    return True


def _declare() -> None:
    kind = ModuleSpecification.net_type
    kind.property("Name", "System.String")(lambda s: s.name)
    kind.property("Guid")(lambda s: s.guid)
    kind.property("Version", "System.Version")(lambda s: s.minimum)
    kind.property("MaximumVersion", "System.String")(lambda s: s.maximum)
    kind.property("RequiredVersion", "System.Version")(lambda s: s.required)
    kind.constructor("(hashtable)", "(string)")(ModuleSpecification.of)
    kind.method("Equals(object)", returns="bool")(
        lambda s, o: isinstance(o, ModuleSpecification) and s.identity() == o.identity()
    )
    kind.method("GetHashCode()", returns="int")(lambda s: hash(s.identity()) & 0x7FFFFFFF)
    kind.static("TryParse(string, ref)", returns="bool")(_try_parse)
    kind.parse = ModuleSpecification.of
    register(kind)


_declare()
