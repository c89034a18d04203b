"""Replacement texts."""

from __future__ import annotations

import pytest

from remora.engine.regex import options as o
from remora.engine.regex.pattern import compile_pattern
from remora.engine.regex.template import replacement


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("plain", "aplaind"), ("[$1]", "a[c]d"), ("${n}", "abd"), ("$2", "abd"), ("${2}${1}", "abcd"), ("$9", "a$9d"),
        ("${nope}", "a${nope}d"), ("${1", "a${1d"), ("$$&$&", "a$&bcd"), ("$`|$'", "aa|dd"), ("$+", "abd"),
        ("$_", "aabcdd"), ("$10", "a$10d"), ("${1}0", "ac0d"), ("$", "a$d"), ("$x", "a$xd"), ("$0", "abcd"),
        ("${}", "a${}d"),
    ],
)  # fmt: skip
def test_replacements(template: str, expected: str) -> None:
    pattern = compile_pattern("(?<n>b)(c)")
    assert pattern.replace("abcd", replacement(template, pattern)) == expected


def test_ecma_script_takes_the_digits_that_are_a_group() -> None:
    pattern = compile_pattern("(b)", o.ECMA_SCRIPT)
    assert pattern.replace("abc", replacement("$10", pattern)) == "ab0c"


def test_groups_without_a_match_are_empty() -> None:
    pattern = compile_pattern("(a)|(b)")
    assert pattern.replace("ab", replacement("<$1$2$+>", pattern)) == "<a><bb>"
