"""One connection with one authentication, against the host's own gate over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from remora.auth.ntlm import NtlmInitiator
from remora.client.config_store import ClientAuth, ClientConfig
from remora.client.connection import Connection
from remora.client.connection_info import ConnectionInfo, connection_infos
from remora.client.options import PSSessionOption
from remora.errors import AuthError, ConnectionLost, RemoteProtocolError, TransportError
from tests.support.gate import PASSWORD, USER, Site, gate_site

SOAP = b"<e><MessageID>uuid:1</MessageID></e>"
BASIC = ClientConfig(auth=ClientAuth(basic=True))
OPEN = ClientConfig(allow_unencrypted=True, auth=ClientAuth(basic=True))


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with gate_site(tmp_path / "state") as running:
        yield running


def info(url: str, **keywords: Any) -> ConnectionInfo:
    values = {"username": USER, "password": PASSWORD, "config": ClientConfig(), **keywords}
    return connection_infos(connection_uri=url, **values)[0]


async def exchanged(given: ConnectionInfo, count: int = 1) -> Connection:
    connection = Connection(given)
    for _ in range(count):
        assert b"RelatesTo>uuid:1<" in (await connection.exchange(SOAP, limit=10)).document
    connection.close()
    return connection


async def test_ntlm_over_http_is_two_empty_legs_and_sealed_bodies(site: Site) -> None:
    connection = await exchanged(info(site.url), 3)
    assert connection.exchanges == 5
    assert [soap for _principal, _peer, soap, _charset in site.dispatched] == [SOAP] * 3
    assert site.dispatched[0][0].name.casefold().endswith(USER.casefold())


async def test_ntlm_over_tls_sends_the_body_with_the_last_leg(site: Site) -> None:
    given = info(site.secure_url, session_option=PSSessionOption(ca_trust=str(site.trust)))
    connection = await exchanged(given, 2)
    assert connection.exchanges == 3


async def test_basic_is_pre_emptive(site: Site) -> None:
    site.set("Service/Auth/Basic=true", "Service/AllowUnencrypted=true")
    assert (await exchanged(info(site.url, authentication="basic", config=OPEN), 2)).exchanges == 2
    option = PSSessionOption(ca_trust=str(site.trust))
    given = info(site.secure_url, authentication="basic", config=BASIC, session_option=option)
    assert (await exchanged(given, 2)).exchanges == 2


async def test_default_falls_back_to_basic_where_that_is_all_there_is(site: Site) -> None:
    site.set("Service/Auth/Basic=true", "Service/Auth/Negotiate=false", "Service/AllowUnencrypted=true")
    connection = await exchanged(info(site.url, config=OPEN))
    assert connection.exchanges == 2
    with pytest.raises(AuthError):
        await exchanged(info(site.url))  # not over plain HTTP unless that is allowed


@pytest.mark.parametrize("authentication", ["kerberos", "credssp", "certificate", "digest"])
async def test_other_mechanisms_are_refused_by_name(site: Site, authentication: str) -> None:
    with pytest.raises(AuthError, match="(?i)" + authentication):
        await exchanged(info(site.url, authentication=authentication))
    assert site.server is not None
    assert site.server.connections == []


async def test_what_policy_forbids_leaves_no_packet(site: Site) -> None:
    assert site.server is not None
    with pytest.raises(AuthError, match="clear text"):
        await exchanged(info(site.url, authentication="basic", config=BASIC))
    with pytest.raises(AuthError, match=r"switched off.*Client/Auth/Basic"):
        await exchanged(info(site.url, authentication="basic"))
    with pytest.raises(AuthError, match="explicit credentials"):
        await exchanged(info(site.url, username=None, password=None))
    with pytest.raises(AuthError, match="switched off"):
        await exchanged(info(site.url, config=ClientConfig(auth=ClientAuth(negotiate=False))))
    assert site.server.connections == []


@pytest.mark.parametrize(("user", "password"), [(USER, "n0nsense"), ("nobody", PASSWORD)])
@pytest.mark.parametrize("authentication", ["basic", "negotiate"])
async def test_a_refused_logon_is_an_error_without_the_password(
    site: Site, user: str, password: str, authentication: str
) -> None:
    site.set("Service/Auth/Basic=true", "Service/AllowUnencrypted=true")
    with pytest.raises(AuthError, match="refused the logon") as caught:
        await exchanged(info(site.url, username=user, password=password, authentication=authentication, config=OPEN))
    assert password not in str(caught.value)
    assert site.dispatched == []


async def test_certificates_are_verified(site: Site) -> None:
    with pytest.raises(TransportError, match="TLS") as caught:
        await exchanged(info(site.secure_url))
    assert not isinstance(caught.value, ConnectionLost)
    await exchanged(info(site.secure_url, session_option=PSSessionOption(skip_ca_check=True)))
    elsewhere = site.secure_url.replace("127.0.0.1", "127.0.0.2")
    for option in (PSSessionOption(ca_trust=str(site.trust)), PSSessionOption(skip_ca_check=True)):
        with pytest.raises(TransportError):
            await exchanged(info(elsewhere, session_option=option))


async def test_a_connection_the_server_closed_is_opened_and_authenticated_anew(site: Site) -> None:
    connection = Connection(info(site.url))
    await connection.exchange(SOAP, limit=10)
    assert site.server is not None
    for held in list(site.server._live):
        assert held.transport is not None
        held.transport.close()
    while site.server.connections:
        await asyncio.sleep(0.01)
    await connection.exchange(SOAP, limit=10)
    assert connection.exchanges == 6
    connection.close()


async def test_faults_are_bodies_and_not_errors(site: Site) -> None:
    site.status = 500
    connection = await exchanged(info(site.url), 2)
    assert (connection.exchanges, len(site.dispatched)) == (4, 2)


async def test_the_wrong_path_and_a_closed_port(site: Site) -> None:
    with pytest.raises(TransportError) as caught:
        await exchanged(info(site.url.replace("/wsman", "/other")))
    assert caught.value.status == 404
    with pytest.raises(ConnectionLost, match="cannot connect") as lost:
        await exchanged(info("http://127.0.0.1:1/wsman"))
    assert not lost.value.sent


@asynccontextmanager
async def raw_server(answer: bytes) -> AsyncIterator[str]:
    handlers: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        handlers.add(task)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/wsman"
        await asyncio.wait(handlers)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", ConnectionLost),
        (b"SSH-2.0-OpenSSH\r\n", TransportError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", ConnectionLost),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", TransportError),
        (b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", TransportError),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", ConnectionLost),
        (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", TransportError),
        (b"HTTP/1.1 401 No\r\nWWW-Authenticate: Digest\r\nContent-Length: 0\r\n\r\n", AuthError),
        (b"HTTP/1.1 401 No\r\nWWW-Authenticate: Negotiate AAAA\r\nContent-Length: 0\r\n\r\n", AuthError),
        (b"HTTP/1.1 401 No\r\nWWW-Authenticate: Negotiate !!!\r\nContent-Length: 0\r\n\r\n", RemoteProtocolError),
    ],
)
async def test_servers_that_are_no_winrm_give_our_own_errors(answer: bytes, error: type[Exception]) -> None:
    async with raw_server(answer) as url:
        authentication = "negotiate" if b"Negotiate" in answer else "basic"
        with pytest.raises(error):
            await exchanged(info(url, authentication=authentication, config=OPEN))


async def test_an_answer_that_does_not_come_is_a_lost_connection() -> None:
    gone = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        gone.set()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/wsman"
        connection = Connection(info(url, authentication="basic", config=OPEN))
        with pytest.raises(ConnectionLost) as lost:
            await connection.exchange(SOAP, limit=0.1)
        assert lost.value.sent
        connection.close()
        await gone.wait()


@pytest.mark.parametrize("port_too", [False, True])
async def test_the_name_of_the_service_may_have_its_port(
    site: Site, monkeypatch: pytest.MonkeyPatch, port_too: bool
) -> None:
    tokens: list[bytes] = []

    class Noted(NtlmInitiator):
        def step(self, token: bytes | None) -> bytes | None:
            answer = super().step(token)
            tokens.append(answer or b"")
            return answer

    monkeypatch.setattr("remora.client.initiators.NtlmInitiator", Noted)
    await exchanged(info(site.url, session_option=PSSessionOption(include_port_in_spn=port_too)))
    name, port = "HTTP/127.0.0.1".encode("utf-16-le"), f":{site.url.split(':')[2].split('/')[0]}".encode("utf-16-le")
    assert name in tokens[1]
    assert (name + port in tokens[1]) is port_too


@pytest.mark.parametrize("authentication", ["basic", "negotiate"])
async def test_utf_16_is_declared_sealed_or_not(site: Site, authentication: str) -> None:
    site.set("Service/Auth/Basic=true", "Service/AllowUnencrypted=true")
    option = PSSessionOption(use_utf16=True)
    connection = Connection(info(site.url, authentication=authentication, config=OPEN, session_option=option))
    await connection.exchange(SOAP.decode().encode("utf-16"), limit=10)
    connection.close()
    assert site.dispatched[-1][3] == "utf-16"
