"""More of the traps, by number: those of cmdlets, and parts that the tables of ``test_traps.py`` leave out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.engine import test_traps
from tests.engine.shapes import shapes

LAST = 96
CASES: list[tuple[int, str, list[str]]] = [
    (13, "'{0}' -f 1e15; (1.10d).ToString(); 1.0.ToString()", ["String:1E+15", "String:1.10", "String:1"]),
    (22, "@($null).Count; $null -eq (@($null) -eq $null)[0]", ["Int32:1", "Boolean:True"]),
    (35, "(& { Write-Output -NoEnumerate @(1) }).GetType().Name", ["String:Object[]"]),
    (38, "$a = 1, 2, 3; $a[-1..0] -join ','; 'abc'[-1]; $a[0, -1] -join ','", ["String:3,1", "Char:c", "String:1,3"]),
    (
        46,
        "[cultureinfo]::CurrentCulture = 'de-DE'; \"$(1.5)\"; [string]1.5; '{0}' -f 1.5; (1.5).ToString()",
        ["String:1.5", "String:1.5", "String:1,5", "String:1,5"],
    ),
    (50, "[scriptblock]::Create('@{a=1;A=2}')", ["!ParseException"]),
    (51, "@((, @{ m = 5 }).m).Count; (@{ n = 1 }, @{ n = 2 }).n.Count", ["Int32:1", "Int32:2"]),
    (55, "1..3 | ForEach-Object { $_ } -End { 'end' } | Select-Object -First 1", ["Int32:1"]),
    (
        56,
        (
            "('b', 'a', 'B' | Sort-Object -Unique).Count; ('a', 'A' | Get-Unique).Count; "
            "('a', 'A' | Select-Object -Unique).Count; @('a', 'A' | Group-Object).Count"
        ),
        ["Int32:2", "Int32:2", "Int32:2", "Int32:1"],
    ),
    (
        57,
        "[pscustomobject]@{ a = 1 } | Select-Object -ExpandProperty x; 'on'",
        ["String:on", "!ExpandPropertyNotFound,Microsoft.PowerShell.Commands.SelectObjectCommand"],
    ),
    (
        64,
        "function f { [CmdletBinding()] param() Write-Verbose 'v' }; f -Verbo 4>&1 | ForEach-Object { $_.Message }",
        ["String:v"],
    ),
    (
        66,
        (
            "function f { param([Parameter(ValueFromPipeline)]$x) begin { 'b' } process { $x } end { 'e' } }; "
            "1, 2 | f; filter g { $_ + 1 }; 1, 2 | g"
        ),
        ["String:b", "Int32:1", "Int32:2", "String:e", "Int32:2", "Int32:3"],
    ),
    (
        73,
        (
            "$f = New-TemporaryFile; 'a', 'b' | Set-Content $f; switch -File $f { 'a' { 'A' } 'b' { 'B' } }; "
            "Remove-Item $f; switch -Exact ('a*') { 'a*' { 'E' } }; "
            "switch (1, 2) { 1 { continue; 'no' } default { 'd' } }"
        ),
        ["String:A", "String:B", "String:E", "String:d"],
    ),
    (
        81,
        "function f { trap { \"t:$_\"; continue }; throw 'x'; 'after' }; f; 'on'",
        ["String:t:x", "String:after", "String:on"],
    ),
    (
        83,
        (
            "$f = New-TemporaryFile; & { 1; Write-Error e; Write-Warning w; Write-Host h } *> $f; "
            "@(Get-Content $f | Select-String '1', 'e', 'w', 'h').Count -ge 4; Remove-Item $f"
        ),
        ["Boolean:True"],
    ),
    (
        85,
        (
            "Get-Date '2024-01-02 03:04:05' -Format yyyy-MM-ddTHH:mm:ss; ([datetime]'2024-01-02' | Out-String).Trim(); "
            "[cultureinfo]::CurrentCulture = 'en-GB'; ([datetime]'1/2/2024').Month"
        ),
        ["String:2024-01-02T03:04:05", "String:Tuesday, January 2, 2024 12:00:00 AM", "Int32:1"],
    ),
    (
        87,
        (
            "@{a=@{b=@{c=@{d=1}}}} | ConvertTo-Json -Compress -WarningVariable w -WarningAction SilentlyContinue; "
            "$w.Count; , 1 | ConvertTo-Json -Compress; 1 | ConvertTo-Json -AsArray -Compress; "
            "ConvertTo-Json -InputObject @(1) -Compress; [DayOfWeek]::Monday | ConvertTo-Json"
        ),
        [
            'String:{"a":{"b":{"c":"System.Collections.Hashtable"}}}',
            "Int32:1",
            "String:1",
            "String:[1]",
            "String:[1]",
            "String:1",
        ],
    ),
    (
        87,
        (
            '$j = \'{"a":1,"b":"2024-01-02T03:04:05Z"}\' | ConvertFrom-Json; $j.a.GetType().Name; $j.b.GetType().Name; '
            "[datetime]::SpecifyKind([datetime]'2024-01-02', 'Utc') | ConvertTo-Json"
        ),
        ["String:Int64", "String:DateTime", 'String:"2024-01-02T00:00:00Z"'],
    ),
    (
        88,
        (
            "$c = 'n', '10', '9' | ConvertFrom-Csv; $c[0].n.GetType().Name; $c[0].n -gt $c[1].n; "
            "@([pscustomobject]@{ a = 1 } | Format-Table | ConvertTo-Csv).Count -gt 1"
        ),
        ["String:String", "Boolean:False", "Boolean:True"],
    ),
    (89, "sh -c 'echo $1' x --% %RM_NONE% a", ["String:%RM_NONE%"]),
    (
        91,
        "Set-StrictMode -Version 3; & { Set-StrictMode -Off; $nope; 'off' }; try { $nope } catch { 'strict' }",
        ["null", "String:off", "String:strict"],
    ),
    (
        92,
        "$PSVersionTable.PSVersion.GetType().Name; [Environment]::OSVersion.Platform; [bool]$Host.Name; $IsWindows",
        ["String:SemanticVersion", "PlatformID:Unix", "Boolean:True", "Boolean:False"],
    ),
    (
        94,
        "[pscustomobject]@{ N = 0 }, [pscustomobject]@{ N = 1 } | Where-Object N | ForEach-Object N",
        ["Int32:1"],
    ),
    (
        95,
        "(@() | Measure-Object).Count; $null -eq (@() | Measure-Object).Sum; (1..4 | Measure-Object -Sum).Sum",
        ["Int32:0", "Boolean:True", "Double:10"],
    ),
    (
        96,
        (
            "${a[1]} = 5; (Get-Variable 'a`[1`]').Value; @(Get-Variable 'a[1]' -ErrorAction Ignore).Count; "
            "$env:RM_TRAP = 'x'; Remove-Item Env:RM_TRAP; $null -eq $env:RM_TRAP; $env:RM_TRAP = 5; "
            "$env:RM_TRAP.GetType().Name; $env:RM_TRAP = $null; Test-Path Env:RM_TRAP"
        ),
        ["Int32:5", "Int32:0", "Boolean:True", "String:String", "Boolean:False"],
    ),
]


@pytest.mark.parametrize(
    ("number", "script", "expected"), [pytest.param(*case, id=f"{case[0]}-{i}") for i, case in enumerate(CASES)]
)
def test_trap(run: Any, number: int, script: str, expected: list[str]) -> None:
    assert shapes(run(script)) == expected


def test_every_trap_has_a_test_with_its_number() -> None:
    tables = (test_traps.ARITHMETIC, test_traps.COMPARISON, test_traps.ARRAYS, test_traps.FUNCTIONS, test_traps.FLOW,
              test_traps.ERRORS, CASES)  # fmt: skip
    named = {case[0] for table in tables for case in table}
    named |= {int(found) for found in re.findall(r"def test_trap_(\d+)_", Path(test_traps.__file__).read_text())}
    assert sorted(set(range(1, LAST + 1)) - named) == []
