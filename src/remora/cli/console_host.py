"""The console as a PowerShell host: a terminal where there is one, plain streams elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any, Final

from remora import __version__
from remora.engine.errors import ErrorRecord, error
from remora.engine.records import (
    DebugRecord,
    HostInformationMessage,
    InformationRecord,
    ProgressRecord,
    VerboseRecord,
    WarningRecord,
)
from remora.values.secrets import PSCredential, SecureString

if TYPE_CHECKING:
    from remora.engine.format import TextOutput

_WIDTH: Final = 120
_HEIGHT: Final = 50
_PLAIN: Final = (str, int, bool)  # shown as they are, with or without the views
_RESET: Final = "\x1b[0m"
_RED: Final = "\x1b[91m"
_YELLOW: Final = "\x1b[93m"
# ConsoleColor number -> SGR code of the foreground; the background is ten more
_SGR: Final = (30, 34, 32, 36, 31, 35, 33, 37, 90, 94, 92, 96, 91, 95, 93, 97)


class ConsoleHost:
    """EngineHost of `remora console`. exit_code: what the script asked for with ``exit``, None before."""

    name = "ConsoleHost"

    def __init__(self, out: IO[str], err: IO[str], source: IO[str], *, interactive: bool) -> None:
        self._out = out
        self._err = err
        self._source = source
        self.interactive = interactive
        self.color = out.isatty() and "NO_COLOR" not in os.environ
        self.supports_virtual_terminal = out.isatty() and os.environ.get("TERM", "") not in ("", "dumb")
        self.exit_code: int | None = None
        self._title = ""
        self.version = __version__

    def set_should_exit(self, exit_code: int) -> None:
        """The script said ``exit``."""
        self.exit_code = exit_code

    # -- output ------------------------------------------------------------------------------------------------------

    def write(self, text: str, foreground: int | None = None, background: int | None = None) -> None:
        """Text without a line end, coloured on a terminal."""
        codes = [str(_SGR[foreground])] if foreground is not None else []
        codes += [str(_SGR[background] + 10)] if background is not None else []
        if codes and self.color:
            text = f"\x1b[{';'.join(codes)}m{text}{_RESET}"
        self._put(self._out, text)

    def write_line(self, text: str = "", foreground: int | None = None, background: int | None = None) -> None:
        """A line, coloured on a terminal."""
        self.write(text, foreground, background)
        self._put(self._out, "\n")

    def _put(self, stream: IO[str], text: str) -> None:
        stream.write(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
        stream.flush()

    def _tinted(self, text: str, tint: str) -> str:
        return f"{tint}{text}{_RESET}" if self.color and self._err.isatty() else text

    def write_error_line(self, text: str) -> None:
        """A line of the error stream, red on a terminal."""
        self._put(self._err, self._tinted(text, _RED) + "\n")

    def write_debug_line(self, text: str) -> None:
        """``DEBUG: text``."""
        self._put(self._out, f"DEBUG: {text}\n")

    def write_verbose_line(self, text: str) -> None:
        """``VERBOSE: text``."""
        self._put(self._out, f"VERBOSE: {text}\n")

    def write_warning_line(self, text: str) -> None:
        """``WARNING: text``."""
        label = f"WARNING: {text}"
        self._put(self._out, (f"{_YELLOW}{label}{_RESET}" if self.color else label) + "\n")

    def write_progress(self, source_id: int, record: ProgressRecord) -> None:
        """One line that the next one overwrites; on a terminal only."""
        if not (self.interactive and self.color):
            return
        if record.record_type == 1:
            self._put(self._err, "\r\x1b[K")
            return
        percent = f" {record.percent_complete}%" if record.percent_complete >= 0 else ""
        width = self.get_buffer_size()[0] - 1
        self._put(self._err, "\r\x1b[K" + f"{record.activity}: {record.status_description}{percent}"[:width])

    # -- input -------------------------------------------------------------------------------------------------------

    def read_line(self) -> str:
        """One line of standard input. Raises PSError at its end."""
        line = self._source.readline()
        if not line:
            raise error("There is no more input.", "NonInteractive", "InvalidOperation",
                        type_name="System.Management.Automation.Host.HostException")  # fmt: skip
        return line.rstrip("\r\n")

    def read_line_as_secure_string(self) -> Any:
        """One line that is not shown."""
        if self._source.isatty():
            import getpass

            return SecureString(getpass.getpass(""))
        return SecureString(self.read_line())

    def prompt(self, caption: str, message: str, fields: Sequence[Any]) -> Mapping[str, Any]:
        """Ask for each field by its name."""
        self._introduce(caption, message)
        answers: dict[str, Any] = {}
        for field in fields:
            name = str(getattr(field, "name", field))
            self.write(f"{name}: ")
            answers[name] = self.read_line()
        return answers

    def _introduce(self, caption: str, message: str) -> None:
        for text in (caption, message):
            if text:
                self.write_line(text)

    def prompt_for_credential(
        self, caption: str, message: str, user_name: str, target_name: str, allowed: int = 3, options: int = 0
    ) -> Any:
        """User name (unless given) and password."""
        self._introduce(caption, message)
        if not user_name:
            self.write("User: ")
            user_name = self.read_line()
        self.write(f"Password for user {user_name}: ")
        return PSCredential(user_name, self.read_line_as_secure_string())

    def prompt_for_choice(self, caption: str, message: str, choices: Sequence[Any], default_choice: int) -> int:
        """Ask until one of the choices is named by its letter, its label or nothing (the default)."""
        self._introduce(caption, message)
        labels = [
            str(choice[0] if isinstance(choice, tuple) else getattr(choice, "label", choice)) for choice in choices
        ]
        keys = [label.partition("&")[2][:1].lower() or label[:1].lower() for label in labels]
        shown = "  ".join(f"[{key.upper()}] {label.replace('&', '')}" for key, label in zip(keys, labels, strict=True))
        while True:
            default = f' (default is "{keys[default_choice].upper()}")' if 0 <= default_choice < len(keys) else ""
            self.write(f"{shown}{default}: ")
            answer = self.read_line().strip().lower()
            if not answer and 0 <= default_choice < len(keys):
                return default_choice
            for at, label in enumerate(labels):
                if answer and (answer == keys[at] or answer == label.replace("&", "").lower()):
                    return at

    # -- the window --------------------------------------------------------------------------------------------------

    def get_buffer_size(self) -> tuple[int, int]:
        """Width and height of the terminal; 120 by 50 without one."""
        if not self._out.isatty():
            return (_WIDTH, _HEIGHT)
        import shutil

        size = shutil.get_terminal_size((_WIDTH, _HEIGHT))
        return (size.columns, size.lines)

    def get_window_title(self) -> str:
        """The title set last."""
        return self._title

    def set_window_title(self, title: str) -> None:
        """Name the terminal's window."""
        self._title = title
        if self.color:
            safe = "".join(char for char in title if char.isprintable())
            self._put(self._out, f"\x1b]0;{safe}\x07")


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
            from remora.engine.format import TextOutput

            self._text = TextOutput(self._host.get_buffer_size()[0], self._host.write_line)
        self._text.feed(value)

    def finish(self) -> None:
        """Draw what was held back."""
        if self._text is not None:
            self._text.finish()
            self._text = None

    def _between(self) -> None:
        if self._text is not None:
            self._text.flush()

    def error(self, record: ErrorRecord) -> None:
        """An error, on standard error."""
        self.failed = True
        self._between()
        from remora.engine.format.concise import concise

        self._host.write_error_line(concise(record))

    def warning(self, record: WarningRecord) -> None:
        """A warning line."""
        self._between()
        self._host.write_warning_line(record.message)

    def verbose(self, record: VerboseRecord) -> None:
        """A verbose line."""
        self._between()
        self._host.write_verbose_line(record.message)

    def debug(self, record: DebugRecord) -> None:
        """A debug line."""
        self._between()
        self._host.write_debug_line(record.message)

    def information(self, record: InformationRecord) -> None:
        """Write-Host's text, and information that was asked for."""
        if not record.shown:
            return
        self._between()
        message = record.message_data
        if isinstance(message, HostInformationMessage):
            end = self._host.write if message.no_new_line else self._host.write_line
            end(message.message, message.foreground, message.background)
        else:
            self._host.write_line(record.net_text())

    def progress(self, record: ProgressRecord) -> None:
        """How far it is."""
        self._host.write_progress(0, record)


def standard_host(*, interactive: bool) -> ConsoleHost:
    """The host on this process's standard streams."""
    return ConsoleHost(sys.stdout, sys.stderr, sys.stdin, interactive=interactive)
