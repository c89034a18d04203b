"""A PowerShell shell's inside over the worker channel: PoolServer, with the embedded engine behind it."""

from __future__ import annotations

import binascii
import shutil
from base64 import b64decode
from collections.abc import Callable
from typing import Final
from uuid import UUID, uuid4

from remora._memory import keep_large_blocks
from remora.errors import LocalProtocolError, PSRPError, RemoteProtocolError, WSManFault
from remora.psrp.fragments import HEADER_SIZE
from remora.psrp.messages import HEADER as MESSAGE_HEADER
from remora.psrp.messages import HEADER_SIZE as MESSAGE_HEADER_SIZE
from remora.psrp.server import ServerPool
from remora.worker.backend import Backend
from remora.worker.buffers import Item
from remora.worker.outlet import Outlet
from remora.worker.pool_driver import OutMessage, PoolDriver, Session
from remora.worker.protocol import Chunk, Open, Option, RunCommand
from remora.worker.reactor import Reactor
from remora.wsman import faults, uris

INPUT_STREAMS: Final = ("stdin", "pr")
_LARGE: Final = 256 * 1024
_NO_ID: Final = UUID(int=0)
STOP_SIGNALS: Final = frozenset({uris.SIGNAL_STOP_PIPELINE.lower(), "powershell/signal/ctrl_c"})

MakeSession = Callable[[PoolDriver, Open], Session]


def check_options(options: tuple[Option, ...]) -> None:
    """Refuse what the PowerShell plug-in refuses: no or another protocolversion, mandatory PS_ options."""
    for option in options:
        if option.name.startswith("PS_") and option.must_comply:
            raise faults.make_fault(0x80540BC6)
    version = next((option.value for option in options if option.name == uris.OPTION_PROTOCOL_VERSION), None)
    if version is None:
        raise faults.make_fault(0x80540BC7)
    major, dot, minor = version.strip().partition(".")
    if not (major.isascii() and major.isdigit() and int(major) == 2 and (not dot or minor.split(".")[0].isdigit())):
        raise faults.make_fault(0x80540BC5)


def check_create(request: Open) -> bytes:
    """Refuse what the plug-in refuses of Create; return the creationXml."""
    check_options(request.options)
    if not request.creation_xml:
        raise faults.make_fault(0x80540BB8)
    if not request.shell.input_streams or not request.shell.output_streams:
        raise faults.make_fault(0x80540BB9)
    return request.creation_xml


def decode_argument(request: RunCommand) -> bytes:
    """Return the fragments of the one rsp:Arguments element."""
    if len(request.arguments) != 1:
        raise faults.make_fault(0x80540BC4)
    try:
        return b64decode("".join(request.arguments[0].split()), validate=True)
    except (binascii.Error, ValueError):
        raise faults.make_fault(0x80540BBF) from None


def pipeline_id_of(command_id: str | None, fragments: bytes) -> UUID:
    """Return the pipeline id: the CommandId, or what the message says when the client named none."""
    if command_id is not None:
        try:
            return UUID(command_id)
        except ValueError:
            raise faults.InvalidCommandId() from None
    start = HEADER_SIZE
    if len(fragments) >= start + MESSAGE_HEADER_SIZE:
        raw: bytes = MESSAGE_HEADER.unpack_from(fragments, start)[3]
        found = UUID(bytes_le=raw)
        if found != _NO_ID:
            return found
    return uuid4()


def refuse(error: Exception) -> WSManFault:
    """Return the fault for input that the protocol forbids."""
    return faults.make_fault(0x80540FA0, str(error))


class PoolServer:
    """Backend of a PowerShell shell, and transport of its driver: pipelines write to the outlets of their commands."""

    disconnectable = True
    keeps_done = False

    def __init__(self, request: Open, make_session: MakeSession) -> None:
        self._creation = check_create(request)
        limits = request.limits
        self._pool = ServerPool(
            max_object_size=limits.max_received_object, max_data_per_command=limits.max_received_per_command
        )
        self._driver = PoolDriver(self._pool, self)
        self._driver.session = make_session(self._driver, request)
        self._outlets: dict[UUID, Outlet] = {}
        self._ids: dict[str, UUID] = {}
        self._asked: dict[tuple[UUID | None, int], Item] = {}

    # --- backend ----------------------------------------------------------------------------------------------

    def open(self, outlet: Outlet) -> None:
        self._outlet = outlet
        try:
            self._driver.receive(self._creation)
        except PSRPError as error:
            raise refuse(error) from None
        except RemoteProtocolError as error:
            raise faults.make_fault(0x80540BBF, str(error)) from None

    def command(self, command_id: str | None, request: RunCommand, outlet: Outlet) -> str:
        fragments = decode_argument(request)
        pipeline_id = pipeline_id_of(command_id, fragments)
        name = command_id or str(pipeline_id).upper()
        if pipeline_id in self._pool.pipelines:
            raise faults.CommandIdInUse()
        self._outlets[pipeline_id] = outlet
        self._ids[name] = pipeline_id
        try:
            self._driver.add_pipeline(pipeline_id)
            self._driver.receive(fragments, pipeline_id)
        except (RemoteProtocolError, LocalProtocolError, PSRPError) as error:
            self.forget(name)
            raise refuse(error) from None
        return name

    def send(self, chunk: Chunk) -> None:
        if chunk.name not in INPUT_STREAMS:
            raise faults.make_fault(0x80540BBE)
        pipeline_id = None if chunk.command_id is None else self._ids.get(chunk.command_id)
        if pipeline_id is None and chunk.command_id is not None:
            raise faults.UnexpectedSelectors.command()
        if len(chunk.data) > _LARGE:
            keep_large_blocks()
        try:
            self._driver.receive(chunk.data, pipeline_id, chunk.name)
        except (RemoteProtocolError, LocalProtocolError, PSRPError) as error:
            raise refuse(error) from None

    def check_receive(self, command_id: str | None, streams: tuple[str, ...]) -> None:
        if any(name != "stdout" for name in streams):
            raise faults.make_fault(0x80540BC0)

    def signal(self, command_id: str | None, code: str) -> bool:
        if command_id is None:
            return False
        pipeline_id = self._ids[command_id]
        outlet = self._outlets.get(pipeline_id)  # none: the pipeline is over, and signalled all the same
        if outlet is not None:
            outlet.release()
            self._driver.stop(pipeline_id)
        return code.lower() not in STOP_SIGNALS

    def forget(self, command_id: str) -> None:
        pipeline_id = self._ids.pop(command_id, None)
        if pipeline_id is not None:
            self._driver.forget(pipeline_id)
            if pipeline_id not in self._pool.pipelines:
                self._outlets.pop(pipeline_id, None)

    def connect(self, connect_xml: bytes | None, options: tuple[Option, ...]) -> bytes:
        check_options(options)
        if not connect_xml:
            raise faults.make_fault(0x80540FA2)
        with self._driver.lock:
            try:
                self._pool.receive_connect(connect_xml)
            except (PSRPError, RemoteProtocolError) as error:
                raise faults.ConnectFailed(str(error)) from None
            response, self._ended_inputs = self._pool.accept_connect()
        return response

    def connected(self) -> None:
        self._driver.dispatch(self._ended_inputs)
        self._driver.flush()
        with self._driver.lock:
            for (pipeline_id, _), item in self._asked.items():
                outlet = self._outlet if pipeline_id is None else self._outlets.get(pipeline_id)
                if outlet is not None and not outlet.holds(item):
                    outlet.put(item, urgent=True)

    def close(self) -> None:
        self._driver.close()

    # --- transport --------------------------------------------------------------------------------------------

    def wait_room(self, pipeline_id: UUID) -> None:
        outlet = self._outlets.get(pipeline_id)
        if outlet is not None:
            outlet.wait_room()

    def deliver(self, pipeline_id: UUID | None, messages: list[OutMessage]) -> None:
        outlet = self._outlet if pipeline_id is None else self._outlets.get(pipeline_id)
        if outlet is not None:
            urgent = pipeline_id is None or any(message.is_host_call for message in messages)
            outlet.put(*map(_item, messages), urgent=urgent)

    def host_called(self, pipeline_id: UUID | None, call_id: int, message: OutMessage) -> None:
        self._asked[pipeline_id, call_id] = _item(message)

    def host_answered(self, pipeline_id: UUID | None, call_id: int) -> None:
        self._asked.pop((pipeline_id, call_id), None)

    def finished(self, pipeline_id: UUID) -> None:
        outlet = self._outlets.pop(pipeline_id, None)
        if outlet is not None:
            outlet.finish(0)

    def closed(self) -> None:
        """CLOSE_SESSION has no meaning here: Delete ends a shell."""


def _item(message: OutMessage) -> Item:
    return Item(body=message.blob, object_id=message.object_id, droppable=message.droppable)


def make_pool(request: Open, reactor: Reactor, make_session: MakeSession) -> Backend:
    """Return the backend the session configuration asks for: a session of ours, or a real pwsh."""
    backend = request.configuration.backend
    program = shutil.which("pwsh") if backend in ("auto", "pwsh") else None
    if backend == "pwsh" and program is None:
        raise faults.make_fault(0x80540BBA, "PowerShell (pwsh) is not installed on this host. ")
    if program is not None:
        from remora.worker.pwsh_child import PwshPool

        return PwshPool(request, reactor, (program, "-NoLogo", "-NoProfile", "-s"))
    return PoolServer(request, make_session)
