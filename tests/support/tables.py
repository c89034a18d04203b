"""Tables of scripts and what they print, written as text: blocks between blank lines, the last line ``==> a | b``."""

from __future__ import annotations


def cases(text: str) -> list[tuple[str, list[str]]]:
    """(script, expected texts) of each block; ``==>`` alone: nothing is printed."""
    out: list[tuple[str, list[str]]] = []
    for block in text.strip().split("\n\n"):
        script, _, expected = block.rpartition("\n==>")
        out.append((script, [one.strip() for one in expected.split(" | ")] if expected.strip() else []))
    return out
