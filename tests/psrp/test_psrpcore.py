"""An independent implementation on the other end, in memory: its client and our server, our client and its server."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psrpcore
import pytest
from psrpcore import types

from remora.psrp import events as ev
from remora.psrp.client import ClientPool, CommandSpec, Merges, PipelineSpec
from remora.psrp.hostcalls import HostMethod
from remora.psrp.server import ServerPool
from remora.psrp.states import PSInvocationState, RunspacePoolState
from remora.values import (
    ChoiceDescription,
    Coordinates,
    DebugRecord,
    ErrorCategory,
    ErrorRecord,
    FieldDescription,
    HostDefaultData,
    HostInfo,
    InformationRecord,
    Int64,
    ProgressRecord,
    PSCredential,
    SecureString,
    VerboseRecord,
    Version,
    WarningRecord,
)


class TheirClient:
    """psrpcore's client against our server."""

    def __init__(self, **options: Any) -> None:
        self.client = psrpcore.ClientRunspacePool(**options)
        self.server = ServerPool()

    def to_server(self) -> list[Any]:
        events: list[Any] = []
        while (payload := self.client.data_to_send()) is not None:
            pid = payload.pipeline_id
            if pid is not None and pid not in self.server.pipelines:
                self.server.add_pipeline(pid)
            stream = "stdin" if payload.stream_type == psrpcore.StreamType.default else "pr"
            events += self.server.receive(payload.data, pid, stream)
        return events

    def to_client(self) -> list[Any]:
        for pid, _ in list(self.server.pending_streams()):
            while data := self.server.take(pid):
                self.client.receive_data(psrpcore.PSRPPayload(data, psrpcore.StreamType.default, pid))
        events: list[Any] = []
        while (event := self.client.next_event()) is not None:
            events.append(event)
        return events

    def open(self) -> list[Any]:
        self.client.open()
        (requested,) = self.to_server()
        assert isinstance(requested, ev.PoolOpenRequested)
        self.server.accept_open({"PSVersionTable": {"PSVersion": Version(7, 4)}})
        return self.to_client()


class TheirServer:
    """Our client against psrpcore's server."""

    def __init__(self, **options: Any) -> None:
        self.client = ClientPool(uuid4(), **options)
        self.server = psrpcore.ServerRunspacePool(application_private_data={"their": "data"})

    def to_server(self) -> list[Any]:
        for pid, stream in list(self.client.pending_streams()):
            if pid is not None and pid not in self.server.pipeline_table:
                psrpcore.ServerPipeline(self.server, pid)
            kind = psrpcore.StreamType.default if stream == "stdin" else psrpcore.StreamType.prompt_response
            while data := self.client.take(pid, 32768, stream):
                self.server.receive_data(psrpcore.PSRPPayload(data, kind, pid))
        events: list[Any] = []
        while (event := self.server.next_event()) is not None:
            events.append(event)
        return events

    def to_client(self) -> list[Any]:
        events: list[Any] = []
        while (payload := self.server.data_to_send()) is not None:
            events += self.client.receive(payload.data, payload.pipeline_id)
        return events

    def open(self) -> list[Any]:
        self.client.open()
        self.to_server()
        return self.to_client()

    def pipeline(self, spec: PipelineSpec, pid: UUID) -> Any:
        self.client.create_pipeline(spec, pid)
        (created,) = self.to_server()
        assert isinstance(created, psrpcore.CreatePipelineEvent)
        pipeline = self.server.pipeline_table[pid]
        pipeline.start()
        return pipeline


def test_their_client_opens_our_pool() -> None:
    both = TheirClient(min_runspaces=1, max_runspaces=3, application_arguments={"arg": "value"})
    events = both.open()
    assert [type(event) for event in events] == [
        psrpcore.SessionCapabilityEvent,
        psrpcore.ApplicationPrivateDataEvent,
        psrpcore.RunspacePoolStateEvent,
    ]
    assert both.client.state == types.RunspacePoolState.Opened
    assert both.client.application_private_data["PSVersionTable"]["PSVersion"] == types.PSVersion("7.4")
    assert both.server.max_runspaces == 3


def test_their_client_runs_a_pipeline_with_every_stream() -> None:
    both = TheirClient()
    both.open()
    shell = psrpcore.ClientPowerShell(
        both.client, no_input=False, remote_stream_options=types.RemoteStreamOptions.AddInvocationInfo
    )
    shell.add_script("$input")
    shell.add_statement()
    shell.add_command("Get-Item").add_parameter("Path", "/").add_argument(5)
    shell.start()
    shell.send("in")
    shell.send_eof()
    created, given, ended = both.to_server()
    pid = shell.pipeline_id
    assert isinstance(created, ev.PipelineCreateRequested)
    assert [[command.name for command in group] for group in created.spec.statements] == [["$input"], ["Get-Item"]]
    assert created.spec.statements[1][0].parameters == (("Path", "/"), (None, 5))
    assert (given, ended) == (ev.InputReceived(pipeline_id=pid, value="in"), ev.InputEnded(pid))
    server = both.server
    server.send_output(pid, {"a": [1, 2]})
    server.send_record(pid, ErrorRecord.of("bad", "Bad", ErrorCategory.INVALID_DATA))
    server.send_record(pid, WarningRecord(message="w"))
    server.send_record(pid, VerboseRecord(message="v"))
    server.send_record(pid, DebugRecord(message="d"))
    server.send_record(pid, InformationRecord(message_data="i", tags=["PSHOST"]))
    server.send_record(pid, ProgressRecord(activity="p", status_description="s", percent_complete=7))
    server.send_state(pid, PSInvocationState.COMPLETED)
    output, error, warning, verbose, debug, information, progress, state = both.to_client()
    assert output.data["a"] == [1, 2]
    assert error.record.Exception.Message == "bad"
    assert error.record.CategoryInfo.Category == types.ErrorCategory.InvalidData
    assert [str(event.record.Message) for event in (warning, verbose, debug)] == ["w", "v", "d"]
    assert information.record.MessageData == "i"
    assert (progress.record.Activity, progress.record.PercentComplete) == ("p", 7)
    assert state.state == types.PSInvocationState.Completed


def test_their_client_sees_our_failure() -> None:
    both = TheirClient()
    both.open()
    shell = psrpcore.ClientPowerShell(both.client)
    shell.add_script("throw")
    shell.start()
    both.to_server()
    both.server.send_state(shell.pipeline_id, PSInvocationState.FAILED, ErrorRecord.of("thrown"))
    (state,) = both.to_client()
    assert state.state == types.PSInvocationState.Failed
    assert str(state.reason.Exception.Message) == "thrown"


def test_their_client_exchanges_keys_with_our_server() -> None:
    both = TheirClient()
    both.open()
    both.client.exchange_key()
    assert both.to_server() == [ev.KeyExchanged()]
    assert [type(event) for event in both.to_client()] == [psrpcore.EncryptedSessionKeyEvent]
    shell = psrpcore.ClientPowerShell(both.client)
    shell.add_command("x").add_argument(types.PSSecureString("their secret"))
    shell.start()
    (created,) = both.to_server()
    assert created.spec.statements[0][0].parameters[0][1].reveal() == "their secret"
    both.server.send_output(shell.pipeline_id, PSCredential("user", SecureString("our secret")))
    (output,) = both.to_client()
    assert output.data.UserName == "user"
    assert output.data.Password.decrypt() == "our secret"


def test_their_client_asks_for_the_key_of_a_secret_that_came() -> None:
    both = TheirClient()
    both.open()
    shell = psrpcore.ClientPowerShell(both.client)
    shell.add_script("x")
    shell.start()
    both.to_server()
    both.server.send_output(shell.pipeline_id, SecureString("late secret"))
    (output,) = both.to_client()
    both.client.exchange_key()
    both.to_server()
    assert [type(event) for event in both.to_client()] == [psrpcore.EncryptedSessionKeyEvent]
    assert output.data.decrypt() == "late secret"


def test_our_server_calls_their_host() -> None:
    screen = types.HostDefaultData(
        ForegroundColor=types.ConsoleColor.White,
        BackgroundColor=types.ConsoleColor.Blue,
        CursorPosition=types.Coordinates(1, 2),
        WindowPosition=types.Coordinates(3, 4),
        CursorSize=5,
        BufferSize=types.Size(6, 7),
        WindowSize=types.Size(8, 9),
        MaxWindowSize=types.Size(10, 11),
        MaxPhysicalWindowSize=types.Size(12, 13),
        WindowTitle="title",
    )
    present = dict.fromkeys(("IsHostNull", "IsHostUINull", "IsHostRawUINull", "UseRunspaceHost"), False)
    both = TheirClient(host=types.HostInfo(**present, HostDefaultData=screen))
    both.client.open()
    (requested,) = both.to_server()
    data = requested.init.host_info.default_data
    assert (data.foreground_color, data.cursor_position, data.window_title) == (15, Coordinates(x=1, y=2), "title")
    both.server.accept_open(None)
    both.to_client()
    shell = psrpcore.ClientPowerShell(both.client)
    shell.add_script("x")
    shell.start()
    both.to_server()
    pid = shell.pipeline_id
    both.server.host_call(pid, HostMethod.WRITE_LINE2, ("hi",))
    fields = (FieldDescription(name="n", help_message="help"),)
    first = both.server.host_call(pid, HostMethod.PROMPT, ("caption", "message", fields))
    second = both.server.host_call(
        None, HostMethod.PROMPT_FOR_CHOICE, ("c", "m", (ChoiceDescription(label="&Yes"),), 0)
    )
    calls = both.to_client()
    by_method = {event.method_identifier: event for event in calls}
    assert by_method[types.HostMethodIdentifier.WriteLine2].method_parameters == ["hi"]
    prompt = by_method[types.HostMethodIdentifier.Prompt]
    assert prompt.method_parameters[2][0].Name == "n"
    choice = by_method[types.HostMethodIdentifier.PromptForChoice]
    assert choice.method_parameters[2][0].Label == "&Yes"
    shell.host_response(prompt.ci, return_value={"n": "answer"})
    both.client.host_response(choice.ci, return_value=1)
    answers = {answer.response.call_id: answer.response.value for answer in both.to_server()}
    assert answers == {first: {"n": "answer"}, second: 1}


def test_their_client_connects_to_our_pool() -> None:
    first = TheirClient()
    first.open()
    second = TheirClient(runspace_pool_id=first.client.runspace_pool_id)
    second.server = first.server
    second.client.connect()
    data = b""
    while (payload := second.client.data_to_send()) is not None:
        data += payload.data
    first.server.receive_connect(data)
    response, _ = first.server.accept_connect()
    second.client.receive_data(psrpcore.PSRPPayload(response, psrpcore.StreamType.default, None))
    second.to_client()
    assert second.client.state == types.RunspacePoolState.Opened


@pytest.mark.parametrize("count", [2, -1])
def test_their_client_sets_runspaces(count: int) -> None:
    both = TheirClient()
    both.open()
    both.client.set_max_runspaces(count)
    events = both.to_server()
    for event in events:
        assert isinstance(event, ev.SetMaxRunspacesRequested)
        both.server.send_availability(event.call_id, both.server.try_set_runspaces(maximum=event.count))
    answers = both.to_client()
    assert bool(events) == bool(answers)
    if count > 0:
        assert both.client.max_runspaces == both.server.max_runspaces == count


def test_our_client_opens_their_pool() -> None:
    both = TheirServer(
        application_arguments={"a": 1}, host_info=HostInfo(default_data=HostDefaultData(window_title="t"))
    )
    events = both.open()
    assert ev.PoolStateChanged(state=RunspacePoolState.OPENED) in events
    assert both.client.application_private_data is not None
    assert both.client.application_private_data["their"] == "data"
    assert both.server.application_arguments == {"a": 1}


def test_our_client_runs_their_pipeline_with_every_stream() -> None:
    both = TheirServer()
    both.open()
    pid = uuid4()
    statements = (
        (CommandSpec(name="a", is_script=True), CommandSpec(name="b", merges=Merges.error_to_output())),
        (CommandSpec(name="Get-Item", parameters=(("Path", "/"), (None, Int64(2)))),),
    )
    pipeline = both.pipeline(PipelineSpec(statements=statements, no_input=False), pid)
    names = [command.command_text for command in pipeline.metadata.commands]
    assert names == ["a", "b", "Get-Item"]
    assert [command.end_of_statement for command in pipeline.metadata.commands][1] is True
    both.client.pipelines[pid].send_input("in")
    both.client.pipelines[pid].end_input()
    assert [type(event) for event in both.to_server()] == [
        psrpcore.PipelineInputEvent,
        psrpcore.EndOfPipelineInputEvent,
    ]
    pipeline.write_output({"k": "v"})
    pipeline.write_error(types.NETException("broken"))
    pipeline.write_warning("w")
    pipeline.write_verbose("v")
    pipeline.write_debug("d")
    pipeline.write_information("i", "source")
    pipeline.write_progress("activity", 1, "status")
    pipeline.complete()
    output, *records, state = both.to_client()
    assert output == ev.PipelineOutput(pipeline_id=pid, value={"k": "v"})
    assert [type(event.record) for event in records] == [
        ErrorRecord, WarningRecord, VerboseRecord, DebugRecord, InformationRecord, ProgressRecord,
    ]  # fmt: skip
    assert [str(event.record) for event in records[:4]] == ["broken", "w", "v", "d"]
    assert records[4].record.message_data == "i"
    assert records[5].record.activity == "activity"
    assert state == ev.PipelineStateChanged(pipeline_id=pid, state=PSInvocationState.COMPLETED)


def test_our_client_answers_their_host_calls() -> None:
    both = TheirServer(host_info=HostInfo(is_host_null=False))
    both.open()
    pid = uuid4()
    pipeline = both.pipeline(PipelineSpec.script("x"), pid)
    pipeline.host_call(types.HostMethodIdentifier.WriteLine2, ["line"])
    call_id = pipeline.host_call(types.HostMethodIdentifier.ReadLine)
    told, asked = both.to_client()
    assert (told.call.method, told.call.args, told.call.needs_response) == (HostMethod.WRITE_LINE2, ("line",), False)
    both.client.respond(asked, "typed")
    (answer,) = both.to_server()
    assert (answer.ci, answer.result) == (call_id, "typed")
    pipeline.host_call(types.HostMethodIdentifier.ReadLine)
    (asked,) = both.to_client()
    both.client.respond(asked, error=ErrorRecord.of("no console"))
    (answer,) = both.to_server()
    assert answer.error.Exception.Message == "no console"


def test_our_client_exchanges_keys_with_their_server() -> None:
    both = TheirServer()
    both.open()
    pid = uuid4()
    spec = PipelineSpec.script("x", arguments=(PSCredential("user", SecureString("ours")),))
    both.client.create_pipeline(spec, pid)
    assert [type(event) for event in both.to_server()] == [psrpcore.PublicKeyEvent]
    assert both.to_client() == [ev.KeyExchanged()]
    (created,) = both.to_server()
    ((_, credential),) = created.pipeline.commands[0].parameters
    assert credential.Password.decrypt() == "ours"
    pipeline = both.server.pipeline_table[pid]
    pipeline.start()
    pipeline.write_output(types.PSSecureString("theirs"))
    (output,) = both.to_client()
    assert output.value.reveal() == "theirs"


def test_their_server_asks_our_client_for_a_key() -> None:
    both = TheirServer()
    both.open()
    both.server.request_key()
    both.to_client()
    both.to_server()
    assert both.to_client() == [ev.KeyExchanged()]


def test_our_client_sets_and_asks_runspaces() -> None:
    both = TheirServer()
    both.open()
    asked = both.client.set_max_runspaces(4)
    available = both.client.get_available_runspaces()
    reset = both.client.reset_runspace_state()
    for event in both.to_server():
        if isinstance(event, psrpcore.GetAvailableRunspacesEvent):
            both.server.runspace_availability_response(event.ci, 1)
        else:
            both.server.runspace_availability_response(event.ci, True)
    answers = {event.call_id: event.response for event in both.to_client()}
    assert answers == {asked: True, available: 1, reset: True}
    assert both.client.max_runspaces == 4
