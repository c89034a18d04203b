"""Checks of the benchmarks and how they are shown and stored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.report import Check, Section, text, write_json


@pytest.mark.parametrize(
    ("relation", "value", "met"),
    [
        ("at most", 2.0, True),
        ("at most", 2.1, False),
        ("at least", 2.0, True),
        ("at least", 1.9, False),
        ("under", 2.0, False),
        ("under", 1.9, True),
        ("above", 2.0, False),
        ("above", 2.1, True),
        ("exactly", 2.0, True),
        ("exactly", 2.1, False),
    ],
)
def test_a_check_is_met_or_missed(relation: str, value: float, met: bool) -> None:
    assert Check(name="it", value=value, relation=relation, limit=2.0).met is met


def section(value: float) -> Section:
    check = Check(name="time", value=value, relation="under", limit=30, unit="ms")
    return Section(name="start", title="Start", checks=[check], rows=[["", "ms"], ["median", value]], notes=["a note"])


def test_a_missed_target_is_seen_in_text_and_json(tmp_path: Path) -> None:
    missed = section(31.5)
    assert not missed.met
    assert "MISSED  time: 31.50 (under 30 ms)" in text(missed)
    assert "a note" in text(missed)
    write_json(tmp_path / "deep" / "start.json", missed)
    stored = json.loads((tmp_path / "deep" / "start.json").read_text("utf-8"))
    assert stored["met"] is False
    assert stored["checks"] == [
        {"name": "time", "value": 31.5, "relation": "under", "limit": 30, "unit": "ms", "met": False}
    ]
    assert section(29.0).met
    assert "met     time" in text(section(29.0))


def test_columns_are_aligned() -> None:
    lines = text(section(5.0)).splitlines()
    assert len(lines[1]) == len(lines[2])
