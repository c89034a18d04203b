"""winrm/config of a real host over WS-Man: settings, listeners, session configurations, certificate mappings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from remora import _xml
from remora._xml import Element
from remora.config.tree_xml import CONFIG_URI
from remora.errors import WSManFault
from remora.wsman import Custom, Delete, Enumerate, EnumerationMode, Get, Put, SelectorSet, uris
from tests.support.authority import Authority
from tests.support.fault_config_requests import LISTENER, MAPPING, PLUGIN, create, settings
from tests.support.host import HostProcess, free_port, remora
from tests.support.wire import CmdShell, PowerShell, Wire
from tests.support.workers import wait_until

Start = Callable[..., HostProcess]
Open = Callable[..., Wire]


def texts(element: Element) -> dict[str, str]:
    return {_xml.local_name(child): child.text or "" for child in element.iter() if not len(child)}


def status(port: str | int, address: str = "127.0.0.1") -> int:
    """The HTTP status of an empty request with a good password."""
    with Wire(f"http://{address}:{port}") as wire:
        return wire.post(b"")[0]


def keys(**selectors: str) -> SelectorSet:
    return SelectorSet(tuple(selectors.items()))


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def admin(start_host: Start, connect: Open) -> tuple[HostProcess, Wire]:
    host = start_host()
    host.add_user("bob", "b0b", "--group", "Administrators")
    return host, connect(host, "bob", "b0b")


def test_every_group_of_settings_is_a_resource_in_a_namespace_of_its_own(admin: tuple[HostProcess, Wire]) -> None:
    _host, wire = admin
    for path, name, setting in (
        ("", "Config", "MaxEnvelopeSizekb"),
        ("/client", "Client", "TrustedHosts"),
        ("/client/auth", "Auth", "Digest"),
        ("/client/defaultports", "DefaultPorts", "HTTPS"),
        ("/Service", "Service", "RootSDDL"),
        ("/service/auth", "Auth", "CbtHardeningLevel"),
        ("/service/defaultports", "DefaultPorts", "HTTP"),
        ("/winrs", "Winrs", "IdleTimeout"),
    ):
        body = wire.ask(Get(resource_uri=CONFIG_URI + path)).body
        assert _xml.tag_of(body) == f"{{{CONFIG_URI}{path.lower()}}}{name}"
        assert setting in texts(body)
    items = wire.ask(Enumerate(resource_uri=CONFIG_URI + "/winrs")).items
    assert [_xml.local_name(item) for item in items] == ["Winrs"]


def test_a_bad_value_changes_nothing_and_a_good_one_counts_at_once(admin: tuple[HostProcess, Wire]) -> None:
    host, wire = admin
    uri = CONFIG_URI + "/winrs"
    with pytest.raises(WSManFault) as caught:
        wire.ask(Put(resource_uri=uri, body=settings(uri, "Winrs", MaxShellsPerUser="1", IdleTimeout="1")))
    assert (caught.value.code, "IdleTimeout" in caught.value.message) == (0x8033803A, True)
    assert texts(wire.ask(Get(resource_uri=uri)).body)["MaxShellsPerUser"] == "2147483647"
    shell = CmdShell(wire)
    wire.ask(Put(resource_uri=uri, body=settings(uri, "Winrs", MaxShellsPerUser="1")))
    with pytest.raises(WSManFault) as caught:
        CmdShell(wire)
    assert caught.value.code == 0x803381A5
    assert shell.run("echo still here")[0].split() == [b"still", b"here"]
    assert "MaxShellsPerUser = 1" in (host.state_dir / "front" / "host.toml").read_text()


def test_what_is_put_counts_more_than_what_this_run_was_given(start_host: Start, connect: Open) -> None:
    host = start_host(settings={"Service/Auth/Basic": "true", "Service/AllowUnencrypted": "true"})
    host.add_user("bob", "b0b", "--group", "Administrators")
    wire = connect(host, "bob", "b0b")
    uri = CONFIG_URI + "/service/auth"
    stored = wire.ask(Put(resource_uri=uri, body=settings(uri, "Auth", Basic="false"))).body
    assert texts(stored)["Basic"] == "false"
    assert connect(host, "bob", "b0b").post(b"")[0] == 401


def test_a_listener_is_made_changed_and_removed_while_sessions_go_on(
    admin: tuple[HostProcess, Wire], stack: ExitStack
) -> None:
    host, wire = admin
    shell = PowerShell(wire)
    port, other = str(free_port()), str(free_port())
    place = {"Address": "*", "Transport": "HTTP"}
    created = wire.ask(create(LISTENER, "Listener", place, Port=port, URLPrefix="other/place")).body
    assert _xml.local_name(created) == "ResourceCreated"
    found = texts(wire.ask(Get(resource_uri=LISTENER, selectors=keys(**place))).body)
    assert (found["Port"], found["URLPrefix"], found["Enabled"]) == (port, "other/place", "true")
    element = wire.ask(Get(resource_uri=LISTENER, selectors=keys(**place))).body
    assert "127.0.0.1" in [child.text for child in element if _xml.local_name(child) == "ListeningOn"]
    assert status(port) == 404
    wire.ask(
        Put(resource_uri=LISTENER, selectors=keys(**place), body=settings(LISTENER, "Listener", URLPrefix="wsman"))
    )
    assert status(port) == 200
    wire.ask(Put(resource_uri=LISTENER, selectors=keys(**place), body=settings(LISTENER, "Listener", Port=other)))
    moved = stack.enter_context(Wire(f"http://127.0.0.1:{other}", "bob", "b0b"))
    assert len(moved.ask(Enumerate(resource_uri=LISTENER)).items) == 2
    references = moved.ask(Enumerate(resource_uri=LISTENER, mode=EnumerationMode.EPR)).items
    assert {child.text for child in references[1].iter() if child.get("Name") == "Address"} == {"*"}
    with pytest.raises(ConnectionRefusedError):
        status(port)
    first = SelectorSet((("Address", "IP:127.0.0.1"), ("Transport", "HTTP")))
    moved.ask(Delete(resource_uri=LISTENER, selectors=first))
    with pytest.raises(ConnectionError):  # refused, or cut off where it came while the listener closed
        status(host.port)
    assert shell.invoke("1 + 1") == [2]
    assert f":{other}" in remora("host", "status", "--state-dir", str(host.state_dir)).stdout


def test_a_listener_that_cannot_be_bound_is_refused_and_not_kept(admin: tuple[HostProcess, Wire]) -> None:
    host, wire = admin
    with pytest.raises(WSManFault, match="cannot listen"):
        wire.ask(create(LISTENER, "Listener", {"Address": "IP:127.0.0.1", "Transport": "HTTPS"}, Port=str(host.port),
                        CertificateThumbprint=self_signed(host)))  # fmt: skip
    assert len(wire.ask(Enumerate(resource_uri=LISTENER)).items) == 1


def self_signed(host: HostProcess) -> str:
    issued = Authority().server("localhost", "127.0.0.1")
    _certificate, key = issued.write(host.state_dir / "tls", "web")
    key.chmod(0o644)
    return issued.thumbprint


def test_an_https_listener_shows_the_certificate_of_its_thumbprint(admin: tuple[HostProcess, Wire]) -> None:
    host, wire = admin
    port, thumbprint = str(free_port()), self_signed(host)
    place = {"Address": "IP:127.0.0.1", "Transport": "HTTPS"}
    more = {"Port": port, "Hostname": "localhost", "CertificateThumbprint": thumbprint}
    wire.ask(create(LISTENER, "Listener", place, **more))
    secure = Wire(f"https://127.0.0.1:{port}", "bob", "b0b")
    found = texts(secure.ask(Get(resource_uri=LISTENER, selectors=keys(**place))).body)
    assert (found["CertificateThumbprint"], found["Hostname"]) == (thumbprint, "localhost")
    secure.close()


def test_address_filters_leave_only_their_addresses(admin: tuple[HostProcess, Wire]) -> None:
    _host, wire = admin
    uri, port = CONFIG_URI + "/service", str(free_port())
    filters = settings(uri, "Service", IPv4Filter="127.0.0.1-127.0.0.1", IPv6Filter="")
    wire.ask(Put(resource_uri=uri, body=filters))
    wire.ask(create(LISTENER, "Listener", {"Address": "*", "Transport": "HTTP"}, Port=port))
    assert status(port) == 200
    with pytest.raises(ConnectionRefusedError):
        status(port, "127.0.0.9")


def test_quickconfig_opens_a_listener_on_every_address(admin: tuple[HostProcess, Wire]) -> None:
    _host, wire = admin
    service, port = CONFIG_URI + "/service", str(free_port())
    ports = CONFIG_URI + "/service/defaultports"
    wire.ask(Put(resource_uri=ports, body=settings(ports, "DefaultPorts", HTTP=port)))

    def invoke(action: str, body: Element | None = None) -> dict[str, str]:
        return texts(wire.ask(Custom(action=f"{service}/{action}", resource_uri=service, body=body)).body)

    assert invoke("AnalyzeService")["RemotingEnabled"] == "true"
    needed = invoke("Analyze", settings(service, "Analyze_INPUT", Transport="http"))
    assert (needed["RemotingEnabled"], needed["Transport"]) == ("false", "HTTP")
    invoke("EnableRemoting", settings(service, "EnableRemoting_INPUT", Transport="http"))
    assert invoke("Analyze")["RemotingEnabled"] == "true"
    assert status(port) == 200
    with pytest.raises(WSManFault) as caught:
        invoke("Polish")
    assert caught.value.code == 0x80338013


def test_restore_brings_the_defaults_back(start_host: Start, connect: Open) -> None:
    host = start_host()
    host.add_user("bob", "b0b", "--group", "Administrators")
    wire = connect(host, "bob", "b0b")
    uri = CONFIG_URI + "/winrs"
    wire.ask(Put(resource_uri=uri, body=settings(uri, "Winrs", MaxConcurrentUsers="7")))
    wire.ask(Delete(resource_uri=PLUGIN, selectors=keys(Name="PowerShell.7")))
    assert len(wire.ask(Enumerate(resource_uri=PLUGIN)).items) == 1
    wire.ask(Custom(action=CONFIG_URI + "/plugin/Restore", resource_uri=CONFIG_URI + "/plugin"))
    assert len(wire.ask(Enumerate(resource_uri=PLUGIN)).items) == 2
    wire.ask(Custom(action=CONFIG_URI + "/Restore", resource_uri=CONFIG_URI))
    assert texts(wire.ask(Get(resource_uri=uri)).body)["MaxConcurrentUsers"] == "2147483647"


def test_a_session_configuration_is_made_and_changed_as_a_plug_in(
    admin: tuple[HostProcess, Wire], connect: Open
) -> None:
    host, wire = admin
    body = wire.ask(Get(resource_uri=PLUGIN, selectors=keys(Name="microsoft.powershell"))).body
    assert (body.get("Name"), body.get("Enabled"), body.get("SDKVersion")) == ("Microsoft.PowerShell", "true", "2")
    kinds = [_xml.local_name(child) for child in body]
    assert kinds == ["InitializationParameters", "Resources", "Quotas"]
    body.set("Name", "Night")
    for child in body.iter():
        if _xml.local_name(child) == "Quotas":
            child.set("MaxShells", "1")
        if _xml.local_name(child) == "Resource":
            child.set("ResourceUri", "http://schemas.microsoft.com/powershell/Night")
        if _xml.local_name(child) == "Security":
            child.set("Uri", "http://schemas.microsoft.com/powershell/Night")
    selectors = keys(Name="Night")
    wire.ask(Custom(action=uris.ACTION_CREATE, resource_uri=PLUGIN, selectors=selectors, body=body))
    shell = PowerShell(wire, configuration="Night")
    with pytest.raises(WSManFault) as caught:
        PowerShell(connect(host, "bob", "b0b"), configuration="Night")
    assert caught.value.code == 0x803381E6
    assert shell.invoke("'on'") == ["on"]
    stored = wire.ask(Get(resource_uri=PLUGIN, selectors=selectors)).body
    stored.set("Enabled", "false")
    wire.ask(Put(resource_uri=PLUGIN, selectors=selectors, body=stored))
    with pytest.raises(WSManFault) as caught:
        PowerShell(wire, configuration="Night", open_pool=False)
    assert caught.value.code == 0x8033803B
    wire.ask(Delete(resource_uri=PLUGIN, selectors=selectors))
    with pytest.raises(WSManFault) as caught:
        wire.ask(Get(resource_uri=PLUGIN, selectors=selectors))
    assert caught.value.code == 0x80338000


def test_a_certificate_mapping_is_kept_without_its_password(admin: tuple[HostProcess, Wire]) -> None:
    host, wire = admin
    root = Authority().root
    root.write(host.state_dir / "tls" / "trusted", "root")
    place = {"Issuer": root.thumbprint.lower(), "Subject": "*@example", "URI": "*"}
    wire.ask(create(MAPPING, "CertMapping", place, UserName="bob", Password="b0b"))
    (item,) = wire.ask(Enumerate(resource_uri=MAPPING)).items
    assert texts(item) == {**place, "Issuer": root.thumbprint, "UserName": "bob", "Enabled": "true"}
    assert "b0b" not in (host.state_dir / "front" / "host.toml").read_text()
    body = settings(MAPPING, "CertMapping", Enabled="false")
    wire.ask(Put(resource_uri=MAPPING, selectors=keys(**place), body=body))
    assert texts(wire.ask(Get(resource_uri=MAPPING, selectors=keys(**place))).body)["Enabled"] == "false"
    wire.ask(Delete(resource_uri=MAPPING, selectors=keys(**place)))
    assert wire.ask(Enumerate(resource_uri=MAPPING)).items == ()


def test_what_a_policy_fixes_says_so_and_is_not_overridden(start_host: Start, connect: Open) -> None:
    host = start_host()
    host.add_user("bob", "b0b", "--group", "Administrators")
    wire = connect(host, "bob", "b0b")
    (host.state_dir / "front" / "policy.toml").write_text("[winrm.Service]\nMaxConnections = 25\n")

    def fixed() -> bool:
        body = wire.ask(Get(resource_uri=CONFIG_URI + "/service")).body
        return [_xml.local_name(child) for child in body if child.get("Source") == "GPO"] == ["MaxConnections"]

    wait_until(fixed)
    body = wire.ask(Get(resource_uri=CONFIG_URI)).body
    assert [child.text for child in body.iter() if child.get("Source") == "GPO"] == ["25"]
    wire.ask(Put(resource_uri=CONFIG_URI, body=body))
    uri = CONFIG_URI + "/service"
    with pytest.raises(WSManFault) as caught:
        wire.ask(Put(resource_uri=uri, body=settings(uri, "Service", MaxConnections="30")))
    assert caught.value.code == 0x8033808A


@pytest.mark.parametrize(
    ("path", "code"),
    [("/nothing", 0x8033803B), ("/service/nothing", 0x8033803B), ("/listener", 0x8033805A)],
)
def test_what_is_not_there_is_refused(admin: tuple[HostProcess, Wire], path: str, code: int) -> None:
    with pytest.raises(WSManFault) as caught:
        admin[1].ask(Get(resource_uri=CONFIG_URI + path))
    assert caught.value.code == code


def test_settings_are_not_created_and_only_administrators_look(admin: tuple[HostProcess, Wire], connect: Open) -> None:
    host, wire = admin
    with pytest.raises(WSManFault) as caught:
        wire.ask(Delete(resource_uri=CONFIG_URI + "/winrs"))
    assert caught.value.code == 0x80338013
    requests: list[Any] = [
        Enumerate(resource_uri=LISTENER),
        create(LISTENER, "Listener", {"Address": "*", "Transport": "HTTP"}),
        Delete(resource_uri=PLUGIN, selectors=keys(Name="PowerShell.7")),
        Custom(action=CONFIG_URI + "/Restore", resource_uri=CONFIG_URI),
    ]
    for request in requests:
        with pytest.raises(WSManFault) as caught:
            connect(host).ask(request)
        assert caught.value.code == 5
