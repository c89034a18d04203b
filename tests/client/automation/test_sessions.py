"""The automation objects against a real host, and against this machine's own configuration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import remora.sync
from remora.client.config_store import ClientConfig
from remora.errors import AuthError, ConfigError, WSManFault
from tests.support.host import HostProcess, running_host

CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"
PLUGIN = CONFIG + "/plugin"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    with running_host(tmp_path_factory.mktemp("h") / "state") as running:
        running.add_user("bob", "b0b", "--group", "Administrators")
        yield running


def test_the_script_of_the_documentation_line_by_line(host: HostProcess) -> None:
    wsman = remora.sync.WSMan(config=ClientConfig())
    options = wsman.CreateConnectionOptions()
    options.UserName = "bob"
    options.Password = "b0b"
    flags = wsman.SessionFlagUseNegotiate() | wsman.SessionFlagCredUserNamePassword()
    session = wsman.CreateSession(host.url, flags, options)
    assert "<cfg:MaxEnvelopeSizekb>500<" in session.Get(CONFIG)
    assert "OS: 0.0.0" not in session.Identify()
    items = session.Enumerate(CONFIG + "/listener")
    seen = []
    while not items.AtEndOfStream:
        seen.append(items.ReadItem())
    assert len(seen) == 1
    assert "<cfg:Transport>HTTP<" in seen[0]
    with pytest.raises(ConfigError):
        items.ReadItem()
    session.close()


@pytest.fixture
def session(host: HostProcess) -> Iterator[remora.sync.WSMan]:
    wsman = remora.sync.WSMan(config=ClientConfig())
    options = wsman.CreateConnectionOptions()
    options.UserName, options.Password = "bob", "b0b"
    with wsman.CreateSession(host.url, 131072 | 4096, options) as opened:
        yield opened


def test_put_create_invoke_and_delete(session: remora.sync.WSMan) -> None:
    uri = CONFIG + "/winrs"
    stored = session.Put(
        uri, f'<cfg:Winrs xmlns:cfg="{uri}"><cfg:MaxShellsPerUser>9</cfg:MaxShellsPerUser></cfg:Winrs>'
    )
    assert "<cfg:MaxShellsPerUser>9<" in stored
    body = session.Get(PLUGIN + "?Name=PowerShell.7").replace("PowerShell.7", "Night")
    created = session.Create(PLUGIN + "?Name=Night", body)
    assert 'Name="Name">Night<' in created
    locator = remora.sync.WSMan(config=ClientConfig()).CreateResourceLocator(PLUGIN)
    locator.AddSelector("name", "night")
    assert 'Name="Night"' in session.Get(locator)
    assert "Night" in session.Get(created)  # an endpoint reference is a resource too
    session.Delete(locator)
    session.Invoke("Restore", CONFIG + "/plugin", "<x/>")
    with pytest.raises(WSManFault) as caught:
        session.Get(locator)
    assert caught.value.code == 0x80338000
    assert f'Code="{0x80338000}"' in session.Error


def test_batches_references_and_an_early_end(session: remora.sync.WSMan) -> None:
    session.BatchItems = 1
    session.Timeout = 30_000
    whole = list(session.Enumerate(PLUGIN, flags=4))
    assert len(whole) == 2
    assert all("EndpointReference" in item and "PlugInConfiguration" in item for item in whole)
    early = session.Enumerate(PLUGIN, flags=2)
    early.ReadItem()
    early.close()
    assert early.AtEndOfStream


def test_what_is_refused_before_anything_is_sent(session: remora.sync.WSMan) -> None:
    for call, code in (
        (lambda: session.Get(""), 0x803380BF),
        (lambda: session.Get(CONFIG, 1), 0x803380AC),
        (lambda: session.Put(CONFIG, ""), 0x803380C1),
        (lambda: session.Put(CONFIG, "<a"), 0x80338043),
        (lambda: session.Invoke("", CONFIG, "<a/>"), 0x803380C4),
        (lambda: session.Enumerate(PLUGIN, flags=6), 0x8033811F),
        (lambda: session.Enumerate(PLUGIN, flags=256), 0x803380AC),
        (lambda: setattr(session, "BatchItems", 0), 0x803380C2),
    ):
        with pytest.raises(ConfigError) as caught:
            call()
        assert f"{caught.value.code:#x}" == f"{code:#x}"


def test_a_wrong_password_and_a_mechanism_that_is_off(host: HostProcess) -> None:
    wsman = remora.sync.WSMan(config=ClientConfig())
    options = wsman.CreateConnectionOptions()
    options.UserName, options.Password = "bob", "wrong"
    with wsman.CreateSession(host.url, 135168, options) as session, pytest.raises(AuthError):
        session.Identify()
    with wsman.CreateSession(host.url, 262144 | 4096, options) as session, pytest.raises(AuthError) as caught:
        session.Identify()
    assert caught.value.code == 0x803380DF
    assert 'Code="2150858975"' in session.Error
    with wsman.CreateSession(host.url, 32768) as nobody, pytest.raises(Exception, match=r"401|refused"):
        nobody.Get(CONFIG)


async def test_the_same_in_an_event_loop(host: HostProcess) -> None:
    wsman = remora.WSMan(config=ClientConfig())
    options = wsman.CreateConnectionOptions()
    options.UserName, options.Password = "bob", "b0b"
    async with wsman.CreateSession(host.url, 135168, options) as session:
        found = [item async for item in await session.Enumerate(PLUGIN)]
    assert len(found) == 2


@pytest.mark.parametrize("flags", [1, 8388608])
def test_requests_in_utf_8_and_utf_16(host: HostProcess, flags: int) -> None:
    wsman = remora.sync.WSMan(config=ClientConfig())
    options = wsman.CreateConnectionOptions()
    options.UserName, options.Password = "bob", "b0b"
    with wsman.CreateSession(host.url, 135168 | flags, options) as session:
        assert "Config" in session.Get(CONFIG)


def test_this_machine_without_a_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMORA_CLIENT_CONFIG", str(tmp_path / "client.toml"))
    ClientConfig().save(tmp_path / "client.toml")
    wsman = remora.sync.WSMan(state_dir=tmp_path / "state")
    with wsman.CreateSession() as session:
        uri = CONFIG + "/client/auth"
        session.Put(uri, f'<cfg:Auth xmlns:cfg="{uri}"><cfg:Digest>false</cfg:Digest></cfg:Auth>')
        assert ClientConfig.load(tmp_path / "client.toml").auth.digest is False
        assert len(list(session.Enumerate(CONFIG + "/listener"))) == 1
        with pytest.raises(WSManFault) as caught:
            session.Identify()
    assert caught.value.code == 0x803380FC


def test_messages_of_errors() -> None:
    wsman = remora.sync.WSMan(config=ClientConfig())
    assert wsman.GetErrorMessage(0x80338000) == wsman.GetErrorMessage("-2144108544") != ""
    with pytest.raises(ConfigError):
        wsman.GetErrorMessage("none")
    assert "python" in wsman.CommandLine or "pytest" in wsman.CommandLine
