"""Characters: widths, alignment, cutting and wrapping, and the widths of table columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from remora.engine.format.cells import ELLIPSIS
from remora.engine.format.records import CENTER, RIGHT

MIN_COLUMN = 4


def width_of(text: str) -> int:
    """Terminal columns a text takes: wide characters count two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_char_width(char) for char in text)


def _char_width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cut(text: str, width: int) -> str:
    """At most width columns, the last an ellipsis when something was left out."""
    if width_of(text) <= width:
        return text
    return take(text, width - 1)[0] + ELLIPSIS if width > 0 else ""


def take(text: str, width: int) -> tuple[str, str]:
    """The longest beginning that fits into width columns (one character at least), and the rest."""
    if text.isascii():
        return text[: max(width, 1)], text[max(width, 1) :]
    used = 0
    for at, char in enumerate(text):
        used += _char_width(char)
        if used > width and at:
            return text[:at], text[at:]
    return text, ""


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most width columns: broken at blanks where there are any, else anywhere."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        rest = line
        while width_of(rest) > width:
            head, _ = take(rest, width)
            at = head.rfind(" ")
            if len(head) < len(rest) and rest[len(head)] == " ":
                at = len(head)
            if at > 0:
                lines.append(rest[:at].rstrip(" "))
                rest = rest[at:].lstrip(" ")
            else:
                lines.append(head)
                rest = rest[len(head) :]
        lines.append(rest)
    return lines


def first_line(text: str) -> str:
    """A cell of one line: what follows a line end is left out."""
    for at, char in enumerate(text):
        if char in "\r\n":
            return text[:at] + ELLIPSIS
    return text


def pad(text: str, width: int, align: str) -> str:
    """The text in a field of width columns."""
    space = width - width_of(text)
    if space <= 0:
        return text
    if align == RIGHT:
        return " " * space + text
    if align == CENTER:
        return " " * (space // 2) + text + " " * (space - space // 2)
    return text + " " * space


def fit(widths: Sequence[int], total: int) -> list[int]:
    """Widths that fit into total with one blank between: the last column is cut, then dropped (0), and so on."""
    fitted = list(widths)
    while True:
        visible = [at for at, width in enumerate(fitted) if width > 0]
        if not visible:
            return fitted
        excess = sum(fitted[at] for at in visible) + len(visible) - 1 - total
        if excess <= 0:
            return fitted
        last = visible[-1]
        left = fitted[last] - excess
        fitted[last] = left if left >= MIN_COLUMN or len(visible) == 1 else 0
        if len(visible) == 1:
            fitted[last] = max(left, 1)
            return fitted
