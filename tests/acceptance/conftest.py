from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from remora.client.parting import part_from
from remora.client.repository import DEFAULT
from remora.sync.api import PORTAL
from tests.support.console_client import ConsoleClient
from tests.support.session_lab import Lab, session_lab
from tests.support.terminal import Terminal

MakeClient = Callable[..., ConsoleClient]
MakeTerminal = Callable[..., Terminal]
FORGET = "Get-PSSession | Remove-PSSession -ErrorAction SilentlyContinue; $PSSessionOption = $null"


@pytest.fixture(scope="session")
def shared_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One host for all tests of this process."""
    with session_lab(tmp_path_factory.mktemp("sessions")) as running:
        yield running


@pytest.fixture
def lab(shared_lab: Lab) -> Iterator[Lab]:
    """The host without any session, before and after."""
    shared_lab.clear()
    yield shared_lab
    PORTAL.run(part_from(DEFAULT))
    for session in DEFAULT:
        DEFAULT.remove(session)
    shared_lab.clear()


@pytest.fixture
def client(lab: Lab) -> Iterator[MakeClient]:
    """Make client processes of the test's own; they end with it."""
    made: list[ConsoleClient] = []

    def make(*arguments: str) -> ConsoleClient:
        made.append(ConsoleClient(lab.environment, arguments))
        return made[-1]

    yield make
    for process in made:
        process.end()


@pytest.fixture(scope="session")
def shared_a(shared_lab: Lab) -> Iterator[ConsoleClient]:
    process = ConsoleClient(shared_lab.environment)
    yield process
    process.end()


@pytest.fixture(scope="session")
def shared_b(shared_lab: Lab) -> Iterator[ConsoleClient]:
    process = ConsoleClient(shared_lab.environment)
    yield process
    process.end()


@pytest.fixture
def a(lab: Lab, shared_a: ConsoleClient) -> Iterator[ConsoleClient]:
    """A client process that knows no session when the test begins; its Ids go on from earlier tests."""
    yield shared_a
    shared_a(FORGET)


@pytest.fixture
def b(lab: Lab, shared_b: ConsoleClient) -> Iterator[ConsoleClient]:
    """Another one."""
    yield shared_b
    shared_b(FORGET)


@pytest.fixture
def flag() -> Iterator[Path]:
    """A file that is not there yet, where whoever a session runs as sees it and may make it."""
    directory = Path(tempfile.mkdtemp(prefix="remora-", dir="/tmp"))
    directory.chmod(0o777)
    yield directory / "flag"
    shutil.rmtree(directory)


@pytest.fixture
def terminal(lab: Lab, tmp_path: Path) -> Iterator[MakeTerminal]:
    """Make terminals with a prompt in each; they hang up at the end."""
    made: list[Terminal] = []

    def make(*arguments: str, kind: str = "dumb") -> Terminal:
        made.append(Terminal(tmp_path, kind, arguments=arguments or ("console",), environment=lab.environment))
        return made[-1]

    yield make
    for one in made:
        one.end()
