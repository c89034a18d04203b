"""Tables of scripts with what they put out, as text blocks."""

from __future__ import annotations


def cases(text: str) -> list[tuple[str, list[str]]]:
    """(script, texts) pairs from blocks parted by empty lines; the last lines of a block are ``=> text | text`` and
    perhaps ``| text``.
    """
    found = []
    for block in text.strip("\n").split("\n\n"):
        script, _, expected = block.rpartition("=>")
        joined = " ".join(expected.split("\n"))
        texts = [one.strip() for one in joined.split(" | ")] if joined.strip() else []
        found.append((script.strip(), texts))
    return found
