"""Comment-based help: where such comments stand and what their sections say. Source: about_Comment_Based_Help."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from remora.engine import ast
from remora.engine.scriptblock import ScriptBlock

_DIRECTIVE: Final = re.compile(r"^\s*\.([A-Za-z]+)(?:[ \t]+(\S.*?))?\s*$")
_SIMPLE: Final = {
    "synopsis": "synopsis",
    "description": "description",
    "notes": "notes",
    "component": "component",
    "role": "role",
    "functionality": "functionality",
}
_LISTS: Final = {"example": "examples", "inputs": "inputs", "outputs": "outputs", "link": "links"}
_NAMED: Final = {
    "forwardhelptargetname": "forward_name",
    "forwardhelpcategory": "forward_category",
    "remotehelprunspace": "runspace",
    "externalhelp": "external",
}


@dataclass(slots=True)
class CommentHelp:
    """The sections of one help comment; a list holds one text for each section of its kind."""

    synopsis: str = ""
    description: str = ""
    notes: str = ""
    component: str = ""
    role: str = ""
    functionality: str = ""
    forward_name: str = ""
    forward_category: str = ""
    runspace: str = ""
    external: str = ""
    examples: list[str] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comments:
    """Comments that stand together. start, end: offsets in the text."""

    lines: tuple[str, ...]
    start: int
    end: int


def groups(text: str, start: int, end: int) -> Iterator[Comments]:
    """Groups of comments in a stretch of text: a block comment is one, line comments part at empty lines. Anything
    else between them is passed over.
    """
    lines: list[str] = []
    begin = last = start
    position = start
    while position < end:
        if text.startswith("<#", position):
            if lines:
                yield Comments(tuple(lines), begin, last)
                lines = []
            close = text.find("#>", position)
            close = end if close < 0 else close + 2
            yield Comments(tuple(text[position + 2 : close - 2].splitlines()), position, close)
            position = last = close
        elif text[position] == "#":
            stop = text.find("\n", position)
            stop = end if stop < 0 else min(stop, end)
            if lines and text.count("\n", last, position) > 1:
                yield Comments(tuple(lines), begin, last)
                lines = []
            if not lines:
                begin = position
            lines.append(text[position:stop].rstrip("\r").lstrip("#"))
            position = last = stop
        else:
            position += 1
    if lines:
        yield Comments(tuple(lines), begin, last)


def parse(lines: tuple[str, ...]) -> CommentHelp | None:
    """The sections of a comment; None when it is no help comment."""
    found = CommentHelp()
    seen = False
    index = 0
    while index < len(lines):
        match = _DIRECTIVE.match(lines[index])
        index += 1
        if match is None:
            if not seen and lines[index - 1].strip():
                return None
            continue
        name, argument = match[1].lower(), match[2] or ""
        content = []
        while index < len(lines) and _DIRECTIVE.match(lines[index]) is None:
            content.append(lines[index])
            index += 1
        if not _take(found, name, argument, _text(content)):
            return None
        seen = True
    return found if seen else None


def _take(found: CommentHelp, name: str, argument: str, text: str) -> bool:
    if name == "parameter":
        found.parameters[argument.lower()] = text
    elif name in _NAMED:
        setattr(found, _NAMED[name], argument)
    elif argument:
        return False
    elif name in _SIMPLE:
        setattr(found, _SIMPLE[name], text)
    elif name in _LISTS:
        getattr(found, _LISTS[name]).append(text)
    else:
        return False
    return True


def _text(lines: list[str]) -> str:
    """Lines without the indent they share, and without empty ones around them."""
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and (not lines[-1].strip() or not lines[-1].strip().strip("#")):
        lines.pop()
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[indent:].rstrip() for line in lines)


# -- places ------------------------------------------------------------------------------------------------------------


def block_help(block: ScriptBlock) -> CommentHelp | None:
    """The help in or before a function, or in a script."""
    node = block.code.node
    text = node.extent.source.text
    parts = _parts(node)
    first = min((part.extent.start for part in parts), default=node.extent.end)
    last = max((part.extent.end for part in parts), default=node.extent.start)
    is_script = not block.code.name and node.extent.start == 0
    before = list(groups(text, node.extent.start, first))
    if is_script and before and _belongs_to_function(node, text, before[-1], first):
        before.pop()
    for group in before:
        if (found := parse(group.lines)) is not None:
            return found
    for group in groups(text, last, node.extent.end):
        if (found := parse(group.lines)) is not None:
            return found
    return None if is_script else _before_function(block, text)


def _parts(node: ast.ScriptNode) -> list[ast.Node]:
    """What a body consists of: its parameters and statements."""
    found: list[ast.Node] = []
    if node.params is not None and node.params.extent.start >= node.extent.start:
        found.append(node.params)
        found.extend(node.params.attributes)
    for part in (node.dynamic, node.begin, node.process, node.end, node.clean):
        if part is not None:
            found.extend(part.statements)
    return found


def _belongs_to_function(node: ast.ScriptNode, text: str, group: Comments, first: int) -> bool:
    begins = node.end is not None and bool(node.end.statements) and isinstance(node.end.statements[0], ast.FunctionDef)
    return begins and node.params is None and text.count("\n", group.end, first) <= 2


def _before_function(block: ScriptBlock, text: str) -> CommentHelp | None:
    """The comment before the word ``function``, with at most one empty line between."""
    name = block.code.name
    if not name:
        return None
    pattern = re.compile(rf"(?i)\b(?:function|filter|workflow)\s+(?:\w+:)?{re.escape(name)}(?![\w-])")
    start = max((m.start() for m in pattern.finditer(text, 0, block.code.node.extent.start)), default=-1)
    if start < 0:
        return None
    lines = list(groups(text, _gap_start(text, start), start))
    if not lines or text.count("\n", lines[-1].end, start) > 2:
        return None
    return parse(lines[-1].lines)


def _gap_start(text: str, end: int) -> int:
    """Where the comments directly before an offset begin: nothing but comments and blanks lies between."""
    position = end
    while True:
        position = len(text[:position].rstrip())
        if text.endswith("#>", 0, position):
            opened = text.rfind("<#", 0, position)
            if opened < 0:
                return position
            position = opened
            continue
        line = text.rfind("\n", 0, position) + 1
        if not text[line:position].lstrip().startswith("#"):
            return position
        position = line
        if line == 0:
            return 0


def parameter_comment(node: ast.ParameterNode, previous: int) -> str:
    """The comment before a parameter's variable, after the offset where the one before it ended."""
    text = node.extent.source.text
    stop = text.find("$" + node.name, node.extent.start)
    found = list(groups(text, previous, stop if stop >= 0 else node.extent.start))
    if not found:
        return ""
    chosen = [found[-1]]
    for group in reversed(found[:-1]):
        if text.count("\n", group.end, chosen[0].start) > 1:
            break
        chosen.insert(0, group)
    return _text([line for group in chosen for line in group.lines])
