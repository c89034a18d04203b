"""Threading: Monitor, Interlocked, SemaphoreSlim and the events. Waits end when the pipeline is stopped."""

from __future__ import annotations

import threading
import weakref
from datetime import timedelta
from typing import Any, Final

from remora.engine.context import current
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.nothing import NOTHING
from remora.engine.types.collections import failure
from remora.engine.types.interop import Lock
from remora.engine.types.typeref import register
from remora.values.numbers import Int64

_T: Final = "System.Threading."
_STEP: Final = 0.01
_FOREVER: Final = -1
MONITOR: Final = NetType(_T + "Monitor", OBJECT, form="static")
INTERLOCKED: Final = NetType(_T + "Interlocked", OBJECT, form="static")
WAIT_HANDLE: Final = Lock.net_type.base or OBJECT
_guard: Final = threading.Lock()
_held: Final[dict[int, threading.RLock]] = {}
_alive: Final[dict[int, Any]] = {}
MAX_MONITORS: Final = 4096


def milliseconds(given: Any) -> int:
    """The time to wait: a number, or a TimeSpan; -1 for ever."""
    if isinstance(given, timedelta):
        return _FOREVER if given < timedelta(0) else int(given.total_seconds() * 1000)
    return int(given)


def wait_until(attempt: Any, limit: int) -> bool:
    """Try until it succeeds or so many milliseconds are over. Raises when the pipeline is stopped."""
    left = limit / 1000 if limit >= 0 else None
    while not attempt():
        if left is not None and left <= 0:
            return False
        current().sleep(_STEP)
        left = None if left is None else left - _STEP
    return True


def _monitor(target: Any) -> Any:
    """The lock of an object; it lasts as long as the object, where that can be known."""
    if target is None:
        raise failure("Value cannot be null. (Parameter 'obj')", "System.ArgumentNullException")
    key = id(target)
    with _guard:
        if key not in _held:
            if len(_held) >= MAX_MONITORS:
                raise failure("Too many objects are locked.", "System.InvalidOperationException")
            _held[key] = threading.RLock()
            try:
                weakref.finalize(target, _forget, key)
            except TypeError:
                _alive[key] = target
        return _held[key]


def _forget(key: int) -> None:
    _held.pop(key, None)


def _enter(target: Any, taken: Any = None) -> None:
    lock = _monitor(target)
    wait_until(lambda: lock.acquire(blocking=False), _FOREVER)
    if taken is not None:
        taken.value = True


def _try_enter(target: Any, limit: Any = 0) -> bool:
    lock = _monitor(target)
    return wait_until(lambda: lock.acquire(blocking=False), milliseconds(limit))


def _exit(target: Any) -> None:
    try:
        _monitor(target).release()
    except RuntimeError:
        raise failure("Object synchronization method was called from an unsynchronized block of code.",
                      "System.Threading.SynchronizationLockException") from None  # fmt: skip


def _is_entered(target: Any) -> bool:
    return bool(_monitor(target)._is_owned())


def _monitors() -> None:
    m = MONITOR
    m.static("Enter(object obj)", "Enter(object obj, ref lockTaken)", returns="void")(_enter)
    m.static("TryEnter(object obj)", "TryEnter(object obj, int millisecondsTimeout)",
             "TryEnter(object obj, timespan timeout)", returns="bool")(_try_enter)  # fmt: skip
    m.static("Exit(object obj)", returns="void")(_exit)
    m.static("IsEntered(object obj)", returns="bool")(_is_entered)


def _changed(place: Any, change: Any) -> tuple[Any, Any]:
    """What was in a [ref], and what is in it now; in one step."""
    with _guard:
        before = place.value
        place.value = after = change(before)
    return before, after


def _sum(value: Any, amount: int) -> Any:
    wide = isinstance(value, Int64)
    bits = 64 if wide else 32
    number = (int(value or 0) + int(amount) + (1 << (bits - 1))) % (1 << bits) - (1 << (bits - 1))
    return Int64(number) if wide else number


def _compare_exchange(place: Any, value: Any, comparand: Any) -> Any:
    from remora.engine.operators.compare import equal

    return _changed(place, lambda old: value if equal(old, comparand, ignore_case=False) else old)[0]


def _interlocked() -> None:
    i = INTERLOCKED
    i.static("Increment(ref location)")(lambda place: _changed(place, lambda old: _sum(old, 1))[1])
    i.static("Decrement(ref location)")(lambda place: _changed(place, lambda old: _sum(old, -1))[1])
    i.static("Add(ref location1, long value)")(lambda place, n: _changed(place, lambda old: _sum(old, n))[1])
    i.static("Exchange(ref location1, object value)")(lambda place, new: _changed(place, lambda old: new)[0])
    i.static("CompareExchange(ref location1, object value, object comparand)")(_compare_exchange)
    i.static("Read(ref location)", returns="long")(lambda place: Int64(int(place.value)))


class Event(NetObject):
    """A manual or automatic reset event; the kind says which."""

    __slots__ = ("automatic", "flag", "kind")
    net_type = NetType(_T + "EventWaitHandle", WAIT_HANDLE)

    def __init__(self, kind: NetType, initial: bool, automatic: bool) -> None:
        self.kind = kind
        self.automatic = automatic
        self.flag = threading.Event()
        if initial:
            self.flag.set()

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names

    def attempt(self) -> bool:
        """Tell whether it is set; an automatic one is no longer."""
        with _guard:
            found = self.flag.is_set()
            if found and self.automatic:
                self.flag.clear()
        return found

    def wait(self, limit: Any = _FOREVER) -> bool:
        return wait_until(self.attempt, milliseconds(limit))


MANUAL: Final = NetType(_T + "ManualResetEvent", Event.net_type)
AUTOMATIC: Final = NetType(_T + "AutoResetEvent", Event.net_type)
MANUAL_SLIM: Final = NetType(_T + "ManualResetEventSlim", OBJECT)


def _set(event: Event) -> bool:
    event.flag.set()
    return True


def _reset(event: Event) -> bool:
    event.flag.clear()
    return True


def _events() -> None:
    base = Event.net_type
    for net in (base, MANUAL_SLIM):
        net.method("Set()", returns="bool" if net is base else "void")(_set)
        net.method("Reset()", returns="bool" if net is base else "void")(_reset)
        net.method("Dispose()", returns="void")(lambda event: None)
    base.method("Close()", returns="void")(lambda event: None)
    base.method("WaitOne()", "WaitOne(int millisecondsTimeout)", "WaitOne(timespan timeout)", returns="bool")(
        Event.wait
    )
    MANUAL_SLIM.method("Wait()", returns="bool")(lambda event: event.wait() and NOTHING)
    MANUAL_SLIM.method("Wait(int millisecondsTimeout)", "Wait(timespan timeout)", returns="bool")(Event.wait)
    MANUAL_SLIM.property("IsSet", "System.Boolean")(lambda event: event.flag.is_set())
    MANUAL.constructor("(bool initialState)")(lambda initial: Event(MANUAL, initial, False))
    AUTOMATIC.constructor("(bool initialState)")(lambda initial: Event(AUTOMATIC, initial, True))
    MANUAL_SLIM.constructor("()", "(bool initialState)")(lambda initial=False: Event(MANUAL_SLIM, initial, False))


class SlimSemaphore(NetObject):
    """SemaphoreSlim: so many may go on at once."""

    __slots__ = ("count", "most")
    net_type = NetType(_T + "SemaphoreSlim", OBJECT)

    def __init__(self, count: int, most: int = 2**31 - 1) -> None:
        if not 0 <= count <= most or most < 1:
            raise failure("The initialCount argument must be non-negative and less than or equal to the maximumCount. "
                          "(Parameter 'initialCount')", "System.ArgumentOutOfRangeException")  # fmt: skip
        self.count = count
        self.most = most

    def attempt(self) -> bool:
        """Take one if there is one."""
        with _guard:
            found = self.count > 0
            self.count -= found
        return found

    def release(self, more: int = 1) -> int:
        """Give some back; how many there were before."""
        with _guard:
            if self.count + more > self.most:
                raise failure("Adding the specified count to the semaphore would cause it to exceed its maximum count.",
                              "System.Threading.SemaphoreFullException")  # fmt: skip
            self.count += more
            return self.count - more


def _semaphores() -> None:
    s = SlimSemaphore.net_type
    s.constructor("(int initialCount)", "(int initialCount, int maxCount)")(SlimSemaphore)
    s.property("CurrentCount", "System.Int32")(lambda v: v.count)
    s.method("Wait()", returns="bool")(lambda v: wait_until(v.attempt, _FOREVER) and NOTHING)
    s.method("Wait(int millisecondsTimeout)", "Wait(timespan timeout)", returns="bool")(
        lambda v, limit: wait_until(v.attempt, milliseconds(limit))
    )
    s.method("Release()", "Release(int releaseCount)", returns="int")(SlimSemaphore.release)
    s.method("Dispose()", returns="void")(lambda v: None)


def register_types() -> None:
    """The types by name."""
    register(MONITOR, INTERLOCKED, Event.net_type, MANUAL, AUTOMATIC, MANUAL_SLIM, SlimSemaphore.net_type)


_monitors()
_interlocked()
_events()
_semaphores()
