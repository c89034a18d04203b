"""Items 59 and 60: how many machines at a time. The server is one whose Connect takes a while and which counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import remora.sync
from remora.client.config_store import ClientConfig
from tests.client.small_host import PASSWORD, USER, threaded_host
from tests.support.console_client import ConsoleClient

OPEN = "$s = New-PSSession Slow, Slow, Slow, Slow, Slow; $null = $s | Disconnect-PSSession"


@pytest.fixture
def client_file(tmp_path: Path) -> Callable[[str], Path]:
    """Write a client configuration in which ``Slow`` is a URL."""

    def write(url: str) -> Path:
        (tmp_path / "password").write_text(PASSWORD, "utf-8")
        file = tmp_path / "client.toml"
        file.write_text(
            f'[client]\nallow_unencrypted = true\nauth.basic = true\n[hosts.Slow]\nurl = "{url}"\nusername = "{USER}"\n'
            f'password_file = "{tmp_path / "password"}"\nauthentication = "basic"\n',
            "utf-8",
        )
        return file

    return write


def test_item_060_a_limit_of_2_keeps_to_2(client_file: Callable[[str], Path]) -> None:
    with threaded_host() as slow:
        file = client_file(slow.url)
        a, b = (ConsoleClient({"REMORA_CLIENT_CONFIG": str(file)}) for _ in range(2))
        a(OPEN)
        slow.connect_seconds = 0.2
        said = b("$t = Connect-PSSession -ComputerName Slow -ThrottleLimit 2; $t.Count")
        assert (said.value, slow.most_connecting) == (5, 2)
        b("$null = $t | Disconnect-PSSession")
        slow.most_connecting = 0
        assert a("(Get-PSSession -ComputerName Slow | Connect-PSSession).Count").value == 5
        assert slow.most_connecting > 2
        a("$null = Get-PSSession | Disconnect-PSSession")
        slow.most_connecting = 0
        mine = remora.sync.connect_pssession(computer_name="Slow", config=ClientConfig.load(file), throttle_limit=2)
        assert (len(mine), slow.most_connecting) == (5, 2)
        remora.sync.remove_pssession(mine)
        for process in (a, b):
            process.end()


def test_item_059_no_limit_and_0_are_32_for_one_command(client_file: Callable[[str], Path]) -> None:
    with threaded_host() as slow:
        file = client_file(slow.url)
        a, b, c = (ConsoleClient({"REMORA_CLIENT_CONFIG": str(file)}) for _ in range(3))
        a("$s = New-PSSession (@('Slow') * 40); $null = $s | Disconnect-PSSession")
        slow.connect_seconds = 1.0
        seen = []
        for process, limit, wanted in ((b, "-ThrottleLimit 2", 4), (b, "", 36), (c, "-ThrottleLimit 0", 40)):
            slow.most_connecting = 0
            free = f"Get-PSSession -ComputerName Slow -State Disconnected | Select-Object -Last {wanted}"
            assert process(f"$t = @({free} | Connect-PSSession {limit}); $t.Count").value == wanted
            seen.append(slow.most_connecting)
            if wanted != 4:
                process("$null = Get-PSSession | Disconnect-PSSession")
        assert seen == [2, 32, 32]
        slow.most_connecting = 0
        mine = remora.sync.connect_pssession(computer_name="Slow", config=ClientConfig.load(file))
        assert (len(mine), slow.most_connecting) == (40, 32)
        remora.sync.remove_pssession(mine)
        for process in (a, b, c):
            process.end()


def test_sessions_are_written_as_they_are_connected(tmp_path: Path) -> None:
    with threaded_host() as slow, threaded_host() as fast:
        (tmp_path / "password").write_text(PASSWORD, "utf-8")
        entries = "".join(
            f'[hosts.{name}]\nurl = "{url}"\nusername = "{USER}"\npassword_file = "{tmp_path / "password"}"\n'
            'authentication = "basic"\n'
            for name, url in (("Slow", slow.url), ("Fast", fast.url))
        )
        file = tmp_path / "client.toml"
        file.write_text(f"[client]\nallow_unencrypted = true\nauth.basic = true\n{entries}", "utf-8")
        a, b = (ConsoleClient({"REMORA_CLIENT_CONFIG": str(file)}) for _ in range(2))
        a("$s = New-PSSession Slow, Fast, Fast; $null = $s | Disconnect-PSSession")
        slow.connect_seconds = 1.0
        opened = (
            "$o = New-PSSession Fast -Name Open; @(Get-PSSession -ComputerName Slow, Fast -State Disconnected) + $o"
        )
        assert b(f"{opened} | Connect-PSSession | % ComputerName").values == ["Fast", "Fast", "Fast", "Slow"]
        assert b("(Get-PSSession | Connect-PSSession)[0].State").value == "Opened"
        for process in (a, b):
            process.end()
