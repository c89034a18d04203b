"""The command line of the winrm tool: operation, unnamed arguments, switches, ``@{...}``.

winrm OPERATION [ACTION] RESOURCE_URI [-SWITCH[:VALUE]]... [@{KEY="VALUE"[;KEY="VALUE"]}]
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from remora.errors import ConfigError

OPERATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "get": ("g",),
    "set": ("s", "put", "p"),
    "create": ("c",),
    "delete": ("d",),
    "enumerate": ("e", "enum"),
    "invoke": ("i",),
    "identify": ("id",),
    "quickconfig": ("qc",),
    "configsddl": (),
    "helpmsg": (),
    "help": ("-?", "/?"),
}
"""Each operation with its short forms."""
UNNAMED: Final[Mapping[str, tuple[int, int]]] = {
    "get": (1, 1), "set": (1, 1), "create": (1, 1), "delete": (1, 1), "enumerate": (1, 1), "invoke": (2, 2),
    "identify": (0, 0), "quickconfig": (0, 0), "configsddl": (1, 1), "helpmsg": (1, 1), "help": (0, 1),
}  # fmt: skip
"""How many unnamed arguments each operation takes, at least and at most."""
_WITH_INPUT: Final = ("set", "create", "invoke")
_DATA: Final = ("get", "set", "create", "delete", "enumerate", "invoke")
_ANYWHERE: Final = (*_DATA, "identify", "configsddl", "quickconfig")


@dataclass(frozen=True, slots=True)
class Switch:
    """What is known of a switch. value: it needs one. operations: where it may stand."""

    shorts: tuple[str, ...]
    value: bool
    operations: tuple[str, ...]


SWITCHES: Final[Mapping[str, Switch]] = {
    "remote": Switch(("r", "machine"), True, _ANYWHERE),
    "authentication": Switch(("a", "auth"), True, _ANYWHERE),
    "username": Switch(("u",), True, _ANYWHERE),
    "password": Switch(("p",), True, _ANYWHERE),
    "certificate": Switch(("c",), True, _ANYWHERE),
    "defaultcreds": Switch((), False, _ANYWHERE),
    "unencrypted": Switch(("un",), False, _ANYWHERE),
    "usessl": Switch(("ssl",), False, _ANYWHERE),
    "encoding": Switch((), True, _ANYWHERE),
    "timeout": Switch((), True, _ANYWHERE),
    "skipcacheck": Switch((), False, _ANYWHERE),
    "skipcncheck": Switch((), False, _ANYWHERE),
    "skiprevocationcheck": Switch((), False, _ANYWHERE),
    "spnport": Switch((), False, _ANYWHERE),
    "proxyaccess": Switch(("pac",), True, _ANYWHERE),
    "proxyauth": Switch(("pa",), True, _ANYWHERE),
    "proxyusername": Switch(("pu",), True, _ANYWHERE),
    "proxypassword": Switch(("pp",), True, _ANYWHERE),
    "format": Switch(("f",), True, (*_DATA, "identify")),
    "file": Switch((), True, _WITH_INPUT),
    "filter": Switch((), True, ("enumerate",)),
    "dialect": Switch((), True, _DATA),
    "fragment": Switch((), True, _DATA),
    "options": Switch((), True, _DATA),
    "returntype": Switch((), True, ("enumerate",)),
    "shallow": Switch((), False, ("enumerate",)),
    "basepropertiesonly": Switch((), False, ("enumerate",)),
    "associations": Switch((), False, ("enumerate",)),
    "quiet": Switch(("q",), False, ("quickconfig",)),
    "transport": Switch((), True, ("quickconfig",)),
    "force": Switch((), False, ("quickconfig",)),
    "state-dir": Switch((), True, _ANYWHERE),
    "config": Switch((), True, _ANYWHERE),
    "client-config": Switch((), True, _ANYWHERE),
    "password-file": Switch((), True, _ANYWHERE),
    "ca-trust": Switch((), True, _ANYWHERE),
    "sddl": Switch((), True, ("configsddl",)),
}
"""The switches of the tool; the last six are ours: where this machine's files lie, and what configsddl is to write."""
_NEEDS_REMOTE: Final = ("unencrypted", "usessl", "encoding")
_PAIR: Final = re.compile(r'\s*([\w:]+)\s*=\s*(?:"([^"]*)"|(\$null))\s*(;|\Z)', re.ASCII | re.IGNORECASE)
_LINE: Final = re.compile(r"[-/]([A-Za-z][\w-]*)(?::(.*))?\Z", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class WinrmArguments:
    """A command line that was read. values: of ``@{...}``, None for $null; it is None where there was none."""

    operation: str
    unnamed: tuple[str, ...] = ()
    switches: Mapping[str, str] = field(default_factory=dict, repr=False)
    values: Mapping[str, str | None] | None = None

    def has(self, name: str) -> bool:
        return name in self.switches


def read_arguments(words: Sequence[str]) -> WinrmArguments:
    """Read a command line that the shell has split. Raises ConfigError saying what is wrong with it."""
    if not words:
        return WinrmArguments(operation="help")
    operation = _operation(words[0])
    unnamed: list[str] = []
    switches: dict[str, str] = {}
    values: Mapping[str, str | None] | None = None
    rest = list(words[1:])
    while rest:
        word = rest.pop(0)
        if word.startswith("@{"):
            while not _is_closed(word) and rest:
                word += " " + rest.pop(0)
            if values is not None:
                raise ConfigError("the values @{...} are given twice")
            values = read_values(word)
        elif (match := _LINE.match(word)) is not None:
            _add_switch(switches, operation, match)
        elif word in ("--x", "//x"):
            continue
        elif switches or values is not None:
            raise ConfigError(f"{word!r} stands after a switch: what has no name comes first")
        else:
            unnamed.append(word)
    _check(operation, unnamed, switches, values)
    return WinrmArguments(operation=operation, unnamed=tuple(unnamed), switches=switches, values=values)


def read_values(text: str) -> dict[str, str | None]:
    """Read ``@{k="v";k2=$null}``, or ``{k="v"}`` of -options and -filter. Raises ConfigError."""
    body = text.strip().removeprefix("@")
    if not (body.startswith("{") and body.endswith("}")):
        raise ConfigError(f'{text!r}: values are written @{{KEY="VALUE";KEY="VALUE"}}')
    body = body[1:-1]
    found: dict[str, str | None] = {}
    position = 0
    while body[position:].strip():
        match = _PAIR.match(body, position)
        if match is None:
            raise ConfigError(f'{text!r} is not right at {body[position:].strip()!r}: write KEY="VALUE" or KEY=$null')
        if match[1] in found:
            raise ConfigError(f"{match[1]} is given twice")
        found[match[1]] = None if match[3] else match[2]
        position = match.end()
    return found


def _operation(word: str) -> str:
    wanted = word.lower()
    for name, shorts in OPERATIONS.items():
        if wanted == name or wanted in shorts:
            return name
    raise ConfigError(f"{word!r} is no operation of winrm: {', '.join(OPERATIONS)}")


def _is_closed(text: str) -> bool:
    return text.rstrip().endswith("}") and text.count('"') % 2 == 0


def _add_switch(switches: dict[str, str], operation: str, match: re.Match[str]) -> None:
    wanted, value = match[1].lower(), match[2]
    name = next((name for name, known in SWITCHES.items() if wanted == name or wanted in known.shorts), None)
    if name is None:
        raise ConfigError(f"-{match[1]} is no switch of winrm")
    known = SWITCHES[name]
    if operation not in known.operations:
        raise ConfigError(f"-{match[1]} does not go with {operation}")
    if name in switches:
        raise ConfigError(f"-{match[1]} is given twice")
    if known.value and name != "password" and not value:
        raise ConfigError(f"-{match[1]} needs a value: -{match[1]}:VALUE")
    if not known.value and value:
        raise ConfigError(f"-{match[1]} takes no value")
    switches[name] = unquoted(value or "")


def unquoted(value: str) -> str:
    """Return the value of a switch without the quotation marks around it. Raises ConfigError for a lone one."""
    if not value.startswith('"'):
        return value
    if len(value) < 2 or not value.endswith('"'):
        raise ConfigError(f"{value!r} begins with a quotation mark and does not end with one")
    return value[1:-1].replace('\\"', '"')


def _check(
    operation: str, unnamed: Sequence[str], switches: Mapping[str, str], values: Mapping[str, str | None] | None
) -> None:
    least, most = UNNAMED[operation]
    if not least <= len(unnamed) <= most:
        wanted = str(most) if least == most else f"{least} to {most}"
        raise ConfigError(f"{operation} takes {wanted} arguments before its switches, not {len(unnamed)}")
    if values is not None and operation not in _WITH_INPUT:
        raise ConfigError(f"{operation} takes no values @{{...}}")
    if operation in _WITH_INPUT and (values is None) is ("file" not in switches):
        raise ConfigError(f'{operation} needs values, @{{KEY="VALUE"}} or -file:FILE, and one of them only')
    if operation == "set" and values is not None and not values:
        raise ConfigError("set needs at least one value in @{...}")
    alone = next((name for name in _NEEDS_REMOTE if name in switches and "remote" not in switches), None)
    if alone is not None:
        raise ConfigError(f"-{alone} needs -remote")
