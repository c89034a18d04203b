"""Events: Register-EngineEvent, Register-ObjectEvent, Unregister-Event, New-, Get-, Wait- and Remove-Event."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert.text import to_text
from remora.engine.errors import PSError, error
from remora.engine.events import EventArguments, EventManager, Subscriber, manager_of, source_of
from remora.engine.types.registry import unwrap
from remora.engine.validators import ValidateRange
from remora.engine.wildcard import has_wildcard, like
from remora.modules.core.event_job import event_job

_ARGS = "System.Management.Automation.PSEventArgs"
_SUBSCRIBER = "System.Management.Automation.PSEventSubscriber"


class _Events(Cmdlet):
    @property
    def manager(self) -> EventManager:
        return manager_of(self.session.context)

    def missing(self, what: str, id: str, target: Any) -> None:
        """What was asked for is not there."""
        self.fail(what, id, "InvalidArgument", target, type_name="System.ArgumentException")

    def subscribers(self, source: Any, number: Any, force: bool) -> list[Subscriber]:
        """Subscribers by identifier or number; those of support events only with -Force."""
        known = [s for s in self.manager.subscribers if force or not s.support]
        if number is not None:
            return [s for s in known if s.id == number]
        if source is not None:
            return [s for s in known if like(s.source, source)]
        return known


class _Register(_Events):
    source_identifier = Parameter("string", position=100)
    action = Parameter("scriptblock", position=101)
    message_data = Parameter("psobject")
    support_event = Parameter("switch")
    forward = Parameter("switch")
    max_trigger_count = Parameter("int", default=0)

    def end(self) -> None:
        source_object, event_name = self.source()
        name = to_text(self.source_identifier) if self.source_identifier else str(uuid4())
        try:
            made = self.manager.add(name, source_object=source_object, event_name=event_name)
        except PSError as problem:
            raise self.throw(problem) from None
        made.data, made.support, made.forward = self.message_data, bool(self.support_event), bool(self.forward)
        made.left = self.max_trigger_count or None
        if self.action is not None:
            made.action = event_job(self.session, name, self.action)
            if not self.support_event:
                self.emit(made.action)
        events = source_of(source_object)
        if events is not None:
            manager = self.manager

            def handle(arguments: Any) -> None:
                manager.raised(made, source_object, arguments)

            events.subscribe(event_name, handle)
            made.detach = lambda: events.unsubscribe(event_name, handle)

    def source(self) -> tuple[Any, str]:
        """The object and the event's name."""
        return None, ""


@cmdlet("Register-EngineEvent", output_type=("System.Management.Automation.PSEventJob",))
class RegisterEngineEvent(_Register):
    """Subscribes to an event of the engine or of scripts."""

    source_identifier = Parameter("string", mandatory=True, position=100)


@cmdlet("Register-ObjectEvent", output_type=("System.Management.Automation.PSEventJob",))
class RegisterObjectEvent(_Register):
    """Subscribes to an event of an object."""

    input_object = Parameter("psobject", mandatory=True, position=0)
    event_name = Parameter("string", mandatory=True, position=1)

    def source(self) -> tuple[Any, str]:
        target = unwrap(self.input_object)
        events = source_of(target)
        names = events.names if events is not None else ()
        found = next((name for name in names if name.lower() == self.event_name.lower()), None)
        if found is None:
            raise self.throw(
                error(
                    f"Cannot register for the specified event. An event with the name '{self.event_name}' does not "
                    "exist.",
                    "INVALID_REGISTRATION",
                    "InvalidArgument",
                    type_name="System.ArgumentException",
                )
            )
        return target, found


@cmdlet("Unregister-Event", default_set="BySource", should_process=True)
class UnregisterEvent(_Events):
    """Ends subscriptions."""

    source_identifier = Parameter("string", sets={"BySource": {"mandatory": True, "position": 0, "by_property": True}})
    subscription_id = Parameter("int", sets={"ById": {"mandatory": True, "position": 0, "by_property": True}})
    force = Parameter("switch")

    def process(self) -> None:
        found = self.subscribers(self.source_identifier, self.subscription_id, bool(self.force))
        for one in found:
            if self.should_process(f"Event subscription '{one.source}'", "Unsubscribe"):
                self.manager.remove(one)
        if found:
            return
        if self.subscription_id is not None:
            self.missing(
                f"Event with identifier '{self.subscription_id}' does not exist.",
                "INVALID_SUBSCRIPTION_IDENTIFIER",
                self.subscription_id,
            )
        elif not has_wildcard(self.source_identifier):
            self.missing(
                f"Event with source identifier '{self.source_identifier}' does not exist.",
                "INVALID_SOURCE_IDENTIFIER",
                self.source_identifier,
            )


@cmdlet("Get-EventSubscriber", default_set="BySource", output_type=(_SUBSCRIBER,))
class GetEventSubscriber(_Events):
    """Shows subscriptions."""

    source_identifier = Parameter("string", sets={"BySource": {"position": 0, "by_property": True}})
    subscription_id = Parameter(
        "int", sets={"ById": {"mandatory": True, "position": 0, "by_property": True}}, aliases=("Id",)
    )
    force = Parameter("switch", position=1)

    def process(self) -> None:
        found = self.subscribers(self.source_identifier, self.subscription_id, bool(self.force))
        for one in found:
            self.emit(one)
        if found:
            return
        if self.subscription_id is not None:
            self.missing(
                f"Event subscription with identifier '{self.subscription_id}' does not exist.",
                "INVALID_SUBSCRIPTION_IDENTIFIER",
                self.subscription_id,
            )
        elif self.source_identifier is not None and not has_wildcard(self.source_identifier):
            self.missing(
                f"Event subscription with source identifier '{self.source_identifier}' does not exist.",
                "INVALID_SOURCE_IDENTIFIER",
                self.source_identifier,
            )


@cmdlet("New-Event", output_type=(_ARGS,))
class NewEvent(_Events):
    """Raises an event."""

    source_identifier = Parameter("string", mandatory=True, position=0)
    sender = Parameter("psobject", position=1)
    event_arguments = Parameter("psobject[]", position=2)
    message_data = Parameter("psobject", position=3)

    def end(self) -> None:
        self.emit(
            self.manager.generate(
                self.source_identifier, self.sender, list(self.event_arguments or ()), self.message_data
            )
        )
        self.check_stop()


class _Queue(_Events):
    def chosen(self, source: Any, number: Any) -> list[EventArguments]:
        """Events in the queue."""
        received = list(self.manager.received)
        if number is not None:
            return [e for e in received if e.id == number]
        return received if source is None else [e for e in received if like(e.source, source)]

    def tell_missing(self, source: Any, number: Any) -> None:
        """No such event."""
        if number is not None:
            self.missing(f"Event with identifier '{number}' does not exist.", "INVALID_EVENT_IDENTIFIER", number)
        elif source is not None and not has_wildcard(source):
            self.missing(
                f"Event with source identifier '{source}' does not exist.", "INVALID_SOURCE_IDENTIFIER", source
            )


@cmdlet("Get-Event", default_set="BySource", output_type=(_ARGS,))
class GetEvent(_Queue):
    """Shows the events in the queue."""

    source_identifier = Parameter("string", sets={"BySource": {"position": 0, "by_property": True}})
    event_identifier = Parameter(
        "int", sets={"ById": {"mandatory": True, "position": 0, "by_property": True}}, aliases=("Id",)
    )

    def process(self) -> None:
        found = self.chosen(self.source_identifier, self.event_identifier)
        for one in found:
            self.emit(one)
        if not found:
            self.tell_missing(self.source_identifier, self.event_identifier)


@cmdlet("Remove-Event", default_set="BySource", should_process=True)
class RemoveEvent(_Queue):
    """Takes events out of the queue."""

    source_identifier = Parameter("string", sets={"BySource": {"mandatory": True, "position": 0}})
    event_identifier = Parameter("int", sets={"ByIdentifier": {"mandatory": True, "position": 0, "by_property": True}})

    def process(self) -> None:
        found = self.chosen(self.source_identifier, self.event_identifier)
        for one in found:
            if self.should_process(f"Event '{one.source}'", "Remove"):
                self.manager.received.remove(one)
        if not found:
            self.tell_missing(self.source_identifier, self.event_identifier)


@cmdlet("Wait-Event", output_type=(_ARGS,))
class WaitEvent(_Events):
    """Waits until an event is in the queue."""

    source_identifier = Parameter("string", position=0, by_property=True)
    timeout = Parameter("int", default=-1, aliases=("TimeoutSec",), validate=(ValidateRange(-1, 2147483647),))

    def process(self) -> None:
        seconds = None if self.timeout < 0 else float(self.timeout)
        found = self.manager.wait(self.source_identifier, seconds)
        if found is not None:
            self.emit(found)


CMDLETS = (
    GetEvent,
    GetEventSubscriber,
    NewEvent,
    RegisterEngineEvent,
    RegisterObjectEvent,
    RemoveEvent,
    UnregisterEvent,
    WaitEvent,
)
