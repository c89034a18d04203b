"""The life of the server's runspace pool: open, taken over, end; and the pipelines in it (MS-PSRP 3.2.1.3)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final
from uuid import UUID

from remora.errors import InvalidState, LocalProtocolError
from remora.psrp import events as ev
from remora.psrp import messages as m
from remora.psrp.crypto import KEY_SIZE, SessionKey
from remora.psrp.events import ServerEvent
from remora.psrp.fragments import SERVER_FRAGMENT_SIZE, Fragmenter
from remora.psrp.hostcalls import HostCall
from remora.psrp.negotiation import ConnectData, read_connect
from remora.psrp.pipeline import ServerPipeline
from remora.psrp.pool import PoolCore
from remora.psrp.states import SERVER_POOL, PipelineTrigger, PoolTrigger, PSInvocationState, RunspacePoolState
from remora.states import Machine
from remora.values import ErrorRecord, Version

MAX_OBJECT_SIZE: Final = 10 * 1024 * 1024
"""PSMaximumReceivedObjectSizeMB of a session configuration."""
MAX_DATA_PER_COMMAND: Final = 50 * 1024 * 1024
"""PSMaximumReceivedDataSizePerCommandMB of a session configuration."""
STDOUT: Final = "stdout"
_CLIENT_ASKS_FOR_KEY: Final = (2, 2)


def new_session_key() -> SessionKey:
    """Return a random session key."""
    return SessionKey(secrets.token_bytes(KEY_SIZE))


class ServerLife(PoolCore):
    """State, settings and pipelines of a server's pool; ServerPool is what callers use."""

    _peer: ClassVar[m.Destination] = m.Destination.CLIENT
    _body_prefix: ClassVar[bytes] = m.BOM
    _default_stream: ClassVar[str] = STDOUT

    def __init__(
        self,
        pool_id: UUID | None = None,
        *,
        max_object_size: int = MAX_OBJECT_SIZE,
        max_data_per_command: int | None = MAX_DATA_PER_COMMAND,
        new_key: Callable[[], SessionKey] = new_session_key,
    ) -> None:
        super().__init__(
            fragment_size=SERVER_FRAGMENT_SIZE,
            max_object_size=max_object_size,
            max_data_per_command=max_data_per_command,
        )
        self.pool_id = pool_id
        self.pipelines: dict[UUID, ServerPipeline] = {}
        self.min_runspaces = 1
        self.max_runspaces = 1
        self.application_private_data: Mapping[str, Any] | None = None
        self._machine: Machine[RunspacePoolState, PoolTrigger] = Machine(RunspacePoolState.BEFORE_OPEN, SERVER_POOL)
        self._new_key = new_key
        self._key_asked = False
        self._capability: m.SessionCapability | None = None
        self._connecting: ConnectData | None = None
        self._calls: dict[tuple[UUID | None, int], HostCall] = {}
        self._call_objects: dict[tuple[UUID | None, int], int | None] = {}
        self._last_call = 0

    @property
    def state(self) -> RunspacePoolState:
        return self._machine.state

    @property
    def available(self) -> int:
        """Runspaces that no pipeline occupies."""
        busy = sum(pipeline.uses_runspace for pipeline in self.pipelines.values())
        return max(0, self.max_runspaces - busy)

    def accept_open(self, private_data: Mapping[str, Any] | None) -> None:
        """Queue APPLICATION_PRIVATE_DATA and the state Opened."""
        self._machine.check(PoolTrigger.OPENED)
        self._post(m.ApplicationPrivateData(private_data))
        self._post(m.RunspacePoolStateInfo(state=RunspacePoolState.OPENED))
        self.application_private_data = private_data
        self._machine.fire(PoolTrigger.OPENED)

    def refuse_open(self, error: ErrorRecord) -> None:
        """Queue the state Broken with the reason."""
        self.send_pool_state(RunspacePoolState.BROKEN, error)

    def send_pool_state(self, state: RunspacePoolState, error: ErrorRecord | None = None) -> None:
        """Move to CLOSING, CLOSED or BROKEN and queue it."""
        triggers = {
            RunspacePoolState.CLOSING: PoolTrigger.CLOSE,
            RunspacePoolState.CLOSED: PoolTrigger.CLOSED,
            RunspacePoolState.BROKEN: PoolTrigger.BREAK,
        }
        if state not in triggers:
            raise LocalProtocolError(f"a server does not announce {state.name} this way")
        self._machine.check(triggers[state])
        self._post(m.RunspacePoolStateInfo(state=state, error=error))
        self._machine.fire(triggers[state])

    def receive_connect(self, data: bytes) -> ev.ConnectRequested:
        """Check the connectXml of another client. Raises PSRPError with the reason; nothing has changed then."""
        ids = (self._raw_pool_id,) if self.pool_id is None else (self._raw_pool_id, self.pool_id.bytes_le)
        found = read_connect(
            data,
            established=self._machine.can(PoolTrigger.CONNECT),
            pool_ids=ids,
            counts=(self.min_runspaces, self.max_runspaces),
        )
        self._connecting = found
        request = found.request
        return ev.ConnectRequested(
            capability=found.capability, min_runspaces=request.min_runspaces, max_runspaces=request.max_runspaces
        )

    def accept_connect(self) -> tuple[bytes, list[ServerEvent]]:
        """Take the client of the last ``receive_connect``; return the connectResponseXml and what it means.

        Every running pipeline's input ends. APPLICATION_PRIVATE_DATA is queued again; unfinished input is forgotten,
        and the new client asks for the session key anew.
        """
        if self._connecting is None:
            raise InvalidState("accept_connect without receive_connect")
        self._machine.fire(PoolTrigger.CONNECT)
        found, self._connecting = self._connecting, None
        self._agree(found.version)
        self._raw_pool_id = found.raw_pool_id
        self._incoming.clear()
        self._key_asked = False
        response = Fragmenter(self._ids, SERVER_FRAGMENT_SIZE)
        for message in (
            m.SessionCapability(protocol_version=Version(*self.version)),
            m.RunspacePoolInitData(min_runspaces=self.min_runspaces, max_runspaces=self.max_runspaces),
        ):
            header = m.HEADER.pack(self._peer, message.type, self._raw_pool_id, m.NO_ID)
            response.add(header + self._body_prefix + m.encode_body(message))
        data = response.take(2 * SERVER_FRAGMENT_SIZE)
        self._post(m.ApplicationPrivateData(self.application_private_data))
        self._flush_deferred()
        return data, self._end_inputs()

    def _end_inputs(self) -> list[ServerEvent]:
        events: list[ServerEvent] = []
        for pipeline in self.pipelines.values():
            if pipeline.spec is not None and not pipeline.input_ended and not pipeline.state.terminal:
                pipeline.input_ended = True
                events.append(ev.InputEnded(pipeline.pipeline_id))
        return events

    def add_pipeline(self, pipeline_id: UUID) -> ServerPipeline:
        """Make room for a pipeline whose messages come next (Command). Raises LocalProtocolError when it exists."""
        self._need_open()
        if pipeline_id in self.pipelines:
            raise LocalProtocolError(f"pipeline {pipeline_id} exists")
        self._raw_ids[pipeline_id] = pipeline_id.bytes_le
        pipeline = self.pipelines[pipeline_id] = ServerPipeline(pipeline_id)
        return pipeline

    def stop_pipeline(self, pipeline_id: UUID) -> list[ServerEvent]:
        """The client said stop (Signal). Nothing for a pipeline that is over or stops already."""
        pipeline = self.pipelines.get(pipeline_id)
        stoppable = pipeline is not None and pipeline.can(PipelineTrigger.STOP)
        if pipeline is None or not stoppable or pipeline.state is PSInvocationState.STOPPING:
            return []
        pipeline.fire(PipelineTrigger.STOP)
        return [ev.StopRequested(pipeline_id)]

    def remove_pipeline(self, pipeline_id: UUID) -> None:
        """Forget a pipeline, its output and its open host calls; its id may be used again."""
        self.pipelines.pop(pipeline_id, None)
        self._forget_pipeline(pipeline_id)
        for key in [key for key in self._calls if key[0] == pipeline_id]:
            del self._calls[key]
            self._call_objects.pop(key, None)

    def _need_open(self) -> None:
        if self.state is not RunspacePoolState.OPENED:
            raise InvalidState(f"the pool is {self.state.name}, not OPENED")

    def _pipeline(self, pipeline_id: UUID) -> ServerPipeline:
        pipeline = self.pipelines.get(pipeline_id)
        if pipeline is None:
            raise LocalProtocolError(f"pipeline {pipeline_id} is not one of this pool")
        return pipeline

    def _live(self, pipeline_id: UUID) -> ServerPipeline:
        pipeline = self._pipeline(pipeline_id)
        if pipeline.state.terminal:
            raise InvalidState(f"pipeline {pipeline_id} is {pipeline.state.name}")
        return pipeline

    def _agree(self, version: tuple[int, int]) -> None:
        """Speak it. A client of 2.2 asks for the session key when a secret has come, an older one is asked."""
        self.version = version
        self._keys.new_key = self._new_key if version >= _CLIENT_ASKS_FOR_KEY else None

    def _ask_for_key(self) -> None:
        if not self._key_asked:
            self._key_asked = True
            self._post_body(m.MessageType.PUBLIC_KEY_REQUEST, m.encode_body(m.PublicKeyRequest()), None, STDOUT)
