"""One machine's part of ``remora run``: the script, its session, and how it ended."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import uuid4

import click

from remora.cli.output import TextPrinter, record_text
from remora.cli.script_host import ScriptHost
from remora.cli.verbs import EXIT_DEADLINE, exit_code
from remora.client.commands import connect_pssession
from remora.client.connection_info import connection_infos
from remora.client.deadline import deadline
from remora.client.pssession import PSSession
from remora.client.repository import PSSessionRepository
from remora.client.results import PipelineEnded, StreamItem
from remora.errors import RemoraError
from remora.values import ErrorRecord


class Sink(Protocol):
    """Takes what one machine writes, as it comes."""

    def item(self, item: StreamItem) -> None: ...


@dataclass(kw_only=True, slots=True)
class Task:
    """One machine's run. code: exit code so far; failure: why it is not 0; record: that reason as an error record."""

    target: str
    code: int = 0
    state: str = "NotStarted"
    failure: str | None = None
    record: ErrorRecord | None = None
    session: PSSession | None = None
    seconds: float = 0.0
    items: list[StreamItem] = field(default_factory=list)

    def failed(self, error: RemoraError, *, late: bool) -> None:
        """Write down what went wrong. late: running out of time has stopped the script."""
        if isinstance(error, PipelineEnded):
            self.code, self.state = 1, error.result.state
            self.record = error.error_record
            self.failure = record_text(self.record) if self.record is not None else str(error)
            return
        self.code, self.state, self.failure = exit_code(error), "Failed", str(error)
        if late and self.code == EXIT_DEADLINE:
            self.state = "Stopped"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to run. leave: start it in a new session, and leave that; session_name: run it in one that was left.

    left: the sessions of all machines that were left, so that ids are unique in what is printed.
    """

    script: str
    arguments: Sequence[str] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    timeout: float | None = None
    read_input: bool = False
    session_name: str | None = None
    leave: bool = False
    new_session_name: str | None = None
    left: PSSessionRepository = field(default_factory=PSSessionRepository)


async def run_task(plan: Plan, task: Task, keywords: dict[str, Any], sink: Sink | None) -> None:
    """Run on one machine; what goes wrong becomes the task's code and message. keywords: the way to the machine."""
    host = ScriptHost(task.target, sink if isinstance(sink, TextPrinter) else None)
    try:
        async with deadline(plan.timeout, f"the script on {task.target}"):
            await _in_session(plan, task, keywords, host, sink)
    except RemoraError as error:
        task.failed(error, late=plan.timeout is not None)
    if host.exit_code is not None and task.code in (0, 1):
        task.code = host.exit_code


async def _in_session(plan: Plan, task: Task, keywords: dict[str, Any], host: ScriptHost, sink: Sink | None) -> None:
    session = await _session(plan, task, keywords, host)
    if plan.leave:
        task.session = session
    try:
        source = _lines() if plan.read_input else None
        own_host = host if plan.session_name is not None else None  # the session's first client had another one
        pipeline = await session.start(
            plan.script, plan.arguments, parameters=plan.parameters, input=source, host=own_host
        )
        if plan.leave:
            await session.disconnect()
            task.state = "Disconnected"
            return
        try:
            async with aclosing(pipeline.items()) as items:
                async for item in items:
                    if sink is not None and (not isinstance(sink, TextPrinter) or host.is_new(item)):
                        sink.item(item)
        finally:
            task.state = pipeline.state.name.capitalize()
    finally:
        if task.state != "Disconnected" or not plan.leave:
            await _done_with(plan, session)


async def _session(plan: Plan, task: Task, keywords: dict[str, Any], host: ScriptHost) -> PSSession:
    repository = plan.left if plan.leave else PSSessionRepository()
    if plan.session_name is not None:
        found = await connect_pssession(name=plan.session_name, host=host, repository=repository, **keywords)
        if not isinstance(found, PSSession):
            count = "no disconnected session" if not found else f"{len(found)} sessions"
            raise click.UsageError(f"{count} called {plan.session_name} on {task.target}")
        return found
    info = connection_infos(**keywords)[0]
    session = PSSession(
        info, instance_id=uuid4(), repository=repository, host=host, name=plan.new_session_name if plan.leave else None
    )
    await session.open()
    return session


async def _done_with(plan: Plan, session: PSSession) -> None:
    """A session of its own ends with the script; one that was there before is left as it was found."""
    try:
        if plan.session_name is not None:
            await session.disconnect()
        else:
            await session.close()
    except RemoraError as error:
        click.echo(f"remora: {error}", err=True)


def _lines() -> Iterator[str]:
    for line in sys.stdin:
        yield line.rstrip("\r\n")
