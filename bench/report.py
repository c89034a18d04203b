"""What a benchmark found: checks against a target, tables beside them, and both as text and JSON."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Check:
    """One measured number and its target. limit: the target, to which ``value`` must be ``at most`` or ``at least``."""

    name: str
    value: float
    relation: str
    limit: float
    unit: str = ""

    @property
    def met(self) -> bool:
        return {
            "at most": self.value <= self.limit,
            "at least": self.value >= self.limit,
            "under": self.value < self.limit,
            "above": self.value > self.limit,
            "exactly": self.value == self.limit,
        }[self.relation]


@dataclass(frozen=True, kw_only=True)
class Section:
    """One subject. rows: a table for the eye, the first row its heads. samples: everything measured, for the JSON."""

    name: str
    title: str
    checks: Sequence[Check]
    rows: Sequence[Sequence[object]] = ()
    notes: Sequence[str] = ()
    samples: Mapping[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        return all(check.met for check in self.checks)


def text(section: Section) -> str:
    """Return a section as text for a person."""
    lines = [section.title]
    cells = [[_cell(value) for value in row] for row in section.rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))] if cells else []
    for row in cells:
        first, *others = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append("  " + "  ".join([first.strip().ljust(widths[0]), *others]).rstrip())
    lines += [f"  {note}" for note in section.notes]
    for check in section.checks:
        limit = f"{check.relation} {_cell(check.limit)} {check.unit}".rstrip()
        lines.append(f"  {'met   ' if check.met else 'MISSED'}  {check.name}: {_cell(check.value)} ({limit})")
    return "\n".join(lines) + "\n"


def write_json(path: Path, section: Section) -> None:
    """Write a section and the machine it ran on."""
    body = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "met": section.met,
        **{key: value for key, value in asdict(section).items() if key != "checks"},
        "checks": [{**asdict(check), "met": check.met} for check in section.checks],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(body, indent=2, default=str) + "\n", "utf-8")


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if value >= 1000 else f"{value:.2f}" if value >= 0.995 else f"{value:.3f}"
    return str(value)
