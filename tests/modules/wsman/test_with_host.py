"""The console changes a host that runs, by its files and over the network."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from remora.client.config_store import ClientConfig
from tests.support.host import HostProcess, free_port, remora, running_host
from tests.support.wire import Wire

Console = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    with running_host(tmp_path_factory.mktemp("h") / "state") as running:
        running.add_user("bob", "b0b", "--group", "Administrators")
        yield running


@pytest.fixture
def console(host: HostProcess, tmp_path: Path) -> Console:
    """A console beside the host: the lines that it prints."""
    ClientConfig().save(tmp_path / "client.toml")
    env = {
        **os.environ,
        "REMORA_STATE_DIR": str(host.state_dir),
        "REMORA_CLIENT_CONFIG": str(tmp_path / "client.toml"),
    }

    def run(script: str) -> list[str]:
        done = remora("console", "-c", script, env=env)
        assert done.stderr == ""
        return done.stdout.splitlines()

    return run


def test_a_listener_of_the_console_is_served(host: HostProcess, console: Console, tmp_path: Path) -> None:
    port = free_port()
    made = console(
        f"(New-Item -Path WSMan:\\Localhost\\listener -Transport http -Address * -Port {port} -Force).Name;"
        "Set-Item WSMan:\\localhost\\Client\\TrustedHosts -Value 'a,b' -Force"
    )
    _served(port)
    assert ClientConfig.load(tmp_path / "client.toml").trusted_hosts == ("a", "b")
    console(f"Remove-Item -Path WSMan:\\Localhost\\listener\\{made[0]} -Recurse")
    assert console(f"Test-Path WSMan:\\localhost\\Listener\\{made[0]}") == ["False"]


def test_another_machine_on_the_drive(host: HostProcess, console: Console) -> None:
    credential = "[pscredential]::new('bob', (ConvertTo-SecureString b0b -AsPlainText -Force))"
    assert console(
        f"Connect-WSMan -ConnectionURI {host.url} -Credential ({credential}) -Authentication Negotiate\n"
        "(dir WSMan:).PSChildName -join ' '\n"
        "(Get-Item WSMan:\\127.0.0.1\\Service\\MaxConnections).Value\n"
        "Set-Item WSMan:\\127.0.0.1\\Service\\MaxConnections 77\n"
        "(Get-Item WSMan:\\127.0.0.1\\Service\\MaxConnections).Value\n"
        "(Get-Item WSMan:\\localhost\\Service\\MaxConnections).Value\n"
        "Disconnect-WSMan 127.0.0.1; (dir WSMan:).PSChildName"
    ) == ["localhost 127.0.0.1", "300", "77", "77", "localhost"]


def test_a_service_tells_who_it_is(host: HostProcess, console: Console) -> None:
    lines = console(f"Test-WSMan 127.0.0.1 -Port {host.port}")
    shown = dict(line.split(" : ", 1) for line in lines if " : " in line)
    assert {name.strip() for name in shown} == {"wsmid", "ProtocolVersion", "ProductVendor", "ProductVersion"}
    way = f"-ComputerName 127.0.0.1 -Port {host.port} -Authentication Negotiate -Credential $c"
    assert console(
        "$c = [pscredential]::new('bob', (ConvertTo-SecureString b0b -AsPlainText -Force))\n"
        f"(Get-WSManInstance winrm/config/winrs {way}).AllowRemoteShellAccess\n"
        f"(Get-WSManInstance winrm/config/plugin -Enumerate {way}).Name -join ' '\n"
        f"(Test-WSMan {way}).ProductVendor.Length -gt 0"
    ) == ["true", "Microsoft.PowerShell PowerShell.7", "True"]


def _served(port: int) -> None:
    """Wait until the host listens there: it looks into its file once a second."""
    deadline = time.monotonic() + 30
    while True:
        try:
            with Wire(f"http://127.0.0.1:{port}", "bob", "b0b") as wire:
                assert wire.post(b"")[0] == 200
                return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_the_sequence_that_changes_the_port(console: Console, tmp_path: Path) -> None:
    """A host whose listeners are those of its configuration takes the documented commands over as it runs."""
    first, second = free_port(), free_port()
    state = tmp_path / "own"

    def change(port: int) -> None:
        console(
            f"$env:REMORA_STATE_DIR = '{state}'\n"
            "Remove-Item -Path WSMan:\\Localhost\\listener\\listener* -Recurse\n"
            f"New-Item -Path WSMan:\\Localhost\\listener -Transport http -Address * -Port {port} -Force | Out-Null\n"
            "Set-Item WSMan:\\localhost\\Client\\TrustedHosts -Value 'a,b' -Force"
        )

    change(first)
    with running_host(state, listen=()) as host:
        host.add_user("bob", "b0b", "--group", "Administrators")
        _served(first)
        change(second)
        _served(second)
        with pytest.raises(OSError, match="refused"), Wire(f"http://127.0.0.1:{first}", "bob", "b0b") as wire:
            wire.post(b"")


def test_the_drive_in_a_session(host: HostProcess, console: Console) -> None:
    """Who runs as another user than the host cannot read its configuration."""
    lines = console(
        "$c = [pscredential]::new('bob', (ConvertTo-SecureString b0b -AsPlainText -Force))\n"
        f"Invoke-Command -ConnectionUri {host.url} -Credential $c -Authentication Negotiate "
        "{ try { (dir WSMan:\\localhost\\Plugin).Name } catch { $_.Exception.Message } }"
    )
    if os.geteuid() != 0:
        assert lines == ["Microsoft.PowerShell", "PowerShell.7"]
    else:
        assert "Permission denied" in " ".join(lines)


def test_a_new_item_at_the_root_connects(host: HostProcess, console: Console) -> None:
    assert console(
        "$c = [pscredential]::new('bob', (ConvertTo-SecureString b0b -AsPlainText -Force))\n"
        f"(New-Item WSMan:\\ -Name 127.0.0.1 -Port {host.port} -Credential $c -Authentication Negotiate).PSChildName\n"
        "(Get-Item WSMan:\\127.0.0.1\\MaxEnvelopeSizekb).Value; Remove-Item WSMan:\\127.0.0.1\n"
        "(dir WSMan:).PSChildName"
    ) == ["127.0.0.1", "500", "localhost"]
