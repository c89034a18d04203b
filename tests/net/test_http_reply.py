from __future__ import annotations

import contextlib
import itertools

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.errors import LimitExceeded, RemoraError, RemoteProtocolError
from remora.net.http_reply import MAX_HEAD, HttpReply, ReplyReader

PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"HTTP/1.1 500 Internal Server Error\r\nTransfer-Encoding: chunked\r\nX: 1\r\nX: 2\r\n\r\n"
    b"5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\nTrailer: x\r\n\r\n"
)
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n" + PLAIN
EMPTY = b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\nContent-Length: 0\r\n\r\n"


def read(data: bytes, cuts: list[int] | None = None, *, max_body: int = 1000) -> tuple[HttpReply | None, ReplyReader]:
    reader = ReplyReader(max_body)
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts or ())})
    for start, end in itertools.pairwise(edges):
        reply = reader.feed(data[start:end])
        if reply is not None:
            return reply, reader
    return reader.end(), reader


@pytest.mark.parametrize(
    ("data", "status", "body"),
    [(PLAIN, 200, b"hello"), (CHUNKED, 500, b"hello world"), (INTERIM, 200, b"hello"), (EMPTY, 401, b"")],
)
@given(cuts=st.lists(st.integers(0, 300), max_size=20))
def test_any_cut_gives_the_same_answer(data: bytes, status: int, body: bytes, cuts: list[int]) -> None:
    reply, reader = read(data, cuts)
    assert reply is not None
    assert (reply.status, reply.body, reader.keep_alive) == (status, body, True)


def test_headers_are_found_in_any_case_and_kept_in_order() -> None:
    reply, _reader = read(CHUNKED)
    assert reply is not None
    assert reply.all("x") == ["1", "2"]
    assert reply.header("missing", "none") == "none"
    assert read(PLAIN)[0].content_type == "text/plain"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("data", "keep_alive"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Keep-Alive\r\n\r\n", True),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
        (PLAIN + b"more", False),
    ],
)
def test_whether_the_connection_goes_on(data: bytes, keep_alive: bool) -> None:
    reply, reader = read(data)
    assert reply is not None
    assert reader.keep_alive is keep_alive


def test_a_body_without_a_length_ends_with_the_stream() -> None:
    reply, reader = read(b"HTTP/1.1 200 OK\r\n\r\nall of it")
    assert reply is not None
    assert (reply.body, reader.keep_alive) == (b"all of it", False)


@pytest.mark.parametrize("data", [b"", PLAIN[:10], PLAIN[:-1], CHUNKED[:-5], b"HTTP/1.1 100 Continue\r\n\r\n"])
def test_an_answer_that_is_cut_off_is_none(data: bytes) -> None:
    assert read(data)[0] is None


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX",
        b"HTTP/1.1 101 Switching\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 20,
    ],
)
def test_what_is_not_http_is_refused(data: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        read(data)


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 300 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"x" * (MAX_HEAD + 10),
        b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1001,
    ],
)
def test_what_is_too_large_is_refused(data: bytes) -> None:
    with pytest.raises(LimitExceeded):
        read(data)


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=5))
def test_nothing_but_our_own_errors_comes_out(data: bytes, cuts: list[int]) -> None:
    for start in (b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"):
        with contextlib.suppress(RemoraError):
            read(start + data, cuts)


token = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=8)
value = st.text('abcdefghijklmnopqrstuvwxyz ;=/"', max_size=12).map(str.strip)


@given(
    status=st.integers(200, 599),
    headers=st.lists(st.tuples(token, value), max_size=5),
    pieces=st.lists(st.binary(min_size=1, max_size=40), max_size=5),
    chunked=st.booleans(),
    cuts=st.lists(st.integers(0, 400), max_size=8),
)
def test_it_agrees_with_h11(
    status: int, headers: list[tuple[str, str]], pieces: list[bytes], chunked: bool, cuts: list[int]
) -> None:
    if status in (204, 304):
        pieces, chunked = [], False
    names = {"content-length", "transfer-encoding", "connection"}
    lines = [(name.encode(), text.encode()) for name, text in headers if name not in names]
    framing = (b"Transfer-Encoding", b"chunked") if chunked else (b"Content-Length", b"%d" % len(b"".join(pieces)))
    server = h11.Connection(h11.SERVER)
    server.receive_data(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
    server.next_event(), server.next_event()
    data = server.send(h11.Response(status_code=status, headers=[*lines, framing], reason=b"Text")) or b""
    for piece in pieces:
        data += server.send(h11.Data(data=piece)) or b""
    data += server.send(h11.EndOfMessage()) or b""
    reply, reader = read(data, cuts)
    assert reply is not None
    assert (reply.status, reply.body) == (status, b"".join(pieces))
    assert [(name.lower(), text) for name, text in reply.headers] == [
        (name.lower(), text) for name, text in [*lines, framing]
    ]
    assert reader.keep_alive
