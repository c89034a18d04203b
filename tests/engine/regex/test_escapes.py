"""Escape and Unescape."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.engine.errors import PSError
from remora.engine.regex.escapes import escape, unescape
from remora.engine.regex.options import IGNORE_PATTERN_WHITESPACE
from remora.engine.regex.pattern import Pattern


def test_escape() -> None:
    assert escape("a.b*c [d] {e} #\t\n]}") == r"a\.b\*c\ \[d]\ \{e}\ \#\t\n]}"


@pytest.mark.parametrize(
    ("text", "expected"), [(r"a\.b", "a.b"), (r"\x41\u00e9\101\cA\e\_", "AéA\x01\x1b"), ("\\", ""), ("plain", "plain")]
)
def test_unescape(text: str, expected: str) -> None:
    assert unescape(text.replace(r"\_", "")) == expected


def test_unknown_escapes() -> None:
    with pytest.raises(PSError) as problem:
        unescape(r"ab\y")
    inner = problem.value.record.exception.inner
    assert inner is not None
    assert inner.message == r"Invalid pattern 'ab\y' at offset 4. Unrecognized escape sequence \\y."


@given(st.text())
def test_an_escaped_text_matches_itself(text: str) -> None:
    assert unescape(escape(text)) == text
    found = Pattern(escape(text), IGNORE_PATTERN_WHITESPACE).find(text)
    assert found is not None
    assert found.value == text
