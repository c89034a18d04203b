"""A small proxy with a thread of its own: HTTP tunnels and forwarded requests, SOCKS5 and SOCKS4a, with logons."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from remora.auth.basic import parse_authorization
from remora.auth.ntlm import NtlmAcceptor, nt_hash
from remora.auth.offers import decode_token, encode_token

USER, PASSWORD = "gate", 'ope"n \\sésame'
SOCKS_PASSWORD = "s3same"
NONCE, REALM = "dcd98b7102dd2f0e8b11d0f600bfb0c0", "the gate"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class ProxyServer:
    """mechanism: the logon it wants: Basic, Digest, Negotiate, SOCKS5's own; None: none. connect: takes CONNECT.

    asked: ``METHOD host:port`` of everything it let through; refused: how many requests it did not. keeps: connections
    stay open after a 407.
    """

    mechanism: str | None = None
    connect: bool = True
    algorithm: str = "MD5"
    keeps: bool = True
    asked: list[str] = field(default_factory=list)
    refused: int = 0
    port: int = 0
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    def url(self, scheme: str = "http", user: str = "") -> str:
        return f"{scheme}://{user}127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            first = await reader.readexactly(1)
            if first == b"\x05":
                await self._socks5((reader, writer))
            elif first == b"\x04":
                await self._socks4((reader, writer))
            else:
                await self._http(first, (reader, writer))
        writer.close()

    # HTTP

    async def _http(self, first: bytes, streams: Streams) -> None:
        reader, writer = streams
        acceptor: NtlmAcceptor | None = None
        known = False
        while first:
            head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            method, target, _ = head.split("\r\n", 1)[0].split(" ")
            length = int((re.search(r"(?i)\r\ncontent-length: (\d+)", head) or [0, 0])[1])
            body = await reader.readexactly(length)
            found = re.search(r"(?i)\r\nproxy-authorization: (\S+) ([^\r]*)", head)
            challenge = self.mechanism
            if self.mechanism == "Negotiate" and found is not None:
                acceptor = acceptor or NtlmAcceptor(lambda _, user: nt_hash(PASSWORD) if user == USER else None)
                token = None
                with contextlib.suppress(Exception):
                    token = acceptor.step(decode_token(found[2]))
                challenge = "Negotiate" if token is None else encode_token("Negotiate", token)
                known = acceptor.complete
            elif self.mechanism is not None and not known:
                known = found is not None and self._proves(found[1], found[2], method, target)
            if self.mechanism is not None and not known:
                self.refused += 1
                keep = "keep-alive" if self.keeps else "close"
                more = f' realm="{REALM}", nonce="{NONCE}", qop="auth", algorithm={self.algorithm}, opaque="o"'
                offer = f"{challenge}{more if challenge == 'Digest' else ''}"
                writer.write(
                    f"HTTP/1.1 407 Who?\r\nProxy-Authenticate: {offer}\r\nConnection: {keep}\r\n"
                    "Content-Length: 4\r\n\r\nwho?".encode("latin-1")
                )
                if not self.keeps:
                    return
            elif method == "CONNECT":
                if self.connect:
                    self.asked.append(f"CONNECT {target}")
                    await self._carry(target.rpartition(":"), streams, b"HTTP/1.1 200 Here\r\n\r\n")
                    return
                self.refused += 1
                writer.write(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
            else:
                self.asked.append(f"{method} {urlsplit(target).netloc}")
                await self._forward(target, head, body, writer)
            if self.mechanism in ("Basic", "Digest"):
                known = False
            first = await reader.read(1)

    def _proves(self, scheme: str, value: str, method: str, target: str) -> bool:
        if scheme != self.mechanism:
            return False
        if scheme == "Basic":
            credential = parse_authorization(value)
            return (credential.username, credential.password) == (USER, PASSWORD)
        told = {key: re.sub(r"\\(.)", r"\1", quoted) or bare for key, quoted, bare in
                re.findall(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))', value)}  # fmt: skip
        hashed = hashlib.sha256 if self.algorithm.startswith("SHA-256") else hashlib.md5

        def digest(*parts: str) -> str:
            return hashed(":".join(parts).encode()).hexdigest()

        secret = digest(USER, REALM, PASSWORD)
        if self.algorithm.endswith("-sess"):
            secret = digest(secret, NONCE, told["cnonce"])
        wanted = digest(secret, NONCE, told["nc"], told["cnonce"], "auth", digest(method, target))
        return told["username"] == USER and told["uri"] == target and told["response"] == wanted

    async def _forward(self, target: str, head: str, body: bytes, writer: asyncio.StreamWriter) -> None:
        """Carry one request on a connection of its own, as simple proxies do."""
        parts = urlsplit(target)
        there, back = await asyncio.open_connection(parts.hostname, parts.port or 80)
        self.writers.append(back)
        lines = [
            line for line in head.split("\r\n")[1:] if line and not line.lower().startswith(("proxy-", "connection"))
        ]
        line = f"POST {parts.path or '/'}{'?' * bool(parts.query)}{parts.query} HTTP/1.1"
        back.write("\r\n".join([line, *lines, "Connection: close", "", ""]).encode("latin-1") + body)
        while data := await there.read(65536):
            writer.write(data)
        back.close()
        writer.write_eof()

    # SOCKS

    async def _socks5(self, streams: Streams) -> None:
        reader, writer = streams
        methods = await reader.readexactly((await reader.readexactly(1))[0])
        method = 2 if self.mechanism is not None else 0
        if method not in methods:
            self.refused += 1
            writer.write(b"\x05\xff")
            return
        writer.write(bytes((5, method)))
        if method == 2:
            await reader.readexactly(1)
            user = await reader.readexactly((await reader.readexactly(1))[0])
            password = await reader.readexactly((await reader.readexactly(1))[0])
            right = (user.decode(), password.decode()) == (USER, SOCKS_PASSWORD)
            writer.write(b"\x01\x00" if right else b"\x01\x01")
            if not right:
                self.refused += 1
                return
        kind = (await reader.readexactly(4))[3]
        if kind == 3:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        else:
            host = ".".join(map(str, await reader.readexactly(4)))
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.asked.append(f"SOCKS5 {host}:{port}")
        await self._carry((host, ":", str(port)), streams, b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")

    async def _socks4(self, streams: Streams) -> None:
        reader, writer = streams
        asked = await reader.readexactly(7)
        user = (await reader.readuntil(b"\x00"))[:-1].decode()
        address, port = asked[3:], int.from_bytes(asked[1:3], "big")
        named = address[:3] == b"\x00\x00\x00" and address[3]
        host = (await reader.readuntil(b"\x00"))[:-1].decode() if named else ".".join(map(str, address))
        if self.mechanism is not None and user != USER:
            self.refused += 1
            writer.write(b"\x00\x5b" + bytes(6))
            return
        self.asked.append(f"SOCKS4 {host}:{port}")
        await self._carry((host, ":", str(port)), streams, b"\x00\x5a" + bytes(6))

    async def _carry(self, where: tuple[str, str, str], streams: Streams, welcome: bytes) -> None:
        there, back = await asyncio.open_connection(where[0].strip("[]"), int(where[2]))
        self.writers.append(back)
        streams[1].write(welcome)

        async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError):
                while data := await source.read(65536):
                    target.write(data)
                    await target.drain()
            target.close()

        await asyncio.gather(copy(streams[0], back), copy(there, streams[1]))


@contextmanager
def proxy_server(**settings: object) -> Iterator[ProxyServer]:
    """Run a proxy in a thread of its own until the end of the block."""
    proxy = ProxyServer(**settings)  # type: ignore[arg-type]  # fields of the class
    loop = asyncio.new_event_loop()

    async def start() -> asyncio.Server:
        server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
        proxy.port = server.sockets[0].getsockname()[1]
        return server

    async def stop() -> None:
        server.close()
        for _ in range(3):  # what was accepted has a task then
            await asyncio.sleep(0)
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in proxy.writers:
            writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    try:
        yield proxy
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
