"""PSTransportOption: the quotas of a session configuration, as New-PSTransportOption collects them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.typeref import register

_BUFFERING: Final = "System.Nullable[System.Management.Automation.Runspaces.OutputBufferingMode]"

QUOTAS: Final = (
    "ProcessIdleTimeoutSec",
    "MaxIdleTimeoutSec",
    "MaxSessions",
    "MaxConcurrentCommandsPerSession",
    "MaxSessionsPerUser",
    "MaxMemoryPerSessionMB",
    "MaxProcessesPerSession",
    "MaxConcurrentUsers",
    "IdleTimeoutSec",
    "OutputBufferingMode",
)

PS_TRANSPORT_OPTION: Final = NetType("System.Management.Automation.Remoting.PSTransportOption", OBJECT)


class TransportOptionObject(NetObject):
    """The quotas that were given; None leaves a quota as it is."""

    __slots__ = ("values",)
    net_type = NetType("Microsoft.PowerShell.Commands.WSManConfigurationOption", PS_TRANSPORT_OPTION)

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values


def register_types() -> None:
    """Make the types known by their names."""
    register(PS_TRANSPORT_OPTION)
    register(TransportOptionObject.net_type)


def _reader(name: str) -> Callable[[Any], Any]:
    return lambda self: self.values.get(name)


for _name in QUOTAS:
    _type = _BUFFERING if _name == "OutputBufferingMode" else "System.Nullable[System.Int32]"
    TransportOptionObject.net_type.property(_name, _type)(_reader(_name))
