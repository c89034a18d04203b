"""Input of the terminal: waiting for it so that a stop ends the wait, secrets without echo, single keys."""

from __future__ import annotations

import os
import select
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Final

from remora.values.host import KeyInfo
from remora.values.strings import Char

# what terminals send for keys without a character -> VirtualKeyCode
_SEQUENCES: Final = {
    "[A": 38, "[B": 40, "[C": 39, "[D": 37, "[H": 36, "[F": 35, "[2~": 45, "[3~": 46, "[5~": 33, "[6~": 34,
    "OP": 112, "OQ": 113, "OR": 114, "OS": 115, "[15~": 116, "[17~": 117, "[18~": 118, "[19~": 119, "[20~": 120,
    "[21~": 121, "[23~": 122, "[24~": 123,
}  # fmt: skip
_CODES: Final = {"\r": 13, "\n": 13, "\x7f": 8, "\x1b": 27, "\t": 9}


_STOP_CHECK: Final = 0.05  # seconds


def await_input(source: IO[str], check_stop: Callable[[], None]) -> None:
    """Wait until there is something to read. check_stop is asked meanwhile; what it raises ends the wait."""
    while not select.select([source], [], [], _STOP_CHECK)[0]:
        check_stop()


@contextmanager
def without_echo(source: IO[str]) -> Iterator[None]:
    """The terminal does not show what is typed."""
    descriptor = source.fileno()
    before = termios.tcgetattr(descriptor)
    hidden = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
    termios.tcsetattr(descriptor, termios.TCSADRAIN, hidden)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def key_waits(source: IO[str]) -> bool:
    """Tell whether a key was pressed that nobody has read."""
    descriptor = source.fileno()
    before = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor, termios.TCSANOW)
    try:
        return bool(select.select([source], [], [], 0)[0])
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)


def read_key(source: IO[str], check_stop: Callable[[], None], *, echo: bool) -> KeyInfo:
    """Wait for a key of a terminal, as ``await_input`` does."""
    descriptor = source.fileno()
    before = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor)
    try:
        await_input(source, check_stop)
        text = os.read(descriptor, 16).decode("utf-8", "replace")
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
    code = _SEQUENCES.get(text[1:]) if text.startswith("\x1b") and len(text) > 1 else None
    if code is not None:
        return KeyInfo(virtual_key_code=code, character=Char("\0"), control_key_state=0, key_down=True)
    key = text[:1] or "\0"
    if echo and key.isprintable():
        os.write(1, key.encode())
    number = _CODES.get(key, ord(key.upper()) & 0xFF)
    return KeyInfo(
        virtual_key_code=number, character=Char("\r" if key == "\n" else key), control_key_state=0, key_down=True
    )
