from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remora.auth import basic
from remora.auth.certificates import tls_server_end_point
from remora.auth.ntlm import NtlmCredential, NtlmInitiator
from remora.auth.offers import encode_token, offered_token, parse_offers
from remora.auth.sealed import is_sealed, seal_body, unseal
from remora.host.accounts import ADMINISTRATORS
from remora.host.authenticator import LocalExchange
from remora.host.identity import IDENTITY, IdentityState, IdentityTrigger
from remora.host.passwords import ScryptHash, verify_password
from remora.net.http_client import HttpConnection, HttpReply
from remora.net.tls import client_context
from remora.states import Machine
from tests.support.gate import OTHER, OTHER_PASSWORD, PASSWORD, USER, Site, gate_site

SOAP = ("Content-Type", "application/soap+xml;charset=UTF-8")
BASIC = ("Authorization", basic.authorization(USER, PASSWORD))
ALLOW_BASIC = ("Service/Auth/Basic=true", "Service/AllowUnencrypted=true")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with gate_site(tmp_path) as running:
        yield running


async def log_on(
    connection: HttpConnection,
    user: str = USER,
    password: str = PASSWORD,
    *,
    body: bytes = b"",
    scheme: str = "Negotiate",
) -> tuple[NtlmInitiator, HttpReply]:
    """Go through the legs of raw NTLM; body goes with the last one."""
    context = NtlmInitiator(NtlmCredential.from_password(user, password), host="host")
    first = await connection.post([("Authorization", encode_token(scheme, context.step(None) or b""))], b"", 5)
    assert first.status == 401
    assert first.body == b""
    challenge = offered_token(parse_offers(first.all("WWW-Authenticate")), scheme)
    if connection.peer_certificate is not None:
        context.channel_binding = tls_server_end_point(connection.peer_certificate)
    headers = [("Authorization", encode_token(scheme, context.step(challenge) or b"")), SOAP]
    return context, await connection.post(headers, body, 5)


async def send_sealed(connection: HttpConnection, context: NtlmInitiator, soap: bytes) -> tuple[HttpReply, bytes]:
    content_type, body = seal_body(context, soap)
    reply = await connection.post([("Content-Type", content_type)], body, 5)
    if not is_sealed(reply.content_type):
        return reply, reply.body
    opened = unseal(context, reply.content_type, reply.body)
    assert opened.charset == "UTF-8"
    return reply, opened.data


# --- the way in


async def test_every_enabled_scheme_is_a_line_of_its_own_and_the_connection_stays(site: Site) -> None:
    async with HttpConnection(site.url) as connection:
        reply = await connection.post([], b"", 5)
        assert (reply.status, reply.body, reply.all("WWW-Authenticate")) == (401, b"", ["Negotiate"])
        site.set(*ALLOW_BASIC)
        reply = await connection.post([SOAP], b"<soap/>", 5)
        assert reply.all("WWW-Authenticate") == ["Negotiate", 'Basic realm="WSMAN"']
        site.set("Service/Auth/Negotiate=false")
        assert (await connection.post([], b"", 5)).all("WWW-Authenticate") == ['Basic realm="WSMAN"']
        assert not connection.closed
    assert not site.dispatched


async def test_sealed_requests_and_replies(site: Site) -> None:
    async with HttpConnection(site.url) as connection:
        context, reply = await log_on(connection)
        assert (reply.status, reply.body) == (200, b"")
        for index in range(3):
            reply, text = await send_sealed(connection, context, b"<soap/>" * (index + 1))
            assert reply.status == 200
            assert b"RelatesTo" in text
    principal, peer, soap, charset = site.dispatched[-1]
    assert (principal.name, principal.authentication, principal.groups) == (USER, "Negotiate", (ADMINISTRATORS,))
    assert principal.sid.startswith("S-1-5-21-")
    assert (soap, charset, peer.address, peer.secure) == (b"<soap/>" * 3, "utf-8", "127.0.0.1", False)


async def test_a_fault_is_sealed_too(site: Site) -> None:
    site.status = 500
    async with HttpConnection(site.url) as connection:
        context, _ = await log_on(connection)
        reply, text = await send_sealed(connection, context, b"<soap/>")
        assert reply.status == 500
        assert is_sealed(reply.content_type)
        assert text.startswith(b"<s:Envelope")


@pytest.mark.parametrize(
    "user", [USER.upper(), f".\\{USER}", f"HOST.EXAMPLE\\{USER}", f"{USER}@host.example", f"localhost\\{USER}"]
)
async def test_ways_to_write_the_account(site: Site, user: str) -> None:
    async with HttpConnection(site.url) as connection:
        context, reply = await log_on(connection, user)
        assert reply.status == 200
        await send_sealed(connection, context, b"<soap/>")
    assert site.dispatched[0][0].name == USER


@pytest.mark.parametrize(
    ("user", "password"),
    [(USER, "wrong"), ("nobody", PASSWORD), (f"ELSEWHERE\\{USER}", PASSWORD), (USER, OTHER_PASSWORD)],
)
async def test_refusals_look_alike(site: Site, user: str, password: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with HttpConnection(site.url) as connection:
        _, reply = await log_on(connection, user, password, body=b"<soap/>")
        assert (reply.status, reply.body, reply.all("WWW-Authenticate")) == (401, b"", ["Negotiate"])
        assert not connection.closed
        assert (await connection.post([SOAP], b"<soap/>", 5)).status == 401
        _, reply = await log_on(connection)
        assert reply.status == 200
    assert not site.dispatched
    assert "logon_refused" in caplog.text
    assert "127.0.0.1" in caplog.text
    assert password not in caplog.text


async def test_a_full_clear_body_before_authentication_is_read_and_not_executed(site: Site) -> None:
    async with HttpConnection(site.url) as connection:
        assert (await connection.post([SOAP], b"<dangerous/>" * 5000, 5)).status == 401
        context, reply = await log_on(connection, body=b"<dangerous/>")
        assert (reply.status, reply.body) == (500, b"")
        await send_sealed(connection, context, b"<wanted/>")
    assert [soap for _, _, soap, _ in site.dispatched] == [b"<wanted/>"]


async def test_a_lost_connection_leaves_no_exchange_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = asyncio.Event()
    monkeypatch.setattr(LocalExchange, "close", lambda exchange: closed.set())
    async with gate_site(tmp_path) as site, HttpConnection(site.url) as connection:
        context = NtlmInitiator(NtlmCredential.from_password(USER, PASSWORD), host="host")
        begun = encode_token("Negotiate", context.step(None) or b"")
        assert (await connection.post([("Authorization", begun)], b"", 5)).status == 401
        assert not closed.is_set()
        await connection.close()
        await asyncio.wait_for(closed.wait(), 20)


async def test_the_scheme_word_ntlm(site: Site) -> None:
    async with HttpConnection(site.url) as connection:
        _, reply = await log_on(connection, scheme="NTLM")
        assert reply.status == 200


# --- plain bodies


async def test_plain_after_negotiate_needs_allow_unencrypted(site: Site) -> None:
    async with HttpConnection(site.url) as connection:
        await log_on(connection)
        reply = await connection.post([SOAP], b"<soap/>", 5)
        assert (reply.status, reply.body) == (500, b"")
        site.set("Service/AllowUnencrypted=true")
        reply = await connection.post([SOAP], b"<soap/>", 5)
        assert reply.status == 200
        assert reply.content_type == "application/soap+xml;charset=UTF-8"
    assert len(site.dispatched) == 1


async def test_plain_after_a_sealed_body_is_refused_even_then(site: Site) -> None:
    site.set("Service/AllowUnencrypted=true")
    async with HttpConnection(site.url) as connection:
        context, _ = await log_on(connection)
        await send_sealed(connection, context, b"<first/>")
        reply = await connection.post([SOAP], b"<second/>", 5)
        assert (reply.status, reply.body) == (500, b"")
    assert [soap for _, _, soap, _ in site.dispatched] == [b"<first/>"]


async def test_basic_is_off_unless_enabled_and_never_clear_unless_allowed(site: Site) -> None:
    async with HttpConnection(site.url) as connection:
        assert (await connection.post([BASIC, SOAP], b"<soap/>", 5)).status == 401
        site.set("Service/Auth/Basic=true")
        reply = await connection.post([BASIC, SOAP], b"<soap/>", 5)
        assert (reply.status, reply.all("WWW-Authenticate")) == (401, ["Negotiate"])
        site.set("Service/AllowUnencrypted=true")
        assert (await connection.post([BASIC, SOAP], b"<soap/>", 5)).status == 200
    assert [principal.authentication for principal, *_ in site.dispatched] == ["Basic"]


async def test_basic_is_verified_once_a_connection(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def counted(password: str, stored: ScryptHash | None) -> bool:
        calls.append(password)
        return verify_password(password, stored)

    monkeypatch.setattr("remora.host.authenticator.verify_password", counted)
    site.set(*ALLOW_BASIC)
    for _ in range(2):
        async with HttpConnection(site.url) as connection:
            for _ in range(3):
                assert (await connection.post([BASIC, SOAP], b"<soap/>", 5)).status == 200
    assert len(calls) == 2


async def test_basic_needs_its_header_each_time(site: Site) -> None:
    site.set(*ALLOW_BASIC)
    async with HttpConnection(site.url) as connection:
        assert (await connection.post([BASIC], b"", 5)).status == 200
        assert (await connection.post([SOAP], b"<soap/>", 5)).status == 401
    assert not site.dispatched


# --- what belongs to one connection


async def test_one_connection_does_not_speak_for_another(site: Site) -> None:
    async with HttpConnection(site.url) as first, HttpConnection(site.url) as second:
        context, _ = await log_on(first)
        content_type, body = seal_body(context, b"<soap/>")
        reply = await second.post([("Content-Type", content_type)], body, 5)
        assert (reply.status, reply.body) == (400, b"")
        assert (await second.post([SOAP], b"<soap/>", 5)).status == 401
    assert not site.dispatched


async def test_a_challenge_is_good_on_its_own_connection_only(site: Site) -> None:
    async with HttpConnection(site.url) as first, HttpConnection(site.url) as second:
        context = NtlmInitiator(NtlmCredential.from_password(USER, PASSWORD), host="host")
        for connection in (first, second):
            own = NtlmInitiator(NtlmCredential.from_password(USER, PASSWORD), host="host")
            begun = context if connection is first else own
            reply = await connection.post(
                [("Authorization", encode_token("Negotiate", begun.step(None) or b""))], b"", 5
            )
            if connection is first:
                challenge = offered_token(parse_offers(reply.all("WWW-Authenticate")), "Negotiate")
        last = encode_token("Negotiate", context.step(challenge) or b"")
        assert (await second.post([("Authorization", last), SOAP], b"<soap/>", 5)).status == 401


async def test_an_empty_post_asks_again_without_losing_the_context(site: Site) -> None:
    async with HttpConnection(site.url) as connection:
        context, _ = await log_on(connection)
        await send_sealed(connection, context, b"<one/>")
        assert (await connection.post([], b"", 5)).status == 401
        reply, _ = await send_sealed(connection, context, b"<two/>")
        assert reply.status == 200
    assert len(site.dispatched) == 2


async def test_other_credentials_on_the_same_connection(site: Site) -> None:
    async with HttpConnection(site.url) as connection:
        await log_on(connection)
        context, reply = await log_on(connection, OTHER, OTHER_PASSWORD)
        assert reply.status == 200
        await send_sealed(connection, context, b"<soap/>")
        _, reply = await log_on(connection, OTHER, "wrong")
        assert reply.status == 401
        assert (await connection.post([SOAP], b"<soap/>", 5)).status == 401
    assert [principal.name for principal, *_ in site.dispatched] == [OTHER]


async def test_wrong_basic_after_right_basic_ends_the_first(site: Site) -> None:
    site.set(*ALLOW_BASIC)
    async with HttpConnection(site.url) as connection:
        assert (await connection.post([BASIC, SOAP], b"<soap/>", 5)).status == 200
        wrong = ("Authorization", basic.authorization(OTHER, "wrong"))
        assert (await connection.post([wrong, SOAP], b"<soap/>", 5)).status == 401
        right = ("Authorization", basic.authorization(OTHER, OTHER_PASSWORD))
        assert (await connection.post([right, SOAP], b"<soap/>", 5)).status == 200
    assert [principal.name for principal, *_ in site.dispatched] == [USER, OTHER]


async def test_a_broken_seal_ends_the_connection(site: Site) -> None:
    async with HttpConnection(site.url) as connection:
        context, _ = await log_on(connection)
        content_type, body = seal_body(context, b"<soap/>")
        spoilt = body.replace(b"Length=7", b"Length=6")
        reply = await connection.post([("Content-Type", content_type)], spoilt, 5)
        assert (reply.status, reply.body) == (400, b"")
        await asyncio.sleep(0.05)
        assert connection.closed
    assert not site.dispatched


# --- TLS


async def test_tls_carries_the_document_with_the_last_leg(site: Site) -> None:
    async with HttpConnection(site.secure_url, tls=client_context(ca_trust=site.trust)) as connection:
        _, reply = await log_on(connection, body=b"<one/>")
        assert reply.status == 200
        assert reply.body.startswith(b"<s:Envelope")
        assert (await connection.post([SOAP], b"<two/>", 5)).status == 200
    assert [peer.secure for _, peer, _, _ in site.dispatched] == [True, True]


async def test_basic_over_tls_needs_no_permission_to_be_clear(site: Site) -> None:
    site.set("Service/Auth/Basic=true")
    async with HttpConnection(site.secure_url, tls=client_context(ca_trust=site.trust)) as connection:
        assert len((await connection.post([], b"", 5)).all("WWW-Authenticate")) == 2
        assert (await connection.post([BASIC, SOAP], b"<soap/>", 5)).status == 200


@pytest.mark.parametrize(
    ("level", "binding", "status"),
    [
        ("Strict", None, 401),
        ("Strict", b"right", 200),
        ("Relaxed", None, 200),
        ("Relaxed", b"wrong", 401),
        ("None", b"wrong", 200),
    ],
)
async def test_channel_binding_levels(site: Site, level: str, binding: bytes | None, status: int) -> None:
    site.set(f"Service/Auth/CbtHardeningLevel={level}")
    async with HttpConnection(site.secure_url, tls=client_context(ca_trust=site.trust)) as connection:
        context = NtlmInitiator(NtlmCredential.from_password(USER, PASSWORD), host="host")
        first = await connection.post([("Authorization", encode_token("Negotiate", context.step(None) or b""))], b"", 5)
        challenge = offered_token(parse_offers(first.all("WWW-Authenticate")), "Negotiate")
        right = tls_server_end_point(connection.peer_certificate or b"")
        context.channel_binding = right if binding == b"right" else binding
        token = encode_token("Negotiate", context.step(challenge) or b"")
        assert (await connection.post([("Authorization", token), SOAP], b"<soap/>", 5)).status == status


# --- shapes of requests


async def test_paths_and_methods(site: Site) -> None:
    root = site.url.removesuffix("/wsman")
    for path, status in (
        ("/", 404),
        ("/other", 404),
        ("/wsman/x", 404),
        ("/WSMAN/", 401),
        ("/wsman?PSVersion=7.4", 401),
    ):
        async with HttpConnection(root + path) as connection:
            assert (await connection.post([SOAP], b"<soap/>", 5)).status == status
    reader, writer = await asyncio.open_connection("127.0.0.1", int(root.rpartition(":")[2]))
    writer.write(b"GET /wsman HTTP/1.1\r\nHost: x\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 405 ")
    assert b"Allow: POST" in head
    writer.close()


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/soap+xml", 200),
        ('Application/SOAP+XML; charset="utf-8"', 200),
        ("application/soap+xml;charset=koi8-r", 415),
        ("text/xml", 415),
        ("", 415),
    ],
)
async def test_content_types(site: Site, content_type: str, status: int) -> None:
    site.set(*ALLOW_BASIC)
    async with HttpConnection(site.url) as connection:
        reply = await connection.post([BASIC, ("Content-Type", content_type)], b"<soap/>", 5)
        assert reply.status == status


async def test_utf16_is_answered_in_utf16(site: Site) -> None:
    site.set(*ALLOW_BASIC)
    async with HttpConnection(site.url) as connection:
        headers = [BASIC, ("Content-Type", "application/soap+xml;charset=UTF-16")]
        reply = await connection.post(headers, "<soap/>".encode("utf-16"), 5)
        assert reply.content_type == "application/soap+xml;charset=UTF-16"
        assert reply.body.decode("utf-16").startswith("<s:Envelope")
    assert site.dispatched[0][3] == "utf-16"


async def test_oversize(site: Site) -> None:
    site.set("MaxEnvelopeSizekb=32", *ALLOW_BASIC)
    async with HttpConnection(site.url) as connection:
        assert (await connection.post([BASIC, SOAP], bytes(32 * 1024), 5)).status == 200
    async with HttpConnection(site.url) as connection:
        assert (await connection.post([BASIC, SOAP], bytes(34 * 1024), 5)).status == 413
    async with HttpConnection(site.url) as connection:
        assert (await connection.post([], bytes(34 * 1024), 5)).status == 413


async def test_anonymous_identify(site: Site) -> None:
    url = site.url.removesuffix("/wsman") + "/wsman-anon/identify"
    async with HttpConnection(url) as connection:
        marker = ("WSMANIDENTIFY", "unauthenticated")
        reply = await connection.post([SOAP, marker], b"<identify/>", 5)
        assert (reply.status, reply.body) == (200, b"<identified/>")
        assert (await connection.post([SOAP], b"<identify/>", 5)).status == 401
        assert (await connection.post([marker, ("Content-Type", "text/plain")], b"x", 5)).status == 415
    assert not site.dispatched


@pytest.mark.parametrize(
    "value",
    [
        "Negotiate",
        "Negotiate !!!",
        "Negotiate AAAA",
        "Basic",
        "Basic AAAA",
        "Kerberos YII=",
        "CredSSP AA==",
        "Digest a=b",
        "?",
    ],
)
async def test_bad_authorization_headers(site: Site, value: str) -> None:
    site.set(*ALLOW_BASIC)
    async with HttpConnection(site.url) as connection:
        reply = await connection.post([("Authorization", value), SOAP], b"<soap/>", 5)
        assert (reply.status, len(reply.all("WWW-Authenticate"))) == (401, 2)
        assert (await connection.post([BASIC, SOAP], b"<soap/>", 5)).status == 200


async def test_a_removed_account_can_log_on_no_more(site: Site) -> None:
    assert site.store is not None
    site.store.remove(USER)
    async with HttpConnection(site.url) as connection:
        _, reply = await log_on(connection)
        assert reply.status == 401


@given(st.binary(max_size=120), st.sampled_from(["Negotiate", "Basic", "NTLM", "x"]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_garbage_never_gets_through(site: Site, token: bytes, scheme: str) -> None:
    site.set(*ALLOW_BASIC)
    async with HttpConnection(site.url) as connection:
        header = ("Authorization", encode_token(scheme, token).strip())
        reply = await connection.post([header, SOAP], b"<soap/>", 5)
        assert reply.status == 401
    assert not site.dispatched


def test_every_state_and_trigger() -> None:
    for state in IdentityState:
        for trigger in IdentityTrigger:
            machine = Machine(state, IDENTITY)
            possible = (state, trigger) != (IdentityState.KNOWN, IdentityTrigger.ACCEPT)
            assert machine.can(trigger) is possible
    assert all(IDENTITY[state, IdentityTrigger.REFUSE] is IdentityState.UNKNOWN for state in IdentityState)


@pytest.mark.parametrize("values", [("",), (BASIC[1], BASIC[1]), ("", BASIC[1]), (BASIC[1], "Negotiate")])
async def test_an_empty_or_a_second_authorization_header_ends_what_was_proved(
    site: Site, values: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    site.set(*ALLOW_BASIC)
    async with HttpConnection(site.url) as connection:
        await log_on(connection)
        reply = await connection.post([*(("Authorization", value) for value in values), SOAP], b"<soap/>", 5)
        assert (reply.status, reply.body) == (401, b"")
        assert (await connection.post([SOAP], b"<soap/>", 5)).status == 401
    assert not site.dispatched
    assert re.search(r"logon_refused .*(an empty|2) Authorization header", caplog.text)
