"""A blocking WS-Management client for tests of the host: our codec over http.client, Basic, one connection."""

from __future__ import annotations

import base64
import http.client
import ssl
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from remora.bindings.psrp_wsman import ClientShell
from remora.psrp.client import ClientPool
from remora.psrp.spec import PipelineSpec
from remora.values import HostInfo
from remora.wsman import ClientSession, OptionSet, Received, Request, ShellSpec, StreamChunk, uris
from remora.wsman.client import Outgoing
from remora.wsman.replies import CommandAccepted, Reply, ResourceCreated
from remora.wsman.requests import Command, CreateShell, Receive
from tests.support.host import PASSWORD, USER

POWERSHELL = uris.powershell_resource("Microsoft.PowerShell")
SOAP = "application/soap+xml;charset=UTF-8"


class Wire:
    """One connection of one user; ``ask`` returns the reply or raises the fault."""

    def __init__(self, url: str, user: str = USER, password: str = PASSWORD, **session: Any) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        if parts.scheme == "https":
            context = ssl._create_unverified_context()
            self.http: http.client.HTTPConnection = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=60, context=context
            )
        else:
            self.http = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.headers = {"Authorization": f"Basic {token}", "Content-Type": SOAP}
        self.session = ClientSession(f"{url}/wsman", new_id=uuid4, **session)

    def post(self, body: bytes, **headers: str) -> tuple[int, bytes]:
        """Send bytes as they are; return status and body."""
        self.begin(body, **headers)
        return self.finish()

    def begin(self, body: bytes, **headers: str) -> None:
        self.http.request("POST", "/wsman", body, {**self.headers, **headers})

    def finish(self) -> tuple[int, bytes]:
        reply = self.http.getresponse()
        return reply.status, reply.read()

    def begin_ask(self, request: Request, *, timeout: float = 20, **more: Any) -> Outgoing:
        """Send a request whose answer is fetched later with ``finish_ask``."""
        outgoing = self.session.send(request, operation_timeout=timeout, **more)
        self.begin(outgoing.body)
        return outgoing

    def finish_ask(self, outgoing: Outgoing) -> Any:
        status, body = self.finish()
        assert status in (200, 500), (status, body)
        return self.session.receive(outgoing, body)

    def ask(self, request: Request, *, timeout: float = 20, **more: Any) -> Any:
        return self.finish_ask(self.begin_ask(request, timeout=timeout, **more))

    def close(self) -> None:
        self.http.close()

    def __enter__(self) -> Wire:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class CmdShell:
    """A cmd shell over a wire."""

    def __init__(self, wire: Wire, *, options: OptionSet | None = None, **spec: Any) -> None:
        self.wire = wire
        request = CreateShell(resource_uri=uris.RESOURCE_CMD, shell=ShellSpec(**spec), options=options or OptionSet())
        created: Reply = wire.ask(request)
        assert isinstance(created, ResourceCreated)
        self.created = created
        self.id = created.shell_id
        self.place: dict[str, Any] = {"resource_uri": uris.RESOURCE_CMD, "shell_id": self.id}

    def start(self, line: str, *arguments: str, **more: Any) -> str:
        accepted = self.wire.ask(Command(**self.place, command_line=line, arguments=arguments, **more))
        assert isinstance(accepted, CommandAccepted)
        return accepted.command_id

    def receive(self, command_id: str, **more: Any) -> Received:
        reply = self.wire.ask(Receive(**self.place, command_id=command_id, streams=("stdout", "stderr")), **more)
        assert isinstance(reply, Received)
        return reply

    def run(self, line: str) -> tuple[bytes, int | None]:
        command_id = self.start(line)
        output = b""
        while True:
            reply = self.receive(command_id)
            output += b"".join(chunk.data for chunk in reply.streams if chunk.name == "stdout")
            if reply.state == "Done":
                return output, reply.exit_code


class PowerShell:
    """A PowerShell shell over a wire: one runspace, requests made by the real client's binding."""

    def __init__(
        self, wire: Wire, *, open_pool: bool = True, configuration: str = "Microsoft.PowerShell", **create: Any
    ) -> None:
        self.wire = wire
        resource = uris.powershell_resource(configuration)
        self.pool = ClientPool(uuid4(), host_info=HostInfo())
        self.shell = ClientShell(self.pool, resource_uri=resource, payload_limit=wire.session.payload_limit)
        self.id = self.shell.shell_id
        self.place: dict[str, Any] = {"resource_uri": resource, "shell_id": self.id}
        self.created = wire.ask(self.shell.create(**create))
        while open_pool and self.pool.state.name != "OPENED":
            self.shell.received(wire.ask(self.shell.receive()))

    def start(self, script: str) -> UUID:
        """Begin a pipeline and return its id."""
        pipeline_id = uuid4()
        self.pool.create_pipeline(PipelineSpec.script(script), pipeline_id)
        self.wire.ask(self.shell.command(pipeline_id))
        for send in self.shell.sends(pipeline_id):
            self.wire.ask(send)
        return pipeline_id

    def collect(self, pipeline_id: UUID, wire: Wire | None = None) -> list[Any]:
        """Receive until the pipeline is over; return what it put out."""
        values: list[Any] = []
        while True:
            reply = (wire or self.wire).ask(self.shell.receive(pipeline_id))
            for event in self.shell.received(reply, pipeline_id):
                if type(event).__name__ == "PipelineOutput":
                    values.append(event.value)
            if reply.state == "Done":
                return values

    def invoke(self, script: str) -> list[Any]:
        return self.collect(self.start(script))


def chunk(data: bytes, name: str = "stdin", command_id: str | None = None, *, end: bool = False) -> StreamChunk:
    return StreamChunk(name=name, data=data, command_id=command_id, end=end)
