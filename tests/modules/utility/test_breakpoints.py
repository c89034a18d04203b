"""Set-, Get-, Enable-, Disable- and Remove-PSBreakpoint, and what a hit does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.modules.conftest import Session, Shell

SET = ",Microsoft.PowerShell.Commands.SetPSBreakpointCommand"
ARGUMENT = "ParameterArgumentValidationError" + SET


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "a.ps1"
    path.write_text("function Hello { 'hi' }\n$n = 0; $n++\nHello\nforeach ($i in 1..2) {\n  $n += $i\n}\n")
    (tmp_path / "b.txt").touch()
    return path


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ("a.ps1 3", "Line breakpoint on '{0}:3'"),
        ("a.ps1 3 2", "Line breakpoint on '{0}:3, 2'"),
        ("-Script *.ps1 -Line 3 -Column 2", "Line breakpoint on '{0}:3, 2'"),
        ("-Command Hello", "Command breakpoint on 'Hello'"),
        ("-C Hello a.ps1", "Command breakpoint on '{0}:Hello'"),
        ("-Variable v", "Variable breakpoint on '$v' (Write access)"),
        ("-V v -Mode ReadWrite -Script a.ps1", "Variable breakpoint on '{0}:$v' (ReadWrite access)"),
    ],
)
def test_kinds(ps: Shell, script: Path, arguments: str, text: str) -> None:
    ran = ps(f"$b = sbp {arguments}; $b.ToString(); $b.Enabled; $b.HitCount; (gbp).Id -eq $b.Id")
    assert (ran.output, ran.ids) == ([text.format(script), True, 0, True], [])


@pytest.mark.parametrize(
    ("arguments", "error_id"),
    [
        ("a.ps1 0", "SetPSBreakpoint:LineLessThanOne" + SET),
        ("a.ps1 1 0", ARGUMENT),
        ("b.txt 1", "NewPSBreakpoint:WrongExtension" + SET),
        (". 1", "NewPSBreakpoint:FileDoesNotExist" + SET),
        ("none.ps1 1", "PathNotFound" + SET),
        ("-Command x -Runspace $null", ARGUMENT),
    ],
)
def test_refused(ps: Shell, script: Path, arguments: str, error_id: str) -> None:
    assert ps(f"Set-PSBreakpoint {arguments}").ids == [error_id]


@pytest.mark.parametrize(
    ("arguments", "hits"),
    [
        ("a.ps1 5", 2),
        ("a.ps1 2", 1),
        ("a.ps1 2 9", 1),
        ("a.ps1 2 3", 0),
        ("-Command hel*", 1),
        ("-Command Hello -Script a.ps1", 1),
        ("-Command Hello -Script other.ps1", 0),
    ],
)
def test_actions_run_where_a_breakpoint_is_hit(ps: Shell, script: Path, arguments: str, hits: int) -> None:
    (script.parent / "other.ps1").touch()
    ran = ps(f"$global:h = 0; $b = sbp {arguments} -Action {{ $global:h += $_.HitCount -gt 0 }}; $null = ./a.ps1; $h; "
             "$b.HitCount; $null = $b | dbp -PassThru; $null = ./a.ps1; $b.HitCount")  # fmt: skip
    assert (ran.output, ran.ids) == ([hits, hits, hits], [])


def test_what_an_action_does_wrong_does_not_matter(ps: Shell, script: Path) -> None:
    ran = ps("$null = sbp a.ps1 3 -Action { throw 1 }; $null = sbp a.ps1 3 -Action { continue }; ./a.ps1")
    assert (ran.output, ran.ids) == (["hi"], [])


@pytest.mark.parametrize("action", ["", "-Action { break }"])
def test_nothing_stops_but_the_host_is_told(
    ps: Session, script: Path, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    told: list[str] = []
    monkeypatch.setattr(type(ps.runspace.context.host), "write_warning_line", lambda _self, text: told.append(text))
    assert ps(f"$null = sbp a.ps1 3 {action}; ./a.ps1").output == ["hi"]
    assert told == [f"Hit Line breakpoint on '{script}:3'. There is no debugger to stop in: the script goes on."]


@pytest.mark.parametrize(
    ("mode", "hits"), [("", 3), ("-Mode Write", 3), ("-Mode Read", 2), ("-Mode ReadWrite", 5), ("-Script a.ps1", 0)]
)
def test_accesses_to_variables(ps: Shell, script: Path, mode: str, hits: int) -> None:
    ran = ps(f"$v = 0; $b = sbp -Variable V {mode} -Action {{ $global:seen = $v }}; $v = 1; $v += 1; "
             "& { $v = $v + 5 }; $b.HitCount; $b | rbp; $v; $v = 9; $b.HitCount; (gv v).Name")  # fmt: skip
    assert (ran.output, ran.ids) == ([hits, 2, hits, "v"], [])


def test_a_constrained_variable_stays_so_when_it_is_watched(ps: Shell) -> None:
    ran = ps(
        "[int] $v = 1; $null = sbp -Variable v -Action { }; $v = '7'; $v + 1; $v = 'x'; sv v -Option ReadOnly -Force; "
        "$v = 3"
    )
    assert (ran.output, [one.split(",")[0] for one in ran.ids]) == ([8], ["RuntimeException", "VariableNotWritable"])


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        ("", 4),
        ("-Script a.ps1", 2),
        ("-Type Line", 1),
        ("-Type Command, Variable", 3),
        ("-Command HELLO", 2),
        ("-Command Hello -Script a.ps1", 1),
        ("-Variable V", 1),
        ("-Id $l.Id", 1),
        ("-Runspace $Host.Runspace", 4),
        ("-Runspace ([runspacefactory]::CreateRunspace() | % { $_.Open(); $_ })", 0),
    ],
)
def test_get(ps: Shell, script: Path, arguments: str, count: int) -> None:
    ran = ps(f"$l = sbp a.ps1 1; $null = sbp -C Hello; $null = sbp -C Hello a.ps1; $null = sbp -V v; "
             f"@(Get-PSBreakpoint {arguments}).Count")  # fmt: skip
    assert (ran.output, ran.ids) == ([count], [])


@pytest.mark.parametrize("given", ["$b | {0}", "{0} $b", "{0} -Id $b.Id", "[pscustomobject]@{{Id = $b.Id}} | {0}"])
def test_changes(ps: Shell, given: str) -> None:
    off, on, gone = (given.format(f"{verb}-PSBreakpoint") for verb in ("Disable", "Enable", "Remove"))
    ran = ps(f"$b = sbp -C x; {off} -WhatIf; $b.Enabled; {off}; $b.Enabled; ({on} -PassThru).Enabled; {gone} -WhatIf; "
             f"@(gbp).Count; {gone}; @(gbp).Count")  # fmt: skip
    assert (ran.output, ran.ids) == ([True, False, True, 1, 0], [])


def test_ids_that_there_are_not(ps: Shell) -> None:
    wrong = "PSBreakpoint:BreakpointIdNotFound,Microsoft.PowerShell.Commands."
    assert ps("rbp -Id -1; ebp -Id -1; dbp -Id -1").ids == [
        f"{wrong}{verb}PSBreakpointCommand" for verb in ("Remove", "Enable", "Disable")
    ]


def test_other_runspaces(ps: Shell) -> None:
    ran = ps("$r = [runspacefactory]::CreateRunspace(); $r.Open(); $b = sbp -C x -Runspace $r; "
             "$b.RunspaceId -eq $r.InstanceId; @(gbp).Count; ebp -Id $b.Id -Runspace $r -PassThru | % Command; "
             "$r.Debugger.GetBreakpoints().Count; $r.Debugger.RemoveBreakpoint($b)")  # fmt: skip
    assert (ran.output, ran.ids) == ([True, 0, "x", 1, True], [])


def test_the_debugger(ps: Shell) -> None:
    ran = ps(
        "$d = $Host.Runspace.Debugger; $c = $d.SetCommandBreakpoint('x', $null, $null); $c.Script -eq $null; "
        "$d.SetVariableBreakpoint('v', 'Read', {1}, $null).AccessMode.ToString(); "
        "$d.SetLineBreakpoint('/a.ps1', 3, 1, $null).Column; $d.DisableBreakpoint($c).Enabled; "
        "$d.EnableBreakpoint($c).Enabled; $d.GetBreakpoint($c.Id).Command; $d.IsActive; $d.RemoveBreakpoint($c); "
        "$d.SetBreakpoints(@([System.Management.Automation.LineBreakpoint]::new('/b.ps1', 2))); "
        "@($d.GetBreakpoints()).Count"
    )
    assert (ran.output, ran.ids) == ([True, "Read", 1, False, True, "x", True, True, 3], [])
