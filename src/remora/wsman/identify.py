"""Identify, both ways (DSP0226 11; wire-protocol 2.5)."""

from __future__ import annotations

from typing import Final

from remora import _xml
from remora._xml import Element
from remora.wsman import uris
from remora.wsman.replies import Identified
from remora.wsman.shell_replies import require

_ID = f"{{{uris.NS_IDENTITY}}}"
_NSMAP: Final[dict[str | None, str]] = {"wsmid": uris.NS_IDENTITY}
IDENTIFY_TAG: Final = _ID + "Identify"
IDENTIFY_TAGS: Final = (IDENTIFY_TAG, f"{{{uris.NS_IDENTIFY}}}Identify")
"""What a request may be called."""


def encode_identify(body: Element) -> None:
    """Write wsmid:Identify."""
    _xml.sub(body, IDENTIFY_TAG, nsmap=_NSMAP)


def encode_identified(body: Element, reply: Identified) -> None:
    """Write wsmid:IdentifyResponse."""
    root = _xml.sub(body, _ID + "IdentifyResponse", nsmap=_NSMAP)
    _xml.sub(root, _ID + "ProtocolVersion", reply.protocol_version)
    _xml.sub(root, _ID + "ProductVendor", reply.product_vendor)
    _xml.sub(root, _ID + "ProductVersion", reply.product_version)
    if reply.security_profiles:
        profiles = _xml.sub(root, _ID + "SecurityProfiles")
        for profile in reply.security_profiles:
            _xml.sub(profiles, _ID + "SecurityProfileName", profile)


def identified_element(reply: Identified) -> Element:
    """Return wsmid:IdentifyResponse as an element of its own."""
    parent = _xml.element("body")
    encode_identified(parent, reply)
    return parent[0]


def decode_identified(content: Element | None) -> Identified:
    """Read wsmid:IdentifyResponse; absent texts become empty."""
    other = f"{{{uris.NS_IDENTIFY}}}"
    space = other if content is not None and str(content.tag).startswith(other) else _ID
    root = require(content, space + "IdentifyResponse")
    texts = {child.tag: (child.text or "").strip() for child in root}
    return Identified(
        protocol_version=texts.get(space + "ProtocolVersion", ""),
        product_vendor=texts.get(space + "ProductVendor", ""),
        product_version=texts.get(space + "ProductVersion", ""),
        security_profiles=tuple((element.text or "").strip() for element in root.iter(space + "SecurityProfileName")),
    )
