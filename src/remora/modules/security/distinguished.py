"""Distinguished names as .NET writes them, and the little of DER that says whom a message is for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cryptography import x509

_SHORT: Final = {
    "2.5.4.3": "CN", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "S", "2.5.4.9": "STREET", "2.5.4.10": "O",
    "2.5.4.11": "OU", "2.5.4.5": "SERIALNUMBER", "0.9.2342.19200300.100.1.25": "DC", "1.2.840.113549.1.9.1": "E",
}  # fmt: skip
_QUOTED: Final = frozenset(',+="\n<>#;')
_MAX_DEPTH: Final = 32


def name_text(name: x509.Name) -> str:
    """``CN=a, O=b``: the most special part first, as X509Certificate2.Subject has it."""
    return ", ".join(
        " + ".join(f"{_SHORT.get(one.oid.dotted_string, 'OID.' + one.oid.dotted_string)}={_value(str(one.value))}"
                   for one in rdn)
        for rdn in reversed(list(name.rdns))
    )  # fmt: skip


def _value(text: str) -> str:
    if _QUOTED & set(text) or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text


def elements(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """The DER elements in a row: (tag, content, the whole element). Raises ValueError for what is no DER."""
    at = 0
    while at < len(data):
        start, tag = at, data[at]
        if at + 1 >= len(data):
            raise ValueError("an element ends in its head")
        size, at = data[at + 1], at + 2
        if size > 0x84 or size == 0x80:
            raise ValueError("an element of no definite length that fits")
        if size > 0x80:
            count = size & 0x7F
            size, at = int.from_bytes(data[at : at + count]), at + count
        if at + size > len(data):
            raise ValueError("an element is longer than what holds it")
        yield tag, data[at : at + size], data[start : at + size]
        at += size


def object_id(content: bytes) -> str:
    """An OBJECT IDENTIFIER in dotted decimals. Raises ValueError."""
    if not content or content[-1] & 0x80 or len(content) > 4 * _MAX_DEPTH:
        raise ValueError("no object identifier")
    parts: list[int] = []
    value = 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            parts.append(value)
            value = 0
    first = min(parts[0] // 40, 2)
    return ".".join(map(str, (first, parts[0] - 40 * first, *parts[1:])))
