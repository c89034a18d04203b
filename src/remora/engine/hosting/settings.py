"""PSInvocationSettings: how [powershell] runs, and the states of pipelines."""

from __future__ import annotations

from typing import Any

from remora.engine.convert.truth import is_true
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import registry as r

_M = "System.Management.Automation."
PIPELINE_STATE = NetType(
    _M + "Runspaces.PipelineState",
    r.ENUM,
    enum={
        "NotStarted": 0,
        "Running": 1,
        "Stopping": 2,
        "Stopped": 3,
        "Completed": 4,
        "Failed": 5,
        "Disconnected": 6,
    },
)


class InvocationSettings(NetObject):
    """add_to_history: the commands are remembered as if somebody had typed them. The rest is kept."""

    __slots__ = ("add_to_history", "values")
    net_type = NetType(_M + "PSInvocationSettings", OBJECT)

    def __init__(self) -> None:
        self.add_to_history = False
        self.values: dict[str, Any] = {}


def _declare() -> None:
    k = InvocationSettings.net_type
    k.constructor("()")(InvocationSettings)
    k.property("AddToHistory", "System.Boolean")(lambda s: s.add_to_history)
    k.setter("AddToHistory")(lambda s, value: setattr(s, "add_to_history", is_true(value)))
    for name in ("ErrorActionPreference", "ExposeFlowControlExceptions", "FlowImpersonationPolicy", "Host",
                 "RemoteStreamOptions"):  # fmt: skip
        _kept(k, name)


def _kept(k: NetType, name: str) -> None:
    k.property(name)(lambda s: s.values.get(name))
    k.setter(name)(lambda s, value: s.values.__setitem__(name, value))


_declare()
