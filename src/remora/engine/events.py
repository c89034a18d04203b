"""Events of a session: who subscribed to what, what has come and waits in the queue, and actions that run on it."""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from remora.engine.errors import PSError, error
from remora.engine.nettype import OBJECT, NetObject, NetType

if TYPE_CHECKING:
    from remora.engine.context import EngineContext
    from remora.engine.scriptblock import ScriptBlock

_M = "System.Management.Automation."


class EventSource:
    """The events of an object (its ``events``). names: as .NET spells them. Handlers run on the raising thread."""

    __slots__ = ("_handlers", "names", "owner")

    def __init__(self, owner: Any, names: tuple[str, ...]) -> None:
        self.owner = owner
        self.names = names
        self._handlers: dict[str, list[Callable[[Any], None]]] = {}

    def subscribe(self, name: str, handler: Callable[[Any], None]) -> None:
        """Call ``handler(event arguments)`` at each event of that name."""
        self._handlers.setdefault(name, []).append(handler)

    def unsubscribe(self, name: str, handler: Callable[[Any], None]) -> None:
        """Stop calling it."""
        if handler in self._handlers.get(name, ()):
            self._handlers[name].remove(handler)

    def raise_event(self, name: str, arguments: Any) -> None:
        """Tell everybody who subscribed."""
        for handler in list(self._handlers.get(name, ())):
            handler(arguments)


def source_of(value: Any) -> EventSource | None:
    """The events of an object; None when it has none."""
    found = getattr(value, "events", None)
    return found if isinstance(found, EventSource) else None


class EventArguments(NetObject):
    """PSEventArgs: one event in the queue."""

    __slots__ = ("arguments", "data", "event_arguments", "id", "runspace", "sender", "source", "time")
    net_type = NetType(_M + "PSEventArgs", OBJECT)

    def __init__(
        self, id: int, source: str, sender: Any, arguments: Sequence[Any], data: Any, event_arguments: Any = None
    ) -> None:
        self.id = id
        self.source = source
        self.sender = sender
        self.arguments = list(arguments)
        self.data = data
        self.event_arguments = event_arguments
        self.time = datetime.now().astimezone()
        self.runspace: UUID = uuid4()


class Subscriber(NetObject):
    """PSEventSubscriber. action: its job, None when events go to the queue. detach: unsubscribes from the source."""

    __slots__ = (
        "action", "data", "detach", "event_name", "forward", "id", "left", "source", "source_object", "support",
    )  # fmt: skip
    net_type = NetType(_M + "PSEventSubscriber", OBJECT)

    def __init__(self, id: int, source: str, *, source_object: Any = None, event_name: str = "") -> None:
        self.id = id
        self.source = source
        self.source_object = source_object
        self.event_name = event_name
        self.action: Any = None
        self.data: Any = None
        self.support = False
        self.forward = False
        self.left: int | None = None
        self.detach: Callable[[], None] | None = None


class EventManager(NetObject):
    """The events of one session. Events may be raised on any thread; actions run on the session's own."""

    __slots__ = (
        "_context",
        "_event_ids",
        "_pending",
        "_running",
        "_subscriber_ids",
        "arrived",
        "received",
        "subscribers",
    )
    net_type = NetType(_M + "PSLocalEventManager", NetType(_M + "PSEventManager", OBJECT))

    def __init__(self, context: EngineContext) -> None:
        self._context = context
        self.received: list[EventArguments] = []
        self.subscribers: list[Subscriber] = []
        self.arrived = threading.Condition()
        self._pending: deque[tuple[Subscriber, EventArguments]] = deque()
        self._event_ids = itertools.count(1)
        self._subscriber_ids = itertools.count(1)
        self._running = False
        context.attend = self.attend

    # -- subscribing ---------------------------------------------------------------------------------------------------

    def add(self, source: str, *, source_object: Any = None, event_name: str = "") -> Subscriber:
        """A new subscriber. Raises PSError when the source identifier is taken."""
        if any(s.source.lower() == source.lower() and source for s in self.subscribers):
            raise error(
                f"Cannot subscribe to the specified event. A subscriber with the source identifier '{source}' already "
                "exists.",
                "SUBSCRIBER_EXISTS",
                "InvalidArgument",
                source,
                type_name="System.ArgumentException",
            )
        made = Subscriber(next(self._subscriber_ids), source, source_object=source_object, event_name=event_name)
        self.subscribers.append(made)
        return made

    def remove(self, subscriber: Subscriber) -> None:
        """End a subscription; its action's job ends too."""
        if subscriber.detach is not None:
            subscriber.detach()
        if subscriber in self.subscribers:
            self.subscribers.remove(subscriber)
        if subscriber.action is not None:
            subscriber.action.handle.finish("Stopped")

    # -- events --------------------------------------------------------------------------------------------------------

    def generate(
        self,
        source: str,
        sender: Any = None,
        arguments: Sequence[Any] = (),
        data: Any = None,
        event_arguments: Any = None,
    ) -> EventArguments:
        """An event from a script or the engine: to every subscriber of that identifier, else to the queue."""
        made = EventArguments(next(self._event_ids), source, sender, arguments, data, event_arguments)
        made.runspace = self._instance()
        found = [s for s in self.subscribers if s.source.lower() == source.lower() and s.source_object is None]
        with_action = [s for s in found if s.action is not None]
        if with_action:
            for subscriber in with_action:
                self._schedule(subscriber, made)
        else:
            for subscriber in found:
                made.data = data if data is not None else subscriber.data
                self._count(subscriber)
            self._receive(made)
        return made

    def raised(self, subscriber: Subscriber, sender: Any, event_arguments: Any) -> None:
        """An event of a .NET-like object."""
        made = EventArguments(
            next(self._event_ids),
            subscriber.source,
            sender,
            [sender, event_arguments],
            subscriber.data,
            event_arguments,
        )
        made.runspace = self._instance()
        if subscriber.action is not None:
            self._schedule(subscriber, made)
        else:
            self._count(subscriber)
            self._receive(made)

    def _instance(self) -> UUID:
        from remora.engine.hosting.runspace import runspace_of

        return runspace_of(self._context).instance_id

    def _count(self, subscriber: Subscriber) -> None:
        if subscriber.left is not None:
            subscriber.left -= 1
            if subscriber.left <= 0:
                self.remove(subscriber)

    def _receive(self, made: EventArguments) -> None:
        with self.arrived:
            self.received.append(made)
            self.arrived.notify_all()

    def _schedule(self, subscriber: Subscriber, made: EventArguments) -> None:
        if subscriber.data is not None and made.data is None:
            made.data = subscriber.data
        with self.arrived:
            self._pending.append((subscriber, made))
            self.arrived.notify_all()
        self._context.call_attention()

    def attend(self) -> None:
        """Run the actions that wait, one after the other; called on the session's thread."""
        if self._running:
            return
        self._running = True
        try:
            while self._pending:
                subscriber, made = self._pending.popleft()
                if subscriber in self.subscribers:
                    self._act(subscriber, made)
        finally:
            self._running = False

    def _act(self, subscriber: Subscriber, made: EventArguments) -> None:
        self._count_action(subscriber)
        subscriber.action.handle.run(self._context, subscriber, made)

    def _count_action(self, subscriber: Subscriber) -> None:
        if subscriber.left is not None:
            subscriber.left -= 1
            if subscriber.left <= 0 and subscriber in self.subscribers:
                self.subscribers.remove(subscriber)
                if subscriber.detach is not None:
                    subscriber.detach()

    def wait(self, source: str | None, seconds: float | None) -> EventArguments | None:
        """The first event in the queue (of a source), waiting for it; None when the time is over."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while True:
            self._context.check_stop()
            self.attend()
            with self.arrived:
                found = next((e for e in self.received if source is None or e.source.lower() == source.lower()), None)
                if found is not None:
                    return found
                left = 0.05 if deadline is None else min(0.05, deadline - time.monotonic())
                if left <= 0:
                    return None
                self.arrived.wait(left)


def manager_of(context: EngineContext) -> EventManager:
    """The event manager of a session, made when first asked for."""
    found = context.store.get("events")
    if not isinstance(found, EventManager):
        found = context.store["events"] = EventManager(context)
    return found


def run_action(
    context: EngineContext, block: ScriptBlock, made: EventArguments, subscriber: Subscriber, sink: Any
) -> None:
    """The action's block with $Event, $EventSubscriber, $Sender, $EventArgs, in the scope of its module where it has
    one; its streams go to the sink.
    """
    from remora.engine.frame import Frame
    from remora.engine.invoke import run_block
    from remora.engine.pipes import Sinks
    from remora.engine.scopes import Scope

    module = block.session
    scope = Scope(context.global_scope) if module is None else module.top
    values = {
        "Event": made,
        "EventSubscriber": subscriber,
        "Sender": made.sender,
        "EventArgs": made.event_arguments,
    }
    for name, value in values.items():
        scope.put(name, value)
    sinks = Sinks(sink.error, sink.warning, sink.verbose, sink.debug, sink.information, sink.progress)
    frame = Frame(context, scope, sink.output, sinks)
    success = context.success
    try:
        run_block(frame, block, made.arguments, sink.output, new_scope=module is None)
    except PSError as problem:
        context.remember(problem.record)
        sink.error(problem.record)
    finally:
        context.success = success


def _declare() -> None:
    e = EventArguments.net_type
    e.property("ComputerName", "System.String")(lambda o: None)
    e.property("RunspaceId", "System.Guid")(lambda o: o.runspace)
    e.property("EventIdentifier", "System.Int32")(lambda o: o.id)
    e.property("Sender")(lambda o: o.sender)
    e.property("SourceEventArgs")(lambda o: o.event_arguments)
    e.property("SourceArgs")(lambda o: list(o.arguments))
    e.property("SourceIdentifier", "System.String")(lambda o: o.source)
    e.property("TimeGenerated", "System.DateTime")(lambda o: o.time)
    e.property("MessageData")(lambda o: o.data)
    s = Subscriber.net_type
    s.property("SubscriptionId", "System.Int32")(lambda o: o.id)
    s.property("SourceObject")(lambda o: o.source_object)
    s.property("EventName", "System.String")(lambda o: o.event_name or None)
    s.property("SourceIdentifier", "System.String")(lambda o: o.source)
    s.property("Action")(lambda o: o.action)
    s.property("HandlerDelegate")(lambda o: None)
    s.property("SupportEvent", "System.Boolean")(lambda o: o.support)
    s.property("ForwardEvent", "System.Boolean")(lambda o: o.forward)
    m = EventManager.net_type
    m.property("ReceivedEvents")(lambda o: list(o.received))
    m.property("Subscribers")(lambda o: list(o.subscribers))
    m.method("GenerateEvent(string, object, object, object)")(
        lambda o, source, sender, arguments, data: o.generate(source, sender, list(arguments or []), data)
    )
    m.method("GetEventSubscribers(string)")(
        lambda o, source: [x for x in o.subscribers if x.source.lower() == source.lower()]
    )
    m.method("UnsubscribeEvent(object)", returns="void")(lambda o, subscriber: o.remove(subscriber))


EVENT_TYPES = (EventArguments.net_type, Subscriber.net_type, EventManager.net_type)
_declare()
