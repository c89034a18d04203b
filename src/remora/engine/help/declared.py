"""Help on built-in cmdlets, which lies in text files, one for each family of cmdlets, and is read by Get-Help only.

A line ``## Name`` begins a cmdlet's help, whose sections are those of help comments. ``## *`` holds the texts of
parameters that several cmdlets of the file have; a cmdlet's own text comes first.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from remora.engine.help.comments import CommentHelp, parse

_HEAD: Final = "## "
_SHARED: Final = "*"


def declared_help(name: str) -> CommentHelp | None:
    """The help on a built-in cmdlet, in any case; None when there is no text about it."""
    return _library().get(name.lower())


@cache
def _library() -> dict[str, CommentHelp]:
    found: dict[str, CommentHelp] = {}
    folder = files("remora.engine.help").joinpath("texts")
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.name.endswith(".txt"):
            found.update(_family(entry.read_text("utf-8")))
    return found


def _family(text: str) -> dict[str, CommentHelp]:
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith(_HEAD):
            lines = sections.setdefault(line.removeprefix(_HEAD).lower(), [])
        else:
            lines.append(line)
    shared = parse(tuple(sections.pop(_SHARED, ()))) or CommentHelp()
    found = {name: parse(tuple(section)) or CommentHelp() for name, section in sections.items()}
    for one in found.values():
        one.parameters = shared.parameters | one.parameters
    return found
