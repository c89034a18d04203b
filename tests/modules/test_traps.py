"""The traps of the engine's reference that concern cmdlets, by their numbers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

P = "Microsoft.PowerShell.Commands."


@pytest.mark.parametrize(
    ("number", "script", "expected"),
    [
        (36, "$null | % {1}", [1]),
        (36, "& {} | % {1}", []),
        (49, "@{a=1;b=2} | % { 1 }", [1]),
        (53, "1,2 | Out-Null; [void](1); $null = 3", []),
        (54, "1,2 | % { if ($_ -eq 1) { return 'one' }; 'two' }", ["one", "two"]),
        (55, "1,2,3 | Select-Object -First 1", [1]),
        (56, "'b','B','a' | Sort-Object -Unique", ["a", "b"]),
        (56, "'a','A' | Get-Unique", ["a", "A"]),
        (56, "'a','A' | Select-Object -Unique", ["a", "A"]),
        (56, "('a','A' | Group-Object).Count", [2]),
        (57, "([pscustomobject]@{b=1;a=2}).PSObject.Properties.Name", ["b", "a"]),
        (57, "([pscustomobject]@{b=1} | Select-Object x).x", [None]),
        (58, "1,2 | % { $o = $_; 'a','b' | % { \"$o$_\" } }", ["1a", "1b", "2a", "2b"]),
        (58, "1 | % { 2 | % { } ; $_ }", [1]),
        (83, "(Write-Host h 6>&1).MessageData.Message", ["h"]),
        (83, "Write-Host h 6>$null", []),
        (85, "([datetime]'1/2/2024').Month", [1]),
        (85, "\"$([datetime]'1/2/2024')\"", ["01/02/2024 00:00:00"]),
        (85, "Get-Date '2024-05-06 07:08:09' -Format yyyy-MM-ddTHH:mm:ss", ["2024-05-06T07:08:09"]),
        (85, "((Get-Date '2024-01-03') - (Get-Date '2024-01-01')).TotalDays", [2.0]),
        (87, "@(1) | ConvertTo-Json -Compress", ["1"]),
        (87, "ConvertTo-Json -InputObject @(1) -Compress", ["[1]"]),
        (87, "@(1) | ConvertTo-Json -AsArray -Compress", ["[1]"]),
        (87, "('{\"a\":1}' | ConvertFrom-Json).a.GetType().Name", ["Int64"]),
        (87, '(\'{"a":"2024-01-02T03:04:05Z"}\' | ConvertFrom-Json).a.GetType().Name', ["DateTime"]),
        (88, "$r = 'n', '10' | ConvertFrom-Csv; $r.n -gt '9'", [False]),
        (93, "Write-Output 1,2 | Measure-Object | % Count", [2]),
        (93, "echo 1 2 | Measure-Object | % Count", [2]),
        (94, "[pscustomobject]@{Name=''},[pscustomobject]@{Name='x'} | Where-Object Name | % Name", ["x"]),
        (94, "1 | Where-Object { $false; $false }", [1]),
        (95, "(@() | Measure-Object -Sum).Count", [0]),
        (95, "$null -eq (@() | Measure-Object).Sum", [True]),
        (95, "(1..4 | measure -Sum).Sum", [10.0]),
        (95, "(1..4 | measure -Sum).Sum.GetType().Name", ["Double"]),
        (96, "${a[1]} = 5; Get-Variable 'a`[1`]' -ValueOnly", [5]),
    ],
)
def test_values(ps, number: int, script: str, expected: list[object]) -> None:
    ran = ps(script)
    assert ran.ids == [], number
    assert ran.output == expected, number


def test_55_what_stands_before_first_is_cut_off(ps) -> None:
    ran = ps("function src { begin { 'b' } process { } end { 'end ran' } }; $seen = @(); "
             "1..50 | % { $seen += $_; $_ } | Select-Object -First 2 | % { \"got $_\" }; $seen.Count")  # fmt: skip
    assert ran.output == ["got 1", "got 2", 2]


def test_57_a_missing_property_to_expand_is_not_terminating(ps) -> None:
    ran = ps("[pscustomobject]@{a=1} | Select-Object -ExpandProperty x; 'on'")
    assert (ran.output, ran.ids) == (["on"], [f"ExpandPropertyNotFound,{P}SelectObjectCommand"])


def test_75_non_terminating_errors_pass_try_unless_told_to_stop(ps) -> None:
    ran = ps("try { Get-Item nope; 'after' } catch { 'caught' }")
    assert (ran.output, ran.ids) == (["after"], [f"PathNotFound,{P}GetItemCommand"])
    ran = ps("try { Get-Item nope -ErrorAction Stop; 'after' } catch { $_.FullyQualifiedErrorId }")
    assert (ran.output, ran.ids) == ([f"PathNotFound,{P}GetItemCommand"], [])


def test_83_files_and_merged_streams(ps, tmp_path: Path) -> None:
    assert ps("(Get-Item nope 2>&1).GetType().Name").output == ["ErrorRecord"]
    ps("& { 'o'; Write-Warning w; Write-Error e } *> all.txt")
    text = (tmp_path / "all.txt").read_text()
    assert "o\n" in text
    assert "w" in text


def test_88_exporting_format_records_does_not_crash(ps, tmp_path: Path) -> None:
    ran = ps("[pscustomobject]@{a=1} | Format-Table | Export-Csv t.csv")
    assert (ran.state, ran.ids) == ("Completed", [])
    assert (tmp_path / "t.csv").exists()


def test_90_one_file_is_a_scalar_and_include_looks_at_the_last_part(ps, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.log"):
        (tmp_path / name).write_text("x")
    assert ps("(Get-ChildItem a.txt).GetType().Name").output == ["FileInfo"]
    assert ps("(Get-ChildItem a.txt).Count").output == [1]
    assert ps("Get-ChildItem -Filter *.txt | % Name").output == ["a.txt", "b.txt"]
    assert ps("Get-ChildItem . -Include *.txt | % Name").output == []
    assert ps("Get-ChildItem ./* -Include *.txt | % Name").output == ["a.txt", "b.txt"]
    assert ps("Get-ChildItem -Recurse -Include *.log | % Name").output == ["c.log"]


def test_96_environment_values_are_texts_and_null_deletes(ps) -> None:
    try:
        assert ps("$env:REMORA_T96 = 5; $env:REMORA_T96.GetType().Name").output == ["String"]
        assert ps("Remove-Item Env:REMORA_T96; Test-Path Env:REMORA_T96").output == [False]
        assert ps("$env:REMORA_T96 = 'x'; $env:REMORA_T96 = $null; Test-Path Env:REMORA_T96").output == [False]
    finally:
        os.environ.pop("REMORA_T96", None)
