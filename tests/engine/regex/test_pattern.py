"""Searching, replacing and splitting as .NET does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.engine.regex import options as o
from remora.engine.regex.match import Match
from remora.engine.regex.pattern import Pattern, compile_pattern

BACK = o.RIGHT_TO_LEFT
MATCHES = [
    ("[a-z-[aeiou]]+", 0, "aeixyz", ["xyz"]),
    ("[a-z-[d-w-[m]]]+", 0, "abcdmwxyz", ["abc", "m", "xyz"]),
    (r"\p{Lu}+", 0, "abCDe", ["CD"]),
    (r"[^\p{L}\d]+", 0, "ab1-?c", ["-?"]),
    (r"[\P{L}]+", 0, "ab12", ["12"]),
    (r"\p{IsGreek}+", 0, "abγδ", ["γδ"]),
    (r"\P{IsGreek}+", 0, "abγδ", ["ab"]),
    (r"(?i)\p{Lu}", 0, "aBÉé", ["B", "É"]),
    (r"(?i)[\p{Lu}x]+", 0, "aBxXÉé", ["BxXÉ"]),
    (r"(?i)[^\p{Lu}x]+", 0, "aBxXÉé", ["a", "é"]),
    (r"[\W-[ ]]+", 0, "aé ±x", ["±"]),
    (r"[\Wé]+", 0, "aé±x", ["é±"]),
    (r"\w+", 0, "a²é_٣", ["a", "é_٣"]),
    (r"\s+", 0, "a\x1c \u3000b", [" \u3000"]),
    (r"\d", 0, "1٣", ["1", "٣"]),
    (r"\d", o.ECMA_SCRIPT, "1٣", ["1"]),
    (r"\w+", o.ECMA_SCRIPT, "aéb", ["a", "b"]),
    (r"\bb", o.ECMA_SCRIPT, "éb", ["b"]),
    (r"\bb", 0, "éb b", ["b"]),
    (r"[^]a]", o.ECMA_SCRIPT, "xa]", ["xa]"]),
    (r"(?<=(fo+))bar", 0, "foobar", ["bar"]),
    (r"(?<!fo+)bar", 0, "foobar bar", ["bar"]),
    (r"(?'q'a)\k'q'", 0, "xaa", ["aa"]),
    (r"(a)(?<n>b)\1\2", 0, "abab", ["abab"]),
    (r"(?<n>b)(a)\1", 0, "baa", ["baa"]),
    (r"()\10", 0, "\x08", ["\x08"]),
    (r"(a)?\1b", 0, "b", []),
    (r"(a)?\1b", o.ECMA_SCRIPT, "b", ["b"]),
    (r"(?n)(a)b", 0, "ab", ["ab"]),
    (r"a(?i)b|c", 0, "aBC", ["aB", "C"]),
    (r"a(?i:b)c", 0, "aBcaBC", ["aBc"]),
    (r"(?i:a(?-i)b)", 0, "AbAB", ["Ab"]),
    ("A", o.IGNORE_CASE, "aA", ["a", "A"]),
    ("straße", o.IGNORE_CASE, "STRASSE Straße", ["Straße"]),
    ("is", o.IGNORE_CASE, "ıs İs is iſé", ["İs", "is"]),
    ("[a-z]+", o.IGNORE_CASE, "aſbı", ["a", "b"]),
    ("k", o.IGNORE_CASE, "K\u212a", ["K", "\u212a"]),
    (r"a{,2}", 0, "a{,2}aa", ["a{,2}"]),
    (r"\x41\u0042\cA?\101", 0, "AB\x01A", ["AB\x01A"]),
    (r"a(?#comment)b", 0, "ab", ["ab"]),
    (r"(?>a+)ab", 0, "aaab", []),
    (r"a  b # end", o.IGNORE_PATTERN_WHITESPACE, "ab", ["ab"]),
    (r"[a ]+ x", o.IGNORE_PATTERN_WHITESPACE, "a ax", ["a ax"]),
    (r"\e\a\v[\b]", 0, "\x1b\x07\x0b\x08", ["\x1b\x07\x0b\x08"]),
    (r"x\z", 0, "x\n", []),
    (r"x\Z", 0, "x\n", ["x"]),
    ("x$", 0, "x\nx\n", ["x"]),
    ("x$", o.MULTILINE, "x\nx\r\nx", ["x", "x"]),
    ("^.", o.MULTILINE, "ab\ncd", ["a", "c"]),
    ("^.", 0, "ab\ncd", ["a"]),
    ("a.", o.SINGLELINE, "a\n", ["a\n"]),
    ("a.", 0, "a\na\r", ["a\r"]),
    (r"(?<a>x)|(?<a>y)", 0, "yx", ["y", "x"]),
    (r"(?(?=a)ab|c)", 0, "abc", ["ab", "c"]),
    (r"(?(a)ab|c)", 0, "abc", ["ab", "c"]),
    (r"(a)?(?(1)b|c)", 0, "abc", ["ab", "c"]),
    (r"(?<q>a)?(?(q)b|c)", 0, "abc", ["ab", "c"]),
    ("(?(?=a)(?:ab|ac)|(?:b|c))", 0, "acb", ["ac", "b"]),
    (r"x\B", 0, "xy x", ["x"]),
    (r"\B", 0, "", [""]),
    (r"(?(0)a|b)", 0, "ab", ["b"]),
    (r"\Ga", 0, "aaba", ["a", "a"]),
    ("a*", 0, "baac", ["", "aa", "", ""]),
    ("|a", 0, "a", ["", ""]),
    ("(?<=^|,)[^,]*", 0, "a,,b", ["a", "", "b"]),
    (r"(?:\b)*a", 0, "a", ["a"]),
    (r"(a*)*", 0, "aab", ["aa", "", ""]),
    (r"\d{2}", BACK, "12345", ["45", "23"]),
    ("a|ab", BACK, "ab", ["ab"]),
    (".*?a", BACK, "bab", ["a"]),
    ("a*", BACK, "baac", ["", "aa", "", ""]),
    (r"\d\G", BACK, "12a34", ["4", "3"]),
    ("a(?=b)", BACK, "abab", ["a", "a"]),
    (r"\d(?=\d)", BACK, "1234", ["3", "2", "1"]),
    (r"\b\w", BACK, "ab cd", ["c", "a"]),
    ("^", BACK | o.MULTILINE, "a\nb", ["", ""]),
    (r"\1(a)", BACK, "aa", ["aa"]),
]


@pytest.mark.parametrize(("pattern", "options", "text", "expected"), MATCHES)
def test_matches(pattern: str, options: int, text: str, expected: list[str]) -> None:
    compiled = compile_pattern(pattern, options)
    found = list(compiled.matches(text))
    assert [match.value for match in found] == expected
    assert compiled.is_match(text) is bool(expected)
    following = compiled.find(text)
    for match in found:
        assert following is not None
        assert (following.start, following.end) == (match.start, match.end)
        following = following.next()
    assert following is None


@pytest.mark.parametrize(
    ("pattern", "numbers", "names"),
    [
        ("(?<b>x)(y)(?<a>z)(w)", [0, 1, 2, 3, 4], ["0", "1", "2", "b", "a"]),
        ("(?<5>x)(y)", [0, 1, 5], ["0", "1", "5"]),
        ("(?<2>a)(b)(?<x>c)(?<5>d)", [0, 1, 2, 3, 5], ["0", "1", "2", "x", "5"]),
        ("(?<1>x)(y)", [0, 1], ["0", "1"]),
        ("(?<b>(?<a>x)((y)z))", [0, 1, 2, 3, 4], ["0", "1", "2", "b", "a"]),
        ("(?n)(x)(?<n>y)", [0, 1], ["0", "n"]),
        ("(?n:(x))(y)", [0, 1], ["0", "1"]),
    ],
)
def test_numbers_of_groups(pattern: str, numbers: list[int], names: list[str]) -> None:
    groups = compile_pattern(pattern).groups.in_order
    assert [group.number for group in groups] == numbers
    assert [group.name for group in groups] == names


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("((a)(b(c)))d", ["abcd", "abc", "a", "bc", "c"]),
        ("(?<x>(?<y>a)b)(c(d))", ["abcd", "cd", "d", "ab", "a"]),
        ("((a)|(b))+cd", ["abcd", "b", "a", "b"]),
    ],
)
def test_groups_in_groups(pattern: str, texts: list[str]) -> None:
    found = compile_pattern(pattern).find("abcd")
    assert found is not None
    assert [found.text(group) for group in found.pattern.groups.in_order] == texts


def test_all_captures_of_a_group() -> None:
    pattern = compile_pattern(r"(?:(?<letter>\w)(\d)?,?)+")
    found = pattern.find("a1,b,c2")
    assert found is not None
    digits, letters = pattern.groups.in_order[1:]
    assert found.captures(letters) == [("a", 0), ("b", 3), ("c", 5)]
    assert found.captures(digits) == [("1", 1), ("2", 6)]
    assert found.text(letters) == "c"


@pytest.mark.parametrize(
    ("pattern", "options", "count", "start", "expected"),
    [
        ("a", 0, -1, None, "bbbb"), ("a", 0, 2, None, "bbaa"), ("a", 0, 1, 2, "aaba"), ("a", 0, 0, None, "aaaa"),
        ("a", BACK, 2, None, "aabb"), ("a", BACK, -1, 3, "bbba"), ("", 0, -1, None, "babababab"),
        ("", BACK, 2, None, "aaabab"), ("(a)+", 0, -1, None, "b"), ("x", 0, -1, None, "aaaa"),
    ],
)  # fmt: skip
def test_replace(pattern: str, options: int, count: int, start: int | None, expected: str) -> None:
    compiled = compile_pattern(pattern, options)
    assert compiled.replace("aaaa", "b", count, start) == expected
    assert compiled.replace("aaaa", lambda match: "b", count, start) == expected


@pytest.mark.parametrize(
    ("pattern", "options", "text", "count", "start", "expected"),
    [
        ("(b)", 0, "abcbd", 0, None, ["a", "b", "c", "b", "d"]),
        ("(b)|(c)", 0, "abxcd", 0, None, ["a", "b", "x", "c", "d"]),
        ("(b)", BACK, "abcbd", 0, None, ["a", "b", "c", "b", "d"]),
        (",", 0, "a,b,c", 2, None, ["a", "b,c"]),
        (",", BACK, "a,b,c", 2, None, ["a,b", "c"]),
        (",", 0, "a,b,c", 1, None, ["a,b,c"]),
        (",", 0, "a,b,c", 0, 2, ["a,b", "c"]),
        ("", 0, "ab", 0, None, ["", "a", "b", ""]),
        (",", 0, "ab", 0, None, ["ab"]),
    ],
)
def test_split(pattern: str, options: int, text: str, count: int, start: int | None, expected: list[str]) -> None:
    assert compile_pattern(pattern, options).split(text, count, start) == expected


def test_a_search_begins_in_the_midst_of_a_text() -> None:
    assert not compile_pattern("^b").is_match("ab", 1)
    assert compile_pattern("(?<=a)b").is_match("ab", 1)
    assert compile_pattern(r"\Gb").is_match("ab", 1)


def test_long_texts_give_the_same_matches() -> None:
    text = "key=value, " * 5000
    compiled = Pattern(r"(\w+)=(\w*)")
    found = [(match.start, match.value) for match in compiled.matches(text)]
    assert found == [(11 * index, "key=value") for index in range(5000)]
    assert compiled.replace(text, "x") == "x, " * 5000
    assert Pattern(r"(\w+)=(\w*)", BACK).split(text, 2)[-1] == ", "


def test_more_matches_than_are_found_at_a_time() -> None:
    assert sum(1 for _ in Pattern("((a))+?").matches("a" * 40_000)) == 40_000


CLASSES = st.sampled_from(["a", "k", "é", ".", r"\d", r"\W", "[a-c]", "[^b]", r"[\w-[a]]", r"\s", "ſ", r"\p{Lu}"])
PARTS = CLASSES | st.sampled_from(
    ["(a)", "((a)|(b))", "(?:a|(b))?", "(k(a)?)", "(?<n>b)", r"\b", r"\B", "^", "$", "a*", "[^a]+?"]
)
TEXTS = st.text(st.sampled_from("abkKA1 _-\né²ſı\u212a\u0301"), max_size=8)


@given(st.lists(PARTS, min_size=1, max_size=4), st.booleans(), TEXTS)
def test_all_ways_to_search_agree(parts: list[str], ignore_case: bool, text: str) -> None:
    """The standard library is asked for ASCII texts, the other one for the rest: a text means the same to both."""
    compiled = compile_pattern("".join(parts), int(ignore_case))
    plain = [_seen(match) for match in compiled.matches(text)]
    around = compile_pattern("(?:" + "".join(parts) + "|(?!))(?<=)", int(ignore_case))
    assert plain == [_seen(match) for match in around.matches(text)]


def _seen(match: Match) -> list[tuple[str, str]]:
    return [("0", match.value), *((group.name, text) for group, text in match.groups())]
