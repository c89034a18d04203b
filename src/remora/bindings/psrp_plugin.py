"""PSRP on WS-Management, the server's side: what the plug-in of a PowerShell shell does (wire-protocol 4 and 5).

``ServerShell`` feeds what shell requests carry to a ServerPool and answers with the plug-in's faults. It takes plain
values, so that requests may come in envelopes or over a worker's channel.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol
from uuid import UUID

from remora.bindings.psrp_wsman import INPUT_STREAMS, OUTPUT_STREAMS, wire_guid
from remora.errors import LocalProtocolError, PSRPError, RemoteProtocolError, WSManFault
from remora.psrp import messages
from remora.psrp.events import ConnectRequested, ServerEvent
from remora.psrp.fragments import HEADER_SIZE
from remora.psrp.server import ServerPool
from remora.wsman import uris
from remora.wsman.faults import make_fault
from remora.wsman.replies import Connected, Received
from remora.wsman.requests import StreamChunk
from remora.wsman.states import CommandState

PROVIDER: Final = "microsoft.powershell"


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

    def open(
        self,
        creation_xml: bytes | None,
        options: Iterable[ShellOption],
        *,
        input_streams: Sequence[str] = INPUT_STREAMS,
        output_streams: Sequence[str] = OUTPUT_STREAMS,
    ) -> list[ServerEvent]:
        """Take Create. PoolOpenRequested is among the events unless INIT_RUNSPACEPOOL goes on in a Send."""
        check_options(options)
        if not creation_xml:
            raise plugin_fault(0x80540BB8)
        if not input_streams or not output_streams:
            raise plugin_fault(0x80540BB9)
        return self._guarded(lambda: self.pool.receive(creation_xml), 0x80540FA0)

    def command(self, command_id: str | None, arguments: tuple[str, ...]) -> tuple[str, list[ServerEvent]]:
        """Take Command; return the command's id (the client's verbatim, else the pipeline's) and the events.

        PipelineCreateRequested or CommandMetadataRequested is among them unless the message goes on in a Send.
        """
        data = decode_argument(arguments)
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


def decode_argument(arguments: Sequence[str]) -> bytes:
    """Return the fragments in the one Arguments element of a Command. Raises the plug-in's fault."""
    if len(arguments) != 1:
        raise plugin_fault(0x80540BC4)
    try:
        return b64decode("".join(arguments[0].split()), validate=True)
    except (Base64Error, ValueError):
        raise plugin_fault(0x80540BBF) from None


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
