"""Changes to the tree of an [xml] document: children put in, taken out and copied, attributes set."""

from __future__ import annotations

import copy
from typing import Any, Final

from remora import _xml
from remora.engine.nothing import NOTHING
from remora.engine.types import xmldocument as d
from remora.engine.types import xmlnodes as x
from remora.engine.types.registry import unwrap
from remora.errors import LocalProtocolError

_ARGUMENT: Final = "System.ArgumentException"
_XML: Final = "System.Xml.XmlException"
_WRONG: Final = (
    "The specified node cannot be inserted as the valid child of this node, because the specified node is the wrong "
    "type."
)


def append(target: x.XmlNode, child: Any) -> Any:
    """AppendChild."""
    return insert(target, child, None, after=True)


def prepend(target: x.XmlNode, child: Any) -> Any:
    """PrependChild."""
    children = target.children()
    return insert(target, child, children[0] if children else None, after=False)


def insert(target: x.XmlNode, child: Any, reference: Any, *, after: bool) -> Any:
    """Put a node in, before or after another one; None: at the end."""
    child, reference = unwrap(child), unwrap(reference)
    if not isinstance(child, x.XmlNode):
        raise d.refused("The node to be inserted is null.", _ARGUMENT)
    if child.document is not target.document:
        raise d.refused("The node to be inserted is from a different document context.", _ARGUMENT)
    if isinstance(target, d.Document):
        return _insert_top(target, child)
    if not isinstance(target, x.XmlElement) or not isinstance(child, x.XmlTreeNode | x.XmlText):
        raise d.refused(_WRONG)
    if isinstance(child, x.XmlText):
        _insert_text(target, child)
        return child
    if child.node is target.node or child.node in target.node.iterancestors():
        raise d.refused("Cannot insert a node or any ancestor of that node as a child of itself.", _ARGUMENT)
    d.take(child.node)
    place = reference.node if isinstance(reference, x.XmlTreeNode) else None
    if place is None or place.getparent() is not target.node:
        if reference is None or after:
            target.node.append(child.node)
        else:
            target.node.insert(0, child.node)
    elif after:
        place.addnext(child.node)
    else:
        place.addprevious(child.node)
    return child


def _insert_text(target: x.XmlElement, child: x.XmlText) -> None:
    text = child.value
    last = target.node[-1] if len(target.node) else None
    if last is None:
        target.node.text = (target.node.text or "") + text
        child.node, child.place = target.node, "text"
    else:
        last.tail = (last.tail or "") + text
        child.node, child.place = last, "tail"


def _insert_top(document: d.Document, child: x.XmlNode) -> Any:
    if isinstance(child, x.XmlDeclaration):
        document.declaration = child
    elif isinstance(child, x.XmlElement):
        if document.root is not None and document.root is not child.node:
            raise d.refused("This document already has a 'DocumentElement' node.")
        d.take(child.node)
        document.root = child.node
    elif isinstance(child, x.XmlTreeNode):
        (document.before if document.root is None else document.after).append(child.node)
    else:
        raise d.refused(_WRONG)
    return child


def remove(target: x.XmlNode, child: Any) -> Any:
    """RemoveChild: the node, now outside of the tree."""
    child = unwrap(child)
    if isinstance(target, d.Document) and child in target.children():
        if isinstance(child, x.XmlDeclaration):
            target.declaration = None
        elif child.node is target.root:
            target.root = None
        else:
            (target.before if child.node in target.before else target.after).remove(child.node)
    elif isinstance(child, x.XmlText) and child.parent() is target:
        child.own, text = child.value, ""
        child.set_text(text)
        child.node = None
    elif isinstance(child, x.XmlTreeNode) and child.parent() is target:
        d.take(child.node)
    else:
        raise d.refused("The node to be removed is not a child of this node.", _ARGUMENT)
    return child


def remove_all(target: x.XmlNode) -> None:
    """RemoveAll: children and attributes."""
    if isinstance(target, x.XmlElement):
        target.set_text("")
        target.node.text = None
        target.node.attrib.clear()
    elif isinstance(target, d.Document):
        target.clear()


def replace(target: x.XmlNode, new: Any, old: Any) -> Any:
    """ReplaceChild: the old node."""
    old = unwrap(old)
    if isinstance(target, d.Document):
        remove(target, old)
        insert(target, new, None, after=True)
    else:
        insert(target, new, old, after=False)
        remove(target, old)
    return old


def clone(node: x.XmlNode, deep: bool = True, document: d.Document | None = None) -> Any:
    """CloneNode and ImportNode: a copy that belongs to the document and is in no tree."""
    document = document or node.document
    if isinstance(node, d.Document):
        return d.document_of(node.outer_xml())
    if isinstance(node, x.XmlAttribute):
        made = x.XmlAttribute(document, None, node.clark)
        made.own = node.value
        return made
    if not isinstance(node, x.XmlTreeNode):
        return x.XmlText(document, None, "text", node.inner_text())
    copied = copy.deepcopy(node.node)
    copied.tail = None
    if not deep and isinstance(copied.tag, str):
        for one in list(copied):
            copied.remove(one)
        copied.text = None
    return document.wrap(copied)


def set_inner_xml(node: x.XmlNode, text: str) -> None:
    """Read the children anew from text."""
    if isinstance(node, d.Document):
        node.read(text)
        return
    if not isinstance(node, x.XmlElement):
        node.set_text(text)
        return
    names = "".join(f' xmlns{f":{p}" if p else ""}="{x.escaped(u)}"' for p, u in node.node.nsmap.items())
    read = d.document_of(f"<r{names}>{text}</r>")
    node.set_text("")
    node.node.text = read.root.text if read.root is not None else None
    for one in list(read.root) if read.root is not None else ():
        node.node.append(one)


# -- attributes --------------------------------------------------------------------------------------------------------


def get_attribute(node: x.XmlElement, name: str, namespace: str | None = None) -> str:
    """The text of an attribute, empty without one."""
    if namespace:
        return str(node.node.get(f"{{{namespace}}}{name}") or "")
    found = node.attribute(name)
    return "" if found is None else str(found.value)


def set_attribute(node: x.XmlElement, name: str, *values: Any) -> Any:
    """SetAttribute by name, which gives nothing, or by local name and namespace, which gives the value."""
    namespace, value = (values[0], values[1]) if len(values) == 2 else (None, values[0])
    if name == "xmlns" or name.startswith("xmlns:"):
        raise d.refused("Declared namespaces of an element cannot be changed.", "System.NotSupportedException")
    try:
        clark = f"{{{namespace}}}{name.rpartition(':')[2]}" if namespace else node.clark(name)
        _xml.set_attribute(node.node, clark, value or "")
    except LocalProtocolError:
        raise d.refused(f"'{name}' is no valid name of an attribute.", _XML) from None
    return value if len(values) == 2 else NOTHING


def put_attribute(node: x.XmlElement, attribute: Any) -> Any:
    """SetAttributeNode and Append."""
    attribute = unwrap(attribute)
    if not isinstance(attribute, x.XmlAttribute):
        raise d.refused("The node to be inserted is no attribute.", _ARGUMENT)
    value = attribute.value
    attribute.node = node.node
    attribute.set_text(value)
    return attribute


def remove_attribute(node: x.XmlElement, name: str) -> None:
    """RemoveAttribute."""
    node.node.attrib.pop(node.clark(name), "")
