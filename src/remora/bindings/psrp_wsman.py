"""PSRP on WS-Management, both roles (MS-PSRP 2.2.5.3, 3.1.5.3; wire-protocol 4 and 5).

``ClientShell`` turns what a ClientPool wants to say into shell requests that fit one envelope each, and replies into
events. ``ServerShell`` feeds what such requests carry to a ServerPool and answers with the faults of the plug-in.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Protocol
from uuid import UUID

from remora import _xml
from remora.errors import InvalidState, LocalProtocolError, PSRPError, RemoteProtocolError, WSManFault
from remora.psrp import messages
from remora.psrp.client import ClientPool, Event, PipelineSpec
from remora.psrp.events import ConnectRequested, ServerEvent
from remora.psrp.fragments import HEADER_SIZE
from remora.psrp.pool import PRIORITY, STDIN
from remora.psrp.server import ServerPool
from remora.wsman import uris
from remora.wsman.faults import make_fault
from remora.wsman.headers import Option, OptionSet
from remora.wsman.replies import CommandAccepted, Connected, Received, ResourceCreated
from remora.wsman.requests import (
    BufferMode,
    Command,
    Connect,
    CreateShell,
    Delete,
    Disconnect,
    Receive,
    Reconnect,
    Request,
    Send,
    ShellSpec,
    Signal,
    StreamChunk,
)
from remora.wsman.states import CommandState

INPUT_STREAMS: Final = (STDIN, PRIORITY)
OUTPUT_STREAMS: Final = ("stdout",)
MAX_COMMAND_LINE: Final = 255
PROVIDER: Final = "microsoft.powershell"
_MAX_ESCAPED: Final = 6  # bytes one byte of text may become in XML


def wire_guid(value: UUID) -> str:
    """Return the form ids have in shells and commands: upper case, compared as text."""
    return str(value).upper()


class ClientShell:
    """The requests of one PowerShell shell, and what their replies mean to its pool.

    payload_limit: how many raw bytes fit as base64 beside everything else of a request (ClientSession.payload_limit).
    """

    def __init__(self, pool: ClientPool, *, resource_uri: str, payload_limit: Callable[[Request], int]) -> None:
        self.pool = pool
        self.resource_uri = resource_uri
        self.shell_id = wire_guid(pool.pool_id)
        self._payload_limit = payload_limit
        self._limits: dict[str, int] = {}
        self._command_ids: dict[UUID, str] = {}

    def created(self, reply: ResourceCreated) -> None:
        """Take the id of the shell from the answer to Create: servers before WinRM 3.0 choose it themselves."""
        self.shell_id = reply.shell_id

    def accepted(self, pipeline_id: UUID, reply: CommandAccepted) -> None:
        """Take the id of the command from the answer to Command: servers before WinRM 3.0 choose it themselves."""
        if reply.command_id != wire_guid(pipeline_id):
            self._command_ids[pipeline_id] = reply.command_id

    def command_id(self, pipeline_id: UUID) -> str:
        """Return the command that carries a pipeline."""
        return self._command_ids.get(pipeline_id) or wire_guid(pipeline_id)

    def create(
        self,
        *,
        name: str | None = None,
        idle_timeout: float | None = None,
        buffer_mode: BufferMode | None = None,
        no_profile: bool = False,
    ) -> CreateShell:
        """Open the pool; return the Create with as much of its first messages as fits, ``sends`` has the rest."""
        options = _protocol_option(self.pool)
        if no_profile:
            options = options.with_option(uris.OPTION_NO_PROFILE, "TRUE", must_comply=True)

        def request(creation_xml: bytes) -> CreateShell:
            spec = ShellSpec(
                shell_id=self.shell_id,
                name=name,
                input_streams=INPUT_STREAMS,
                output_streams=OUTPUT_STREAMS,
                idle_timeout=idle_timeout,
                buffer_mode=buffer_mode,
                creation_xml=creation_xml,
            )
            return CreateShell(resource_uri=self.resource_uri, shell=spec, options=options)

        limit = self._payload_limit(request(b""))
        self.pool.open()
        return request(self.pool.take(None, limit))

    def connect(self) -> Connect:
        """Return the Connect that takes over a shell another client left."""
        options = _protocol_option(self.pool)
        self.pool.connect()
        data = self.pool.take(None, 32768)
        return Connect(resource_uri=self.resource_uri, shell_id=self.shell_id, connect_xml=data, options=options)

    def connect_command(self, pipeline_id: UUID) -> Connect:
        """Return the Connect of one command, whose pipeline is attached by it."""
        self.pool.attach_pipeline(pipeline_id)
        return Connect(resource_uri=self.resource_uri, shell_id=self.shell_id, command_id=self.command_id(pipeline_id))

    def command(self, pipeline_id: UUID) -> Command:
        """Return the Command with the first fragment of a created pipeline; ``sends`` gives what follows.

        Raises InvalidState when the pipeline waits for the session key.
        """
        pipeline = self.pool.pipelines.get(pipeline_id)
        spec = None if pipeline is None else pipeline.spec
        line = _xml.printable(spec.text[:MAX_COMMAND_LINE]) if isinstance(spec, PipelineSpec) else " "
        limit = self._limit("command") - _MAX_ESCAPED * len(line.encode("utf-8", "replace"))
        first = self.pool.take_fragments(pipeline_id, limit, STDIN, 1)
        if not first:
            raise InvalidState(f"pipeline {pipeline_id} has nothing to send: it is over or waits for the session key")
        return Command(
            resource_uri=self.resource_uri,
            shell_id=self.shell_id,
            command_id=wire_guid(pipeline_id),
            command_line=line,
            arguments=(b64encode(first[0]).decode("ascii"),),
        )

    def sends(self, pipeline_id: UUID | None = None) -> Iterator[Send]:
        """Yield a Send for each envelope full of what waits: host responses first, on ``pr``, then ``stdin``."""
        command_id = None if pipeline_id is None else self.command_id(pipeline_id)
        for stream in (PRIORITY, STDIN):
            while self.pool.pending(pipeline_id, stream):
                data = self.pool.take(pipeline_id, self._limit("send"), stream)
                yield self._send(StreamChunk(name=stream, data=data, command_id=command_id))

    def receive(self, pipeline_id: UUID | None = None) -> Receive:
        """Return the Receive of the pool's stream or of one pipeline's."""
        command_id = None if pipeline_id is None else self.command_id(pipeline_id)
        return Receive(resource_uri=self.resource_uri, shell_id=self.shell_id, command_id=command_id)

    def stop(self, pipeline_id: UUID) -> Signal:
        """Return the Signal that stops a pipeline gracefully: its state Stopped comes by Receive."""
        self.pool.stop_pipeline(pipeline_id)
        return self._signal(pipeline_id, uris.SIGNAL_STOP_PIPELINE)

    def terminate(self, pipeline_id: UUID) -> Signal:
        """Return the Signal that ends a command and frees its slot."""
        return self._signal(pipeline_id, uris.SIGNAL_TERMINATE)

    def disconnect(self, *, idle_timeout: float | None = None, buffer_mode: BufferMode | None = None) -> Disconnect:
        """Return the Disconnect; the pool is DISCONNECTING until ``pool.disconnected`` or ``pool.refused``."""
        self.pool.disconnect()
        return Disconnect(
            resource_uri=self.resource_uri, shell_id=self.shell_id, idle_timeout=idle_timeout, buffer_mode=buffer_mode
        )

    def reconnect(self, pipeline_id: UUID | None = None) -> Reconnect:
        """Return the Reconnect of the shell, or of one command after it."""
        if pipeline_id is None:
            self.pool.reconnect()
            return Reconnect(resource_uri=self.resource_uri, shell_id=self.shell_id)
        command_id = self.command_id(pipeline_id)
        return Reconnect(resource_uri=self.resource_uri, shell_id=self.shell_id, command_id=command_id)

    def delete(self) -> Delete:
        """Return the Delete of the shell; the pool is CLOSING until ``pool.closed``."""
        self.pool.close()
        return Delete.shell(self.resource_uri, self.shell_id)

    def received(self, reply: Received, pipeline_id: UUID | None = None) -> list[Event]:
        """Return what the answer of a Receive means. Raises RemoteProtocolError.

        CommandState Done adds nothing: a pipeline is over when its PIPELINE_STATE says so; if none came,
        ``pool.end_pipeline`` is the caller's to call.
        """
        events: list[Event] = []
        for chunk in reply.streams:
            if chunk.data:
                events += self.pool.receive(chunk.data, pipeline_id)
        return events

    def connected(self, reply: Connected) -> list[Event]:
        """Return what the answer to Connect means. Raises RemoteProtocolError when it carries no PSRP data."""
        if not reply.connect_response_xml:
            raise RemoteProtocolError("ConnectResponse without connectResponseXml")
        return self.pool.receive(reply.connect_response_xml)

    def _signal(self, pipeline_id: UUID, code: str) -> Signal:
        command_id = self.command_id(pipeline_id)
        return Signal(resource_uri=self.resource_uri, shell_id=self.shell_id, code=code, command_id=command_id)

    def _send(self, *chunks: StreamChunk) -> Send:
        return Send(resource_uri=self.resource_uri, shell_id=self.shell_id, streams=chunks)

    def _limit(self, kind: str) -> int:
        limit = self._limits.get(kind)
        if limit is None:
            if kind == "send":
                skeleton: Request = self._send(StreamChunk(name=STDIN, data=b"", command_id=self.shell_id))
            else:
                skeleton = Command(
                    resource_uri=self.resource_uri, shell_id=self.shell_id, command_id=self.shell_id, arguments=("",)
                )
            limit = self._limits[kind] = self._payload_limit(skeleton)
        return limit


def _protocol_option(pool: ClientPool) -> OptionSet:
    version = f"{pool.version[0]}.{pool.version[1]}"
    return OptionSet((Option(name=uris.OPTION_PROTOCOL_VERSION, value=version, must_comply=True),))


class ShellOption(Protocol):
    """An option of a request, whoever carries it."""

    @property
    def name(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def must_comply(self) -> bool: ...


class ServerShell:
    """What the plug-in of a PowerShell shell does: requests of any carrier in, events and output out.

    Every refusal is a WSManFault with the code of the reference's table; a fault leaves the pool as it was, but for
    malformed PSRP data, after which the pool or the command must be ended.
    """

    def __init__(self, pool: ServerPool) -> None:
        self.pool = pool
        self._names: dict[UUID, str] = {}

    def open(self, creation_xml: bytes | None, options: Iterable[ShellOption]) -> list[ServerEvent]:
        """Take Create. PoolOpenRequested is among the events unless INIT_RUNSPACEPOOL goes on in a Send."""
        check_options(options)
        if not creation_xml:
            raise plugin_fault(0x80540BB8)
        return self._guarded(lambda: self.pool.receive(creation_xml), 0x80540FA0)

    def command(self, command_id: str | None, arguments: tuple[str, ...]) -> tuple[str, list[ServerEvent]]:
        """Take Command; return the command's id (the client's verbatim, else the pipeline's) and the events.

        PipelineCreateRequested or CommandMetadataRequested is among them unless the message goes on in a Send.
        """
        if len(arguments) != 1:
            raise plugin_fault(0x80540BC4)
        try:
            data = b64decode(arguments[0], validate=True)
        except (Base64Error, ValueError):
            raise plugin_fault(0x80540BBF) from None
        pipeline_id = _pipeline_of(data) if command_id is None else _guid(command_id)
        name = command_id or wire_guid(pipeline_id)
        if pipeline_id in self.pool.pipelines:
            raise make_fault(0x803381D6)
        try:
            self.pool.add_pipeline(pipeline_id)
        except LocalProtocolError as error:
            raise plugin_fault(0x80540FA0, str(error)) from error
        self._names[pipeline_id] = name
        try:
            return name, self._guarded(lambda: self.pool.receive(data, pipeline_id), 0x80540FA0)
        except WSManFault:
            self.forget(name)
            raise

    def send(self, stream: str, data: bytes, command_id: str | None = None) -> list[ServerEvent]:
        """Take one Stream of a Send. Raises the fault for unknown commands and for streams other than stdin and pr."""
        if stream not in INPUT_STREAMS:
            raise plugin_fault(0x80540BBE)
        pipeline_id = None if command_id is None else self._known(command_id)
        return self._guarded(lambda: self.pool.receive(data, pipeline_id, stream), 0x80540FA0)

    def check_receive(self, streams: tuple[str, ...], command_id: str | None = None) -> None:
        """Refuse a Receive of other streams than stdout, or of an unknown command."""
        if any(stream not in OUTPUT_STREAMS for stream in streams):
            raise plugin_fault(0x80540BC0)
        if command_id is not None:
            self._known(command_id)

    def output(self, budget: int, command_id: str | None = None) -> Received | None:
        """Return what waits for the shell or a command, at most ``budget`` raw bytes, or None when nothing does.

        The answer that empties a finished pipeline says Done and forgets the command.
        """
        pipeline_id = None if command_id is None else self._known(command_id)
        data = self.pool.take(pipeline_id, budget)
        chunks = (StreamChunk(name="stdout", data=data, command_id=command_id),) if data else ()
        if pipeline_id is not None and command_id is not None and self.pool.is_done(pipeline_id):
            self.forget(command_id)
            return Received(streams=chunks, state=CommandState.DONE, exit_code=0, command_id=command_id)
        return Received(streams=chunks, command_id=command_id) if chunks else None

    def signal(self, command_id: str | None, code: str) -> list[ServerEvent]:
        """Take Signal: the misspelled stop, or, for every other code, the end of the command.

        For the latter the command stays until ``forget``, so that its pipeline can be stopped first.
        """
        if command_id is None:
            return []
        return self.pool.stop_pipeline(self._known(command_id))

    @staticmethod
    def is_stop(code: str) -> bool:
        """Tell whether a signal code stops gracefully; any other one ends the command for its readers too."""
        return code == uris.SIGNAL_STOP_PIPELINE

    def check_connect(self, connect_xml: bytes | None, options: Iterable[ShellOption]) -> ConnectRequested:
        """Check a shell-level Connect; nothing changes. ``accept_connect`` must follow to make it true."""
        check_options(options, required=False)
        if not connect_xml:
            raise plugin_fault(0x80540FA2)
        try:
            return self.pool.receive_connect(connect_xml)
        except (PSRPError, RemoteProtocolError) as error:
            raise plugin_fault(0x80540FA3, str(error)) from error

    def accept_connect(self) -> tuple[Connected, list[ServerEvent]]:
        """Take the client of the last check; return the reply and what it means for the pipelines."""
        data, events = self.pool.accept_connect()
        reply = Connected(input_streams=INPUT_STREAMS, output_streams=OUTPUT_STREAMS, connect_response_xml=data)
        return reply, events

    def forget(self, command_id: str) -> None:
        """Let go of a command and its pipeline."""
        pipeline_id = _guid(command_id)
        self._names.pop(pipeline_id, None)
        self.pool.remove_pipeline(pipeline_id)

    def pipeline_id(self, command_id: str) -> UUID:
        """Return the pipeline of a command. Raises the fault for an unknown one."""
        return self._known(command_id)

    def command_id(self, pipeline_id: UUID) -> str:
        """Return the id a command was given, verbatim."""
        return self._names[pipeline_id]

    def _known(self, command_id: str) -> UUID:
        pipeline_id = _guid(command_id)
        if pipeline_id not in self.pool.pipelines:
            raise make_fault(0x8033805B, "The command identifier does not exist in this shell. ")
        return pipeline_id

    def _guarded(self, call: Callable[[], list[ServerEvent]], number: int) -> list[ServerEvent]:
        try:
            return call()
        except (PSRPError, RemoteProtocolError, LocalProtocolError) as error:
            raise plugin_fault(number, str(error)) from error


def check_options(options: Iterable[ShellOption], *, required: bool = True) -> None:
    """Check the options of Create and Connect. Raises the plug-in's fault (wire-protocol 4.2)."""
    version = None
    for option in options:
        if option.name == uris.OPTION_PROTOCOL_VERSION:
            version = option.value.strip()
        elif option.name.startswith("PS_") and option.must_comply:
            raise plugin_fault(0x80540BC6, f"The option {option.name} is not understood. ")
    if version is None:
        if required:
            raise plugin_fault(0x80540BC7)
        return
    major, _, minor = version.partition(".")
    if not (major.isascii() and minor.isascii() and major.isdigit() and minor.isdigit() and int(major[:9]) == 2):
        raise plugin_fault(0x80540BC5, f"The protocolversion {version[:32]} is not compatible with the server's 2.3. ")


def plugin_fault(number: int, message: str = "") -> WSManFault:
    """Return a fault of the PowerShell plug-in."""
    return make_fault(number, message, provider=PROVIDER)


def _guid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise make_fault(0x803381D4) from None


def _pipeline_of(data: bytes) -> UUID:
    """Return the PID of the message that begins in these fragments."""
    blob = data[HEADER_SIZE : HEADER_SIZE + messages.HEADER_SIZE]
    try:
        raw = messages.parse_header(blob)[3]
    except RemoteProtocolError as error:
        raise plugin_fault(0x80540FA0, str(error)) from error
    return UUID(bytes_le=raw)
