"""The relay that counts exchanges: whatever the cut of the bytes, each request is seen once and named."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator

import pytest

from bench.proxy import counting

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def post(body: bytes, *headers: str) -> bytes:
    head = "".join(f"{line}\r\n" for line in headers)
    return f"POST /wsman HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def ntlm(kind: int) -> str:
    token = b"NTLMSSP\0" + kind.to_bytes(4, "little") + bytes(20)
    return f"Authorization: Negotiate {base64.b64encode(token).decode()}"


def action(name: str) -> bytes:
    uri = f"http://schemas.microsoft.com/wbem/wsman/1/windows/shell/{name}"
    return f'<s:Envelope><a:Action s:mustUnderstand="true">{uri}</a:Action></s:Envelope>'.encode()


def whole(request: bytes) -> bool:
    head, end, body = request.partition(b"\r\n\r\n")
    return bool(end) and len(body) == int(head.rpartition(b"Content-Length: ")[2])


@pytest.fixture
def server() -> Iterator[int]:
    """Answers each request when its last byte is there."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                seen = b""
                while data := connection.recv(65536):
                    seen += data
                    if whole(seen):
                        connection.sendall(ANSWER)
                        seen = b""

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield int(listener.getsockname()[1])
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


REQUESTS = [
    (post(b"", ntlm(1)), "NTLM negotiate"),
    (post(b"", ntlm(3)), "NTLM authenticate"),
    (post(b"<sealed>", "Content-Type: multipart/encrypted;boundary=x"), "sealed"),
    (post(action("Command"), "Authorization: Basic eA=="), "Command"),
    (post(action("Receive"), "Authorization: Basic eA=="), "Receive"),
    (post(b""), "empty"),
]


@pytest.mark.parametrize("cut", [1, 7, 1000])
def test_each_request_is_seen_once_and_named(server: int, cut: int) -> None:
    with counting(server) as proxy:
        with socket.create_connection(("127.0.0.1", proxy.port), 10) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for request, _ in REQUESTS:
                for start in range(0, len(request), cut):
                    client.sendall(request[start : start + cut])
                got = b""
                while len(got) < len(ANSWER):
                    got += client.recv(65536)
                assert got == ANSWER
        assert [exchange.name for exchange in proxy.exchanges] == [name for _, name in REQUESTS]
        assert proxy.connections == 1
        assert all(exchange.ended >= exchange.began > 0 for exchange in proxy.exchanges)


def test_connections_are_told_apart(server: int) -> None:
    with counting(server) as proxy:
        for _ in range(2):
            with socket.create_connection(("127.0.0.1", proxy.port)) as client:
                client.settimeout(10)
                client.sendall(REQUESTS[3][0])
                assert client.recv(100)
        assert [exchange.connection for exchange in proxy.exchanges] == [1, 2]
        assert proxy.connections == 2
