"""[Process] and [ProcessStartInfo]: starting a program, talking to it, its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.modules.conftest import Session

USING = "using namespace System.Diagnostics\n"
INFO = "$i = [ProcessStartInfo]@{ FileName = 'sh'; RedirectStandardOutput = $true };"


@pytest.mark.parametrize(
    ("script", "wanted"),
    [
        (
            (
                f"{INFO} $i.Arguments = '-c \"echo a b\"'; $o = [Process]::Start($i).StandardOutput\n"
                "$o.ReadToEnd(); $o.Close()"
            ),
            ["a b\n"],
        ),
        (
            (
                f"{INFO} '-c', 'echo $1; exit 3', '_', 'x y' | % {{ $i.ArgumentList.Add($_) }}\n"
                "$p = [Process]::Start($i); $p.StandardOutput.ReadLine(); $p.WaitForExit(); $p.ExitCode; "
                "$p.HasExited; $p.StandardOutput.Close()"
            ),
            ["x y", 3, True],
        ),
        (
            (
                f"{INFO} $i.RedirectStandardError = $true; $i.Arguments = '-c \"echo e >&2\"'\n"
                "$p = [Process]::Start($i); $p.StandardError.ReadToEndAsync().Result; $p.WaitForExit(5000)\n"
                "$p.StandardError.Close(); $p.StandardOutput.Close()"
            ),
            ["e\n", True],
        ),
        (
            (
                f"{INFO} $i.Environment['MINE'] = 'm'; $i.EnvironmentVariables['HIS'] = 'h'; "
                "$i.Arguments = '-c \"echo $MINE$HIS\"'; $o = [Process]::Start($i).StandardOutput\n"
                "$o.ReadLine(); $o.Close()"
            ),
            ["mh"],
        ),
        (
            (
                f"{INFO} $i.WorkingDirectory = '/'; $i.Arguments = '-c pwd'; "
                "$o = [Process]::Start($i).StandardOutput\n"
                "$o.ReadLine(); $o.Close()"
            ),
            ["/"],
        ),
        (
            (
                f"{INFO} $i.StandardOutputEncoding = [Text.Encoding]::Latin1; $i.Arguments = '-c \"printf \\\\351\"'; "
                "$o = [Process]::Start($i).StandardOutput\n"
                "$o.ReadLine(); $o.Close()"
            ),
            ["é"],
        ),
        (
            (
                "$p = [Process]::new(); $p.StartInfo.FileName = 'cat'\n"
                "$p.StartInfo.RedirectStandardInput = $true\n"
                "$p.StartInfo.RedirectStandardOutput = $true; $p.Start(); $p.StandardInput.WriteLine('abc')\n"
                "$p.StandardOutput.ReadLine(); $p.StandardInput.Write('xyz'); $p.StandardInput.Close()\n"
                "[char]$p.StandardOutput.Peek(); [char]$p.StandardOutput.Read(); $p.StandardOutput.ReadLine()\n"
                "$p.StandardOutput.EndOfStream; $p.WaitForExit(); $p.StandardOutput.Close(); $p.ExitCode"
            ),
            [True, "abc", "x", "x", "yz", True, 0],
        ),
        ("$p = [Process]::Start('sh', '-c \"exit 4\"'); $p.WaitForExit(); $p.ExitCode", [4]),
        ("$p = [Process]::Start('sh', [string[]]('-c', 'exit 5')); $p.WaitForExit(); $p.ExitCode", [5]),
        (
            "$p = [Process]::Start('true'); $p.WaitForExit(); $p.ExitCode; $p.StartInfo.FileName",
            [0, "true"],
        ),
        ("[Process]::GetCurrentProcess().Id -eq $PID", [True]),
        (
            (
                "$i = [ProcessStartInfo]::new('a', 'b c'); $i.FileName; $i.Arguments; $i.UseShellExecute; "
                "$i.WindowStyle.ToString()"
            ),
            ["a", "b c", False, "Normal"],
        ),
    ],
)
def test_starting(ps: Session, script: str, wanted: list[object]) -> None:
    ran = ps(USING + script)
    assert ran.ids == []
    assert ran.output == wanted


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("[Process]::Start('nosuchprogram')", "trying to start process 'nosuchprogram'"),
        ("[Process]::new().Start()", "a file name has not been provided"),
        (
            ("$i = [ProcessStartInfo]::new('true', 'x'); $i.ArgumentList.Add('y'); [Process]::Start($i)"),
            "Only one of Arguments or ArgumentList",
        ),
        ("[Process]::Start('true').StandardOutput", "StandardOut has not been redirected"),
        ("[Process]::Start('true').StandardError", "StandardError has not been redirected"),
        ("[Process]::Start('true').StandardInput", "StandardIn has not been redirected"),
        ("[Process]::new().Id", "No process is associated"),
    ],
)
def test_what_cannot_be_started(ps: Session, script: str, said: str) -> None:
    assert said in ps(USING + f"try {{ {script} }} catch {{ $_.Exception.Message }}").output[0]


def test_the_console_starts_as_pwsh(ps: Session, tmp_path: Path) -> None:
    ran = ps(
        "$p = Start-Process \"$PSHOME/pwsh\" -ArgumentList '-c', 'exit 4' -PassThru -Wait; $p.ExitCode\n"
        "$p = [Diagnostics.Process]::Start('pwsh', '-c \"exit 6\"'); $p.WaitForExit(); $p.ExitCode"
    )
    assert ran.output == [4, 6]
