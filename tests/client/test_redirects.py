"""Servers that send their clients elsewhere: what is followed, whom credentials are shown to."""

from __future__ import annotations

import pickle
from collections.abc import AsyncIterator
from typing import Any

import pytest

import remora
from remora.client.config_store import ClientAuth, ClientConfig, HostAlias
from remora.client.connection_info import ConnectionInfo, connection_infos
from remora.client.options import PSSessionOption
from remora.client.pssession import PSSession
from remora.client.redirects import LOCATION_INVALID, REDIRECT_REQUESTED, Redirected, RedirectError, redirected
from remora.client.repository import PSSessionRepository
from remora.client.session_errors import error_id_of
from remora.errors import AuthError, PSSessionError
from tests.client.small_host import PASSWORD, USER, SmallHost, small_host
from tests.support.redirecting import redirecting

OPEN = ClientConfig(allow_unencrypted=True, auth=ClientAuth(basic=True))


@pytest.fixture
async def host() -> AsyncIterator[SmallHost]:
    async with small_host() as running:
        yield running


async def opened(url: str, *, allow: bool = True, config: ClientConfig = OPEN, **option: Any) -> PSSession:
    made = await remora.new_pssession(
        connection_uri=url, username=USER, password=PASSWORD, authentication="basic", allow_redirection=allow,
        session_option=PSSessionOption(**option), config=config, repository=PSSessionRepository(),
    )  # fmt: skip
    assert isinstance(made, PSSession)
    return made


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 0])
async def test_a_redirection_is_followed_and_told(host: SmallHost, status: int) -> None:
    with redirecting(host.url, status) as front:
        session = await opened(front.url)
        assert list(await session.invoke("here")) == ["here"]
        assert [warning.message for warning in session.warnings] == [f"The connection was redirected to {host.url}"]
        await session.disconnect()
        await session.connect()
        await session.close()
        assert len(front.came) == 1, "the session stays where it was sent"


@pytest.mark.parametrize("status", [302, 0])
async def test_without_leave_it_is_an_error_that_says_what_to_set(host: SmallHost, status: int) -> None:
    with redirecting(host.url, status) as front:
        for option in ({"allow": False}, {"maximum_connection_redirection_count": 0}):
            with pytest.raises(RedirectError, match=r"AllowRedirection.*MaximumConnectionRedirectionCount") as caught:
                await opened(front.url, **option)
            assert error_id_of(caught.value, "PSSessionOpenFailed") == (
                "RedirectInformationRequired,PSSessionOpenFailed"
            )
        assert host.asked.total() == 0


@pytest.mark.parametrize(("limit", "visits"), [(5, 6), (1, 2), (2, 3)])
async def test_the_limit_counts_every_hop(limit: int, visits: int) -> None:
    with redirecting() as front:
        with pytest.raises(RedirectError) as caught:
            await opened(front.url, maximum_connection_redirection_count=limit)
        assert (caught.value.code, len(front.came)) == (REDIRECT_REQUESTED, visits)


async def test_a_chain_within_the_limit_is_followed(host: SmallHost) -> None:
    with redirecting(host.url) as last, redirecting(last.url) as middle, redirecting(middle.url) as front:
        session = await opened(front.url, maximum_connection_redirection_count=3)
        assert len(session.warnings) == 3
        await session.close()
        session = await opened(front.url, maximum_connection_redirection_count=-1)
        await session.close()
        with pytest.raises(RedirectError):
            await opened(front.url, maximum_connection_redirection_count=2)


async def test_a_host_that_nobody_trusts_gets_no_credentials(host: SmallHost) -> None:
    """127.1 is a name to every rule, though it leads to this machine."""
    with redirecting() as stranger:
        elsewhere = stranger.url.replace("127.0.0.1", "127.1")
        stranger.location = host.url
        with redirecting(elsewhere) as front:
            with pytest.raises(AuthError, match="trusted_hosts"):
                await opened(front.url)
            assert stranger.came == []
            session = await opened(
                front.url,
                config=ClientConfig(allow_unencrypted=True, auth=ClientAuth(basic=True), trusted_hosts=("127.1",)),
            )
            assert len(stranger.came) == 1
            await session.close()


def way(url: str, **keywords: Any) -> ConnectionInfo:
    keywords.setdefault("config", OPEN)
    return connection_infos(connection_uri=url, username="a", password="b", allow_redirection=True, **keywords)[0]


@pytest.mark.parametrize(
    "location",
    [
        "",
        "/wsman",
        "//other/wsman",
        "ftp://other/",
        "http://",
        "http://u:p@other/",
        "http://u@other/",
        "http://h:0/",
        "x y",
    ],
)
def test_a_location_that_leads_nowhere_is_refused(location: str) -> None:
    with pytest.raises(RedirectError) as caught:
        redirected(way("http://127.0.0.1/wsman"), location)
    assert caught.value.code == LOCATION_INVALID
    assert error_id_of(caught.value, "PSSessionOpenFailed") == "RedirectLocationInvalid,PSSessionOpenFailed"
    assert "p@" not in str(caught.value)


def test_https_is_not_given_up() -> None:
    with pytest.raises(RedirectError, match="gives up HTTPS"):
        redirected(way("https://server/wsman"), "http://server/wsman")
    assert redirected(way("http://server/wsman"), "https://server/wsman").url == "https://server:443/wsman"


def test_what_spoke_for_the_first_host_does_not_speak_for_the_next() -> None:
    config = ClientConfig(hosts={"server": HostAlias(name="server", url="http://server:5985/wsman")})
    first = way("http://server:5985/wsman", config=config)
    assert first.trusted
    assert redirected(first, "http://server:80/other").trusted
    assert not redirected(first, "http://other:5985/wsman").trusted


def test_only_uris_may_be_redirected() -> None:
    with pytest.raises(PSSessionError) as caught:
        connection_infos(computer_name="server", allow_redirection=True, config=OPEN)
    assert caught.value.error_id == "AmbiguousParameterSet"


def test_the_way_and_its_errors_travel_to_other_processes() -> None:
    told: list[str] = []
    info = pickle.loads(pickle.dumps(way("http://127.0.0.1/wsman", on_redirect=told.append)))
    assert (info.redirections, info.on_redirect) == (5, None)
    for failure in (RedirectError("no", code=LOCATION_INVALID), Redirected("http://other/", status=302)):
        again = pickle.loads(pickle.dumps(failure))
        assert (str(again), again.__dict__) == (str(failure), failure.__dict__)
