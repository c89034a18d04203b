"""winrm/config without a service: the same answers from the files of the host and of the client."""

from __future__ import annotations

from pathlib import Path

import pytest

from remora import _xml
from remora._xml import Element
from remora.client.config_store import ClientConfig
from remora.client.management import Enumeration, Resource
from remora.config.tree_xml import CONFIG_URI
from remora.errors import WSManFault
from remora.host.config_store import read_configuration
from remora.host.local_config import LocalManagement
from remora.wsman import SelectorSet
from tests.support.fault_config_requests import LISTENER, settings

AUTH = Resource(uri=CONFIG_URI + "/client/auth")


def texts(element: Element) -> dict[str, str]:
    return {_xml.local_name(child): child.text or "" for child in element.iter() if not len(child)}


@pytest.fixture
def machine(tmp_path: Path) -> LocalManagement:
    return LocalManagement(tmp_path / "state", client=tmp_path / "client.toml")


@pytest.fixture(autouse=True)
def client_file(tmp_path: Path) -> None:
    ClientConfig(trusted_hosts=("a.example",)).save(tmp_path / "client.toml")


async def test_client_settings_are_the_clients(machine: LocalManagement, tmp_path: Path) -> None:
    assert texts(await machine.get(AUTH))["Digest"] == "true"
    await machine.put(AUTH, settings(AUTH.uri, "Auth", Digest="false"))
    assert ClientConfig.load(tmp_path / "client.toml").auth.digest is False
    assert ClientConfig.load(tmp_path / "client.toml").trusted_hosts == ("a.example",)
    client = Resource(uri=CONFIG_URI + "/client")
    await machine.put(client, settings(client.uri, "Client", TrustedHosts="b.example,<local>", NetworkDelayms="900"))
    assert ClientConfig.load(tmp_path / "client.toml").trusted_hosts == ("b.example", "<local>")
    assert texts(await machine.get(client))["NetworkDelayms"] == "900"
    assert read_configuration(tmp_path / "state" / "front" / "host.toml").winrm.client.trusted_hosts == ""


async def test_everything_else_is_the_hosts(machine: LocalManagement, tmp_path: Path) -> None:
    winrs = Resource(uri=CONFIG_URI + "/winrs")
    await machine.put(winrs, settings(winrs.uri, "Winrs", MaxShellsPerUser="3"))
    held = read_configuration(tmp_path / "state" / "front" / "host.toml")
    assert held.winrm.winrs.max_shells_per_user == 3
    with pytest.raises(WSManFault) as caught:
        await machine.put(winrs, settings(winrs.uri, "Winrs", IdleTimeout="1"))
    assert caught.value.code == 0x8033803A


async def test_the_sequence_that_changes_the_port(machine: LocalManagement, tmp_path: Path) -> None:
    listener = Resource(uri=LISTENER)
    (first,) = [item async for item in machine.enumerate(listener, Enumeration())]
    assert texts(first)["Address"] == "IP:127.0.0.1"
    keys = SelectorSet((("Address", "IP:127.0.0.1"), ("Transport", "HTTP")))
    await machine.delete(Resource(uri=LISTENER, selectors=keys))
    assert [item async for item in machine.enumerate(listener, Enumeration())] == []
    everywhere = Resource(uri=LISTENER, selectors=SelectorSet((("Address", "*"), ("Transport", "http"))))
    created = await machine.create(everywhere, settings(LISTENER, "Listener", Port="8888"))
    assert _xml.local_name(created) == "ResourceCreated"
    held = read_configuration(tmp_path / "state" / "front" / "host.toml").listeners
    assert held is not None
    assert [(item.host, item.port) for item in held] == [("*", 8888)]


async def test_identify_needs_another_machine(machine: LocalManagement) -> None:
    with pytest.raises(WSManFault) as caught:
        await machine.identify()
    assert caught.value.code == 0x803380FC
