"""What scripts see of [xml] by name: the properties and methods of documents and nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from remora import _xml
from remora.engine.convert.conversion import convert_to
from remora.engine.convert.text import to_text
from remora.engine.types import xmldocument as d
from remora.engine.types import xmlediting as edit
from remora.engine.types import xmlnodes as x
from remora.engine.types.files import resolve
from remora.engine.types.registry import unwrap
from remora.engine.types.typeref import register
from remora.engine.wire.records import RECORDS
from remora.errors import LocalProtocolError
from remora.values.strings import XmlDocument

_NODE: Final = "System.Xml.XmlNode"
_ARGUMENT: Final = "System.ArgumentException"
_XML: Final = "System.Xml.XmlException"


def register_types() -> None:
    """The types of System.Xml."""
    register(
        x.NODE, x.LINKED, x.ELEMENT, x.ATTRIBUTE, x.CHARACTERS, x.TEXT, x.COMMENT, x.INSTRUCTION, x.DECLARATION,
        x.NODES, x.ATTRIBUTES, d.Document.net_type, d.MANAGER, d.NAME_TABLE,
    )  # fmt: skip


def create_element(document: d.Document, name: str, namespace: str | None = None) -> x.XmlNode:
    """CreateElement. Raises PSError XmlException for what is no name."""
    prefix, _, local = name.rpartition(":")
    try:
        if not namespace:
            return document.wrap(_xml.element(local))
        names: Any = {prefix or None: namespace}
        return document.wrap(_xml.element(f"{{{namespace}}}{local}", nsmap=names))
    except LocalProtocolError:
        raise d.refused(f"'{name}' is no valid name of an element.", _XML) from None


def _create_attribute(document: d.Document, name: str, namespace: str | None = None) -> x.XmlNode:
    local = name.rpartition(":")[2]
    return x.XmlAttribute(document, None, f"{{{namespace}}}{local}" if namespace else name)


def create_comment(document: d.Document, text: str) -> x.XmlNode:
    """CreateComment."""
    try:
        return document.wrap(_xml.comment(text))
    except LocalProtocolError as problem:
        raise d.refused(str(problem), _ARGUMENT) from None


def _text_node(document: d.Document, text: str) -> x.XmlNode:
    return x.XmlText(document, None, "text", text)


# -- documents ---------------------------------------------------------------------------------------------------------


def _load(document: d.Document, source: Any) -> None:
    source = unwrap(source)
    if isinstance(source, str):
        from remora.engine.types.fileops import decode_text

        with open(resolve(source), "rb") as file:
            document.read(decode_text(file.read()))
        return
    from remora.engine.members import invoke_member

    document.read(to_text(invoke_member(source, "ReadToEnd", [])))


def _save(document: d.Document, target: Any) -> None:
    target = unwrap(target)
    text = document.written()
    if not isinstance(target, str):
        from remora.engine.types.xmlwriting import XmlWriter

        if isinstance(target, XmlWriter):
            target.absorb(document)
            target.flush()
            return
        from remora.engine.members import invoke_member

        invoke_member(target, "Write", [text])
        return
    named = document.declaration is not None and document.declaration.encoding.lower() == "utf-8"
    with open(resolve(target), "wb") as file:
        file.write(text.encode("utf-8-sig" if named else "utf-8"))


def _select(node: x.XmlNode, expression: str, manager: Any = None) -> Any:
    names = manager.prefixes if isinstance(manager, d.NamespaceManager) else {}
    return x.XmlNodes(d.selected(node, expression, {prefix: uri for prefix, uri in names.items() if prefix}))


def _select_one(node: x.XmlNode, expression: str, manager: Any = None) -> Any:
    found = _select(node, expression, manager).nodes
    return found[0] if found else None


def _by_tag(node: x.XmlNode, name: str) -> Any:
    top = node.document.root if isinstance(node, d.Document) else getattr(node, "node", None)
    if top is None:
        return x.XmlNodes([])
    nodes = [node.document.wrap(one) for one in top.iter() if isinstance(one.tag, str)]
    return x.XmlNodes(
        [one for one in nodes if name in ("*", one.name) and (one is not node or isinstance(node, d.Document))]
    )


def _place(node: x.XmlNode) -> Any:
    return (node.node, node.place) if isinstance(node, x.XmlText) else node


def _sibling(node: x.XmlNode, step: int) -> Any:
    above = node.parent()
    if above is None:
        return None
    known = above.children()
    index = next((i for i, one in enumerate(known) if one is node), -1)
    if index < 0:
        index = next((i for i, one in enumerate(known) if _place(one) == _place(node)), -1)
    return known[index + step] if index >= 0 and 0 <= index + step < len(known) else None


def _first(node: x.XmlNode, index: int) -> Any:
    known = node.children()
    return known[index] if known else None


def _item(list_: x.XmlNodes, index: Any) -> Any:
    if isinstance(index, str):
        return next((one for one in list_.nodes if one.name == index), None)
    position = int(index)
    return list_.nodes[position] if -len(list_.nodes) <= position < len(list_.nodes) else None


def _declare_nodes() -> None:
    n = x.NODE

    def show(name: str, type_name: str, get: Callable[[Any], Any]) -> None:
        n.property(name, type_name, hidden=True)(get)

    show("Name", "System.String", lambda v: v.name)
    show("LocalName", "System.String", lambda v: v.name.rpartition(":")[2])
    show("Prefix", "System.String", lambda v: v.name.rpartition(":")[0])
    show("NamespaceURI", "System.String", _namespace)
    show("NodeType", "System.Xml.XmlNodeType", lambda v: convert_to(v.kind_name, "System.Xml.XmlNodeType"))
    show("Value", "System.String", lambda v: v.value)
    show("InnerText", "System.String", lambda v: v.inner_text())
    show("InnerXml", "System.String", lambda v: "".join(one.outer_xml() for one in v.children()))
    show("OuterXml", "System.String", lambda v: v.outer_xml())
    show("ParentNode", _NODE, lambda v: v.parent())
    show("ChildNodes", "System.Xml.XmlNodeList", lambda v: x.XmlNodes(v.children()))
    show("HasChildNodes", "System.Boolean", lambda v: bool(v.children()))
    show("FirstChild", _NODE, lambda v: _first(v, 0))
    show("LastChild", _NODE, lambda v: _first(v, -1))
    show("NextSibling", _NODE, lambda v: _sibling(v, 1))
    show("PreviousSibling", _NODE, lambda v: _sibling(v, -1))
    show("OwnerDocument", "System.Xml.XmlDocument", lambda v: None if v is v.document else v.document)
    show("Attributes", x.ATTRIBUTES.name, lambda v: x.XmlAttributes(v) if isinstance(v, x.XmlElement) else None)
    n.setter("Value")(lambda v, text: v.set_text(text))
    n.setter("InnerText")(lambda v, text: v.set_text(text))
    n.setter("InnerXml")(edit.set_inner_xml)
    n.method("AppendChild(System.Xml.XmlNode newChild)", returns=_NODE)(edit.append)
    n.method("PrependChild(System.Xml.XmlNode newChild)", returns=_NODE)(edit.prepend)
    n.method("InsertBefore(System.Xml.XmlNode newChild, System.Xml.XmlNode refChild)", returns=_NODE)(
        lambda v, new, old: edit.insert(v, new, old, after=old is None)
    )
    n.method("InsertAfter(System.Xml.XmlNode newChild, System.Xml.XmlNode refChild)", returns=_NODE)(
        lambda v, new, old: edit.insert(v, new, old, after=True)
    )
    n.method("RemoveChild(System.Xml.XmlNode oldChild)", returns=_NODE)(edit.remove)
    n.method("ReplaceChild(System.Xml.XmlNode newChild, System.Xml.XmlNode oldChild)", returns=_NODE)(edit.replace)
    n.method("RemoveAll()", returns="void")(edit.remove_all)
    n.method("Clone()", "CloneNode(bool deep)", returns=_NODE)(edit.clone)
    xpath = "string xpath", "string xpath, System.Xml.XmlNamespaceManager nsmgr"
    n.method(*(f"SelectNodes({one})" for one in xpath), returns="System.Xml.XmlNodeList")(_select)
    n.method(*(f"SelectSingleNode({one})" for one in xpath), returns=_NODE)(_select_one)


def _namespace(node: x.XmlNode) -> str:
    name = str(node.node.tag) if isinstance(node, x.XmlElement) else getattr(node, "clark", "")
    return str(name)[1:].partition("}")[0] if name.startswith("{") else ""


def _declare_elements() -> None:
    e = x.ELEMENT
    e.property("HasAttributes", "System.Boolean", hidden=True)(lambda v: bool(v.attributes()))
    e.property("IsEmpty", "System.Boolean", hidden=True)(lambda v: not v.children())
    e.method("GetAttribute(string name)", "GetAttribute(string localName, string namespaceURI)",
             returns="System.String")(edit.get_attribute)  # fmt: skip
    e.method("SetAttribute(string name, string value)",
             "SetAttribute(string localName, string namespaceURI, string value)")(edit.set_attribute)  # fmt: skip
    e.method("RemoveAttribute(string name)", returns="void")(edit.remove_attribute)
    e.method("HasAttribute(string name)", returns="System.Boolean")(lambda v, name: v.attribute(name) is not None)
    e.method("GetAttributeNode(string name)")(lambda v, name: v.attribute(name))
    e.method("SetAttributeNode(System.Xml.XmlAttribute newAttr)")(edit.put_attribute)
    e.method("GetElementsByTagName(string name)", returns=x.NODES.name)(_by_tag)
    x.ATTRIBUTE.property("OwnerElement", x.ELEMENT.name, hidden=True)(
        lambda v: None if v.node is None else v.document.wrap(v.node)
    )
    for kind in (x.NODES, x.ATTRIBUTES):
        kind.property("Count", "System.Int32", hidden=kind is x.ATTRIBUTES)(lambda v: len(v.nodes))
        kind.method("Item(object i)", "get_Item(object i)", "get_ItemOf(object i)")(_item)
    x.ATTRIBUTES.method("GetNamedItem(string name)")(_item)
    x.ATTRIBUTES.method("Append(System.Xml.XmlAttribute node)", "SetNamedItem(System.Xml.XmlNode node)")(
        lambda v, one: edit.put_attribute(v.owner, one)
    )
    x.ATTRIBUTES.method("RemoveNamedItem(string name)", returns="void")(
        lambda v, name: edit.remove_attribute(v.owner, name)
    )
    x.DECLARATION.property("Version", "System.String", hidden=True)(lambda v: v.version)
    x.DECLARATION.property("Encoding", "System.String", hidden=True)(lambda v: v.encoding)
    x.DECLARATION.property("Standalone", "System.String", hidden=True)(lambda v: v.standalone)


def _add_namespace(manager: d.NamespaceManager, prefix: str, uri: str) -> None:
    manager.prefixes[prefix] = uri


def _declare_documents() -> None:
    t = d.Document.net_type
    t.constructor("()")(d.Document)
    t.property("DocumentElement", x.ELEMENT.name, hidden=True)(lambda v: v.element())
    t.property("PreserveWhitespace", "System.Boolean", hidden=True)(lambda v: v.keep_space)
    t.setter("PreserveWhitespace")(lambda v, keep: setattr(v, "keep_space", keep))
    t.property("NameTable", "System.Xml.XmlNameTable", hidden=True)(lambda v: d.NameTable())
    t.method("LoadXml(string xml)", returns="void")(lambda v, text: v.read(text))
    t.method("Load(object source)", returns="void")(_load)
    t.method("Save(object target)", returns="void")(_save)
    names = "string name", "string qualifiedName, string namespaceURI"
    t.method(*(f"CreateElement({one})" for one in names), returns=x.ELEMENT.name)(create_element)
    t.method(*(f"CreateAttribute({one})" for one in names), returns=x.ATTRIBUTE.name)(_create_attribute)
    t.method("CreateTextNode(string text)", "CreateCDataSection(string data)", returns=x.TEXT.name)(_text_node)
    t.method("CreateComment(string data)", returns=x.COMMENT.name)(create_comment)
    t.method("CreateXmlDeclaration(string version, string encoding, string standalone)", returns=x.DECLARATION.name)(
        lambda v, version, encoding, alone: x.XmlDeclaration(v, version, encoding or "", alone or "")
    )
    t.method("ImportNode(System.Xml.XmlNode node, bool deep)", returns=_NODE)(
        lambda v, node, deep: edit.clone(node, deep, v)
    )
    t.method("GetElementsByTagName(string name)", returns=x.NODES.name)(_by_tag)
    m = d.MANAGER
    m.constructor("(object nameTable)")(d.NamespaceManager)
    m.method("AddNamespace(string prefix, string uri)", returns="void")(_add_namespace)
    m.method("LookupNamespace(string prefix)", returns="System.String")(lambda v, prefix: v.prefixes.get(prefix))


RECORDS[d.Document] = lambda document, nested: XmlDocument(document.outer_xml())
_declare_nodes()
_declare_elements()
_declare_documents()
