"""Text with VT escape sequences: what of it is content, and how parts of it are taken without losing the sequences."""

from __future__ import annotations

import re
from typing import Final

ESC: Final = "\x1b"
RESET: Final = "\x1b[0m"
SEQUENCE: Final = re.compile(r"\x1b\[\d*(?:;\d+)*m|\x1b\[\?\d+[hl]|\x1b\]8;;.*?\x1b\\")
_WIDE: Final = (
    (0x1100, 0x115F), (0x2329, 0x232A), (0x2E80, 0x303E), (0x3040, 0xA4CF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF),
    (0xFE10, 0xFE19), (0xFE30, 0xFE6F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6), (0x10000, 0x10FFFF),
)  # fmt: skip


def plain(text: str) -> str:
    """The content without its escape sequences."""
    return SEQUENCE.sub("", text) if ESC in text else text


def pieces(text: str) -> list[tuple[str, bool]]:
    """The text in pieces: single characters, and whole sequences marked True."""
    out: list[tuple[str, bool]] = []
    at = 0
    for found in SEQUENCE.finditer(text) if ESC in text else ():
        out.extend((char, False) for char in text[at : found.start()])
        out.append((found.group(), True))
        at = found.end()
    out.extend((char, False) for char in text[at:])
    return out


def char_width(char: str) -> int:
    """Terminal columns of one character: two for East Asian wide ones and those beyond the basic plane."""
    code = ord(char)
    if code < 0x1100:
        return 1
    return 2 if any(low <= code <= high for low, high in _WIDE) else 1


def width_of(text: str) -> int:
    """Terminal columns the content takes."""
    content = plain(text)
    return len(content) if content.isascii() else sum(map(char_width, content))


def fitting(text: str, width: int, *, from_end: bool = False) -> int:
    """How many characters of undecorated text fit into width columns, counted from one end."""
    if text.isascii():
        return max(min(width, len(text)), 0)
    used = 0
    for count, char in enumerate(reversed(text) if from_end else text):
        used += char_width(char)
        if used > width:
            return count
    return len(text)


def substring(text: str, start: int, length: int | None = None, *, before: str = "", after: str = "") -> str:
    """Part of the content with every sequence that leads to it; before and after: put around what is left."""
    if ESC not in text:
        return before + text[start : None if length is None else start + length] + after
    end = len(plain(text)) if length is None else start + length
    out: list[str] = []
    at = 0
    open_ = False
    for piece, is_sequence in pieces(text):
        if is_sequence:
            if at <= end:
                out.append(piece)
                open_ = piece != RESET
            continue
        if at == start:
            out.append(before)
        if start <= at < end:
            out.append(piece)
        at += 1
    out.append(after)
    return "".join(out) + (RESET if open_ else "")
