"""The form of ``#requires`` lines: what the parser refuses. Source: about_Requires."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from remora.engine import ast
from remora.engine.source import Extent, ParseError, Source

LINE: Final = re.compile(r"^[ \t]*#requires(?![ \t]*\r?$)([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_TEXTS: Final = (ast.StringConstant, ast.ExpandableString)
_PARAMETER: Final = re.compile(r"-(version|psedition)(?::|[ \t]+)('[^']*'|\"[^\"]*\"|[^\s,;]*)", re.IGNORECASE)
_VERSION: Final = re.compile(r"\d{1,9}(\.\d{1,9}){0,3}")


def requirements(
    script: ast.ScriptNode, comments: Iterable[tuple[int, int]]
) -> tuple[tuple[str, ...], list[ParseError]]:
    """What the #requires lines of a script say behind the word, and what is wrong with them. comments: where the block
    comments are; a line in one of them or in a string asks for nothing.
    """
    source = script.extent.source
    lines: list[str] = []
    problems: list[ParseError] = []
    texts = [(node.extent.start, node.extent.end) for node in script.walk() if isinstance(node, _TEXTS)]
    for match in LINE.finditer(source.text):
        if any(start <= match.start() < end for start, end in (*texts, *comments)):
            continue
        lines.append(match[1].strip())
        problems.extend(_problems(source, match))
    return tuple(lines), problems


def _problems(source: Source, match: re.Match[str]) -> Iterator[ParseError]:
    if not match[1][:1].isspace():
        yield ParseError(
            "ScriptRequiresInvalidFormat",
            "Cannot process the #requires statement because it is not in the correct format.",
            Extent(source, match.start(), match.end()),
        )
        return
    for given in _PARAMETER.finditer(match[1]):
        name, value = given[1], given[2].strip("'\"")
        extent = Extent(source, match.start(1) + given.start(2), match.start(1) + given.end(2))
        if name.lower() == "version" and not _VERSION.fullmatch(value):
            yield ParseError(
                "RequiresVersionInvalid",
                "The argument for the Version parameter is not valid. Specify a valid PowerShell version, in the "
                "format major.minor version.",
                extent,
            )
        elif name.lower() == "psedition" and value.lower() not in ("core", "desktop"):
            yield ParseError(
                "RequiresPSEditionInvalid",
                "The argument for the PSEdition parameter is not valid. Specify a valid PowerShell edition.",
                extent,
            )
