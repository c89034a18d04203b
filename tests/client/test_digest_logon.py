"""Digest against a server that offers it, and against our host, which never does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from remora.client.config_store import ClientConfig
from remora.client.connection import Connection
from remora.client.connection_info import ConnectionInfo, connection_infos
from remora.errors import AuthError
from tests.support.digest_server import PASSWORD, USER, DigestSite, digest_site
from tests.support.gate import gate_site

SOAP = b"<e/>"


def info(url: str, **keywords: Any) -> ConnectionInfo:
    config = ClientConfig(allow_unencrypted=True)
    values = {"username": USER, "password": PASSWORD, "authentication": "digest", "config": config, **keywords}
    return connection_infos(connection_uri=url, **values)[0]


async def exchanged(site: DigestSite, count: int, **keywords: Any) -> Connection:
    connection = Connection(info(site.url, **keywords))
    try:
        for _ in range(count):
            assert (await connection.exchange(SOAP, limit=10)).document == SOAP
    finally:
        connection.close()
    return connection


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256", "MD5-sess", "SHA-256-sess"])
async def test_one_challenge_is_answered_many_times(algorithm: str) -> None:
    async with digest_site(DigestSite(algorithm=algorithm, qop="auth-int, auth")) as site:
        connection = await exchanged(site, 3)
    assert connection.exchanges == 4
    assert site.answered == [("nonce1", f"{number:08x}") for number in (1, 2, 3)]


async def test_a_server_without_qop() -> None:
    async with digest_site(DigestSite(qop="")) as site:
        assert (await exchanged(site, 2)).exchanges == 3


@pytest.mark.parametrize("stale", [True, False])
async def test_a_nonce_that_is_used_up_is_replaced_and_nothing_is_lost(stale: bool) -> None:
    async with digest_site(DigestSite(uses=2, stale=stale)) as site:
        connection = await exchanged(site, 5)
    assert [nonce for nonce, _count in site.answered] == ["nonce1", "nonce1", "nonce2", "nonce2", "nonce3"]
    assert connection.exchanges == 1 + 5 + 2


async def test_a_stale_nonce_is_tried_once_more_and_not_for_ever() -> None:
    async with digest_site(DigestSite(uses=0)) as site:
        with pytest.raises(AuthError, match="refused the logon"):
            await exchanged(site, 1)
    assert site.challenges == 3


async def test_a_wrong_password_is_sent_once() -> None:
    async with digest_site(DigestSite()) as site:
        with pytest.raises(AuthError, match="refused the logon"):
            await exchanged(site, 1, password="wrong")
    assert site.challenges == 2


async def test_of_several_challenges_the_first_known_one_is_answered() -> None:
    unknown = 'Digest realm="r", nonce="x", algorithm=SHA-512-256, qop="auth"'
    async with digest_site(DigestSite(algorithm="SHA-256", more=("Negotiate", unknown))) as site:
        assert (await exchanged(site, 1)).exchanges == 2


async def test_a_challenge_that_nobody_can_answer_is_an_error() -> None:
    async with digest_site(DigestSite(qop="auth-int")) as site:
        with pytest.raises(AuthError, match="auth-int"):
            await exchanged(site, 1)


async def test_our_host_never_offers_it(tmp_path: Path) -> None:
    async with gate_site(tmp_path / "state") as site:
        connection = Connection(info(site.url))
        with pytest.raises(AuthError, match="no WinRM service offers Digest") as caught:
            await connection.exchange(SOAP, limit=10)
    assert caught.value.code == 0x80070005
