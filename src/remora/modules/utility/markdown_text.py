"""Markdown as HTML, or as text with the escape sequences of terminals."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from remora.modules.utility.markdown_info import MarkdownInfo, blocks_of
from remora.modules.utility.markdown_options import MarkdownOptions

_TO_END_OF_LINE = "\x1b[500@"


def to_html(text: str) -> MarkdownInfo:
    """The text as HTML: CommonMark, tables, struck-out text, and an id for each heading."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = parser.parse(text)
    _name_headings(tokens)
    for token in tokens:
        _as_written(token)
    html = parser.renderer.render(tokens, parser.options, {})
    return MarkdownInfo(html=html, blocks=blocks_of(SyntaxTreeNode(tokens).children))


def _as_written(token: Token) -> None:
    if token.tag == "s":
        token.tag = "del"
    style = token.attrs.get("style")
    if isinstance(style, str):
        token.attrs["style"] = style.replace(":", ": ") + ";"
    for child in token.children or ():
        _as_written(child)


def _name_headings(tokens: Sequence[Token]) -> None:
    seen: dict[str, int] = {}
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            name = _identifier("".join(child.content for child in inline.children or ())) or "section"
            times = seen.get(name, 0)
            seen[name] = times + 1
            token.attrSet("id", f"{name}-{times}" if times else name)


def _identifier(text: str) -> str:
    """ASCII letters and digits in lower case from the first letter on, one dash, dot or underscore between them."""
    out: list[str] = []
    for char in text.lower():
        mark = "-" if char.isspace() else char
        if mark in "-._":
            if out and out[-1] not in "-._":
                out.append(mark)
        elif mark.isascii() and (mark.isalpha() or (out and mark.isdigit())):
            out.append(mark)
    return "".join(out).rstrip("-._")


def to_vt100(text: str, options: MarkdownOptions) -> MarkdownInfo:
    """The text for a terminal: CommonMark."""
    root = SyntaxTreeNode(MarkdownIt("commonmark").parse(text))
    return MarkdownInfo(vt100=_Terminal(options).blocks(root.children), blocks=blocks_of(root.children))


class _Terminal:
    """Writes blocks and what is in them with the sequences of the options."""

    def __init__(self, options: MarkdownOptions) -> None:
        self.options = options

    def blocks(self, nodes: Sequence[SyntaxTreeNode]) -> str:
        return "".join(self.block(node) for node in nodes)

    def block(self, node: SyntaxTreeNode) -> str:
        kind = node.type
        if kind == "heading":
            content = "".join(_plain(child) for child in node.children)
            return self.options.dress(f"Header{node.tag[1:]}", content) + "\n\n" if content else "\n\n"
        if kind == "paragraph":
            return self.inlines(node.children[0].children) + "\n"
        if kind in ("fence", "code_block"):
            lines = [line for line in node.content.splitlines() if line.strip()]
            return "".join(self.options.dress("Code", line, _TO_END_OF_LINE) + "\n" for line in lines) + "\n"
        if kind in ("bullet_list", "ordered_list"):
            return self.list(node, 0) + "\n"
        if kind == "blockquote":
            return "".join("> " + self.block(child) for child in node.children)
        return ""

    def list(self, node: SyntaxTreeNode, depth: int) -> str:
        """The items of a list, each level two columns further to the right."""
        out: list[str] = []
        for index, item in enumerate(node.children, 1):
            mark = f"{index}." if node.type == "ordered_list" else item.markup
            for child in item.children:
                if child.type in ("bullet_list", "ordered_list"):
                    out.append(self.list(child, depth + 1))
                elif child.type == "paragraph":
                    line = self.inlines(child.children[0].children)
                    out.append(f"{'  ' * depth}{mark} {line}" + ("" if line.endswith("\n") else "\n"))
                else:
                    out.append(self.block(child))
        return "".join(out)

    def inlines(self, nodes: Sequence[SyntaxTreeNode]) -> str:
        """What is in a paragraph; plain text at its end ends the line."""
        nodes = [node for node in nodes if node.type != "text" or node.content]
        text = "".join(self.inline(node) for node in nodes)
        return text + "\n" if nodes and nodes[-1].type == "text" else text

    def inline(self, node: SyntaxTreeNode) -> str:
        kind, dress = node.type, self.options.dress
        if kind == "softbreak":
            return " "
        if kind == "hardbreak":
            return "\n"
        if kind == "code_inline":
            return dress("Code", node.content)
        if kind == "image":
            return dress("Image", f"[{node.content or 'Image'}]")
        if kind == "link":
            return dress("Link", f'"{_plain(node)}"')
        if kind in ("strong", "em"):
            return dress("EmphasisBold" if kind == "strong" else "EmphasisItalics", _plain(node))
        return _plain(node)


def _plain(node: Any) -> str:
    """The text of a node without its dress."""
    if node.type in ("softbreak", "hardbreak"):
        return " "
    return "".join(_plain(child) for child in node.children) if node.children else str(node.content)
