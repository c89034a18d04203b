from __future__ import annotations

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.auth.context import SealedMessage
from remora.auth.sealed import (
    BOUNDARY,
    CREDSSP_PROTOCOL,
    SPNEGO_PROTOCOL,
    UnsealedBody,
    is_sealed,
    parse_parts,
    seal_body,
    sealed_protocol,
    unseal,
    unseal_body,
)
from remora.errors import AuthError, RemoraError, RemoteProtocolError

TYPE = f'multipart/encrypted;protocol="{SPNEGO_PROTOCOL}";boundary="{BOUNDARY}"'


class Xor:
    """A stand-in for a mechanism: a 16-byte signature over the length, the data turned bit by bit."""

    def __init__(self, overhead: int = 0) -> None:
        self._tail = bytes(overhead)

    def seal(self, plain: bytes) -> SealedMessage:
        return SealedMessage(struct.pack("<QQ", 7, len(plain)), self._turn(plain) + self._tail, len(plain))

    def unseal(self, header: bytes, data: bytes) -> bytes:
        plain = self._turn(data[: len(data) - len(self._tail)])
        if header != struct.pack("<QQ", 7, len(plain)):
            raise AuthError("signature")
        return plain

    def _turn(self, data: bytes) -> bytes:
        return bytes(byte ^ 0x55 for byte in data)


class Clear(Xor):
    """Cipher text equal to plain text, so that a test can put anything into the binary."""

    def _turn(self, data: bytes) -> bytes:
        return data


def body_of(*parts: tuple[bytes, bytes, int], delimiter: bytes = b"--Encrypted Boundary", tab: bytes = b"\t") -> bytes:
    """Build a body of (header, data, length) parts by hand."""
    out = b""
    for header, data, length in parts:
        out += delimiter + b"\r\n" + tab + b"Content-Type: " + SPNEGO_PROTOCOL.encode() + b"\r\n"
        out += tab + b"OriginalContent: type=application/soap+xml;charset=UTF-8;Length=%d\r\n" % length
        out += delimiter + b"\r\n" + tab + b"Content-Type: application/octet-stream\r\n"
        out += struct.pack("<I", len(header)) + header + data
    return out + delimiter + b"--\r\n"


def sealed_part(sealing: Xor, plain: bytes) -> tuple[bytes, bytes, int]:
    message = sealing.seal(plain)
    return message.header, message.data, message.length


def test_the_exact_bytes_on_the_wire() -> None:
    content_type, body = seal_body(Clear(), b"<soap/>")
    assert content_type == TYPE
    assert body == (
        b"--Encrypted Boundary\r\n"
        b"\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
        b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=7\r\n"
        b"--Encrypted Boundary\r\n"
        b"\tContent-Type: application/octet-stream\r\n"
        b"\x10\x00\x00\x00" + struct.pack("<QQ", 7, 7) + b"<soap/>--Encrypted Boundary--\r\n"
    )


@given(st.binary(max_size=3000))
def test_round_trip_of_any_content(plain: bytes) -> None:
    content_type, body = seal_body(Xor(), plain)
    assert unseal_body(Xor(), content_type, body) == plain


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=6), st.integers(0, 40))
def test_many_parts_and_longer_cipher_text(chunks: list[bytes], overhead: int) -> None:
    sealing = Xor(overhead)
    body = body_of(*(sealed_part(sealing, chunk) for chunk in chunks))
    assert unseal_body(sealing, TYPE, body) == b"".join(chunks)
    each_closed = b"".join(body_of(sealed_part(sealing, chunk)) for chunk in chunks)
    assert unseal_body(sealing, TYPE, each_closed) == b"".join(chunks)


@pytest.mark.parametrize(
    "binary", [b"\r\n", b"--Encrypted Boundary--\r\n", b"--Encrypted Boundary\r\n\tContent-Type: x"]
)
def test_a_delimiter_inside_the_binary_is_data(binary: bytes) -> None:
    content_type, body = seal_body(Clear(), binary)
    assert unseal_body(Clear(), content_type, body) == binary


@pytest.mark.parametrize("tab", [b"", b"\t", b"  "])
@pytest.mark.parametrize("delimiter", [b"--Encrypted Boundary", b"-- Encrypted Boundary", b"--other"])
def test_headers_without_tab_and_other_boundaries(tab: bytes, delimiter: bytes) -> None:
    body = body_of(sealed_part(Xor(), b"abc"), delimiter=delimiter, tab=tab)
    assert unseal_body(Xor(), TYPE, body) == b"abc"


def test_a_blank_line_before_the_binary_is_passed_over() -> None:
    body = body_of(sealed_part(Xor(), b"abc")).replace(b"octet-stream\r\n", b"octet-stream\r\n\r\n")
    assert unseal_body(Xor(), TYPE, body) == b"abc"


def test_the_end_may_lack_its_line_break() -> None:
    assert unseal_body(Xor(), TYPE, body_of(sealed_part(Xor(), b"abc"))[:-2]) == b"abc"


def test_the_charset_of_the_original_is_told() -> None:
    content_type, body = seal_body(Xor(), "ä".encode("utf-16"), charset="UTF-16", protocol=CREDSSP_PROTOCOL)
    assert sealed_protocol(content_type) == CREDSSP_PROTOCOL
    assert unseal(Xor(), content_type, body).charset == "UTF-16"


@pytest.mark.parametrize(
    "text",
    [
        TYPE,
        "multipart/encrypted; boundary=x; protocol=application/http-spnego-session-encrypted",
        'Multipart/X-Multi-Encrypted;protocol="application/HTTP-SPNEGO-session-encrypted"',
    ],
)
def test_content_types_in_any_order_and_case(text: str) -> None:
    assert is_sealed(text)
    assert sealed_protocol(text) == SPNEGO_PROTOCOL


@pytest.mark.parametrize("text", ["multipart/encrypted", 'multipart/encrypted;protocol="application/x"'])
def test_an_unknown_protocol_is_refused(text: str) -> None:
    with pytest.raises(RemoteProtocolError):
        unseal_body(Xor(), text, body_of(sealed_part(Xor(), b"abc")))
    assert not is_sealed("application/soap+xml;charset=UTF-8")


@pytest.mark.parametrize("length", [0, 2, 4, 10, 9999999999])
def test_a_length_that_lies_is_refused(length: int) -> None:
    header, data, _ = sealed_part(Xor(), b"abc")
    with pytest.raises(RemoteProtocolError):
        unseal_body(Xor(), TYPE, body_of((header, data, length)))


def test_a_wrong_signature_is_an_authentication_error() -> None:
    _, data, length = sealed_part(Xor(), b"abc")
    with pytest.raises(AuthError):
        unseal_body(Xor(), TYPE, body_of((bytes(16), data, length)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--",
        b"--\r\n",
        b"abc\r\n",
        b"--Encrypted Boundary\r\n",
        b"--Encrypted Boundary\r\n--Encrypted Boundary\r\n",
        b"--" + b"x" * 200 + b"\r\n",
        body_of((bytes(16), b"abc", 3)).replace(b"Length=3", b"Length=x"),
        body_of((bytes(16), b"abc", 3)).replace(b"octet-stream", b"xml"),
        body_of((bytes(16), b"abc", 3)).replace(b"\x10\x00\x00\x00", b"\xff\xff\xff\x7f"),
        body_of((bytes(16), b"abc", 3)) + b"more",
    ],
)
def test_what_is_not_the_format_is_refused(body: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        list(parse_parts(body))


@given(st.binary(max_size=400))
def test_garbage_raises_only_our_errors(body: bytes) -> None:
    for text in (body, b"--Encrypted Boundary\r\n" + body):
        with contextlib.suppress(RemoraError):
            list(parse_parts(text))


@given(st.data())
def test_cut_and_altered_bodies_raise_only_our_errors(data: st.DataObject) -> None:
    body = bytearray(body_of(sealed_part(Xor(), b"abc"), sealed_part(Xor(), b"")))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(body)))
    with contextlib.suppress(RemoraError):
        unseal_body(Xor(), TYPE, bytes(body[:cut]))


@given(st.binary(max_size=2000), st.lists(st.binary(max_size=2000), max_size=4))
def test_attachments_are_parts_of_their_own(document: bytes, attachments: list[bytes]) -> None:
    content_type, body = seal_body(Xor(), document, attachments=attachments)
    assert unseal(Xor(), content_type, body) == UnsealedBody(document, "UTF-8", tuple(attachments))


def test_the_first_part_is_the_document_whatever_it_says() -> None:
    _, body = seal_body(Xor(), b"document")
    marked = body.replace(b"application/soap+xml;charset=UTF-8", b"application/octet-stream")
    found = unseal(Xor(), f'multipart/encrypted;protocol="{SPNEGO_PROTOCOL}"', marked)
    assert (found.data, found.attachments) == (b"document", ())
