"""Transcripts: what a session shows, written to files as it is shown."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from remora.engine.history import command_line
from remora.engine.records import HostInformationMessage, InformationRecord

if TYPE_CHECKING:
    from remora.engine.context import EngineContext
    from remora.engine.format import TextOutput

_KEY: Final = "transcripts"
_STARS: Final = "**********************"


class Transcript:
    """One file that is being written. invocation_header: each command is told with the time it began."""

    def __init__(self, context: EngineContext, path: str, *, invocation_header: bool, minimal_header: bool) -> None:
        self.path = path
        self.invocation_header = invocation_header
        self._context = context
        self._text: TextOutput | None = None
        self._lock = threading.Lock()
        self._file = open(path, "a", encoding="utf-8", errors="replace")  # noqa: SIM115  closed by close()
        self._header(minimal=minimal_header)

    def _header(self, *, minimal: bool) -> None:
        lines = [_STARS, "PowerShell transcript start", f"Start time: {datetime.now():%Y%m%d%H%M%S}"]
        if not minimal:
            machine, user = self._context.computer, self._context.user
            table = self._context.global_scope.get("psversiontable")
            lines += [
                f"Username: {machine}\\{user}",
                f"RunAs User: {machine}\\{user}",
                "Configuration Name: ",
                f"Machine: {machine} ({os.uname().sysname} {os.uname().release})",
                f"Host Application: {' '.join(sys.argv[:1])}",
                f"Process ID: {os.getpid()}",
            ]
            if table is not None:
                from remora.engine.convert.text import to_text

                lines += [f"{to_text(name)}: {to_text(value)}" for name, value in table.items()]
        lines.append(_STARS)
        self.line("\n".join(lines))

    def line(self, text: str) -> None:
        """A line, or several."""
        self._write(text + "\n")

    def _write(self, text: str) -> None:
        with self._lock:
            if not self._file.closed:
                self._file.write(text)
                self._file.flush()

    def output(self, value: Any) -> None:
        """An object as the console shows it."""
        if type(value) is str and self._text is None:
            self.line(value)
            return
        if self._text is None:
            from remora.engine.format.session import host_output

            self._text = host_output(self._context, self.line)
        self._text.feed(value)

    def settle(self) -> None:
        """Draw what a table has held back."""
        text, self._text = self._text, None
        if text is not None:
            text.finish()

    def record(self, stream: str, record: Any) -> None:
        """A record of another stream, in the words of the host."""
        if self._text is not None:
            self._text.flush()
        if stream == "error":
            from remora.engine.format.concise import concise

            self.line(concise(record))
        elif stream == "information":
            self._information(record)
        elif stream != "progress":
            self.line(f"{stream.upper()}: {record.message}")

    def _information(self, record: InformationRecord) -> None:
        message = record.message_data
        if isinstance(message, HostInformationMessage):  # told even where -InformationAction keeps it from the screen
            self._write(message.message + ("" if message.no_new_line else "\n"))
        elif record.shown:
            self.line(record.net_text())

    def close(self) -> None:
        """The end of the transcript."""
        self.settle()
        self.line(f"{_STARS}\nPowerShell transcript end\nEnd time: {datetime.now():%Y%m%d%H%M%S}\n{_STARS}")
        self._file.close()


def transcripts(context: EngineContext) -> list[Transcript]:
    """Those of the session, the newest last; what is open when the process ends is closed then."""
    if _KEY not in context.store:
        context.store[_KEY] = []
        atexit.register(close_transcripts, context)
    found: list[Transcript] = context.store[_KEY]
    return found


def close_transcripts(context: EngineContext) -> None:
    """The session ends: so do its transcripts."""
    running: list[Transcript] = context.store.get(_KEY, [])
    while running:
        running.pop().close()


def begin_command(context: EngineContext, script: Any) -> None:
    """Tell the transcripts what was entered."""
    for transcript in context.store.get(_KEY, ()):
        text = command_line(script)
        if transcript.invocation_header:
            transcript.line(f"{_STARS}\nCommand start time: {datetime.now():%Y%m%d%H%M%S}\n{_STARS}")
        transcript.line(f"PS>{text}")


def end_command(context: EngineContext) -> None:
    """Draw what the transcripts hold back of the command's output."""
    for transcript in context.store.get(_KEY, ()):
        transcript.settle()


class TranscribedSink:
    """A sink in front of another: what goes through is written to the session's transcripts too."""

    def __init__(self, context: EngineContext, sink: Any) -> None:
        self._context = context
        self._sink = sink

    def is_only(self, sink: Any) -> bool:
        """Does what comes go to that sink as it is, and nowhere else?"""
        return self._sink is sink and not self._context.store.get(_KEY)

    def output(self, value: Any) -> None:
        """An object of the output."""
        for transcript in self._context.store.get(_KEY, ()):
            transcript.output(value)
        self._sink.output(value)

    def _record(self, stream: str, record: Any) -> None:
        for transcript in self._context.store.get(_KEY, ()):
            transcript.record(stream, record)
        getattr(self._sink, stream)(record)

    def error(self, record: Any) -> None:
        """An error."""
        self._record("error", record)

    def warning(self, record: Any) -> None:
        """A warning."""
        self._record("warning", record)

    def verbose(self, record: Any) -> None:
        """A verbose message."""
        self._record("verbose", record)

    def debug(self, record: Any) -> None:
        """A debug message."""
        self._record("debug", record)

    def information(self, record: Any) -> None:
        """Information, Write-Host's text among it."""
        self._record("information", record)

    def progress(self, record: Any) -> None:
        """Progress is not transcribed."""
        self._sink.progress(record)
