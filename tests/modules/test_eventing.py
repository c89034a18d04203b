"""Events: subscribing, raising, waiting, actions."""

from __future__ import annotations

from typing import Any

import pytest

from remora.engine.convert import to_text

C = "Microsoft.PowerShell.Commands."

CASES: list[tuple[str, list[str]]] = [
    (
        (
            "(New-Event a -Sender s -EventArguments 1, 2 -MessageData m).SourceArgs.Count; $e = Get-Event a; $e.Sender;"
            " $e.MessageData; $e.GetType().Name"
        ),
        ["2", "s", "m", "PSEventArgs"],
    ),
    (
        (
            "$null = New-Event a; $null = New-Event b; (Get-Event).Count; Remove-Event a; (Get-Event).SourceIdentifier;"
            " Remove-Event -EventIdentifier (Get-Event b).EventIdentifier; @(Get-Event).Count"
        ),
        ["2", "b", "0"],
    ),
    ("$null = New-Event a; Remove-Event a -WhatIf; @(Get-Event).Count", ["1"]),
    (
        (
            '$j = Register-EngineEvent e -Action { "got $($Event.MessageData) $($args[0])";'
            " Write-Warning w }; $j.State;"
            " $null = New-Event e -MessageData 5 -EventArguments 7; $j.State; Receive-Job $j"
            " 3>$null; @(Get-Event).Count"
        ),
        ["NotStarted", "Running", "got 5 7", "0"],
    ),
    (
        (
            "$null = Register-EngineEvent e -Action { 1 }; Unregister-Event e; (Get-Job e).State;"
            " @(Get-EventSubscriber).Count"
        ),
        ["Stopped", "0"],
    ),
    (
        (
            "Register-EngineEvent e -MessageData 3; (Get-EventSubscriber e).SubscriptionId; $null = New-Event e;"
            " (Get-Event e).MessageData"
        ),
        ["1", "3"],
    ),
    (
        (
            "$null = Register-EngineEvent e -Action { $global:n++ } -MaxTriggerCount 1; $null ="
            " New-Event e; $null = New-Event e;"
            " $n"
        ),
        ["1"],
    ),
    (
        (
            "$null = Register-EngineEvent e -SupportEvent -Action { }; @(Get-EventSubscriber).Count;"
            " @(Get-EventSubscriber -Force).Count"
        ),
        ["0", "1"],
    ),
    ("$null -eq (Wait-Event nothing -Timeout 0)", ["True"]),
    ("$null = New-Event w; (Wait-Event w).SourceIdentifier", ["w"]),
    (
        (
            "$t = [System.Timers.Timer]::new(20); Register-ObjectEvent $t Elapsed tick; $t.AutoReset"
            " = $false; $t.Start();"
            " $e = Wait-Event tick -Timeout 20; $e.SourceEventArgs.GetType().Name; $e.Sender.Enabled"
        ),
        ["ElapsedEventArgs", "False"],
    ),
    (
        (
            "$o = [System.Collections.ObjectModel.ObservableCollection[object]]::new();"
            " Register-ObjectEvent -InputObject $o"
            " -EventName CollectionChanged -SourceIdentifier c; $o.Add(5); (Get-Event c).SourceEventArgs.Action;"
            " Unregister-Event -SubscriptionId (Get-EventSubscriber c).SubscriptionId; $o.Add(6); @(Get-Event c).Count"
        ),
        ["Add", "1"],
    ),
    ("$null = Register-EngineEvent e -Action { throw 'x' }; $null = New-Event e; 'goes on'", ["goes on"]),
]

IDS: list[tuple[str, str]] = [
    ("Unregister-Event nope", f"INVALID_SOURCE_IDENTIFIER,{C}UnregisterEventCommand"),
    ("Unregister-Event -SubscriptionId 99", f"INVALID_SUBSCRIPTION_IDENTIFIER,{C}UnregisterEventCommand"),
    ("Get-Event nope", f"INVALID_SOURCE_IDENTIFIER,{C}GetEventCommand"),
    ("Get-Event -EventIdentifier 99", f"INVALID_EVENT_IDENTIFIER,{C}GetEventCommand"),
    ("Remove-Event nope", f"INVALID_SOURCE_IDENTIFIER,{C}RemoveEventCommand"),
    ("Get-EventSubscriber nope", f"INVALID_SOURCE_IDENTIFIER,{C}GetEventSubscriberCommand"),
    ("Register-ObjectEvent 5 Elapsed", f"INVALID_REGISTRATION,{C}RegisterObjectEventCommand"),
    ("Register-EngineEvent e; Register-EngineEvent e", f"SUBSCRIBER_EXISTS,{C}RegisterEngineEventCommand"),
    ("Wait-Event -Timeout -5", f"ParameterArgumentValidationError,{C}WaitEventCommand"),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_events(ps: Any, script: str, expected: list[str]) -> None:
    outcome = ps(script)
    assert outcome.ids == []
    assert [to_text(item) for item in outcome.output] == expected


@pytest.mark.parametrize(("script", "id"), IDS)
def test_what_is_not_there(ps: Any, script: str, id: str) -> None:
    assert ps(script).ids == [id]


def test_events_of_collections_runspaces_and_jobs(ps: Any) -> None:
    outcome = ps(
        "$d = [System.Management.Automation.PSDataCollection[string]]::new(); Register-ObjectEvent $d DataAdded a;"
        " $d.Add('x'); (Get-Event a).SourceEventArgs.Index; $p = [powershell]::Create().AddScript('1');"
        " Register-ObjectEvent $p InvocationStateChanged st; $null = $p.Invoke();"
        " (Get-Event st).SourceEventArgs.InvocationStateInfo.State -join ',';"
        " $j = Start-ThreadJob { 1 }; Register-ObjectEvent $j StateChanged js;"
        " (Wait-Event js -Timeout 20).SourceEventArgs.JobStateInfo.State"
    )
    assert outcome.ids == []
    assert [to_text(item) for item in outcome.output] == ["0", "Running,Completed", "Completed"]


def test_the_action_of_an_event_has_a_module(ps) -> None:
    ran = ps(
        "$j = Register-EngineEvent e -Action { $kept = 42 }; $null = New-Event e; & $j.Module { $kept };"
        " $j.GetType().Name"
    )
    assert ran.output == [42, "PSEventJob"]
