"""Every number of docs/acceptance/pssession.md has a test that carries it."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "acceptance" / "pssession.md"


def listed() -> list[int]:
    """The numbers of the page, in their order."""
    return [int(number) for number in re.findall(r"^(\d+)\. ", PAGE.read_text("utf-8"), re.MULTILINE)]


def named() -> set[int]:
    """The numbers in the names of tests."""
    found: set[int] = set()
    for file in HERE.glob("test_*.py"):
        for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text("utf-8"), re.MULTILINE):
            found.update(int(number) for number in re.findall(r"item_(\d{3})", name))
    return found


def test_the_page_lists_130_items_in_order() -> None:
    assert listed() == list(range(1, 131))


def test_every_item_has_a_test() -> None:
    assert named() == set(range(1, 131))
