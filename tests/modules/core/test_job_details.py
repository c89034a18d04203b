"""Jobs in detail: the background operator's variables, records as collections, events, refusals."""

from __future__ import annotations

from typing import Any

import pytest

from remora.engine.convert import to_text

START = "Microsoft.PowerShell.Commands.StartJobCommand"

CASES: list[tuple[str, list[str]]] = [
    ("$n = 'Bob'; ${a b} = 'Mary'; $j = Write-Output \"$n ${a b} $none.\" & ; Receive-Job $j -Wait", ["Bob Mary ."]),
    ("$j = $PID & ; (Receive-Job $j -Wait) -ne $PID", ["True"]),
    (
        (
            "$j = Start-Job { 'o'; Write-Verbose v -Verbose } | Wait-Job; $j.ChildJobs[0].Verbose.ReadAll().Message;"
            " $j.ChildJobs[0].Output.Count; $j.Output.Count"
        ),
        ["v", "1", "0"],
    ),
    (
        (
            "$r = Start-Job { 2 } | Receive-Job -Wait -WriteEvents; $r.Count; $r[0]; $r[1].GetType().Name;"
            " $r[2].JobStateInfo.State; $r[2].PreviousJobStateInfo.State"
        ),
        ["3", "2", "JobStateEventArgs", "Completed", "Running"],
    ),
    ("$j = Start-Job { 2 }; @(Receive-Job $j -Wait -NoRecurse).Count; Receive-Job $j.ChildJobs[0]", ["0", "2"]),
    ("$j = Start-ThreadJob { 'x' } | Wait-Job; (Get-Job -Command \" 'x' \").Id -eq $j.Id", ["True"]),
    ("$null = Start-Job { 5 } -Name some | Wait-Job; Receive-Job some; Remove-Job some; @(Get-Job).Count", ["5", "0"]),
    ('$j = Start-Job { Write-Progress p; 5 } | Wait-Job; Receive-Job $j | ForEach-Object { "<$_>" }', ["<5>"]),
    ("$Host.Runspace.Id -eq [runspace]::DefaultRunspace.Id", ["True"]),
    (
        "$a = 1; 1 | ForEach-Object -Parallel { $b = 2; 1 | ForEach-Object -Parallel { $using:b }; $using:a }",
        ["2", "1"],
    ),
]

IDS: list[tuple[str, str]] = [
    ("Receive-Job -Job text", "CannotConvertArgumentNoMessage,Microsoft.PowerShell.Commands.ReceiveJobCommand"),
    ("Wait-Job -Job 5", "CannotConvertArgumentNoMessage,Microsoft.PowerShell.Commands.WaitJobCommand"),
    ("Start-Job { } -RunAs32", f"RunAs32NotSupported,{START}"),
    ("Start-Job { } -PSVersion 2.0", f"ParameterBindingFailed,{START}"),
    ("Start-Job { } -WorkingDirectory /no/where", f"DirectoryNotFoundException,{START}"),
    ("Start-Job { } -WorkingDirectory ' '", f"ParameterArgumentValidationError,{START}"),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_jobs(ps: Any, script: str, expected: list[str]) -> None:
    outcome = ps(script)
    assert outcome.ids == []
    assert [to_text(item) for item in outcome.output] == expected


@pytest.mark.parametrize(("script", "id"), IDS)
def test_what_is_refused(ps: Any, script: str, id: str) -> None:
    assert ps(script).ids == [id]


def test_what_receiving_shows_of_the_information_stream(ps: Any) -> None:
    ps("$j = Start-Job { Write-Information quiet; Write-Host loud } | Wait-Job")
    ran = ps("$null = Receive-Job $j -Keep -InformationVariable all; $all.Count")
    assert ran.output == [2]
    assert [str(one.net_text()) for one in ran.sink.informations if one.shown] == ["loud"]
    ran = ps("Receive-Job $j -InformationAction Continue")
    assert [str(one.net_text()) for one in ran.sink.informations if one.shown] == ["quiet", "loud"]
