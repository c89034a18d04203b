"""Which lines are commands and nothing else."""

from __future__ import annotations

import pytest

from remora.client.plain_line import plain_statements


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Get-Date", [[("Get-Date", [])]]),
        ("Get-Item /a -Force", [[("Get-Item", [(None, "/a"), ("-Force", None)])]]),
        (
            "a -Name b -Count:3 | c 'd e'",
            [[("a", [("-Name", None), (None, "b"), ("-Count:", 3)]), ("c", [(None, "d e")])]],
        ),
        ("a x, 2; b $true $null", [[("a", [(None, ["x", 2])])], [("b", [(None, True), (None, None)])]]),
    ],
)
def test_commands(line: str, expected: list[list[tuple[str, list[tuple[str | None, object]]]]]) -> None:
    found = plain_statements(line)
    assert found is not None
    assert [[(one.name, list(one.parameters)) for one in commands] for commands in found] == expected


@pytest.mark.parametrize(
    "line",
    [
        "",
        "1",
        "$x = 1",
        "a $x",
        "a (b)",
        'a "$x"',
        "a { b }",
        "& 'a'",
        "a > b",
        "a &",
        "a && b",
        "if (1) { a }",
        "a @b",
        "a (",
    ],
)
def test_lines_that_need_a_language(line: str) -> None:
    assert plain_statements(line) is None
