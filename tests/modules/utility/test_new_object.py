"""New-Object: constructors, defaults of value types, -Property and the errors on the way."""

from __future__ import annotations

import pytest

KIND = "Microsoft.PowerShell.Commands.NewObjectCommand"
CLASS = "class C { [int]$x; [int]$y; [datetime]$d; [timespan]$t; [guid]$g; C() {}; C([int]$v) { $this.x = $v } }; "


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("New-Object System.Int32; New-Object bool; [int](New-Object char)", [0, False, 0]),
        ("(New-Object DateTime).Ticks; [timespan]::new().Ticks; (New-Object guid).ToString()[0]", [0, 0, "0"]),
        ("(New-Object int[] 3).Count; (New-Object Version 1,2).ToString(); (New-Object Version '1.2').Minor",
         [3, "1.2", 2]),
        ("(New-Object psobject -Property @{a=1}).a; (New-Object psobject).GetType().Name", [1, "PSCustomObject"]),
        ("(New-Object System.Text.StringBuilder -Property @{Append='abc'}).ToString()", ["abc"]),
        ("New-Object string('ab'[0], 3); New-Object string([char[]]'abcd', 1, 2)", ["aaa", "bc"]),
        ("using namespace System.Collections.Generic\n(New-Object 'List[int]').Count; (New-Object Stack[int]).Count",
         [0, 0]),
        ("using namespace System.Collections.Generic\n('Dictionary[string, List[int]]' -as [type]).Name",
         ["Dictionary`2"]),
        (CLASS + "(New-Object C 3).x; (New-Object C -Property @{y=4}).y; (New-Object C -Args 3 -Property @{y=4}).x",
         [3, 4, 3]),
        (CLASS + "$c = [C]::new(); $c.d.Ticks; $c.t.Ticks; \"$($c.g)\"[0]", [0, 0, "0"]),
        ("$k = [System.Management.Automation.PSTypeName]; ('int' -as $k).Type.Name; $null -eq ('Nope.X' -as $k).Type",
         ["Int32", True]),
    ],
)  # fmt: skip
def test_values(ps, script: str, expected: list[object]) -> None:
    ran = ps(script)
    assert ([item if not isinstance(item, str) else str(item) for item in ran.output], ran.ids) == (expected, [])


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("New-Object Uri -ArgumentList '::'", "ConstructorInvokedThrowException"),
        ("New-Object Uri 1,2,3,4,5", "ConstructorInvokedThrowException"),
        ("New-Object nosuch.type", "TypeNotFound"),
        ("New-Object string", "CannotFindAppropriateCtor"),
        ("New-Object -ComObject X", "NamedParameterNotFound"),
        ("New-Object Text.StringBuilder -Property @{Nope=1}", "InvalidOperationException"),
        ("New-Object Version -Property @{Major='x'}", "SetValueException"),
        ("New-Object Version -Property 5", "CannotConvertArgumentNoMessage"),
    ],
)
def test_errors(ps, script: str, error_id: str) -> None:
    assert ps(script).ids == [f"{error_id},{KIND}"]
