"""CredSSP at the gate: what is said on the wrong connection, in the wrong order or in clear text gets nobody in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from remora.auth.credssp import CredSspInitiator
from remora.auth.ntlm import NtlmCredential, NtlmInitiator
from remora.auth.offers import encode_token, offered_token, parse_offers
from remora.auth.sealed import CREDSSP_PROTOCOL, seal_body, unseal_body
from remora.net.http_client import HttpConnection, HttpReply
from tests.support.gate import PASSWORD, USER, Site, gate_site

SOAP = ("Content-Type", "application/soap+xml;charset=UTF-8")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with gate_site(tmp_path) as running:
        running.set("Service/Auth/CredSSP=true", "Service/AllowUnencrypted=true")
        yield running


def initiator() -> CredSspInitiator:
    inner = NtlmInitiator(NtlmCredential.from_password(USER, PASSWORD), host="h")
    return CredSspInitiator(inner, domain="", user=USER, password=PASSWORD)


async def leg(connection: HttpConnection, token: bytes | None, body: bytes = b"") -> HttpReply:
    return await connection.post([SOAP, ("Authorization", encode_token("CredSSP", token or b""))], body, 10)


def challenge(reply: HttpReply) -> bytes:
    token = offered_token(parse_offers(reply.all("WWW-Authenticate")), "CredSSP")
    assert token is not None
    return token


async def log_on(connection: HttpConnection, client: CredSspInitiator, legs: int = 20) -> HttpReply:
    """Do some legs of a logon, by default all of them; return the last answer."""
    reply = await leg(connection, client.step(None))
    for _ in range(legs - 1):
        if reply.status != 401:
            break
        reply = await leg(connection, client.step(challenge(reply)))
    return reply


async def ask(connection: HttpConnection, client: CredSspInitiator, soap: bytes) -> HttpReply:
    content_type, body = seal_body(client, soap, protocol=CREDSSP_PROTOCOL)
    return await connection.post([("Content-Type", content_type)], body, 10)


async def test_a_logon_and_what_follows_it(site: Site) -> None:
    client = initiator()
    async with HttpConnection(site.url) as connection:
        assert (await log_on(connection, client)).status == 200
        reply = await ask(connection, client, b"<one/>")
        assert b"ShellId" in unseal_body(client, reply.content_type, reply.body)
        assert (await connection.post([SOAP], b"<clear/>", 10)).status == 500
        again = initiator()
        assert (await log_on(connection, again)).status == 200
        assert (await ask(connection, again, b"<two/>")).status == 200
        assert (await ask(connection, client, b"<old session/>")).status == 400
    assert [soap for _principal, _peer, soap, _charset in site.dispatched] == [b"<one/>", b"<two/>"]


@pytest.mark.parametrize("legs", [1, 2, 3, 4])
async def test_half_a_logon_is_none(site: Site, legs: int) -> None:
    client = initiator()
    async with HttpConnection(site.url) as connection:
        assert (await log_on(connection, client, legs)).status == 401
        assert (await connection.post([SOAP], b"<clear/>", 10)).status == 401
        token = ("Authorization", "Negotiate " + encode_token("x", b"NTLMSSP\0\3\0\0\0").partition(" ")[2])
        assert (await connection.post([SOAP, token], b"<other scheme/>", 10)).status == 401
    assert site.dispatched == []


@pytest.mark.parametrize("legs", [1, 2, 3, 4])
async def test_a_logon_does_not_go_on_with_another_connection(site: Site, legs: int) -> None:
    client = initiator()
    async with HttpConnection(site.url) as first, HttpConnection(site.url) as second:
        reply = await log_on(first, client, legs)
        assert reply.status == 401
        moved = await leg(second, client.step(challenge(reply)), b"<moved/>")
        assert moved.status == 401
        assert moved.all("WWW-Authenticate") == ["Negotiate", "CredSSP"]
    assert site.dispatched == []


async def test_sealed_bodies_belong_to_their_connection(site: Site) -> None:
    client = initiator()
    async with HttpConnection(site.url) as first, HttpConnection(site.url) as second:
        assert (await log_on(first, client)).status == 200
        assert (await ask(second, client, b"<stolen/>")).status == 400
    assert site.dispatched == []


@pytest.mark.parametrize(
    "token", [b"\0", b"\x16\x03\x01\x00\x05", bytes(40_000), b"\x16\x03\x03\xff\xff" + bytes(60_000)]
)
async def test_tokens_that_are_none(site: Site, token: bytes) -> None:
    async with HttpConnection(site.url) as connection:
        assert (await leg(connection, token, b"<x/>")).status in (401, 431)
    async with HttpConnection(site.url) as connection:
        assert (await log_on(connection, initiator())).status == 200
    assert site.dispatched == []
