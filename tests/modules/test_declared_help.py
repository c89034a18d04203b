"""Help on built-in cmdlets: complete, and its examples are scripts that work."""

from __future__ import annotations

import pytest

from remora.engine.help.declared import declared_help
from remora.engine.help.examples import example
from remora.engine.parser import parse

_NAMES = [
    "New-PSSession",
    "Get-PSSession",
    "Connect-PSSession",
    "Disconnect-PSSession",
    "Receive-PSSession",
    "Remove-PSSession",
    "Enter-PSSession",
    "Exit-PSSession",
    "Invoke-Command",
    "New-PSSessionOption",
    "New-PSTransportOption",
    "Import-PSSession",
    "Export-PSSession",
    "New-PSSessionConfigurationFile",
    "Test-PSSessionConfigurationFile",
    "Start-Job",
    "Start-ThreadJob",
    "Get-Job",
    "Receive-Job",
    "Wait-Job",
    "Stop-Job",
    "Remove-Job",
]
_LOCAL = [
    "New-PSSessionOption",
    "New-PSTransportOption",
    "New-PSSessionConfigurationFile",
    "Start-Job",
    "Start-ThreadJob",
    "Get-Job",
    "Receive-Job",
    "Wait-Job",
    "Stop-Job",
    "Remove-Job",
]


@pytest.mark.parametrize("name", _NAMES)
def test_the_help_is_complete(ps, name):
    script = f"""
    $help = Get-Help {name} -Full
    "$($help.Description.Text.Length -gt 80) $(@($help.examples.example).Count -ge 2)"
    $help.parameters.parameter | Where-Object {{ -not $_.description.Text }} | ForEach-Object name
    """
    assert [str(item) for item in ps(script).output] == ["True True"]


@pytest.mark.parametrize("name", _NAMES)
def test_the_examples_parse(name):
    for text in declared_help(name).examples:
        parse(example(text).code)


@pytest.mark.parametrize("name", _LOCAL)
def test_the_examples_run(ps, tmp_path, name):
    for text in declared_help(name).examples:
        result = ps(f"Set-Location '{tmp_path}'; {example(text).code}")
        assert not result.errors, (text, result.errors)


def test_what_a_view_shows(ps):
    (text,) = ps("Get-Help Disconnect-PSSession -Detailed | Out-String").output
    assert "How many seconds the session waits for a client" in str(text)
    assert "-OutputBufferingMode Drop -IdleTimeoutSec (60*60*15)" in str(text)
