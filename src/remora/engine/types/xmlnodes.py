"""The nodes of [xml], over the parser's tree. What scripts see by name is in ``xmlmembers``.

A node's attributes and children are members of it by their names: the texts of what holds nothing but text, else nodes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Final

from remora._xml import Element, is_comment, local_name, outer, set_attribute
from remora.engine.enumeration import Enumerable
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import registry as r
from remora.engine.types.collections import failure

if TYPE_CHECKING:
    from remora.engine.types.xmldocument import Document

NODE: Final[NetType] = r.XML_NODE
NODE.adapted = r.XML.adapted = True
LINKED: Final = NetType("System.Xml.XmlLinkedNode", NODE)
ELEMENT: Final = NetType("System.Xml.XmlElement", LINKED)
ATTRIBUTE: Final = NetType("System.Xml.XmlAttribute", NODE)
CHARACTERS: Final = NetType("System.Xml.XmlCharacterData", LINKED)
TEXT: Final = NetType("System.Xml.XmlText", CHARACTERS)
COMMENT: Final = NetType("System.Xml.XmlComment", CHARACTERS)
INSTRUCTION: Final = NetType("System.Xml.XmlProcessingInstruction", LINKED)
DECLARATION: Final = NetType("System.Xml.XmlDeclaration", LINKED)
NODES: Final = NetType("System.Xml.XmlNodeList", OBJECT, interfaces=("System.Collections.IEnumerable",))
ATTRIBUTES: Final = NetType(
    "System.Xml.XmlAttributeCollection",
    NetType("System.Xml.XmlNamedNodeMap", OBJECT, interfaces=("System.Collections.IEnumerable",)),
    interfaces=("System.Collections.ICollection",),
)
XML_NAMESPACE: Final = "http://www.w3.org/XML/1998/namespace"
_EMPTY = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|/>", re.DOTALL)


class XmlNode(NetObject):
    """One node. name: as it is written, with the prefix. kind_name: its System.Xml.XmlNodeType."""

    __slots__ = ("document",)
    net_type = NODE
    kind_name: ClassVar[str] = "None"
    document: Document

    @property
    def name(self) -> str:
        return "#" + self.kind_name.lower()

    @property
    def local_name(self) -> str:
        """The name without the prefix."""
        return self.name.rpartition(":")[2]

    @property
    def value(self) -> Any:
        return None

    def children(self) -> list[XmlNode]:
        return []

    def attributes(self) -> list[XmlAttribute]:
        return []

    def inner_text(self) -> str:
        return self.value or ""

    def outer_xml(self) -> str:
        return escaped(self.inner_text())

    def parent(self) -> XmlNode | None:
        return None

    def net_text(self) -> str:
        return self.name.rpartition(":")[2]

    def adapted(self, name: str) -> Any:
        """The member that children and attributes of the name make; raises KeyError where there are none."""
        found = self._named(name)
        if not found:
            raise KeyError(name)
        return _simple(found[0]) if len(found) == 1 else [_simple(one) for one in found]

    def adapted_names(self) -> list[str]:
        """The names of attributes and children, each once."""
        names: dict[str, str] = {}
        for one in [*self.attributes(), *self.children()]:
            names.setdefault(one.local_name.lower(), one.local_name)
        return list(names.values())

    def set_adapted(self, name: str, value: Any) -> None:
        """Write the text of the one attribute or child of the name. Raises KeyError when there is none."""
        found = self._named(name)
        if not found:
            raise KeyError(name)
        if not isinstance(value, str):
            raise _unsettable(f'Cannot set "{name}" because only strings can be values of XmlNode properties.')
        if len(found) > 1:
            raise _unsettable(f'Cannot set "{name}" because more than one node has that name.')
        if any(not isinstance(one, XmlText) for one in found[0].children()):
            raise _unsettable(f'Cannot set "{name}" because only texts can be set.')
        found[0].set_text(value)

    def set_text(self, text: str) -> None:
        """Make the text all that is in the node."""
        raise failure("The node holds no text.", "System.InvalidOperationException")

    def _named(self, name: str) -> list[XmlNode]:
        folded = name.lower()
        return [one for one in [*self.attributes(), *self.children()] if one.local_name.lower() == folded]


def _unsettable(message: str) -> Any:
    from remora.engine.errors import error

    return error(message, "XmlNodeSetRestrictions", "InvalidOperation",
                 type_name="System.Management.Automation.SetValueException")  # fmt: skip


def _simple(node: XmlNode) -> Any:
    """The text of a node that has nothing else; other nodes themselves."""
    children = node.children()
    if isinstance(node, XmlText | XmlAttribute | XmlDeclaration):
        return node.inner_text()
    if node.attributes() or len(children) > 1 or (children and not isinstance(children[0], XmlText)):
        return node
    return node.inner_text()


class XmlTreeNode(XmlNode):
    """A node that the parser's tree has as one."""

    __slots__ = ("node",)

    def __init__(self, document: Document, node: Element) -> None:
        self.document = document
        self.node = node

    def parent(self) -> XmlNode | None:
        above = self.node.getparent()
        if above is not None:
            return self.document.wrap(above)
        return self.document if self.document.holds(self.node) else None

    def outer_xml(self) -> str:
        return spaced(outer(self.node))

    @property
    def value(self) -> Any:
        return self.node.text or ""

    def set_text(self, text: str) -> None:
        self.node.text = text


class XmlComment(XmlTreeNode):
    __slots__ = ()
    net_type = COMMENT
    kind_name = "Comment"


class XmlInstruction(XmlTreeNode):
    __slots__ = ()
    net_type = INSTRUCTION
    kind_name = "ProcessingInstruction"

    @property
    def name(self) -> str:
        return str(getattr(self.node, "target", ""))


class XmlElement(XmlTreeNode):
    __slots__ = ()
    net_type = ELEMENT
    kind_name = "Element"

    def net_type_names(self) -> tuple[str, ...]:
        """The type's names; before them the one that says which element it is, where it has a namespace."""
        names = super().net_type_names()
        uri, brace, local = str(self.node.tag).removeprefix("{").rpartition("}")
        return (f"{names[0]}#{uri}#{local}", *names) if brace else names

    @property
    def name(self) -> str:
        prefix = self.node.prefix
        local = local_name(self.node)
        return f"{prefix}:{local}" if prefix else local

    @property
    def value(self) -> Any:
        return None

    def children(self) -> list[XmlNode]:
        out: list[XmlNode] = []
        if self.node.text:
            out.append(XmlText(self.document, self.node, "text"))
        for one in self.node:
            out.append(self.document.wrap(one))
            if one.tail:
                out.append(XmlText(self.document, one, "tail"))
        return out

    def attributes(self) -> list[XmlAttribute]:
        declared = [XmlAttribute(self.document, self.node, "xmlns" + (f":{prefix}" if prefix else ""), uri)
                    for prefix, uri in declared_here(self.node).items()]  # fmt: skip
        return [*declared, *(XmlAttribute(self.document, self.node, str(key)) for key in self.node.attrib)]

    def attribute(self, name: str) -> XmlAttribute | None:
        return next((one for one in self.attributes() if one.name == name), None)

    def clark(self, name: str) -> str:
        """The attribute's name with its namespace in place of the prefix."""
        prefix, colon, local = name.partition(":")
        if not colon:
            return name
        uri = XML_NAMESPACE if prefix == "xml" else self.node.nsmap.get(prefix)
        return f"{{{uri}}}{local}" if uri else local

    def inner_text(self) -> str:
        return "".join(_texts(self.node))

    def set_text(self, text: str) -> None:
        for one in list(self.node):
            self.node.remove(one)
        self.node.text = text


class XmlText(XmlNode):
    """A text, in the tree as what stands in or after an element, or still outside of it. place: text, tail."""

    __slots__ = ("node", "own", "place")
    net_type = TEXT
    kind_name = "Text"

    def __init__(self, document: Document, node: Element | None, place: str, own: str = "") -> None:
        self.document = document
        self.node = node
        self.place = place
        self.own = own

    @property
    def value(self) -> Any:
        if self.node is None:
            return self.own
        return (self.node.text if self.place == "text" else self.node.tail) or ""

    def set_text(self, text: str) -> None:
        if self.node is None:
            self.own = text
        elif self.place == "text":
            self.node.text = text
        else:
            self.node.tail = text

    def parent(self) -> XmlNode | None:
        if self.node is None:
            return None
        above = self.node if self.place == "text" else self.node.getparent()
        return None if above is None else self.document.wrap(above)


class XmlAttribute(XmlNode):
    """An attribute. clark: its name with the namespace; declared: the namespace that an xmlns attribute declares."""

    __slots__ = ("clark", "declared", "node", "own")
    net_type = ATTRIBUTE
    kind_name = "Attribute"

    def __init__(self, document: Document, node: Element | None, clark: str, declared: str | None = None) -> None:
        self.document = document
        self.node = node
        self.clark = clark
        self.declared = declared
        self.own = ""

    @property
    def name(self) -> str:
        uri, _, local = self.clark.rpartition("}")
        if not uri:
            return self.clark
        if uri[1:] == XML_NAMESPACE:
            return f"xml:{local}"
        known = self.node.nsmap if self.node is not None else {}
        return next((f"{prefix}:{local}" for prefix, one in known.items() if prefix and one == uri[1:]), local)

    @property
    def value(self) -> Any:
        if self.declared is not None:
            return self.declared
        return self.own if self.node is None else str(self.node.get(self.clark) or "")

    def set_text(self, text: str) -> None:
        if self.node is None:
            self.own = text
        elif self.declared is None:
            set_attribute(self.node, self.clark, text)

    def children(self) -> list[XmlNode]:
        return [XmlText(self.document, None, "text", self.value)] if self.value else []

    def outer_xml(self) -> str:
        return f'{self.name}="{escaped(self.value).replace(chr(34), "&quot;")}"'


class XmlDeclaration(XmlNode):
    """``<?xml version="1.0" ...?>``."""

    __slots__ = ("encoding", "standalone", "version")
    net_type = DECLARATION
    kind_name = "XmlDeclaration"

    def __init__(self, document: Document, version: str, encoding: str = "", standalone: str = "") -> None:
        self.document = document
        self.version = version
        self.encoding = encoding
        self.standalone = standalone

    @property
    def name(self) -> str:
        return "xml"

    @property
    def value(self) -> Any:
        pairs = (("version", self.version), ("encoding", self.encoding), ("standalone", self.standalone))
        return " ".join(f'{name}="{text}"' for name, text in pairs if text)

    def outer_xml(self) -> str:
        return f"<?xml {self.value}?>"

    def parent(self) -> XmlNode | None:
        return self.document if self.document.declaration is self else None


class XmlNodes(Enumerable):
    """A list of nodes."""

    __slots__ = ("nodes",)
    net_type = NODES

    def __init__(self, nodes: list[Any]) -> None:
        self.nodes = nodes

    def items(self) -> Iterator[Any]:
        return iter(self.nodes)


class XmlAttributes(XmlNodes):
    """The attributes of an element."""

    __slots__ = ("owner",)
    net_type = ATTRIBUTES

    def __init__(self, owner: XmlElement) -> None:
        super().__init__(list(owner.attributes()))
        self.owner = owner


def made(document: Document, node: Element) -> XmlTreeNode:
    """The node of the right kind."""
    if isinstance(node.tag, str):
        return XmlElement(document, node)
    return (XmlComment if is_comment(node) else XmlInstruction)(document, node)


def declared_here(node: Element) -> dict[str | None, str]:
    """The namespaces that this very element declares, by prefix."""
    above = node.getparent()
    known = above.nsmap if above is not None else {}
    return {prefix: uri for prefix, uri in node.nsmap.items() if known.get(prefix) != uri}


def escaped(text: str) -> str:
    """A text as it stands between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def spaced(text: str) -> str:
    """Empty elements with a space before their end, as .NET writes them."""
    return _EMPTY.sub(lambda found: " />" if found[0] == "/>" else found[0], text)


def _is_element(node: Any) -> bool:
    return isinstance(node.tag, str)


def _texts(node: Element) -> Iterator[str]:
    if _is_element(node) and node.text:
        yield node.text
    for one in node:
        if _is_element(one):
            yield from _texts(one)
        if one.tail:
            yield one.tail
