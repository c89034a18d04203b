"""The lists of cmdlets and of refused parameters in docs/engine.md, from the engine's own table."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from remora.modules import builtin_commands

PAGE = Path(__file__).resolve().parents[2] / "docs" / "engine.md"
BEGIN, END = "<!-- cmdlets -->", "<!-- end -->"


def cmdlet_list() -> str:
    """Return the list, a table for each module."""
    lines: list[str] = []
    cmdlets = sorted(builtin_commands().all(), key=lambda cmdlet: (cmdlet.module, cmdlet.name))
    for module, members in groupby(cmdlets, key=lambda cmdlet: cmdlet.module):
        lines += ["", f"### {module}", "", "| cmdlet | |", "|---|---|"]
        for cmdlet in members:
            lines.append(f"| `{cmdlet.name}` | {_summary(cmdlet.cls)} |")
    lines += ["", "### Parameters that are refused", "", "| cmdlet | |", "|---|---|"]
    for cmdlet in cmdlets:
        if cmdlet.cls.spec.refused:
            lines.append(f"| `{cmdlet.name}` | {', '.join(f'`-{name}`' for name in sorted(cmdlet.cls.spec.refused))} |")
    return "\n".join([*lines, "", ""])


def _summary(cls: type) -> str:
    first = " ".join((cls.__doc__ or "").strip().partition("\n\n")[0].split())
    return first.replace("|", r"\|")


def document() -> str:
    """Return docs/engine.md with the list as it has to be."""
    before, _begin, rest = PAGE.read_text("utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n{cmdlet_list()}{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(document(), "utf-8")
