"""The command line of the winrs tool: switches, then the command that runs on the other machine.

winrs [-/SWITCH[:VALUE]]... COMMAND
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from remora.cli.winrm_arguments import Switch, unquoted
from remora.errors import ConfigError

SWITCHES: Final[Mapping[str, Switch]] = {
    "remote": Switch(("r",), True, ()),
    "unencrypted": Switch(("un",), False, ()),
    "username": Switch(("u",), True, ()),
    "password": Switch(("p",), True, ()),
    "timeout": Switch(("t",), True, ()),
    "directory": Switch(("d",), True, ()),
    "environment": Switch(("env",), True, ()),
    "noecho": Switch(("noe",), False, ()),
    "noprofile": Switch(("nop",), False, ()),
    "allowdelegate": Switch(("ad",), False, ()),
    "compression": Switch(("comp",), False, ()),
    "usessl": Switch(("ssl",), False, ()),
    "password-file": Switch((), True, ()),
    "client-config": Switch((), True, ()),
    "ca-trust": Switch((), True, ()),
}
"""The switches of the tool; the last three are ours, and name files of this machine.

-compression changes nothing: neither our client nor our service compresses streams.
"""
_SWITCH: Final = re.compile(r"[-/]([A-Za-z?][\w-]*)(?::(.*))?\Z", re.DOTALL)
_VARIABLE: Final = re.compile(r"([^=\0]+)=([^\0]*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class WinrsArguments:
    """A command line that was read. command: one text, as the other machine gets it; empty where help is wanted."""

    command: str = ""
    switches: Mapping[str, str] = field(default_factory=dict, repr=False)
    environment: Mapping[str, str] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return name in self.switches

    @property
    def seconds(self) -> float | None:
        """-timeout, None for none. Raises ConfigError."""
        text = self.switches.get("timeout")
        if text is None:
            return None
        if not text.isascii() or not text.isdigit() or int(text) == 0:
            raise ConfigError(f"-timeout:{text}: a number of seconds")
        return float(text)


def read_winrs(words: Sequence[str]) -> WinrsArguments:
    """Read a command line that the shell has split. Raises ConfigError saying what is wrong with it."""
    switches: dict[str, str] = {}
    environment: dict[str, str] = {}
    rest = list(words)
    while rest and (match := _SWITCH.match(rest[0])) is not None:
        rest.pop(0)
        if match[1] == "?":
            return WinrsArguments()
        name, value = _switch(match)
        if name == "environment":
            _add_variable(environment, value)
        elif name in switches:
            raise ConfigError(f"-{match[1]} is given twice")
        else:
            switches[name] = value
    if not rest and not words:
        return WinrsArguments()
    if not rest:
        raise ConfigError("there is no command to run")
    if ("password" in switches or "password-file" in switches) and "username" not in switches:
        raise ConfigError("a password without -username")
    return WinrsArguments(command=_joined(rest), switches=switches, environment=environment)


def _switch(match: re.Match[str]) -> tuple[str, str]:
    wanted, value = match[1].lower(), match[2]
    name = next((name for name, known in SWITCHES.items() if wanted == name or wanted in known.shorts), None)
    if name is None:
        raise ConfigError(f"-{match[1]} is no switch of winrs")
    if SWITCHES[name].value and name != "password" and not value:
        raise ConfigError(f"-{match[1]} needs a value: -{match[1]}:VALUE")
    if not SWITCHES[name].value and value:
        raise ConfigError(f"-{match[1]} takes no value")
    return name, unquoted(value or "")


def _add_variable(environment: dict[str, str], text: str) -> None:
    match = _VARIABLE.match(text)
    if match is None:
        raise ConfigError(f"-environment:{text}: NAME=VALUE")
    environment[match[1]] = match[2]


def _joined(words: Sequence[str]) -> str:
    """One word is the command as it stands; of several, those with blanks in them get their quotation marks back."""
    if len(words) == 1:
        return words[0]
    return " ".join(f'"{word}"' if _needs_marks(word) else word for word in words)


def _needs_marks(word: str) -> bool:
    return not word or (re.search(r"\s", word) is not None and '"' not in word)
