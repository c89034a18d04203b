"""ProviderInfo: what a provider is called, what it can do and how its paths look."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from remora.engine.nettype import OBJECT, NetObject, NetType

if TYPE_CHECKING:
    from remora.engine.drives import Drive

MODULE: Final = "Microsoft.PowerShell.Core"
CAPABILITIES: Final = NetType(
    "System.Management.Automation.Provider.ProviderCapabilities",
    NetType("System.Enum", NetType("System.ValueType", OBJECT)),
    flags=True,
    enum={
        "None": 0,
        "Include": 1,
        "Exclude": 2,
        "Filter": 4,
        "ExpandWildcards": 8,
        "ShouldProcess": 16,
        "Credentials": 32,
        "Transactions": 64,
    },
)
_MODULES: Final = {"Certificate": "Microsoft.PowerShell.Security", "WSMan": "Microsoft.WSMan.Management"}
_SHOULD_PROCESS: Final = 16
_CREDENTIALS: Final = 32
_CAPABILITIES: Final = {"FileSystem": 4 | 16 | _CREDENTIALS, "WSMan": _CREDENTIALS}
_TYPES: Final = {
    "Alias": "AliasProvider",
    "Certificate": "CertificateProvider",
    "Environment": "EnvironmentProvider",
    "FileSystem": "FileSystemProvider",
    "Function": "FunctionProvider",
    "Variable": "VariableProvider",
}


class ProviderInfo(NetObject):
    """One provider of a session. home: where ``~`` points, '' when that is not set. drives: those mounted now."""

    __slots__ = ("drives", "home", "name")
    net_type = NetType("System.Management.Automation.ProviderInfo", OBJECT)

    def __init__(self, name: str, drives: Callable[[], list[Drive]], home: str = "") -> None:
        self.name = name
        self.drives = drives
        self.home = home

    @property
    def full_name(self) -> str:
        """``Microsoft.PowerShell.Core\\FileSystem``: what PSPath begins with."""
        return f"{self.module}\\{self.name}"

    @property
    def module(self) -> str:
        """The module that the provider is from."""
        return module_of(self.name)

    @property
    def capabilities(self) -> int:
        return _CAPABILITIES.get(self.name, _SHOULD_PROCESS)

    @property
    def takes_credentials(self) -> bool:
        """Whether its items may be reached with -Credential."""
        return bool(self.capabilities & _CREDENTIALS)

    def net_text(self) -> str:
        return self.full_name


def module_of(provider: str) -> str:
    """The module of a provider: what stands before its name in a PSPath."""
    return _MODULES.get(provider, MODULE)


def _capabilities(info: ProviderInfo) -> Any:
    from remora.engine.convert.conversion import enum_value
    from remora.engine.types.typeref import TypeRef

    return enum_value(TypeRef(CAPABILITIES.name, CAPABILITIES), info.capabilities)


def _implementing_type(info: ProviderInfo) -> Any:
    from remora.engine.types.typeref import find_type

    return find_type("Microsoft.PowerShell.Commands." + _TYPES.get(info.name, info.name))


def _set_home(info: ProviderInfo, value: str) -> None:
    info.home = value


def _declare() -> None:
    kind = ProviderInfo.net_type
    kind.property("ImplementingType", "System.Type", wire=False)(_implementing_type)
    kind.property("HelpFile", "System.String")(lambda p: "System.Management.Automation.dll-Help.xml")
    kind.property("Name", "System.String")(lambda p: p.name)
    kind.property("PSSnapIn")(lambda p: None)
    kind.property("ModuleName", "System.String")(lambda p: p.module)
    kind.property("Module")(lambda p: None)
    kind.property("Description", "System.String")(lambda p: "")
    kind.property("Capabilities", CAPABILITIES.name)(_capabilities)
    kind.property("Home", "System.String")(lambda p: p.home)
    kind.setter("Home")(_set_home)
    kind.property("Drives", wire=False)(lambda p: p.drives())
    kind.property("VolumeSeparatedByColon", "System.Boolean")(lambda p: p.name != "FileSystem")
    kind.property("ItemSeparator", "System.Char")(lambda p: _char("/"))
    kind.property("AltItemSeparator", "System.Char")(lambda p: _char("\\"))
    kind.method("ToString()", returns="string")(lambda p: p.full_name)


def _char(text: str) -> Any:
    from remora.values import Char

    return Char(text)


_declare()
