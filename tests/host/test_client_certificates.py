"""Client certificates at the gate: who gets in as whom, and every way not to."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from remora.auth.client_certificate import PROFILE
from remora.config.cert_mapping import CertMapping
from remora.errors import TransportError
from remora.host.authenticator_process import AuthenticatorProcess
from remora.net.http_client import HttpConnection, HttpReply
from remora.net.tls import client_context
from tests.support.authority import Authority, Issued
from tests.support.gate import OTHER, USER, Site, gate_site

HEADERS = (("Authorization", PROFILE), ("Content-Type", "application/soap+xml;charset=UTF-8"))
CMD = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd"
CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"
UPN = "anna@example.test"


def soap(resource: str) -> bytes:
    return (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><s:Header>'
        f"<w:ResourceURI>{resource}</w:ResourceURI></s:Header><s:Body/></s:Envelope>"
    ).encode()


@pytest.fixture
def authority() -> Authority:
    return Authority()


@pytest.fixture
async def site(tmp_path: Path, authority: Authority) -> AsyncIterator[Site]:
    async with gate_site(tmp_path) as running:
        authority.root.write(running.certificates / "trusted", "root")
        running.mappings = (CertMapping(issuer=authority.root.thumbprint, subject=UPN, username=USER),)
        running.set("Service/Auth/Certificate=true")
        yield running


def connection(site: Site, certificate: Issued | None) -> HttpConnection:
    context = client_context(ca_trust=site.trust)
    if certificate is not None:
        context.load_cert_chain(*certificate.write(site.certificates.parent / "client", "client"))
    return HttpConnection(site.secure_url, tls=context)


async def ask(site: Site, certificate: Issued | None, resource: str = CMD) -> HttpReply:
    async with connection(site, certificate) as opened:
        return await opened.post(HEADERS, soap(resource), 10)


async def test_a_mapped_certificate_acts_as_its_account(
    site: Site, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with connection(site, authority.client("anna", upn=UPN)) as opened:
        assert (await opened.post(HEADERS, soap(CMD), 10)).status == 200
        assert (await opened.post(HEADERS, soap(CMD), 10)).status == 200
        assert (await opened.post(HEADERS, b"", 10)).status == 200
        unannounced = await opened.post(HEADERS[1:], soap(CMD), 10)
    assert unannounced.status == 401
    assert [(caller.name, caller.authentication) for caller, *_ in site.dispatched] == [(USER, "Certificate")] * 2
    assert caplog.text.count("scheme=Certificate") == 1


async def test_a_computer_is_named_by_dns(site: Site, authority: Authority) -> None:
    site.mappings = (CertMapping(issuer=authority.root.thumbprint, subject="*.lab.test", username=OTHER),)
    assert (await ask(site, authority.client("pc", dns=["pc.LAB.test"]))).status == 200
    assert (await ask(site, authority.client("pc", dns=["pc.other.test"]))).status == 401


async def test_each_resource_has_its_account(site: Site, authority: Authority) -> None:
    issuer = authority.root.thumbprint
    site.mappings = (
        CertMapping(issuer=issuer, subject=UPN, uri=CMD, username=OTHER),
        CertMapping(issuer=issuer, subject=UPN, uri=CONFIG + "*", username=USER),
    )
    async with connection(site, authority.client("anna", upn=UPN)) as opened:
        statuses = [
            (await opened.post(HEADERS, soap(resource), 10)).status
            for resource in (CMD, CONFIG + "/service", CMD, "http://elsewhere")
        ]
    assert statuses == [200, 200, 200, 401]
    assert [caller.name for caller, *_ in site.dispatched] == [OTHER, USER, OTHER]


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("none", "shown no certificate"),
        ("switched off", "switched off"),
        ("both names", "not both"),
        ("no name", "not both"),
        ("17 KB", "more than 16384"),
        ("revoked", "was revoked"),
        ("old list", "out of date"),
        ("broken list", "cannot be read"),
        ("disabled", "no enabled mapping"),
        ("another name", "no enabled mapping"),
        ("another issuer", "no enabled mapping"),
        ("no account", "the logon was refused"),
    ],
)
async def test_who_is_refused(
    site: Site, authority: Authority, how: str, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    certificate: Issued | None = authority.client("anna", upn=UPN)
    (mapping,) = site.mappings
    trusted = site.certificates / "trusted"
    match how:
        case "none":
            certificate = None
        case "switched off":
            site.set("Service/Auth/Certificate=false")
        case "both names":
            certificate = authority.client("anna", upn=UPN, dns=["anna.test"])
        case "no name":
            certificate = authority.client("anna")
        case "17 KB":
            certificate = authority.client("anna", upn=UPN, padding=17 * 1024)
        case "revoked":
            assert certificate is not None
            (trusted / "root.crl").write_bytes(authority.revocation_list([certificate]))
        case "old list":
            (trusted / "root.crl").write_bytes(authority.revocation_list(days=-1))
        case "broken list":
            (trusted / "root.crl").write_bytes(b"-----BEGIN nothing")
        case "another name":
            certificate = authority.client("emil", upn="emil@example.test")
        case "disabled":
            site.mappings = (CertMapping(issuer=mapping.issuer, username=USER, enabled=False),)
        case "another issuer":
            site.mappings = (CertMapping(issuer="A" * 40, username=USER),)
        case "no account":
            site.mappings = (CertMapping(issuer=mapping.issuer, username="nobody"),)
    reply = await ask(site, certificate)
    assert reply.status == 401
    assert reply.body == b""
    assert not site.dispatched
    assert why in caplog.text


@pytest.mark.parametrize(
    ("how", "why"),
    [("stranger", "issuer"), ("expired", "expired"), ("usage", "purpose"), ("self-made", "self-signed")],
)
async def test_whom_tls_refuses(
    site: Site, authority: Authority, how: str, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    certificate = {
        "stranger": lambda: Authority("Other").client("anna", upn=UPN),
        "expired": lambda: authority.client("anna", upn=UPN, days=-1),
        "usage": lambda: authority.client("anna", upn=UPN, usage=ExtendedKeyUsageOID.SERVER_AUTH),
        "self-made": lambda: Authority("anna").root,
    }[how]()
    with pytest.raises(TransportError):
        await ask(site, certificate)
    assert not site.dispatched
    assert "client_certificate_refused" in caplog.text
    assert why in caplog.text


async def test_over_http_the_header_proves_nothing(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    async with HttpConnection(site.url) as opened:
        assert (await opened.post(HEADERS, soap(CMD), 10)).status == 401
    assert not site.dispatched
    assert "over HTTPS only" in caplog.text


async def test_what_changes_holds_for_open_connections(site: Site, authority: Authority) -> None:
    certificate = authority.client("anna", upn=UPN)
    trusted = site.certificates / "trusted"
    async with connection(site, certificate) as opened:
        assert (await opened.post(HEADERS, soap(CMD), 10)).status == 200
        (trusted / "root.crl").write_bytes(authority.revocation_list([certificate]))
        assert (await opened.post(HEADERS, soap(CMD), 10)).status == 401
        (trusted / "root.crl").write_bytes(authority.revocation_list([authority.client("emil")]))
        assert (await opened.post(HEADERS, soap(CMD), 10)).status == 200
        (trusted / "root.crt").unlink()
        assert (await opened.post(HEADERS, soap(CMD), 10)).status == 401
        authority.root.write(trusted, "again")
        assert (await opened.post(HEADERS, soap(CMD), 10)).status == 200
        site.mappings = ()
        assert (await opened.post(HEADERS, soap(CMD), 10)).status == 401


async def test_a_list_of_somebody_else_counts_for_nothing(site: Site, authority: Authority) -> None:
    certificate = authority.client("anna", upn=UPN)
    (site.certificates / "trusted" / "false.crl").write_bytes(Authority().revocation_list([certificate]))
    assert (await ask(site, certificate)).status == 200


async def test_tls_asks_for_a_certificate_only_while_they_are_taken(site: Site, authority: Authority) -> None:
    site.set("Service/Auth/Certificate=false")
    stranger = Authority("Other").client("anna", upn=UPN)
    assert (await ask(site, stranger)).status == 401
    site.set("Service/Auth/Certificate=true")
    with pytest.raises((TransportError, ssl.SSLError)):
        await ask(site, stranger)


async def test_an_authority_below_another_is_trusted_by_itself(site: Site) -> None:
    lower = Authority("Lower", above=Authority("Upper"))
    lower.root.write(site.certificates / "trusted", "lower")
    site.mappings = (CertMapping(issuer=lower.root.thumbprint, subject=UPN, username=USER),)
    assert (await ask(site, lower.client("anna", upn=UPN))).status == 200


async def test_the_process_that_holds_the_accounts_names_the_caller(tmp_path: Path, authority: Authority) -> None:
    process = await AuthenticatorProcess.start(tmp_path)
    async with gate_site(tmp_path, process) as site:
        authority.root.write(site.certificates / "trusted", "root")
        site.mappings = (CertMapping(issuer=authority.root.thumbprint, username=USER),)
        site.set("Service/Auth/Certificate=true")
        assert (await ask(site, authority.client("anna", upn=UPN))).status == 200
        site.mappings = (CertMapping(issuer=authority.root.thumbprint, username="nobody"),)
        assert (await ask(site, authority.client("anna", upn=UPN))).status == 401
    assert [caller.name for caller, *_ in site.dispatched] == [USER]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_resumed_tls_session_is_judged_anew(site: Site, authority: Authority, version: ssl.TLSVersion) -> None:
    certificate = authority.client("anna", upn=UPN)
    context = client_context(ca_trust=site.trust)
    context.minimum_version = context.maximum_version = version
    context.load_cert_chain(*certificate.write(site.certificates.parent / "client", "client"))
    port = int(site.secure_url.split(":")[2].partition("/")[0])

    def request(session: ssl.SSLSession | None) -> tuple[int, bool, ssl.SSLSession | None]:
        body = soap(CMD)
        lines = [f"{name}: {value}\r\n" for name, value in HEADERS]
        head = f"POST /wsman HTTP/1.1\r\nHost: h\r\n{''.join(lines)}Content-Length: {len(body)}\r\n\r\n"
        with (
            socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname="127.0.0.1", session=session) as secured,
        ):
            secured.sendall(head.encode() + body)
            status = int(secured.recv(1000).split()[1])
            return status, bool(secured.session_reused), secured.session

    status, reused, session = await asyncio.to_thread(request, None)
    assert (status, reused) == (200, False)
    status, reused, session = await asyncio.to_thread(request, session)
    assert (status, reused) == (200, True)
    (site.certificates / "trusted" / "root.crl").write_bytes(authority.revocation_list([certificate]))
    status, reused, _session = await asyncio.to_thread(request, session)
    assert (status, reused) == (401, True)
