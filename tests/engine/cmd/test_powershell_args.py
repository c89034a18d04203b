from __future__ import annotations

import base64
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.engine.cmd.powershell_args import PowerShellArguments, PowerShellUsageError, parse_powershell_arguments


def encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-16-le")).decode()


@pytest.mark.parametrize(
    "switch", ["-EncodedCommand", "-encodedcommand", "-e", "-ec", "-enc", "-EN", "/enc", "--encodedcommand", "-encod"]
)
def test_encoded_command_in_any_abbreviation(switch: str) -> None:
    parsed = parse_powershell_arguments(["-NoProfile", "-NonInteractive", switch, encoded("1+1")])
    assert parsed == PowerShellArguments(command="1+1", encoded=True, no_profile=True, non_interactive=True)


def test_what_ansible_sends() -> None:
    parsed = parse_powershell_arguments(
        ["-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Unrestricted", "-EncodedCommand", encoded("$input")]
    )
    assert (parsed.command, parsed.execution_policy) == ("$input", "Unrestricted")


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["-Command", "Get-Date", "-Format", "o"], "Get-Date -Format o"),
        (["-c", "exit 3"], "exit 3"),
        (["-nop", "-noni", "-nol", "-ep", "bypass", "-c", "& { 1 }"], "& { 1 }"),
        (["Get-Date"], "Get-Date"),
        (["-NoProfile", "echo", "x"], "echo x"),
        (["-Version", "5.1", "-sta", "-WindowStyle", "Hidden", "-Command", "1"], "1"),
    ],
)
def test_command_text(arguments: list[str], command: str) -> None:
    assert parse_powershell_arguments(arguments).command == command


def test_stdin_file_and_servers() -> None:
    assert parse_powershell_arguments(["-"]).from_stdin
    assert parse_powershell_arguments(["-NoProfile", "-Command", "-"]).from_stdin
    assert parse_powershell_arguments([]).from_stdin
    assert parse_powershell_arguments(["-NoLogo", "-NoProfile"]).from_stdin
    parsed = parse_powershell_arguments(["-File", "a.ps1", "-X", "1"])
    assert (parsed.file, parsed.arguments, parsed.from_stdin) == ("a.ps1", ("-X", "1"), False)
    assert parse_powershell_arguments(["scripts/x.ps1", "1"], windows_powershell=False).file == "scripts/x.ps1"
    assert parse_powershell_arguments(["-s", "-NoLogo"]).server_mode
    assert parse_powershell_arguments(["-Version"], windows_powershell=False).version
    assert parse_powershell_arguments(["-o", "XML", "-InputFormat", "text", "-c", "1"]).output_format == "XML"


@pytest.mark.parametrize("arguments", [["-nosuch"], ["-EncodedCommand"], ["-e", "!!!"], ["-e", "QQ=="], ["-File"]])
def test_mistakes_are_usage_errors(arguments: list[str]) -> None:
    with pytest.raises(PowerShellUsageError):
        parse_powershell_arguments(arguments)


@given(st.lists(st.text(max_size=12), max_size=6))
def test_nothing_else_comes_out(arguments: list[str]) -> None:
    with suppress(PowerShellUsageError):
        parse_powershell_arguments(arguments)


@given(st.text(max_size=200))
def test_encoding_round_trip(text: str) -> None:
    wire = base64.b64encode(text.encode("utf-16-le", "surrogatepass")).decode()
    assert parse_powershell_arguments(["-enc", wire]).command == text
