"""Jobs of type RemoteJob: a command on other machines, with one child job for each."""

from __future__ import annotations

import threading
from typing import Any, Final
from uuid import UUID

from remora.client.jobs import JobState
from remora.client.portal import Call
from remora.client.pssession import PSSession
from remora.client.remote_command import CommandTarget, RemoteCommand
from remora.client.results import PipelineEnded, StreamItem
from remora.client.session_state import RunspaceState
from remora.engine.errors import ErrorRecord
from remora.engine.wire import remoting_error_from_wire
from remora.modules.core.job import Job, next_job_id
from remora.modules.core.job_group import JobGroup
from remora.modules.remoting.common import PORTAL, origin_of, received, remoting_error

_TYPE: Final = "RemoteJob"
_BEGIN: Final = 30.0
"""Seconds that Invoke-Command -AsJob waits until the sessions it was given have taken the script."""


class RemoteChild:
    """The JobHandle of one target: what came of it waits here until it is received."""

    def __init__(self, run: RemoteRun, target: CommandTarget, shown: bool) -> None:
        self.target = target
        self.failure_reported = False
        self._run = run
        self._shown = shown
        self._items: list[StreamItem] = []
        self._lock = threading.Lock()

    @property
    def state(self) -> str:
        return self.target.state.value

    @property
    def failure(self) -> ErrorRecord | None:
        return failure_record(self.target)

    def add(self, item: StreamItem) -> None:
        """In the loop: one more item."""
        with self._lock:
            self._items.append(item)

    def receive(self, keep: bool = False) -> list[tuple[str, Any]]:
        """Take what has come, as values of the engine."""
        with self._lock:
            items = list(self._items)
            if not keep:
                self._items.clear()
        origin = origin_of(self.target.session)
        return [received(item, origin, shown=self._shown) for item in items]

    def has_more(self) -> bool:
        return bool(self._items) or not self.target.over or (self.failure is not None and not self.failure_reported)

    def wait(self, timeout: float | None = None) -> bool:
        return self._run.wait(lambda: self.target.over, timeout)

    def wait_output(self, timeout: float) -> None:
        """Wait until something has come or changed."""
        self._run.wait(lambda: bool(self._items) or self.target.over, timeout)

    def stop(self) -> None:
        self._run.stop(self.target)

    def remove(self) -> None:
        self.stop()


class RemoteRun:
    """A command that runs beside its session: it feeds the children and wakes who waits for them."""

    def __init__(self, command: RemoteCommand, *, shown: bool) -> None:
        self.command = command
        self.children = [RemoteChild(self, target, shown) for target in command.targets]
        self._by_target = {id(child.target): child for child in self.children}
        self._change = threading.Condition()
        self._call: Call[None] | None = None
        command.changed = lambda target: self._wake()

    def start(self, *, following: bool) -> None:
        """Begin; following: the command was left in the sessions before."""
        run = self.command.follow if following else self.command.run
        first = self.command.targets[: self.command.most]
        for target in first:
            if not following or target.session.state is RunspaceState.OPENED:
                target.state = JobState.RUNNING
        self._call = PORTAL.start(run(self._put))
        if not following:
            # who leaves the session next shall leave the command in it
            begun = [target for target in first if not target.own]
            self.wait(lambda: all(target.begun or target.over for target in begun), _BEGIN)

    async def _put(self, target: CommandTarget, item: StreamItem) -> None:
        self._by_target[id(target)].add(item)
        self._wake()

    def _wake(self) -> None:
        with self._change:
            self._change.notify_all()

    def wait(self, condition: Any, timeout: float | None) -> bool:
        """Wait until the condition holds, asked after every change; tells whether it does."""
        with self._change:
            return bool(self._change.wait_for(condition, timeout))

    def stop(self, target: CommandTarget) -> None:
        """Stop the command on one target; a session that was left is connected first."""
        PORTAL.run(self._stop(target))

    async def _stop(self, target: CommandTarget) -> None:
        if target.state is JobState.DISCONNECTED:
            await target.session.connect()
        self.command.stop(target)


def failure_record(target: CommandTarget) -> ErrorRecord | None:
    """The error that ended a target's command, as a record; None when there is none."""
    failure, session = target.failure, target.session
    if failure is None:
        return None
    if isinstance(failure, PipelineEnded) and failure.error_record is not None:
        return remoting_error_from_wire(failure.error_record, origin_of(session))
    fallback = "JobFailure" if isinstance(failure, PipelineEnded) else "PSSessionStateBroken"
    return remoting_error(failure, fallback, session.computer_name).record


def start_remote_job(
    session: Any, command: RemoteCommand, *, name: str | None, shown: bool = True, following: bool = False
) -> Job:
    """Put a job for the command into the session's table and start it."""
    run = RemoteRun(command, shown=shown)
    number = next_job_id(session, 1 + len(run.children))
    computers = ",".join(dict.fromkeys(target.session.computer_name for target in command.targets))
    group = JobGroup(run.children)
    made = Job(
        id=number, name=name or f"Job{number}", command=command.script, handle=group, location=computers,
        type_label=_TYPE,
    )  # fmt: skip
    for offset, child in enumerate(run.children, 1):
        made.children.append(
            Job(
                id=number + offset,
                name=f"Job{number + offset}",
                command=command.script,
                handle=child,
                location=child.target.session.computer_name,
                type_label=_TYPE,
            )
        )
    session.jobs.append(made)
    run.start(following=following)
    return made


def disconnected_job(session: Any, command: RemoteCommand, target: CommandTarget, *, shown: bool) -> Job:
    """A job for what a session that was left still runs; it goes on when the session is connected again."""
    rest = RemoteCommand(script=command.script, targets=[CommandTarget(session=target.session)], keep=True)
    rest.targets[0].state = JobState.DISCONNECTED
    return start_remote_job(session, rest, name=None, shown=shown, following=True)


def job_of(session: Any, remote: PSSession) -> Job | None:
    """The unfinished job whose command runs in a session."""
    return next((job for job in session.jobs if remote_ids(job) == {remote.instance_id} and not job.finished), None)


def remote_ids(job: object) -> set[UUID]:
    """The instance ids of the sessions a job runs in; none when it is no remote job."""
    if not isinstance(job, Job):
        return set()
    return {child.handle.target.session.instance_id for child in job.children if isinstance(child.handle, RemoteChild)}
