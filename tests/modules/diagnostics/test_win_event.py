"""Get-WinEvent with a stand-in for journalctl that tells what it was asked."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.modules.conftest import Session

P = "Microsoft.PowerShell.Commands.GetWinEventCommand"
_ENTRIES = [
    {"MESSAGE": "newest", "PRIORITY": "3", "SYSLOG_IDENTIFIER": "sshd", "__REALTIME_TIMESTAMP": "1700000000000000",
     "_HOSTNAME": "web", "_PID": "7", "_UID": "0", "__CURSOR": "c"},
    {"MESSAGE": [104, 105, 255], "PRIORITY": "6", "_COMM": "cron"},
    {"MESSAGE": ["a", "b"], "PRIORITY": "99"},
]  # fmt: skip


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of what journalctl was asked, a call a line."""
    lines = "\n".join([*map(json.dumps, _ENTRIES), "no json", "[1]"])
    programs, log = tmp_path / "programs", tmp_path / "asked"
    programs.mkdir()
    script = f"""#!/bin/sh
echo "$@" >> {log}
case "$*" in *-F*) echo sshd; echo cron; exit;; *--identifier=cron*) exit;; esac
cat <<'END'
{lines}
END
"""
    (programs / "journalctl").write_text(script)
    (programs / "journalctl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    return log


def words(asked: Path) -> list[str]:
    """What the last call was asked beside the form of its answer."""
    line = asked.read_text().splitlines()[-1]
    return line.removeprefix("--no-pager --quiet -o json ").split()


def test_what_an_event_tells(ps: Session, asked: Path) -> None:
    ran = ps("$e = Get-WinEvent System; $e.Count; $e[0].Message; $e[0].LevelDisplayName; $e[0].Level;"
             " $e[0].ProviderName;"
             " $e[0].MachineName; $e[0].ProcessId; $e[0].UserId; $e[0].LogName; $e[0].Id; $e[0].Bookmark;"
             " $e[0].TimeCreated.ToUniversalTime().ToString('s'); $e[1].Message; $e[1].ProviderName; $e[2].Message;"
             " $e[2].LevelDisplayName; $e[2].TimeCreated; $e[0].GetType().Name")  # fmt: skip
    assert ran.ids == []
    assert [value if isinstance(value, int) else str(value) for value in ran.output if value is not None] == [
        3, "newest", "Error", 2, "sshd", "web", 7, "0", "System", 0, "c", "2023-11-14T22:13:20", "hi\ufffd", "cron",
        "a, b", "Verbose", "EventLogRecord",
    ]  # fmt: skip


_AT = "[DateTimeOffset]::FromUnixTimeSeconds({}).UtcDateTime"
_QUIET = [f"PRIORITY={number}" for number in range(7)]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("", ["--reverse", "--system", *_QUIET]),
        ("-Force", ["--reverse", "--system"]),
        ("-LogName System", ["--reverse", "--system"]),
        ("Kernel -Oldest", ["--dmesg"]),
        ("Sys*", ["--reverse", "--system", *_QUIET]),
        ("-ProviderName ssh*", ["--reverse", *_QUIET, "--identifier=sshd"]),
        ("-ProviderName sshd -Force", ["--reverse", "--identifier=sshd"]),
        ("-FilterHashtable @{ LogName = 'User'; Level = 2, 3 }", ["--reverse", "--user", "PRIORITY=3", "PRIORITY=4"]),
        (
            "-FilterHashtable @{ Level = 0; UserId = 5 }",
            ["--reverse", "--system", "PRIORITY=5", "PRIORITY=6", "_UID=5"],
        ),
        (
            f"-FilterHashtable @{{ ProviderName = 'sshd'; StartTime = {_AT.format(5)}; EndTime = {_AT.format(9)} }}",
            ["--reverse", "--system", "--identifier=sshd", "--since=@5.000000", "--until=@9.000000"],
        ),
        ("-Path /x.journal", ["--reverse", "--file=/x.journal"]),
        ("-FilterHashtable @{ Path = '/x.journal' }", ["--reverse", "--file=/x.journal"]),
    ],
)
def test_what_the_journal_is_asked(ps: Session, asked: Path, call: str, expected: list[str]) -> None:
    ran = ps(f"Get-WinEvent {call} | % Message")
    assert (ran.ids, len(ran.output)) == ([], 3)
    assert words(asked) == expected


def test_how_many(ps: Session, asked: Path) -> None:
    ran = ps("@(Get-WinEvent -MaxEvents 2).Count; 'Kernel', 'User' | Get-WinEvent -MaxEvents 1 | % LogName")
    assert ran.output == [2, "Kernel", "User"]
    assert ps("Get-WinEvent -MaxEvents 0").ids == [f"ParameterArgumentValidationError,{P}"]


def test_logs_and_providers(ps: Session, asked: Path) -> None:
    assert ps("(Get-WinEvent -ListLog *).LogName; (Get-WinEvent -ListProvider s*).Name").output == [
        "Kernel", "System", "User", "sshd"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "error_id"),
    [
        ("Security", "NoMatchingLogsFound"),
        ("-ListLog Security", "NoMatchingLogsFound"),
        ("-ListProvider nosuch", "NoMatchingProvidersFound"),
        ("-ProviderName nosuch", "NoMatchingProvidersFound"),
        ("-ProviderName cron", "NoMatchingEventsFound"),
        ("-FilterHashtable @{ Data = 1 }", "NotSupported"),
    ],
)
def test_what_there_is_not(ps: Session, asked: Path, call: str, error_id: str) -> None:
    assert ps(f"Get-WinEvent {call}").ids == [f"{error_id},{P}"]


def test_without_a_journal(ps: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nosuch")
    assert ps("Get-WinEvent").ids == [f"NotSupported,{P}"]
