"""Our client logs on to our gate with CredSSP, or is stopped by the delegation policy before anything is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from remora.client.config_store import ClientAuth, ClientConfig
from remora.client.connection import Connection
from remora.client.connection_info import ConnectionInfo, connection_infos
from remora.client.options import PSSessionOption
from remora.errors import AuthError
from tests.support.gate import PASSWORD, USER, Site, gate_site

AUTH = ClientAuth(credssp=True)
SOAP = b"<e>a document</e>"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with gate_site(tmp_path) as running:
        running.set("Service/Auth/CredSSP=true", "Service/Auth/Negotiate=false")
        yield running


def config(fresh: tuple[str, ...] = (), ntlm_only: tuple[str, ...] = (), **more: Any) -> ClientConfig:
    lists = {"allow_fresh_credentials": fresh, "allow_fresh_credentials_ntlm_only": ntlm_only}
    return ClientConfig(**{"auth": AUTH, **lists, **more})


def info(url: str, **keywords: Any) -> ConnectionInfo:
    given = {"username": USER, "password": PASSWORD, "authentication": "credssp", **keywords}
    return connection_infos(connection_uri=url, **{"config": config(ntlm_only=("WSMAN/*",)), **given})[0]


@pytest.mark.parametrize("size", [10, 16 * 1024, 16 * 1024 + 1, 400_000])
async def test_over_http_every_body_is_sealed(site: Site, size: int) -> None:
    connection = Connection(info(site.url))
    document = b"<e>" + b"x" * size + b"</e>"
    for _ in range(2):
        reply = await connection.exchange(document, limit=10)
        assert b"ShellId" in reply.document
    connection.close()
    assert [soap for _principal, _peer, soap, _charset in site.dispatched] == [document, document]
    assert {principal.authentication for principal, *_ in site.dispatched} == {"CredSSP"}
    assert connection.exchanges == 7


async def test_over_https_the_certificate_proves_the_server(site: Site) -> None:
    trusting = {"session_option": PSSessionOption(ca_trust=str(site.trust)), "config": config(("WSMAN/127.0.0.1",))}
    connection = Connection(info(site.secure_url, **trusting))
    await connection.exchange(SOAP, limit=10)
    await connection.exchange(SOAP, limit=10)
    connection.close()
    assert [soap for _principal, _peer, soap, _charset in site.dispatched] == [SOAP, SOAP]


async def test_what_the_policy_forbids_leaves_no_packet(site: Site) -> None:
    assert site.server is not None
    proven = PSSessionOption(ca_trust=str(site.trust))
    unproven = PSSessionOption(skip_ca_check=True)
    here = ("WSMAN/127.0.0.1",)
    cases: list[tuple[int, str, dict[str, Any]]] = [
        (0x803381A1, site.url, {"username": None, "password": None}),
        (0x803381A2, site.url, {"config": config(here, here, auth=ClientAuth())}),
        (0x803381A3, site.url, {"config": config()}),
        (0x803381A3, site.url, {"config": config(("WSMAN/elsewhere",), ("WSMAN/elsewhere",))}),
        (0x803381A3, site.secure_url, {"config": config((), here), "session_option": proven}),
        (0x803381A4, site.url, {"config": config(here)}),
        (0x803381A4, site.secure_url, {"config": config(here), "session_option": unproven}),
        (0x803380E4, "http://192.0.2.1:5985/wsman", {}),
    ]
    for code, url, keywords in cases:
        with pytest.raises(AuthError) as refusal:
            await Connection(info(url, **keywords)).exchange(SOAP, limit=10)
        assert refusal.value.code == code, hex(code)
        assert PASSWORD not in str(refusal.value)
    assert site.server.connections == []


@pytest.mark.parametrize(("user", "password"), [(USER, "n0nsense"), ("nobody", PASSWORD)])
async def test_a_refused_logon_is_an_error_without_the_password(site: Site, user: str, password: str) -> None:
    with pytest.raises(AuthError, match="refused the logon") as caught:
        await Connection(info(site.url, username=user, password=password)).exchange(SOAP, limit=10)
    assert password not in str(caught.value)
    assert site.dispatched == []


async def test_a_host_that_has_it_switched_off_says_so(site: Site) -> None:
    site.set("Service/Auth/CredSSP=false", "Service/Auth/Negotiate=true")
    with pytest.raises(AuthError, match="Service/Auth/CredSSP must be true"):
        await Connection(info(site.url)).exchange(SOAP, limit=10)


async def test_a_message_out_of_order_is_not_taken_and_ends_the_logon(site: Site) -> None:
    connection = Connection(info(site.url))
    await connection.exchange(SOAP, limit=10)
    connection._logon._context.seal(b"a message that never arrives")  # type: ignore[union-attr]
    await connection.exchange(SOAP, limit=10)
    assert connection.exchanges == 6 + 1 + 6  # one that the host does not take, then everything anew
    assert len(site.dispatched) == 2
    connection.close()


async def test_the_largest_envelope_fits_though_it_is_many_parts(site: Site) -> None:
    connection = Connection(info(site.url))
    largest = b"x" * site.config.max_envelope_size_kb * 1024
    await connection.exchange(largest, limit=10)
    connection.close()
    assert [len(soap) for _principal, _peer, soap, _charset in site.dispatched] == [len(largest)]
