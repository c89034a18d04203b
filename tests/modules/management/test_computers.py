"""Rename-, Restart- and Stop-Computer parameter by parameter, with stand-ins for the programs of the system."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.modules.conftest import Session

P = "Microsoft.PowerShell.Commands."


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the programs were asked, a call a line; ``hostnamectl`` refuses the name ``broken``."""
    programs, log = tmp_path / "programs", tmp_path / "calls"
    programs.mkdir()
    log.touch()
    for name in ("hostnamectl", "shutdown"):
        text = f'#!/bin/sh\necho "{name} $@" >> {log}\n[ "$2" != broken ]\n'
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    return log


@pytest.mark.parametrize(
    ("script", "asked"),
    [
        ("Rename-Computer box", ["hostnamectl set-hostname box"]),
        ("Rename-Computer -NewName box -Restart", ["hostnamectl set-hostname box", "shutdown -r now"]),
        ("Rename-Computer box -ComputerName .", ["hostnamectl set-hostname box"]),
        ("Rename-Computer box -ComputerName localhost -Force", ["hostnamectl set-hostname box"]),
        (
            "[pscustomobject]@{ NewName = 'box'; ComputerName = '.' } | Rename-Computer",
            ["hostnamectl set-hostname box"],
        ),
        ("Rename-Computer box -Restart -WhatIf", []),
        ("Restart-Computer", ["shutdown -r now"]),
        ("Restart-Computer -WhatIf", []),
        ("Stop-Computer", ["shutdown -P now"]),
        ("Stop-Computer -WhatIf", []),
    ],
)
def test_what_is_asked(ps: Session, calls: Path, script: str, asked: list[str]) -> None:
    ran = ps(script)
    assert (ran.ids, ran.output) == ([], [])
    assert calls.read_text().splitlines() == asked


def test_pass_thru_tells_whether_it_is_done(ps: Session, calls: Path) -> None:
    ran = ps("Rename-Computer box -PassThru | % { $_.HasSucceeded; $_.NewComputerName }")
    assert ran.output == [True, "box"]
    failed = ps("Rename-Computer broken -PassThru -Restart | % HasSucceeded")
    assert (failed.output, failed.ids) == ([False], [f"CommandFailed,{P}RenameComputerCommand"])
    assert "shutdown" not in calls.read_text()


def test_other_machines_keep_their_names(ps: Session, calls: Path) -> None:
    assert ps("Rename-Computer box -ComputerName elsewhere").ids == [f"NotSupported,{P}RenameComputerCommand"]
    assert calls.read_text() == ""


@pytest.mark.parametrize("command", ["Restart-Computer -Force", "Stop-Computer -ComputerName x"])
def test_what_powershell_has_on_windows_only_is_no_parameter(ps: Session, calls: Path, command: str) -> None:
    assert ps(command).ids[0].startswith("NamedParameterNotFound,")
    assert calls.read_text() == ""
