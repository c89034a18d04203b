"""SessionOption: how a WS-Management conversation is held. Nothing of the network is imported for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from remora.engine.convert import to_text
from remora.engine.convert.conversion import convert_to
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.typeref import register

if TYPE_CHECKING:
    from remora.client.options import PSSessionOption

_W: Final = "Microsoft.WSMan.Management."
PROXY_ACCESS: Final = _W + "ProxyAccessType"
PROXY_AUTHENTICATION: Final = _W + "ProxyAuthentication"
OPTION_TYPE: Final = _W + "SessionOption"

# property -> (type, value a new object has)
PROPERTIES: Final[dict[str, tuple[str, Any]]] = {
    "SkipCACheck": ("System.Boolean", False),
    "SkipCNCheck": ("System.Boolean", False),
    "SkipRevocationCheck": ("System.Boolean", False),
    "UseEncryption": ("System.Boolean", True),
    "UseUtf16": ("System.Boolean", False),
    "ProxyAuthentication": (PROXY_AUTHENTICATION, None),
    "SPNPort": ("System.Int32", 0),
    "OperationTimeout": ("System.Int32", 0),
    "ProxyCredential": ("System.Management.Automation.PSCredential", None),
    "ProxyAccessType": (PROXY_ACCESS, None),
}
_ACCESS: Final = {
    "ProxyIEConfig": "IEConfig",
    "ProxyWinHttpConfig": "WinHttpConfig",
    "ProxyAutoDetect": "AutoDetect",
    "ProxyNoProxyServer": "NoProxyServer",
}


class SessionOption(NetObject):
    """The options of a conversation to come. values: by the names of PROPERTIES; OperationTimeout is milliseconds."""

    __slots__ = ("values",)
    net_type = NetType(OPTION_TYPE, OBJECT)

    def __init__(self) -> None:
        self.values: dict[str, Any] = {name: start for name, (_kind, start) in PROPERTIES.items()}

    def for_client(self) -> PSSessionOption:
        """Return what the client API takes."""
        from remora.client.options import PSSessionOption

        values = self.values
        given: dict[str, Any] = {
            "skip_ca_check": values["SkipCACheck"],
            "skip_cn_check": values["SkipCNCheck"],
            "skip_revocation_check": values["SkipRevocationCheck"],
            "no_encryption": not values["UseEncryption"],
            "use_utf16": values["UseUtf16"],
            "include_port_in_spn": values["SPNPort"] != 0,
            "proxy_credential": values["ProxyCredential"],
        }
        if values["OperationTimeout"]:
            given["operation_timeout"] = int(values["OperationTimeout"])
        if values["ProxyAccessType"] is not None:
            given["proxy_access_type"] = _ACCESS[to_text(values["ProxyAccessType"])]
        if values["ProxyAuthentication"] is not None:
            given["proxy_authentication"] = to_text(values["ProxyAuthentication"])
        return PSSessionOption(**given)


def register_types() -> None:
    """Make the type known by its name."""
    register(SessionOption.net_type)


def _reader(name: str) -> Callable[[Any], Any]:
    return lambda self: self.values[name]


def _setter(name: str, kind: str) -> Callable[[Any, Any], None]:
    def put(self: Any, value: Any) -> None:
        self.values[name] = None if value is None else convert_to(value, kind)

    return put


def _declare() -> None:
    net = SessionOption.net_type
    for name, (kind, _start) in PROPERTIES.items():
        net.property(name, kind)(_reader(name))
        net.setter(name)(_setter(name, kind))
    net.constructor("()")(SessionOption)
    net.settable_bag = True


_declare()
