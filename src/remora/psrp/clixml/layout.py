"""CLIXML as files hold it: every element on a line of its own, two blanks deeper than the one around it."""

from __future__ import annotations

from typing import Final

from remora import _xml

_STEP: Final = "  "


def laid_out(document: str) -> str:
    """A document of this package's encoder with line ends and indents between its elements; texts stay as they are."""
    tokens = _xml.tokens(document)
    pieces: list[str] = []
    depth, bare = 0, False  # bare: the last tag opened an element that has no elements so far
    for tag, text in zip(tokens[1::2], tokens[2::2], strict=True):
        ends = tag.startswith("/")
        depth -= ends
        if pieces and not (ends and bare):
            pieces.append("\n" + _STEP * depth)
        pieces.append(f"<{tag}>{text}")
        bare = not ends and not tag.endswith("/")
        depth += bare
    return "".join(pieces)
