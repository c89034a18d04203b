"""What the lines that Get-Content reads tell about where they came from, and that they are texts all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from remora.engine.convert import to_text
from remora.engine.wire.encode import to_wire
from tests.modules.conftest import Session
from tests.support.cases import cases


@pytest.fixture(autouse=True)
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text("one\ntwo\n3\n")
    return path


def test_the_notes_of_a_line(ps: Session, file: Path) -> None:
    ran = ps("$l = (Get-Content a.txt)[1]; $l.PSPath; $l.PSParentPath; $l.PSChildName; $l.PSDrive.Name")
    base = "Microsoft.PowerShell.Core\\FileSystem::"
    assert ran.output == [f"{base}{file}", f"{base}{file.parent}", "a.txt", "/"]


_NOTES = """
$l = (Get-Content a.txt)[1]; $l.ReadCount; $l.ReadCount.GetType().Name; $l.PSProvider.Name
=> 2 | Int64 | FileSystem

(Get-Content a.txt -Raw).ReadCount; (Get-Content a.txt -Tail 1).ReadCount; (Get-Content a.txt -TotalCount 1).PSChildName
=> 1 | 1 | a.txt

((Get-Content a.txt)[0].psobject.Properties.Name) -join ' '
=> PSPath PSParentPath PSChildName PSDrive PSProvider ReadCount Length

(Get-Content a.txt | Get-Member -MemberType NoteProperty).Name -join ' '
=> PSChildName PSDrive PSParentPath PSPath PSProvider ReadCount

Get-Content a.txt | Select-Object -First 1 ReadCount, PSChildName | ForEach-Object { "$_" }
=> @{ReadCount=1; PSChildName=a.txt}

Get-Content a.txt | Where-Object ReadCount -eq 2
=> two

$env:P_ONE = 'x'; (Get-Content Env:P_ONE).PSPath; (Get-Content Env:P_ONE).PSChildName
=> Microsoft.PowerShell.Core\\Environment::P_ONE | P_ONE

Set-StrictMode -Version Latest; (Get-Content a.txt)[0].pspath -like '*a.txt'
=> True

$l = (Get-Content a.txt)[0]; ($l + 'x').PSPath; $l.ToUpper().PSPath; ([string]$l).PSPath; $l.NoSuch
=> |  |  |
"""

_TEXTS = """
$l = Get-Content a.txt; $l[0].GetType().FullName; $l[0] -is [string]; $l -contains 'TWO'; $l[0] -eq 'one'
=> System.String | True | True | True

$l = Get-Content a.txt; $l[2] + 1; 1 + $l[2]; [int]$l[2]; $l[2] * 2; $l -join ','; $l[0][0]
=> 31 | 4 | 3 | 33 | one,two,3 | o

switch (Get-Content a.txt) { one { 1 } two { 2 } }
=> 1 | 2

$h = @{}; Get-Content a.txt | ForEach-Object { $h[$_] = 1 }; $h['one']; $h.two
=> 1 | 1

Get-Content a.txt | ConvertTo-Json -Compress
=> ["one","two","3"]

(Get-Content a.txt | Sort-Object)[0]; (Get-Content a.txt) -replace 'o', '0'
=> 3 | 0ne | tw0 | 3

Get-Content a.txt | Set-Content b.txt; (Get-Content b.txt -Raw).Length; (Get-Content b.txt).PSChildName
=> 10 | b.txt | b.txt | b.txt

$l = (Get-Content a.txt)[0] | Add-Member -NotePropertyName z -NotePropertyValue 5 -PassThru; $l.z; $l.PSChildName
=> 5 | a.txt

(Get-Content a.txt -ReadCount 2)[0].Count; (Get-Content a.txt -ReadCount 0).Count
=> 2 | 3
"""


@pytest.mark.parametrize(("script", "texts"), [*cases(_NOTES.replace("=> |  |  |", "=> |  |  | ")), *cases(_TEXTS)])
def test_lines(ps: Session, script: str, texts: list[str]) -> None:
    ran = ps(script)
    assert [to_text(value) for value in ran.output] == texts
    assert ran.ids == []


def test_a_line_that_travels_is_a_text(ps: Session) -> None:
    line = ps("Get-Content a.txt -TotalCount 1").output[0]
    assert to_wire(line) == "one"
    import copy
    import pickle

    assert type(copy.copy(line)) is str
    assert type(pickle.loads(pickle.dumps(line))) is str
