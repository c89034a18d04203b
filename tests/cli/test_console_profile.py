"""Profiles: their paths, when they run, and what a mistake in one does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

MINE = "Microsoft.PowerShell_profile.ps1"


def run(home: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "remora", "console", *words], input=stdin, capture_output=True, text=True, timeout=60,
        env={**os.environ, "XDG_CONFIG_HOME": "", "HOME": str(home)},
    )  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    own = tmp_path / ".config" / "powershell"
    own.mkdir(parents=True)
    (own / "profile.ps1").write_text("$seen = 'all'; throw 'oh'; 'never'")
    (own / MINE).write_text("$seen += ' mine'; function greet { \"$seen $PSCommandPath\" }; 'said'")
    return tmp_path


def test_they_run_in_the_global_scope_before_the_rest(home: Path, tmp_path: Path) -> None:
    own = home / ".config" / "powershell"
    done = run(
        home,
        "-c",
        "greet; $PROFILE -eq $PROFILE.CurrentUserCurrentHost; $PROFILE.CurrentUserAllHosts; Test-Path $PROFILE",
    )
    assert done.stdout.splitlines() == ["said", f"all mine {own / MINE}", "True", str(own / "profile.ps1"), "True"]
    assert ("oh" in done.stderr, done.returncode) == (True, 0)
    script = tmp_path / "s.ps1"
    script.write_text("greet; exit 3")
    assert run(home, "-File", str(script)).returncode == 3
    assert run(home, "-nol", stdin="greet\n").stdout.startswith("said\nPS ")


def test_they_do_not_run_where_they_are_not_wanted(home: Path) -> None:
    done = run(home, "-NoProfile", "-c", "$null -eq (gcm greet -ea Ignore); $PROFILE")
    assert (done.stdout.splitlines(), done.stderr) == (["True", str(home / ".config" / "powershell" / MINE)], "")
    assert run(home, "-s").stdout == ""


def test_a_profile_may_end_the_session(home: Path) -> None:
    (home / ".config" / "powershell" / MINE).write_text("exit 9")
    done = run(home, "-c", "'never'")
    assert (done.stdout, done.returncode) == ("", 9)


def test_a_login_shell_reads_the_profile_of_the_shell(home: Path) -> None:
    (home / ".profile").write_text("export FROM_PROFILE='it was read'\n")
    done = run(home, "-Login", "-nop", "-c", "$env:FROM_PROFILE; $args; exit 4")
    assert (done.stdout, done.returncode) == ("it was read\n", 4)
