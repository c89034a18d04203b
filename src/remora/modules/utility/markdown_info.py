"""MarkdownInfo: what ConvertFrom-Markdown gives, with the blocks of the text as tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.typeref import register
from remora.modules.common import declare_attributes
from remora.values import TypedArray

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

_SYNTAX: Final = "Markdig.Syntax."
_BLOCKS: Final = {
    "heading": "HeadingBlock",
    "paragraph": "ParagraphBlock",
    "fence": "FencedCodeBlock",
    "code_block": "CodeBlock",
    "blockquote": "QuoteBlock",
    "bullet_list": "ListBlock",
    "ordered_list": "ListBlock",
    "list_item": "ListItemBlock",
    "hr": "ThematicBreakBlock",
    "html_block": "HtmlBlock",
    "table": "Table",
}
_BLOCK: Final = NetType(_SYNTAX + "Block", NetType(_SYNTAX + "MarkdownObject", OBJECT, form="abstract"))


@dataclass(slots=True, kw_only=True)
class MarkdownBlock(NetObject):
    """One block of a text. kind: its class. line: counted from 0. level: of a heading, else 0. info: what a fence says
    of its code. text: the source of what is in it, where it holds no blocks.
    """

    net_type = _BLOCK
    kind: str
    line: int
    level: int = 0
    info: str = ""
    text: str = ""
    blocks: list[MarkdownBlock] = field(default_factory=list)

    def net_type_names(self) -> tuple[str, ...]:
        return (_SYNTAX + self.kind, *_BLOCK.names)

    def net_text(self) -> str:
        return _SYNTAX + self.kind


class MarkdownInfo(NetObject):
    """A converted text: html or vt100, the other one None. blocks: the blocks at its top."""

    __slots__ = ("blocks", "html", "vt100")
    net_type = NetType("Microsoft.PowerShell.MarkdownRender.MarkdownInfo", OBJECT)

    def __init__(
        self, html: str | None = None, vt100: str | None = None, blocks: list[MarkdownBlock] | None = None
    ) -> None:
        self.html = html
        self.vt100 = vt100
        self.blocks = blocks

    @property
    def tokens(self) -> TypedArray | None:
        return None if self.blocks is None else TypedArray(list(self.blocks), _SYNTAX + "Block")


def blocks_of(nodes: list[SyntaxTreeNode]) -> list[MarkdownBlock]:
    """The blocks among the nodes, with the blocks in them."""
    return [_block(node) for node in nodes if node.type in _BLOCKS]


def _block(node: SyntaxTreeNode) -> MarkdownBlock:
    inline = node.children[0].content if node.children and node.children[0].type == "inline" else ""
    return MarkdownBlock(
        kind=_BLOCKS[node.type],
        line=node.map[0] if node.map else 0,
        level=int(node.tag[1:]) if node.type == "heading" else 0,
        info=node.info.strip() if node.type == "fence" else "",
        text=inline or ("" if node.is_nested else node.content),
        blocks=blocks_of(node.children),
    )


def _declare() -> None:
    declare_attributes(
        _BLOCK,
        ("Line", "line", "System.Int32"),
        ("Level", "level", "System.Int32"),
        ("Info", "info", "System.String"),
        ("Text", "text", "System.String"),
    )
    _BLOCK.property("Blocks", _SYNTAX + "Block[]")(lambda b: TypedArray(list(b.blocks), _SYNTAX + "Block"))
    kind = MarkdownInfo.net_type
    declare_attributes(
        kind,
        ("Html", "html", "System.String"),
        ("VT100EncodedString", "vt100", "System.String"),
        ("Tokens", "tokens", _SYNTAX + "MarkdownDocument"),
    )
    kind.constructor("()")(MarkdownInfo)
    register(kind, _BLOCK)


_declare()
