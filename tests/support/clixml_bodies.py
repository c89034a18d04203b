"""CLIXML bodies cut out of the recorded dialogues, and a comparison that ignores reference numbers."""

from __future__ import annotations

import base64
import re
import struct
from collections import defaultdict
from functools import cache

from remora import _xml
from tests.support.vectors import recordings

_PARTS = re.compile(
    r"<(?:\w+:)?(?:creationXml|Stream|Arguments|connectXml|connectResponseXml)\b[^>]*>([A-Za-z0-9+/=\s]*)<"
)


@cache
def bodies() -> tuple[tuple[str, bytes], ...]:
    """Return (recording, CLIXML body) of every complete PSRP message in the recordings."""
    found = []
    for recording in recordings():
        for exchange in recording.exchanges:
            for text in (exchange.request, exchange.response):
                found.extend((recording.name, blob[40:]) for blob in _messages(text) if len(blob) > 40)
    return tuple((name, body) for name, body in found if body.removeprefix(b"\xef\xbb\xbf").startswith(b"<"))


def _messages(envelope: str) -> list[bytes]:
    """Join the fragments (21-byte big-endian header: object, fragment, flags, length) of one envelope."""
    done, pieces = [], defaultdict(bytes)
    for part in _PARTS.findall(envelope):
        try:
            data = base64.b64decode(part, validate=False)
        except ValueError:
            continue
        while len(data) >= 21:
            object_id, _, flags, length = struct.unpack(">QQBI", data[:21])
            blob, data = data[21 : 21 + length], data[21 + length :]
            if len(blob) < length:
                break
            pieces[object_id] += blob
            if flags & 2:
                done.append(pieces.pop(object_id))
    return done


def canonical(data: bytes) -> bytes:
    """Return a document with its reference numbers counted anew, in order of appearance, as last attributes."""
    root = _xml.parse(data)
    counters: dict[bool, dict[str, str]] = {True: {}, False: {}}
    for node in root.iter():
        if "RefId" in node.attrib:
            numbers = counters[node.tag in ("TN", "TNRef")]
            number = numbers.setdefault(str(node.get("RefId")), str(len(numbers)))
            del node.attrib["RefId"]
            node.set("RefId", number)
    return _xml.serialize(root)
