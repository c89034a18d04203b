"""PSRP on WS-Management, the client's side (MS-PSRP 3.1.5.3; wire-protocol 4 and 5).

``ClientShell`` turns what a ClientPool wants to say into shell requests that fit one envelope each, and replies into
events. The server's side is ``psrp_plugin``.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Final
from uuid import UUID

from remora import _xml
from remora.errors import InvalidState, RemoteProtocolError
from remora.psrp.client import ClientPool, Event, PipelineSpec
from remora.psrp.pool import PRIORITY, STDIN
from remora.wsman import uris
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

INPUT_STREAMS: Final = (STDIN, PRIORITY)
OUTPUT_STREAMS: Final = ("stdout",)
MAX_COMMAND_LINE: Final = 255
REPEATED_SENDS: Final = "RemoraRepeatedSends"
"""Key of ApplicationPrivateData; True: a Send that comes again with its MessageID is answered, not obeyed, again."""
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
        interactive: bool = False,
    ) -> CreateShell:
        """Open the pool; return the Create with as much of its first messages as fits, ``sends`` has the rest.

        interactive: ask for a token that is good on the network, which a loopback session may have. Servers that do not
        know the option pass it over.
        """
        options = _protocol_option(self.pool)
        if interactive:
            options = options.with_option(uris.OPTION_INTERACTIVE, "TRUE")
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
                    resource_uri=self.resource_uri, shell_id=self.shell_id, command_id=self.shell_id,
                    command_line=" ", arguments=("",),
                )  # fmt: skip
            limit = self._limits[kind] = self._payload_limit(skeleton)
        return limit


def _protocol_option(pool: ClientPool) -> OptionSet:
    version = f"{pool.version[0]}.{pool.version[1]}"
    return OptionSet((Option(name=uris.OPTION_PROTOCOL_VERSION, value=version, must_comply=True),))
