"""-split, -replace, -match, -is and their options."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.shapes import shapes

SPLITS = [
    ("'a,b,c' -split ',',2", "a|b,c"),
    ("'a,b,c' -split ',',-2", "a,b|c"),
    ("'a,b,c' -split ',',1", "a,b,c"),
    ("'a,b,c' -split ',',-1", "a,b,c"),
    ("'abcdef' -split { $_ -eq 'c' -or $_ -eq 'e' }", "ab|d|f"),
    ("'a b c d' -split { $_ -eq ' ' },-2", "a b c|d"),
    ("'a b c d' -split { $args[1] -eq 3 }", "a b|c d"),
    ("'aXbxc' -split 'x',0,'SimpleMatch'", "a|b|c"),
    ("'aXbxc' -csplit 'x',0,'SimpleMatch'", "aXb|c"),
    ("'a.b' -split '.',0,'simplematch'", "a|b"),
    ("'a1b' -split '(\\d)'", "a|1|b"),
    ("'a1b' -split '(\\d)',0,'ExplicitCapture'", "a|b"),
    ("\"a`nb\" -split '^b',0,'Multiline'", "a\n|"),
    ("'a b' -split ' # blank',0,'IgnorePatternWhitespace'", "|a| |b|"),
    ("-split '  a  b '", "a|b"),
    ("'a b','c d' -split ' '", "a|b|c|d"),
]


@pytest.mark.parametrize(("script", "expected"), SPLITS)
def test_split(run: Any, script: str, expected: str) -> None:
    assert run(f"({script}) -join '|'").texts == [expected]


CASES = [
    ("'abc' -split 'B',0,'RegexMatch,SimpleMatch'", ["!InvalidSplitOptionCombination"]),
    ("'abc' -split { $true },2,'IgnoreCase'", ["!InvalidSplitOptionWithPredicate"]),
    ("'abc' -split 'b',0,'Nonsense'", ["!SubstringDisambiguationEnumParseThrewAnException"]),
    ("'hello' -replace 'l','L','x'", ["!BadReplaceArgument"]),
    ("'hello' -replace '(?<x>l)(l)','[$1${x}$2]'", ["String:he[lll]o"]),
    ("'ab' -replace '(?<q>a)(b)','$1-$2-${q}'", ["String:b-a-a"]),
    (
        "'abc' -match '(?<n>b)(c)'; $Matches.n; $Matches[1]; $Matches.Count",
        ["Boolean:True", "String:b", "String:c", "Int32:3"],
    ),
    ("'x' -match '('", ["!InvalidRegularExpression"]),
    ("1 -is 'int'; 1 -isnot 'string'", ["Boolean:True", "Boolean:True"]),
    ("1 -is 'foo'", ["!RuntimeException"]),
    ("1 -is $null", ["!IsOperatorRequiresType"]),
    ("'5' -as 'int'; 'x' -as [int]", ["Int32:5", "null"]),
    ("[regex]::Matches('a1b22','\\d+').Value", ["String:1", "String:22"]),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_texts(run: Any, script: str, expected: list[str]) -> None:
    assert shapes(run(script)) == expected


@pytest.mark.parametrize(
    "script",
    ["[string]$h + $l", "$h + [string]$l", '"$h$l"', "-join ($h, $l)", "'{0}{1}' -f $h, $l", '[string]$h + "$l"'],
)
def test_two_surrogates_make_a_character(run: Any, script: str) -> None:
    outcome = run(f'$h = [char]0xD83D; $l = [char]0xDE00; $x = {script}; $x -ceq "`u{{1F600}}"; $x.Length')
    assert outcome.texts == ["True", "2"]


def test_runes_of_a_text(run: Any) -> None:
    script = "('a' + [char]0xD83D + [char]0xDE00).EnumerateRunes() | % { \"$($_.Value) $($_.Utf16SequenceLength) "
    script += '$($_.Utf8SequenceLength) $($_.Plane) $($_.IsAscii) $($_.IsBmp)"; $_.ToString() }'
    assert run(script).texts == ["97 1 1 0 True True", "a", "128512 2 4 1 False False", "\U0001f600"]
