"""What the winrm tool prints: a representation as indented text, or as XML (winrm-config-and-auth 5.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Final

from remora import _xml
from remora._xml import Element
from remora.errors import ConfigError, WSManFault

RESULTS: Final = "http://schemas.dmtf.org/wbem/wsman/1/wsman/results"
_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_WSMAN: Final = "{http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd}"
_INDENT: Final = "    "


class Format(Enum):
    """-format: what a representation is printed as."""

    TEXT = "text"
    XML = "xml"
    PRETTY = "pretty"

    @classmethod
    def parse(cls, text: str) -> Format:
        """Read a name; ``#pretty`` is an old spelling of ``pretty``. Raises ConfigError."""
        try:
            return cls(text.strip().lstrip("#").lower() or "text")
        except ValueError:
            raise ConfigError(f"-format:{text}: text, xml or pretty") from None


def one(element: Element, how: Format) -> str:
    """Return a representation as it is printed, with its line end."""
    if how is Format.TEXT:
        return "\n".join(lines(element)) + "\n"
    return _as_xml(element, how)


def many(elements: Sequence[Element], how: Format) -> str:
    """Return the items of an enumeration: each with a blank line after it, or below one root."""
    if how is Format.TEXT:
        return "".join(one(element, how) + "\n" for element in elements)
    root = _xml.element(f"{{{RESULTS}}}Results", nsmap={"wsman": RESULTS})
    root.extend(elements)
    return _as_xml(root, how)


def lines(element: Element, depth: int = 0) -> Iterator[str]:
    """Go through the lines of a representation."""
    if depth == 0 and _xml.tag_of(element) == _WSMAN + "XmlFragment":
        yield from _fragment(element)
        return
    yield _INDENT * depth + _xml.local_name(element)
    for name, value in ((str(name), str(value)) for name, value in element.items()):
        if not name.startswith("{") and name != "Source":  # plug-ins keep their settings in attributes
            yield f"{_INDENT * (depth + 1)}{name} = {value}"
    if _xml.local_name(element) == "SelectorSet":
        keys = ", ".join(f"{child.get('Name')} = {child.text or ''}" for child in element)
        yield f"{_INDENT * (depth + 1)}Selector: {keys}"
        return
    done: set[str] = set()
    children = list(element)
    for child in children:
        name = _xml.tag_of(child)
        if name in done:
            continue
        same = [other for other in children if other.tag == child.tag]
        if any(len(other) or set(map(str, other.attrib)) - {_NIL, "Source"} for other in same):
            yield from lines(child, depth + 1)
            continue
        done.add(name)
        yield _leaf(child, same, depth + 1)


def _leaf(element: Element, same: Sequence[Element], depth: int) -> str:
    name = _INDENT * depth + _xml.local_name(element)
    source = f' [Source="{element.get("Source")}"]' if element.get("Source") else ""
    if len(same) == 1 and (element.get(_NIL) or "").lower() in ("true", "1"):
        return f"{name} = null{source}"
    texts = [(other.text or "").strip() for other in same]
    if texts == [""]:
        return name + source
    return f"{name} = {', '.join(texts)}{source}"


def _fragment(element: Element) -> Iterator[str]:
    yield f"XmlFragment = {(element.text or '').strip()}" if not len(element) else "XmlFragment"
    for child in element:
        yield _leaf(child, [child], 1)


def _as_xml(element: Element, how: Format) -> str:
    return _xml.indented(element) + "\n" if how is Format.PRETTY else _xml.outer(element) + "\n"


def failure(fault: WSManFault) -> str:
    """Return what is said of a fault: its text, its number both ways."""
    number = fault.code
    signed = number - (1 << 32) if number >= 1 << 31 else number
    machine = f"\n    Machine = {fault.machine}" if fault.machine else ""
    return (
        f"WSManFault\n    Code = {number}{machine}\n    Message = {fault.message.strip()}\n\n"
        f"Error number:  {signed} 0x{number:08X}\n{fault.message.strip()}\n"
    )
