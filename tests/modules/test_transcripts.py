"""Start-Transcript and Stop-Transcript."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

P = "Microsoft.PowerShell.Commands."


def test_what_is_shown_is_written(ps, tmp_path: Path) -> None:
    started = ps("Start-Transcript t.txt")
    assert str(started.output[0].base) == "Transcript started, output file is t.txt"
    ps(
        "'one'; [pscustomobject]@{ Name = 'x' }; Write-Host host; Write-Warning careful; Write-Error bad"
        "; /bin/echo native"
    )
    ps(
        "$null = 'hidden'; Write-Verbose shown -Verbose; Write-Information no"
        "; Write-Information yes -InformationAction 2; Write-Host silent -InformationAction SilentlyContinue"
        "; Write-Host ignored -InformationAction Ignore"
    )
    stopped = ps("(Stop-Transcript).Path")
    assert stopped.output == [str(tmp_path / "t.txt")]
    text = (tmp_path / "t.txt").read_text()
    for part in (
        "one",
        "Name",
        "host",
        "WARNING: careful",
        "bad",
        "native",
        "VERBOSE: shown",
        "PS>'one'",
        "yes",
        "silent",
    ):
        assert re.search(rf"^{re.escape(part)}|{re.escape(part)}$", text, re.MULTILINE), part
    assert "ignored\n" not in text
    assert "Username: " in text
    assert "PowerShell transcript end" in text
    ps("'after'")
    assert "after" not in (tmp_path / "t.txt").read_text()


@pytest.mark.parametrize(
    ("script", "name", "present", "absent"),
    [
        ("Start-Transcript -LiteralPath 'x[1].txt'", "x[1].txt", "Username", None),
        ("Start-Transcript f -UseMinimalHeader", "f", "Start time", "Username"),
        ("'before' > f; Start-Transcript f -Append -NoClobber", "f", "before", None),
        ("'before' > f; Start-Transcript f", "f", "Start time", "before"),
        ("Start-Transcript -OutputDirectory d", "d/PowerShell_transcript.*", "Start time", None),
        ("$global:Transcript = 'named'; Start-Transcript", "named", "Start time", None),
        ("'x' > f; (gi f).IsReadOnly = $true; Start-Transcript f -Force", "f", "Start time", None),
        ("Start-Transcript f -IncludeInvocationHeader", "f", "Command start time", None),
    ],
)
def test_parameters(ps, tmp_path: Path, script: str, name: str, present: str, absent: str | None) -> None:
    assert ps(script).ids == []
    ps("'a line'")
    ps("Stop-Transcript")
    path = next(tmp_path.glob(name.replace("[1]", "[[]1]")))
    text = path.read_text()
    assert present in text
    assert "a line" in text
    assert absent is None or absent not in text


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("Start-Transcript .", "CannotStartTranscription"),
        ("'x' > f; Start-Transcript f -NoClobber", "NoClobber"),
        ("'x' > f; (gi f).IsReadOnly = $true; Start-Transcript f", "CannotStartTranscription"),
        ("'x' > f; Start-Transcript -OutputDirectory f", "CannotStartTranscription"),
        ("Start-Transcript variable:x", "ReadWriteFileNotFileSystemProvider"),
        ("1 > a1; 1 > a2; Start-Transcript a*", "MultipleFilesNotSupported"),
    ],
)
def test_errors(ps, script: str, error_id: str) -> None:
    assert ps(script).ids == [f"{error_id},{P}StartTranscriptCommand"]


def test_nothing_to_stop_and_what_if(ps, tmp_path: Path) -> None:
    assert ps("Stop-Transcript").ids == [f"InvalidOperation,{P}StopTranscriptCommand"]
    ps("Start-Transcript t.txt -WhatIf; Stop-Transcript -WhatIf")
    assert not (tmp_path / "t.txt").exists()
