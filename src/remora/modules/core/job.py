"""Job objects of the session: the job itself and the child that carries its streams."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from remora.engine.events import EventSource
from remora.engine.hosting.datacollection import collection
from remora.engine.jobs import JobHandle
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.values import EnumValue

_M = "System.Management.Automation."
STATES = (
    "NotStarted", "Running", "Completed", "Failed", "Stopped", "Blocked", "Suspended", "Disconnected", "Suspending",
    "Stopping",
    "AtBreakpoint",
)  # fmt: skip
FINISHED = frozenset({"Completed", "Failed", "Stopped"})


def state_value(name: str) -> EnumValue:
    """A JobState."""
    return EnumValue(STATES.index(name), _M + "JobState", name)


class JobStateInfo(NetObject):
    """State and reason."""

    __slots__ = ("reason", "state")
    net_type = NetType(_M + "JobStateInfo", OBJECT)

    def __init__(self, state: str, reason: Any) -> None:
        self.state = state
        self.reason = reason

    def net_text(self) -> str:
        return self.state


@JobStateInfo.net_type.property("State", _M + "JobState")
def _info_state(self: JobStateInfo) -> Any:
    return state_value(self.state)


@JobStateInfo.net_type.property("Reason", "System.Exception")
def _info_reason(self: JobStateInfo) -> Any:
    return self.reason


class Job(NetObject):
    """One job of the session's table. handle: what runs it; children: its child jobs (a child has none)."""

    __slots__ = (
        "_events",
        "begin",
        "children",
        "command",
        "ended",
        "handle",
        "id",
        "instance_id",
        "location",
        "name",
        "type_label",
    )
    net_type = NetType(_M + "Job", OBJECT)
    parent_type = NetType(_M + "PSRemotingJob", net_type)
    child_type = NetType(_M + "PSRemotingChildJob", net_type)

    def __init__(
        self,
        *,
        id: int,
        name: str,
        command: str,
        handle: JobHandle,
        location: str = "localhost",
        type_label: str = "BackgroundJob",
    ) -> None:
        self.id = id
        self.name = name
        self.command = command
        self.handle = handle
        self.location = location
        self.type_label = type_label
        self.instance_id: UUID = uuid4()
        self.begin = datetime.now().astimezone()
        self.ended: datetime | None = None
        self.children: list[Job] = []
        self._events: EventSource | None = None

    def net_type_names(self) -> tuple[str, ...]:
        return (self.parent_type if self.children else self.child_type).names

    def net_text(self) -> str:
        return self.net_type_names()[0]

    @property
    def events(self) -> EventSource:
        """StateChanged, raised when the job has ended."""
        if self._events is None:
            self._events = JobEvents(self)
        return self._events

    @property
    def state(self) -> str:
        """Name of the JobState now."""
        state = self.handle.state
        if state in FINISHED and self.ended is None:
            self.ended = datetime.now().astimezone()
        return state

    @property
    def finished(self) -> bool:
        return self.state in FINISHED


class JobEvents(EventSource):
    """The events of a job, which is watched from the first subscription on."""

    __slots__ = ()
    owner: Job

    def __init__(self, job: Job) -> None:
        super().__init__(job, ("StateChanged",))

    def subscribe(self, name: str, handler: Callable[[Any], None]) -> None:
        watched = bool(self._handlers)
        super().subscribe(name, handler)
        if not watched:
            threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        self.owner.handle.wait(None)
        self.raise_event("StateChanged", JobStateEvent(self.owner))


class JobStateEvent(NetObject):
    """JobStateEventArgs: a job has ended."""

    __slots__ = ("info", "job")
    net_type = NetType(_M + "JobStateEventArgs", NetType("System.EventArgs", OBJECT))

    def __init__(self, job: Job) -> None:
        self.job = job
        self.info = JobStateInfo(job.state, _reason(job))


JobStateEvent.net_type.property("JobStateInfo")(lambda e: e.info)
JobStateEvent.net_type.property("PreviousJobStateInfo")(lambda e: JobStateInfo("Running", None))


def _reason(job: Job) -> Any:
    failure = job.handle.failure
    return getattr(failure, "exception", failure)


def _stream(name: str) -> Any:
    def read(self: Job) -> Any:
        kind = "PSObject" if name == "output" else f"{name.capitalize()}Record"
        made = collection(_M + kind)
        if not self.children:
            made.extend(value for stream, value in self.handle.receive(keep=True) if stream == name)
        return made

    return read


_T = Job.net_type
_T.property("State", _M + "JobState")(lambda self: state_value(self.state))
_T.property("HasMoreData", "System.Boolean")(lambda self: self.handle.has_more())
_T.property("StatusMessage", "System.String")(lambda self: "")
_T.property("Location", "System.String")(lambda self: self.location)
_T.property("Command", "System.String")(lambda self: self.command)
_T.property("JobStateInfo", _M + "JobStateInfo")(lambda self: JobStateInfo(self.state, _reason(self)))
_T.property("InstanceId", "System.Guid")(lambda self: self.instance_id)
_T.property("Id", "System.Int32")(lambda self: self.id)
_T.property("Name", "System.String")(lambda self: self.name)
_T.property("ChildJobs", "System.Collections.Generic.IList`1")(lambda self: list(self.children))
_T.property("PSBeginTime", "System.DateTime")(lambda self: self.begin)
_T.property("PSEndTime", "System.DateTime")(lambda self: self.ended if self.finished else None)
_T.property("PSJobTypeName", "System.String")(lambda self: self.type_label)
for _name in ("Output", "Error", "Progress", "Verbose", "Debug", "Warning", "Information"):
    _T.property(_name, wire=False)(_stream(_name.lower()))


def next_job_id(session: Any, count: int = 2) -> int:
    """Ids count up through the session and are not used twice; a job takes so many (itself and its children)."""
    first = int(session.store.get("next job id", 1))
    session.store["next job id"] = first + count
    return first


def add_job(
    jobs: list[Any],
    name: str | None,
    command: str,
    handle: JobHandle,
    *,
    counter: int,
    location: str = "localhost",
    type_label: str = "BackgroundJob",
) -> Job:
    """Put a job with its child into the table; counter: the first free id (the child takes the next)."""
    parent = Job(
        id=counter,
        name=name or f"Job{counter}",
        command=command,
        handle=handle,
        location=location,
        type_label=type_label,
    )
    child = Job(
        id=counter + 1,
        name=f"Job{counter + 1}",
        command=command,
        handle=handle,
        location=location,
        type_label=type_label,
    )
    parent.children.append(child)
    jobs.append(parent)
    return parent
