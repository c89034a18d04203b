"""Tables of scripts with what they put out, as text blocks."""

from __future__ import annotations


def cases(text: str) -> list[tuple[str, list[str]]]:
    """(script, texts) pairs from blocks parted by empty lines; the last line of a block is ``=> text | text``."""
    found = []
    for block in text.strip("\n").split("\n\n"):
        script, _, expected = block.rpartition("=>")
        texts = [one.strip() for one in expected.split(" | ")] if expected.strip() else []
        found.append((script.strip(), texts))
    return found
