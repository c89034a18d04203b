"""[xml]: documents, read from text and files, searched, changed and written."""

from __future__ import annotations

import re
from typing import Any, Final

from remora import _xml
from remora._xml import Element
from remora.engine.errors import PSError
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import registry as r
from remora.engine.types import xmlnodes as x
from remora.engine.types.collections import failure
from remora.errors import RemoraError

MANAGER: Final = NetType("System.Xml.XmlNamespaceManager", OBJECT)
NAME_TABLE: Final = NetType("System.Xml.NameTable", NetType("System.Xml.XmlNameTable", OBJECT))
_DECLARED = re.compile(r"\s*<\?xml\s+(.*?)\?>", re.DOTALL)
_UNION = re.compile(r"\|(?=(?:[^\"']|\"[^\"]*\"|'[^']*')*\Z)(?![^\[]*\])(?![^(]*\))")
_CALL = re.compile(r"\s*(?!node|text|comment|processing-instruction)[\w-]+\s*\(")
_PAIR = re.compile(r"(\w+)\s*=\s*[\"']([^\"']*)[\"']")


class Document(x.XmlNode):
    """A document. before and after: comments and instructions beside the root."""

    __slots__ = ("after", "before", "declaration", "keep_space", "root", "wrapped")
    net_type = r.XML
    kind_name = "Document"

    def __init__(self) -> None:
        self.document = self
        self.keep_space = False
        self.clear()

    def clear(self) -> None:
        self.declaration: x.XmlDeclaration | None = None
        self.root: Element | None = None
        self.before: list[Element] = []
        self.after: list[Element] = []
        self.wrapped: dict[Any, x.XmlTreeNode] = {}

    def read(self, text: str) -> None:
        """Replace everything by what the text says. Raises PSError with XmlException."""
        try:
            root = _xml.parse_document(text.removeprefix("\ufeff"))
        except RemoraError as problem:
            raise failure(str(problem), "System.Xml.XmlException") from None
        self.clear()
        declared = _DECLARED.match(text.removeprefix("\ufeff"))
        if declared is not None:
            pairs = dict(_PAIR.findall(declared[1]))
            self.declaration = x.XmlDeclaration(
                self, pairs.get("version", "1.0"), pairs.get("encoding", ""), pairs.get("standalone", "")
            )
        self.root = root
        self.before = list(root.itersiblings(preceding=True))[::-1]
        self.after = list(root.itersiblings())
        if not self.keep_space:
            _strip(root)

    @property
    def name(self) -> str:
        return "#document"

    def wrap(self, node: Element) -> x.XmlTreeNode:
        """The one object that stands for a node of the tree."""
        found = self.wrapped.get(node)
        if found is None:
            found = self.wrapped[node] = x.made(self, node)
        return found

    def holds(self, node: Element) -> bool:
        """Tell whether the node stands directly in the document."""
        return node is self.root or node in self.before or node in self.after

    def element(self) -> x.XmlElement | None:
        """The root element."""
        found = None if self.root is None else self.wrap(self.root)
        return found if isinstance(found, x.XmlElement) else None

    def children(self) -> list[x.XmlNode]:
        nodes = [*self.before, *([] if self.root is None else [self.root]), *self.after]
        return [*([] if self.declaration is None else [self.declaration]), *map(self.wrap, nodes)]

    def inner_text(self) -> str:
        found = self.element()
        return "" if found is None else found.inner_text()

    def outer_xml(self) -> str:
        return "".join(one.outer_xml() for one in self.children())

    def written(self, space: str = "  ") -> str:
        """The document as Save writes it: indented by ``space``, unless spaces are kept."""
        if self.keep_space:
            return self.outer_xml()
        lines = [x.spaced(_xml.indented(one.node, space)) if isinstance(one, x.XmlElement) else one.outer_xml()
                 for one in self.children()]  # fmt: skip
        return "\n".join(lines)


class NamespaceManager(NetObject):
    """Prefixes for XPath expressions."""

    __slots__ = ("prefixes",)
    net_type = MANAGER

    def __init__(self, table: Any = None) -> None:
        self.prefixes: dict[str, str] = {}


class NameTable(NetObject):
    """What .NET shares names in; here only to be handed on."""

    __slots__ = ()
    net_type = NAME_TABLE


def document_of(text: str) -> Document:
    """The document that a text is. Raises PSError with XmlException."""
    out = Document()
    out.read(text)
    return out


def selected(node: x.XmlNode, expression: str, namespaces: dict[str, str]) -> list[Any]:
    """The nodes an XPath expression selects, seen from the node. Raises PSError with XPathException."""
    document = node.document
    if isinstance(node, x.XmlTreeNode):
        start = node.node
    elif document.root is not None:
        start, expression = document.root, _absolute(expression)
    else:
        return []
    try:
        found = _xml.select(start, expression, namespaces)
    except ValueError as problem:
        raise failure(f"'{expression}' has an invalid token. {problem}", "System.Xml.XPath.XPathException") from None
    if not isinstance(found, list):
        raise failure("Expression must evaluate to a node-set.", "System.Xml.XPath.XPathException")
    return [one for one in (_found(document, one) for one in found) if one is not None]


def _absolute(expression: str) -> str:
    """The expression with its relative paths beginning at the document: the parser's library begins at the root."""
    return "|".join(
        part if part.lstrip()[:1] in ("/", "(", "") or _CALL.match(part) else "/" + part.strip()
        for part in _UNION.split(expression)
    )


def _found(document: Document, one: Any) -> Any:
    if not isinstance(one, str):
        return None if isinstance(one, tuple) else document.wrap(one)
    owner: Any = getattr(one, "getparent", lambda: None)()
    if owner is None:
        return None
    if getattr(one, "is_attribute", False):
        return x.XmlAttribute(document, owner, str(getattr(one, "attrname", "")))
    return x.XmlText(document, owner, "tail" if getattr(one, "is_tail", False) else "text")


def _strip(node: Any) -> None:
    """Drop the texts that are nothing but spaces."""
    for one in node.iter():
        if isinstance(one.tag, str) and one.text and one.text.isspace():
            one.text = None
        if one.tail and one.tail.isspace():
            one.tail = None


def take(node: Element) -> None:
    """Take a node out of its parent; the text after it stays."""
    above = node.getparent()
    if above is None:
        return
    if node.tail:
        before = node.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + node.tail
        else:
            above.text = (above.text or "") + node.tail
    above.remove(node)
    node.tail = None


def refused(message: str, type_name: str = "System.InvalidOperationException") -> PSError:
    """The error of a change that a document does not take."""
    return failure(message, type_name)
