"""Runspace objects of scripts: opened, used by [powershell]s, closed; the session's own among them."""

from __future__ import annotations

import itertools
import threading
import weakref
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from remora.engine.context import EngineContext, current
from remora.engine.convert.conversion import convert_to
from remora.engine.errors import PSError, error
from remora.engine.hosting.initialstate import SessionStateObject
from remora.engine.language.mode import mode_of
from remora.engine.language.policy import policy_of, set_policy
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.registry import ENUM, unwrap

if TYPE_CHECKING:
    from remora.engine.runspace import Runspace

_R = "System.Management.Automation.Runspaces."
_ids = itertools.count(1)
_known: Final[dict[int, weakref.ref[HostedRunspace]]] = {}
_lock: Final = threading.Lock()

STATE: Final = NetType(
    _R + "RunspaceState",
    ENUM,
    enum={
        "BeforeOpen": 0, "Opening": 1, "Opened": 2, "Closed": 3, "Closing": 4, "Broken": 5, "Disconnecting": 6,
        "Disconnected": 7, "Connecting": 8,
    },
)  # fmt: skip
AVAILABILITY: Final = NetType(
    _R + "RunspaceAvailability",
    ENUM,
    enum={"None": 0, "Available": 1, "AvailableForNestedCommand": 2, "Busy": 3, "RemoteDebug": 4},
)


class StateInfo(NetObject):
    """RunspaceStateInfo."""

    __slots__ = ("reason", "state")
    net_type = NetType(_R + "RunspaceStateInfo", OBJECT)

    def __init__(self, state: str, reason: Any = None) -> None:
        self.state = state
        self.reason = reason

    def net_text(self) -> str:
        return self.state


class HostedRunspace(NetObject):
    """One runspace. engine: the session behind it, made when it opens."""

    __slots__ = ("__weakref__", "engine", "host", "id", "initial", "instance_id", "name", "settings", "state")
    net_type = NetType(_R + "LocalRunspace", NetType(_R + "RunspaceBase", NetType(_R + "Runspace", OBJECT)))

    def __init__(self, initial: SessionStateObject | None = None, host: Any = None) -> None:
        self.initial = initial if initial is not None else SessionStateObject()
        self.host = host
        self.engine: Runspace | None = None
        self.instance_id: UUID = uuid4()
        self.state = "BeforeOpen"
        self.settings: dict[str, Any] = {"ThreadOptions": "Default", "ApartmentState": "Unknown"}
        with _lock:
            self.id = next(_ids)
            _known[self.id] = weakref.ref(self)
        self.name = f"Runspace{self.id}"

    def net_text(self) -> str:
        return self.net_type.name

    # -- life ----------------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Make the session; what limits the code that opens it limits the new one. Raises PSError when it was opened
        before.
        """
        if self.state != "BeforeOpen":
            raise _bad_state(
                f"Cannot open the runspace because the runspace is not in the BeforeOpen state. Current state of the "
                f"runspace is '{self.state}'."
            )
        from remora.engine.runspace import InitialSessionState, Runspace
        from remora.engine.types.console import share_console

        parent = current()
        commands = None if self.initial.bare else parent.commands
        self.engine = Runspace(host=self.host, job_host=parent.job_host, state=InitialSessionState(commands=commands))
        inner = self.engine.context
        inner.store["hosted_runspace"] = self
        share_console(parent, inner)
        inner.mode = mode_of(parent.mode.language)
        set_policy(inner, policy_of(parent))
        if not parent.mode.internal:
            inner.show_only(parent.visibility)
        self.initial.apply(inner)
        if not parent.mode.limited:
            inner.mode = mode_of(self.initial.language)
        self.state = "Opened"

    def close(self) -> None:
        """End it, with whatever runs in it."""
        if self.engine is not None:
            self.engine.stop()
        self.state = "Closed"
        _known.pop(self.id, None)

    def ready(self) -> Runspace:
        """The open session. Raises PSError InvalidRunspaceState otherwise."""
        if self.state != "Opened" or self.engine is None:
            raise _bad_state(
                f"Cannot perform the operation because the runspace is not in the 'Opened' state. Current state of "
                f"runspace is '{self.state}'."
            )
        return self.engine

    @property
    def context(self) -> EngineContext:
        return self.ready().context

    @property
    def availability(self) -> str:
        """None until it is open, then Available or Busy."""
        if self.state != "Opened" or self.engine is None:
            return "None"
        if not self.engine.busy:
            return "Available"
        return "AvailableForNestedCommand" if self.engine.mine() else "Busy"


def _bad_state(message: str) -> PSError:
    return error(message, "InvalidRunspaceState", "InvalidOperation", type_name=_R + "InvalidRunspaceStateException")


def runspace_of(context: EngineContext) -> HostedRunspace:
    """The runspace object of a session, its own included."""
    found = context.store.get("hosted_runspace")
    if isinstance(found, HostedRunspace):
        return found
    made = HostedRunspace(host=context.host)
    made.engine = context.runspace
    made.state = "Opened"
    context.store["hosted_runspace"] = made
    return made


def all_runspaces() -> list[HostedRunspace]:
    """Every runspace of this process that somebody still holds, by id."""
    runspace_of(current())
    with _lock:
        found = [ref() for _, ref in sorted(_known.items())]
    return [one for one in found if one is not None]


# -- session state of a runspace ---------------------------------------------------------------------------------------


class StateProxy(NetObject):
    """SessionStateProxy: variables and paths of a runspace, from outside."""

    __slots__ = ("owner",)
    net_type = NetType(_R + "SessionStateProxy", OBJECT)

    def __init__(self, owner: HostedRunspace) -> None:
        self.owner = owner


def _proxy() -> None:
    k = StateProxy.net_type
    k.method("SetVariable(string, object)", returns="void")(
        lambda p, name, value: p.owner.context.global_scope.set(name, value)
    )
    k.method("GetVariable(string)")(lambda p, name: p.owner.context.global_scope.get(name.lower()))
    k.property("LanguageMode")(lambda p: p.owner.initial.language)
    for name in ("PSVariable", "Path", "InvokeCommand", "Drive", "Provider", "Module"):
        k.property(name)(partial(_of_session, name))


def _of_session(name: str, proxy: StateProxy) -> Any:
    from remora.engine.automatic import SessionView
    from remora.engine.members import get_member

    context = proxy.owner.context
    return get_member(SessionView(context, context.global_scope.session), name)


def _factory(*given: Any) -> HostedRunspace:
    """CreateRunspace in any of its forms."""
    initial: SessionStateObject | None = None
    host: Any = None
    for value in given:
        inner = unwrap(value)
        if isinstance(inner, SessionStateObject):
            initial = inner
        elif hasattr(inner, "context"):
            host = inner.context.host
        elif inner is None:
            raise error(
                "Value cannot be null.", "ArgumentNull", "InvalidArgument", type_name="System.ArgumentNullException"
            )
    return HostedRunspace(initial, host)


FACTORY: Final = NetType(_R + "RunspaceFactory", OBJECT)


def _declare() -> None:
    k = HostedRunspace.net_type
    base = k.base.base if k.base is not None else None
    assert base is not None
    k.property("Id", "System.Int32")(lambda r: r.id)
    k.property("Name", "System.String")(lambda r: r.name)
    k.setter("Name")(lambda r, value: setattr(r, "name", str(value)))
    k.property("InstanceId", "System.Guid")(lambda r: r.instance_id)
    k.property("RunspaceStateInfo")(lambda r: StateInfo(r.state))
    k.property("RunspaceAvailability")(lambda r: convert_to(r.availability, AVAILABILITY.name))
    k.property("RunspaceIsRemote", "System.Boolean")(lambda r: False)
    k.property("ConnectionInfo")(lambda r: None)
    k.property("OriginalConnectionInfo")(lambda r: None)
    k.property("InitialSessionState")(lambda r: r.initial)
    k.property("SessionStateProxy")(StateProxy)
    k.property("Events")(_events)
    k.property("Version")(lambda r: convert_to("7.4.6", "version"))
    k.property("Debugger", "System.Management.Automation.Debugger")(_debugger)
    for name in ("ThreadOptions", "ApartmentState"):
        _setting(k, name)
    k.method("Open()", "OpenAsync()", returns="void")(lambda r: r.open())
    k.method("Close()", "CloseAsync()", "Dispose()", returns="void")(lambda r: r.close())
    k.method("ResetRunspaceState()", returns="void")(_reset)
    base.static_property("DefaultRunspace")(lambda: runspace_of(current()))
    base.static_property("CanUseDefaultRunspace")(lambda: True)
    StateInfo.net_type.property("State")(lambda i: convert_to(i.state, STATE.name))
    StateInfo.net_type.property("Reason")(lambda i: i.reason)
    FACTORY.static("CreateRunspace()", "CreateRunspace(object)", "CreateRunspace(object, object)")(_factory)
    _proxy()


def _setting(kind: NetType, name: str) -> None:
    kind.property(name)(lambda r: r.settings[name])
    kind.setter(name)(lambda r, value: r.settings.__setitem__(name, value))


def _debugger(runspace: HostedRunspace) -> Any:
    from remora.engine.hosting.debugger import debugger_of

    return debugger_of(runspace.context)


def _events(runspace: HostedRunspace) -> Any:
    from remora.engine.events import manager_of

    return manager_of(runspace.context)


def _reset(runspace: HostedRunspace) -> None:
    runspace.state = "BeforeOpen"
    runspace.open()


_declare()
