"""``remora job receive``: what commands left in sessions write, in the forms of ``remora run``."""

from __future__ import annotations

import sys
from contextlib import aclosing

from remora.cli.output import TextPrinter
from remora.cli.progress_line import ProgressLine
from remora.cli.run_report import report_of
from remora.cli.run_task import Sink, Task
from remora.cli.script_host import ScriptHost
from remora.cli.session_receive import leave_session
from remora.client.pssession import PSSession
from remora.client.throttle import throttled
from remora.errors import RemoraError


async def receive_jobs(
    sessions: list[tuple[str, PSSession]], output_format: str, throttle_limit: int | None, *, remove: bool
) -> int:
    """Print the output of each session's command; the exit code. remove: end a session whose command is over."""
    if not sessions:
        return 0
    several = len(sessions) > 1
    report = report_of(output_format, ProgressLine(len(sessions), sys.stderr, shown=False), several=several)
    codes: list[int] = []

    async def one(found: tuple[str, PSSession]) -> None:
        task = Task(target=found[0])
        sink = report.begin(task)
        await _receive(task, found[1], sink, remove=remove)
        report.ended(task, sink)
        codes.append(task.code)

    try:
        async for outcome in throttled(sessions, one, throttle_limit):
            if outcome.error is not None:
                raise outcome.error
    finally:
        report.finish()
    return codes[0] if not several else int(any(codes))


async def _receive(task: Task, session: PSSession, sink: Sink | None, *, remove: bool) -> None:
    printer = sink if isinstance(sink, TextPrinter) else None
    host = session.host = ScriptHost(task.target, printer)
    over = False
    try:
        await session.connect()
        try:
            async with aclosing(session.receive()) as items:
                async for item in items:
                    if sink is not None and (printer is None or host.is_new(item)):
                        sink.item(item)
            task.state = "Completed"
            over = True
        finally:
            await (session.close() if remove and over else leave_session(session))
    except RemoraError as error:
        task.failed(error, late=False)
    if host.exit_code is not None and task.code in (0, 1):
        task.code = host.exit_code
