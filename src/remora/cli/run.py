"""``remora run``: a script on one or many machines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import click

from remora.cli.options import (
    ConnectionOptions,
    buffering,
    buffering_option,
    connection_options,
    idle_timeout_option,
    script_arguments,
    script_text,
)
from remora.cli.output import (
    LinePrinter,
    TextPrinter,
    dump_json,
    format_option,
    jsonable,
    print_sessions,
    record_text,
    session_data,
    write_clixml,
)
from remora.cli.running import run_async
from remora.cli.script_host import ScriptHost
from remora.cli.verbs import EXIT_DEADLINE, EXIT_INTERRUPTED, exit_code
from remora.client.commands import connect_pssession
from remora.client.connection_info import connection_infos
from remora.client.deadline import deadline
from remora.client.fleet import throttled
from remora.client.pssession import PSSession
from remora.client.repository import PSSessionRepository
from remora.client.results import PipelineEnded, StreamItem
from remora.errors import RemoraError


class ScriptCommand(click.Command):
    """A command whose words after ``--`` are the script's own, whatever they look like."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        position = args.index("--") if "--" in args else len(args)
        ctx.obj = tuple(args[position + 1 :])
        return super().parse_args(ctx, args[:position])


@dataclass(kw_only=True)
class Task:
    """One machine's run. code: exit code so far."""

    target: str
    keywords: dict[str, Any]
    code: int = 0
    state: str = "NotStarted"
    items: list[StreamItem] = field(default_factory=list)
    failure: str | None = None
    session: PSSession | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to run, and how to show it."""

    script: str
    arguments: list[str]
    parameters: dict[str, Any]
    output_format: str
    timeout: float | None
    read_input: bool
    session_name: str | None
    leave: bool
    new_session_name: str | None
    several: bool


@click.command(cls=ScriptCommand)
@click.argument("targets", nargs=-1, metavar="TARGET... [-- ARGUMENT...]")
@click.option("-c", "--command", help="The script's text.")
@click.option("-f", "--file", "script_file", metavar="FILE", help="A file with the script; - is standard input.")
@format_option
@click.option("--throttle-limit", type=click.IntRange(1), default=32, show_default=True, help="Machines at a time.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    help="Seconds for everything; then the script is stopped, exit code 124.",
)
@click.option("--input", "read_input", is_flag=True, help="Feed the lines of standard input to the script as $input.")
@click.option("--session", "session_name", metavar="NAME", help="Run in this disconnected session and leave it again.")
@click.option("--in-disconnected-session", is_flag=True, help="Start the script, leave the session, print the session.")
@click.option("--session-name", "new_session_name", metavar="NAME", help="Name of the session that is left.")
@idle_timeout_option
@buffering_option
@connection_options
@click.pass_obj
def run(
    words: tuple[str, ...],
    targets: tuple[str, ...],
    command: str | None,
    script_file: str | None,
    output_format: str,
    throttle_limit: int,
    timeout: float | None,
    read_input: bool,
    session_name: str | None,
    in_disconnected_session: bool,
    new_session_name: str | None,
    idle_timeout_sec: int | None,
    output_buffering_mode: str | None,
    connection: ConnectionOptions,
) -> int:
    """Run a script on one or many machines and print what it writes.

    A TARGET is an alias of the client configuration, a host name, user@host:port, or a URL. Words after -- go to the
    script: -Name value and -Switch by name, the rest by position.

    The exit code is the script's (exit N; 1 for a terminating error); for several machines 0 if all are 0, else 1.
    255: no connection or logon, 124: out of time, 130: interrupted, 2: wrong usage.

    \b
    Examples:
      remora run server01 -c 'Get-Date'
      remora run alice@10.0.0.5:5985 --password-file pw -f Backup.ps1 -- -Source /srv -Verbose
      remora run web1 web2 web3 -c 'hostname' -o jsonl --throttle-limit 10
      cat names.txt | remora run server01 --input -c '$input | Sort-Object'
      remora run server01 --in-disconnected-session --session-name Long -f Long.ps1
    """
    if not targets:
        raise click.UsageError("which machine? Give at least one TARGET")
    if in_disconnected_session and read_input:
        raise click.UsageError("--input needs somebody to read it: it does not go with --in-disconnected-session")
    arguments, parameters = script_arguments(words)
    plan = Plan(
        script=script_text(command, script_file, lambda: connection.config),
        arguments=arguments,
        parameters=parameters,
        output_format=output_format,
        timeout=timeout,
        read_input=read_input,
        session_name=session_name,
        leave=in_disconnected_session,
        new_session_name=new_session_name,
        several=len(targets) > 1,
    )
    changes: dict[str, Any] = {"output_buffering_mode": buffering(output_buffering_mode)}
    if idle_timeout_sec is not None:
        changes["idle_timeout"] = idle_timeout_sec * 1000
    tasks = [Task(target=target, keywords=connection.keywords(target, **changes)) for target in targets]
    try:
        run_async(_run_all(plan, tasks, throttle_limit))
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    _report(plan, tasks)
    if not plan.several:
        return tasks[0].code
    return 0 if all(task.code == 0 for task in tasks) else 1


async def _run_all(plan: Plan, tasks: list[Task], throttle_limit: int) -> None:
    async for outcome in throttled(tasks, lambda task: _run_one(plan, task), throttle_limit):
        if outcome.error is not None:
            raise outcome.error


async def _run_one(plan: Plan, task: Task) -> None:
    """Run on one machine; what goes wrong becomes the task's code and message."""
    printer: TextPrinter | LinePrinter | None = None
    if plan.output_format == "text":
        printer = TextPrinter(f"[{task.target}] " if plan.several else "")
    elif plan.output_format == "jsonl":
        printer = LinePrinter(task.target)
    host = ScriptHost(task.target, printer if isinstance(printer, TextPrinter) else None)
    try:
        async with deadline(plan.timeout, f"the script on {task.target}"):
            await _in_session(plan, task, host, printer)
    except PipelineEnded as ended:
        task.code, task.state = 1, ended.result.state
        task.failure = record_text(ended.error_record) if ended.error_record is not None else str(ended)
    except RemoraError as error:
        task.code, task.state, task.failure = exit_code(error), "Failed", str(error)
        if plan.timeout is not None and task.code == EXIT_DEADLINE:
            task.state = "Stopped"
    if host.exit_code is not None and task.code in (0, 1):
        task.code = host.exit_code
    if isinstance(printer, TextPrinter):
        if task.failure is not None:
            printer.error(task.failure)
        printer.finish()
    elif isinstance(printer, LinePrinter):
        printer.line({"computer": task.target, "state": task.state, "exit_code": task.code, "failure": task.failure})


async def _in_session(plan: Plan, task: Task, host: ScriptHost, printer: TextPrinter | LinePrinter | None) -> None:
    session = await _session(plan, task, host)
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
        text = printer if isinstance(printer, TextPrinter) else None
        try:
            async with aclosing(pipeline.items()) as items:
                async for item in items:
                    if printer is not None and (printer is not text or host.is_new(item)):
                        printer.item(item)
                    if not isinstance(printer, TextPrinter):
                        task.items.append(item)
        finally:
            task.state = pipeline.state.name.capitalize()
    finally:
        if not plan.leave or task.state != "Disconnected":
            await _done_with(plan, session)


async def _session(plan: Plan, task: Task, host: ScriptHost) -> PSSession:
    repository = PSSessionRepository()
    if plan.session_name is not None:
        found = await connect_pssession(name=plan.session_name, host=host, repository=repository, **task.keywords)
        if not isinstance(found, PSSession):
            count = "no disconnected session" if not found else f"{len(found)} sessions"
            raise click.UsageError(f"{count} called {plan.session_name} on {task.target}")
        return found
    info = connection_infos(**task.keywords)[0]
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


def _report(plan: Plan, tasks: list[Task]) -> None:
    """Print what could not be printed as it came."""
    if plan.leave:
        print_sessions([task.session for task in tasks if task.session is not None], plan.output_format)
        return
    if plan.output_format == "json":
        data = [_task_data(task) for task in tasks]
        click.echo(dump_json(data if plan.several else data[0]))
    elif plan.output_format == "clixml":
        write_clixml(item for task in tasks for item in task.items)
        for task in tasks:
            if task.failure is not None:
                click.echo(f"{task.target}: {task.failure}", err=True)


def _task_data(task: Task) -> dict[str, Any]:
    streams: dict[str, list[Any]] = {
        name: [jsonable(item.value) for item in task.items if item.stream == name]
        for name in ("output", "error", "warning", "verbose", "debug", "information")
    }
    return {
        "computer": task.target,
        "state": task.state,
        "exit_code": task.code,
        "failure": task.failure,
        **streams,
        "session": session_data(task.session) if task.session is not None else None,
    }
