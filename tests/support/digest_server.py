"""A small WS-Management server that wants Digest (RFC 7616); it works out what is right on its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote

from remora.net.http_connection import ServerConnection
from remora.net.http_server import HttpRequest, HttpResponse, HttpServer

USER, PASSWORD, REALM = "Dörte", "pä$$ wörd", "the realm"
CODED = "UTF-8''"
HASHES = {"MD5": "md5", "SHA-256": "sha256"}


@dataclass
class DigestSite:
    """A running server. uses: how often a nonce is taken. stale: whether it says so after that.

    answered: the (nonce, nc) of every request that was let through. challenges: how often it asked.
    """

    algorithm: str = "MD5"
    qop: str = "auth"
    uses: int = 1000
    stale: bool = True
    more: tuple[str, ...] = ()
    url: str = ""
    answered: list[tuple[str, str]] = field(default_factory=list)
    challenges: int = 0
    taken: int = 0

    @property
    def nonce(self) -> str:
        return f"nonce{self.challenges}"

    async def handle(self, _connection: ServerConnection[None], request: HttpRequest) -> HttpResponse:
        body = await request.read(100_000)
        items = re.findall(r'([\w*]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))', request.header("Authorization"))
        given = {key: quoted or plain for key, quoted, plain in items}
        if given.get("nonce") == self.nonce and self.taken < self.uses and given.get("response") == self._right(given):
            self.taken += 1
            self.answered.append((given["nonce"], given.get("nc", "")))
            return HttpResponse(status=200, body=body, headers=(("Content-Type", "application/soap+xml"),))
        stale = self.stale and self.taken >= self.uses
        self.challenges += 1
        self.taken = 0
        qop = f', qop="{self.qop}"' if self.qop else ""
        text = f'Digest realm="{REALM}", nonce="{self.nonce}", algorithm={self.algorithm}{qop}, opaque="o"'
        offers = (*self.more, text + (", stale=true" if stale else ""))
        return HttpResponse(status=401, headers=tuple(("WWW-Authenticate", offer) for offer in offers))

    def _right(self, given: dict[str, str]) -> str:
        def digest(text: str) -> str:
            return hashlib.new(HASHES[self.algorithm.removesuffix("-sess")], text.encode()).hexdigest()

        secret = digest(f"{unquote(given['username*'].removeprefix(CODED))}:{REALM}:{PASSWORD}")
        if self.algorithm.endswith("-sess"):
            secret = digest(f"{secret}:{given['nonce']}:{given['cnonce']}")
        request = digest(f"POST:{given['uri']}")
        if not self.qop:
            return digest(f"{secret}:{given['nonce']}:{request}")
        if int(given["nc"], 16) != self.taken + 1:
            return "a number that does not count"
        return digest(f"{secret}:{given['nonce']}:{given['nc']}:{given['cnonce']}:auth:{request}")


@asynccontextmanager
async def digest_site(site: DigestSite) -> AsyncIterator[DigestSite]:
    server: HttpServer[None] = HttpServer(site.handle, lambda: None)
    listener = await server.listen("127.0.0.1", 0)
    site.url = f"{listener.url}/wsman"
    try:
        yield site
    finally:
        await server.stop(1)
