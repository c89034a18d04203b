"""What a script puts out, on the console: output drawn as text, every other stream as the host shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from remora.cli.console_host import ConsoleHost
from remora.engine.errors import ErrorRecord
from remora.engine.records import (
    DebugRecord,
    HostInformationMessage,
    InformationRecord,
    ProgressRecord,
    VerboseRecord,
    WarningRecord,
)

if TYPE_CHECKING:
    from remora.engine.format import TextOutput

_PLAIN: Final = (str, int, bool)  # shown as they are, with or without the views


class ConsoleSink:
    """StreamSink of the console: output drawn as text, every other stream as the host shows it."""

    def __init__(self, host: ConsoleHost) -> None:
        self._host = host
        self._text: TextOutput | None = None
        self.failed = False

    def output(self, value: Any) -> None:
        """One object; rows of a table may be held back until their widths are known."""
        if self._text is None:
            if type(value) in _PLAIN:
                self._host.write_line(str(value))
                return
            from remora.engine.context import current
            from remora.engine.format.session import host_output

            self._text = host_output(current(), self._host.write_line)
        self._text.feed(value)

    def finish(self) -> None:
        """Draw what was held back."""
        if self._text is not None:
            self._text.finish()
            self._text = None

    def flush(self) -> None:
        """Show what is held back, so that something else may be written."""
        if self._text is not None:
            self._text.flush()

    def error(self, record: ErrorRecord) -> None:
        """An error, on standard error."""
        self.failed = True
        self.flush()
        from remora.engine.format.concise import error_text

        self._host.write_error_line(error_text(record))

    def warning(self, record: WarningRecord) -> None:
        """A warning line."""
        self.flush()
        self._host.write_warning_line(record.message)

    def verbose(self, record: VerboseRecord) -> None:
        """A verbose line."""
        self.flush()
        self._host.write_verbose_line(record.message)

    def debug(self, record: DebugRecord) -> None:
        """A debug line."""
        self.flush()
        self._host.write_debug_line(record.message)

    def information(self, record: InformationRecord) -> None:
        """Write-Host's text, and information that was asked for."""
        if not record.shown:
            return
        self.flush()
        message = record.message_data
        if isinstance(message, HostInformationMessage):
            end = self._host.write if message.no_new_line else self._host.write_line
            end(message.message, message.foreground, message.background)
        else:
            self._host.write_line(record.net_text())

    def progress(self, record: ProgressRecord) -> None:
        """How far it is."""
        self._host.write_progress(record.source_id, record)
