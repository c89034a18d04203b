"""The terminal of a remote script whose streams are shown as well: what comes both ways is shown once.

PowerShell sends Write-Host, warnings and the like twice when the client has a host: as a host call and as a record, in
either order.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from remora.cli.output import TextPrinter, record_text
from remora.client.host import ConsoleHost
from remora.client.results import StreamItem
from remora.values import ProgressRecord

_DOUBLED: Final = ("warning", "verbose", "debug")
_MAX_REMEMBERED: Final = 10_000


class ScriptHost(ConsoleHost):
    """Writes through the printer of the machine; without one (JSON, CLIXML) only questions are shown."""

    def __init__(self, computer: str, printer: TextPrinter | None) -> None:
        super().__init__(computer, width=printer.width if printer is not None else 120)
        self._printer = printer
        self._seen: Counter[tuple[str, str, str]] = Counter()

    def is_new(self, item: StreamItem) -> bool:
        """Tell whether a record was not shown as a host call before."""
        if item.stream in _DOUBLED:
            return self._first("record", item.stream, record_text(item.value))
        if item.stream == "information":
            # without the tag the record alone is silent: where its preference says Continue, a host call comes too
            tagged = "PSHOST" in (getattr(item.value, "tags", None) or ())
            return tagged and self._first("record", "host", record_text(item.value))
        return True

    def write(self, text: str, foreground: int | None = None, background: int | None = None) -> None:
        if self._printer is not None and self._first("call", "host", text.rstrip("\n")):
            self._printer.echo(text)

    def write_error_line(self, text: str) -> None:
        if self._printer is not None:
            self._printer.error(text)

    def write_warning_line(self, text: str) -> None:
        self._note("warning", text)

    def write_verbose_line(self, text: str) -> None:
        self._note("verbose", text)

    def write_debug_line(self, text: str) -> None:
        self._note("debug", text)

    def write_progress(self, source_id: int, record: ProgressRecord) -> None:
        """The progress stream shows it."""

    def _note(self, stream: str, text: str) -> None:
        if self._printer is not None and self._first("call", stream, text):
            self._printer.note(text, stream)

    def _first(self, way: str, stream: str, text: str) -> bool:
        """Tell whether the other way has not brought this text yet, and remember that this one has."""
        other = ("record" if way == "call" else "call", stream, text)
        if self._seen[other] > 0:
            self._seen[other] -= 1
            return False
        if len(self._seen) > _MAX_REMEMBERED:
            self._seen.clear()
        self._seen[way, stream, text] += 1
        return True
