from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from remora.auth.certificates import certificate_der, ensure_self_signed
from remora.errors import ConnectionLost, DeadlineExceeded, LimitExceeded, LocalProtocolError, TransportError
from remora.net.http_client import HttpConnection
from remora.net.http_connection import HttpLimits, ServerConnection
from remora.net.http_server import Handler, HttpRequest, HttpResponse, HttpServer, Listener
from remora.net.tls import client_context, server_context

State = dict[str, int]
LIMIT = 100_000


async def echo(connection: ServerConnection[State], request: HttpRequest) -> HttpResponse:
    """Answer with the body, and count the connection's requests."""
    connection.state["count"] = connection.state.get("count", 0) + 1
    body = await request.read(LIMIT)
    headers = (("X-Count", str(connection.state["count"])), ("X-Path", request.path), ("X-Two", "a"), ("X-Two", "b"))
    return HttpResponse(status=200, body=body, headers=headers)


@asynccontextmanager
async def serving(
    handler: Handler[State] = echo, *, limits: HttpLimits | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[HttpServer[State], Listener]]:
    server: HttpServer[State] = HttpServer(handler, dict, limits=limits)
    listener = await server.listen("127.0.0.1", 0, tls=tls)
    try:
        yield server, listener
    finally:
        await server.stop(1)


async def raw(listener: Listener, *pieces: bytes | float) -> bytes:
    """Send bytes (and pauses in seconds) over a plain socket and return all that comes until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    try:
        for piece in pieces:
            if isinstance(piece, float):
                await asyncio.sleep(piece)
            else:
                writer.write(piece)
                await writer.drain()
        return await asyncio.wait_for(reader.read(), 5)
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_state_belongs_to_the_connection() -> None:
    async with serving() as (server, listener):
        async with HttpConnection(f"{listener.url}/a?b=c") as first, HttpConnection(listener.url) as second:
            for number in (1, 2, 3):
                reply = await first.post([("X", "y")], b"body", 5)
                assert (reply.status, reply.body, reply.header("x-count")) == (200, b"body", str(number))
            assert reply.header("X-Path") == "/a"
            assert reply.all("x-two") == ["a", "b"]
            assert (await second.post([], b"", 5)).header("X-Count") == "1"
            assert {connection.state["count"] for connection in server.connections} == {1, 3}
        for _ in range(100):
            if not server.connections:
                break
            await asyncio.sleep(0.01)
        assert not server.connections


@pytest.mark.parametrize("url", ["ftp://a", "nothing", "http://", "https://a"])
def test_urls_that_cannot_be(url: str) -> None:
    with pytest.raises(LocalProtocolError):
        HttpConnection(url)


async def test_chunked_and_expect_continue() -> None:
    async with serving() as (_, listener):
        chunked = (
            b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n",
            0.05,
            b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nConnection: close\r\n\r\nz",
        )
        answer = await raw(listener, *chunked)
        assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
        assert b"\r\n\r\nabcde" in answer
        assert answer.endswith(b"\r\n\r\nz")


async def test_the_continue_comes_before_the_body_is_sent() -> None:
    async with serving() as (_, listener):
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        assert await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5) == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"abc")
        assert b"200 OK" in await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        assert await reader.readexactly(3) == b"abc"
        writer.close()


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET\r\n\r\n",
        b"POST / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nbad header\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(50) + b"\r\n\r\n",
    ],
)
async def test_malformed_http_gets_400_and_harms_nobody(request_bytes: bytes) -> None:
    async with serving() as (_, listener), HttpConnection(listener.url) as other:
        await other.post([], b"", 5)
        answer = await raw(listener, request_bytes)
        assert answer.startswith((b"HTTP/1.1 400 Bad Request\r\n", b"HTTP/1.0 400 Bad Request\r\n"))
        assert answer.endswith(b"\r\n\r\n")
        assert (await other.post([], b"x", 5)).header("X-Count") == "2"


async def test_a_bad_chunk_ends_the_connection() -> None:
    async with serving() as (_, listener):
        head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        assert b" 400 " in (await raw(listener, head + b"zz\r\nabc\r\n")).split(b"\r\n")[0]


async def test_bodies_that_are_too_long() -> None:
    async with serving() as (_, listener):
        async with HttpConnection(listener.url) as connection:
            assert (await connection.post([], bytes(LIMIT), 5)).status == 200
            assert (await connection.post([], bytes(LIMIT + 1), 5)).status == 413
        head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        chunk = b"8000\r\n" + bytes(0x8000) + b"\r\n"
        answer = await raw(listener, head + chunk * 5)
        assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("line", [b"X-Long: " + b"a" * 200_000, b"\r\n".join(b"X-%d: y" % n for n in range(300))])
async def test_heads_that_are_too_long(line: bytes) -> None:
    async with serving() as (_, listener):
        answer = await raw(listener, b"POST / HTTP/1.1\r\nHost: x\r\n" + line + b"\r\n\r\n")
        assert not answer or answer.split(b" ")[1] in (b"400", b"431")


async def test_a_long_token_passes() -> None:
    async with serving() as (_, listener), HttpConnection(listener.url) as connection:
        reply = await connection.post([("Authorization", "Negotiate " + "A" * 64_000)], b"", 5)
        assert reply.status == 200


@pytest.mark.parametrize(
    ("start", "more"), [(b"", b""), (b"POST / HT", b"TP/1.1\r\n"), (b"POST / HTTP/1.1\r\nHost: x\r\n", b"X-A: b\r\n")]
)
async def test_a_slow_head_is_cut_off(start: bytes, more: bytes) -> None:
    async with serving(limits=HttpLimits(header_seconds=0.2)) as (_, listener):
        answer = await raw(listener, start, 0.05, more)
        assert answer.startswith(b"HTTP/1.1 408 ")


async def test_an_idle_connection_outlives_the_head_clock_and_not_the_idle_clock() -> None:
    limits = HttpLimits(header_seconds=0.1, idle_seconds=0.5)
    async with serving(limits=limits) as (server, listener), HttpConnection(listener.url) as connection:
        await connection.post([], b"", 5)
        await asyncio.sleep(0.25)
        assert (await connection.post([], b"", 5)).header("X-Count") == "2"
        await asyncio.sleep(1.2)
        assert connection.closed
        assert not server.connections
        with pytest.raises(ConnectionLost) as caught:
            await connection.post([], b"x", 5)
        assert caught.value.sent is False


async def test_a_slow_body_is_cut_off() -> None:
    async with serving(limits=HttpLimits(body_seconds=0.2)) as (_, listener):
        answer = await raw(listener, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
        assert answer.startswith(b"HTTP/1.1 413 ")


async def test_more_connections_than_allowed_are_refused() -> None:
    async with serving(limits=HttpLimits(connections=1)) as (_, listener), HttpConnection(listener.url) as first:
        await first.post([], b"", 5)
        assert (await raw(listener)).startswith(b"HTTP/1.1 503 ")
        assert (await first.post([], b"", 5)).status == 200


@pytest.mark.parametrize(("header", "status"), [("Expect: magic", b"417"), ("Content-Encoding: gzip", b"415")])
async def test_what_we_do_not_do_is_refused(header: str, status: bytes) -> None:
    async with serving() as (_, listener):
        answer = await raw(listener, f"POST / HTTP/1.1\r\nHost: x\r\n{header}\r\nContent-Length: 1\r\n\r\nx".encode())
        assert answer.split(b" ")[1] == status


async def test_a_failing_handler_is_a_bare_500() -> None:
    async def fail(connection: ServerConnection[State], request: HttpRequest) -> HttpResponse:
        raise ValueError("secret detail")

    async with serving(fail) as (_, listener), HttpConnection(listener.url) as connection:
        reply = await connection.post([], b"", 5)
        assert (reply.status, reply.body) == (500, b"")


async def test_stop_finishes_what_is_in_flight() -> None:
    entered, release = asyncio.Event(), asyncio.Event()

    async def slow(connection: ServerConnection[State], request: HttpRequest) -> HttpResponse:
        body = await request.read(LIMIT)
        entered.set()
        await release.wait()
        return HttpResponse(status=200, body=body)

    async with serving(slow) as (server, listener):
        idle = HttpConnection(listener.url)
        busy = HttpConnection(listener.url)
        pending = asyncio.create_task(busy.post([], b"work", 5))
        await entered.wait()
        stopping = asyncio.create_task(server.stop(5))
        await asyncio.sleep(0.05)
        with pytest.raises(TransportError):
            await idle.post([], b"", 5)
        release.set()
        reply = await pending
        assert (reply.status, reply.body) == (200, b"work")
        assert reply.header("Connection").lower() == "close"
        await asyncio.wait_for(stopping, 2)
        await busy.close()


async def test_stop_drops_what_does_not_end() -> None:
    async def never(connection: ServerConnection[State], request: HttpRequest) -> HttpResponse:
        await asyncio.Event().wait()
        return HttpResponse(status=200)

    async with serving(never) as (server, listener), HttpConnection(listener.url) as connection:
        pending = asyncio.create_task(connection.post([], b"", 5))
        await asyncio.sleep(0.05)
        await server.stop(0.1)
        with pytest.raises(ConnectionLost) as caught:
            await pending
        assert caught.value.sent is True


async def test_gone_is_set_when_the_peer_leaves_in_the_middle() -> None:
    left: list[bool] = []

    async def wait(connection: ServerConnection[State], request: HttpRequest) -> HttpResponse:
        await connection.gone.wait()
        left.append(True)
        return HttpResponse(status=200)

    async with serving(wait) as (_, listener), HttpConnection(listener.url) as connection:
        with pytest.raises(DeadlineExceeded):
            await connection.post([], b"", 0.1)
        assert connection.closed
        for _ in range(100):
            if left:
                break
            await asyncio.sleep(0.01)
        assert left


async def test_a_cancelled_request_closes_the_connection() -> None:
    async def never(connection: ServerConnection[State], request: HttpRequest) -> HttpResponse:
        await asyncio.Event().wait()
        return HttpResponse(status=200)

    async with serving(never) as (_, listener), HttpConnection(listener.url) as connection:
        pending = asyncio.create_task(connection.post([], b"", 5))
        await asyncio.sleep(0.05)
        pending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await pending
        with pytest.raises(ConnectionLost):
            await connection.post([], b"", 5)


async def test_an_answer_that_is_too_long() -> None:
    async with serving() as (_, listener), HttpConnection(listener.url, max_body=10) as connection:
        with pytest.raises(LimitExceeded):
            await connection.post([], bytes(11), 5)
        assert connection.closed


@pytest.mark.parametrize(
    "answer", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", b"HTTP/1.1 200"]
)
async def test_a_server_that_breaks_off_is_a_lost_connection(answer: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server, HttpConnection(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as connection:
        with pytest.raises(ConnectionLost) as caught:
            await connection.post([], b"", 5)
        assert caught.value.sent is True


async def test_a_header_that_cannot_be_is_our_own_mistake() -> None:
    async with serving() as (_, listener), HttpConnection(listener.url) as connection:
        with pytest.raises(LocalProtocolError, match="cannot be written"):
            await connection.post([("X", "a\r\nB: c")], b"", 5)


async def test_nobody_listening_is_a_transport_error(unused_tcp_port: int) -> None:
    with pytest.raises(TransportError, match="cannot connect") as caught:
        await HttpConnection(f"http://127.0.0.1:{unused_tcp_port}").post([], b"", 5)
    assert not isinstance(caught.value, ConnectionLost)


async def test_large_bodies_both_ways() -> None:
    async def double(connection: ServerConnection[State], request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=200, body=await request.read(8_000_000) * 2)

    async with serving(double) as (_, listener), HttpConnection(listener.url) as connection:
        body = bytes(range(256)) * 20_000
        assert (await connection.post([], body, 30)).body == body * 2


# --- TLS


async def test_tls_with_verification(tmp_path: Path) -> None:
    files = ensure_self_signed(tmp_path, ["127.0.0.1"])
    async with serving(tls=server_context(files)) as (_, listener):
        assert listener.url.startswith("https://")
        trusting = client_context(ca_trust=files.certificate)
        async with HttpConnection(listener.url, tls=trusting) as connection:
            assert connection.peer_certificate is None
            assert (await connection.post([], b"abc", 5)).body == b"abc"
            assert connection.peer_certificate == certificate_der(files.certificate)
        with pytest.raises(TransportError, match=r"(?i)certificate"):
            await HttpConnection(listener.url, tls=client_context()).post([], b"", 5)


@pytest.mark.parametrize(
    ("skip_ca", "skip_cn", "accepted"),
    [(False, False, False), (False, True, True), (True, False, False), (True, True, True)],
)
async def test_names_and_issuers_are_checked_apart(
    tmp_path: Path, skip_ca: bool, skip_cn: bool, accepted: bool
) -> None:
    files = ensure_self_signed(tmp_path, ["other.example"])
    async with serving(tls=server_context(files)) as (_, listener):
        context = client_context(ca_trust=files.certificate, skip_ca_check=skip_ca, skip_cn_check=skip_cn)
        checked = skip_ca and not skip_cn
        async with HttpConnection(listener.url, tls=context, check_server_name=checked) as connection:
            if accepted:
                assert (await connection.post([], b"", 5)).status == 200
            else:
                with pytest.raises(TransportError) as caught:
                    await connection.post([], b"secret", 5)
                assert not isinstance(caught.value, ConnectionLost)


async def test_clear_text_to_a_tls_listener_harms_nobody(tmp_path: Path) -> None:
    files = ensure_self_signed(tmp_path, ["127.0.0.1"])
    async with serving(tls=server_context(files)) as (_, listener):
        assert b"200" not in await raw(listener, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        async with HttpConnection(listener.url, tls=client_context(ca_trust=files.certificate)) as connection:
            assert (await connection.post([], b"", 5)).status == 200
