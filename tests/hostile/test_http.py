"""Broken, slow and lying HTTP at a real host: a status, never silence for long, and nobody else notices."""

from __future__ import annotations

import gzip
import socket
import time

import pytest

from tests.support.scene import MARK, Scene, statuses
from tests.support.wire import SOAP
from tests.support.workers import wait_until

BODY = MARK.encode()

MALFORMED = {
    "no request line": b"\x00\x01\x02\r\n\r\n",
    "half a request line": b"POST\r\n\r\n",
    "unknown version": b"POST /wsman HTTP/9.9\r\n\r\n",
    "TLS at a plain port": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(50) + b"\r\n\r\n",
    "header without colon": b"POST /wsman HTTP/1.1\r\nbad header\r\n\r\n",
    "NUL in a header": b"POST /wsman HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
    "blank before the colon": b"POST /wsman HTTP/1.1\r\nHost : x\r\nContent-Length : 3\r\n\r\nabc",
    "negative length": b"POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "length that is no number": b"POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 0x10\r\n\r\n",
    "two lengths": b"POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "length and chunks": b"POST /wsman HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "unknown transfer": b"POST /wsman HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\nabc",
    "a long request line": b"POST /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "many headers": b"POST /wsman HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(500)) + b"\r\n",
}


@pytest.mark.parametrize("request_bytes", MALFORMED.values(), ids=MALFORMED)
def test_malformed_heads(scene: Scene, request_bytes: bytes) -> None:
    answer = scene.raw(request_bytes)
    assert statuses(answer) in ([400], [431], [413]), answer[:300]
    assert b"Content-Length: 0" in answer or answer.endswith(b"\r\n\r\n")


def test_a_huge_header(scene: Scene) -> None:
    answer = scene.raw(b"POST /wsman HTTP/1.1\r\nHost: x\r\nX-Big: ", *[b"a" * 16_384] * 40)
    assert statuses(answer) in ([431], [400], [])  # our reset may overtake the status
    answer = scene.raw(scene.head(0, "X-Big: " + "a" * 200_000))
    assert statuses(answer) in ([431], [400], [])


def test_slow_headers(scene: Scene) -> None:
    begun = time.monotonic()
    answer = scene.raw(b"POST /wsman HT", 0.4, b"TP/1.1\r\nHost", 0.4, b": x\r\n", 0.4, b"X: y\r\n", seconds=10)
    assert statuses(answer) in ([408], [])
    assert time.monotonic() - begun < 8


def test_a_silent_connection_is_closed(scene: Scene) -> None:
    with socket.create_connection(("127.0.0.1", scene.host.port), timeout=8) as connection:
        assert statuses(connection.recv(4096)) in ([408], [])


def test_a_slow_body(scene: Scene) -> None:
    body = scene.envelope()
    answer = scene.raw(scene.head(len(body)), *[piece for n in range(9) for piece in (body[n * 9 : n * 9 + 9], 0.25)])
    assert statuses(answer) == [413]


def test_a_body_cut_short(scene: Scene) -> None:
    with socket.create_connection(("127.0.0.1", scene.host.port), timeout=8) as connection:
        connection.sendall(scene.head(1000) + BODY)
        connection.shutdown(socket.SHUT_WR)
        assert statuses(connection.recv(4096)) in ([], [400])


def test_a_body_longer_than_it_says(scene: Scene) -> None:
    """What follows the declared length is another request, and a malformed one."""
    body = scene.envelope()
    answer = scene.raw(scene.head(len(body)) + body + BODY * 3 + b"\r\n\r\n")
    assert statuses(answer) in ([500, 400], [400])


def test_pipelined_requests_are_answered_in_order(scene: Scene) -> None:
    body = scene.envelope()
    request = scene.head(len(body)) + body
    answer = scene.raw(request * 3 + scene.head(len(body), "Connection: close") + body)
    assert statuses(answer) == [500] * 4


def test_a_pipelined_request_does_not_inherit_a_logon(scene: Scene) -> None:
    body = scene.envelope()
    nobody = f"POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Type: {SOAP}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    answer = scene.raw(scene.head(len(body)) + body + nobody + body, seconds=2)
    assert statuses(answer) == [500, 401]


@pytest.mark.parametrize(
    "chunks",
    [
        b"zz\r\nabc\r\n",
        b"-1\r\nabc\r\n",
        b"ffffffffffffffffff\r\nabc",
        b"3\r\nabcdef\r\n0\r\n\r\n",
        b"3;" + b"e" * 90_000,
    ],
    ids=["no number", "negative", "enormous", "too long", "endless extension"],
)
def test_bad_chunks(scene: Scene, chunks: bytes) -> None:
    answer = scene.raw(scene.head(None, "Transfer-Encoding: chunked") + chunks)
    assert statuses(answer)[:1] in ([400], [413], []), answer[:300]


def test_good_chunks(scene: Scene) -> None:
    body = scene.envelope()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(body[n : n + 100]), body[n : n + 100]) for n in range(0, len(body), 100))
    answer = scene.raw(scene.head(None, "Transfer-Encoding: chunked", "Connection: close") + chunks + b"0\r\n\r\n")
    assert statuses(answer) == [500]
    assert b"2150858843" in answer


@pytest.mark.parametrize(
    "content_type",
    ["", "text/xml", "application/json", "multipart/form-data; boundary=x", "application/soap+xml;charset=koi8-r"],
)
def test_wrong_content_types(scene: Scene, content_type: str) -> None:
    assert scene.post(scene.envelope(), content_type) == (415, b"")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "xpress", "identity, gzip"])
def test_compressed_bodies(scene: Scene, encoding: str) -> None:
    body = gzip.compress(scene.envelope())
    answer = scene.raw(scene.head(len(body), f"Content-Encoding: {encoding}") + body)
    assert statuses(answer) == [415]


def test_expectations(scene: Scene) -> None:
    body = scene.envelope()
    assert statuses(scene.raw(scene.head(len(body), "Expect: 200-maybe") + body)) == [417]
    waiting = scene.raw(scene.head(len(body), "Expect: 100-continue", "Connection: close"), 0.2, body)
    assert statuses(waiting) == [100, 500]
    assert statuses(scene.raw(scene.head(len(body), "Expect: 100-continue"))) == [100, 413]  # and no body follows


@pytest.mark.parametrize("size", [600_000, 50_000_000_000])
def test_bodies_above_the_limit(scene: Scene, size: int) -> None:
    assert statuses(scene.raw(scene.head(size) + b"x" * 1000)) == [413]


def test_an_endless_chunked_body(scene: Scene) -> None:
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    assert statuses(scene.raw(scene.head(None, "Transfer-Encoding: chunked"), *[chunk] * 40)) in ([413], [])


@pytest.mark.parametrize(
    ("line", "status"), [("GET /wsman", 405), ("PUT /wsman", 405), ("POST /", 404), ("POST /wsman/../x", 404)]
)
def test_methods_and_paths(scene: Scene, line: str, status: int) -> None:
    answer = scene.raw(f"{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
    assert statuses(answer) == [status]


def test_a_crowd_of_silent_connections(scene: Scene) -> None:
    crowd = [socket.create_connection(("127.0.0.1", scene.host.port)) for _ in range(300)]
    try:
        assert scene.witness.invoke("'here'") == ["here"]
        for connection in crowd:
            connection.settimeout(8)
        wait_until(lambda: all(_is_closed(connection) for connection in crowd))
    finally:
        for connection in crowd:
            connection.close()


def _is_closed(connection: socket.socket) -> bool:
    try:
        while connection.recv(4096):
            pass
    except ConnectionError:
        return True
    return True
