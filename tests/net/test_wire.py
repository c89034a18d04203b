"""What the client's connections do by themselves."""

from __future__ import annotations

import asyncio
import socket

import pytest

from remora.net.http_client import HttpConnection


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="a Linux socket option")
async def test_a_dead_peer_is_noticed_within_half_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[socket.socket] = []
    served = asyncio.Event()
    connect = asyncio.get_running_loop().create_connection

    async def spied(*args: object, **keywords: object) -> object:
        transport, wire = await connect(*args, **keywords)  # type: ignore[arg-type]
        seen.append(transport.get_extra_info("socket"))
        return transport, wire

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await reader.read()
        writer.close()
        await writer.wait_closed()
        served.set()

    monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", spied)
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with HttpConnection(f"http://127.0.0.1:{port}/wsman") as connection:
            assert (await connection.post((), b"")).status == 200
            (sock,) = seen
            assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            idle = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
            probes = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL) * sock.getsockopt(
                socket.IPPROTO_TCP, socket.TCP_KEEPCNT
            )
            assert idle + probes <= 30
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 30_000
        await asyncio.wait_for(served.wait(), 10)
