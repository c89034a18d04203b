"""Objects that raise events: System.Timers.Timer and ObservableCollection."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

from remora.engine.convert.conversion import convert_to
from remora.engine.convert.truth import is_true
from remora.engine.errors import error
from remora.engine.events import EVENT_TYPES, EventSource
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.lists import CollectionList
from remora.engine.types.typeref import TypeRef, register

_COMPONENT = NetType("System.ComponentModel.Component", OBJECT)
_EVENT_ARGS = NetType("System.EventArgs", OBJECT)
_MAX_MILLISECONDS = 2147483647


class ElapsedArgs(NetObject):
    """ElapsedEventArgs."""

    __slots__ = ("time",)
    net_type = NetType("System.Timers.ElapsedEventArgs", _EVENT_ARGS)

    def __init__(self) -> None:
        self.time = datetime.now().astimezone()


class Timer(NetObject):
    """Raises Elapsed after each interval (milliseconds), on a thread of its own."""

    __slots__ = ("_timer", "auto_reset", "enabled", "events", "interval")
    net_type = NetType("System.Timers.Timer", _COMPONENT)

    def __init__(self, interval: float = 100.0) -> None:
        self.events = EventSource(self, ("Elapsed", "Disposed"))
        self.interval = self._checked(interval)
        self.auto_reset = True
        self.enabled = False
        self._timer: threading.Timer | None = None

    @staticmethod
    def _checked(value: Any) -> float:
        number = float(convert_to(value, "double"))
        if not 0 < number <= _MAX_MILLISECONDS:
            raise error(
                f"Invalid value '{number:g}' for parameter 'interval'. (Parameter 'interval')",
                "ArgumentException",
                type_name="System.ArgumentException",
            )
        return number

    def set_interval(self, value: Any) -> None:
        self.interval = self._checked(value)
        if self.enabled:
            self.set_enabled(False)
            self.set_enabled(True)

    def set_enabled(self, value: Any) -> None:
        """Start or Stop."""
        self.enabled = is_true(value)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self.enabled:
            self._arm()

    def _arm(self) -> None:
        self._timer = threading.Timer(self.interval / 1000, self._elapsed)
        self._timer.daemon = True
        self._timer.start()

    def _elapsed(self) -> None:
        if not self.enabled:
            return
        if self.auto_reset:
            self._arm()
        else:
            self.enabled = False
        self.events.raise_event("Elapsed", ElapsedArgs())


class ChangedArgs(NetObject):
    """NotifyCollectionChangedEventArgs."""

    __slots__ = ("action", "index", "new", "old")
    net_type = NetType("System.Collections.Specialized.NotifyCollectionChangedEventArgs", _EVENT_ARGS)

    def __init__(
        self, action: str, new: list[Any] | None = None, old: list[Any] | None = None, index: int = -1
    ) -> None:
        self.action = action
        self.new = new
        self.old = old
        self.index = index


class ObservableList(CollectionList):
    """ObservableCollection: a list that raises CollectionChanged."""

    __slots__ = ("events",)

    def __init__(self, kind: TypeRef, items: Any = ()) -> None:
        super().__init__(kind, items)
        self.events = EventSource(self, ("CollectionChanged", "PropertyChanged"))

    def append(self, value: Any) -> None:
        super().append(value)
        self._changed(ChangedArgs("Add", [value], None, len(self) - 1))

    def insert(self, index: Any, value: Any) -> None:
        super().insert(index, value)
        self._changed(ChangedArgs("Add", [value], None, int(index)))

    def remove(self, value: Any) -> None:
        index = self.index(value)
        super().remove(value)
        self._changed(ChangedArgs("Remove", None, [value], index))

    def clear(self) -> None:
        super().clear()
        self._changed(ChangedArgs("Reset"))

    def _changed(self, arguments: ChangedArgs) -> None:
        self.events.raise_event("CollectionChanged", arguments)


def _declare() -> None:
    t = Timer.net_type
    t.constructor("()", "(double)")(Timer)
    t.property("Interval", "System.Double")(lambda x: x.interval)
    t.setter("Interval")(lambda x, value: x.set_interval(value))
    t.property("AutoReset", "System.Boolean")(lambda x: x.auto_reset)
    t.setter("AutoReset")(lambda x, value: setattr(x, "auto_reset", is_true(value)))
    t.property("Enabled", "System.Boolean")(lambda x: x.enabled)
    t.setter("Enabled")(lambda x, value: x.set_enabled(value))
    t.method("Start()", returns="void")(lambda x: x.set_enabled(True))
    t.method("Stop()", "Close()", "Dispose()", returns="void")(lambda x: x.set_enabled(False))
    t.settable_bag = True
    ElapsedArgs.net_type.property("SignalTime", "System.DateTime")(lambda x: x.time)
    c = ChangedArgs.net_type
    c.property("Action", "System.String")(lambda x: x.action)
    c.property("NewItems")(lambda x: x.new)
    c.property("OldItems")(lambda x: x.old)
    c.property("NewStartingIndex", "System.Int32")(lambda x: x.index if x.action == "Add" else -1)


def register_types() -> None:
    """The types by name."""
    register(Timer.net_type, ElapsedArgs.net_type, ChangedArgs.net_type, _EVENT_ARGS, *EVENT_TYPES)


_declare()
