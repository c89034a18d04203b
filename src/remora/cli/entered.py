"""The lines of ``remora enter``: read at a terminal or from a file, with the escapes that leave the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from remora.cli.console_host import ConsoleHost
from remora.cli.console_lines import run_lines
from remora.cli.console_remote import Detached, RemotePrompt

if TYPE_CHECKING:
    from prompt_toolkit.key_binding import KeyBindings

LEAVE: Final = "~."
HELP: Final = "~?"
_HELP_TEXT: Final = r"""At the beginning of a line:
  ~.   leave the session, with what is in it, disconnected on its host
  ~?   show this
While a command runs: Ctrl-C stops it, Ctrl-\ leaves the session with the command running.
exit, Exit-PSSession or Ctrl-D at the prompt: end a new session, leave one that was there."""


class EnteredSession:
    """What the readers of lines want of a session. escapes: whether ``~.`` and ``~?`` mean something."""

    def __init__(self, prompt: RemotePrompt, host: ConsoleHost, *, escapes: bool) -> None:
        self.host = host
        self._prompt = prompt
        self._escapes = escapes

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended the last line."""
        return self._prompt.interrupted

    def prompt_text(self) -> str:
        """The session's prompt. Raises EOFError when the session is lost."""
        text = self._prompt.prompt_text()
        if text is None:
            raise EOFError
        return text

    def run_text(self, text: str, *, history: bool = False) -> int:
        """Run a line, or do what an escape says; its exit code. Raises Detached."""
        escape = text.strip() if self._escapes else ""
        if escape == LEAVE:
            raise Detached(0)
        if escape == HELP:
            self.host.write_line(_HELP_TEXT)
            return 0
        code = self._prompt.run(text)
        if not self._prompt.usable:
            self.host.exit_code = code
        return code

    def propose(self, text: str, cursor: int) -> tuple[int, list[tuple[str, str]]]:
        """What the session proposes at an offset."""
        return self._prompt.propose(text, cursor)

    def leave(self) -> bool:
        """The end of input ends the visit."""
        return False

    def loop(self) -> int:
        """Read at the terminal until the visit ends; the exit code."""
        from remora.cli.console_prompt import loop

        return loop(self, keys=_keys())

    def run_lines(self) -> int:
        """Run the lines of standard input; the exit code."""
        return run_lines(self, prompts=False)


def _keys() -> KeyBindings:
    """The second character of an escape ends the line."""
    from prompt_toolkit.application import get_app
    from prompt_toolkit.filters import Condition
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

    keys = KeyBindings()
    begun = Condition(lambda: get_app().current_buffer.text == "~")

    @keys.add(".", filter=begun)
    @keys.add("?", filter=begun)
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        buffer.insert_text(event.data)
        event.app.exit(result=buffer.text)

    return keys
