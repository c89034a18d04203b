"""Select-Object, Where-Object, ForEach-Object -MemberName and Update-List: what they take, skip and refuse."""

from __future__ import annotations

import pytest

U = "Microsoft.PowerShell.Commands."
TWO = "$d = [pscustomobject]@{n='a';v=1},[pscustomobject]@{n='B';v=2},[pscustomobject]@{n='c';v=3};"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("1..10 | select -First 2 -Last 2 -Skip 1", [2, 3, 9, 10]),
        ("1..10 | select -Last 2 -Skip 1", [8, 9]),
        ("1..10 | select -Skip 2 -SkipLast 6", [3, 4]),
        ("@(1..2 | select -Skip 2 -SkipLast 1).Count", [0]),
        ("1..10 | select -Index 3,1,1", [2, 4]),
        ("1..4 | select -SkipIndex 0,2,9", [2, 4]),
        ("$n = 0; 1..9 | % { $n++; $_ } | select -First 1 -Wait; $n", [1, 9]),
        ("$n = 0; 1..9 | % { $n++; $_ } | select -Index 1 -Wait; $n", [2, 9]),
        ("$n = 0; 1,1,2 | % { $n++; $_ } | select -First 2 -Unique; $n", [1, 2]),
        ("'a','A','b' | select -Unique -CaseInsensitive", ["a", "b"]),
        ("@([pscustomobject]@{a=1},[pscustomobject]@{a=2} | select -Unique).Count", [1]),
        ("@([pscustomobject]@{a=1},[pscustomobject]@{a=2} | select a -Unique).Count", [2]),
        ("@(1,$null,2 | select -Skip 1).Count", [1]),
        ("@([pscustomobject]@{a=1,$null,2} | select -ExpandProperty a).Count", [2]),
        ("$o = [pscustomobject]@{a=1} | select; ($o | select).pstypenames.Count", [3]),
        ("(1 | select @{n='x';e={$_+1}}).pstypenames[0]", ["Selected.System.Int32"]),
        ("([pscustomobject]@{a1=1;b=2} | select @{n='x';e='a*'}).x", [1]),
        ("$p = [pscustomobject]@{n='o';l=[pscustomobject]@{x=1}}; ($p | select n -ExpandProperty l).n", ["o"]),
        ("@{a=1} | select a | % a", [1]),
        ("$o=[pscustomobject]@{a=1;b=2;c=3}; $o|Add-Member PropertySet p a,c; ($o|select p).psobject.Properties.Name",
         ["a", "c"]),
        (TWO + "($d | ? v -gt 1).n", ["B", "c"]),
        (TWO + "@($d | ? n -ceq b).Count; ($d | ? n -ieq b).n", [0, "B"]),
        (TWO + "@($d | ? -Not n).Count; ($d | ? n).n", [0, "a", "B", "c"]),
        (TWO + "($d | ? v -in 1,3).n; ($d | ? v -notin 1,3).n; ($d | ? v -isnot '[string]').Count", ["a", "c", "B", 3]),
        (TWO + "($d | ? n -EQ:$false).Count", [3]),
        (TWO + "@($d | ? nope).Count; @($d | ? nope -eq $null).Count", [0, 3]),
        ("(Get-Command Where-Object).ParameterSets.Count; (Get-Command Where-Object).DefaultParameterSet",
         [32, "EqualSet"]),
        ("'abc' | % Substring 1; 'abc' | % ToUpper; 'abc' | % Leng*", ["bc", "ABC", 3]),
        ("'abc' | % nope | % { \"[$_]\" }; $null | % nope | % { \"[$_]\" }", ["[]", "[]"]),
        ("@{Count=7} | % Count; @{k=7} | % Count", [7, 1]),
        ("'abc' | % Length -WhatIf", []),
        ("@{a=1}.Item('a'); (4,5).Item(1); 'abc'.Chars(1).ToString()", [1, 5, "b"]),
        ("@{} | gm -Type ParameterizedProperty | % Definition", ["System.Object Item(System.Object) {get;set;}"]),
        ("@('' | gm get_*).Count; ('' | gm get_Length -Force).Definition", [0, "int get_Length()"]),
        ("[pscustomobject]@{a=1} | % { $_.psobject.Properties.Item('a').Value }", [1]),
        ("$h = Update-List -Add 1 -Remove 2,3; $h.Add.Count; $h.Remove.Count", [1, 2]),
        ("$t = [pscustomobject]@{a=[Collections.ArrayList](1,2)}; ($t | Update-List a -Add 4 -Remove 1).a", [2, 4]),
        ("$t = [pscustomobject]@{a=[Collections.ArrayList](1,2)}; (Update-List -In $t a -Replace 7,8).a", [7, 8]),
    ],
)  # fmt: skip
def test_values(ps, script: str, expected: list[object]) -> None:
    ran = ps(script)
    assert (ran.output, ran.ids) == (expected, [])


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("'a' | select {}", "EmptyScriptBlockAndNoName,{0}SelectObjectCommand"),
        ("1 | select -First 1 -Index 1", "AmbiguousParameterSet,{0}SelectObjectCommand"),
        ("[pscustomobject]@{a1=1;a2=2} | select -ExpandProperty a*", "MutlipleExpandProperties,{0}SelectObjectCommand"),
        ("[pscustomobject]@{a1=1;a2=2} | select @{n='x';e='a*'}",
         "RenamingMultipleResults,{0}SelectObjectCommand"),
        ("[pscustomobject]@{a=1} | select a, A", "AlreadyExistingUserSpecifiedPropertyNoExpand,{0}SelectObjectCommand"),
        ("[pscustomobject]@{a='x'} | select a, @{n='Length';e={1}} -Expand a",
         "AlreadyExistingUserSpecifiedPropertyExpand,{0}SelectObjectCommand"),
        ("1 | ? v 1", "OperatorNotSpecified,{0}WhereObjectCommand"),
        ("1 | ? v -gt", "ValueNotSpecifiedForWhereObject,{0}WhereObjectCommand"),
        ("1 | ? v -gt -lt 1", "AmbiguousParameterSet,{0}WhereObjectCommand"),
        ("[pscustomobject]@{a1=1;a2=2} | ? a* -eq 1", "AmbiguousPropertyName,{0}WhereObjectCommand"),
        ("Set-StrictMode -Version 2; 'abc' | ? Nope -eq 1", "PropertyNotFound,{0}WhereObjectCommand"),
        ("Set-StrictMode -Version 2; $null | ? Nope", "InputObjectIsNull,{0}WhereObjectCommand"),
        ("Set-StrictMode -Version 2; 'abc' | % Nope", "PropertyOrMethodNotFound,{0}ForEachObjectCommand"),
        ("Set-StrictMode -Version 2; $null | % Nope", "InputObjectIsNull,{0}ForEachObjectCommand"),
        ("'abc' | % Nope 1", "MethodNotFound,{0}ForEachObjectCommand"),
        ("'abc' | % Substring 10", "MethodInvocationError,{0}ForEachObjectCommand"),
        ("'abc' | % Trim* ' '", "AmbiguousMethodName,{0}ForEachObjectCommand"),
        ("'abc' | % T*", "AmbiguousPropertyOrMethodName,{0}ForEachObjectCommand"),
        ("$null | % Nope 1", "InvokeMethodOnNull,{0}ForEachObjectCommand"),
        ("1 | % { 1 } -WhatIf", "NoShouldProcessForScriptBlockSet,{0}ForEachObjectCommand"),
        ("1 | Update-List -Add 4", "MissingPropertyParameter,{0}UpdateListCommand"),
        ("Update-List a -Add 4", "MissingInputObjectParameter,{0}UpdateListCommand"),
        ("1 | Update-List nope -Add 4", "MemberDoesntExist,{0}UpdateListCommand"),
        ("[pscustomobject]@{a=1} | Update-List a -Add 4", "ApplyFailed,{0}UpdateListCommand"),
    ],
)  # fmt: skip
def test_errors(ps, script: str, error_id: str) -> None:
    assert ps(script).ids == [error_id.format(U)]
