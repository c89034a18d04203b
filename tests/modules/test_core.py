from __future__ import annotations

from remora.engine.streams import CollectingSink

P = "Microsoft.PowerShell.Commands."


def test_get_command(ps) -> None:
    assert ps("(Get-Command Get-ChildItem).Name").output == ["Get-ChildItem"]
    assert ps("(Get-Command ls).CommandType").text == "Alias"
    assert ps("(Get-Command *-Job).Name").output == [
        "Debug-Job", "Get-Job", "Receive-Job", "Remove-Job", "Start-Job", "Stop-Job", "Wait-Job",
    ]  # fmt: skip
    assert ps("(Get-Command -Noun Location -Verb Get).Name").output == ["Get-Location"]
    assert ps("Get-Command nosuchcommand").ids == [f"CommandNotFoundException,{P}GetCommandCommand"]
    assert ps("Get-Command nosuchcommand -ErrorAction SilentlyContinue | select -Exp Name").output == []
    assert ps("function mine { param([int]$x) }; (Get-Command mine).CommandType").text == "Function"
    assert ps("(Get-Command sh).CommandType").text == "Application"
    assert "Get-Item [-Path] <string[]>" in ps("Get-Command Get-Item -Syntax").output[0]
    lines = ps("Get-Command Get-Item, ls").text.split("\n")
    assert lines[1].startswith("CommandType     Name                                               Version    Source")
    assert lines[3].startswith("Cmdlet          Get-Item")
    assert lines[4].startswith("Alias           ls -> Get-ChildItem")


def test_invoke_command_here(ps) -> None:
    assert ps("Invoke-Command { param($a, $b) $a + $b } -ArgumentList 1, 2").output == [3]
    assert ps("$x = 1; Invoke-Command { $x = 2 }; $x").output == [1]
    assert ps("$x = 1; Invoke-Command { $x = 2 } -NoNewScope; $x").output == [2]
    assert ps("1, 2 | Invoke-Command { $input | % { $_ * 2 } }").output == [2, 4]


def test_strict_mode(ps) -> None:
    assert ps("& { Set-StrictMode -Version Latest; $undefinedvariable }").ids == ["VariableIsUndefined"]
    assert ps("$undefinedvariable").ids == []
    assert ps("Set-StrictMode -Version Latest; Set-StrictMode -Off; $undefinedvariable").ids == []


def test_measure_command_and_sleep(ps) -> None:
    taken = ps("Measure-Command { Start-Sleep -Milliseconds 50 }").output[0]
    assert 0.05 <= taken.total_seconds() < 5
    assert ps("(Measure-Command { 'dropped' }).GetType().Name").output == ["TimeSpan"]


def test_host_is_not_asked_without_one(ps) -> None:
    assert ps("Read-Host name").ids[0].startswith("NonInteractive")
    assert ps("$Host.Name; (Get-Host).Name").output == ["Default Host", "Default Host"]


def test_help_names_and_describes(ps) -> None:
    shown = ps("Get-Help Get-Item | Out-String").output[0]
    assert "NAME\n    Get-Item\n" in shown
    assert "SYNTAX" in shown
    assert ps("Get-Help nosuchthing").ids[0].startswith("HelpNotFound")


def test_unsupported_things_name_themselves(ps) -> None:
    ran = ps("Start-Job -ScriptBlock { 1 } -Credential x")
    assert ran.ids == [f"NotSupported,{P}StartJobCommand"]
    assert "Start-Job -Credential" in ran.messages[0]


def test_history(ps) -> None:
    for text in ("1 + 1", "'two'"):
        ps.runspace.invoke(text, sink=CollectingSink(), add_to_history=True)
    assert ps("(Get-History).CommandLine").output == ["1 + 1", "'two'"]
    assert ps("(Get-History -Count 1).Id").output == [2]
    assert ps("(Get-History -Id 1).ExecutionStatus").output == ["Completed"]
    assert ps("Get-History -Id 9").ids == [f"GetHistoryNoHistoryForId,{P}GetHistoryCommand"]
    assert ps("Invoke-History 1").output == [2]
    assert ps("Get-History").text.split("\n")[3].endswith(" 1 + 1")
    assert ps("Clear-History; @(Get-History).Count").output == [0]


def test_removed_aliases_stay_removed(ps) -> None:
    assert (
        ps("Remove-Alias gsv -Force; Get-Service | Out-Null; Get-Alias gsv -ErrorAction SilentlyContinue").output == []
    )


def test_execution_policy(ps) -> None:
    assert ps(
        "(Get-ExecutionPolicy) -eq 'Unrestricted'; (Get-ExecutionPolicy CurrentUser).GetType().FullName"
    ).output == [
        True,
        "Microsoft.PowerShell.ExecutionPolicy",
    ]
    assert ps('Get-ExecutionPolicy -List | % { "$($_.Scope)" } | Select-Object -First 2').output == [
        "MachinePolicy",
        "UserPolicy",
    ]
    assert ps("Get-ExecutionPolicy -List -Scope Process").ids == [f"ListAndScopeSpecified,{P}GetExecutionPolicyCommand"]
    refused = f"System.PlatformNotSupportedException,{P}SetExecutionPolicyCommand"
    assert ps("Set-ExecutionPolicy Bypass -Scope Process -Force").ids == [refused]
    assert ps("Set-ExecutionPolicy AllSigned").ids == [refused]
    assert ps("Set-ExecutionPolicy Default UserPolicy").ids == [f"CantSetGroupPolicy,{P}SetExecutionPolicyCommand"]
