"""Which texts are searched without a guard."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.engine.regex.cost import LONGEST, longest_text
from remora.engine.regex.parser import parse
from remora.engine.regex.pattern import Pattern


def longest(pattern: str) -> int:
    return longest_text(parse(pattern, 0)[0])


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(a|b?)*c", "(.*)*x", "((a{0,9}){0,9}){0,9}b", r"(x+x+)+y"])
def test_patterns_that_explode_are_always_guarded(pattern: str) -> None:
    assert longest(pattern) == 0


@pytest.mark.parametrize("pattern", ["a", r"\w+", "[^,]*", r"^\s*(\d+)$", r"^\w+\s*=\s*\w+$", "error|warning"])
def test_plain_patterns_are_searched_at_once(pattern: str) -> None:
    assert longest(pattern) > LONGEST / 10


@pytest.mark.parametrize(
    ("fewer", "more"), [("a+b", "a+"), (r"\w+\w+x", r"\w+x"), ("a+b", "^a+b"), ("a*.*b", "a*b"), ("(a,)*b", "a*b")]
)
def test_what_multiplies_makes_it_shorter(fewer: str, more: str) -> None:
    assert longest(fewer) < longest(more)


@pytest.mark.parametrize("pattern", ["(?<=a\\w+,)b", "(?<=(ab|cb)+,)b"])
def test_what_is_read_backwards_ends_anywhere(pattern: str) -> None:
    assert longest(pattern) < longest(pattern.replace("(?<=", "(?:"))


def test_a_search_from_the_right_takes_longer() -> None:
    node = parse(r"a\w+,\w+,", 0)[0]
    assert longest_text(node, backwards=True) < longest_text(node)


ATOMS = st.sampled_from(
    ["a", "b", ".", "[ab]", r"\w", "[^a]", "(a)", "(?:ab)", "(?:a?)", "(?:a|b)", "(?=a)", r"\b", "^", "$"]
)
TIMES = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,3}", "*?", "{2,}"])
SEQUENCES = st.lists(st.tuples(ATOMS, TIMES).map("".join), min_size=1, max_size=4).map("".join)
PATTERNS = st.tuples(SEQUENCES, st.sampled_from(["{}", "({})*b", "({}){{2}}c", "(?:{}|ab)c", "^{}c"])).map(
    lambda made: made[1].format(made[0])
)


@given(PATTERNS, st.sampled_from(["a", "ab", "aab", "b"]))
def test_no_text_takes_long(pattern: str, unit: str) -> None:
    compiled = Pattern(pattern)
    length = min(longest(pattern), 100_000)
    text = (unit * length)[: max(length - 1, 0)] + "!"
    begin = time.process_time()
    if length:
        compiled.is_match(text[:length])
    assert time.process_time() - begin < 2
