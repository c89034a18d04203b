"""The one door to XML: a safe parser and tree helpers for the small, text rules for the streaming codec.

Nothing else in remora imports an XML library or joins markup. Input from a peer meets fixed limits, no DTD, no entity
declaration, no processing instruction and no network; whatever is wrong with it comes out as RemoteProtocolError or
LimitExceeded.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from lxml import etree

from remora.errors import LimitExceeded, LocalProtocolError, RemoteProtocolError, UnknownEncoding

Element: TypeAlias = etree._Element

MAX_SIZE: Final = 32 * 1024 * 1024
MAX_DEPTH: Final = 200
MAX_ELEMENTS: Final = 1_000_000

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_FIRST_ELEMENT = re.compile(r"<[^?!]")
_LIBXML_TEXT_LIMIT: Final = 10_000_000
_LIBXML_DEPTH_LIMIT: Final = 256
for _name in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
    codecs.lookup(_name)  # loaded now: a process that gives its rights up later may not be able to read them then
_ENCODINGS: Final = frozenset({"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii"})


def parse(
    data: bytes | str, *, max_size: int = MAX_SIZE, max_depth: int = MAX_DEPTH, max_elements: int = MAX_ELEMENTS
) -> Element:
    """Return the root of a well-formed document in UTF-8 or UTF-16 (by byte order mark or declaration).

    max_size: bytes, or characters of a str. Raises LimitExceeded beyond a limit, RemoteProtocolError on everything
    else that is wrong, a DOCTYPE and processing instructions among them.
    """
    text = decoded(data, max_size=max_size)
    first = _FIRST_ELEMENT.search(text)
    if "<!DOCTYPE" in text[: first.start() if first else len(text)]:
        raise RemoteProtocolError("XML document type declaration refused")
    if text.count("<") - text.count("</") > max_elements:
        raise LimitExceeded("XML has too many elements")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        huge_tree=len(text) > _LIBXML_TEXT_LIMIT or max_depth > _LIBXML_DEPTH_LIMIT,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.LxmlError, ValueError, UnicodeError) as error:
        reason = _reason(error)
        if "Excessive depth" in reason:
            raise LimitExceeded("XML nested too deeply") from None
        raise RemoteProtocolError(f"not well-formed XML: {reason}") from None
    # without "<!" there is no entity but the predefined ones, and what is open at once has an end tag each
    if "<!" in text or "<?" in text or text.count("</") >= max_depth:
        _check_tree(root, max_depth, has_instructions="<?" in text)
    return root


def parse_document(data: bytes | str) -> Element:
    """Return the root of a document with its comments and processing instructions; limits and errors as ``parse``."""
    text = decoded(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, strip_cdata=False, encoding="utf-8"
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.LxmlError, ValueError, UnicodeError) as error:
        raise RemoteProtocolError(f"not well-formed XML: {_reason(error)}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise RemoteProtocolError("XML document type declaration refused")
    if next(root.iter(etree.Entity), None) is not None:
        raise RemoteProtocolError("XML entity reference refused")
    return root


def comment(text: str) -> Element:
    """Build a comment; ``--`` in it raises LocalProtocolError."""
    try:
        return etree.Comment(text)
    except ValueError as error:
        raise LocalProtocolError(f"cannot be written as XML: {_reason(error)}") from None


def is_comment(node: Element) -> bool:
    """Tell a comment; what is neither that nor an element is a processing instruction."""
    return isinstance(node, etree._Comment)


def select(node: Element, expression: str, namespaces: dict[str, str]) -> Any:
    """What an XPath expression gives: a list of nodes and of texts that know their parents, or a value.

    Raises ValueError.
    """
    try:
        return node.xpath(expression, namespaces=namespaces)
    except etree.XPathError as error:
        raise ValueError(_reason(error)) from None


def indented(node: Element, space: str = "  ") -> str:
    """The element as text, each element on a line of its own; the node itself stays as it is."""
    copied = etree.fromstring(etree.tostring(node, with_tail=False))
    etree.indent(copied, space)
    return str(etree.tostring(copied, encoding="unicode"))


def outer(node: Element) -> str:
    """The node as text, without what follows it."""
    return str(etree.tostring(node, encoding="unicode", with_tail=False))


def _check_tree(root: Element, max_depth: int, *, has_instructions: bool) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise RemoteProtocolError("XML document type declaration refused")
    if has_instructions and (
        root.getprevious() is not None
        or root.getnext() is not None
        or next(root.iter(etree.ProcessingInstruction), None) is not None
    ):
        raise RemoteProtocolError("XML processing instruction refused")
    depth = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > max_depth:
            raise LimitExceeded("XML nested too deeply")
        if not isinstance(node.tag, str):
            raise RemoteProtocolError("XML entity reference refused")


def decoded(data: bytes | str, *, max_size: int = MAX_SIZE) -> str:
    """Return the document as text without byte order mark and XML declaration.

    Only UTF-8, UTF-16 and ASCII are accepted; a declared encoding that contradicts the bytes is an error.
    """
    if len(data) > max_size:
        raise LimitExceeded(f"XML document of {len(data)} is larger than {max_size}")
    text = data.removeprefix("\ufeff") if isinstance(data, str) else _decoded_bytes(data)
    if text.startswith("<?xml"):
        end = text.find("?>")
        if end < 0 or text[5:6] not in " \t\r\n":
            raise RemoteProtocolError("not well-formed XML: declaration without an end")
        text = text[end + 2 :]
    return text


def _decoded_bytes(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif data[:4] == b"<\x00?\x00" or data[:2] == b"<\x00":
        encoding = "utf-16-le"
    elif data[:2] == b"\x00<":
        encoding = "utf-16-be"
    else:
        encoding = "utf-8-sig"
        declared = _DECLARED.match(data[:200])
        if declared is not None and declared[1].decode("ascii").lower() not in _ENCODINGS:
            raise UnknownEncoding("XML encoding is neither UTF-8 nor UTF-16")
    try:
        return data.decode(encoding)
    except UnicodeError:
        raise RemoteProtocolError(f"XML text is not {encoding}") from None


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeError):
        return "half of a surrogate pair, which cannot be written as UTF-8"
    text = error.msg if isinstance(error, SyntaxError) else str(error)  # str() of those adds a file's name
    return (text.splitlines() or [type(error).__name__])[0][:200]


def element(
    qname: str, text: str | None = None, *children: Element, nsmap: dict[str, str] | None = None, **attrs: str
) -> Element:
    """Build an element: ``qname`` in Clark notation ``{namespace}local``, optional text, children, plain attributes.

    Attributes with a namespace are set with ``set``. Characters XML cannot hold raise LocalProtocolError.
    """
    try:
        node = etree.Element(qname, attrs, nsmap)
        if text is not None:
            node.text = text
    except ValueError as error:
        raise LocalProtocolError(f"cannot be written as XML: {_reason(error)}") from None
    node.extend(children)
    return node


def child(
    parent: Element, qname: str, text: str | None = None, *, nsmap: dict[str, str] | None = None, **attrs: str
) -> Element:
    """Append a new element to ``parent`` and return it; errors as ``element``."""
    node = element(qname, text, nsmap=nsmap, **attrs)
    parent.append(node)
    return node


def sub(
    parent: Element,
    qname: str,
    text: str | None = None,
    attributes: dict[str, str] | None = None,
    nsmap: Any = None,
) -> Element:
    """Append a new element; attributes may have Clark names, nsmap maps prefixes to URIs. Errors as ``element``."""
    try:
        node = etree.SubElement(parent, qname, attributes, nsmap)
        if text is not None:
            node.text = text
    except ValueError as error:
        raise LocalProtocolError(f"cannot be written as XML: {_reason(error)}") from None
    return node


def set_attribute(node: Element, qname: str, value: str) -> None:
    """Set an attribute whose name may be in Clark notation; errors as ``element``."""
    try:
        node.set(qname, value)
    except ValueError as error:
        raise LocalProtocolError(f"cannot be written as XML: {_reason(error)}") from None


def tag_of(node: Element) -> str:
    """Return the tag in Clark notation; ``parse`` lets nothing through whose tag is not text."""
    return node.tag


def local_name(node: Element) -> str:
    """Return the tag without its namespace."""
    return str(node.tag).rpartition("}")[2]


def serialize(node: Element, encoding: str = "utf-8") -> bytes:
    """Return the element as a document without a declaration; UTF-16 is little-endian with a byte order mark."""
    if encoding.lower().replace("-", "") == "utf16":
        text: Any = etree.tostring(node, encoding="unicode", with_tail=False)
        return b"\xff\xfe" + str(text).encode("utf-16-le")
    out: Any = etree.tostring(node, encoding=encoding, xml_declaration=False, with_tail=False)
    return bytes(out)


class Template:
    """A document in which some texts vary. document: with a mark in the place of each, in the order of ``marks``.

    A mark stands for the whole text of an element or the whole value of an attribute. Raises ValueError when one is
    missing.
    """

    __slots__ = ("_end", "_pieces")

    def __init__(self, document: bytes, marks: Sequence[str]) -> None:
        self._pieces: list[bytes] = []
        for mark in marks:
            before, found, document = document.partition(mark.encode("ascii"))
            if not found:
                raise ValueError(f"the document has no mark {mark}")
            self._pieces.append(before)
        self._end = document

    def fill(self, *values: str | bytes) -> bytes:
        """Return the document as UTF-8 with the values in the places of the marks; errors as ``element``.

        A value in bytes needs no escape: base64.
        """
        parts: list[bytes] = []
        for piece, value in zip(self._pieces, values, strict=True):
            parts.append(piece)
            parts.append(value if isinstance(value, bytes) else _escaped(value))
        parts.append(self._end)
        return b"".join(parts)


def _escaped(text: str) -> bytes:
    if text.isascii() and text.isprintable():
        if "&" not in text and "<" not in text and ">" not in text and '"' not in text:
            return text.encode("ascii")
    elif not is_writable(text):
        raise LocalProtocolError("cannot be written as XML: characters XML does not have")
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").translate(_IN_ATTRIBUTE)
    return text.encode("utf-8")


def is_writable(text: str) -> bool:
    """Tell whether every character of ``text`` may stand in XML 1.0."""
    return _NOT_XML.search(text) is None


def printable(text: str) -> str:
    """Return the text with every character that XML 1.0 cannot hold replaced by U+FFFD."""
    return _NOT_XML.sub("\ufffd", text)


# --- the flat form the streaming codec reads and writes -----------------------------------------------------------

_UNMARKED: Final = bytes(set(range(256)) - set(b"<>") - (set(range(0x20)) - set(b"\t\n\r")))
_ENTITY = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));|&")
_IN_ATTRIBUTE: Final = str.maketrans({'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


def plain(data: bytes | str, *, max_size: int, max_tags: int) -> str | None:
    """Return the text of a document that ``tokens`` may split, None for any other.

    Plain is: no comment, CDATA, declaration or instruction inside, no ``<`` or ``>`` but around tags, no character
    XML forbids. ``canonical`` makes a document plain or refuses it. Line ends are normalised. Raises LimitExceeded
    beyond max_size bytes or max_tags tags, RemoteProtocolError for undecodable bytes.
    """
    text = decoded(data, max_size=max_size)
    try:
        raw = text.encode("utf-8")
    except UnicodeEncodeError:
        raise RemoteProtocolError("XML text holds a surrogate") from None
    marks = raw.translate(None, _UNMARKED)
    count = len(marks) // 2
    if count > max_tags:
        raise LimitExceeded(f"XML has more than {max_tags} tags")
    if marks != b"<>" * count or "<!" in text or "<?" in text:
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii() and ("\ufffe" in text or "\uffff" in text):
        return None
    return text


def tokens(text: str) -> list[str]:
    """Split a plain document into ``[text, tag, text, tag, ..., text]`` without looking into the tags.

    Tags come without angle brackets: ``Obj RefId="0"``, ``/Obj``, ``Nil /``. Whoever reads them checks names,
    attributes, nesting and (with ``unescape``) entities, and refuses the rest.
    """
    return text.replace(">", "<").split("<")


def canonical(data: bytes | str, *, max_size: int, max_depth: int, max_elements: int) -> str:
    """Return the document rewritten plainly, so that ``plain`` accepts it; errors and limits as ``parse``."""
    root = parse(data, max_size=max_size, max_depth=max_depth, max_elements=max_elements)
    return str(etree.tostring(root, encoding="unicode", with_tail=False))


def unescape(text: str) -> str:
    """Replace the predefined entities and character references; any other ampersand raises RemoteProtocolError."""
    if "&" not in text:
        return text
    if "&#" not in text:
        named = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&apos;", "'")
        if named.count("&") == named.count("&amp;"):
            return named.replace("&amp;", "&")
    return _ENTITY.sub(_entity, text)


def _entity(match: re.Match[str]) -> str:
    if match[1] is not None:
        return _NAMED[match[1]]
    number = int(match[2]) if match[2] else int(match[3], 16) if match[3] else -1
    if not 0 <= number <= 0x10FFFF or _NOT_XML.match(chr(number)):
        raise RemoteProtocolError("XML entity or character reference refused")
    return chr(number)


def escape(text: str) -> str:
    """Return character data with ``&``, ``<`` and ``>`` escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def start_tag(name: str, attributes: dict[str, str] | None = None, *, empty: bool = False) -> str:
    """Return ``<name key="value">``, or ``<name ... />`` when empty.

    Values are escaped; names are the caller's constants. Raises LocalProtocolError for a value XML cannot hold.
    """
    parts = [name]
    for key, value in (attributes or {}).items():
        if not is_writable(value):
            raise LocalProtocolError("cannot be written as an XML attribute")
        quoted = escape(value).translate(_IN_ATTRIBUTE)
        parts.append(f'{key}="{quoted}"')
    return f"<{' '.join(parts)}{' /' if empty else ''}>"


def end_tag(name: str) -> str:
    """Return ``</name>``."""
    return f"</{name}>"
