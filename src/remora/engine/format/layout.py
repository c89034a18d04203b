"""Characters: alignment, cutting and wrapping, and the widths of table columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from remora.engine.format.decorated import ESC, RESET, char_width, fitting, pieces, plain, substring, width_of
from remora.engine.format.records import CENTER, RIGHT

__all__ = ["ELLIPSIS", "best_wide_count", "cut", "first_line", "fit", "pad", "split_lines", "width_of", "wrap"]

ELLIPSIS: Final = "…"
_BREAKS: Final = " \t\u00ad"


def first_line(text: str) -> str:
    """A cell of one line: what follows a line end is left out."""
    for at, char in enumerate(text):
        if char in "\r\n":
            return text[:at] + ELLIPSIS
    return text


def cut(text: str, width: int, alignment: int = 0) -> str:
    """At most width columns, an ellipsis where something was left out: at the end, or in front of a right-aligned one.

    Where not even the ellipsis fits, what fits stays.
    """
    if width_of(text) <= width:
        return text
    room = width - 1
    content = plain(text)
    if alignment == RIGHT:
        keep = fitting(content, room if room > 0 else width, from_end=True)
        return substring(text, len(content) - keep, before=ELLIPSIS if room > 0 else "")
    if room > 0:
        return substring(text, 0, fitting(content, room), after=ELLIPSIS)
    return substring(text, 0, fitting(content, width))


def pad(text: str, width: int, alignment: int, *, trailing: bool = True) -> str:
    """The text in a field of width columns. trailing: blanks after it too (not so in a last column)."""
    space = width - width_of(text)
    if space <= 0:
        return text
    if alignment == RIGHT:
        return " " * space + text
    if alignment == CENTER:
        left = space // 2
        return " " * left + text + (" " * (space - left) if trailing else "")
    return text + " " * space if trailing else text


def split_lines(text: str) -> list[str]:
    """The lines of a text; sequences that are open at a line end are closed there and opened again."""
    lines = text.replace("\r", "").split("\n")
    if ESC not in text or len(lines) == 1:
        return lines
    out: list[str] = []
    open_ = ""
    for line in lines:
        whole = open_ + line
        for piece, is_sequence in pieces(line):
            if is_sequence:
                open_ = "" if piece == RESET else open_ + piece
        out.append(whole + RESET if open_ and not whole.endswith(RESET) and plain(whole) else whole)
    if not plain(out[-1]):
        out[-1] = ""
    return out


def wrap(text: str, width: int, following: int | None = None) -> list[str]:
    """Lines of at most width columns (following: those after the first), broken after blanks where there are any."""
    lines: list[str] = []
    for line in split_lines(text):
        if width_of(line) <= width:
            lines.append(line)
        else:
            lines.extend(_wrapped(line, width, width if following is None else following))
    return lines


def _wrapped(line: str, width: int, following: int) -> Iterator[str]:
    room = left = width
    current = ""
    for word in _words(line):
        if room <= 0:
            room = left = following
            if room <= 0:
                break
        size = width_of(word)
        if size > room:
            for piece, is_sequence in pieces(word):
                if is_sequence:
                    current += piece
                    continue
                char = piece if char_width(piece) <= room else "?"
                if char_width(char) > left:
                    yield _closed(current)
                    current, room = _open_of(current), following
                    left = room
                current += char
                left -= char_width(char)
        elif size > left:
            yield _closed(current)
            current, room = _open_of(current) + word, following
            left = room - size
        else:
            current += word
            left -= size
    yield _closed(current)


def _words(line: str) -> Iterator[str]:
    """Words with the blank that ends them."""
    word = ""
    for piece, is_sequence in pieces(line):
        if is_sequence or piece not in _BREAKS:
            word += piece
        else:
            yield word + ("" if piece == "\u00ad" else piece)
            word = ""
    yield word


def _open_of(text: str) -> str:
    """The sequences that are still open at the end of the text."""
    open_ = ""
    for piece, is_sequence in pieces(text) if ESC in text else ():
        if is_sequence:
            open_ = "" if piece == RESET else open_ + piece
    return open_


def _closed(text: str) -> str:
    return text + RESET if ESC in text and _open_of(text) and not text.endswith(RESET) else text


def fit(widths: Sequence[int], total: int) -> list[int]:
    """Widths that fit into total with one blank between.

    Columns without a width (0) share what the others leave, from the left. Where there is not enough, the last column
    is cut, then hidden (-1), and so on.
    """
    fitted = [width if width > 0 else 1 for width in widths]
    free = total - sum(fitted) - (len(fitted) - 1)
    open_ = [at for at, width in enumerate(widths) if width <= 0]
    if free >= 0:
        for count, at in enumerate(open_):
            share, rest = divmod(free, len(open_))
            fitted[at] += share + (1 if count < rest else 0)
        return fitted
    last = len(fitted) - 1
    while last >= 0:
        excess = sum(fitted[: last + 1]) + last - total
        if excess <= 0:
            break
        if fitted[last] - excess >= 1:
            fitted[last] -= excess
            break
        fitted[last] = -1
        last -= 1
    return fitted


def best_wide_count(width: int, total: int) -> int:
    """How many texts of that width stand in a row."""
    if width <= 0 or total < 1 or width >= total:
        return 1
    count = 1
    while width * (count + 1) + count < total:
        count += 1
    return count
