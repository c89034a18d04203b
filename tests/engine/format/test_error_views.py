"""The views of errors that $ErrorView names, and what $PSStyle changes in text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from remora.engine.initial import InitialSessionState
from remora.engine.runspace import Runspace
from remora.engine.streams import CollectingSink
from remora.modules import builtin_commands


def output(script: str) -> list[object]:
    """What a script puts out in a session of its own."""
    runspace = Runspace(state=InitialSessionState(commands=builtin_commands()))
    sink = CollectingSink()
    runspace.invoke(script, sink=sink)
    return list(sink.outputs)


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        ("ConciseView", "Get-Item: Cannot find path '/nope' because it does not exist.\n"),
        ("CategoryView", "ObjectNotFound: (/nope:String) [Get-Item], ItemNotFoundException\n"),
        ("NormalView", "get-item : Cannot find path '/nope' because it does not exist.\nAt line:1 char:"),
        ("DetailedView", "\nException"),
    ],
)
def test_the_view_is_a_choice(view: str, shown: str) -> None:
    (text,) = output(f"$ErrorView = '{view}'; get-item /nope 2>&1 | Out-String")
    assert str(text).lstrip("\n").startswith(shown.lstrip("\n"))


def test_the_normal_view_ends_with_category_and_id() -> None:
    (text,) = output("$ErrorView = 'NormalView'; get-item /nope 2>&1 | Out-String")
    assert str(text).splitlines()[-2:] == [
        "+ CategoryInfo          : ObjectNotFound: (/nope:String) [Get-Item], ItemNotFoundException",
        "+ FullyQualifiedErrorId : PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand",
    ]


def test_an_error_of_a_script_shows_its_line_and_folds_a_long_message(tmp_path: Path) -> None:
    file = tmp_path / "s.ps1"
    file.write_text("$a = 1\nthrow '" + "word " * 40 + "'\n")
    (text,) = output(f"try {{ & '{file}' }} catch {{ $_ | Out-String }}")
    lines = str(text).splitlines()
    assert lines[:2] == [f"Exception: {file}:2", "Line |"]
    assert lines[2].startswith("   2 |  throw 'word word")
    assert lines[3].startswith("     |  ~~~~~~~")
    assert all(line.startswith("     | word") and len(line) <= 120 for line in lines[4:])
    assert len(lines) > 5


@pytest.mark.parametrize(
    ("columns", "marks"),
    [
        ("StartColumn=2;EndColumn=4", " ~~"),
        ("StartColumn='3'", "  ~~~~"),
        ("StartColumn=9", None),
        ("EndColumn=3", None),
    ],
)
def test_a_target_may_name_the_place(columns: str, marks: str | None) -> None:
    target = "@{Line=7;LineText='  abcdef ';File='f.x';" + columns + "}"
    (text,) = output(
        f"$r=[System.Management.Automation.ErrorRecord]::new([Exception]::new('bad'),'i','ParserError',{target}); "
        "$r | Out-String"
    )
    marked = [f"     | {marks}"] if marks else []
    assert str(text).splitlines() == ["ParserError: f.x", "Line |", "   7 | abcdef", *marked, "     | bad"]


def test_terminating_errors_of_functions_are_their_own() -> None:
    script = (
        "$r = [System.Management.Automation.ErrorRecord]::new([ArgumentException]::new('m'),'id','InvalidData',$null); "
        "function f { [CmdletBinding()] param() $PSCmdlet.ThrowTerminatingError($r) }; "
        "try { f } catch { $_.FullyQualifiedErrorId }"
    )
    assert output(script) == ["id,f"]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("[pscustomobject]@{a=1} | ft | Out-String", ["\na\n-\n1\n\n"]),
        ("$PSStyle.OutputRendering='Ansi'; [pscustomobject]@{ab=1} | ft | Out-String -Stream",
         ["", "\x1b[32;1mab\x1b[0m", "\x1b[32;1m--\x1b[0m", " 1", ""]),
        ("$PSStyle.OutputRendering='Ansi'; [pscustomobject]@{a=1} | fl | Out-String -Stream",
         ["", "\x1b[32;1ma : \x1b[0m1", ""]),
        ("$PSStyle.OutputRendering=2; $PSStyle.Formatting.FormatAccent=''; [pscustomobject]@{a=1} | fl | Out-String",
         ["\na : 1\n\n"]),
        ("$PSStyle.Foreground.FromRgb(255,1,0) + $PSStyle.Background.FromRgb(0x010203)",
         ["\x1b[38;2;255;1;0m\x1b[48;2;1;2;3m"]),
        ("[System.Management.Automation.PSStyle]::MapColorPairToEscapeSequence('Red','White')", ["\x1b[91;107m"]),
        ("$PSStyle.FormatHyperlink('t','http://h/')", ["\x1b]8;;http://h/\x1b\\t\x1b]8;;\x1b\\"]),
        ("$PSStyle.FileInfo.Extension.Add('.x',$PSStyle.Bold); $PSStyle.FileInfo.Extension['.X']", ["\x1b[1m"]),
        ("try { $PSStyle.Formatting.Error='text' } catch { $_.FullyQualifiedErrorId }", ["ExceptionWhenSetting"]),
        ("try { $PSStyle.Progress.MaxWidth=3 } catch { $_.FullyQualifiedErrorId }", ["ExceptionWhenSetting"]),
        ("$s=[Management.Automation.Internal.StringDecorated]::new(\"`e[1mab\"); $s.ContentLength;$s.IsDecorated",
         [2, True]),
        ("[System.Management.Automation.Internal.StringDecorated]::new(\"`e[1mab\").ToString('PlainText')", ["ab"]),
        ("([pscustomobject]@{a=\"`e[31mabcdef`e[0m\"} | ft @{e='a';w=4} -Hide | Out-String).Trim()", ["abc…"]),
    ],
)  # fmt: skip
def test_styles(script: str, expected: list[object]) -> None:
    assert output(script) == expected


def test_an_unknown_command_that_a_cmdlet_reports_bears_the_cmdlets_name(run: Any) -> None:
    from remora.engine.format.concise import concise

    outcome = run("Get-Command nosuch; nosuch")
    first, second = outcome.sink.errors
    assert concise(first).startswith("Get-Command: The term 'nosuch'")
    assert concise(second).startswith("nosuch: The term 'nosuch'")
