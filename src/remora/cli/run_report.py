"""What ``remora run`` prints: as it comes where the format allows it, so that memory does not grow with the targets."""

from __future__ import annotations

import asyncio
import sys
import textwrap
from typing import Any, Final

import click

from remora.cli.output import (
    LinePrinter,
    TextPrinter,
    dump_json,
    jsonable,
    print_sessions,
    session_data,
)
from remora.cli.progress_line import ProgressLine, beside
from remora.cli.run_task import Sink, Task
from remora.client.results import StreamItem
from remora.psrp.clixml import encode
from remora.values import ErrorRecord

STREAMS: Final = ("output", "error", "warning", "verbose", "debug", "information")


class Report:
    """One format. begin: a machine starts; ended: it is over, called once for each; finish: nothing follows."""

    def begin(self, task: Task) -> Sink | None:
        """Return what takes the machine's items."""
        return Kept(task)

    def ended(self, task: Task, sink: Sink | None) -> None:
        """Print what could not be printed as it came."""

    def finish(self) -> None:
        """End the document."""


class Kept:
    """Keeps a machine's items until it has ended."""

    def __init__(self, task: Task) -> None:
        self._items = task.items

    def item(self, item: StreamItem) -> None:
        if item.stream != "progress":
            self._items.append(item)


class TextReport(Report):
    """Lines as they come, each with its machine when there are several. Output is flushed after each answer."""

    def __init__(self, several: bool, line: ProgressLine) -> None:
        self._several = several
        self._out = beside(sys.stdout, line)
        self._err = beside(sys.stderr, line)

    def begin(self, task: Task) -> Sink:
        return FlushedPrinter(f"[{task.target}] " if self._several else "", self._out, self._err)

    def ended(self, task: Task, sink: Sink | None) -> None:
        assert isinstance(sink, FlushedPrinter)
        if task.failure is not None:
            sink.error(task.failure)
        sink.finish()


class FlushedPrinter(TextPrinter):
    """A printer that hands its lines on when the items that came together are printed."""

    _pending = False

    def item(self, item: StreamItem) -> None:
        super().item(item)
        if not self._pending:
            self._pending = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._pending = False
        self._out.flush()


class LineReport(Report):
    """A line of JSON an object, and one for the end of each machine."""

    def __init__(self, line: ProgressLine) -> None:
        self._out = beside(sys.stdout, line)

    def begin(self, task: Task) -> Sink:
        return LinePrinter(task.target, self._out)

    def ended(self, task: Task, sink: Sink | None) -> None:
        assert isinstance(sink, LinePrinter)
        sink.line({"computer": task.target, "state": task.state, "exit_code": task.code, "failure": task.failure})


class JsonReport(Report):
    """One document; of several machines, a list whose elements are written when their machines are done."""

    def __init__(self, several: bool, line: ProgressLine) -> None:
        self._several = several
        self._out = beside(sys.stdout, line)
        self._before = "[\n"

    def ended(self, task: Task, sink: Sink | None) -> None:
        text = dump_json(_task_data(task))
        if self._several:
            self._out.write(self._before + textwrap.indent(text, "  "))
            self._before = ",\n"
        else:
            self._out.write(text + "\n")
        self._out.flush()

    def finish(self) -> None:
        if self._several:
            self._out.write("[]\n" if self._before == "[\n" else "\n]\n")
            self._out.flush()


class ClixmlReport(Report):
    """One CLIXML document, each object marked with its stream, a machine's objects together."""

    def __init__(self, line: ProgressLine) -> None:
        self._out = sys.stdout.buffer
        self._line = line
        self._begun = False

    def ended(self, task: Task, sink: Sink | None) -> None:
        items = list(task.items)
        if task.failure is not None:
            items.append(StreamItem("error", task.record or _error_record(task)))
        self._line.clear()
        self._begin()
        for stream, value in items:
            name = "Output" if stream == "output" else stream.capitalize()
            self._out.write(encode.encode_item(name, value, None).encode("utf-8"))
        self._out.flush()
        if task.failure is not None:
            click.echo(f"{task.target}: {task.failure}", err=True)

    def finish(self) -> None:
        self._line.clear()
        self._begin()
        self._out.write(f"{encode.CLOSING}\n".encode())
        self._out.flush()

    def _begin(self) -> None:
        if not self._begun:
            self._out.write(encode.OPENING.encode("utf-8"))
        self._begun = True


class TableReport(Report):
    """One line a machine at the end: state, exit code, seconds, and the last thing it said."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, ...]] = []

    def begin(self, task: Task) -> Sink:
        self._rows.append(())
        return LastOutput(task, len(self._rows) - 1)

    def ended(self, task: Task, sink: Sink | None) -> None:
        assert isinstance(sink, LastOutput)
        said = (task.failure if task.failure is not None else _last_text(task)).strip()
        last = said.splitlines()[-1] if said else ""
        self._rows[sink.position] = (task.target, task.state, str(task.code), f"{task.seconds:.1f}", last)

    def finish(self) -> None:
        heads = ("ComputerName", "State", "ExitCode", "Seconds", "LastLine")
        rows = [heads, tuple("-" * len(head) for head in heads), *filter(None, self._rows)]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        for row in rows:
            click.echo(_table_line(row, widths))


class LastOutput:
    """Keeps the last output object only. position: the machine's line in the table."""

    def __init__(self, task: Task, position: int) -> None:
        self.position = position
        self._items = task.items

    def item(self, item: StreamItem) -> None:
        if item.stream == "output":
            self._items[:] = [item]


class LeftReport(Report):
    """The sessions that were left behind, and what went wrong elsewhere."""

    def __init__(self, output_format: str) -> None:
        self._format = output_format
        self._left: list[Any] = []

    def ended(self, task: Task, sink: Sink | None) -> None:
        if task.state == "Disconnected" and task.session is not None:
            self._left.append(task.session)
        if task.failure is not None:
            click.echo(f"{task.target}: {task.failure}", err=True)

    def finish(self) -> None:
        print_sessions(self._left, self._format)


def _table_line(row: tuple[str, ...], widths: list[int]) -> str:
    computer, state, code, seconds, last = row
    cells = (computer.ljust(widths[0]), state.ljust(widths[1]), code.rjust(widths[2]), seconds.rjust(widths[3]), last)
    return "  ".join(cells).rstrip()


def _last_text(task: Task) -> str:
    if not task.items:
        return ""
    from remora.engine.format import TextOutput
    from remora.engine.wire import from_wire

    lines: list[str] = []
    text = TextOutput(120, lines.append)
    text.feed(from_wire(task.items[-1].value))
    text.finish()
    return "\n".join(lines)


def _error_record(task: Task) -> ErrorRecord:
    return ErrorRecord.of(f"{task.target}: {task.failure}", "RemoraRunFailed")


def _task_data(task: Task) -> dict[str, Any]:
    streams: dict[str, list[Any]] = {
        name: [jsonable(item.value) for item in task.items if item.stream == name] for name in STREAMS
    }
    return {
        "computer": task.target,
        "state": task.state,
        "exit_code": task.code,
        "failure": task.failure,
        **streams,
        "session": session_data(task.session) if task.session is not None else None,
    }


def report_of(output_format: str, line: ProgressLine, *, several: bool) -> Report:
    """Return the report of a format of ``-o``."""
    match output_format:
        case "json":
            return JsonReport(several, line)
        case "jsonl":
            return LineReport(line)
        case "clixml":
            return ClixmlReport(line)
        case _:
            return TextReport(several, line)
