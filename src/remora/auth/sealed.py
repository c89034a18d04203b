"""Encrypted message bodies: multipart/encrypted as WinRM writes it (MS-WSMV 2.2.9.1, wire-protocol 1.5).

It looks like MIME and is not: TABs before the part headers, no blank line before the binary, no line end after it. The
parser goes by the declared lengths; the delimiter is whatever the first line of the body is.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from remora.auth.context import Sealing
from remora.errors import LimitExceeded, RemoteProtocolError

SPNEGO_PROTOCOL: Final = "application/HTTP-SPNEGO-session-encrypted"
KERBEROS_PROTOCOL: Final = "application/HTTP-Kerberos-session-encrypted"
CREDSSP_PROTOCOL: Final = "application/HTTP-CredSSP-session-encrypted"
PROTOCOLS: Final = (SPNEGO_PROTOCOL, KERBEROS_PROTOCOL, CREDSSP_PROTOCOL)
MEDIA_TYPES: Final = ("multipart/encrypted", "multipart/x-multi-encrypted")
BOUNDARY: Final = "Encrypted Boundary"
OVERHEAD: Final = 1024
"""Bytes a sealed body of one part may exceed its plain text by."""
CREDSSP_PART: Final = 16 * 1024
"""Bytes of plain text in one part under CredSSP: as much as a TLS record holds. Windows takes no longer ones."""

MAX_PARTS: Final = 4096
_MAX_DELIMITER: Final = 80
_MAX_LINE: Final = 1024
_MAX_SIGNATURE: Final = 2048  # below 0x0A0D, so a stray blank line before the binary cannot be taken for a length
_LENGTH: Final = re.compile(rb";\s*length\s*=\s*\"?(\d{1,10})\"?\s*(?:;|\Z)", re.IGNORECASE)
_ATTACHED: Final = re.compile(rb"\s*type\s*=\s*application/octet-stream\s*(?:;|\Z)", re.IGNORECASE)
_CHARSET: Final = re.compile(rb";\s*charset\s*=\s*\"?([\w.:-]{1,40})\"?", re.IGNORECASE)
_PARAMETER: Final = re.compile(r';\s*([\w-]+)\s*=\s*(?:"([^"]*)"|([^;"\s]*))')


@dataclass(frozen=True, slots=True)
class SealedPart:
    """One part pair, still encrypted. length: declared size of the plain text. attached: it is not of the document."""

    length: int
    charset: str | None
    header: bytes
    data: memoryview
    attached: bool = False


@dataclass(frozen=True, slots=True)
class UnsealedBody:
    """A decrypted document with the charset its part header named, None when it named none, and its attachments."""

    data: bytes
    charset: str | None
    attachments: tuple[bytes, ...] = ()


def protocol_of(scheme: str) -> str:
    """Return the protocol parameter of bodies that were sealed by a mechanism, named by its scheme word."""
    return {"credssp": CREDSSP_PROTOCOL, "kerberos": KERBEROS_PROTOCOL}.get(scheme.casefold(), SPNEGO_PROTOCOL)


def is_sealed(content_type: str) -> bool:
    """Tell by its Content-Type whether a body is encrypted."""
    return content_type.partition(";")[0].strip().lower() in MEDIA_TYPES


def sealed_protocol(content_type: str) -> str:
    """Return the protocol parameter in its canonical spelling; an unknown or missing one raises RemoteProtocolError."""
    for name, quoted, bare in _PARAMETER.findall(content_type):
        if name.lower() == "protocol":
            for known in PROTOCOLS:
                if known.lower() == (quoted or bare).lower():
                    return known
    raise RemoteProtocolError("an encrypted body without a known protocol parameter")


def seal_body(
    sealing: Sealing,
    soap: bytes,
    *,
    attachments: Sequence[bytes] = (),
    protocol: str = SPNEGO_PROTOCOL,
    charset: str = "UTF-8",
) -> tuple[str, bytes]:
    """Encrypt one document with what belongs to it. Returns the Content-Type and the body.

    The document is one part, under CredSSP several where it is long; each attachment is one.
    """
    size = CREDSSP_PART if protocol == CREDSSP_PROTOCOL else len(soap)
    pieces: list[bytes] = []
    for start in range(0, len(soap) or 1, size or 1):
        kind = f"application/soap+xml;charset={charset}"
        pieces += _sealed_part(sealing, soap[start : start + size], protocol, kind)
    for attachment in attachments:
        pieces += _sealed_part(sealing, attachment, protocol, "application/octet-stream")
    body = b"".join((*pieces, b"--", BOUNDARY.encode("ascii"), b"--\r\n"))
    return f'multipart/encrypted;protocol="{protocol}";boundary="{BOUNDARY}"', body


def _sealed_part(sealing: Sealing, plain: bytes, protocol: str, kind: str) -> Iterator[bytes]:
    message = sealing.seal(plain)
    yield (
        f"--{BOUNDARY}\r\n"
        f"\tContent-Type: {protocol}\r\n"
        f"\tOriginalContent: type={kind};Length={message.length}\r\n"
        f"--{BOUNDARY}\r\n"
        f"\tContent-Type: application/octet-stream\r\n"
    ).encode("ascii")
    yield struct.pack("<I", len(message.header))
    yield message.header
    yield message.data


def unseal_body(sealing: Sealing, content_type: str, body: bytes) -> bytes:
    """Decrypt a body of any number of parts and return the document. Errors as ``unseal``."""
    return unseal(sealing, content_type, body).data


def unseal(sealing: Sealing, content_type: str, body: bytes) -> UnsealedBody:
    """Decrypt a body. RemoteProtocolError: not the format; AuthError: the protection is broken. Either is fatal."""
    sealed_protocol(content_type)
    if not is_sealed(content_type):
        raise RemoteProtocolError("not an encrypted body")
    plains: list[bytes] = []
    attachments: list[bytes] = []
    charset: str | None = None
    for part in parse_parts(body):
        plain = sealing.unseal(part.header, part.data)
        if len(plain) != part.length:
            raise RemoteProtocolError(f"encrypted part of {len(plain)} bytes declared as {part.length}")
        if part.attached and plains:
            attachments.append(plain)
        else:
            plains.append(plain)
            charset = charset or part.charset
    return UnsealedBody(b"".join(plains), charset, tuple(attachments))


def parse_parts(body: bytes) -> Iterator[SealedPart]:
    """Yield the encrypted parts, with or without TABs, with one closing line or one after each part."""
    end = body.find(b"\r\n", 0, _MAX_DELIMITER + 2)
    if end < 0 or not body.startswith(b"--"):
        raise RemoteProtocolError("an encrypted body must begin with its delimiter line")
    delimiter = body[:end].rstrip()
    if delimiter == b"--":
        raise RemoteProtocolError("an encrypted body without a boundary")
    position, count = 0, 0
    while position < len(body):
        count += 1
        if count > MAX_PARTS:
            raise LimitExceeded(f"more than {MAX_PARTS} encrypted parts")
        part, position = _parse_part(body, position, delimiter)
        yield part


def _parse_part(body: bytes, position: int, delimiter: bytes) -> tuple[SealedPart, int]:
    length, charset, attached, position = _read_description(body, _skip_delimiter(body, position, delimiter), delimiter)
    position = _skip_binary_headers(body, position)
    if len(body) < position + 4:
        raise RemoteProtocolError("an encrypted part ends before its signature")
    (size,) = struct.unpack_from("<I", body, position)
    start = position + 4 + size
    if size > _MAX_SIGNATURE or start > len(body):
        raise RemoteProtocolError(f"a signature of {size} bytes")
    header = body[position + 4 : start]
    # Cipher text is never shorter than plain text, so what looks like a delimiter inside it is passed over.
    end = body.find(delimiter, start + length)
    if end < 0:
        raise RemoteProtocolError("an encrypted part without its closing delimiter")
    after = end + len(delimiter)
    if body.startswith(b"--", after):
        after += 2
        if body.startswith(b"\r\n", after):
            after += 2
        elif after != len(body):
            raise RemoteProtocolError("bytes after the closing delimiter")
    elif body.startswith(b"\r\n", after):
        after = end
    else:
        raise RemoteProtocolError("an encrypted part without its closing delimiter")
    return SealedPart(length, charset, header, memoryview(body)[start:end], attached), after


def _skip_delimiter(body: bytes, position: int, delimiter: bytes) -> int:
    line, after = _line(body, position)
    if line.rstrip() != delimiter:
        raise RemoteProtocolError("a delimiter line was expected in an encrypted body")
    return after


def _read_description(body: bytes, position: int, delimiter: bytes) -> tuple[int, str | None, bool, int]:
    """Read the first part of a pair: (plain length, charset, attached, position after the next delimiter)."""
    length: int | None = None
    attached = False
    charset: str | None = None
    for _ in range(8):
        line, position = _line(body, position)
        if line.rstrip() == delimiter:
            if length is None:
                raise RemoteProtocolError("an encrypted part without OriginalContent")
            return length, charset, attached, position
        name, _colon, value = line.strip().partition(b":")
        if name.strip().lower() == b"originalcontent":
            declared = _LENGTH.search(value)
            if declared is None:
                raise RemoteProtocolError("OriginalContent without a Length")
            length = int(declared[1])
            attached = _ATTACHED.match(value) is not None
            named = _CHARSET.search(value)
            charset = named[1].decode("ascii") if named else None
    raise RemoteProtocolError("too many header lines in an encrypted part")


def _skip_binary_headers(body: bytes, position: int) -> int:
    line, position = _line(body, position)
    name, _colon, value = line.strip().partition(b":")
    if name.strip().lower() != b"content-type" or value.strip().lower() != b"application/octet-stream":
        raise RemoteProtocolError("an encrypted part without its octet-stream header")
    if body.startswith(b"\r\n", position):
        position += 2
    return position


def _line(body: bytes, position: int) -> tuple[bytes, int]:
    end = body.find(b"\r\n", position, position + _MAX_LINE)
    if end < 0:
        raise RemoteProtocolError("an encrypted body with an endless or unfinished header line")
    return body[position:end], end + 2
