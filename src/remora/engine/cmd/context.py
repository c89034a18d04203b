"""What a built-in command is given, and what it may say."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from remora.engine.cmd.control import Control
from remora.engine.cmd.environment import CmdEnvironment
from remora.engine.cmd.paths import to_local
from remora.engine.cmd.streams import Streams, write_all

if TYPE_CHECKING:
    from remora.engine.cmd.executor import Executor

_DELIMITERS = " \t,;=\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One run of one built-in. name: as it was written. text: everything after the name, quotes and blanks kept."""

    environment: CmdEnvironment
    streams: Streams
    control: Control
    executor: Executor
    name: str
    text: str

    def write(self, text: str) -> None:
        write_all(self.streams.stdout, self.environment.encode(text))

    def line(self, text: str = "") -> None:
        """One line of output with cmd's line end."""
        self.write(text + "\r\n")

    def error(self, text: str) -> int:
        """One line of error output; gives back errorlevel 1."""
        write_all(self.streams.stderr, self.environment.encode(text + "\r\n"))
        return 1

    def local(self, path: str) -> str:
        """The Linux path of an operand."""
        return to_local(path, self.environment.directory)

    def arguments(self) -> list[str]:
        """The operands, quotes kept."""
        return split_words(self.text)

    def options(self, allowed: str) -> tuple[list[str], list[str]]:
        """Switches (lower case, one each) and operands. allowed: regex of one switch; other words with / are paths."""
        return options_of(self.arguments(), allowed)


Builtin: TypeAlias = Callable[[Context], "int | None"]
"""Gives the new errorlevel, or None to leave it as it was (and count as success for ``&&``)."""


def split_words(text: str, delimiters: str = _DELIMITERS) -> list[str]:
    """Operands of a command: separated by blanks, commas, semicolons and equals signs outside quotes."""
    words: list[str] = []
    current: list[str] = []
    quoted = False
    for char in text:
        if char == '"':
            quoted = not quoted
        if not quoted and char in delimiters:
            if current:
                words.append("".join(current))
                current = []
        else:
            current.append(char)
    if current:
        words.append("".join(current))
    return words


def options_of(words: Sequence[str], allowed: str) -> tuple[list[str], list[str]]:
    """Sort words into switches and operands; ``/f/q`` counts as two switches."""
    one = re.compile(allowed, re.IGNORECASE)
    several = re.compile(f"(?:{allowed})+", re.IGNORECASE)
    switches: list[str] = []
    operands: list[str] = []
    for word in words:
        if word.startswith("/") and several.fullmatch(word):
            switches.extend(match[0].lower() for match in one.finditer(word))
        else:
            operands.append(word)
    return switches, operands
