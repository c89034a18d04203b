"""The life of the client's runspace pool: open, leave, come back, take over, end; its session key (MS-PSRP 3.1.1.2)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final
from uuid import UUID

from remora.errors import InvalidState, LocalProtocolError
from remora.psrp import events as ev
from remora.psrp import messages as m
from remora.psrp.crypto import ExchangeKey
from remora.psrp.events import Event
from remora.psrp.fragments import DEFAULT_MAX_OBJECT_SIZE
from remora.psrp.pipeline import ClientPipeline
from remora.psrp.pool import STDIN, PoolCore
from remora.psrp.skeleton import PipelineBodies
from remora.psrp.spec import TAKES_BYTES, ApartmentState, PSThreadOptions
from remora.psrp.states import CLIENT_POOL, PipelineTrigger, PoolTrigger, RunspacePoolState
from remora.states import Machine
from remora.values import ErrorRecord, HostInfo, Version

_MAX_FINISHED: Final = 256


class ClientLife(PoolCore):
    """State, settings and pipelines of a client's pool; ClientPool is what callers use."""

    _peer: ClassVar[m.Destination] = m.Destination.SERVER

    def __init__(
        self,
        pool_id: UUID,
        *,
        host_info: HostInfo | None = None,
        application_arguments: Mapping[str, Any] | None = None,
        min_runspaces: int = 1,
        max_runspaces: int = 1,
        protocol_version: str = "2.3",
        thread_options: PSThreadOptions = PSThreadOptions.DEFAULT,
        apartment_state: ApartmentState = ApartmentState.UNKNOWN,
        max_object_size: int = DEFAULT_MAX_OBJECT_SIZE,
        max_data_per_command: int | None = None,
        new_exchange_key: Callable[[], ExchangeKey] = ExchangeKey,
    ) -> None:
        super().__init__(fragment_size=None, max_object_size=max_object_size, max_data_per_command=max_data_per_command)
        if not 1 <= min_runspaces <= max_runspaces:
            raise LocalProtocolError(f"{min_runspaces} to {max_runspaces} runspaces make no pool")
        self.pool_id = pool_id
        self.host_info = host_info or HostInfo()
        self.application_arguments = application_arguments
        self.application_private_data: Mapping[str, Any] | None = None
        self.min_runspaces = min_runspaces
        self.max_runspaces = max_runspaces
        self.pipelines: dict[UUID, ClientPipeline] = {}
        self.version = _parse_version(protocol_version)
        self._raw_pool_id = pool_id.bytes_le
        self._thread_options = thread_options
        self._apartment_state = apartment_state
        self._machine: Machine[RunspacePoolState, PoolTrigger] = Machine(RunspacePoolState.BEFORE_OPEN, CLIENT_POOL)
        self._bodies = PipelineBodies()
        self._new_exchange_key = new_exchange_key
        self._exchange: ExchangeKey | None = None
        self._unread: dict[UUID, list[tuple[m.MessageType, bytes]]] = {}
        self._connected_late = False
        self._call_id = 0
        self._counts: dict[int, tuple[str, int]] = {}
        self._open_calls: set[tuple[UUID | None, int]] = set()
        self._finished: OrderedDict[UUID, None] = OrderedDict()

    @property
    def state(self) -> RunspacePoolState:
        return self._machine.state

    @property
    def waiting_for_key(self) -> bool:
        """Whether messages, of ours or of the server's, wait for the session key, which comes on the pool's stream."""
        return bool(self._deferred or self._unread)

    @property
    def takes_bytes(self) -> bool:
        """Whether the server takes, and on demand sends, PIPELINE_BYTES."""
        data = self.application_private_data
        return data is not None and data.get(TAKES_BYTES) is True

    def open(self) -> None:
        """Queue SESSION_CAPABILITY and INIT_RUNSPACEPOOL on the pool's stream.

        Raises LocalProtocolError for application arguments that CLIXML cannot hold.
        """
        self._machine.check(PoolTrigger.OPEN)
        init = m.InitRunspacePool(
            min_runspaces=self.min_runspaces,
            max_runspaces=self.max_runspaces,
            thread_options=self._thread_options,
            apartment_state=self._apartment_state,
            host_info=self.host_info,
            application_arguments=self.application_arguments,
        )
        body = m.encode_body(init)
        self._post(self._capability())
        self._post_body(init.type, body, None, STDIN)
        self._machine.fire(PoolTrigger.OPEN)

    def connect(self) -> None:
        """Queue SESSION_CAPABILITY and CONNECT_RUNSPACEPOOL, to take over a pool that another client left."""
        self._machine.fire(PoolTrigger.CONNECT)
        self._connected_late = True
        self._keys.key = None
        self._exchange = None
        for defragmenter in self._incoming.values():
            defragmenter.forget()
        self._outgoing.pop((None, STDIN), None)
        self._post(self._capability())
        self._post(m.ConnectRunspacePool())

    def _capability(self) -> m.SessionCapability:
        return m.SessionCapability(protocol_version=Version(*self.version))

    def disconnect(self) -> list[Event]:
        """Mark that Disconnect is under way."""
        return self._moved(PoolTrigger.DISCONNECT)

    def disconnected(self) -> list[Event]:
        """Mark that the server let go: after Disconnect, or found out later. Pipelines become DISCONNECTED."""
        events = self._moved(PoolTrigger.DISCONNECTED)
        return events + self._move_pipelines(PipelineTrigger.DISCONNECT)

    def reconnect(self) -> list[Event]:
        """Mark that Reconnect is under way; blocks delivered twice will be recognised from now on."""
        events = self._moved(PoolTrigger.RECONNECT)
        self._connected_late = True
        for defragmenter in self._incoming.values():
            defragmenter.remove_duplicates = True
        return events

    def reconnected(self) -> list[Event]:
        """Mark that the server took us back. Pipelines run again; each needs its own Reconnect on the wire."""
        events = self._moved(PoolTrigger.OPENED)
        return events + self._move_pipelines(PipelineTrigger.RECONNECT)

    def refused(self) -> list[Event]:
        """Mark that Disconnect (still OPENED then), Connect or Reconnect (DISCONNECTED then) was refused."""
        leaving = self.state is RunspacePoolState.DISCONNECTING
        return self._moved(PoolTrigger.OPENED if leaving else PoolTrigger.DISCONNECTED)

    def close(self) -> list[Event]:
        """Mark that the pool is being deleted."""
        return self._moved(PoolTrigger.CLOSE)

    def closed(self) -> list[Event]:
        """Mark that the pool is gone; pipelines end as STOPPED."""
        return self._end(PoolTrigger.CLOSED, None)

    def broken(self, error: ErrorRecord | None = None) -> list[Event]:
        """Mark that the conversation cannot go on; pipelines end as FAILED with the same error."""
        return self._end(PoolTrigger.BREAK, error)

    def _moved(self, trigger: PoolTrigger, error: ErrorRecord | None = None) -> list[Event]:
        before = self.state
        after = self._machine.fire(trigger)
        return [] if after is before else [ev.PoolStateChanged(state=after, error=error)]

    def _end(self, trigger: PoolTrigger, error: ErrorRecord | None) -> list[Event]:
        if not self._machine.can(trigger):
            return []
        events = self._moved(trigger, error)
        ending = PipelineTrigger.STOPPED if trigger is PoolTrigger.CLOSED else PipelineTrigger.FAIL
        events += self._move_pipelines(ending, error)
        for pipeline_id in list(self.pipelines):
            self.remove_pipeline(pipeline_id)
        return events

    def _move_pipelines(self, trigger: PipelineTrigger, error: ErrorRecord | None = None) -> list[Event]:
        moving = [pipeline for pipeline in self.pipelines.values() if pipeline.can(trigger)]
        return [
            ev.PipelineStateChanged(pipeline_id=pipeline.pipeline_id, state=pipeline.fire(trigger), error=error)
            for pipeline in moving
        ]

    def _need_open(self) -> None:
        if self.state is not RunspacePoolState.OPENED:
            raise InvalidState(f"the pool is {self.state.name}, not OPENED")

    def request_key(self) -> None:
        """Queue PUBLIC_KEY unless a key is there or on its way; KeyExchanged tells when it is done."""
        self._need_open()
        if self._keys.key is None:
            self._ask_for_key()

    def _ask_for_key(self) -> None:
        if self._exchange is None:
            self._exchange = self._new_exchange_key()
            key = m.PublicKey(self._exchange.public_key)
            self._post_body(m.MessageType.PUBLIC_KEY, m.encode_body(key), None, STDIN)

    def remove_pipeline(self, pipeline_id: UUID) -> None:
        """Forget a pipeline and what waits for it; late output of it is ignored. Done by itself at a terminal state."""
        self.pipelines.pop(pipeline_id, None)
        self._unread.pop(pipeline_id, None)
        self._forget_pipeline(pipeline_id)
        self._open_calls = {call for call in self._open_calls if call[0] != pipeline_id} if self._open_calls else set()
        self._finished[pipeline_id] = None
        if len(self._finished) > _MAX_FINISHED:
            self._finished.popitem(last=False)


def _parse_version(text: str) -> tuple[int, int]:
    known = {"2.0": (2, 0), "2.1": (2, 1), "2.2": (2, 2), "2.3": (2, 3)}
    if text not in known:
        raise LocalProtocolError(f"protocol version {text} is not one of {', '.join(known)}")
    return known[text]
