"""The lives of a shell and of a command, as tables (MS-WSMV 3.1.4.15 to 3.1.4.17; wire-protocol 5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import Final


class ShellState(StrEnum):
    """Values are the texts of rsp:State; a closed shell is never shown."""

    CONNECTED = "Connected"
    DISCONNECTING = "Disconnecting"
    DISCONNECTED = "Disconnected"
    CLOSED = "Closed"


class ShellTrigger(Enum):
    """What moves a shell. OPERATE is Command, Send, Receive or Signal by the connected client."""

    OPERATE = "operate"
    DISCONNECT = "disconnect"
    SUSPENDED = "suspended"
    IMPLICIT_DISCONNECT = "implicit_disconnect"
    RECONNECT = "reconnect"
    CONNECT = "connect"
    IDLE_TIMEOUT = "idle_timeout"
    DELETE = "delete"
    FAIL = "fail"


_S, _T = ShellState, ShellTrigger

SHELL: Final[Mapping[tuple[ShellState, ShellTrigger], ShellState]] = MappingProxyType(
    {
        (_S.CONNECTED, _T.OPERATE): _S.CONNECTED,
        (_S.CONNECTED, _T.DISCONNECT): _S.DISCONNECTING,
        (_S.CONNECTED, _T.IMPLICIT_DISCONNECT): _S.DISCONNECTED,
        (_S.CONNECTED, _T.RECONNECT): _S.CONNECTED,
        (_S.CONNECTED, _T.IDLE_TIMEOUT): _S.CLOSED,
        (_S.CONNECTED, _T.DELETE): _S.CLOSED,
        (_S.CONNECTED, _T.FAIL): _S.CLOSED,
        (_S.DISCONNECTING, _T.SUSPENDED): _S.DISCONNECTED,
        (_S.DISCONNECTING, _T.DELETE): _S.CLOSED,
        (_S.DISCONNECTING, _T.FAIL): _S.CLOSED,
        (_S.DISCONNECTED, _T.RECONNECT): _S.CONNECTED,
        (_S.DISCONNECTED, _T.CONNECT): _S.CONNECTED,
        (_S.DISCONNECTED, _T.IDLE_TIMEOUT): _S.CLOSED,
        (_S.DISCONNECTED, _T.DELETE): _S.CLOSED,
        (_S.DISCONNECTED, _T.FAIL): _S.CLOSED,
    }
)
"""Pairs without a row are refused with the fault ``remora.wsman.faults.shell_refusal`` names."""


class CommandState(StrEnum):
    """Values are the last part of the CommandState URI in Receive and the bare word in Enumerate."""

    PENDING = "Pending"
    RUNNING = "Running"
    DONE = "Done"
    CLOSED = "Closed"


class CommandTrigger(Enum):
    START = "start"
    FINISH = "finish"
    TERMINATE = "terminate"


_C, _R = CommandState, CommandTrigger

COMMAND: Final[Mapping[tuple[CommandState, CommandTrigger], CommandState]] = MappingProxyType(
    {
        (_C.PENDING, _R.START): _C.RUNNING,
        (_C.PENDING, _R.FINISH): _C.DONE,
        (_C.PENDING, _R.TERMINATE): _C.CLOSED,
        (_C.RUNNING, _R.FINISH): _C.DONE,
        (_C.RUNNING, _R.TERMINATE): _C.CLOSED,
        (_C.DONE, _R.TERMINATE): _C.CLOSED,
    }
)


class EnumerationState(Enum):
    OPEN = "open"
    CLOSED = "closed"


class EnumerationTrigger(Enum):
    PULL = "pull"
    LAST = "last"
    RELEASE = "release"
    EXPIRE = "expire"


_E, _N = EnumerationState, EnumerationTrigger

ENUMERATION: Final[Mapping[tuple[EnumerationState, EnumerationTrigger], EnumerationState]] = MappingProxyType(
    {
        (_E.OPEN, _N.PULL): _E.OPEN,
        (_E.OPEN, _N.LAST): _E.CLOSED,
        (_E.OPEN, _N.RELEASE): _E.CLOSED,
        (_E.OPEN, _N.EXPIRE): _E.CLOSED,
    }
)
