"""RunspacePool: so many runspaces at most, lent to [powershell]s in turn."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID, uuid4

from remora.engine.context import current
from remora.engine.convert.conversion import convert_to
from remora.engine.errors import PSError, error
from remora.engine.hosting.initialstate import SessionStateObject
from remora.engine.hosting.runspace import FACTORY, HostedRunspace
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.registry import ENUM, unwrap

_R = "System.Management.Automation.Runspaces."
STATE = NetType(
    _R + "RunspacePoolState",
    ENUM,
    enum={
        "BeforeOpen": 0, "Opening": 1, "Opened": 2, "Closed": 3, "Closing": 4, "Broken": 5, "Disconnecting": 6,
        "Disconnected": 7, "Connecting": 8,
    },
)  # fmt: skip


class PoolStateInfo(NetObject):
    """RunspacePoolStateInfo."""

    __slots__ = ("state",)
    net_type = NetType(_R + "RunspacePoolStateInfo", OBJECT)

    def __init__(self, state: str) -> None:
        self.state = state

    def net_text(self) -> str:
        return self.state


class RunspacePool(NetObject):
    """minimum and maximum: how many runspaces. ``borrow`` waits for a free one; threads may do so at once."""

    __slots__ = (
        "_free", "_initial", "_lent", "_waiting", "host", "instance_id", "maximum", "minimum", "settings", "state",
    )  # fmt: skip
    net_type = NetType(_R + "RunspacePool", OBJECT)

    def __init__(self, minimum: int, maximum: int, initial: SessionStateObject | None, host: Any) -> None:
        if minimum < 1 or maximum < minimum:
            raise error(
                "The number of runspaces is out of range.",
                "ArgumentOutOfRange",
                "InvalidArgument",
                type_name="System.Management.Automation.PSArgumentOutOfRangeException",
            )
        self.minimum = minimum
        self.maximum = maximum
        self.host = host
        self.instance_id: UUID = uuid4()
        self.state = "BeforeOpen"
        self.settings: dict[str, Any] = {
            "ThreadOptions": "Default",
            "ApartmentState": "Unknown",
            "CleanupInterval": None,
        }
        self._initial = initial
        self._free: list[HostedRunspace] = []
        self._lent = 0
        self._waiting = threading.Condition()

    def open(self) -> None:
        """Ready to lend."""
        if self.state != "BeforeOpen":
            raise self._bad_state("BeforeOpen")
        self.state = "Opened"

    def close(self) -> None:
        """Close what is free; what is lent closes when it comes back."""
        with self._waiting:
            self.state = "Closed"
            free, self._free = self._free, []
            self._waiting.notify_all()
        for one in free:
            one.close()

    def prepare(self) -> HostedRunspace | None:
        """A runspace to use now, or None when all are lent; call it on the thread whose session the pool belongs to."""
        with self._waiting:
            if self.state != "Opened":
                raise self._bad_state("Opened")
            if self._free:
                self._lent += 1
                return self._free.pop()
            if self._lent >= self.maximum:
                return None
            self._lent += 1
        made = HostedRunspace(self._initial.copy() if self._initial is not None else None, self.host)
        made.open()
        return made

    def borrow(self, stopped: threading.Event) -> HostedRunspace | None:
        """Wait for a free one; None when stopped or closed meanwhile."""
        while not stopped.is_set():
            with self._waiting:
                if self.state != "Opened":
                    return None
                if self._free:
                    self._lent += 1
                    return self._free.pop()
                self._waiting.wait(0.05)
        return None

    def give_back(self, one: HostedRunspace) -> None:
        """A borrowed one is free again."""
        with self._waiting:
            self._lent -= 1
            if self.state == "Opened":
                self._free.append(one)
            self._waiting.notify()
        if self.state != "Opened":
            one.close()

    @property
    def available(self) -> int:
        """How many more may be borrowed now."""
        return self.maximum - self._lent

    def _bad_state(self, wanted: str) -> PSError:
        return error(
            f"Cannot perform the operation because the runspace pool is not in the '{wanted}' state. The current state "
            f"is '{self.state}'.",
            "InvalidRunspacePoolState",
            "InvalidOperation",
            type_name=_R + "InvalidRunspacePoolStateException",
        )


def _factory(*given: Any) -> RunspacePool:
    """CreateRunspacePool in any of its forms."""
    numbers: list[int] = []
    initial: SessionStateObject | None = None
    host: Any = None
    for value in given:
        inner = unwrap(value)
        if isinstance(inner, SessionStateObject):
            initial = inner
        elif isinstance(inner, int):
            numbers.append(int(inner))
        elif hasattr(inner, "context"):
            host = inner.context.host
    minimum, maximum = (numbers[0], numbers[1]) if len(numbers) > 1 else (1, 1)
    current()
    return RunspacePool(minimum, maximum, initial, host)


def _set_count(pool: RunspacePool, name: str, value: int) -> bool:
    if value < 1:
        return False
    setattr(pool, name, value)
    return True


def _setting(kind: NetType, name: str) -> None:
    kind.property(name)(lambda p: p.settings[name])
    kind.setter(name)(lambda p, value: p.settings.__setitem__(name, value))


def _declare() -> None:
    k = RunspacePool.net_type
    k.property("InstanceId", "System.Guid")(lambda p: p.instance_id)
    k.property("IsDisposed", "System.Boolean")(lambda p: p.state == "Closed")
    k.property("RunspacePoolStateInfo")(lambda p: PoolStateInfo(p.state))
    k.property("RunspacePoolAvailability")(lambda p: "Available" if p.state == "Opened" else "None")
    k.property("InitialSessionState")(lambda p: p._initial)
    k.property("ConnectionInfo")(lambda p: None)
    for name in ("ThreadOptions", "ApartmentState", "CleanupInterval"):
        _setting(k, name)
    k.method("Open()", returns="void")(lambda p: p.open())
    k.method("Close()", "Dispose()", returns="void")(lambda p: p.close())
    k.method("GetMaxRunspaces()", returns="int")(lambda p: p.maximum)
    k.method("GetMinRunspaces()", returns="int")(lambda p: p.minimum)
    k.method("GetAvailableRunspaces()", returns="int")(lambda p: p.available)
    k.method("SetMaxRunspaces(int)", returns="bool")(lambda p, value: _set_count(p, "maximum", value))
    k.method("SetMinRunspaces(int)", returns="bool")(lambda p, value: _set_count(p, "minimum", value))
    info = PoolStateInfo.net_type
    info.property("State")(lambda i: convert_to(i.state, STATE.name))
    info.property("Reason")(lambda i: None)
    FACTORY.static(
        "CreateRunspacePool()",
        "CreateRunspacePool(object)",
        "CreateRunspacePool(int, int)",
        "CreateRunspacePool(int, int, object)",
        "CreateRunspacePool(int, int, object, object)",
    )(_factory)


_declare()
