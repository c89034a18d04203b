"""The embedded engine with text for streams: a host on two descriptors, and a sink that formats."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TextIO

from remora.engine.errors import ErrorRecord
from remora.engine.format import TextOutput
from remora.engine.format.concise import error_text
from remora.engine.initial import InitialSessionState
from remora.engine.profiles import profile_paths
from remora.engine.records import (
    DebugRecord,
    HostInformationMessage,
    InformationRecord,
    ProgressRecord,
    VerboseRecord,
    WarningRecord,
)
from remora.engine.runspace import PipelineResult, Runspace
from remora.engine.streams import EngineHost, SilentHost
from remora.engine.threads import start_engine_thread
from remora.modules import builtin_commands
from remora.modules.job_host import ProcessJobHost

WIDTH: Final = 120
"""Columns of formatted output where nobody says how wide the window is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script with its arguments, as a command of a structured pipeline. name: its text; file: where it came from."""

    name: str
    file: str | None = None
    parameters: tuple[tuple[str | None, Any], ...] = ()
    is_script: bool = True
    use_local_scope: bool | None = False


class TextHost(SilentHost):
    """A host that writes text; it asks on standard input unless it must not. new_line: what ends a line."""

    name = "ConsoleHost"

    def __init__(
        self, out: TextIO, error: TextIO, *, interactive: bool = False, width: int = WIDTH, new_line: str = "\n"
    ) -> None:
        self._out = out
        self._error = error
        self._width = width
        self._new_line = new_line
        self.interactive = interactive
        self.exit_code: int | None = None

    def set_should_exit(self, exit_code: int) -> None:
        self.exit_code = exit_code

    def write(self, text: str, foreground: int | None = None, background: int | None = None) -> None:
        self._out.write(text)
        self._out.flush()

    def write_line(self, text: str = "", foreground: int | None = None, background: int | None = None) -> None:
        self.write(text + self._new_line)

    def write_error_line(self, text: str) -> None:
        self._out.flush()
        self._error.write(self._new_line.join((*text.splitlines(), "")) or self._new_line)
        self._error.flush()

    def write_warning_line(self, text: str) -> None:
        self.write_line(f"WARNING: {text}")

    def write_verbose_line(self, text: str) -> None:
        self.write_line(f"VERBOSE: {text}")

    def write_debug_line(self, text: str) -> None:
        self.write_line(f"DEBUG: {text}")

    def read_line(self) -> str:
        if not self.interactive:
            return super().read_line()
        return sys.stdin.readline().rstrip("\n")

    def get_buffer_size(self) -> tuple[int, int]:
        return (self._width, 50)


class TextSink:
    """A StreamSink that shows everything on a host, objects by their views."""

    def __init__(self, host: EngineHost) -> None:
        self._host = host
        self._text: TextOutput | None = None

    def output(self, value: Any) -> None:
        if isinstance(value, ErrorRecord):
            self.error(value)
        else:
            if self._text is None:
                from remora.engine.context import current
                from remora.engine.format.session import host_output

                self._text = host_output(current(), self._host.write_line)
            self._text.feed(value)

    def error(self, record: ErrorRecord) -> None:
        if self._text is not None:
            self._text.flush()
        self._host.write_error_line(error_text(record))

    def warning(self, record: WarningRecord) -> None:
        self._host.write_warning_line(record.message)

    def verbose(self, record: VerboseRecord) -> None:
        self._host.write_verbose_line(record.message)

    def debug(self, record: DebugRecord) -> None:
        self._host.write_debug_line(record.message)

    def information(self, record: InformationRecord) -> None:
        message = record.message_data
        if not record.shown:
            return
        if not isinstance(message, HostInformationMessage):
            self._host.write_line(str(message))
        elif message.no_new_line:
            self._host.write(message.message, message.foreground, message.background)
        else:
            self._host.write_line(message.message, message.foreground, message.background)

    def progress(self, record: ProgressRecord) -> None:
        """Progress is for terminals."""

    def finish(self) -> None:
        """Show what formatting held back."""
        if self._text is not None:
            self._text.finish()


class TextConsole:
    """One runspace whose streams are text."""

    def __init__(self, host: TextHost) -> None:
        self.host = host
        self.runspace = Runspace(
            host=host,
            job_host=ProcessJobHost(),
            state=InitialSessionState(commands=builtin_commands(), variables={"PROFILE": profile_paths()}),
        )

    def run(
        self,
        text: str,
        parameters: Sequence[tuple[str | None, Any]] = (),
        *,
        input: Iterable[Any] | None = None,
        file: str | None = None,
    ) -> PipelineResult:
        """Run a script on this thread and show what it writes, a terminating error included. file: its path."""
        sink = TextSink(self.host)
        command = Script(name=text, file=file, parameters=tuple(parameters))
        result = self.runspace.invoke(((command,),), input=input, sink=sink)
        sink.finish()
        if result.state == "Failed" and result.error is not None:
            sink.error(result.error)
        return result

    @property
    def succeeded(self) -> bool:
        """``$?`` after the last script."""
        return self.runspace.context.success


def on_engine_thread(work: Any) -> Any:
    """Run a callable on a thread with an engine's stack and return its result; SIGINT stays with the main thread."""
    outcome: list[Any] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:
            failure.append(error)

    thread: threading.Thread = start_engine_thread(run, "console")
    while thread.is_alive():
        thread.join(0.5)
    if failure:
        raise failure[0]
    return outcome[0]


def open_text(descriptor: int, encoding: str) -> TextIO:
    """Return a text writer on a descriptor; characters the encoding lacks become question marks."""
    return os.fdopen(
        os.dup(descriptor),
        "w",
        encoding=encoding,
        errors="surrogateescape" if encoding == "utf-8" else "replace",
        newline="",
    )
