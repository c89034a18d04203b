"""Enumerate, Pull and Release, both ways (wire-protocol 2.6; WS-Enumeration, DSP0226 8)."""

from __future__ import annotations

from copy import deepcopy
from typing import Final

from remora import _xml
from remora._xml import Element
from remora.wsman import uris
from remora.wsman.bodies import RSP, expect, read_int
from remora.wsman.envelope import decode_selectors, encode_selectors
from remora.wsman.faults import SchemaValidationError, make_fault
from remora.wsman.headers import Headers, SelectorSet
from remora.wsman.replies import CommandInfo, Enumerated, ShellInfo
from remora.wsman.requests import Enumerate, EnumerationMode, Filter, Pull, Release
from remora.wsman.shell_replies import (
    decode_command_info,
    decode_shell_info,
    encode_command_info,
    encode_shell_info,
    require,
)

_N, _W = f"{{{uris.NS_ENUMERATION}}}", f"{{{uris.NS_WSMAN}}}"
_NSMAP: Final[dict[str | None, str]] = {"n": uris.NS_ENUMERATION}


def encode_enumerate(body: Element, request: Enumerate) -> None:
    """Write n:Enumerate."""
    root = _xml.sub(body, _N + "Enumerate", nsmap=_NSMAP)
    if request.optimize:
        _xml.sub(root, _W + "OptimizeEnumeration")
    if request.max_elements is not None:
        _xml.sub(root, _W + "MaxElements", str(request.max_elements))
    if request.mode is not EnumerationMode.OBJECT:
        _xml.sub(root, _W + "EnumerationMode", request.mode.value)
    if request.filter is not None:
        chosen = _xml.sub(root, _W + "Filter", request.filter.text, {"Dialect": request.filter.dialect})
        if request.filter.selectors.items:
            encode_selectors(_xml.sub(chosen, _W + "SelectorSet"), request.filter.selectors)


def decode_enumerate(headers: Headers, content: Element | None) -> Enumerate:
    """Read n:Enumerate. Raises SchemaValidationError, InvalidBody, InvalidSelectors, UnsupportedFeature."""
    optimize = False
    max_elements: int | None = None
    chosen: Filter | None = None
    mode = EnumerationMode.OBJECT
    for child in expect(content, _N + "Enumerate"):
        if child.tag == _W + "OptimizeEnumeration":
            optimize = True
        elif child.tag == _W + "MaxElements":
            max_elements = _max_elements(child)
        elif child.tag == _W + "EnumerationMode":
            mode = _mode((child.text or "").strip())
        elif child.tag == _W + "Filter":
            chosen = _filter(child)
        elif child.tag in (_N + "EndTo", _N + "Expires", _N + "Filter"):
            raise make_fault(0x80338042, "Expires, EndTo and filters of WS-Enumeration are not supported")
    return Enumerate(
        resource_uri=headers.resource_uri or "",
        optimize=optimize,
        max_elements=max_elements,
        filter=chosen,
        mode=mode,
        selectors=headers.selectors,
        options=headers.options,
    )


def _max_elements(element: Element) -> int:
    number = read_int(element)
    if number < 1:
        raise SchemaValidationError("MaxElements is below 1")
    return number


def _mode(text: str) -> EnumerationMode:
    if not text or text == "EnumerateObject":
        return EnumerationMode.OBJECT
    try:
        return EnumerationMode(text)
    except ValueError as error:
        raise make_fault(0x80338042, "the EnumerationMode is not known") from error


def _filter(element: Element) -> Filter:
    dialect = (element.get("Dialect") or "").strip()
    selectors = SelectorSet()
    for child in element:
        if child.tag == _W + "SelectorSet":
            selectors = decode_selectors(child)
    text = element.text if not len(element) else None
    return Filter(dialect=dialect, selectors=selectors, text=text)


def encode_pull(body: Element, request: Pull) -> None:
    """Write n:Pull."""
    root = _xml.sub(body, _N + "Pull", nsmap=_NSMAP)
    _xml.sub(root, _N + "EnumerationContext", request.context)
    if request.max_elements is not None:
        _xml.sub(root, _N + "MaxElements", str(request.max_elements))


def decode_pull(headers: Headers, content: Element | None) -> Pull:
    """Read n:Pull. Raises SchemaValidationError, InvalidBody."""
    root = expect(content, _N + "Pull")
    max_elements: int | None = None
    for child in root:
        if child.tag == _N + "MaxElements":
            max_elements = _max_elements(child)
    return Pull(
        resource_uri=headers.resource_uri or "",
        context=_context(root),
        max_elements=max_elements,
        selectors=headers.selectors,
        options=headers.options,
    )


def encode_release(body: Element, request: Release) -> None:
    """Write n:Release."""
    _xml.sub(_xml.sub(body, _N + "Release", nsmap=_NSMAP), _N + "EnumerationContext", request.context)


def decode_release(headers: Headers, content: Element | None) -> Release:
    """Read n:Release. Raises SchemaValidationError, InvalidBody."""
    return Release(
        resource_uri=headers.resource_uri or "",
        context=_context(expect(content, _N + "Release")),
        selectors=headers.selectors,
        options=headers.options,
    )


def _context(root: Element) -> str:
    for child in root:
        if child.tag == _N + "EnumerationContext":
            return (child.text or "").strip()
    raise SchemaValidationError("the EnumerationContext is missing")


def encode_enumerated(body: Element, reply: Enumerated, *, pull: bool) -> None:
    """Write n:EnumerateResponse or n:PullResponse; Items and EndOfSequence change their namespace between the two."""
    root = _xml.sub(body, _N + ("PullResponse" if pull else "EnumerateResponse"))
    if not pull or not reply.end:
        _xml.sub(root, _N + "EnumerationContext", reply.context or "")
    prefix = _N if pull else _W
    if reply.items:
        items = _xml.sub(root, prefix + "Items")
        for item in reply.items:
            if isinstance(item, ShellInfo):
                encode_shell_info(items, item)
            elif isinstance(item, CommandInfo):
                encode_command_info(items, item)
            else:
                items.append(deepcopy(item))
    if reply.end:
        _xml.sub(root, prefix + "EndOfSequence")


def decode_enumerated(content: Element | None, *, pull: bool) -> Enumerated:
    """Read either response; Items and EndOfSequence are taken in either namespace."""
    root = require(content, _N + ("PullResponse" if pull else "EnumerateResponse"))
    context: str | None = None
    end = False
    items: list[ShellInfo | CommandInfo | Element] = []
    for child in root:
        if child.tag == _N + "EnumerationContext":
            context = (child.text or "").strip() or None
        elif child.tag in (_N + "EndOfSequence", _W + "EndOfSequence"):
            end = True
        elif child.tag in (_N + "Items", _W + "Items"):
            items.extend(_item(item) for item in child)
    return Enumerated(items=tuple(items), context=context, end=end or context is None)


def _item(element: Element) -> ShellInfo | CommandInfo | Element:
    if element.tag == RSP + "Shell":
        return decode_shell_info(element)
    if element.tag == RSP + "Command":
        return decode_command_info(element)
    return element
