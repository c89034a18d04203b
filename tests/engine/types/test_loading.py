"""Members of objects that a script gets without naming their type are there from the first look, in a fresh process."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("script", "shown"),
    [
        ("{ Write-Output 1 }.GetPowerShell().Invoke()", "1"),
        ("(Get-Variable HOME).IsValidValue(1)", "True"),
        ("(Get-Date).Year -gt 2000", "True"),
        ("(Get-Command Get-Date).Parameters.Count -gt 5", "True"),
        ("(Get-Item /).Name", "/"),
        ("([regex]'b').Match('abc').Index", "1"),
        ("(Get-Process -Id $PID).Id -eq $PID", "True"),
        ("[xml] '<a b=\"1\"/>' | ForEach-Object { $_.a.b }", "1"),
        ("try { 1 / 0 } catch { $_.Exception.InnerException.GetType().Name }", "DivideByZeroException"),
        ("$Host.UI.RawUI.BufferSize.Width", "120"),
        ("{ $x }.Ast.EndBlock.Statements.Count", "1"),
        ("(1..3 | Measure-Object -Sum).Sum", "6"),
        ("(Get-PSDrive Env).Provider.Name", "Environment"),
        ("('a,b' | ConvertFrom-Csv -Header x, y).y", "b"),
        ("(New-TimeSpan -Minutes 90).TotalHours", "1.5"),
    ],
)
def test_members_are_there(script: str, shown: str) -> None:
    code = "from remora.cli.main import program; program()"
    done = subprocess.run(
        [sys.executable, "-c", code, "console", "-c", script],
        capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert (done.stdout.strip(), done.stderr) == (shown, "")


def test_members_of_a_type_come_before_those_it_inherits() -> None:
    from remora.engine.nettype import OBJECT, NetType

    base = NetType("T.Base", OBJECT)
    base.property("Shared")(lambda v: 1)
    base.property("OfBase")(lambda v: 2)
    derived = NetType("T.Derived", base)
    derived.property("Own")(lambda v: 3)
    derived.property("Shared")(lambda v: 4)
    assert list(derived.all_members()) == ["own", "shared", "ofbase"]
    member = derived.all_members()["shared"]
    assert member is derived.members["shared"]
