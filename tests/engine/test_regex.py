"""Translation of .NET regular expressions, and the Regex class."""

from __future__ import annotations

import re
from typing import Any

import pytest

from remora.engine.errors import PSError
from remora.engine.regex import compile_pattern, groups_of, replacement
from tests.engine.shapes import shapes

MATCHES = [
    ("[a-z-[aeiou]]+", "aeixyz", "xyz"),
    (r"\p{Lu}+", "abCDe", "CD"),
    (r"\P{Lu}", "Ax", "x"),
    (r"[^\p{L}\d]+", "ab1-?c", "-?"),
    (r"[\P{L}]+", "ab12", "12"),
    (r"\p{IsGreek}+", "abγδ", "γδ"),
    (r"(?<=foo)bar", "foobar", "bar"),
    (r"(?<!foo)bar", "xxxbar", "bar"),
    (r"(?'q'a)\k'q'", "xaa", "aa"),
    (r"(?<q>a)\k{q}", "xaa", "aa"),
    (r"(a)(?<n>b)\1", "aba", "aba"),
    (r"(?n)(a)b", "ab", "ab"),
    (r"a(?i)b|c", "C", "C"),
    (r"a(?i:b)c", "aBc", "aBc"),
    (r"a{,2}", "a{,2}", "a{,2}"),
    (r"\Ga", "ab", "a"),
    (r"\x41\u0042\cA?", "AB", "AB"),
    (r"a(?#comment)b", "ab", "ab"),
    (r"(?>a+)b", "aab", "aab"),
    (r"(?x) a  b # end", "ab", "ab"),
    (r"\e", "\x1b", "\x1b"),
    (r"x\z", "yx", "x"),
    (r"x\Z", "yx\n", "x"),
    (r"(?<a>x)|(?<a>y)", "y", "y"),
]


@pytest.mark.parametrize(("pattern", "text", "expected"), MATCHES)
def test_matches(pattern: str, text: str, expected: str) -> None:
    found = compile_pattern(pattern).search(text)
    assert found is not None
    assert found[0] == expected


@pytest.mark.parametrize(
    "pattern", ["(", ")", "[a", "a**", "a++", "*a", "(|*b)", "\\", r"\p{Nope}", r"\k<x>", "(?<1x>a)", "(?@a)", r"\y"]
)
def test_wrong_patterns(pattern: str) -> None:
    with pytest.raises(PSError) as problem:
        compile_pattern(pattern)
    assert problem.value.record.error_id == "InvalidRegularExpression"
    assert "not supported" not in problem.value.record.message


@pytest.mark.parametrize("pattern", ["(?<o>x)(?<-o>y)", "(?(?=a)b|c)"])
def test_what_cannot_be_done_is_named(pattern: str) -> None:
    with pytest.raises(PSError, match="not supported"):
        compile_pattern(pattern)


def test_named_groups_are_numbered_after_the_others() -> None:
    compiled = compile_pattern("(?<b>x)(y)(?<a>z)(w)")
    assert [(g.number, g.name) for g in groups_of(compiled)] == [(0, "0"), (1, "1"), (2, "2"), (3, "b"), (4, "a")]


def test_numbered_groups_keep_their_numbers() -> None:
    assert [g.number for g in groups_of(compile_pattern("(?<5>x)(y)"))] == [0, 1, 5]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("[$1]", "[c]"),
        ("${n}", "b"),
        ("$2", "b"),
        ("$9", "$9"),
        ("${nope}", "${nope}"),
        ("$$&$&", "$&bc"),
        ("$`|$'", "a|d"),
        ("$+", "b"),
        ("$_", "abcd"),
        ("$10", "c0"),
    ],
)
def test_replacements(template: str, expected: str) -> None:
    found = compile_pattern("(?<n>b)(c)").search("abcd")
    assert isinstance(found, re.Match)
    assert replacement(template)(found) == expected


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
    ("[regex]::Replace('abc','b',{ param($m) $m.Value.ToUpper() })", ["String:aBc"]),
    ("([regex]'a').Replace('aaa','b',2); ([regex]'a').Replace('aaa','b',1,1)", ["String:bba", "String:aba"]),
    ("([regex]',').Split('a,b,c',2)", ["String:a", "String:b,c"]),
    ("[regex]::Split('a1b','(\\d)')", ["String:a", "String:1", "String:b"]),
    (
        "([regex]'(?<n>a)(b)').GetGroupNames(); ([regex]'(?<n>a)(b)').GetGroupNumbers()",
        ["String:0", "String:1", "String:n", "Int32:0", "Int32:1", "Int32:2"],
    ),
    ("([regex]'(?<n>a)').GroupNumberFromName('n'); ([regex]'(?<n>a)').GroupNameFromNumber(1)", ["Int32:1", "String:n"]),
    (
        "[regex]::Match('ab','(a)(x)?').Groups[2].Success; [regex]::Match('ab','a').Captures.Count",
        ["Boolean:False", "Int32:1"],
    ),
    (
        "([regex]::new('a','IgnoreCase,Multiline')).Options",
        ["Text.RegularExpressions.RegexOptions:IgnoreCase, Multiline"],
    ),
    ("[regex]'('", ["!InvalidCastFromStringToRegex"]),
    ("[regex]::new('(')", ["!RegexParseException"]),
    ("[regex]::Match('a','b').Result('x')", ["String:"]),
    ("[regex]::new('a','RightToLeft')", ["!PSNotSupportedException"]),
    ("[regex]::Escape('a.b*c'); [regex]::Unescape('a\\.b')", ["String:a\\.b\\*c", "String:a.b"]),
]


@pytest.mark.parametrize(("script", "expected"), MEMBERS)
def test_members(run: Any, script: str, expected: list[str]) -> None:
    assert shapes(run(script)) == expected
