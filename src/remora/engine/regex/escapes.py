"""Texts as patterns and back."""

from __future__ import annotations

from typing import Final

from remora.engine.regex.reader import Reader

_SPECIAL: Final = {
    "\t": r"\t",
    "\n": r"\n",
    "\f": r"\f",
    "\r": r"\r",
    **{char: "\\" + char for char in "\\*+?|{[()^$.# "},
}


def escape(text: str) -> str:
    """[regex]::Escape."""
    return "".join(_SPECIAL.get(char, char) for char in text)


def unescape(text: str) -> str:
    """[regex]::Unescape: controls, codes, and any other character as itself. Raises PSError."""
    reader = Reader(text)
    out: list[str] = []
    while (found := text.find("\\", reader.pos)) >= 0:
        out.append(text[reader.pos : found])
        reader.pos = found + 1
        if reader.pos < reader.end:
            out.append(reader.escaped())
    return "".join([*out, text[reader.pos :]])
