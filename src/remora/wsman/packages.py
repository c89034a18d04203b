"""A document with attachments as one HTTP body that nobody encrypts (TLS, Basic): multipart/related of XOP (RFC 2387).

The reader goes by the declared lengths of the parts, as that of encrypted bodies does.
"""

from __future__ import annotations

import re
from typing import Final

from remora.errors import RemoteProtocolError
from remora.wsman.attachments import Parcel

MEDIA_TYPE: Final = "multipart/related"
MAX_PARTS: Final = 64
OVERHEAD: Final = 512
"""Bytes that one part takes beside its content, at most."""

_BOUNDARY: Final = "remora-part"
_ROOT: Final = "application/xop+xml"
_CONTENT_TYPE: Final = f'{MEDIA_TYPE};type="{_ROOT}";start-info="application/soap+xml";boundary="{_BOUNDARY}"'
_CHARSET: Final = re.compile(r";\s*charset\s*=\s*\"?([\w.:-]{1,40})\"?", re.IGNORECASE)
_DELIMITER: Final = f"--{_BOUNDARY}".encode("ascii")
_MAX_HEAD: Final = 1024


def is_package(content_type: str) -> bool:
    """Tell by its Content-Type whether a body is a document with attachments."""
    return content_type.partition(";")[0].strip().lower() == MEDIA_TYPE


def pack(parcel: Parcel, charset: str) -> tuple[str, bytes]:
    """Return the Content-Type and the body."""
    pieces: list[bytes] = []
    for number, content in enumerate((parcel.document, *parcel.attachments)):
        kind = "application/octet-stream" if number else f'{_ROOT};charset={charset};type="application/soap+xml"'
        head = f"\r\nContent-Type: {kind}\r\nContent-ID: <{number}>\r\nContent-Length: {len(content)}\r\n\r\n"
        pieces += (_DELIMITER, head.encode("ascii"), content, b"\r\n")
    pieces += (_DELIMITER, b"--\r\n")
    return _CONTENT_TYPE, b"".join(pieces)


def unpack(body: bytes) -> tuple[Parcel, str]:
    """Return the document with its attachments, and the charset of the document. Raises RemoteProtocolError."""
    contents: list[bytes] = []
    charset = "utf-8"
    position = 0
    while not body.startswith(_DELIMITER + b"--", position):
        if len(contents) > MAX_PARTS or not body.startswith(_DELIMITER + b"\r\n", position):
            raise RemoteProtocolError("a package whose parts are not where its lengths say")
        end = body.find(b"\r\n\r\n", position, position + _MAX_HEAD)
        headers = _headers(body[position + len(_DELIMITER) + 2 : end]) if end >= 0 else {}
        length = headers.get("content-length", "")
        if not (length.isascii() and length.isdigit() and len(length) <= 10):
            raise RemoteProtocolError("a part of a package without its length")
        if headers.get("content-id") != f"<{len(contents)}>":
            raise RemoteProtocolError("a part of a package out of its order")
        if not contents:
            charset = _charset(headers.get("content-type", ""))
        start = end + 4
        position = start + int(length) + 2
        if body[position - 2 : position] != b"\r\n":
            raise RemoteProtocolError("a part of a package is not as long as it says")
        contents.append(body[start : position - 2])
    if not contents:
        raise RemoteProtocolError("an empty package")
    return Parcel(contents[0], tuple(contents[1:])), charset


def _headers(head: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in head.decode("latin-1").split("\r\n"):
        name, _colon, value = line.partition(":")
        found[name.strip().lower()] = value.strip()
    return found


def _charset(content_type: str) -> str:
    if content_type.partition(";")[0].strip().lower() != _ROOT:
        raise RemoteProtocolError("the first part of a package is not a document")
    named = _CHARSET.search(content_type)
    return named[1].lower() if named else "utf-8"
