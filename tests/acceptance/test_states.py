"""Items 21 to 34: State and Availability, told relative to who asks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import remora.sync
from remora.client.config_store import ClientConfig
from remora.errors import PSSessionError
from remora.values import Version
from tests.client.small_host import PASSWORD, USER, threaded_host
from tests.support.console_client import ConsoleClient
from tests.support.session_lab import Lab
from tests.support.workers import wait_until


@pytest.fixture
def client_file(tmp_path: Path) -> Callable[[str], Path]:
    """Write a client configuration in which ``Old`` is a URL."""

    def write(url: str) -> Path:
        (tmp_path / "password").write_text(PASSWORD, "utf-8")
        file = tmp_path / "client.toml"
        file.write_text(
            f'[client]\nallow_unencrypted = true\nauth.basic = true\n[hosts.Old]\nurl = "{url}"\nusername = "{USER}"\n'
            f'password_file = "{tmp_path / "password"}"\nauthentication = "basic"\n',
            "utf-8",
        )
        return file

    return write


def gone(lab: Lab) -> None:
    """The host has no sessions any more; a worker needs a moment to end."""
    wait_until(lambda: lab.shells() == [])


TOLD = "'{0} {1}' -f $_.State, $_.Availability"


def test_item_021_item_022_left_and_connected_again(a: ConsoleClient, lab: Lab) -> None:
    assert a(f"$s = New-PSSession Server01 -Name One; Disconnect-PSSession $s | % {{ {TOLD} }}").value == (
        "Disconnected None"
    )
    assert a(f"Connect-PSSession $s | % {{ {TOLD} }}").value == "Opened Available"
    with remora.sync.new_pssession(**lab.way()) as mine:
        remora.sync.disconnect_pssession(mine)
        assert (mine.state.value, mine.availability.value) == ("Disconnected", "None")
        remora.sync.connect_pssession(mine)
        assert (mine.state.value, mine.availability.value) == ("Opened", "Available")
    lab.cli("session", "new", "Server02", "--name", "Two")
    (row,) = lab.cli_json("session", "ls", "Server02", "--name", "Two")
    assert (row["state"], row["availability"]) == ("Disconnected", "None")
    (row,) = lab.cli_json("session", "connect", "Server02", "--name", "Two")
    assert (row["state"], row["availability"]) == ("Opened", "Available")


def test_item_023_item_024_another_clients_session_is_busy_until_it_is_left(
    a: ConsoleClient, b: ConsoleClient, lab: Lab
) -> None:
    a("$s = New-PSSession Server01 -Name One")
    assert b(f"Get-PSSession -ComputerName Server01 | % {{ {TOLD} }}").value == "Disconnected Busy"
    (row,) = lab.cli_json("session", "ls", "Server01")
    assert (row["state"], row["availability"]) == ("Disconnected", "Busy")
    assert b("Connect-PSSession -ComputerName Server01 -Name One").ids == ["PSSessionConnectFailed"]
    a("Disconnect-PSSession $s")
    (found,) = remora.sync.get_pssession(**lab.way())
    assert (found.state.value, found.availability.value) == ("Disconnected", "None")
    assert b(f"Connect-PSSession -ComputerName Server01 -Name One | % {{ {TOLD} }}").value == "Opened Available"


def test_item_025_busy_while_a_pipeline_runs(a: ConsoleClient, lab: Lab, flag: Path) -> None:
    script = f"while (-not (Test-Path '{flag}')) {{ Start-Sleep -Milliseconds 20 }}; 'done'"
    mine = remora.sync.new_pssession(**lab.way())
    running = mine.start(script)
    assert (mine.state.value, mine.availability.value) == ("Opened", "Busy")
    flag.touch()
    result = running.collect(remora.sync.InvokeResult("Server01"))
    assert list(result) == ["done"]
    assert (mine.state.value, mine.availability.value) == ("Opened", "Available")
    mine.close()
    flag.unlink()
    a(f"$s = Invoke-Command -ComputerName Server01 -InDisconnectedSession {{ {script} }}")
    assert a(f"Connect-PSSession $s | % {{ {TOLD} }}").value == "Opened Busy"
    flag.touch()
    assert a(f"Receive-PSSession $s; $s | % {{ {TOLD} }}").values == ["done", "Opened Available"]
    flag.unlink()


def test_item_025_busy_for_whoever_asks(a: ConsoleClient, b: ConsoleClient, lab: Lab, flag: Path) -> None:
    wait = f"while (-not (Test-Path '{flag}')) {{ Start-Sleep -Milliseconds 20 }}"
    a(f"$s = New-PSSession Server01 -Name One; $j = Invoke-Command -Session $s {{ {wait}; 'done' }} -AsJob")
    assert a(f"$s | % {{ {TOLD} }}; Get-PSSession -Id $s.Id | % {{ {TOLD} }}").values == ["Opened Busy"] * 2
    assert a("Invoke-Command -Session $s { 1 }").ids[:1] == ["InvokeCommandCommandInvalidSessionAvailability"]
    assert b(f"Get-PSSession -ComputerName Server01 | % {{ {TOLD} }}").value == "Disconnected Busy"
    (row,) = lab.cli_json("session", "ls", "Server01")
    assert (row["state"], row["availability"]) == ("Disconnected", "Busy")
    flag.touch()
    assert a(f"$j | Wait-Job | Receive-Job; $s | % {{ {TOLD} }}").values == ["done", "Opened Available"]
    failing = "try { Invoke-Command -Session $s { throw 1 } } catch { }"
    assert a(f"{failing}; $s | % {{ {TOLD} }}; Invoke-Command -Session $s {{ 2 }}").values == ["Opened Available", 2]
    a("$j = Invoke-Command -Session $s { while (1) { Start-Sleep 1 } } -AsJob; $j | Stop-Job")
    assert a(f"$s | % {{ {TOLD} }}").value == "Opened Available"


def test_item_026_idle_from_the_first_moment(a: ConsoleClient, lab: Lab) -> None:
    a(
        "$o = New-PSSessionOption -IdleTimeout 60000; $s = Invoke-Command -ComputerName Server01 -SessionOption $o "
        "-InDisconnectedSession { while ($true) { Start-Sleep -Milliseconds 50 } }"
    )
    (shell,) = lab.shells()
    assert (shell["state"], shell["commands"]) == ("Disconnected", 1)
    lab.advance(30)
    (row,) = lab.cli_json("session", "ls", "Server01")
    (found,) = remora.sync.get_pssession(**lab.way())
    assert (row["state"], found.state.value) == ("Disconnected", "Disconnected")
    lab.advance(31)
    gone(lab)


def test_item_027_the_end_of_the_idle_timeout_is_the_end_of_the_session(a: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name One; $null = Disconnect-PSSession $s -IdleTimeoutSec 600")
    lab.advance(599)
    assert a("(Get-PSSession -ComputerName Server01).Name").value == "One"
    lab.advance(2)
    gone(lab)
    said = a("Get-PSSession -ComputerName Server01")
    assert (said.values, said.ids) == ([], [])
    assert lab.cli_json("session", "ls", "Server01") == []
    assert remora.sync.get_pssession(**lab.way()) == []
    assert a("Connect-PSSession $s").ids[0].endswith("PSSessionConnectFailed")


def test_item_028_item_029_servers_before_powershell_3_cannot_be_left(
    tmp_path: Path, client_file: Callable[[str], Path]
) -> None:
    for version, can in ((Version(2, 1), False), (Version(2, 2), True)):
        private = {"PSVersionTable": {"PSVersion": Version(2, 0), "PSRemotingProtocolVersion": version}}
        with threaded_host(private_data=private) as old:
            process = ConsoleClient({"REMORA_CLIENT_CONFIG": str(client_file(old.url))})
            said = process('$s = New-PSSession Old; Disconnect-PSSession $s; "$($s.State)"')
            process.end()
            config = ClientConfig.load(client_file(old.url))
            mine = remora.sync.new_pssession("Old", config=config)
            if can:
                assert (said.ids, said.values[-1]) == ([], "Disconnected")
                mine.disconnect()
                mine.connect()
            else:
                assert (said.ids, said.values) == (["PSSessionDisconnectFailed"], ["Opened"])
                with pytest.raises(PSSessionError) as caught:
                    mine.disconnect()
                assert caught.value.error_id == "PSSessionDisconnectFailed"
                assert mine.state.value == "Opened"
            mine.close()


def test_item_034_what_a_client_leaves_behind(client: Callable[..., ConsoleClient], lab: Lab) -> None:
    process = client()
    process("$idle = New-PSSession Server01 -Name Idle")
    process(
        "$busy = Invoke-Command -ComputerName Server01 -InDisconnectedSession -SessionName Busy "
        "{ while ($true) { Start-Sleep -Milliseconds 50 } }; $null = Connect-PSSession $busy"
    )
    assert sorted((shell["name"], shell["state"]) for shell in lab.shells()) == [
        ("Busy", "Connected"),
        ("Idle", "Connected"),
    ]
    process.end()
    assert [(shell["name"], shell["state"]) for shell in lab.shells()] == [("Busy", "Disconnected")]
    lab.clear()
    script = (
        "import remora.sync as r; r.new_pssession('Server01', name='Idle'); "
        "r.new_pssession('Server01', name='Busy').start('while ($true) { Start-Sleep -Milliseconds 50 }')"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env={**os.environ, **lab.environment}, timeout=60)
    assert [(shell["name"], shell["state"]) for shell in lab.shells()] == [("Busy", "Disconnected")]
