"""Sort-Object, Group-Object, Compare-Object and Tee-Object: every parameter once."""

from __future__ import annotations

import pytest

COMPARED = '| % { "$($_.SideIndicator)$($_.InputObject)" }'


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("5,3,9,1 | sort -Top 2", [1, 3]),
        ("5,3,9,1 | sort -Bottom 2", [5, 9]),
        ("5,3,9,1 | sort -Descending -Top 1", [9]),
        ("'b1','a1','b2','a2' | sort { $_[0] } -Stable", ["a1", "a2", "b1", "b2"]),
        ("'B','a','A','b' | sort -CaseSensitive -Unique", ["a", "A", "b", "B"]),
        ("'b','a' | sort -Culture en-GB", ["a", "b"]),
        ("'1 1','1 2','0 3' | sort { $_[0] }, @{e={$_[2]};Descending=$true}", ["0 3", "1 2", "1 1"]),
        ("[pscustomobject]@{a=1;b=2},[pscustomobject]@{b=1} | sort -Property a | % b", [2, 1]),
        ("('a','b','a' | group -NoElement | % { \"$($_.Count)$($_.Name)\" }); ('a' | group -NoElement).GetType().Name",
         ["2a", "1b", "GroupInfoNoElement"]),
        ("@('a','A' | group).Count; @('a','A' | group -CaseSensitive).Count", [1, 2]),
        ("('a','b' | group -Culture en-US).Name", ["a", "b"]),
        ("(1..3 | group { $_ % 2 } -AsHashTable)[1].Count; (1..3 | group { $_ % 2 } -AsHashTable -AsString)['0'].Count",
         [2, 1]),
        (f"compare (1,2,3) (2,3,4) {COMPARED}", ["=>4", "<=1"]),
        (f"compare (1,2) (2,3) -IncludeEqual {COMPARED}", ["==2", "=>3", "<=1"]),
        (f"compare (1,2) (2,3) -IncludeEqual -ExcludeDifferent {COMPARED}", ["==2"]),
        (f"@(compare (1,2,3) (3,2,1) -SyncWindow 0 {COMPARED}).Count; @(compare (1,2,3) (3,2,1)).Count", [4, 0]),
        ("compare (1,2) (2,3) -PassThru | % { \"$_$($_.SideIndicator)\" }", ["3=>", "1<="]),
        ("@(compare a A).Count; @(compare a A -CaseSensitive).Count; @(compare a A -Culture en-US).Count", [0, 2, 0]),
        ("compare ([pscustomobject]@{n=1;x=1}) ([pscustomobject]@{n=2;x=1}) -Property x -IncludeEqual | % SideI*",
         ["=="]),
        ("1,2 | tee -FilePath t.txt; gc t.txt; 3 | tee t.txt -Append; @(gc t.txt).Count", [1, 2, "1", "2", 3, 3]),
        ("1 | tee -LiteralPath '[t].txt'; gc -LiteralPath '[t].txt'", [1, "1"]),
        ("1 | tee -Variable v; 2, 3 | tee -Variable w; $v; $w", [1, 2, 3, 1, 2, 3]),
        ("'é' | tee e.txt -Encoding latin1; (gc e.txt -AsByteStream)[0]", ["é", 233]),
    ],
)  # fmt: skip
def test_values(ps, tmp_path, monkeypatch, script: str, expected: list[object]) -> None:
    monkeypatch.chdir(tmp_path)
    ran = ps(f"Set-Location '{tmp_path}'; {script}")
    assert (ran.output, ran.ids) == (expected, [])
