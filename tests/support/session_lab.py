"""The scene of the acceptance list: a host with a clock that tests set, and ways to be its client."""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import msgspec
import psutil

from remora.client.config_store import ClientConfig
from remora.client.connection_info import connection_infos
from remora.client.query import enumerate_shells
from remora.client.wsman_session import WSManSession
from remora.host.control import ControlRequest, ask
from remora.host.state_dir import StateDir
from remora.wsman.headers import SelectorSet
from remora.wsman.requests import Delete
from tests.support import host as hosts
from tests.support.host import HostProcess, running_host
from tests.support.host import remora as run_remora
from tests.support.set_clock import SetClock

ALICE, BOB = "alice", "bob"
PASSWORD = hosts.PASSWORD
CONFIGURATIONS = """
[session_configurations.ITTasks]
backend = "engine"

[session_configurations.Short]
backend = "engine"
quotas = { MaxIdleTimeoutms = 3600000, IdleTimeoutms = 600000 }

[session_configurations.Helpdesk]
backend = "engine"
language_mode = "NoLanguage"
visible_cmdlets = ["Exit-PSSession", "Get-Command", "Get-Item", "Out-Default", "Select-Object", "Write-Output"]

[session_configurations.Promptless]
backend = "engine"
startup_script = "{promptless}"
"""


@dataclass
class Lab:
    """A running host.

    Its names for clients: Server01, Server02, localhost (alice), Bobs (bob), Nowhere (nobody answers), and Far (alice),
    which leads over an address of this machine that is not a loopback one, where there is one: far_address.
    """

    host: HostProcess
    clock: SetClock
    directory: Path
    far_address: str | None = None

    @property
    def url(self) -> str:
        return f"{self.host.url}/wsman"

    @property
    def client_file(self) -> Path:
        return self.directory / "client.toml"

    @property
    def config(self) -> ClientConfig:
        return ClientConfig.load(self.client_file)

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process our client."""
        return {"REMORA_CLIENT_CONFIG": str(self.client_file)}

    def write_client_file(self) -> None:
        password = self.directory / "password"
        password.write_text(PASSWORD + "\n", "utf-8")
        names = {
            "Server01": (self.url, ALICE),
            "Server02": (self.url, ALICE),
            "Bobs": (self.url, BOB),
            "Nowhere": ("http://127.0.0.1:1/wsman", ALICE),
            "localhost": (self.url, ALICE),
        }
        if self.far_address is not None:
            names["Far"] = (f"{self.host.urls[1]}/wsman", ALICE)
        entries = "".join(
            f'[hosts.{name}]\nurl = "{url}"\nusername = "{user}"\npassword_file = "{password}"\n'
            'authentication = "basic"\n'
            for name, (url, user) in names.items()
        )
        self.client_file.write_text(f"[client]\nallow_unencrypted = true\nauth.basic = true\n{entries}", "utf-8")

    def way(self, computer: str = "Server01") -> dict[str, Any]:
        """Keywords of the Python API that lead to the host."""
        return {"computer_name": computer, "config": self.config}

    def advance(self, seconds: float) -> None:
        """Let time pass on the host, and let every shell notice it."""
        self.clock.advance(seconds)
        self.shells()

    def cli(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `remora` as a client."""
        return run_remora(*arguments, check=check, env={**os.environ, **self.environment})

    def cli_json(self, *arguments: str) -> Any:
        """What `remora ... -o json` prints."""
        return json.loads(self.cli(*arguments, "-o", "json").stdout)

    def shells(self) -> list[dict[str, Any]]:
        """The shells of the host as it tells its administrator."""
        found = ask(StateDir(self.host.state_dir), ControlRequest(verb="status"))
        assert found is not None
        return [msgspec.structs.asdict(shell) for shell in found.shells]

    def clear(self) -> None:
        """End every shell, whoever is connected to it."""
        if self.shells():
            asyncio.run(self._clear())

    async def _clear(self) -> None:
        for computer in ("Server01", "Bobs"):
            (info,) = connection_infos(computer_name=computer, config=self.config)
            async with WSManSession(info) as wsman:
                for shell in await enumerate_shells(wsman):
                    if (shell.owner or "").casefold().endswith(info.credential.username if info.credential else ""):
                        selectors = SelectorSet.shell(shell.shell_id)
                        await wsman.request(Delete(resource_uri=shell.resource_uri or "", selectors=selectors))


def far_address() -> str | None:
    """An IPv4 address of this machine beside those of the loopback interface."""
    for addresses in psutil.net_if_addrs().values():
        for found in addresses:
            if found.family == socket.AF_INET and not ip_address(found.address).is_loopback:
                return str(found.address)
    return None


def _readable(directory: Path, name: str, text: str) -> str:
    """Write a file where whoever the host serves sessions as can read it; its path."""
    path = Path(tempfile.mkdtemp(prefix=f"{directory.name}-", dir="/tmp")) / name
    path.write_text(text, "utf-8")
    path.parent.chmod(0o755)
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    return str(path)


@contextmanager
def session_lab(directory: Path, configurations: str = CONFIGURATIONS, **options: Any) -> Iterator[Lab]:
    """A host of our own in this directory, with alice as administrator and bob; it ends with the block."""
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o755)
    settings = directory / "host.toml"
    promptless = _readable(directory, "promptless.ps1", "function Get-Command { }")
    settings.write_text(configurations.replace("{promptless}", promptless), "utf-8")
    clock_file = directory / "clock"
    clock = SetClock(clock_file)
    far = far_address()
    listen = ("http://127.0.0.1:0", *([f"http://{far}:0"] if far is not None else []))
    program = (sys.executable, "-m", "tests.support.clocked_host", str(clock_file))
    with running_host(
        directory / "state",
        program=program,
        listen=listen,
        arguments=("--config", str(settings)),
        settings={"Remora/URLPrefixes": "wsman,itops"},
        **options,
    ) as running:
        running.add_user(BOB, PASSWORD)
        run_remora("host", "group", "add", "Administrators", ALICE, "--state-dir", str(running.state_dir))
        lab = Lab(running, clock, directory, far)
        lab.write_client_file()
        yield lab
