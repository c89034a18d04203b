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
    root = require(content, _ID + "IdentifyResponse")
    texts = {child.tag: (child.text or "").strip() for child in root}
    return Identified(
        protocol_version=texts.get(_ID + "ProtocolVersion", ""),
        product_vendor=texts.get(_ID + "ProductVendor", ""),
        product_version=texts.get(_ID + "ProductVersion", ""),
        security_profiles=tuple((element.text or "").strip() for element in root.iter(_ID + "SecurityProfileName")),
    )
