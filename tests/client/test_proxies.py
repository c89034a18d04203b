"""The way through a proxy, over real sockets: the host's own gate behind a small proxy."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from remora.client.config_store import ClientAuth, ClientConfig
from remora.client.connection import Connection
from remora.client.connection_info import ConnectionInfo, connection_infos
from remora.client.options import ProxyAccessType, PSSessionOption
from remora.client.proxies import proxy_for
from remora.errors import AuthError, ConfigError, ConnectionLost, PSSessionError, TransportError
from remora.values import PSCredential
from tests.support import proxy_server as proxies
from tests.support.gate import PASSWORD, USER, Site, gate_site
from tests.support.proxy_server import proxy_server

SOAP = b"<e><MessageID>uuid:1</MessageID></e>"
OPEN = ClientConfig(allow_unencrypted=True, auth=ClientAuth(basic=True))
WHO = PSCredential(proxies.USER, proxies.PASSWORD)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with gate_site(tmp_path / "state") as running:
        yield running


def info(
    url: str, *, config: ClientConfig | None = None, authentication: str = "default", **option: Any
) -> ConnectionInfo:
    (made,) = connection_infos(
        connection_uri=url, username=USER, password=PASSWORD, config=config or ClientConfig(),
        authentication=authentication, session_option=PSSessionOption(**option),
    )  # fmt: skip
    return made


def with_texts(**option: Any) -> PSSessionOption:
    return PSSessionOption(**option)


async def exchanged(given: ConnectionInfo, count: int = 2) -> None:
    connection = Connection(given)
    for _ in range(count):
        assert b"RelatesTo>uuid:1<" in (await connection.exchange(SOAP, limit=10)).document
    connection.close()


def where(site: Site, scheme: str) -> str:
    return site.url if scheme == "http" else site.secure_url


@pytest.mark.parametrize("target", ["http", "https"])
@pytest.mark.parametrize("scheme", ["http", "socks5", "socks5h", "socks4a"])
async def test_a_tunnel_carries_a_pinned_connection(site: Site, scheme: str, target: str) -> None:
    """NTLM lives on one connection: one tunnel serves the legs and all requests, and TLS goes through it."""
    with proxy_server() as proxy:
        await exchanged(info(where(site, target), proxy=proxy.url(scheme), ca_trust=str(site.trust)))
        assert len(proxy.asked) == 1
        assert proxy.asked[0].endswith(where(site, target).split("/")[2])


@pytest.mark.parametrize("target", ["http", "https"])
@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize(
    ("mechanism", "algorithm"),
    [("Basic", ""), ("Digest", "MD5"), ("Digest", "SHA-256"), ("Digest", "MD5-sess"), ("Negotiate", "")],
)
async def test_the_proxy_wants_a_logon(site: Site, mechanism: str, algorithm: str, keeps: bool, target: str) -> None:
    keeps = keeps or mechanism == "Negotiate"  # which needs the connection
    with proxy_server(mechanism=mechanism, algorithm=algorithm, keeps=keeps) as proxy:
        option: dict[str, Any] = {"proxy": proxy.url(), "proxy_authentication": mechanism, "ca_trust": str(site.trust)}
        await exchanged(info(where(site, target), proxy_credential=WHO, **option))
        assert proxy.asked == [f"CONNECT {where(site, target).split('/')[2]}"]
        seen = len(site.dispatched)
        for wrong, match in ((PSCredential(proxies.USER, "n0"), "refused the logon"), (None, "asks for a logon")):
            with pytest.raises(AuthError, match=match) as caught:
                await exchanged(info(where(site, target), proxy_credential=wrong, **option))
            assert "n0" not in str(caught.value).replace("nobody", "")
        assert len(proxy.asked) == 1
        assert len(site.dispatched) == seen


async def test_only_the_mechanism_that_was_named_is_tried(site: Site) -> None:
    """A proxy that asks for Basic does not get the password from somebody who said Negotiate."""
    with proxy_server(mechanism="Basic") as proxy:
        with pytest.raises(AuthError, match=r"does not accept Negotiate.*offers Basic"):
            await exchanged(info(site.url, proxy=proxy.url(), proxy_credential=WHO))
        assert proxy.refused == 1


async def test_socks5_with_a_name_and_a_password(site: Site) -> None:
    with proxy_server(mechanism="SOCKS5") as proxy:
        right = PSCredential(proxies.USER, proxies.SOCKS_PASSWORD)
        await exchanged(info(site.url, proxy=proxy.url("socks5"), proxy_credential=right))
        assert len(proxy.asked) == 1
        with pytest.raises(ConnectionLost, match="letters of ASCII"):
            await exchanged(info(site.url, proxy=proxy.url("socks5"), proxy_credential=WHO))
        for wrong in (None, PSCredential(proxies.USER, "wrong")):
            with pytest.raises(TransportError, match="does not lead to"):
                await exchanged(info(site.url, proxy=proxy.url("socks5"), proxy_credential=wrong))
        assert len(proxy.asked) == 1


@pytest.mark.parametrize("mechanism", [None, "Basic", "Digest"])
async def test_a_proxy_without_tunnels_forwards_single_requests(site: Site, mechanism: str | None) -> None:
    site.set("Service/Auth/Basic=true", "Service/AllowUnencrypted=true")
    with proxy_server(connect=False, mechanism=mechanism) as proxy:
        option: dict[str, Any] = {"proxy": proxy.url(), "proxy_authentication": mechanism or "Negotiate"}
        option |= {"proxy_credential": WHO} if mechanism else {}
        await exchanged(info(site.url, authentication="basic", config=OPEN, **option))
        assert proxy.asked == [f"POST {site.url.split('/')[2]}"] * 2
        with pytest.raises(TransportError, match="Negotiate proves itself to a connection"):
            await exchanged(info(site.url, **option))
        with pytest.raises(ConnectionLost, match="does not allow a tunnel"):
            await exchanged(info(site.secure_url, ca_trust=str(site.trust), **option))


async def test_a_proxy_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for scheme in ("http", "socks5"):
        with pytest.raises(ConnectionLost, match=f"cannot connect to the proxy 127.0.0.1:{port}"):
            await exchanged(info("http://127.0.0.1:1/wsman", proxy=f"{scheme}://127.0.0.1:{port}"))


@pytest.mark.parametrize(
    ("access", "chosen"),
    [
        ("None", None),
        ("NoProxyServer", None),
        ("IEConfig", "user.example:3128"),
        ("WinHttpConfig", "machine.example:8080"),
        ("AutoDetect", "machine.example:8080"),
    ],
)
def test_where_the_access_types_find_a_proxy(monkeypatch: pytest.MonkeyPatch, access: str, chosen: str | None) -> None:
    monkeypatch.setenv("https_proxy", "http://user.example:3128")
    monkeypatch.setenv("no_proxy", "inside.example, 10.0.0.7:99")
    option = with_texts(proxy_access_type=access.lower())
    config = ClientConfig(proxy="machine.example", no_proxy=("*.inside.example",))

    def found(url: str, config: ClientConfig = config) -> str | None:
        proxy = proxy_for(url, option, config)
        return None if proxy is None else str(proxy)

    assert found("https://server.example/wsman") == chosen
    assert found("https://a.inside.example/wsman") is None
    if access == "IEConfig":
        assert found("http://server.example/wsman") is None
        assert found("https://inside.example/wsman") is None
        assert found("https://10.0.0.7:99/wsman") is None
        assert found("https://10.0.0.7:98/wsman") == chosen
        monkeypatch.setenv("all_proxy", "socks5://user.example")
        assert found("http://server.example/wsman") == "user.example:1080"
    if access == "AutoDetect":
        assert found("https://server.example/wsman", ClientConfig()) == "user.example:3128"


def test_the_options_win_over_what_is_configured() -> None:
    config = ClientConfig(proxy="http://joe:secret@machine.example:1")
    option = PSSessionOption(proxy_access_type=ProxyAccessType.WIN_HTTP_CONFIG)
    proxy = proxy_for("http://a/", option, config)
    assert proxy is not None
    assert (proxy.username, proxy.password, proxy.mechanism.value) == ("joe", "secret", "Basic")
    assert "secret" not in repr(proxy)
    proxy = proxy_for("http://a/", option.with_changes(proxy="socks5://x", proxy_credential=WHO), config)
    assert proxy is not None
    assert (proxy.scheme, proxy.username, proxy.mechanism.value) == ("socks5", proxies.USER, "Negotiate")


def test_what_does_not_fit_together_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(PSSessionError) as caught:
        info("http://127.0.0.1:1/", proxy_credential=WHO)
    assert caught.value.error_id == "ProxyCredentialWithoutAccess"
    with pytest.raises(PSSessionError) as caught:
        with_texts(proxy_authentication="Kerberos")
    assert caught.value.error_id == "ProxyAmbiguousAuthentication"
    for proxy in ("ftp://x", "https://x:1", "http://", "http://x:99999", "http://x:0"):
        with pytest.raises(ConfigError, match="proxy"):
            info("http://127.0.0.1:1/", proxy=proxy)
    with pytest.raises(ConfigError, match="proxy_access_type is one of"):
        with_texts(proxy_access_type="Magic")


def test_the_environments_proxy_may_carry_a_logon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://joe:s%40cret@user.example")
    proxy = proxy_for("https://a/", PSSessionOption(proxy_access_type=ProxyAccessType.IE_CONFIG), ClientConfig())
    assert proxy is not None
    assert (proxy.username, proxy.password, proxy.port, proxy.mechanism.value) == ("joe", "s@cret", 8080, "Basic")
