"""Pages of output: after a screen of lines the host waits for a key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from remora.engine.streams import EngineHost

_PROMPT: Final = "<SPACE> next page; <CR> next line; Q quit"
_WITHOUT_ECHO: Final = 6  # NoEcho and IncludeKeyDown of ReadKeyOptions


class Pager:
    """Passes lines on and asks after each screen of them. leave: raises what ends the output."""

    def __init__(self, host: EngineHost, line: Callable[[str], None], leave: Callable[[], None]) -> None:
        self._host = host
        self._line = line
        self._leave = leave
        self._written = 0

    def write(self, text: str) -> None:
        """One line of output, which may be several of the screen."""
        width, rows = self._host.get_buffer_size()
        if self._written >= rows - 1 > 0:
            self._ask()
        self._line(text)
        self._written += max(1, -(-len(text) // max(width, 1)))

    def _ask(self) -> None:
        self._host.write_line(_PROMPT)
        while True:
            key = self._host.call_raw("read_key", _WITHOUT_ECHO).character
            if key == " ":
                self._written = 0
                return
            if key in ("\r", "\n"):
                self._written -= 1
                return
            if key in ("q", "Q"):
                self._leave()
