"""Each row of the fault table is brought about by a real request to a real host, or has a reason why it cannot be."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from remora.errors import WSManFault
from remora.wsman.fault_table import FAULTS
from tests.support.fault_page import PAGE, document
from tests.support.fault_requests import Attacker
from tests.support.fault_rows import ROWS, UNREACHABLE, Row
from tests.support.host import HostProcess, running_host

CONFIGURATION = """
[session_configurations.OneEach.quotas]
MaxShellsPerUser = 1
[session_configurations.OneUser.quotas]
MaxConcurrentUsers = 1
[session_configurations.OneShell.quotas]
MaxShells = 1
[session_configurations.OneCommand.quotas]
MaxConcurrentCommandsPerShell = 1
[session_configurations.Real]
backend = "pwsh"
[session_configurations.Scripted]
startup_script = "/nowhere/startup.ps1"
"""
SETTINGS = {
    "narrow": {"MaxEnvelopeSizekb": "32"},
    "two shells": {"Winrs/MaxShellsPerUser": "2"},
    "one operation": {"Service/MaxConcurrentOperationsPerUser": "1"},
    "one user": {"Winrs/MaxConcurrentUsers": "1"},
    "no shells": {"Winrs/AllowRemoteShellAccess": "false"},
}
MAPPED = f"""
[[certificate_mappings]]
issuer = "{"0" * 40}"
username = "bob"
"""
SHARED = ("plain", "configured")


class Hosts:
    """Hosts of each kind; those that a row breaks are made anew for it."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._shared: dict[str, HostProcess] = {}

    def of_kind(self, kind: str, stack: ExitStack) -> HostProcess:
        if kind in SHARED:
            if kind not in self._shared:
                self._shared[kind] = self._start(kind, self._stack)
            return self._shared[kind]
        return self._start(kind, stack)

    def _start(self, kind: str, stack: ExitStack) -> HostProcess:
        directory = Path(tempfile.mkdtemp(prefix="remora-", dir="/tmp"))
        directory.chmod(0o755)
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        arguments: tuple[str, ...] = ()
        texts = {"configured": CONFIGURATION, "mapped": MAPPED, "policed": ""}
        if kind in texts:
            (directory / "host.toml").write_text(texts[kind])
            arguments = ("--config", str(directory / "host.toml"))
        if kind == "policed":
            (directory / "policy.toml").write_text("[winrm.Service.Auth]\nKerberos = false\n")
        host = stack.enter_context(
            running_host(directory / "state", settings=SETTINGS.get(kind, {}), arguments=arguments)
        )
        host.add_user("bob", "b0b", "--group", "Administrators")
        host.add_user("carol", "car0l")
        return host


@pytest.fixture(scope="module")
def hosts() -> Iterator[Hosts]:
    with ExitStack() as stack:
        yield Hosts(stack)


def test_every_row_is_raised_or_has_its_reason() -> None:
    assert set(ROWS) | set(UNREACHABLE) == {spec.number for spec in FAULTS}
    assert not set(ROWS) & set(UNREACHABLE)


def test_the_page_says_the_same() -> None:
    assert PAGE.read_text("utf-8") == document()


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: f"{row.number:#x}-{row.provoke.__name__}")
def test_the_request_is_answered_with_its_fault(row: Row, hosts: Hosts) -> None:
    if row.number == 0x80540BBA and shutil.which("pwsh"):
        pytest.skip("pwsh is installed here, so a session with it can be created")
    with ExitStack() as stack:
        attacker = Attacker(hosts.of_kind(row.host, stack))
        stack.callback(attacker.close)
        with pytest.raises(WSManFault) as caught:
            row.provoke(attacker)
        assert f"{caught.value.code:#x}" == f"{row.number:#x}", caught.value.message
        assert caught.value.message
