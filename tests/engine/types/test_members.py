"""Members of .NET's types, as data: each script of the tables beside this file with the values and types it gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.engine.shapes import shapes

_HERE = Path(__file__).parent
_TABLES = ("reference_members.txt", "library_members.txt")


def _cases() -> list[tuple[str, str]]:
    """Pairs of a line with a script and the line behind it, ``=> shape | shape``; lines with ``#`` are headings."""
    found = []
    for name in _TABLES:
        lines = [line for line in (_HERE / name).read_text().splitlines() if line and not line.startswith("#")]
        assert all(line.startswith("    =>") for line in lines[1::2]), name
        found += list(zip(lines[::2], [line.removeprefix("    =>").strip() for line in lines[1::2]], strict=True))
    return found


@pytest.mark.parametrize(("script", "expected"), _cases())
def test_members(run: Any, script: str, expected: str) -> None:
    assert " | ".join(one.replace("\n", "\\n") for one in shapes(run(script))).strip() == expected


def _listed(separator: str) -> list[tuple[str, str]]:
    """Types with the names of their members: ``type: names``, of static ones ``type:: names``."""
    lines = (_HERE / "listed_members.txt").read_text().splitlines()
    pairs = [line.split(f"{separator} ", 1) for line in lines if line and not line.startswith("#")]
    return [(pair[0], pair[1]) for pair in pairs if len(pair) == 2 and not pair[0].endswith(":")]


@pytest.mark.parametrize(("kind", "names"), _listed(":"))
def test_get_member_shows_the_members_of_objects(run: Any, kind: str, names: str) -> None:
    make = {"string": "'a'", "datetime": "[datetime]'2024-01-01'", "timespan": "[timespan]'1:00'",
            "DateTimeOffset": "[DateTimeOffset]::UnixEpoch"}.get(kind, f",[{kind}]::new()")  # fmt: skip
    outcome = run(f"({make} | Get-Member -Force).Name")
    assert sorted(set(names.split()) - set(outcome.texts)) == []


@pytest.mark.parametrize(("kind", "names"), _listed("::"))
def test_get_member_shows_static_members(run: Any, kind: str, names: str) -> None:
    outcome = run(f"([{kind}] | Get-Member -Static).Name")
    assert sorted(set(names.split()) - set(outcome.texts)) == []


LATE = {
    "[random]::new(1).Next(1, 2); [bitconverter]::DoubleToInt64Bits(0)": "0",
    "[random]::new(1).Next(1, 2); [math]::CopySign(1, -1)": "-1",
    "(Get-Culture).Calendar.GetMonth([datetime]'2024-03-05')": "3",
    "(Get-Item /).ResolveLinkTarget($false); [math]::ILogB(8)": "3",
}


@pytest.mark.parametrize(("script", "last"), LATE.items())
def test_members_are_there_whatever_was_named_before(script: str, last: str) -> None:
    code = f"from remora.cli.main import main; main(['console', '-c', {script!r}])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == last
