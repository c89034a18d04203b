"""[regex] and what it gives, as scripts see them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.shapes import shapes

_O = "Text.RegularExpressions.RegexOptions"
TIMED_OUT = """
try { [regex]::new('^(a|aa)+$b', 0, '0:0:0.1').Match('a' * 60) } catch { $e = $_.Exception.InnerException }
$e.GetType().Name; $e.Pattern; $e.Input.Length; $e.MatchTimeout.TotalSeconds
"""
MEMBERS = [
    ("[regex]::new('a', 'IgnoreCase').IsMatch('A')", ["Boolean:True"]),
    ("([regex]'b').Match('abc', 1).Index; ([regex]'b').Match('abc', 2).Success", ["Int32:1", "Boolean:False"]),
    (
        "$m = [regex]::Match('k=v','(?<k>\\w)=(?<v>\\w)'); $m.Groups['v'].Value; $m.Groups[1].Name; $m.Groups.Count",
        ["String:v", "String:k", "Int32:3"],
    ),
    (
        "$m = ([regex]'\\d').Match('1a2'); $m.NextMatch().Value; $m.NextMatch().NextMatch().Success",
        ["String:2", "Boolean:False"],
    ),
    ("([regex]'\\d').Matches('1a2').Count; ([regex]'\\d').Matches('1a2')[1].Value", ["Int32:2", "String:2"]),
    ("([regex]'\\d').Matches('1a2', 1).Count; ([regex]'\\d').Count('1a2')", ["Int32:1", "Int32:2"]),
    ("[regex]::Replace('abc','b',{ param($m) $m.Value.ToUpper() })", ["String:aBc"]),
    ("([regex]'a').Replace('aaa','b',2); ([regex]'a').Replace('aaa','b',1,1)", ["String:bba", "String:aba"]),
    ("([regex]'a').Replace('aaa',{ $args[0].Index },2,1)", ["String:a12"]),
    ("([regex]',').Split('a,b,c',2); ([regex]',').Split('a,b', 0, 2)", ["String:a", "String:b,c", "String:a,b"]),
    ("[regex]::Split('a1b','(\\d)')", ["String:a", "String:1", "String:b"]),
    (
        "([regex]'(?<n>a)(b)').GetGroupNames(); ([regex]'(?<n>a)(b)').GetGroupNumbers()",
        ["String:0", "String:1", "String:n", "Int32:0", "Int32:1", "Int32:2"],
    ),
    (
        "$r = [regex]'(?<n>a)'; $r.GroupNumberFromName('n'); $r.GroupNumberFromName('x'); $r.GroupNameFromNumber(1)",
        ["Int32:1", "Int32:-1", "String:n"],
    ),
    (
        "([regex]'a').GroupNameFromNumber(2)",
        ["String:"],
    ),
    ("([regex]'(?<5>a)').Match('a').Groups[5].Value; ([regex]'(?<5>a)').Match('a').Groups[1].Success",
     ["String:a", "Boolean:False"]),
    (
        "[regex]::Match('ab','(a)(x)?').Groups[2].Success; [regex]::Match('ab','a').Captures.Count",
        ["Boolean:False", "Int32:1"],
    ),
    (
        "$c = [regex]::Match('a1b2','(\\w\\d)+').Groups[1].Captures; $c.Count; $c[0].Value; $c[1].Index; $c[0].Length",
        ["Int32:2", "String:a1", "Int32:2", "Int32:2"],
    ),
    ("$g = [regex]::Match('ab','(?<n>a)').Groups; $g.ContainsKey('n'); $g.ContainsKey('x'); $g.Keys",
     ["Boolean:True", "Boolean:False", "String:0", "String:n"]),
    ("([regex]'^b').Match('abc', 1, 2).Index; ([regex]'b').Match('abcb', 0, 3).NextMatch().Success",
     ["Int32:1", "Boolean:False"]),
    ("([regex]::new('a','IgnoreCase,Multiline')).Options", [f"{_O}:IgnoreCase, Multiline"]),
    ("[regex]'('", ["!InvalidCastFromStringToRegex"]),
    ("[regex]::new('(')", ["!RegexParseException"]),
    ("[regex]::new('(?<o>a)(?<-o>b)')", ["!NotSupportedException"]),
    ("[regex]::Match('a','b').Result('x')", ["!NotSupportedException"]),
    ("[regex]::Match('ab','(b)').Result('<$1>$`')", ["String:<b>a"]),
    ("$r = [regex]::new('\\d{2}','RightToLeft'); $r.RightToLeft; $r.Matches('12345').Value",
     ["Boolean:True", "String:45", "String:23"]),
    ("[regex]::new('a','RightToLeft').Match('aba', 2).Index", ["Int32:0"]),
    ("[regex]::new('a', 128)", ["!ArgumentOutOfRangeException"]),
    ("[regex]::new('a','ECMAScript,Singleline')", ["!ArgumentOutOfRangeException"]),
    ("[regex]::new('a','NonBacktracking,RightToLeft')", ["!ArgumentOutOfRangeException"]),
    ("[regex]::new('a+','NonBacktracking').Match('baa').Value", ["String:aa"]),
    ("[regex]::new('a', 0, [timespan]::Zero)", ["!ArgumentOutOfRangeException"]),
    ("[regex]::new('a', 0, [regex]::InfiniteMatchTimeout).MatchTimeout.TotalMilliseconds", ["Double:-1"]),
    ("[regex]::new('a', 0, '0:0:1').MatchTimeout.TotalSeconds", ["Double:1"]),
    ("[regex]::IsMatch('a' * 60, '^(a|aa)+$b', 0, '0:0:0.1')", ["!RegexMatchTimeoutException"]),
    ("[regex]::Replace('a' * 60, '^(a|aa)+$b', '', 0, '0:0:0.1')", ["!RegexMatchTimeoutException"]),
    ("('a' * 60) -match [regex]::new('^(a|aa)+$b', 0, '0:0:0.1')", ["!RegexMatchTimeoutException"]),
    (TIMED_OUT, ["String:RegexMatchTimeoutException", "String:^(a|aa)+$b", "Int32:60", "Double:0.1"]),
    ("[regex]::Escape('a.b*c'); [regex]::Unescape('a\\.b')", ["String:a\\.b\\*c", "String:a.b"]),
    ("[regex]::Unescape('\\y')", ["!RegexParseException"]),
    ("([regex]'a').Match('abc', 4)", ["!ArgumentOutOfRangeException"]),
    ("([regex]'a').Match('abc', 4, 1)", ["!ArgumentOutOfRangeException"]),
    ("([regex]'a').Match('abc', 1, 3)", ["!ArgumentOutOfRangeException"]),
    ("([regex]'a').Replace('a', 'b', -2)", ["!ArgumentOutOfRangeException"]),
    ("([regex]'a').Split('a', -1)", ["!ArgumentOutOfRangeException"]),
]  # fmt: skip


@pytest.mark.parametrize(("script", "expected"), MEMBERS)
def test_members(run: Any, script: str, expected: list[str]) -> None:
    assert shapes(run(script)) == expected


@pytest.mark.parametrize(
    "script",
    [
        "'b12345' -match [regex]::new('\\d{2}','RightToLeft'); $Matches[0] -eq '45'",
        "('a,b' -replace [regex]::new(',','RightToLeft'), ';') -eq 'a;b'",
        "switch -regex ('aXb') { '(?<up>X)' { $Matches.up -eq 'X' } }",
        "switch -regex -casesensitive ('x') { 'X' { } default { $true } }",
        "('aé-b_c' | Select-String '\\w+' -AllMatches).Matches.Count -eq 2",
        "('x1y2' | Select-String '(?:[a-z](\\d))+').Matches[0].Groups[1].Captures.Count -eq 2",
        "& { param([ValidatePattern('^[a-z-[x]]+$')] $p) $true } 'ABC'",
        "('a1b2' -split '(\\d)').Count -eq 5; ('a1b2' -split '(\\d)', 0, 'ExplicitCapture').Count -eq 3",
        "('1a2b3' -split '[ab]', -2)[0] -eq '1a2'; ('a.b' -split '.', 0, 'SimpleMatch').Count -eq 2",
        "('aXbxc' -csplit 'x').Count -eq 2; ('a  b' -split 'a b', 0, 'IgnorePatternWhitespace').Count -eq 1",
    ],
)
def test_every_way_to_a_pattern(run: Any, script: str) -> None:
    found = shapes(run(script))
    assert found
    assert set(found) == {"Boolean:True"}
