"""PSSessionOption as scripts see it: times are TimeSpans, and what was not given has its default."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from remora.engine.convert import to_text
from remora.engine.convert.conversion import convert_to
from remora.engine.errors import error
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.typeref import register
from remora.engine.wire import to_wire

if TYPE_CHECKING:
    from remora.client.options import PSSessionOption

_M: Final = "System.Management.Automation."
_R: Final = _M + "Runspaces."
_TICKS: Final = 10_000
_NO_LIMIT: Final = 2_147_483_647
_TIME: Final = "System.TimeSpan"

# property -> (type, value a new object has)
PROPERTIES: Final[dict[str, tuple[str, Any]]] = {
    "MaximumConnectionRedirectionCount": ("System.Int32", 5),
    "NoCompression": ("System.Boolean", False),
    "NoMachineProfile": ("System.Boolean", False),
    "ProxyAccessType": (_M + "Remoting.ProxyAccessType", "None"),
    "ProxyAuthentication": (_R + "AuthenticationMechanism", "Negotiate"),
    "ProxyCredential": (_M + "PSCredential", None),
    "SkipCACheck": ("System.Boolean", False),
    "SkipCNCheck": ("System.Boolean", False),
    "SkipRevocationCheck": ("System.Boolean", False),
    "OperationTimeout": (_TIME, 180_000 * _TICKS),
    "NoEncryption": ("System.Boolean", False),
    "UseUTF16": ("System.Boolean", False),
    "IncludePortInSPN": ("System.Boolean", False),
    "OutputBufferingMode": (_R + "OutputBufferingMode", "None"),
    "MaxConnectionRetryCount": ("System.Int32", 5),
    "Culture": ("System.Globalization.CultureInfo", None),
    "UICulture": ("System.Globalization.CultureInfo", None),
    "MaximumReceivedDataSizePerCommand": ("System.Nullable[System.Int32]", None),
    "MaximumReceivedObjectSize": ("System.Nullable[System.Int32]", 209_715_200),
    "ApplicationArguments": (_M + "PSPrimitiveDictionary", None),
    "OpenTimeout": (_TIME, 180_000 * _TICKS),
    "CancelTimeout": (_TIME, 60_000 * _TICKS),
    "IdleTimeout": (_TIME, -1 * _TICKS),
}
_SNAKE: Final = {
    "MaximumConnectionRedirectionCount": "maximum_connection_redirection_count",
    "NoCompression": "no_compression",
    "NoMachineProfile": "no_machine_profile",
    "SkipCACheck": "skip_ca_check",
    "SkipCNCheck": "skip_cn_check",
    "SkipRevocationCheck": "skip_revocation_check",
    "NoEncryption": "no_encryption",
    "UseUTF16": "use_utf16",
    "IncludePortInSPN": "include_port_in_spn",
    "MaxConnectionRetryCount": "max_connection_retry_count",
    "MaximumReceivedDataSizePerCommand": "maximum_received_data_size_per_command",
    "MaximumReceivedObjectSize": "maximum_received_object_size",
    "ProxyCredential": "proxy_credential",
}
_TIMES: Final = {
    "OperationTimeout": "operation_timeout",
    "OpenTimeout": "open_timeout",
    "CancelTimeout": "cancel_timeout",
    "IdleTimeout": "idle_timeout",
}
_TEXTS: Final = {
    "ProxyAccessType": "proxy_access_type",
    "ProxyAuthentication": "proxy_authentication",
    "OutputBufferingMode": "output_buffering_mode",
    "Culture": "culture",
    "UICulture": "ui_culture",
}


class OptionObject(NetObject):
    """The options of sessions to come. values: by the names of PROPERTIES."""

    __slots__ = ("values",)
    net_type = NetType(_M + "Remoting.PSSessionOption", OBJECT)

    def __init__(self) -> None:
        self.values: dict[str, Any] = {
            name: None if start is None else convert_to(start, kind) for name, (kind, start) in PROPERTIES.items()
        }

    def set(self, name: str, value: Any) -> None:
        """Take a value of the property's type. Raises PSError for a proxy mechanism that there is not."""
        if name == "ProxyAuthentication" and to_text(value) not in ("Basic", "Digest", "Negotiate"):
            raise error(
                "The authentication of a proxy is one of Basic, Digest and Negotiate.",
                "Argument",
                "InvalidArgument",
                value,
                type_name="System.ArgumentException",
            )
        self.values[name] = value

    def for_client(self) -> PSSessionOption:
        """Return what the client API takes. Raises PSError for a proxy credential without a proxy."""
        from remora.client.options import PSSessionOption

        values = self.values
        if values["ProxyCredential"] is not None and to_text(values["ProxyAccessType"]) == "None":
            raise error(
                "ProxyCredential has no meaning while ProxyAccessType is None.",
                "Argument",
                "InvalidArgument",
                type_name="System.ArgumentException",
            )
        given: dict[str, Any] = {snake: values[name] for name, snake in _SNAKE.items()}
        given.update((snake, self._milliseconds(name)) for name, snake in _TIMES.items())
        given.update((snake, to_text(values[name])) for name, snake in _TEXTS.items() if values[name] is not None)
        if values["ApplicationArguments"] is not None:
            given["application_arguments"] = to_wire(values["ApplicationArguments"])
        for name in ("max_connection_retry_count", "maximum_connection_redirection_count"):
            given[name] = int(given[name])
        return PSSessionOption(**given)

    def _milliseconds(self, name: str) -> int:
        """A time as the wire has it: negative ones and those too long mean no limit, but -1 as IdleTimeout."""
        number = math.ceil(self.values[name].total_seconds() * 1000)
        lowest = -1 if name == "IdleTimeout" else 0
        return number if lowest <= number <= _NO_LIMIT else _NO_LIMIT


def register_types() -> None:
    """Make the type known by its name."""
    register(OptionObject.net_type)


def _reader(name: str) -> Callable[[Any], Any]:
    return lambda self: self.values[name]


def _setter(name: str) -> Callable[[Any, Any], None]:
    return lambda self, value: self.set(name, value)


def _declare() -> None:
    net = OptionObject.net_type
    for name, (kind, _start) in PROPERTIES.items():
        net.property(name, kind)(_reader(name))
        net.setter(name)(_setter(name))
    net.constructor("()")(OptionObject)
    net.settable_bag = True


_declare()
