"""Items 112 to 122: Invoke-Command and the jobs it makes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from remora.client.invoke import invoke_command
from remora.client.pssession import PSSession
from remora.client.repository import PSSessionRepository
from remora.errors import PSSessionError
from tests.support.console_client import ConsoleClient
from tests.support.session_lab import Lab

OPEN = "$s = New-PSSession Server01"


def test_item_112_a_command_started_in_a_session_that_is_left(a: ConsoleClient, lab: Lab) -> None:
    said = a("Invoke-Command Server01 { 1; Start-Sleep 60 } -InDisconnectedSession")
    assert len(said.values) == 1
    shown = a('Get-PSSession | ForEach-Object { "$($_.State) $($_.Availability) $($_.GetType().Name)" }')
    assert shown.value == "Disconnected None PSSession"
    assert [shell["state"] for shell in lab.shells()] == ["Disconnected"]


async def test_item_112_in_python(lab: Lab) -> None:
    left = await invoke_command("1", **lab.way(), in_disconnected_session=True, repository=PSSessionRepository())
    assert isinstance(left, PSSession)
    assert (left.state.value, left.availability.value) == ("Disconnected", "None")


def test_item_113_a_session_name_is_for_sessions_that_are_left(a: ConsoleClient, b: ConsoleClient) -> None:
    said = a("Invoke-Command Server01 { 1 } -SessionName Mine")
    assert said.ids == ["System.InvalidOperationException"]
    assert said.failure is not None
    a("Invoke-Command Server01 { 1 } -SessionName Mine -InDisconnectedSession")
    assert b("(Get-PSSession -ComputerName Server01).Name").value == "Mine"


async def test_item_113_item_114_in_python(lab: Lab) -> None:
    for wrong in ({"session_name": "x"}, {"in_disconnected_session": True, "as_job": True}):
        with pytest.raises(PSSessionError) as refused:
            await invoke_command("1", **lab.way(), **wrong)
        assert refused.value.error_id == "System.InvalidOperationException"


@pytest.mark.parametrize("job", ["-AsJob", "-JobName j"])
def test_item_114_a_job_and_a_session_that_is_left_exclude_each_other(a: ConsoleClient, lab: Lab, job: str) -> None:
    said = a(f"Invoke-Command Server01 {{ 1 }} -InDisconnectedSession {job}")
    assert said.ids == ["System.InvalidOperationException"]
    assert said.failure is not None
    assert lab.shells() == []


def test_item_115_a_disconnected_session_runs_nothing(a: ConsoleClient) -> None:
    said = a(f"{OPEN}; $null = Disconnect-PSSession $s; Invoke-Command -Session $s {{ 1 }}")
    assert said.ids == ["InvokeCommandCommandInvalidSessionState", "InvalidOperation"]
    assert said.errors[0].target_type is not None
    assert said.errors[0].target_type.endswith("PSSession")
    both = a("Invoke-Command -Session $s, (New-PSSession Server01) { 'ran' }")
    assert (both.values, both.ids) == (["ran"], ["InvokeCommandCommandInvalidSessionState"])


def test_item_116_values_of_ours_reach_the_script(a: ConsoleClient) -> None:
    said = a(
        "$word = 'mine'; $list = 1, 2; Invoke-Command Server01 -ArgumentList first, second"
        ' { param($x, $y) "$using:word $($using:list.Count) $x $y" }'
    )
    assert said.value == "mine 2 first second"
    missing = a("Invoke-Command Server01 { $using:nowhere }")
    assert missing.ids == ["UsingVariableIsUndefined"]


def test_item_117_a_script_file_runs_there(a: ConsoleClient, tmp_path: Path) -> None:
    script = tmp_path / "job.ps1"
    script.write_text("param($n) $n * 2\n", "utf-8")
    assert a(f"Invoke-Command Server01 -FilePath '{script}' -ArgumentList 21").value == 42
    other = tmp_path / "job.txt"
    other.write_text("1", "utf-8")
    for wrong in (other, tmp_path / "*.ps1"):
        assert a(f"Invoke-Command Server01 -FilePath '{wrong}'").ids == ["Argument"]
    script.unlink()
    assert a(f"Invoke-Command Server01 -FilePath '{script}'").failure is not None


def test_item_118_the_name_of_the_computer_stays_on_what_it_wrote(a: ConsoleClient) -> None:
    script = "Invoke-Command Server01 {{ [pscustomobject]@{{ N = 1 }} }} {0}"
    told = 'ForEach-Object { "$($_.PSComputerName) $($_.PSShowComputerName)" }'
    assert a(f"{script.format('')} | {told}").value == "Server01 True"
    assert a(f"{script.format('-HideComputerName')} | {told}").value == "Server01 False"
    assert "PSComputerName" in a(script.format("")).text
    assert "PSComputerName" not in a(script.format("-HCN")).text


def test_item_119_a_job_of_the_session_lives_on_while_nobody_is_connected(a: ConsoleClient, b: ConsoleClient) -> None:
    a(
        "$s = New-PSSession Server01 -Name Work; Invoke-Command $s { $null = Start-Job -Name Job2 { 'made' } };"
        " $null = Disconnect-PSSession $s"
    )
    b("$s = Connect-PSSession -ComputerName Server01 -Name Work; Invoke-Command $s { $null = Wait-Job Job2 }")
    state = b("Invoke-Command $s { (Get-Job -Name Job2).State }")
    assert [str(value) for value in state.values] == ["Completed"] or state.value["value"] == "Completed"
    assert b("Invoke-Command $s { Receive-Job -Name Job2 }").value == "made"


def test_item_120_what_one_command_sets_the_next_one_has(a: ConsoleClient) -> None:
    assert a(f"{OPEN}; Invoke-Command $s {{ $kept = 7 }}; Invoke-Command $s {{ $kept + 1 }}").value == 8


def test_item_122_jobs_as_a_table(a: ConsoleClient) -> None:
    said = a("$j = Invoke-Command Server01 { 'x' * 3 } -AsJob -JobName Long; $null = Wait-Job $j; $j")
    head, rule, row = said.lines
    columns = (("Id", 6), ("Name", 15), ("PSJobTypeName", 15), ("State", 13), ("HasMoreData", 15), ("Location", 20))
    at = 0
    for name, width in columns:
        assert head[at:].startswith(name), head
        assert rule[at : at + len(name) + 1].rstrip() == "-" * len(name)
        at += width + 1
    assert head[at:].strip() == "Command"
    assert row.split()[1:] == ["Long", "RemoteJob", "Completed", "True", "Server01", "'x'", "*", "3"]


def test_a_command_left_with_a_token_for_the_network(a: ConsoleClient, b: ConsoleClient, lab: Lab) -> None:
    if lab.far_address is None:
        pytest.skip("this machine has no address beside the loopback one")
    a("$s = Invoke-Command localhost { 1 } -InDisconnectedSession -SessionName Near -EnableNetworkAccess")
    assert b("Connect-PSSession -ComputerName Far -Name Near").ids == ["AccessDenied,PSSessionConnectFailed"]
    assert a("Receive-PSSession $s").values == [1]


def test_jobs_of_several_machines_have_a_child_for_each(a: ConsoleClient) -> None:
    said = a(
        "$j = Invoke-Command Server01, Server02, Nowhere { 1; 2 } -AsJob; $null = Wait-Job $j;"
        " $j.State; $j.Location; $j.ChildJobs.Count; ($j.ChildJobs | Sort-Object Id).State -join ' ';"
        " (Receive-Job $j -ErrorAction SilentlyContinue | Sort-Object) -join ' '; $j.HasMoreData"
    )
    assert said.values == ["Failed", "Server01,Server02,Nowhere", 3, "Completed Completed Failed", "1 1 2 2", False]


@pytest.fixture
def mark() -> Iterator[str]:
    """The beginning of names of files that every user of this machine can make and see; they are removed."""
    start = Path(tempfile.gettempdir()) / f"remora-{uuid4().hex}"
    yield str(start)
    for made in start.parent.glob(f"{start.name}*"):
        made.unlink()


def test_a_job_follows_its_session(a: ConsoleClient, mark: str) -> None:
    """Left, it is Disconnected and keeps what it had; connected again, it goes on to its end."""
    a(
        f"{OPEN}; $j = Invoke-Command $s -AsJob {{ 1; while (-not (Test-Path {mark})) {{ Start-Sleep -m 20 }}; 2 }};"
        " while ($j.ChildJobs[0].Output.Count -lt 1) { Start-Sleep -m 20 }; $null = Disconnect-PSSession $s"
    )
    assert a('"$($j.State) $($j.HasMoreData)"').value == "Disconnected True"
    assert a("$null = Connect-PSSession $s; $j.State").value == "Running"
    Path(mark).touch()
    assert a('$null = Wait-Job $j; Receive-Job $j; "$($j.State)"').values == [1, 2, "Completed"]


def test_input_flows_while_it_comes(a: ConsoleClient, mark: str) -> None:
    """The second object is made here when the first one has arrived there."""
    said = a(
        f"{OPEN}; 1..2 | ForEach-Object {{ $_; $end = [datetime]::Now.AddSeconds(20); while (-not (Test-Path {mark})"
        " -and [datetime]::Now -lt $end) { Start-Sleep -m 20 } } |"
        f" Invoke-Command $s {{ process {{ if ($_ -eq 1) {{ '' > {mark} }}; \"$_ $([datetime]::Now.Ticks)\" }} }};"
        f" (Test-Path {mark})"
    )
    first, second, _there = said.values
    assert (first[0], second[0]) == ("1", "2")
    assert int(second[2:]) - int(first[2:]) < 15 * 10_000_000


def test_several_targets_run_at_once(a: ConsoleClient, mark: str) -> None:
    """Each waits for the others: one after the other, none would see three."""
    said = a(
        "$all = 1..3 | ForEach-Object { New-PSSession Server01 }; Invoke-Command $all {"
        f" '' > \"{mark}-$PID\"; $end = [datetime]::Now.AddSeconds(20);"
        f" while ((Get-ChildItem {mark}-*).Count -lt 3 -and [datetime]::Now -lt $end) {{ Start-Sleep -m 20 }};"
        f" (Get-ChildItem {mark}-*).Count }}"
    )
    assert said.values == [3, 3, 3]


def test_json_of_the_command_line_names_the_computers(lab: Lab) -> None:
    done = lab.cli("run", "Server01", "Server02", "-c", "6 * 7", "-o", "json")
    told = json.loads(done.stdout)
    assert "42" in done.stdout
    assert "Server02" in json.dumps(told)
