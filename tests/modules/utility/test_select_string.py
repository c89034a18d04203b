from __future__ import annotations

from pathlib import Path

import pytest

from remora.modules.utility.match_info import MatchContext, MatchInfo
from remora.modules.utility.select_string import Window


@pytest.fixture
def numbers(tmp_path: Path) -> None:
    (tmp_path / "n.txt").write_text("".join(f"{at}\n" for at in range(1, 13)))
    (tmp_path / "m.log").write_text("Seven 7\nseven\n")


@pytest.mark.usefixtures("numbers")
@pytest.mark.parametrize(
    ("script", "output"),
    [
        ("'abc','xyz' | Select-String y | % Line", ["xyz"]),
        ("'aBc' | Select-String b -CaseSensitive", []),
        ("'a.c','abc' | Select-String a.c -SimpleMatch | % Line", ["a.c"]),
        ("'aba' | Select-String a -AllMatches | % { $_.Matches.Count }", [2]),
        ("'aba' | Select-String a | % { $_.Matches[0].Index }", [0]),
        ("'a','b' | Select-String a -NotMatch | % { $_.Line; $_.Pattern; $_.Matches.Count }", ["b", "a", 0]),
        ("'a','b' | Select-String a -Quiet", [True]),
        ("'b' | Select-String a -Quiet", []),
        ("'a1','b','a2' | Select-String a -Raw", ["a1", "a2"]),
        ("'x' | sls x | % { $_.Filename + $_.Path; $_.LineNumber; $_.IgnoreCase }", ["InputStream" * 2, 1, True]),
        ("sls 7 n.txt | % { $_.LineNumber; $_.Filename; $_.RelativePath((gl).Path) }", [7, "n.txt", "n.txt"]),
        ("Select-String 7 *.txt,*.log -List | % Line", ["7", "Seven 7"]),
        ("Select-String seven * -Include *.log -Exclude n* | % LineNumber", [1, 2]),
        ("Select-String zzz n.txt -Quiet", [False]),
        ("Select-String -LiteralPath n.txt -Pattern '^12$','^3$' | % { $_.Line + $_.Pattern }", ["3^3$", "12^12$"]),
        ("Get-Item n.txt | Select-String '^9' | % Line", ["9"]),
        ("sls '^5$' n.txt -Context 2,1 | % { $_.Context.PreContext + $_.Context.PostContext }", ["3", "4", "6"]),
        ("Select-String '^1$' n.txt -Context 1 | % { $_.Context.PreContext.Count; $_.Context.PostContext }", [0, "2"]),
        ("(Select-String '^5$' n.txt).ToString((Get-Location).Path)", ["n.txt:5:5"]),
        ("(sls '^5$' n.txt -Context 1).ToString((gl).Path)", ["  n.txt:4:4\n> n.txt:5:5\n  n.txt:6:6"]),
        ("'xax' | sls a -NoEmphasis | % { $_.ToEmphasizedString('/') }", ["xax"]),
        ("'xax' | sls a | % { $_.ToEmphasizedString('/') }", ["x\x1b[7ma\x1b[0mx"]),
        ("'a','b' | sls a,b | sls b | % Line", ["b"]),
        ("'ÄB' | sls äb -SimpleMatch -Culture Invariant | % Line", ["ÄB"]),
        ("'FILE' | sls file -SimpleMatch -Culture tr-TR", []),
        ("Set-Content u.txt ä -Encoding unicode; (sls ä u.txt).Line", ["ä"]),
        ("Set-Content l.txt ä -Encoding latin1; (sls ä l.txt -Encoding latin1).Line", ["ä"]),
        ("\"one`ntwo\" | sls two | % { $_.Line.Length }", [7]),
    ],
)  # fmt: skip
def test_matches(ps, script: str, output: list[object]) -> None:
    ran = ps(script)
    assert ran.ids == []
    assert ran.output == output


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("'a' | sls '('", "InvalidRegex"),
        ("'a' | sls a -Culture ru-RU", "CannotSpecifyCultureWithoutSimpleMatch"),
        ("sls a Env:PATH", "ProcessingFile"),
        ("'a' | sls a -Raw -Quiet", "AmbiguousParameterSet"),
        ("'a' | sls a -Context 1,2,3", "ParameterArgumentValidationError"),
        ("'a' | sls a -Context -1", "ParameterArgumentValidationError"),
    ],
)
def test_refused(ps, script: str, error_id: str) -> None:
    assert ps(script).ids == [f"{error_id},Microsoft.PowerShell.Commands.SelectStringCommand"]


def test_context_of_a_filter_is_refused(ps) -> None:
    ran = ps("'a','b' | sls a -Context 1 | sls a -Context 1")
    assert len(ran.sink.warnings) == 1
    assert len(ran.output) == 1


def test_lines_are_shown_once() -> None:
    out: list[MatchInfo] = []
    window = Window(2, 1, out.append)
    for number in range(1, 13):
        found = number in (5, 7, 8, 11)
        match = MatchInfo(line=str(number), number=number, path="f", pattern="", ignore_case=True, matches=[],
                          context=MatchContext())  # fmt: skip
        window.line(str(number), match if found else None)
    window.close()
    shown = [(m.line, m.context.shown_before, m.context.shown_after) for m in out if m.context is not None]
    assert shown == [("5", ["3", "4"], ["6"]), ("7", [], []), ("8", [], ["9"]), ("11", ["10"], ["12"])]
    assert [m.context.before for m in out if m.context is not None][1] == ["5", "6"]
