"""psrpcore, which has no sockets, as the client: its bytes in pypsrp's envelopes."""

from __future__ import annotations

import base64
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psrpcore
import pytest
from psrpcore.types import PSInvocationState, PSSecureString, PSVersion, RunspacePoolState
from pypsrp.shell import WinRS
from pypsrp.wsman import OptionSet, WSMan

from tests.support.host import PASSWORD, USER, HostProcess

POWERSHELL = "http://schemas.microsoft.com/powershell/Microsoft.PowerShell"
CREATION = "http://schemas.microsoft.com/powershell"
LIMIT = 32_768


class Core:
    """A psrpcore pool over one connection."""

    def __init__(self, connection: WSMan, **options: Any) -> None:
        self.pool = psrpcore.ClientRunspacePool(**options)
        self.shell = WinRS(
            connection,
            resource_uri=POWERSHELL,
            id=str(self.pool.runspace_pool_id).upper(),
            input_streams="stdin pr",
            output_streams="stdout",
        )

    def open(self) -> None:
        self.pool.open()
        payload = self.pool.data_to_send(LIMIT)
        assert payload is not None
        content = ET.Element("creationXml", xmlns=CREATION)
        content.text = base64.b64encode(payload.data).decode()
        options = OptionSet()
        options.add_option("protocolversion", str(self.pool.our_capability.protocolversion), {"MustComply": "true"})
        self.shell.open(options, content)
        self.flush()
        while self.pool.state != RunspacePoolState.Opened:
            self.receive(None)
            self.events()

    def receive(self, pipeline_id: UUID | None) -> str:
        command_id = str(pipeline_id).upper() if pipeline_id else None
        state, _, data = self.shell.receive("stdout", command_id)
        if data["stdout"]:
            self.pool.receive_data(psrpcore.PSRPPayload(data["stdout"], psrpcore.StreamType.default, pipeline_id))
        return state

    def flush(self) -> None:
        """Send what waits: the first fragment of a pipeline is its Command, the others go as Sends."""
        while (payload := self.pool.data_to_send(LIMIT)) is not None:
            command_id = str(payload.pipeline_id).upper() if payload.pipeline_id else None
            stream = "pr" if payload.stream_type == psrpcore.StreamType.prompt_response else "stdin"
            self.shell.send(stream, payload.data, command_id)

    def events(self) -> Iterator[psrpcore.PSRPEvent[Any, Any]]:
        found = []
        while (event := self.pool.next_event()) is not None:
            found.append(event)
        return iter(found)

    def start(self, script: str, *arguments: Any, no_input: bool = True) -> psrpcore.ClientPowerShell:
        pipeline = psrpcore.ClientPowerShell(self.pool, no_input=no_input)
        pipeline.add_script(script)
        for argument in arguments:
            pipeline.add_argument(argument)
        pipeline.start()
        payload = self.pool.data_to_send(LIMIT)
        assert payload is not None
        self.shell.command("", [base64.b64encode(payload.data).decode()], command_id=str(pipeline.pipeline_id).upper())
        self.flush()
        return pipeline

    def collect(self, pipeline: psrpcore.ClientPowerShell) -> list[psrpcore.PSRPEvent[Any, Any]]:
        found: list[psrpcore.PSRPEvent[Any, Any]] = []
        while pipeline.state == PSInvocationState.Running:
            self.receive(pipeline.pipeline_id)
            found += self.events()
        return found

    def invoke(self, script: str, *arguments: Any) -> list[Any]:
        found = self.collect(self.start(script, *arguments))
        errors = [str(e.ps_object) for e in found if isinstance(e, psrpcore.ErrorRecordEvent)]
        assert not errors
        return [event.data for event in found if isinstance(event, psrpcore.PipelineOutputEvent)]


@pytest.fixture
def core(host: HostProcess) -> Iterator[Core]:
    with WSMan("127.0.0.1", port=host.port, ssl=False, username=USER, password=PASSWORD, auth="ntlm") as connection:
        opened = Core(connection, application_arguments={"Ticket": "T-1"})
        opened.open()
        yield opened
        opened.shell.close()


def test_values(core: Core) -> None:
    output = core.invoke("1; 'two'; 3.5; $true; $PSSenderInfo.ApplicationArguments.Ticket; [version]'1.2.3'")
    assert output == [1, "two", 3.5, True, "T-1", PSVersion("1.2.3")]


def test_arguments_input_and_fragments(core: Core) -> None:
    text = "äöü-" * 30_000
    assert core.invoke("param($a, $b) $a.Length; $b * 2", text, 21) == [len(text), 42]
    pipeline = core.start("process { $_ + 1 }", no_input=False)
    for number in range(5):
        pipeline.send(number)
    pipeline.send_eof()
    core.flush()
    found = core.collect(pipeline)
    assert [e.data for e in found if isinstance(e, psrpcore.PipelineOutputEvent)] == [1, 2, 3, 4, 5]
    assert pipeline.state == PSInvocationState.Completed


def test_records_and_a_terminating_error(core: Core) -> None:
    found = core.collect(
        core.start("Write-Warning 'careful'; Write-Information 'told'; Write-Error 'bad'; throw 'end'")
    )
    warning = next(e for e in found if isinstance(e, psrpcore.WarningRecordEvent))
    told = next(e for e in found if isinstance(e, psrpcore.InformationRecordEvent))
    bad = next(e for e in found if isinstance(e, psrpcore.ErrorRecordEvent))
    state = found[-1]
    assert warning.record.Message == "careful"
    assert told.record.MessageData == "told"
    assert str(bad.record) == "bad"
    assert isinstance(state, psrpcore.PipelineStateEvent)
    assert state.state == PSInvocationState.Failed
    assert "end" in str(state.reason)


def test_a_secure_string_after_the_key_exchange(core: Core) -> None:
    core.pool.exchange_key()
    core.flush()
    done = False
    while not done:
        core.receive(None)
        done = any(isinstance(event, psrpcore.EncryptedSessionKeyEvent) for event in core.events())
    text = "s3cret ß"
    assert core.invoke("param($s) ConvertFrom-SecureString $s -AsPlainText; $s", PSSecureString(text))[0] == text


def test_host_calls(host: HostProcess) -> None:
    with WSMan("127.0.0.1", port=host.port, ssl=False, username=USER, password=PASSWORD, auth="ntlm") as connection:
        client_host = psrpcore.types.HostInfo(
            IsHostNull=False, IsHostUINull=False, IsHostRawUINull=True, UseRunspaceHost=False
        )
        core = Core(connection, host=client_host)
        core.open()
        pipeline = psrpcore.ClientPowerShell(core.pool, host=client_host)
        pipeline.add_script("$Host.UI.ReadLine() + '!'")
        pipeline.start()
        payload = core.pool.data_to_send(LIMIT)
        assert payload is not None
        core.shell.command("", [base64.b64encode(payload.data).decode()], command_id=str(pipeline.pipeline_id).upper())
        output = []
        while pipeline.state == PSInvocationState.Running:
            core.receive(pipeline.pipeline_id)
            for event in core.events():
                if isinstance(event, psrpcore.PipelineHostCallEvent):
                    pipeline.host_response(event.ci, return_value="typed")
                    core.flush()
                elif isinstance(event, psrpcore.PipelineOutputEvent):
                    output.append(event.data)
        core.shell.close()
    assert output == ["typed!"]
