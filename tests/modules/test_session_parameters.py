"""The parameters of the session cmdlets, set by set, and what each of them refuses before anything is sent."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.modules.conftest import Session

EXPECTED: dict[str, Any] = tomllib.loads(Path(__file__).with_name("session_parameters.toml").read_text("utf-8"))
DEFAULTS = {
    "New-PSSession": "ComputerName",
    "Get-PSSession": "Name",
    "Connect-PSSession": "Name",
    "Disconnect-PSSession": "Session",
    "Receive-PSSession": "Session",
    "Remove-PSSession": "Id",
    "Enter-PSSession": "ComputerName",
    "Invoke-Command": "InProcess",
    "Register-PSSessionConfiguration": "NameParameterSet",
    "Set-PSSessionConfiguration": "NameParameterSet",
}
COMMON = (
    "Verbose Debug ErrorAction WarningAction InformationAction ProgressAction ErrorVariable WarningVariable "
    "InformationVariable OutVariable OutBuffer PipelineVariable WhatIf Confirm"
)
SETS = """
foreach ($s in (Get-Command {name}).ParameterSets) {{
    $words = foreach ($p in $s.Parameters) {{
        if ($p.Name -in '{common}'.Split(' ')) {{ continue }}
        $marks = $(if ($p.IsMandatory) {{ '!' }}) + $(if ($p.Position -ge 0) {{ '@' }})
        $marks += $(if ($p.ValueFromPipeline) {{ '<' }}) + $(if ($p.ValueFromPipelineByPropertyName) {{ '.' }})
        $p.Name + $marks
    }}
    "$($s.Name)=$($words -join ' ')"
}}
"""


@pytest.mark.parametrize("name", EXPECTED)
def test_parameter_sets(ps: Session, name: str) -> None:
    expected = {key: sorted(value.split()) for key, value in EXPECTED[name].items() if isinstance(value, str)}
    said = ps(SETS.format(name=name, common=COMMON)).output
    found = {key: sorted(words.split()) for key, _equals, words in (str(line).partition("=") for line in said)}
    assert found == expected
    assert ps(f'"$((Get-Command {name}).DefaultParameterSet)"').output == [DEFAULTS.get(name, "")]


def test_exit_pssession_takes_nothing(ps: Session) -> None:
    assert ps(SETS.format(name="Exit-PSSession", common=COMMON)).output == ["__AllParameterSets="]


@pytest.mark.parametrize("name", EXPECTED)
def test_aliases(ps: Session, name: str) -> None:
    said = ps(f"foreach ($p in (Get-Command {name}).Parameters.Values) {{ $p.Name + '=' + ($p.Aliases -join ' ') }}")
    found = {key: words for key, _equals, words in (str(line).partition("=") for line in said.output)}
    found = {key: sorted(words.split()) for key, words in found.items() if words and key not in COMMON.split()}
    assert found == {key: sorted(words) for key, words in EXPECTED[name].get("aliases", {}).items()}


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("New-PSSession a -Port 0", "ParameterArgumentValidationError"),
        ("New-PSSession a -Port 65536", "ParameterArgumentValidationError"),
        ("Connect-PSSession a -Port 70000", "ParameterArgumentValidationError"),
        ("New-PSSession ''", "ParameterArgumentValidationError"),
        ("New-PSSession -SessionOption $null", "ParameterArgumentValidationError"),
        ("New-PSSession -SessionOption @{ Nothing = 1 }", "CannotConvertArgumentNoMessage"),
        ("New-PSSession -Session 5", "CannotConvertArgumentNoMessage"),
        ("New-PSSession -Authentication Nothing", "CannotConvertArgumentNoMessage"),
        ("New-PSSession -ConnectionUri nowhere", "CreateRemoteRunspaceFailed"),
        ("New-PSSession a -SessionOption @{ IdleTimeout = 86400000 }", "Argument"),
        ("New-PSSession -ComputerName a -AllowRedirection", "AmbiguousParameterSet"),
        ("New-PSSession a -Nothing", "NamedParameterNotFound"),
        ("Get-PSSession -Id x", "CannotConvertArgumentNoMessage"),
        ("Get-PSSession -InstanceId x", "CannotConvertArgumentNoMessage"),
        ("Get-PSSession -Name ''", "ParameterArgumentValidationError"),
        ("Get-PSSession -State Opened", "AmbiguousParameterSet"),
        ("Get-PSSession -Id 1 -Name a", "AmbiguousParameterSet"),
        ("Disconnect-PSSession -Id 1 -OutputBufferingMode Some", "CannotConvertArgumentNoMessage"),
        ("Disconnect-PSSession -Id 1 -IdleTimeoutSec many", "CannotConvertArgumentNoMessage"),
        ("Receive-PSSession -Id 1 -OutTarget Nowhere", "CannotConvertArgumentNoMessage"),
        ("Remove-PSSession -Id 99999", "RemoteRunspaceNotAvailableForSpecifiedSessionId"),
        ("Remove-PSSession -ComputerName nobody*", "RemoteRunspaceNotAvailableForSpecifiedComputer"),
        ("Receive-PSSession -Name nobody", "RemoteRunspaceNotAvailableForSpecifiedName"),
        ("Receive-PSSession -Id 99999", "RemoteRunspaceNotAvailableForSpecifiedSessionId"),
    ],
)
def test_what_is_refused(ps: Session, script: str, error_id: str) -> None:
    assert [found.partition(",Microsoft.")[0] for found in ps(script).ids] == [error_id]


CREDENTIAL = "[pscredential]::new('a', (ConvertTo-SecureString 'b' -AsPlainText -Force))"


@pytest.mark.parametrize(
    "rest",
    [
        f"-CertificateThumbprint 00 -Credential ({CREDENTIAL})",
        "-CertificateThumbprint 00 -Authentication Basic",
        f"-Authentication NegotiateWithImplicitCredential -Credential ({CREDENTIAL})",
    ],
)
def test_who_is_to_be_authenticated_is_said_once(ps: Session, rest: str) -> None:
    for name in ("New-PSSession", "Get-PSSession", "Connect-PSSession", "Receive-PSSession -Name x"):
        (found,) = ps(f"{name} -ComputerName a {rest}").ids
        assert found.startswith("ParameterBindingFailed,")


@pytest.mark.parametrize(
    "call",
    [
        f"New-PSSession -VMName a -Credential ({CREDENTIAL})",
        f"New-PSSession -VMId '{'0' * 32}' -Credential ({CREDENTIAL})",
        "New-PSSession -ContainerId a",
        "New-PSSession -HostName a",
        "New-PSSession -SSHConnection @{ HostName = 'a' }",
        "New-PSSession -UseWindowsPowerShell",
        "Get-PSSession -VMName a",
        "Get-PSSession -ContainerId a",
        "Remove-PSSession -ContainerId a",
    ],
)
def test_what_is_not_here_is_refused_by_name(ps: Session, call: str) -> None:
    ran = ps(call)
    assert [found.partition(",")[0] for found in ran.ids] == ["NotSupported"]
    assert "-" in ran.messages[0]


def test_new_pssessionoption_without_anything(ps: Session) -> None:
    said = ps(
        "$o = New-PSSessionOption; $o.MaxConnectionRetryCount; $null -eq $o.MaximumReceivedObjectSize; "
        "$o.OpenTimeout.TotalMinutes; $o.CancelTimeout.TotalMinutes; $o.OperationTimeout.TotalMinutes; "
        '$o.IdleTimeout.TotalMilliseconds; $o.MaximumConnectionRedirectionCount; "$($o.ProxyAuthentication)"; '
        '"$($o.OutputBufferingMode)"; $null -eq $o.Culture'
    )
    assert said.output == [0, True, 3.0, 1.0, 3.0, -1.0, 5, "Negotiate", "None", True]
    made = ps("$p = [Management.Automation.Remoting.PSSessionOption]::new(); $p.MaxConnectionRetryCount; "
              "$p.MaximumReceivedObjectSize")  # fmt: skip
    assert made.output == [5, 209715200]


@pytest.mark.parametrize(
    ("parameter", "given", "shown", "expected"),
    [
        ("MaximumRedirection", "2", "MaximumConnectionRedirectionCount", "2"),
        ("NoCompression", "", "NoCompression", "True"),
        ("NoMachineProfile", "", "NoMachineProfile", "True"),
        ("Culture", "de-DE", "Culture", "de-DE"),
        ("UICulture", "fr-FR", "UICulture", "fr-FR"),
        ("MaximumReceivedDataSizePerCommand", "10", "MaximumReceivedDataSizePerCommand", "10"),
        ("MaximumReceivedObjectSize", "20", "MaximumReceivedObjectSize", "20"),
        ("OutputBufferingMode", "Drop", "OutputBufferingMode", "Drop"),
        ("MaxConnectionRetryCount", "3", "MaxConnectionRetryCount", "3"),
        ("ApplicationArguments", "@{ a = 1 }", "ApplicationArguments.a", "1"),
        ("OpenTimeout", "1000", "OpenTimeout.TotalSeconds", "1"),
        ("OpenTimeoutMSec", "2000", "OpenTimeout.TotalSeconds", "2"),
        ("CancelTimeout", "3000", "CancelTimeout.TotalSeconds", "3"),
        ("IdleTimeoutMSec", "90000", "IdleTimeout.TotalSeconds", "90"),
        ("ProxyAccessType", "AutoDetect", "ProxyAccessType", "AutoDetect"),
        ("ProxyAuthentication", "Basic", "ProxyAuthentication", "Basic"),
        ("ProxyCredential", f"({CREDENTIAL})", "ProxyCredential.UserName", "a"),
        ("SkipCACheck", "", "SkipCACheck", "True"),
        ("SkipCNCheck", "", "SkipCNCheck", "True"),
        ("SkipRevocationCheck", "", "SkipRevocationCheck", "True"),
        ("OperationTimeoutMSec", "5000", "OperationTimeout.TotalSeconds", "5"),
        ("NoEncryption", "", "NoEncryption", "True"),
        ("UseUTF16", "", "UseUTF16", "True"),
        ("IncludePortInSPN", "", "IncludePortInSPN", "True"),
    ],
)
def test_each_option_is_kept(ps: Session, parameter: str, given: str, shown: str, expected: str) -> None:
    assert str(ps(f'"$((New-PSSessionOption -{parameter} {given}).{shown})"').output[0]) == expected


@pytest.mark.parametrize(
    ("call", "error_id"),
    [
        ("New-PSSessionOption -OpenTimeout -1", "ParameterArgumentValidationError"),
        ("New-PSSessionOption -CancelTimeout -1", "ParameterArgumentValidationError"),
        ("New-PSSessionOption -OperationTimeout -1", "ParameterArgumentValidationError"),
        ("New-PSSessionOption -IdleTimeout -2", "ParameterArgumentValidationError"),
        ("New-PSSessionOption -MaxConnectionRetryCount -1", "ParameterArgumentValidationError"),
        ("New-PSSessionOption -ProxyAuthentication Kerberos", "Argument"),
        ("New-PSSession a -SessionOption (New-PSSessionOption -ProxyCredential (" + CREDENTIAL + "))", "Argument"),
        ("New-PSTransportOption -MaxConcurrentUsers 101", "ParameterArgumentValidationError"),
        ("New-PSTransportOption -IdleTimeoutSec 59", "ParameterArgumentValidationError"),
        ("New-PSTransportOption -MaxIdleTimeoutSec 2147484", "ParameterArgumentValidationError"),
        ("New-PSTransportOption -MaxMemoryPerSessionMB 4", "ParameterArgumentValidationError"),
        ("New-PSTransportOption -MaxProcessesPerSession 0", "ParameterArgumentValidationError"),
        ("New-PSTransportOption -MaxSessions 0", "ParameterArgumentValidationError"),
        ("New-PSTransportOption -MaxSessionsPerUser 0", "ParameterArgumentValidationError"),
        ("New-PSTransportOption -MaxConcurrentCommandsPerSession 0", "ParameterArgumentValidationError"),
        ("New-PSTransportOption -ProcessIdleTimeoutSec 1209601", "ParameterArgumentValidationError"),
    ],
)
def test_options_out_of_range(ps: Session, call: str, error_id: str) -> None:
    assert [found.partition(",Microsoft.")[0] for found in ps(call).ids] == [error_id]


def test_new_pstransportoption_keeps_what_was_given(ps: Session) -> None:
    said = ps(
        "$o = [pscustomobject]@{ MaxSessions = 7; OutputBufferingMode = 'Drop' } | New-PSTransportOption "
        '-IdleTimeoutSec 600; $o.MaxSessions; "$($o.OutputBufferingMode)"; $o.IdleTimeoutSec; '
        "$null -eq $o.MaxConcurrentUsers; $o -is [Management.Automation.Remoting.PSTransportOption]"
    )
    assert said.output == [7, "Drop", 600, True, True]


def test_the_preference_variables_of_sessions(ps: Session) -> None:
    said = ps('$PSSessionApplicationName; $PSSessionConfigurationName; "$($PSSessionOption.IdleTimeout)"')
    assert said.output == [
        "wsman",
        "http://schemas.microsoft.com/powershell/Microsoft.PowerShell",
        "-00:00:00.0010000",
    ]
