"""Small readers and writers that the bodies of several operations share."""

from __future__ import annotations

import binascii
import re
from typing import Final

from remora import _xml
from remora._xml import Element
from remora.errors import RemoteProtocolError
from remora.wsman import uris
from remora.wsman.durations import parse_duration
from remora.wsman.faults import ActionMismatch, InvalidBody, SchemaValidationError
from remora.wsman.requests import BufferMode

RSP: Final = f"{{{uris.NS_SHELL}}}"
_GUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII)
_SHELL_BODIES: Final = frozenset(
    RSP + name for name in ("Shell", "CommandLine", "Send", "Receive", "Signal", "Disconnect", "Reconnect", "Connect")
)


def is_guid(text: str) -> bool:
    """Tell whether a text is a GUID in the hyphenated form, in any case."""
    return _GUID.fullmatch(text) is not None


def expect(content: Element | None, tag: str) -> Element:
    """Return the one element of a body. Raises ActionMismatch or InvalidBody when it is another or none."""
    if content is not None and content.tag == tag:
        return content
    if content is not None and content.tag in _SHELL_BODIES:
        raise ActionMismatch(f"the action needs {tag.rpartition('}')[2]}, the body holds {_xml.local_name(content)}")
    raise InvalidBody(f"the body must hold {tag.rpartition('}')[2]}")


def write_base64(element: Element, data: bytes) -> None:
    """Set the text of an element to the base64 of data."""
    element.text = binascii.b2a_base64(data, newline=False).decode("ascii")


def read_base64(element: Element) -> bytes:
    """Return the decoded text of an element; white space in it is allowed. Raises SchemaValidationError."""
    text = element.text
    if not text:
        return b""
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except (ValueError, binascii.Error):
        pass
    try:
        return binascii.a2b_base64("".join(text.split()), strict_mode=True)
    except (ValueError, binascii.Error) as error:
        raise SchemaValidationError(f"{_xml.local_name(element)} is not base64") from error


def read_duration(element: Element) -> float:
    """Return the seconds of an xs:duration element. Raises SchemaValidationError."""
    try:
        return parse_duration(element.text or "")
    except RemoteProtocolError as error:
        detail = uris.FAULT_DETAIL_PREFIX + "FormatMismatch"
        raise SchemaValidationError(f"{_xml.local_name(element)} is not a duration", detail=detail) from error


def read_int(element: Element) -> int:
    """Return a whole number of at most 19 digits. Raises SchemaValidationError."""
    text = (element.text or "").strip()
    digits = text[1:] if text[:1] == "-" else text
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 19):
        raise SchemaValidationError(f"{_xml.local_name(element)} is not a whole number")
    return int(text)


def read_buffer_mode(text: str) -> BufferMode:
    """Return the buffer mode a text names, in any case. Raises SchemaValidationError."""
    for mode in BufferMode:
        if mode.value.lower() == text.strip().lower():
            return mode
    raise SchemaValidationError("BufferMode is neither Block nor Drop")


def write_streams(parent: Element, name: str, streams: tuple[str, ...]) -> None:
    """Append the names of streams as one text."""
    _xml.sub(parent, RSP + name, " ".join(streams))


def read_streams(element: Element) -> tuple[str, ...]:
    """Return the names of streams an element lists."""
    return tuple((element.text or "").split())
