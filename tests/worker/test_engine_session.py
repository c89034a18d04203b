from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from remora.modules import builtin_commands
from remora.modules.job_host import ProcessJobHost
from remora.psrp import events as ev
from remora.psrp.hostcalls import HostMethod
from remora.psrp.spec import CommandMetadataSpec, CommandSpec, Merges, PipelineSpec
from remora.psrp.states import PSInvocationState
from remora.values import (
    ErrorRecord,
    HostDefaultData,
    HostInfo,
    InformationRecord,
    PrimitiveDictionary,
    ProgressRecord,
    PSObject,
    VerboseRecord,
    Version,
    WarningRecord,
)
from remora.worker import protocol as p
from remora.worker.engine_session import EngineSession
from remora.worker.pool_driver import PoolDriver
from remora.worker.pool_server import PoolServer
from remora.wsman import uris
from tests.support.pool_client import Outcome, PoolClient
from tests.support.worker_place import Place

UI = HostInfo(is_host_null=False, is_host_ui_null=False, is_host_raw_ui_null=False, default_data=HostDefaultData())
SENDER = p.Sender(name="host\\alice", authentication="Negotiate", connection_string="http://server:5985/wsman")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    def session(driver: PoolDriver, request: p.Open) -> EngineSession:
        return EngineSession.for_shell(driver, request, ProcessJobHost(), builtin_commands())

    place = Place(tmp_path, lambda request, gate, reactor: PoolServer(request, session))
    yield place
    place.close()


def open_pool(place: Place, *, fields: dict[str, Any] | None = None, **options: Any) -> PoolClient:
    return PoolClient(place.front(), place.shell_id, **options).open(sender=SENDER, **(fields or {}))


def test_one_plus_one_needs_one_receive(place: Place) -> None:
    client = open_pool(place)
    for _ in range(10):
        outcome = client.invoke("1+1")
        assert (outcome.output, outcome.state, outcome.receives) == ([2], PSInvocationState.COMPLETED, 1)


def test_private_data_tells_the_version(place: Place) -> None:
    client = open_pool(place)
    data = client.pool.application_private_data
    assert data is not None
    table = data["PSVersionTable"]
    assert table["PSVersion"] >= Version(7, 4)
    assert (table["PSEdition"], table["PSRemotingProtocolVersion"]) == ("Core", Version(2, 3))
    assert table["WSManStackVersion"] == Version(3, 0)


def test_state_lives_on_between_pipelines(place: Place) -> None:
    client = open_pool(place)
    client.invoke("$x = 41; function Get-It { $x + 1 }")
    assert client.invoke("Get-It").output == [42]


def test_all_streams(place: Place) -> None:
    client = open_pool(place)
    outcome = client.invoke(
        "$VerbosePreference = $InformationPreference = 'Continue'; 'out'; Write-Error 'bad' -ErrorId E1; "
        "Write-Warning 'warn'; Write-Verbose 'verb'; Write-Information 'info'; "
        "Write-Progress -Activity 'act' -Status 's' -PercentComplete 5"
    )
    assert outcome.output == ["out"]
    by_type = {type(record): record for record in outcome.records}
    assert {ErrorRecord, WarningRecord, VerboseRecord, InformationRecord, ProgressRecord} <= by_type.keys()
    assert str(by_type[ErrorRecord]) == "bad"
    assert by_type[WarningRecord].message == "warn"
    assert outcome.state is PSInvocationState.COMPLETED


def test_a_terminating_error_is_the_failed_state_alone(place: Place) -> None:
    client = open_pool(place)
    outcome = client.invoke("'before'; throw 'no way'; 'after'")
    assert outcome.output == ["before"]
    assert outcome.state is PSInvocationState.FAILED
    assert "no way" in str(outcome.error)
    assert not [record for record in outcome.records if isinstance(record, ErrorRecord)]
    assert client.invoke("Get-Thing-That-Is-Not").state is not None
    assert client.invoke("'still here'").output == ["still here"]


def test_structured_commands_and_merges(place: Place) -> None:
    client = open_pool(place)
    spec = PipelineSpec(
        statements=(
            (
                CommandSpec(name="Write-Output", parameters=(("InputObject", [3, 1, 2]),)),
                CommandSpec(name="Sort-Object", parameters=(("Descending", True),)),
            ),
            (CommandSpec(name="Write-Output", parameters=((None, "second"),)),),
        )
    )
    assert client.invoke(spec).output == [3, 2, 1, "second"]
    script = CommandSpec(name="Write-Error oops; 'fine'", is_script=True, merges=Merges.error_to_output())
    outcome = client.invoke(PipelineSpec(statements=((script,),)))
    assert [str(value) for value in outcome.output] == ["oops", "fine"]
    assert outcome.records == []


def test_pipeline_input(place: Place) -> None:
    client = open_pool(place)
    pid = client.start(PipelineSpec.script("$input | ForEach-Object { $_ * 2 }", no_input=False))
    client.send_input(pid, 1, 2, end=False)
    client.send_input(pid, 21)
    assert client.finish(pid).output == [2, 4, 42]
    begin = "begin { $n = 0 } process { $n += $_ } end { $n }"
    pid = client.start(PipelineSpec.script(begin, no_input=False))
    client.send_input(pid, 1, 2, 3)
    assert client.finish(pid).output == [6]


def test_objects_come_back_as_objects(place: Place) -> None:
    client = open_pool(place)
    (value,) = client.invoke("[pscustomobject]@{ Name = 'a'; Size = 5 }").output
    assert isinstance(value, PSObject)
    assert (value["Name"], value["Size"]) == ("a", 5)


@pytest.mark.parametrize(
    "script",
    ["while ($true) { $i++ }", "Start-Sleep 60", "while ($true) { 'x' * 1000 }", "/bin/sleep 60", "$input | Out-Null"],
)
def test_stop_within_200_milliseconds(place: Place, script: str) -> None:
    client = open_pool(place)
    pid = client.start(PipelineSpec.script(script, no_input="$input" not in script))
    time.sleep(0.15)
    begun = time.monotonic()
    answer = client.front.ask(p.Signal(command_id=str(pid).upper(), code="powershell/signal/crtl_c"))
    assert answer == p.Ok()
    outcome = client.finish(pid, budget=10_000_000)
    taken = time.monotonic() - begun
    assert outcome.state is PSInvocationState.STOPPED
    assert outcome.error.fully_qualified_error_id == "PipelineStopped"
    assert taken < 0.6  # 200 ms on a machine of its own
    assert client.invoke("1").output == [1]


def test_a_stop_right_after_the_command(place: Place) -> None:
    client = open_pool(place)
    for _ in range(20):
        pid = client.start("while ($true) { }")
        client.front.ask(p.Signal(command_id=str(pid).upper(), code="powershell/signal/ctrl_c"))
        assert client.finish(pid).state is PSInvocationState.STOPPED


def test_pipelines_wait_for_a_runspace(place: Place) -> None:
    client = open_pool(place)
    slow = client.start("Start-Sleep -Milliseconds 300; 'slow'")
    quick = client.start("'quick'")
    last = client.start("'stopped before it ran'")
    client.front.ask(p.Signal(command_id=str(last).upper(), code="powershell/signal/crtl_c"))
    assert client.finish(last).state is PSInvocationState.STOPPED
    assert client.outcomes[last].output == []
    begun = time.monotonic()
    assert client.finish(quick).output == ["quick"]
    assert time.monotonic() - begun > 0.1
    assert client.finish(slow).output == ["slow"]


def test_several_runspaces_work_at_once(place: Place) -> None:
    client = open_pool(place, max_runspaces=4)
    begun = time.monotonic()
    pids = [client.start(f"Start-Sleep -Milliseconds 500; {number}") for number in range(4)]
    assert [client.finish(pid).output for pid in pids] == [[0], [1], [2], [3]]
    assert time.monotonic() - begun < 1.6


def test_host_calls_reach_the_client(place: Place) -> None:
    client = open_pool(place, host_info=UI)
    client.answer = lambda call: "typed" if call.method is HostMethod.READ_LINE else None
    outcome = client.invoke("Write-Host 'seen'; Write-Warning 'careful'; $a = Read-Host; \"got $a\"")
    methods = [call.method for call in outcome.calls]
    assert HostMethod.READ_LINE in methods
    assert HostMethod.WRITE_WARNING_LINE in methods
    assert any(call.args and call.args[-1] == "seen" for call in outcome.calls)
    assert outcome.output == ["got typed"]


def test_without_a_host_questions_are_errors_and_nothing_is_called(place: Place) -> None:
    client = open_pool(place)
    outcome = client.invoke("Write-Host 'x'; try { Read-Host } catch { 'refused' }")
    assert outcome.calls == []
    assert outcome.output == ["refused"]


def test_exit_calls_set_should_exit(place: Place) -> None:
    client = open_pool(place, host_info=UI)
    outcome = client.invoke("'a'; exit 3; 'b'")
    assert outcome.output == ["a"]
    assert [(call.method, call.args) for call in outcome.calls] == [(HostMethod.SET_SHOULD_EXIT, (3,))]
    assert outcome.state is PSInvocationState.COMPLETED


def test_a_nested_pipeline_runs_while_its_parent_waits_for_the_host(place: Place) -> None:
    client = open_pool(place, host_info=UI)
    waiting: list[Any] = []
    client.answer = lambda call: waiting.append(call) or ...  # type: ignore[func-returns-value]
    outer = client.start('$y = 7; $a = Read-Host; "$a $y"')
    while not waiting:
        client.receive(outer)
    nested = client.invoke(PipelineSpec.script("$y += 1; $y", is_nested=True))
    assert nested.output == [8]
    client.pool.respond(ev.HostCallReceived(pipeline_id=outer, call=waiting[0]), "answer")
    client.flush(outer)
    assert client.finish(outer).output == ["answer 8"]


def test_sender_info_and_application_arguments(place: Place) -> None:
    client = open_pool(place, application_arguments=PrimitiveDictionary({"Key": "value"}))
    outcome = client.invoke(
        "$PSSenderInfo.ConnectedUser; $PSSenderInfo.ApplicationArguments.Key; $PSSenderInfo.UserInfo.Identity.Name"
    )
    assert outcome.output == ["host\\alice", "value", "host\\alice"]


def test_reset_forgets_variables(place: Place) -> None:
    client = open_pool(place)
    client.invoke("$kept = 1")
    client.pool.reset_runspace_state()
    client.flush()
    client.events.clear()
    while not client.events:
        client.receive_pool()
    assert client.events[0].response is True
    assert client.invoke("$null -eq $kept").output == [True]


def test_command_metadata(place: Place) -> None:
    client = open_pool(place)
    pid = uuid4()
    client.pool.get_command_metadata(CommandMetadataSpec(names=("Get-Date", "Sort-*")), pid)
    command_id = str(pid).upper()
    data = b64encode(client.pool.take(pid, 100_000)).decode()
    client.front.ask(p.RunCommand(command_id=command_id, arguments=(data,)))
    client.outcomes[pid] = Outcome()
    count, *commands = client.finish(pid).output
    assert count["Count"] == len(commands)
    by_name = {command["Name"]: command for command in commands}
    assert {"Get-Date", "Sort-Object"} <= by_name.keys()
    assert by_name["Sort-Object"]["CommandType"] == 8
    assert "Descending" in by_name["Sort-Object"]["Parameters"]


def test_signals_for_finished_pipelines_are_no_faults(place: Place) -> None:
    client = open_pool(place)
    pid = client.start("1")
    assert client.finish(pid).output == [1]
    for code in ("powershell/signal/ctrl_c", "powershell/signal/crtl_c", uris.SIGNAL_TERMINATE, uris.SIGNAL_TERMINATE):
        assert client.front.ask(p.Signal(command_id=str(pid).upper(), code=code)) == p.Ok()


def test_terminate_ends_a_pipeline(place: Place) -> None:
    client = open_pool(place)
    pid = client.start("Start-Sleep 60")
    command_id = str(pid).upper()
    waiting = client.front.post(p.Receive(command_id=command_id, budget=10_000, timeout=20.0))
    time.sleep(0.05)
    assert client.front.ask(p.Signal(command_id=command_id, code=uris.SIGNAL_TERMINATE)) == p.Ok()
    answer = client.front.wait(waiting)
    assert isinstance(answer, p.Output)
    client.take_answer(pid, answer)
    assert client.outcomes[pid].state is PSInvocationState.STOPPED
    assert client.front.ask(p.ListCommands()) == p.Commands()
    assert client.invoke("2").output == [2]


def test_secure_strings_both_ways(place: Place) -> None:
    client = open_pool(place)
    pid = client.start("ConvertTo-SecureString 'secret' -AsPlainText -Force")
    (value,) = client.finish_secret(pid).output
    assert value.reveal() == "secret"


def test_block_mode_holds_the_script_up(place: Place, tmp_path: Path) -> None:
    client = open_pool(place, fields={"limits": p.Limits(buffer_bytes=100_000)})
    mark = tmp_path / "mark"
    pid = client.start(f"1..300 | % {{ 'x' * 1000 }}; Set-Content -Path {mark} -Value done")
    time.sleep(0.4)
    assert not mark.exists()
    assert len(client.finish(pid).output) == 300
    assert mark.exists()


def test_drop_mode_lets_it_run_while_nobody_is_there(place: Place, tmp_path: Path) -> None:
    client = open_pool(place, fields={"limits": p.Limits(buffer_bytes=100_000)})
    mark = tmp_path / "mark"
    pid = client.start(f"Start-Sleep -Milliseconds 200; 1..500 | % {{ \"$_ \" + 'x' * 1000 }}; Set-Content {mark} done")
    assert client.front.ask(p.Disconnect(buffer_mode="Drop")) == p.Ok()
    deadline = time.monotonic() + 10
    while not mark.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    taker = PoolClient(place.front(), place.shell_id).connect(pid)
    outcome = taker.finish(pid)
    assert outcome.state is PSInvocationState.COMPLETED
    assert 0 < len(outcome.output) < 200
    assert outcome.output[-1].startswith("500 ")


def test_the_success_of_a_pipeline_is_seen_by_the_next(place: Place) -> None:
    client = open_pool(place)
    client.invoke("Write-Error bad")
    assert client.invoke("$?").output == [False]
    client.invoke("1")
    assert client.invoke("$?").output == [True]
