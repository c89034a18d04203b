"""``remora cp``: files to and from other machines."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import click

from remora.cli.cp_progress import ProgressLine
from remora.cli.options import ConnectionOptions, connection_options
from remora.cli.output import dump_json
from remora.cli.running import run_async
from remora.cli.session_receive import leave_session
from remora.cli.verbs import EXIT_INTERRUPTED, exit_code
from remora.client.commands import connect_pssession
from remora.client.connection_info import connection_infos
from remora.client.file_report import CopyFailed, CopyReport
from remora.client.files import copy_from, copy_to
from remora.client.pssession import PSSession
from remora.client.repository import PSSessionRepository
from remora.client.throttle import throttled
from remora.errors import RemoraError

_REMOTE = re.compile(
    r"(?P<target>https?://[^/\s]+/[^:\s]*|(?:[^\s/\\:\[@]*@)?(?:\[[^\]/]+\]|[^\s/\\:\[]+)(?::\d+(?=:))?):(?P<path>.*)",
    re.DOTALL,
)


class Place(NamedTuple):
    """One end of a copy. targets: the machines, none for this one."""

    targets: tuple[str, ...]
    path: str


@dataclass(kw_only=True)
class Task:
    """The copy to or from one machine. code: its exit code; failure: what kept it from beginning or going on."""

    target: str
    paths: list[str]
    report: CopyReport | None = None
    code: int = 0
    failure: str | None = None
    keywords: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to copy where, and how. upload: the destination is the other machine."""

    upload: bool
    destination: str
    how: dict[str, Any]
    session_name: str | None
    instance_id: str | None
    progress: ProgressLine | None


def parse_place(text: str) -> Place:
    """Read ``path`` or ``TARGET[,TARGET...]:path``, as scp does: a colon before the first slash makes it remote."""
    match = None if text.startswith((".", "/", "~")) else _REMOTE.fullmatch(text)
    if match is None:
        return Place((), text)
    target = match["target"]
    return Place((target,) if "://" in target else tuple(target.split(",")), match["path"] or ".")


@click.command()
@click.argument("places", nargs=-1, metavar="SOURCE... DESTINATION")
@click.option("-r", "--recurse", is_flag=True, help="Directories too, with all that is in them.")
@click.option("-p", "--preserve", is_flag=True, help="Keep times of writing and permissions.")
@click.option("-f", "--force", is_flag=True, help="Also over files that are read-only.")
@click.option("--no-resume", is_flag=True, help="Begin anew where an earlier copy was cut off.")
@click.option("--literal", is_flag=True, help="Take * ? [ ] in remote sources as they are.")
@click.option(
    "--name", "session_name", metavar="NAME", help="Copy through this disconnected session and leave it again."
)
@click.option("--instance-id", "--id", "instance_id", type=click.UUID, help="The same, by the session's instance id.")
@click.option("--throttle-limit", type=click.IntRange(1), default=32, show_default=True, help="Machines at a time.")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
@click.option(
    "-o", "--output", "output_format", type=click.Choice(("text", "json", "jsonl")), default="text",
    help="text: nothing but errors; json: one document about every file; jsonl: a line for each machine.",
)  # fmt: skip
@connection_options
def cp(
    places: tuple[str, ...],
    recurse: bool,
    preserve: bool,
    force: bool,
    no_resume: bool,
    literal: bool,
    session_name: str | None,
    instance_id: UUID | None,
    throttle_limit: int,
    quiet: bool,
    output_format: str,
    connection: ConnectionOptions,
) -> int:
    """Copy files to other machines, or from them.

    A remote place is TARGET:PATH, with TARGET as everywhere: an alias, host, user@host:port, or a URL. A destination
    may name several machines: web1,web2:PATH. Every file is checked by SHA-256 before it gets its name; until then it
    is called NAME.remora-part, with which the same command goes on after a cut.

    The exit code is 0 when everything was copied, 1 when a file was not; 255: no connection or logon, 130: interrupted,
    2: wrong usage. For several machines 0 if all are 0, else 1.

    \b
    Examples:
      remora cp setup.msi server01:C:/Temp
      remora cp -r --preserve site web1,web2,web3:/srv
      remora cp 'alice@10.0.0.5:5985:/var/log/*.log' logs
      remora cp big.iso server01:/data --name Backup
    """
    if len(places) < 2:
        raise click.UsageError("give at least one SOURCE and a DESTINATION")
    *sources, destination = (parse_place(place) for place in places)
    tasks = _tasks(sources, destination)
    how: dict[str, Any] = {"recurse": recurse, "preserve": preserve, "resume": not no_resume, "force": force}
    upload = bool(destination.targets)
    if not upload:
        how["literal"] = literal
    show = sys.stderr.isatty() and not quiet
    plan = Plan(
        upload=upload, destination=destination.path, how=how, session_name=session_name,
        instance_id=str(instance_id) if instance_id is not None else None,
        progress=ProgressLine(sys.stderr, several=len(tasks) > 1) if show else None,
    )  # fmt: skip
    for task in tasks:
        task.keywords = connection.keywords(task.target)
    try:
        run_async(_run_all(plan, tasks, throttle_limit, output_format))
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    if output_format == "json":
        data = [_data(task) for task in tasks]
        click.echo(dump_json(data if len(tasks) > 1 else data[0]))
    if len(tasks) == 1:
        return tasks[0].code
    return 0 if all(task.code == 0 for task in tasks) else 1


def _tasks(sources: list[Place], destination: Place) -> list[Task]:
    """Return one task for each machine. Raises UsageError when both ends, or neither, are other machines."""
    remote = [source for source in sources if source.targets]
    if destination.targets:
        if remote:
            raise click.UsageError("copy by way of this machine: SOURCE and DESTINATION cannot both be remote")
        return [Task(target=target, paths=[place.path for place in sources]) for target in destination.targets]
    if len(remote) != len(sources):
        raise click.UsageError("which machine? Either the DESTINATION or every SOURCE is TARGET:PATH")
    paths: dict[str, list[str]] = {}
    for source in remote:
        for target in source.targets:
            paths.setdefault(target, []).append(source.path)
    return [Task(target=target, paths=wanted) for target, wanted in paths.items()]


async def _run_all(plan: Plan, tasks: list[Task], throttle_limit: int, output_format: str) -> None:
    async for outcome in throttled(tasks, lambda task: _run_one(plan, task), throttle_limit):
        if outcome.error is not None:
            raise outcome.error
        if plan.progress is not None:
            plan.progress.clear()
        _report_failures(outcome.target, len(tasks) > 1)
        if output_format == "jsonl":
            click.echo(dump_json(_data(outcome.target), indent=None))
    if plan.progress is not None:
        plan.progress.finish()


async def _run_one(plan: Plan, task: Task) -> None:
    """Copy to or from one machine; what goes wrong becomes the task's code and message."""
    try:
        session = await _session(plan, task)
        try:
            tell = plan.progress.of(task.target) if plan.progress is not None else None
            if plan.upload:
                task.report = await copy_to(session, task.paths, plan.destination, on_progress=tell, **plan.how)
            else:
                task.report = await copy_from(session, task.paths, plan.destination, on_progress=tell, **plan.how)
        finally:
            if plan.session_name is not None or plan.instance_id is not None:
                await leave_session(session)
            else:
                await session.close()
    except CopyFailed as failed:
        task.report, task.code = failed.report, 1
    except RemoraError as error:
        task.failure, task.code = str(error), exit_code(error)


async def _session(plan: Plan, task: Task) -> PSSession:
    repository = PSSessionRepository()
    if plan.session_name is None and plan.instance_id is None:
        session = PSSession(connection_infos(**task.keywords)[0], instance_id=uuid4(), repository=repository)
        await session.open()
        return session
    which = {"name": plan.session_name} if plan.instance_id is None else {"instance_id": plan.instance_id}
    found = await connect_pssession(repository=repository, **which, **task.keywords)
    if not isinstance(found, PSSession):
        count = "no disconnected session" if not found else f"{len(found)} sessions"
        wanted = plan.session_name or plan.instance_id
        raise click.UsageError(f"{count} called {wanted} on {task.target}")
    return found


def _report_failures(task: Task, several: bool) -> None:
    label = f"{task.target}: " if several else ""
    for failure in task.report.failures if task.report is not None else ():
        click.echo(f"remora: {label}{failure.source}: {failure.message} [{failure.error_id}]", err=True)
    if task.failure is not None:
        click.echo(f"remora: {label}{task.failure}", err=True)


def _data(task: Task) -> dict[str, Any]:
    report = task.report or CopyReport(computer_name=task.target)
    return {
        "computer": task.target,
        "exit_code": task.code,
        "failure": task.failure,
        "bytes": report.size,
        "files": [
            {
                "source": file.source, "destination": file.destination, "size": file.size, "sha256": file.sha256,
                "resumed_at": file.resumed_at,
            }
            for file in report.files
        ],
        "directories": report.directories,
        "failures": [
            {
                "source": failure.source, "destination": failure.destination, "message": failure.message,
                "error_id": failure.error_id,
            }
            for failure in report.failures
        ],
    }  # fmt: skip
