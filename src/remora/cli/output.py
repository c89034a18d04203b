"""What the verbs print: text as a person expects it, JSON that stays stable, CLIXML for PowerShell."""

from __future__ import annotations

import base64
import json
import math
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import IO, Any, Final
from uuid import UUID

import click

from remora.client.pssession import PSSession
from remora.client.results import StreamItem
from remora.psrp import clixml
from remora.values import EnumValue, ErrorRecord, Hashtable, InformationRecord, ProgressRecord, PSObject, SecureString

FORMATS: Final = ("text", "json", "jsonl", "clixml")
_COLORS: Final = {"error": "red", "warning": "yellow", "verbose": "cyan", "debug": "cyan"}
_LABELS: Final = {"warning": "WARNING: ", "verbose": "VERBOSE: ", "debug": "DEBUG: "}
_MAX_DEPTH: Final = 16

format_option = click.option(
    "-o",
    "--output",
    "output_format",
    type=click.Choice(FORMATS),
    default="text",
    envvar="REMORA_OUTPUT",
    help="How to print: text, json (one document), jsonl (a line an object, as it comes), clixml.",
)


def jsonable(value: Any, depth: int = 0) -> Any:
    """Turn a value into what JSON can hold: dates as ISO texts, bytes as base64, objects as their properties."""
    if depth > _MAX_DEPTH:
        return str(value)
    match value:
        case PSObject():
            return _object(value, depth)
        case Mapping() | Hashtable():
            return {str(key): jsonable(item, depth + 1) for key, item in value.items()}
        case list() | tuple() | set():
            return [jsonable(item, depth + 1) for item in value]
        case _ if is_dataclass(value):
            return _record(value, depth)
    return _plain(value)


def _plain(value: Any) -> Any:
    match value:
        case None | bool():
            return value
        case EnumValue():
            return value.name or int(value)
        case int():
            return int(value)
        case float():
            return float(value) if math.isfinite(value) else str(value)
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime() | date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case UUID():
            return str(value)
        case bytes() | bytearray():
            return base64.b64encode(value).decode("ascii")
        case SecureString():
            return "***"
    return str(value)


def _object(value: PSObject, depth: int) -> Any:
    properties = value.properties()
    if properties:
        return {name: jsonable(item, depth + 1) for name, item in properties.items()}
    return value.to_string if value.to_string is not None else jsonable(getattr(value, "base", None), depth + 1)


def _record(value: Any, depth: int) -> Any:
    """A record with its message and what a program wants of it."""
    if isinstance(value, ErrorRecord):
        return {
            "message": str(value),
            "error_id": value.fully_qualified_error_id,
            "category": _category(value.category),
            "target": jsonable(value.target_object, depth + 1),
        }
    if isinstance(value, InformationRecord):
        return jsonable(_message_data(value), depth + 1)
    shown = {
        field.name: jsonable(getattr(value, field.name), depth + 1)
        for field in fields(value)
        if field.name in ("message", "activity", "status_description", "percent_complete", "current_operation")
    }
    return shown["message"] if set(shown) == {"message"} else shown or str(value)


def _category(value: Any) -> str:
    """PowerShell's name: NotSpecified, ObjectNotFound."""
    name = str(getattr(value, "name", value))
    return name.title().replace("_", "") if name.isupper() else name


def _message_data(record: InformationRecord) -> Any:
    data = record.message_data
    return getattr(data, "message", data)


def dump_json(value: Any, *, indent: int | None = 2) -> str:
    """Return JSON text that keeps the order of keys."""
    return _escaped(json.dumps(jsonable(value), ensure_ascii=False, indent=indent))


def _escaped(text: str) -> str:
    r"""JSON with half surrogate pairs, which no encoding can write, as ``\ud800``."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


class TextPrinter:
    """Prints items as they come: output formatted as PowerShell does, other streams labelled on standard error.

    prefix: put before every line when there are several machines.
    """

    def __init__(self, prefix: str = "", out: IO[str] | None = None, err: IO[str] | None = None) -> None:
        from remora.engine.format import TextOutput

        self._prefix = prefix
        self._out = out if out is not None else sys.stdout
        self._err = err if err is not None else sys.stderr
        self.width = shutil.get_terminal_size((120, 50)).columns if self._out.isatty() else 120
        self._color = self._err.isatty()
        self._text = TextOutput(max(self.width - len(prefix), 20), self._line)
        self._progress = ""
        self._inside_line = False
        self._begun = ""

    def item(self, item: StreamItem) -> None:
        """Print one item of any stream."""
        if item.stream == "output":
            from remora.engine.wire import from_wire

            self._text.feed(from_wire(item.value))
        elif item.stream == "progress":
            self._show_progress(item.value)
        elif item.stream == "information":
            self._line(record_text(item.value))
        else:
            self.note(record_text(item.value), item.stream)

    def echo(self, text: str) -> None:
        """Print what the script wrote to its host, which may be less or more than a line."""
        self._clear_progress()
        if self._prefix:  # another machine may write before the line is complete
            *lines, self._begun = (self._begun + text).split("\n")
            for line in lines:
                self._out.write(f"{self._prefix}{line}\n")
        elif text:
            self._out.write(text)
            self._inside_line = not text.endswith("\n")
        self._out.flush()

    def _end_line(self) -> None:
        """End what ``echo`` has begun, so that something else can be printed."""
        self._clear_progress()
        if self._begun:
            self._out.write(f"{self._prefix}{self._begun}\n")
            self._begun = ""
        if self._inside_line:
            self._out.write("\n")
            self._inside_line = False

    def error(self, text: str) -> None:
        """Print an error of ours or the terminating one of the script."""
        self.note(text, "error")

    def note(self, text: str, stream: str) -> None:
        """Print a line of a stream other than output to standard error, labelled and, on a terminal, coloured."""
        self._end_line()
        self._out.flush()
        for line in (_LABELS.get(stream, "") + text).splitlines() or [""]:
            shown = f"{self._prefix}{line}"
            self._err.write(click.style(shown, fg=_COLORS[stream]) + "\n" if self._color else shown + "\n")
        self._err.flush()

    def finish(self) -> None:
        """Print what the formatter held back."""
        self._text.finish()
        self._clear_progress()
        if self._begun:
            self._end_line()
        self._out.flush()

    def _line(self, text: str) -> None:
        self._end_line()
        self._out.write(f"{self._prefix}{text}\n")

    def _show_progress(self, record: ProgressRecord) -> None:
        if not self._color:
            return
        self._clear_progress()
        percent = f" {record.percent_complete}%" if record.percent_complete >= 0 else ""
        self._progress = f"{record.activity}: {record.status_description}{percent}"[: self.width - 1]
        self._err.write(self._progress)
        self._err.flush()

    def _clear_progress(self) -> None:
        if self._progress:
            self._err.write("\r" + " " * len(self._progress) + "\r")
            self._progress = ""


def record_text(record: Any) -> str:
    """Return a record as one would read it: ``Get-Item: message`` for errors."""
    if isinstance(record, InformationRecord):
        return str(_message_data(record))
    if isinstance(record, ErrorRecord):
        activity = record.category_activity or ""
        return f"{activity}: {record}" if "-" in activity else str(record)
    return str(record.message if hasattr(record, "message") else record)


class LinePrinter:
    """Prints every item as one line of JSON as it comes."""

    def __init__(self, computer: str, out: IO[str] | None = None) -> None:
        self._computer = computer
        self._out = out if out is not None else sys.stdout

    def item(self, item: StreamItem) -> None:
        self.line({"computer": self._computer, "stream": item.stream, "value": jsonable(item.value)})

    def line(self, data: Mapping[str, Any]) -> None:
        """Print one line."""
        self._out.write(_escaped(json.dumps(data, ensure_ascii=False)) + "\n")
        self._out.flush()


def write_clixml(items: Iterable[StreamItem], out: IO[bytes] | None = None) -> None:
    """Write items as one CLIXML document, each marked with its stream as powershell.exe does."""
    target = out if out is not None else sys.stdout.buffer
    target.write(clixml.dumps_stream(_clixml_items(items)))
    target.write(b"\n")
    target.flush()


def _clixml_items(items: Iterable[StreamItem]) -> Iterable[Any]:
    return [("Output" if item.stream == "output" else item.stream.capitalize(), item.value) for item in items]


_COLUMNS: Final = (
    ("Id", 3, True, lambda s: str(s.id)),
    ("Name", 15, False, lambda s: s.name),
    ("Transport", 9, False, lambda s: s.transport),
    ("ComputerName", 15, False, lambda s: s.computer_name),
    ("ComputerType", 15, False, lambda s: s.computer_type),
    ("State", 13, False, lambda s: s.state.value),
    ("ConfigurationName", 20, False, lambda s: s.configuration_name),
    ("Availability", 13, True, lambda s: s.availability.value),
)


def session_table(sessions: Iterable[PSSession], view: str | None = None) -> str:
    """Return the default table of Get-PSSession. view: compact, 5.1 or 7; by default what REMORA_SESSION_VIEW says."""
    chosen = view or os.environ.get("REMORA_SESSION_VIEW", "compact")
    left_out = {"7": (), "5.1": ("Transport",)}.get(chosen, ("Transport", "ComputerType"))
    columns = [column for column in _COLUMNS if column[0] not in left_out]
    dots = "…" if chosen == "7" else "..."
    lines = [
        " ".join(_cell(name, width, right, dots) for name, width, right, _value in columns),
        " ".join(_cell("-" * len(name), width, right, dots) for name, width, right, _value in columns),
    ]
    lines += [
        " ".join(_cell(value(item), width, right, dots) for _name, width, right, value in columns) for item in sessions
    ]
    return "\n".join(["", *(line.rstrip() for line in lines), ""])


def _cell(text: str, width: int, right: bool, dots: str) -> str:
    shown = text if len(text) <= width else text[: width - len(dots)] + dots
    return shown.rjust(width) if right else shown.ljust(width)


def session_data(session: PSSession) -> dict[str, Any]:
    """Return a session as JSON shows it. Times are ISO 8601, idle timeouts milliseconds."""
    return {
        "id": session.id,
        "name": session.name,
        "instance_id": str(session.instance_id),
        "computer_name": session.computer_name,
        "configuration_name": session.configuration_name,
        "state": session.state.value,
        "availability": session.availability.value,
        "transport": session.transport,
        "idle_timeout": session.idle_timeout,
        "output_buffering_mode": str(session.output_buffering_mode),
        "disconnected_on": session.disconnected_on.isoformat() if session.disconnected_on else None,
        "expires_on": session.expires_on.isoformat() if session.expires_on else None,
    }


def print_sessions(sessions: list[PSSession], output_format: str) -> None:
    """Print sessions in the chosen format."""
    if output_format == "jsonl":
        for session in sessions:
            click.echo(json.dumps(session_data(session), ensure_ascii=False))
    elif output_format == "json":
        click.echo(json.dumps([session_data(session) for session in sessions], ensure_ascii=False, indent=2))
    elif output_format == "clixml":
        write_clixml(StreamItem("output", PSObject.custom(session_data(session))) for session in sessions)
    elif sessions:
        click.echo(session_table(sessions))
