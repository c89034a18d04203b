"""The console as a PowerShell host: a terminal where there is one, plain streams elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any, BinaryIO, Final

from remora.engine.errors import ExitSignal, error
from remora.engine.records import ProgressRecord
from remora.engine.streams import not_implemented, raw_without_window
from remora.values.secrets import PSCredential, SecureString

_WIDTH: Final = 120
_HEIGHT: Final = 50
_NO_ECHO: Final = 2  # ReadKeyOptions.NoEcho
_GRAY: Final = 7
_BLACK: Final = 0
_RESET: Final = "\x1b[0m"
_RED: Final = "\x1b[91m"
_YELLOW: Final = "\x1b[93m"
# ConsoleColor number -> SGR code of the foreground; the background is ten more
_SGR: Final = (30, 34, 32, 36, 31, 35, 33, 37, 90, 94, 92, 96, 91, 95, 93, 97)


class ConsoleHost:
    """EngineHost of `remora console`. exit_code: what the script asked for with ``exit``, None before.

    silent: nobody may be asked (-NonInteractive). plain_text: $PSStyle begins with OutputRendering PlainText.
    """

    name = "ConsoleHost"

    def __init__(self, out: IO[str], err: IO[str], source: IO[str], *, interactive: bool, silent: bool = False) -> None:
        self._out = out
        self._err = err
        self._source = source
        self.interactive = interactive
        self.silent = silent
        self.plain_text = "NO_COLOR" in os.environ or os.environ.get("TERM") in ("xterm-mono", "xtermm")
        self.color = out.isatty() and not self.plain_text
        self.supports_virtual_terminal = os.environ.get("TERM", "") != "dumb"
        self.shows_styles = out.isatty() and os.environ.get("TERM", "") not in ("", "dumb")
        self.is_terminal = out.isatty()
        self.exit_code: int | None = None
        self._title = ""
        self._colours = [_GRAY, _BLACK]
        self.nested_prompt: Callable[[], None] | None = None
        self.leave_nested = False
        self.pushed: Any = None
        """The session that the prompt is in, None at home."""
        self.pop: Callable[[], object] = lambda: None
        self.check_stop: Callable[[], None] = lambda: None
        """Raises PipelineStopped when the pipeline that asks was stopped."""
        self.version = "7.4.6"

    def set_should_exit(self, exit_code: int) -> None:
        """The script said ``exit``."""
        self.exit_code = exit_code

    def become(self, program: str, words: list[str], folder: str) -> None:
        """Run a program in place of this process; words[0] is its name for itself. Raises OSError when it cannot."""
        self._out.flush()
        self._err.flush()
        os.chdir(folder)
        os.execv(program, words)  # noqa: S606 - the program is found, a shell is not wanted

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
        try:
            stream.write(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
            stream.flush()
        except BrokenPipeError:  # nobody reads any more: the script ends, and what is buffered goes nowhere
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            raise ExitSignal(0) from None

    def _tinted(self, text: str, tint: str) -> str:
        return f"{tint}{text}{_RESET}" if self.color and self._err.isatty() else text

    def write_error_line(self, text: str) -> None:
        """A line of the error stream, red on a terminal."""
        self._put(self._err, self._tinted(text, _RED) + "\n")

    def open_bytes(self, name: str) -> BinaryIO | None:
        """The bytes under the stream input, output or error; None where it has none."""
        stream = {"input": self._source, "output": self._out}.get(name, self._err)
        if name != "input":
            stream.flush()
        found: BinaryIO | None = getattr(stream, "buffer", None)
        return found

    def write_error_text(self, text: str) -> None:
        """A part of a line of the error stream, as [Console]::Error writes it."""
        self._put(self._err, text)

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

    def next_line(self) -> str | None:
        """The next line of standard input with its end; None when there is none."""
        return self._source.readline() or None

    def read_line(self) -> str:
        """One line of standard input. Raises PSError at its end, PipelineStopped when Ctrl-C comes instead."""
        self._must_answer()
        if self._source.isatty():
            from remora.cli.console_keys import await_input

            await_input(self._source, self.check_stop)
        line = self._source.readline()
        if not line:
            raise error("There is no more input.", "NonInteractive", "InvalidOperation",
                        type_name="System.Management.Automation.Host.HostException")  # fmt: skip
        return line.rstrip("\r\n")

    def read_line_as_secure_string(self) -> Any:
        """One line that is not shown."""
        if not self._source.isatty():
            return SecureString(self.read_line())
        from remora.cli.console_keys import without_echo

        with without_echo(self._source):
            line = self.read_line()
        self.write_line()
        return SecureString(line)

    def prompt(self, caption: str, message: str, fields: Sequence[Any]) -> Mapping[str, Any]:
        """Ask for each field by its name."""
        self._introduce(caption, message)
        from remora.cli.console_questions import ask_fields

        return ask_fields(self, fields)

    def _introduce(self, caption: str, message: str) -> None:
        self._must_answer()
        if caption:
            self.write_line()
        for text in (caption, message):
            if text:
                self.write_line(text)

    def _must_answer(self) -> None:
        if self.silent:
            raise error(
                "PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.",
                "InvalidOperation",
                "InvalidOperation",
                type_name="System.Management.Automation.PSInvalidOperationException",
            )

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
        from remora.cli.console_questions import ask_choice

        return ask_choice(self, choices, default_choice)

    def prompt_for_choice_multiple(
        self, caption: str, message: str, choices: Sequence[Any], default_choices: Sequence[int]
    ) -> list[int]:
        """Ask for one choice after the other until an empty answer; none at all means the defaults."""
        self._introduce(caption, message)
        from remora.cli.console_questions import ask_choices

        return ask_choices(self, choices, default_choices)

    # -- the window --------------------------------------------------------------------------------------------------

    def get_buffer_size(self) -> tuple[int, int]:
        """Width and height of the terminal; 120 by 50 without one."""
        if not self._out.isatty():
            return (_WIDTH, _HEIGHT)
        import shutil

        size = shutil.get_terminal_size((_WIDTH, _HEIGHT))
        return (size.columns, size.lines)

    def call_raw(self, method: str, *arguments: Any) -> Any:
        """What a terminal can do by its codes; the rest as for a host without a window."""
        if method == "get_window_title":
            return self._title
        if method == "set_window_title":
            self._title = str(arguments[0])
            self._code(f"\x1b]0;{''.join(char for char in self._title if char.isprintable())}\x07")
            return None
        if method == "set_cursor_position":
            self._code(f"\x1b[{arguments[0].y + 1};{arguments[0].x + 1}H")
            return None
        if method in ("set_foreground_color", "set_background_color") and 0 <= arguments[0] < len(_SGR):
            self._colours["back" in method] = arguments[0]
            self._code(f"\x1b[{_SGR[arguments[0]] + (10 if 'back' in method else 0)}m")
            return None
        if method in ("get_foreground_color", "get_background_color"):
            return self._colours["back" in method]
        if method == "get_key_available" and self._source.isatty():
            from remora.cli.console_keys import key_waits

            return key_waits(self._source)
        if method == "read_key" and self._source.isatty():
            from remora.cli.console_keys import read_key

            return read_key(self._source, self.check_stop, echo=not arguments[0] & _NO_ECHO)
        if method == "flush_input_buffer":
            return None
        return raw_without_window(self.get_buffer_size(), method)

    def _code(self, text: str) -> None:
        if self.color:
            self._put(self._out, text)

    # -- nested prompts ----------------------------------------------------------------------------------------------

    def enter_nested_prompt(self) -> None:
        """Run what is typed inside the running pipeline, until the nested prompt is left."""
        if self.nested_prompt is None:
            raise not_implemented("EnterNestedPrompt")
        self.nested_prompt()

    def exit_nested_prompt(self) -> None:
        """Leave the innermost nested prompt when the command that asked for it ends."""
        self.leave_nested = True

    # -- sessions on other machines ----------------------------------------------------------------------------------

    def push_runspace(self, entered: Any) -> None:
        """The prompt moves into a session (an ``InteractiveSession``), and out of the one it was in."""
        self.pop_runspace()
        self.pushed = entered

    def pop_runspace(self) -> None:
        """The prompt comes home; nothing when it is there."""
        if self.pushed is not None:
            self.pop()

    def notify_begin_application(self) -> None:
        """A terminal needs no preparation for programs."""

    def notify_end_application(self) -> None:
        """Nor anything after them."""


def standard_host(*, interactive: bool, silent: bool = False) -> ConsoleHost:
    """The host on this process's standard streams."""
    return ConsoleHost(sys.stdout, sys.stderr, sys.stdin, interactive=interactive, silent=silent)
