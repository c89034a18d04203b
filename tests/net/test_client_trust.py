"""What a client's TLS context takes: revocation lists of servers, and a certificate of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from remora.auth.certificates import CertificateFiles
from remora.errors import ConfigError, TransportError
from remora.net.http_client import HttpConnection
from remora.net.http_connection import ServerConnection
from remora.net.http_server import HttpRequest, HttpResponse, HttpServer
from remora.net.tls import client_context, server_context
from tests.support.authority import Authority, Issued


@asynccontextmanager
async def serving(certificate: Issued, directory: Path) -> AsyncIterator[str]:
    async def handle(_connection: ServerConnection[None], _request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=200)

    files = CertificateFiles(*certificate.write(directory / "server", "server"))
    server: HttpServer[None] = HttpServer(handle, lambda: None)
    listener = await server.listen("127.0.0.1", 0, tls=server_context(files))
    try:
        yield listener.url
    finally:
        await server.stop(1)


async def ask(url: str, trust: Path, *, skip: bool = False) -> int:
    context = client_context(ca_trust=trust, skip_revocation_check=skip)
    async with HttpConnection(url, tls=context) as connection:
        return (await connection.post([], b"", 10)).status


@pytest.mark.parametrize("kind", ["file", "directory"])
async def test_revoked_servers_are_refused_where_there_is_a_list(tmp_path: Path, kind: str) -> None:
    authority = Authority()
    good, bad = authority.server("127.0.0.1"), authority.server("127.0.0.1")
    lists = authority.revocation_list([bad])
    trust = tmp_path / "trust"
    if kind == "file":
        trust.write_bytes(authority.root.pem + lists)
    else:
        trust.mkdir()
        (trust / "list.crl").write_bytes(authority.root.pem + lists)
    async with serving(good, tmp_path / "good") as url:
        assert await ask(url, trust) == 200
    async with serving(bad, tmp_path / "bad") as url:
        with pytest.raises(TransportError, match=r"revoked.*skip_revocation_check"):
            await ask(url, trust)
        if kind == "file":  # what is in a directory is found by its hash, but for lists, which are looked for
            assert await ask(url, trust, skip=True) == 200


async def test_an_old_list_and_one_of_somebody_else_let_nobody_through(tmp_path: Path) -> None:
    authority, other = Authority(), Authority("Other")
    old, strange = tmp_path / "old.pem", tmp_path / "strange.pem"
    old.write_bytes(authority.root.pem + authority.revocation_list(days=-1))
    strange.write_bytes(authority.root.pem + other.root.pem + other.revocation_list())
    async with serving(authority.server("127.0.0.1"), tmp_path) as url:
        with pytest.raises(TransportError, match=r"CRL has expired.*skip_revocation_check"):
            await ask(url, old)
        with pytest.raises(TransportError, match=r"unable to get certificate CRL.*skip_revocation_check"):
            await ask(url, strange)


def test_a_key_with_a_password_is_an_error_and_no_question(tmp_path: Path) -> None:
    issued = Authority().client("anna", upn="anna@example.test")
    certificate, key = issued.write(tmp_path, "anna")
    secret = issued.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    key.write_bytes(secret)
    with pytest.raises(ConfigError, match=r"anna\.crt"):
        client_context(certificate=CertificateFiles(certificate, key))
