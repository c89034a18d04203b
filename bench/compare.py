"""Side-by-side timing: interleaved runs in one process, ratio by ratio, table and JSON.

A ratio is the median over the runs of (peer's time / our time) within that run, so that whatever else the machine does
meets all contenders alike. Time is CPU time of this process unless ``wall`` is asked for.
"""

from __future__ import annotations

import gc
import json
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Contender:
    """One way of doing the work. distribution: the package whose version is printed."""

    name: str
    distribution: str
    run: Callable[[], Any]


@dataclass
class Comparison:
    """What was measured. seconds: per contender, one number a run. ratios: peer / ours, median of the runs."""

    title: str
    ours: str
    clock: str
    seconds: dict[str, list[float]]
    ratios: dict[str, float]
    required: dict[str, float]
    versions: dict[str, str]
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        return all(self.ratios[name] >= factor for name, factor in self.required.items())


def compare(
    title: str,
    contenders: Sequence[Contender],
    *,
    runs: int = 5,
    required: Mapping[str, float] | None = None,
    wall: bool = False,
    notes: Mapping[str, Any] | None = None,
) -> Comparison:
    """Run every contender ``runs`` times in turn; the first one is ours. required: least ratio by peer name."""
    clock = time.perf_counter if wall else time.process_time
    seconds: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for run in range(runs):
        order = contenders if run % 2 == 0 else list(reversed(contenders))
        for contender in order:
            gc.collect()
            started = clock()
            result = contender.run()
            seconds[contender.name].append(clock() - started)
            del result
    ours = contenders[0].name
    ratios = {
        name: statistics.median(theirs / mine for theirs, mine in zip(values, seconds[ours], strict=True))
        for name, values in seconds.items()
        if name != ours
    }
    versions = {contender.name: version(contender.distribution) for contender in contenders}
    label = "wall" if wall else "cpu"
    return Comparison(title, ours, label, seconds, ratios, dict(required or {}), versions, dict(notes or {}))


def table(comparisons: Sequence[Comparison]) -> str:
    """Return the comparisons as text for a person."""
    lines = []
    for found in comparisons:
        lines.append(
            f"{found.title}  ({found.clock} time, median of {len(found.seconds[found.ours])} interleaved runs)"
        )
        for name, values in found.seconds.items():
            ratio = found.ratios.get(name)
            need = found.required.get(name)
            verdict = "" if need is None else f"  required {need:g}x  {'met' if ratio and ratio >= need else 'MISSED'}"
            shown = "ours" if ratio is None else f"{ratio:.1f}x slower"
            label = f"{name} {found.versions[name]}"
            lines.append(f"  {label:<22}{statistics.median(values) * 1000:>12.1f} ms   {shown:<16}{verdict}")
        lines.append("")
    return "\n".join(lines)


def write_json(path: Path, comparisons: Sequence[Comparison]) -> None:
    """Write the comparisons and the machine they ran on."""
    body = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "comparisons": [{**asdict(found), "met": found.met} for found in comparisons],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(body, indent=2) + "\n", "utf-8")
