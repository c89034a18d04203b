"""What a session shows: who it is, where it is, and how it stands relative to this client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from remora._log import bound
from remora.client.connection_info import ConnectionInfo
from remora.client.host import ClientHost, NullHost
from remora.client.options import MAX_IDLE_TIMEOUT_MS, OutputBufferingMode, configuration_name
from remora.client.pipeline import RemotePipeline
from remora.client.repository import PSSessionRepository
from remora.client.results import StreamItem
from remora.client.retry import Notice
from remora.client.runspace_pool import RunspacePool
from remora.client.session_state import STATE_OF, Changes, RunspaceAvailability, RunspaceState, disconnected_since
from remora.values import ProgressRecord, ProgressRecordType, WarningRecord
from remora.wsman.replies import ShellInfo

_log = bound(__name__)
_FIRST_TO_DISCONNECT = (2, 2)  # PSRP version of PowerShell 3.0


class SessionView:
    """The readable half of a PSSession. shell: what a server said about a session found there, None for a new one.

    server_name: what the session was called when it was made, by which servers and queries know it. on_warning: told at
    once of trouble with the connection.
    """

    computer_type = "RemoteMachine"
    transport = "WSMan"

    def __init__(
        self,
        info: ConnectionInfo,
        *,
        instance_id: UUID,
        repository: PSSessionRepository,
        name: str | None = None,
        host: ClientHost | None = None,
        shell: ShellInfo | None = None,
    ) -> None:
        self.id = repository.next_id()
        self.name = name or f"Runspace{self.id}"
        self.server_name = self.name
        self.instance_id = instance_id
        self.computer_name = info.computer_name
        self.connection_info = info
        self.host: ClientHost = host if host is not None else NullHost()
        self.disconnected_on: datetime | None = None
        self.idle_timeout = info.option.idle_timeout
        self.max_idle_timeout = MAX_IDLE_TIMEOUT_MS
        self.output_buffering_mode = info.option.output_buffering_mode
        self.warnings: list[WarningRecord] = []
        self.changes = Changes()
        self.on_warning: Callable[[WarningRecord], None] | None = None
        self._repository = repository
        self._resource_uri = info.configuration
        self._found = shell
        self._pool: RunspacePool | None = None
        self._created = shell is None
        if shell is not None:
            self.refresh(shell)

    @property
    def configuration_name(self) -> str:
        return configuration_name(self._resource_uri)

    @property
    def state(self) -> RunspaceState:
        if self._pool is None:
            return RunspaceState.DISCONNECTED if self._found is not None else RunspaceState.BEFORE_OPEN
        return STATE_OF[self._pool.state]

    @property
    def availability(self) -> RunspaceAvailability:
        state = self.state
        if state is RunspaceState.OPENED and self._pool is not None:
            return RunspaceAvailability.BUSY if self._pool.busy else RunspaceAvailability.AVAILABLE
        if state is RunspaceState.DISCONNECTED and self._elsewhere:
            return RunspaceAvailability.BUSY
        return RunspaceAvailability.NONE

    @property
    def expires_on(self) -> datetime | None:
        """When the server will end the disconnected session; None while it is connected or never expires."""
        if self.disconnected_on is None or self.idle_timeout <= 0:
            return None
        return self.disconnected_on + timedelta(seconds=self.idle_timeout // 1000)

    @property
    def application_private_data(self) -> Mapping[str, Any] | None:
        """What the server told about itself when the session was opened or connected; None before."""
        return self._pool.private_data if self._pool is not None else None

    @property
    def running(self) -> tuple[RemotePipeline, ...]:
        """The pipelines that were not read to their end, those of an earlier client included."""
        return tuple(self._pool.pipelines.values()) if self._pool is not None else ()

    @property
    def can_disconnect(self) -> bool:
        """Whether the server can be left and found again: PowerShell 3.0 (protocol 2.2) and later."""
        told = (self.application_private_data or {}).get("PSVersionTable")
        version = told.get("PSRemotingProtocolVersion") if isinstance(told, Mapping) else None
        if version is None:
            return True
        major, _dot, rest = str(version).partition(".")
        minor = rest.partition(".")[0]
        return (int(major), int(minor or 0)) >= _FIRST_TO_DISCONNECT

    @property
    def uses_network_token(self) -> bool:
        """Whether it is a loopback session with EnableNetworkAccess: its own computer alone can connect again."""
        info = self.connection_info
        near = info.computer_name.casefold() == "localhost" or "." not in info.computer_name
        return info.enable_network_access and not info.explicit_credential and near

    @property
    def exchanges(self) -> int:
        """How many HTTP requests this session has sent, handshakes included."""
        return 0 if self._pool is None else self._pool.wsman.exchanges

    @property
    def _elsewhere(self) -> bool:
        if self._pool is not None:
            return self._pool.taken_over
        return self._found is not None and self._found.state != "Disconnected"

    def __repr__(self) -> str:
        where = f"id={self.id} name={self.name!r} computer_name={self.computer_name!r}"
        return f"<PSSession {where} state={self.state.value} availability={self.availability.value}>"

    def __str__(self) -> str:
        return f"[PSSession]{self.name}"

    def refresh(self, shell: ShellInfo) -> None:
        """Take over what the server says about the shell."""
        if shell.idle_timeout is not None:
            self.idle_timeout = int(shell.idle_timeout * 1000)
        if shell.max_idle_timeout is not None:
            self.max_idle_timeout = int(shell.max_idle_timeout * 1000)
        if shell.buffer_mode:
            self.output_buffering_mode = OutputBufferingMode.parse(shell.buffer_mode)
        if shell.resource_uri:
            self._resource_uri = shell.resource_uri
        self.disconnected_on = disconnected_since(shell, datetime.now().astimezone())

    def _state_changed(self) -> None:
        self.changes.happened()
        if self.state is RunspaceState.OPENED:
            self.disconnected_on = None
        elif self.state is RunspaceState.DISCONNECTED and self.disconnected_on is None:
            self.disconnected_on = datetime.now().astimezone()

    def _notice(self, notice: Notice) -> None:
        """Trouble with the connection: a warning and progress in what runs, and in ``warnings``.

        In the log it is a warning only where nothing runs and nobody asked to be told: one message, not two.
        """
        record = WarningRecord(message=notice.message)
        self.warnings.append(record)
        if self.on_warning is not None:
            self.on_warning(record)
        told = self.on_warning is not None or (self._pool is not None and bool(self._pool.pipelines))
        log = _log.info if told else _log.warning
        log("connection", session=self.name, notice=notice.kind, text=notice.message)
        if self._pool is not None:
            self._pool.tell(StreamItem("warning", record))
            if notice.kind != "URIRedirectWarning":
                self._pool.tell(StreamItem("progress", self._progress(notice)))

    def _progress(self, notice: Notice) -> ProgressRecord:
        """The bar of a connection that is being restored; it goes away when that is over."""
        record = ProgressRecord(activity="Network failure", status_description=notice.message)
        if notice.passed is None or notice.limit <= 0:
            record.type = ProgressRecordType.COMPLETED
        else:
            record.percent_complete = min(int(100 * notice.passed / notice.limit), 100)
            record.seconds_remaining = max(int(notice.limit - notice.passed), 0)
        return record
