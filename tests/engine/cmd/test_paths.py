"""Patterns of file names."""

from __future__ import annotations

import pytest

from remora.engine.cmd.paths import pattern_regex


@pytest.mark.parametrize(
    ("pattern", "names", "others"),
    [
        ("*.*", ["a", "a.b"], []),
        ("*", ["a", ""], []),
        ("a?c.txt", ["abc.txt", "A.C.TXT"], ["ac.txt", "abc.txtx"]),
        ("a*b*c", ["abc", "axbxbxc", "abcc"], ["acb", "ab"]),
        ("*.t+t", ["x.t+t"], ["x.tt"]),
        ("*a**b", ["ab", "xaxb"], ["ba"]),
    ],
)
def test_patterns(pattern: str, names: list[str], others: list[str]) -> None:
    wanted = pattern_regex(pattern)
    assert [name for name in names if wanted.match(name) is None] == []
    assert [name for name in others if wanted.match(name) is not None] == []


def test_no_name_takes_long() -> None:
    assert pattern_regex("*a" * 100 + "*b").match("a" * 255) is None
