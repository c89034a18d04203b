"""What System.Console says of a terminal where there is none."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("[Console]::CursorVisible; [Console]::CursorVisible = $false; [Console]::CursorVisible", [True, False]),
        ("[Console]::CursorLeft + [Console]::CursorTop", [0]),
        ("[Console]::WindowWidth -eq $Host.UI.RawUI.WindowSize.Width; [Console]::BufferHeight", [True, 50]),
        (
            "[Console]::ForegroundColor.GetType().FullName; [int]$Host.UI.RawUI.BackgroundColor",
            ["System.ConsoleColor", -1],
        ),
        ("[Console]::KeyAvailable; [Console]::ResetColor(); [Console]::Clear(); [Console]::Beep(440, 1)", [False]),
        ("[Console]::TreatControlCAsInput = 'x'; [Console]::TreatControlCAsInput", [True]),
    ],
)  # fmt: skip
def test_window(run, script, expected):
    assert run(script).outputs == expected


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("[Console]::ReadKey($true)", "System.InvalidOperationException"),
        ("[Console]::SetCursorPosition(-1, 0)", "System.ArgumentOutOfRangeException"),
    ],
)
def test_refused(run, script, kind):
    assert run(f"try {{ {script} }} catch {{ $_.Exception.InnerException.GetType().FullName }}").outputs == [kind]


def test_parts_of_a_line_on_the_error_stream():
    script = "[Console]::Error.Write('a'); [Console]::Error.WriteLine('b')"
    done = subprocess.run(
        [sys.executable, "-m", "remora", "console", "-c", script],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stderr == "ab\n"


def test_bytes_of_the_console():
    script = (
        "Write-Host -NoNewline 'x '; $o = [Console]::OpenStandardOutput(); $o.Write([byte[]](255, 65), 0, 2)"
        '; $b = [byte[]]::new(3); $n = [Console]::OpenStandardInput().Read($b, 0, 3); "$n $b"'
    )
    done = subprocess.run(
        [sys.executable, "-m", "remora", "console", "-c", script], input=b"a\xfebcd", capture_output=True, check=True,
        timeout=60,
    )  # fmt: skip
    assert done.stdout == b"x \xffA3 97 254 98\n"


def test_bytes_where_the_host_takes_texts(run):
    script = "$s = [Console]::OpenStandardOutput(); $s.Write([byte[]](0xc3, 0xa9), 0, 2); $s.Close(); $s.CanRead"
    outcome = run(script + "; [Console]::OpenStandardInput().Read([byte[]]::new(2), 0, 2)")
    assert (outcome.ids, outcome.outputs[-1]) == ([], 0)
