"""What a parsed cmd line is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from remora.errors import EngineError


class CmdSyntaxError(EngineError):
    """The line breaks cmd's grammar; the text is cmd's own message."""


class RedirectionMode(Enum):
    READ = "<"
    WRITE = ">"
    APPEND = ">>"
    DUPLICATE = ">&"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirection:
    """``2>>file``: handle 2, mode APPEND, target ``file``. For DUPLICATE the target is the other handle's digit."""

    handle: int
    mode: RedirectionMode
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Simple:
    """A command and its arguments as one text: carets are resolved, quotes are kept."""

    text: str
    redirections: tuple[Redirection, ...] = ()
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    body: tuple[Command, ...]
    redirections: tuple[Redirection, ...] = ()


@dataclass(frozen=True, slots=True)
class Pipe:
    parts: tuple[Command, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Two commands joined by ``&``, ``&&`` or ``||``."""

    operator: str
    left: Command
    right: Command


@dataclass(frozen=True, slots=True, kw_only=True)
class If:
    """test: ``exist``, ``defined``, ``errorlevel``, ``cmdextversion`` or a comparison; operands keep their quotes."""

    test: str
    operands: tuple[str, ...]
    negate: bool
    ignore_case: bool
    then: Command
    otherwise: Command | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class For:
    """kind: ``""`` (names and wildcards), ``/d`` directories, ``/r`` recursive, ``/l`` numbers, ``/f`` lines."""

    kind: str
    option: str
    variable: str
    items: str
    body: Command


Command: TypeAlias = Simple | Group | Pipe | Chain | If | For
