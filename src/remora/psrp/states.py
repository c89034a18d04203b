"""Runspace pool and pipeline states with the tables of both roles (MS-PSRP 3.1.1.2, 3.1.1.3, 3.2.1.3, 3.2.1.4)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final


class RunspacePoolState(Enum):
    """State of a pool. The values up to 5 travel in RUNSPACEPOOL_STATE; the others are the client's own."""

    BEFORE_OPEN = 0
    OPENING = 1
    OPENED = 2
    CLOSED = 3
    CLOSING = 4
    BROKEN = 5
    DISCONNECTING = 6
    DISCONNECTED = 7
    CONNECTING = 8


class PSInvocationState(Enum):
    """State of a pipeline, as PIPELINE_STATE carries it."""

    NOT_STARTED = 0
    RUNNING = 1
    STOPPING = 2
    STOPPED = 3
    COMPLETED = 4
    FAILED = 5
    DISCONNECTED = 6

    @property
    def terminal(self) -> bool:
        """Whether nothing follows it."""
        return self in _TERMINAL


_TERMINAL: Final = frozenset({PSInvocationState.STOPPED, PSInvocationState.COMPLETED, PSInvocationState.FAILED})


class PoolTrigger(Enum):
    """What moves a pool."""

    OPEN = "open"
    CONNECT = "connect"
    OPENED = "opened"
    DISCONNECT = "disconnect"
    DISCONNECTED = "disconnected"
    RECONNECT = "reconnect"
    CLOSE = "close"
    CLOSED = "closed"
    BREAK = "break"


class PipelineTrigger(Enum):
    """What moves a pipeline."""

    INVOKE = "invoke"
    ATTACH = "attach"
    RUN = "run"
    STOP = "stop"
    STOPPED = "stopped"
    COMPLETE = "complete"
    FAIL = "fail"
    DISCONNECT = "disconnect"
    RECONNECT = "reconnect"


_P, _T = RunspacePoolState, PoolTrigger
_LIVE: Final = (
    _P.BEFORE_OPEN, _P.OPENING, _P.OPENED, _P.DISCONNECTING, _P.DISCONNECTED, _P.CONNECTING,
)  # fmt: skip

_ENDINGS: Final[Mapping[tuple[RunspacePoolState, PoolTrigger], RunspacePoolState]] = {
    **{(state, _T.CLOSE): _P.CLOSING for state in _LIVE},
    **{(state, _T.CLOSED): _P.CLOSED for state in (*_LIVE, _P.CLOSING)},
    **{(state, _T.BREAK): _P.BROKEN for state in (*_LIVE, _P.CLOSING)},
    (_P.CLOSING, _T.CLOSE): _P.CLOSING,
    (_P.CLOSED, _T.CLOSE): _P.CLOSED,
    (_P.BROKEN, _T.CLOSE): _P.BROKEN,
}

CLIENT_POOL: Final[Mapping[tuple[RunspacePoolState, PoolTrigger], RunspacePoolState]] = {  # MS-PSRP 3.1.1.2
    **_ENDINGS,
    (_P.BEFORE_OPEN, _T.OPEN): _P.OPENING,
    (_P.BEFORE_OPEN, _T.CONNECT): _P.CONNECTING,
    (_P.OPENING, _T.OPENED): _P.OPENED,
    (_P.CONNECTING, _T.OPENED): _P.OPENED,
    (_P.OPENED, _T.OPENED): _P.OPENED,  # the last block of the previous client, delivered again
    (_P.OPENED, _T.DISCONNECT): _P.DISCONNECTING,
    (_P.OPENED, _T.DISCONNECTED): _P.DISCONNECTED,  # the server did it by itself, 60 s without a Receive
    (_P.DISCONNECTING, _T.DISCONNECTED): _P.DISCONNECTED,
    (_P.DISCONNECTING, _T.OPENED): _P.OPENED,  # Disconnect was refused
    (_P.DISCONNECTED, _T.RECONNECT): _P.CONNECTING,
    (_P.DISCONNECTED, _T.CONNECT): _P.CONNECTING,
    (_P.CONNECTING, _T.DISCONNECTED): _P.DISCONNECTED,  # Connect or Reconnect was refused
}

SERVER_POOL: Final[Mapping[tuple[RunspacePoolState, PoolTrigger], RunspacePoolState]] = {  # MS-PSRP 3.2.1.3
    **_ENDINGS,
    (_P.BEFORE_OPEN, _T.OPEN): _P.OPENING,
    (_P.OPENING, _T.OPENED): _P.OPENED,
    (_P.OPENED, _T.CONNECT): _P.OPENED,  # to the pool, a new client changes nothing but who reads
}

_I, _G = PSInvocationState, PipelineTrigger
_RUNS: Final = (_I.RUNNING, _I.STOPPING, _I.DISCONNECTED)

CLIENT_PIPELINE: Final[Mapping[tuple[PSInvocationState, PipelineTrigger], PSInvocationState]] = {  # MS-PSRP 3.1.1.3
    (_I.NOT_STARTED, _G.INVOKE): _I.RUNNING,
    (_I.NOT_STARTED, _G.ATTACH): _I.RUNNING,
    (_I.RUNNING, _G.RUN): _I.RUNNING,
    (_I.STOPPING, _G.RUN): _I.STOPPING,
    (_I.RUNNING, _G.STOP): _I.STOPPING,
    (_I.STOPPING, _G.STOP): _I.STOPPING,
    (_I.RUNNING, _G.DISCONNECT): _I.DISCONNECTED,
    (_I.STOPPING, _G.DISCONNECT): _I.DISCONNECTED,
    (_I.DISCONNECTED, _G.RECONNECT): _I.RUNNING,
    **{(state, _G.STOPPED): _I.STOPPED for state in _RUNS},
    **{(state, _G.COMPLETE): _I.COMPLETED for state in _RUNS},
    **{(state, _G.FAIL): _I.FAILED for state in _RUNS},
}

SERVER_PIPELINE: Final[Mapping[tuple[PSInvocationState, PipelineTrigger], PSInvocationState]] = {  # MS-PSRP 3.2.1.4
    (_I.NOT_STARTED, _G.RUN): _I.RUNNING,
    (_I.NOT_STARTED, _G.STOP): _I.STOPPING,
    (_I.RUNNING, _G.STOP): _I.STOPPING,
    (_I.STOPPING, _G.STOP): _I.STOPPING,
    **{(state, _G.STOPPED): _I.STOPPED for state in (_I.NOT_STARTED, _I.RUNNING, _I.STOPPING)},
    **{(state, _G.FAIL): _I.FAILED for state in (_I.NOT_STARTED, _I.RUNNING, _I.STOPPING)},
    **{(state, _G.COMPLETE): _I.COMPLETED for state in (_I.RUNNING, _I.STOPPING)},
}

OUTCOME: Final[Mapping[PSInvocationState, PipelineTrigger]] = {
    _I.RUNNING: _G.RUN,
    _I.STOPPING: _G.STOP,
    _I.STOPPED: _G.STOPPED,
    _I.COMPLETED: _G.COMPLETE,
    _I.FAILED: _G.FAIL,
    _I.DISCONNECTED: _G.DISCONNECT,
}
"""The trigger that a state on the wire stands for; NOT_STARTED stands for none."""
