"""PowerShell's helper types and types as values."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.shapes import shapes

_L = "[System.Management.Automation.LanguagePrimitives]"
_S = "[System.Management.Automation.PSSerializer]"
_TABLE = "[psobject].Assembly.GetType('System.Management.Automation.TypeAccelerators')"
_POLICY = "[System.Management.Automation.Security.SystemPolicy]"
CASES = [
    ("[WildcardPattern]::Escape('a*b[c]'); [WildcardPattern]::Unescape('a`*')", ["String:a`*b`[c`]", "String:a*"]),
    ("[WildcardPattern]::ContainsWildcardCharacters('a?')", ["Boolean:True"]),
    ("[WildcardPattern]::new('a*').IsMatch('ABC')", ["Boolean:False"]),
    (
        "[WildcardPattern]::Get('a*', 'IgnoreCase').IsMatch('ABC'); [WildcardPattern]::new('a*_?').ToWql()",
        ["Boolean:True", "String:a%[_]_"],
    ),
    ("([System.Management.Automation.PSTypeName]'Nope.Type').Type", ["null"]),
    (
        _POLICY + "::GetSystemLockdownPolicy(); " + _POLICY + "::GetLockdownPolicy('/x', $null) -eq 'Enforce'",
        ["Management.Automation.Security.SystemEnforcementMode:None", "Boolean:False"],
    ),
    (
        (
            "@{}.GetType.OverloadDefinitions; ([pscustomobject]@{ a = 1 }).ToString.Name; (5).Equals.Invoke(5); "
            "@{ GetType = 3 }.GetType; $null.GetType"
        ),
        ["String:type GetType()", "String:ToString", "Boolean:True", "Int32:3", "null"],
    ),
    (
        (
            "$p = { ForEach-Object { $_ } }.GetSteppablePipeline(); $p.Begin($true); $o = $p.Process(@{ a = 4 }); "
            "$e = $p.End(); $o.GetType().Name; $o[0].a; $e.Count"
        ),
        ["String:Object[]", "Int32:4", "Int32:0"],
    ),
    (
        (
            "[Console]::Out.GetType().FullName; $b = [Text.StringBuilder]::new(); $w = [IO.StringWriter]::new($b); "
            "[Console]::SetOut($w); [Console]::Write('{0}!', 5); [Console]::Out.WriteLine('x'); "
            "$w.Write([char[]]'yz'); "
            "$b.Length; [Console]::SetError([Console]::Out); [Console]::Error.Write(1); "
            "[object]::ReferenceEquals($w.GetStringBuilder(), $b); $b.ToString(); $w.GetType().BaseType.FullName"
        ),
        [
            "String:System.IO.TextWriter+SyncTextWriter",
            "Int32:6",
            "Boolean:True",
            "String:5!x\nyz1",
            "String:System.IO.TextWriter",
        ],
    ),
    (
        "try { [Console]::SetOut($null) } catch { $_.Exception.InnerException.GetType().Name }",
        ["String:ArgumentNullException"],
    ),
    (
        (
            "foreach ($a in @(2, 2), @(-1, 1), @(0, -1)) { try { [Convert]::ToBase64String([byte[]](1, 2, 3), $a[0], "
            "$a[1]) } catch { $_.Exception.InnerException.Message -replace '.*\\(|\\)' } }"
        ),
        ["String:Parameter 'offset'", "String:Parameter 'offset'", "String:Parameter 'length'"],
    ),
    ("$n = [System.Management.Automation.PSTypeName]'int'; $n.Name; $n.Type.Name", ["String:int", "String:Int32"]),
    ("@([System.Management.Automation.Internal.AutomationNull]::Value).Count", ["Int32:0"]),
    (
        '[DBNull]::Value -eq $null; "<$([DBNull]::Value)>"; [DBNull]::Value ?? 2',
        ["Boolean:False", "String:<>", "DBNull:"],
    ),
    (
        "[NullString]::Value.GetType().Name; [string]::IsNullOrEmpty([NullString]::Value)",
        ["String:NullString", "Boolean:True"],
    ),
    (
        _L + "::ConvertTo('5',[int]); " + _L + "::IsTrue(@(0)); " + _L + "::Equals('a','A',$true)",
        ["Int32:5", "Boolean:False", "Boolean:True"],
    ),
    ("$o = 0; " + _L + "::TryConvertTo('x',[int],[ref]$o); " + _L + "::Compare(1,2)", ["Boolean:False", "Int32:-1"]),
    (_S + "::Deserialize(" + _S + "::Serialize(@{a=1})).a", ["Int32:1"]),
    (
        _TABLE + "::Get['int'].Name; " + _TABLE + "::Add('mine',[int]); [mine]'5'; " + _TABLE + "::Remove('mine')",
        ["String:Int32", "Int32:5", "Boolean:True"],
    ),
    (
        "[int].Assembly.GetName().Name; [int].AssemblyQualifiedName",
        [
            "String:System.Private.CoreLib",
            (
                "String:System.Int32, System.Private.CoreLib, Version=8.0.0.0, Culture=neutral, "
                "PublicKeyToken=7cec85d7bea7798e"
            ),
        ],
    ),
    (
        "[reflection.assembly]::LoadWithPartialName('No.Such'); [reflection.assembly]::Load('No.Such')",
        ["null", "!FileNotFoundException"],
    ),
    ("[Activator]::CreateInstance([System.Collections.ArrayList]).Count", ["Int32:0"]),
    (
        (
            "[string].GetMethod('Insert').ReturnType.Name; [string].GetProperty('Length').PropertyType.Name; "
            "[string].GetMethod('nope')"
        ),
        ["String:String", "String:Int32", "null"],
    ),
    (
        "[string].GetMethod('ToUpper').Invoke('a', @()); [string].GetProperty('Length').GetValue('abc')",
        ["String:A", "Int32:3"],
    ),
    (
        "[int].IsPrimitive; [int].IsValueType; [string].IsClass; [IDisposable].IsInterface; [int[]].IsArray",
        ["Boolean:True"] * 5,
    ),
    (
        "[int[,]].GetArrayRank(); [int[]].GetElementType().Name; [int].MakeArrayType().Name",
        ["Int32:2", "String:Int32", "String:Int32[]"],
    ),
    (
        "[object].IsAssignableFrom([string]); [string].IsAssignableFrom([object]); [int].IsInstanceOfType(5)",
        ["Boolean:True", "Boolean:False", "Boolean:True"],
    ),
    (
        "[ArgumentException].IsSubclassOf([Exception]); [string].GetInterface('IComparable').Name",
        ["Boolean:True", "String:IComparable"],
    ),
    (
        "$l = [Collections.Generic.List`1]; $l.IsGenericTypeDefinition; $l.MakeGenericType([int]).Name",
        ["Boolean:True", "String:List`1"],
    ),
    (
        "[type]::GetType('System.Int32').Name; [type]::GetTypeCode([int]); [type]::GetType('No.Such', $true)",
        ["String:Int32", "TypeCode:Int32", "!TypeLoadException"],
    ),
    (
        "[enum]::GetNames([DayOfWeek])[0]; [enum]::Parse([DayOfWeek],'friday',$true); [enum]::IsDefined([DayOfWeek],9)",
        ["String:Sunday", "DayOfWeek:Friday", "Boolean:False"],
    ),
    (
        "$r = 0; [enum]::TryParse([DayOfWeek],'Friday',[ref]$r); $r; [enum]::ToObject([DayOfWeek],2)",
        ["Boolean:True", "DayOfWeek:Friday", "DayOfWeek:Tuesday"],
    ),
    ("[enum]::Parse([DayOfWeek],'friday')", ["!ArgumentException"]),
    (
        "([IO.FileAttributes]'Hidden,System').HasFlag([IO.FileAttributes]::Hidden); [DayOfWeek]::Friday.ToString('d')",
        ["Boolean:True", "String:5"],
    ),
    (
        "[version]'1.2.3.4'; [version]::Parse('1.2').Build; [version]'abc'",
        ["Version:1.2.3.4", "Int32:-1", "!InvalidCastParseTargetInvocation"],
    ),
    ("[version]::new(1,-1)", ["!ArgumentOutOfRangeException"]),
    ("[version]::new(1,2,3).ToString(2); [version]'1.10' -gt '1.9'", ["String:1.2", "Boolean:True"]),
    (
        "[semver]'1.2.3-a' -lt '1.2.3'; [semver]'1.0.0+x' -eq [semver]'1.0.0+y'; [semver]::new(3,2,0,'b+m').BuildLabel",
        ["Boolean:True", "Boolean:True", "String:m"],
    ),
    ("[semver]::new('1.0.0-alpha..1')", ["!FormatException"]),
    ("[semver]::new(-1,0)", ["!PSArgumentException"]),
    (
        "([version][semver]'3.2.1-pre+meta').ToString(); [semver]([version][semver]'3.2.1-pre+meta')",
        ["String:3.2.1-pre+meta", "Management.Automation.SemanticVersion:3.2.1-pre+meta"],
    ),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_types(run: Any, script: str, expected: list[str]) -> None:
    assert shapes(run(script)) == expected


MAGIC = [
    ("$null.ForEach({ 1 }).GetType().Name", ["String:Collection`1"]),
    ("(5).PSForEach({ $_ + 1 })", ["Int32:6"]),
    ("(1,2).ForEach([string])", ["String:1", "String:2"]),
    ("(1,2).ForEach('ToString','D3')", ["String:001", "String:002"]),
    ("$a = @([pscustomobject]@{x=1}); $a.ForEach('x',5); $a.x", ["Int32:5"]),
    ("(1..5).Where({ $_ -gt 2 },'First',2)", ["Int32:3", "Int32:4"]),
    ("(1..5).Where({ $_ -gt 2 },'Last')", ["Int32:5"]),
    ("(1..5).Where({ $_ -gt 3 },'SkipUntil')", ["Int32:4", "Int32:5"]),
    ("(1..5).Where({ $_ -gt 2 },'Until')", ["Int32:1", "Int32:2"]),
    ("(1..5).Where({ $_ -gt 2 },'Split')[1]", ["Int32:1", "Int32:2"]),
    ("(1..5).Where({ $_ -gt 2 },0,1)", ["Int32:3"]),
    ("(1..5).Where()", ["!MethodCountCouldNotFindBest"]),
    ("(1..5).Where({ $true },'First',-1)", ["!NumberToReturnMustBeGreaterThanZero"]),
    ("'ab' -replace 'a',[System.Text.RegularExpressions.MatchEvaluator]{ param($m) 'X' }", ["String:Xb"]),
]


@pytest.mark.parametrize(("script", "expected"), MAGIC)
def test_magic_methods(run: Any, script: str, expected: list[str]) -> None:
    assert shapes(run(script)) == expected


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("*.txt", r"\.txt$"),
        ("a?[0-9][]x]*b*", r"^a.[0-9][\]x].*b"),
        ("a`*b`[c", r"^a\*b\[c$"),
        ("*", ""),
        ("", "^$"),
        ("a`*", r"^a\*$"),
    ],
)
def test_wildcards_as_regular_expressions(run: Any, pattern: str, text: str) -> None:
    done = run(f"$r = [WildcardPattern]::new('{pattern}').ToRegex(); $r.GetType().Name; $r.ToString()")
    assert done.texts == ["Regex", text]


def test_options_of_wildcards_reach_their_regular_expressions(run: Any) -> None:
    script = "$r = [WildcardPattern]::new('A*', '{}').ToRegex(); [string]$r.Options; $r.IsMatch('abc')"
    assert run(script.format("IgnoreCase")).texts == ["IgnoreCase, Singleline", "True"]
    assert run(script.format("CultureInvariant")).texts == ["Singleline, CultureInvariant", "False"]
    assert run(script.format("Compiled")).texts == ["Compiled, Singleline", "False"]


def test_comparing_without_errors(run: Any) -> None:
    tries = "$o = $null; [Management.Automation.LanguagePrimitives]::TryCompare({}, [ref] $o); $o"
    assert run(tries.format("1, '1'")).texts == ["True", "0"]
    assert run(tries.format("'AAA', 'aaa', $true")).texts == ["True", "0"]
    assert run(tries.format("1, [datetime]::Now")).texts == ["False", "0"]


def test_no_text_is_no_semantic_version(run: Any) -> None:
    assert run("[semver]::new([NullString]::Value)").ids == ["PSArgumentNullException"]
