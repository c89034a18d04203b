"""``remora run``: a script on one or many machines."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from remora.cli.completion import complete_target
from remora.cli.inventory_options import Machine, inventory_options, machines
from remora.cli.options import (
    ConnectionOptions,
    buffering,
    buffering_option,
    connection_options,
    idle_timeout_option,
    script_arguments,
    script_text,
)
from remora.cli.output import format_option
from remora.cli.progress_line import ProgressLine
from remora.cli.run_report import LeftReport, Report, TableReport, report_of
from remora.cli.run_task import Plan, Task, run_task
from remora.cli.running import run_async
from remora.cli.verbs import EXIT_INTERRUPTED
from remora.client.throttle import throttled


class ScriptCommand(click.Command):
    """A command whose words after ``--`` are the script's own, whatever they look like."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        position = args.index("--") if "--" in args else len(args)
        ctx.obj = tuple(args[position + 1 :])
        return super().parse_args(ctx, args[:position])


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """The options of ``remora run`` but for those about the way to the machines."""

    targets: tuple[str, ...]
    command: str | None
    script_file: str | None
    inventory: str | None
    limit: str | None
    output_format: str
    table: bool
    progress: bool | None
    throttle_limit: int
    timeout: float | None
    read_input: bool
    session_name: str | None
    in_disconnected_session: bool
    new_session_name: str | None
    idle_timeout_sec: int | None
    output_buffering_mode: str | None

    def check(self, several: bool) -> None:
        """Raise UsageError for options that do not go together."""
        if self.read_input and self.in_disconnected_session:
            raise click.UsageError("--input needs somebody to read it: it does not go with --detach")
        if self.read_input and several:
            raise click.UsageError("--input can be read once only: it goes with one machine")
        if self.table and (self.output_format != "text" or self.in_disconnected_session):
            raise click.UsageError("--table is a form of its own: it goes neither with -o nor with --detach")


@click.command(cls=ScriptCommand)
@click.argument("targets", nargs=-1, metavar="TARGET... [-- ARGUMENT...]", shell_complete=complete_target)
@click.option("-c", "--command", help="The script's text.")
@click.option("-f", "--file", "script_file", metavar="FILE", help="A file with the script; - is standard input.")
@inventory_options
@format_option
@click.option("--table", is_flag=True, help="Instead of the output, a table at the end: a line for each machine.")
@click.option(
    "--progress/--no-progress",
    "progress",
    default=None,
    help="Tell on standard error how far it is (by default for several machines, on a terminal).",
)
@click.option("--throttle-limit", type=click.IntRange(1), default=32, show_default=True, help="Machines at a time.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    help="Seconds for each machine; then the script is stopped there, exit code 124.",
)
@click.option("--input", "read_input", is_flag=True, help="Feed the lines of standard input to the script as $input.")
@click.option("--session", "session_name", metavar="NAME", help="Run in this disconnected session and leave it again.")
@click.option(
    "--detach",
    "--in-disconnected-session",
    "in_disconnected_session",
    is_flag=True,
    help="Start the script, leave the session, print the session; see remora job.",
)
@click.option("--session-name", "new_session_name", metavar="NAME", help="Name of the session that is left.")
@idle_timeout_option
@buffering_option
@connection_options
@click.pass_obj
def run(words: tuple[str, ...], /, connection: ConnectionOptions, **given: Any) -> int:
    """Run a script on one or many machines and print what it writes.

    A TARGET is an alias of the client configuration, a host name, user@host:port, or a URL; with --inventory, a host or
    group of the file, and none means all. Words after -- go to the script: -Name value and -Switch by name, the rest by
    position.

    The exit code is the script's (exit N; 1 for a terminating error); for several machines 0 if all are 0, else 1.
    255: no connection or logon, 124: out of time, 130: interrupted, 2: wrong usage.

    \b
    Examples:
      remora run server01 -c 'Get-Date'
      remora run alice@10.0.0.5:5985 --password-file pw -f Backup.ps1 -- -Source /srv -Verbose
      remora run web1 web2 web3 -c 'hostname' -o jsonl --throttle-limit 10
      remora run --inventory hosts.ini web --limit '!web07' -c 'hostname' --table
      cat names.txt | remora run server01 --input -c '$input | Sort-Object'
      remora run server01 --detach --session-name Long -f Long.ps1
    """
    return _run(words, connection, RunOptions(**given))


def _run(words: tuple[str, ...], connection: ConnectionOptions, given: RunOptions) -> int:
    chosen = machines(given.targets, given.inventory, given.limit)
    several = len(chosen) > 1
    given.check(several)
    arguments, parameters = script_arguments(words)
    plan = Plan(
        script=script_text(given.command, given.script_file, lambda: connection.config),
        arguments=arguments,
        parameters=parameters,
        timeout=given.timeout,
        read_input=given.read_input,
        session_name=given.session_name,
        leave=given.in_disconnected_session,
        new_session_name=given.new_session_name,
    )
    changes: dict[str, Any] = {"output_buffering_mode": buffering(given.output_buffering_mode)}
    if given.idle_timeout_sec is not None:
        changes["idle_timeout"] = given.idle_timeout_sec * 1000

    def way_to(machine: Machine) -> dict[str, Any]:
        return connection.keywords(machine.name, machine.way, **changes)

    for machine in chosen:
        way_to(machine)  # what is wrong with a target shows before anything is sent
    shown = given.progress if given.progress is not None else several and sys.stderr.isatty()
    line = ProgressLine(len(chosen), sys.stderr, shown=shown)
    report = _report(given, line, several=several)
    try:
        codes = run_async(_run_all(plan, chosen, way_to, given.throttle_limit, report, line))
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    if not several:
        return codes[0]
    return 0 if not any(codes) else 1


def _report(given: RunOptions, line: ProgressLine, *, several: bool) -> Report:
    if given.in_disconnected_session:
        return LeftReport(given.output_format)
    if given.table:
        return TableReport()
    return report_of(given.output_format, line, several=several)


async def _run_all(
    plan: Plan,
    chosen: list[Machine],
    way_to: Callable[[Machine], dict[str, Any]],
    throttle_limit: int,
    report: Report,
    line: ProgressLine,
) -> list[int]:
    """Run on all machines; what is known of one is let go when it is over. Returns the exit codes, as they came."""
    codes: list[int] = []

    async def one(machine: Machine) -> int:
        task = Task(target=machine.name)
        sink = report.begin(task)
        line.started()
        began = time.monotonic()
        await run_task(plan, task, way_to(machine), sink)
        task.seconds = time.monotonic() - began
        line.ended(failed=task.code != 0)
        report.ended(task, sink)
        return task.code

    try:
        async for outcome in throttled(chosen, one, throttle_limit):
            if outcome.error is not None:
                raise outcome.error
            codes.append(outcome.value if outcome.value is not None else 1)
    finally:
        line.finish()
        report.finish()
    return codes
