"""One shell from Open to Delete in the process that workers are forked from, so that they share what it leaves.

The first use of nearly everything builds something: tables, patterns, specialised code. A worker that does so itself
pays with time at its start and with memory of its own.
"""

from __future__ import annotations

import os
import socket
import threading
from typing import Final
from uuid import UUID, uuid4

from remora.bindings.psrp_wsman import ClientShell
from remora.engine.commands import CommandTable
from remora.errors import RemoteProtocolError, TransportError
from remora.modules.job_host import ProcessJobHost
from remora.psrp.client import ClientPool, PipelineSpec
from remora.psrp.states import RunspacePoolState
from remora.values import HostInfo
from remora.worker import protocol as p
from remora.worker.engine_session import EngineSession
from remora.worker.frames import encode, front_end_decoder
from remora.worker.main import Worker
from remora.worker.pool_server import make_pool
from remora.wsman import uris

SCRIPT: Final = "1+1"
TIMES: Final = 12  # code is specialised after its eighth run
_PATIENCE: Final = 20.0
_PAYLOAD: Final = 32768


def rehearse(commands: CommandTable) -> None:
    """Serve a shell in a thread and use it as a front end would; no thread is left when this returns.

    Raises TransportError or RemoteProtocolError when it goes wrong.
    """
    shell_id = str(uuid4()).upper()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind("")  # a name of the kernel's choice, no file
        listener.listen(1)
        worker = Worker(
            listener,
            shell_id,
            trusted=frozenset({os.geteuid()}),
            make_backend=lambda request, _gate, reactor: make_pool(
                request,
                reactor,
                lambda driver, opened: EngineSession.for_shell(driver, opened, ProcessJobHost(), commands),
            ),
        )
        before = set(threading.enumerate())
        thread = threading.Thread(target=worker.run, name="rehearsal", daemon=True)
        thread.start()
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(_PATIENCE)
                connection.connect(listener.getsockname())
                _Front(connection, shell_id).play()
        except OSError as error:
            raise TransportError(f"the rehearsal failed: {error}") from error
        finally:
            worker.terminate()
            for other in set(threading.enumerate()) - before:
                other.join(_PATIENCE)


class _Front:
    """The front end's part: one call after the other."""

    def __init__(self, connection: socket.socket, shell_id: str) -> None:
        self._connection = connection
        self._decoder = front_end_decoder()
        self._calls = 0
        self._pool = ClientPool(uuid4(), host_info=HostInfo(), application_arguments=None)
        self._shell = ClientShell(
            self._pool,
            resource_uri=uris.powershell_resource("Microsoft.PowerShell"),
            payload_limit=lambda _request: _PAYLOAD,
        )
        self._shell_id = shell_id

    def play(self) -> None:
        self._connection.sendall(encode(p.Hello()))
        create = self._shell.create()
        self._ask(
            p.Open(
                shell_id=self._shell_id,
                kind="powershell",
                resource_uri=create.resource_uri,
                shell=p.ShellSpec(input_streams=create.shell.input_streams, output_streams=create.shell.output_streams),
                sender=p.Sender(name=""),
                options=tuple(p.Option(name=option.name, value=option.value) for option in create.options),
                creation_xml=create.shell.creation_xml,
                configuration=p.Configuration(backend="engine"),
            )
        )
        while self._pool.state is RunspacePoolState.OPENING:
            self._receive(None)
        for _ in range(TIMES):
            self._invoke()
        self._ask(p.Delete())

    def _invoke(self) -> None:
        pipeline_id = uuid4()
        self._pool.create_pipeline(PipelineSpec.script(SCRIPT, no_input=True), pipeline_id)
        command = self._shell.command(pipeline_id)
        self._ask(
            p.RunCommand(command_id=command.command_id, command_line=command.command_line, arguments=command.arguments)
        )
        while not self._receive(pipeline_id):
            pass

    def _receive(self, pipeline_id: UUID | None) -> bool:
        """One Receive; True when it was the last one of the command."""
        command_id = None if pipeline_id is None else self._shell.command_id(pipeline_id)
        result = self._ask(p.Receive(command_id=command_id, streams=("stdout",), budget=_PAYLOAD, timeout=_PATIENCE))
        if not isinstance(result, p.Output):
            raise RemoteProtocolError("the rehearsal's Receive brought no output")
        for chunk in result.chunks:
            self._pool.receive(chunk.data, pipeline_id)
        return result.state == "Done"

    def _ask(self, request: p.Request) -> p.Result:
        self._calls += 1
        call = p.Call(id=self._calls, request=request, caller=p.Caller(session_id=self._shell_id))
        self._connection.sendall(encode(call))
        while True:
            data = self._connection.recv(65536)
            if not data:
                raise TransportError("the rehearsal's worker has gone")
            for message in self._decoder.feed(data):
                if isinstance(message, p.Answer) and message.id == self._calls:
                    if isinstance(message.result, p.Fault):
                        raise RemoteProtocolError(f"the rehearsal met a fault: {message.result.message}")
                    return message.result
