"""Which patterns .NET takes, and what it says of the others and where."""

from __future__ import annotations

import pytest

from remora.engine.errors import PSError
from remora.engine.regex import options as o
from remora.engine.regex.pattern import Pattern

LOOSE = o.IGNORE_PATTERN_WHITESPACE
RIGHT = [
    "", "(?#)", "(?# \n )", r"[a\p{Lu}(?#)b]", "(?im-x+n)", "()", "(|)", "a{0,}", "a{", "a{0,", "{0", "({0)", "a*{0",
    r"\b\B\A\G\Z\z", r"\ca", r"\c_", r"\xfF0", r"\0000", r"\78", r"\k<0>", r"(?<a>)\k<a> ", r"\ ", r"\<", r"\<0> ",
    r"(?<a>)\<a> ", r"\p{IsArabicPresentationForms-A}", "(?<1>)", "(?'a')", "(?(0))", "(?(0)a|b)", "(?(a))",
    "(?(()a()))", "(?((?<x>)a(?<y>)))", "(?(?<!))", r"()\10 ", "[a-]", "[a-[b]] ", "[[a]-[b]] ", r"[\w-a] ",
    "[a-[:Ll:]] ", "[a-b-c] ", "[-[b] ", "[-[b]] ", "[--[b]] ", r"[\--a]", r"[\ca-\cA]", "[A-a]",
]  # fmt: skip
LOOSE_RIGHT = ["#(?#", "(?#) (?#)", " ( (?-x) ) ", "(?-x: (?+x: ) ) ", "#(", "a* ?", "a{0 }", "a +", "a # b\n+"]
WRONG = [
    ("(", 1, "Not enough )'s."), ("(?(0)", 5, "Not enough )'s."), ("(?<a>a", 6, "Not enough )'s."),
    (")", 1, "Too many )'s."), ("a)b", 2, "Too many )'s."),
    ("(?#", 3, "Unterminated (?#...) comment."),
    ("(?", 2, "Unrecognized grouping construct."), ("(?-x :", 5, "Unrecognized grouping construct."),
    ("(?<a", 4, "Unrecognized grouping construct."), ("(?(?<", 5, "Unrecognized grouping construct."),
    ("a{1,0}", 6, "Illegal {x,y} with x > y."),
    ("*", 1, "Quantifier '*' following nothing."), ("{0}", 1, "Quantifier '{' following nothing."),
    ("(?i)*", 5, "Quantifier '*' following nothing."), ("(|*b)", 3, "Quantifier '*' following nothing."),
    ("a**", 3, "Nested quantifier '*'."), ("a*??", 4, "Nested quantifier '?'."), ("a++", 3, "Nested quantifier '+'."),
    ("a*{0}", 3, "Nested quantifier '{'."),
    ("\\", 1, r"Illegal \\ at end of pattern."),
    (r"\m", 2, r"Unrecognized escape sequence \\m."), (r"\k< ", 2, r"Unrecognized escape sequence \\k."),
    (r"\c", 2, "Missing control character."), (r"\c A", 3, "Unrecognized control character."),
    (r"\x0", 2, "Insufficient hexadecimal digits."), (r"\xgg", 3, "Insufficient hexadecimal digits."),
    (r"\k", 1, r"Malformed \\k<...> named back reference."), (r"\k{a}", 3, r"Malformed \\k<...> named back reference."),
    (r"\7", 2, "Reference to undefined group number 7."), (r"\k<a> ", 5, "Reference to undefined group name 'a'."),
    (r"\<a> ", 4, "Reference to undefined group name 'a'."), (r"\k<3>", 5, "Reference to undefined group number 3."),
    (r"\p {Cc}", 3, r"Malformed \\p{X} character escape."), (r"\p{Cc ", 6, r"Incomplete \\p{X} character escape."),
    (r"\p", 2, r"Incomplete \\p{X} character escape."), (r"\p{xxx}", 7, "Unknown property 'xxx'."),
    ("(?<a >a)", 4, "Invalid group name: Group names must begin with a word character."),
    ("(?<1x>a)", 4, "Invalid group name: Group names must begin with a word character."),
    ("(?< a>a)", 3, "Invalid group name: Group names must begin with a word character."),
    ("(?<0>a)", 4, "Capture number cannot be zero."),
    ("(?<a-b>x)", 6, "Reference to undefined group name 'b'."),
    ("(?<a-3>x)", 6, "Reference to undefined group number 3."),
    ("(?(0)a|b|)", 10, "Too many | in (?()|)."), ("(?(0 )", 5, "(?(0) ) malformed."),
    ("(?(1))", 5, "(?(1) ) reference to undefined group."),
    ("(?(?#))", 2, "Alternation conditions cannot be comments."),
    ("(?(?'x'))", 2, "Alternation conditions do not capture and cannot be named."),
    ("(?(?<a>))", 2, "Alternation conditions do not capture and cannot be named."),
    ("[a", 2, "Unterminated [] set."), ("[]", 2, "Unterminated [] set."), ("[a-[:L:]", 8, "Unterminated [] set."),
    ("[a-[b]-c] ", 6, "A subtraction must be the last element in a character class."),
    (r"[a-\w] ", 5, r"Cannot include class \\w in character range."),
    (r"[a-\p{Lu}] ", 5, r"Cannot include class \\p in character range."),
    ("[a-A]", 4, "[x-y] range in reverse order."), (r"[\u0001-\u0000]", 14, "[x-y] range in reverse order."),
    ("a{99999999999}", 13, "Quantifier and capture group numbers must be less than or equal to Int32.MaxValue."),
]  # fmt: skip


@pytest.mark.parametrize("pattern", RIGHT)
def test_right_patterns(pattern: str) -> None:
    Pattern(pattern)


@pytest.mark.parametrize("pattern", LOOSE_RIGHT)
def test_right_patterns_with_white_space(pattern: str) -> None:
    Pattern(pattern, LOOSE)


@pytest.mark.parametrize("pattern", [r"\40", r"\401", r"\371", r"\1", r"()\10 ", r"\k< ", r"\y"])
def test_right_patterns_of_ecma_script(pattern: str) -> None:
    Pattern(pattern, o.ECMA_SCRIPT)


@pytest.mark.parametrize(("pattern", "offset", "reason"), WRONG)
def test_wrong_patterns(pattern: str, offset: int, reason: str) -> None:
    with pytest.raises(PSError) as problem:
        Pattern(pattern)
    record = problem.value.record
    assert record.error_id == "InvalidRegularExpression"
    assert record.exception.inner is not None
    assert record.exception.inner.kind.name == "System.Text.RegularExpressions.RegexParseException"
    assert record.exception.inner.message == f"Invalid pattern '{pattern}' at offset {offset}. {reason}"


@pytest.mark.parametrize(
    ("pattern", "name"),
    [("(?<o>x)(?<-o>y)", "'-o'"), ("(?<o>x)(?<c-o>y)", "'c-o'"), ("(x)(?<-1>y)", "'-1'")],
)
def test_balancing_groups_are_named(pattern: str, name: str) -> None:
    with pytest.raises(PSError, match=f"the balancing group {name} is not supported"):
        Pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        ("(?=a)", "positive lookahead (?= pattern) or positive lookbehind (?<= pattern)"),
        ("(?<!a)", "negative lookahead (?! pattern) or negative lookbehind (?<! pattern)"),
        ("(?>a)", "atomic subexpressions (?> pattern)"),
        (r"(a)\1", "backreference (\\ number)"),
        (r"\Ga", "contiguous matches (\\G)"),
        ("(?(?:a)b)", "test conditional (?( test-pattern ) yes-pattern | no-pattern )"),
        ("(a)?(?(1)b)", "captured group conditional (?( name ) yes-pattern | no-pattern )"),
    ],
)
def test_what_needs_backtracking_is_named(pattern: str, what: str) -> None:
    Pattern(pattern)
    with pytest.raises(PSError) as problem:
        Pattern(pattern, o.NON_BACKTRACKING)
    inner = problem.value.record.exception.inner
    assert inner is not None
    assert f"in conjunction with expressions containing: '{what}" in inner.message


def test_a_group_that_refers_to_itself_is_named() -> None:
    with pytest.raises(PSError, match=r"one of its parts \(cannot refer to an open group\) is not supported"):
        Pattern(r"(a\1?)+")


def test_deep_groups_are_an_error() -> None:
    with pytest.raises(PSError, match="so many groups in each other"):
        Pattern("(" * 100_000 + "a" + ")" * 100_000)
