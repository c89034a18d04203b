"""The commands that write to streams, parameter by parameter."""

from __future__ import annotations

import os
import pwd
from typing import Any

import pytest

from tests.modules.conftest import Shell

WRITE_ERROR = ",Microsoft.PowerShell.Commands.WriteErrorCommand"


@pytest.mark.parametrize(
    ("arguments", "shown", "expected"),
    [
        ("m", "$_.Exception.Message, $_.Exception.GetType().Name", ["m", "WriteErrorException"]),
        ("m -ErrorId E", "$_.FullyQualifiedErrorId", ["E"]),
        ("m -Category InvalidData", "\"$($_.CategoryInfo.Category)\"", ["InvalidData"]),
        ("m -CategoryActivity a -CategoryReason r", "$_.CategoryInfo.Activity, $_.CategoryInfo.Reason", ["a", "r"]),
        ("m -CategoryTargetName n -TargetType t", "$_.CategoryInfo.TargetName, $_.CategoryInfo.TargetType", ["n", "t"]),
        ("m -TargetObject 5", "$_.TargetObject, $_.CategoryInfo.TargetType", [5, "Int32"]),
        ("m -RecommendedAction do", "$_.ErrorDetails.RecommendedAction, $_.ErrorDetails.Message", ["do", "m"]),
        ("-Exception ([ArgumentException]::new('x'))", "$_.Exception.GetType().Name", ["ArgumentException"]),
        ("-Exception ([ArgumentException]::new('x')) -Message m", "$_.Exception.Message, \"$_\"", ["x", "m"]),
        ("-ErrorRecord $record", "$_.FullyQualifiedErrorId, $_.TargetObject", ["Rid", "t"]),
    ],
)  # fmt: skip
def test_write_error(ps: Shell, arguments: str, shown: str, expected: list[Any]) -> None:
    record = "$record = [Management.Automation.ErrorRecord]::new([Exception]::new('r'), 'Rid', 'NotSpecified', 't'); "
    ran = ps(record + f"Write-Error {arguments} -ErrorVariable e -ErrorAction SilentlyContinue; $e | % {{ {shown} }}")
    assert [str(one).removesuffix(WRITE_ERROR) if isinstance(one, str) else one for one in ran.output] == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("Write-Output 1, 2 | % { $_ }", [1, 2]),
        ("(Write-Output 1, 2 -NoEnumerate).Count; Write-Output -InputObject 3", [2, 3]),
        ("Write-Information m -Tags a, b 6>&1 | % { $_.MessageData; $_.Tags }", ["m", "a", "b"]),
        ("Write-Information m -InformationVariable v; $v.MessageData", ["m"]),
        ("Write-Host a b -Separator '-' 6>&1 | % { \"$_\" }", ["a-b"]),
        ("Write-Host a -NoNewline 6>&1 | % { $_.MessageData.NoNewLine }", [True]),
        (("Write-Host a -ForegroundColor Red -BackgroundColor Blue 6>&1 | % { \"$($_.MessageData.ForegroundColor)\"; "
         "\"$($_.MessageData.BackgroundColor)\" }"), ["Red", "Blue"]),
        ("Write-Warning w 3>&1 | % { $_.Message }", ["w"]),
        ("Write-Verbose v -Verbose 4>&1 | % { $_.Message }", ["v"]),
        ("Write-Debug d -Debug 5>&1 | % { $_.Message }", ["d"]),
    ],
)  # fmt: skip
def test_other_streams(ps: Shell, script: str, expected: list[Any]) -> None:
    assert ps(script).output == expected


def test_a_progress_record_has_all_that_was_given(ps: Shell) -> None:
    ran = ps(
        "Write-Progress act st -Id 3 -ParentId 2 -PercentComplete 40 -SecondsRemaining 9 -CurrentOperation op; "
        "Write-Progress act -Completed"
    )
    first, last = ran.sink.progresses
    assert (first.activity, first.status_description, first.activity_id, first.parent_activity_id) == (
        "act",
        "st",
        3,
        2,
    )
    assert (first.percent_complete, first.seconds_remaining, first.current_operation) == (40, 9, "op")
    assert str(last.record_type) in ("Completed", "1")


def test_the_user_is_the_account_of_the_process(ps: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "somebody")
    name = pwd.getpwuid(os.geteuid()).pw_name
    assert ps("[Environment]::UserName; (Write-Information x 6>&1).User").output == [name, name]
