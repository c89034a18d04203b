"""Data of streams beside the envelope instead of in it: XOP includes (XML-binary Optimized Packaging 1.0).

Windows has nothing like it: the octets of a stream travel in base64. Two remoras that agreed on it (``ATTACHMENTS`` in
the ApplicationPrivateData of the pool) leave an xop:Include in the rsp:Stream and send the octets as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, NamedTuple

from remora import _xml
from remora._xml import Element
from remora.wsman.faults import SchemaValidationError
from remora.wsman.requests import StreamChunk

ATTACHMENTS: Final = "RemoraAttachments"
"""Key of ApplicationPrivateData: bytes that one message may have attached. As option of a Receive: its answer."""
MAX_ATTACHED: Final = 2 * 1024 * 1024
"""Bytes this code takes with one message."""
ORDERED_SENDS: Final = "RemoraOrderedSends"
"""Key of ApplicationPrivateData; True: Sends that name their position are carried out in order, however they come."""
LEAST_ATTACHED: Final = 4096
"""What is smaller stays in the envelope."""

_NS_XOP: Final = "http://www.w3.org/2004/08/xop/include"
_INCLUDE: Final = f"{{{_NS_XOP}}}Include"
_NSMAP: Final[dict[str | None, str]] = {"xop": _NS_XOP}
_SCHEME: Final = "cid:"


class Parcel(NamedTuple):
    """A document with what belongs to it. attachments: in the order of their numbers, which begin with 1."""

    document: bytes
    attachments: tuple[bytes, ...] = ()


def detach(chunks: Iterable[StreamChunk]) -> tuple[tuple[StreamChunk, ...], tuple[bytes, ...]]:
    """Take the data of large chunks out of them."""
    kept: list[StreamChunk] = []
    attachments: list[bytes] = []
    for chunk in chunks:
        if len(chunk.data) < LEAST_ATTACHED:
            kept.append(chunk)
            continue
        attachments.append(chunk.data)
        kept.append(replace(chunk, data=b"", attached=len(attachments)))
    return tuple(kept), tuple(attachments)


def attach(chunks: Iterable[StreamChunk], attachments: tuple[bytes, ...]) -> tuple[StreamChunk, ...]:
    """Put attached data back. Raises SchemaValidationError unless each attachment belongs to just one chunk."""
    whole = tuple(chunks)
    numbers = sorted(chunk.attached for chunk in whole if chunk.attached is not None)
    if numbers != list(range(1, len(attachments) + 1)):
        raise SchemaValidationError("the attachments of the message are not those its streams include")
    if not attachments:
        return whole
    return tuple(
        chunk if chunk.attached is None else replace(chunk, data=attachments[chunk.attached - 1], attached=None)
        for chunk in whole
    )


def write_include(stream: Element, number: int) -> None:
    """Append the reference to an attachment."""
    _xml.sub(stream, _INCLUDE, None, {"href": f"{_SCHEME}{number}"}, _NSMAP)


def read_include(stream: Element) -> int | None:
    """Return the number of the attachment that holds the data of a stream. Raises SchemaValidationError."""
    if not len(stream):
        return None
    include = stream[0]
    number = (include.get("href") or "").removeprefix(_SCHEME)
    if include.tag != _INCLUDE or len(stream) > 1 or not (number.isascii() and number.isdigit() and len(number) <= 4):
        raise SchemaValidationError("a Stream holds base64 or one xop:Include")
    return int(number)
