from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.host import HostProcess, running_host

ORDINARY_UID = 61901
REPOSITORY = Path(__file__).parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/live/" in item.nodeid:
            item.add_marker(pytest.mark.live)
            item.add_marker(pytest.mark.timeout(120))


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    """One host for the whole session; every test opens its own shells on it."""
    with running_host(tmp_path_factory.mktemp("live") / "state") as running:
        yield running


@pytest.fixture
def state_dir() -> Iterator[Path]:
    """A state directory whose socket names are short enough wherever TMPDIR is."""
    directory = Path(tempfile.mkdtemp(prefix="remora-", dir="/tmp"))
    directory.chmod(0o755)
    yield directory / "state"
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def start_host(state_dir: Path) -> Iterator[Callable[..., HostProcess]]:
    """Start a host of the test's own; it is ended with all its shells afterwards."""
    contexts: list[Any] = []

    def start(**options: Any) -> HostProcess:
        context = running_host(state_dir, **options)
        contexts.append(context)
        running: HostProcess = context.__enter__()
        return running

    yield start
    for context in contexts:
        context.__exit__(None, None, None)


@pytest.fixture(scope="session")
def ordinary_program() -> tuple[str, ...]:
    """The command that runs remora as an ordinary user: as ourselves, or, when we are root, as a uid without a name."""
    if os.geteuid() != 0:
        return (sys.executable, "-m", "remora")
    paths = os.pathsep.join([str(REPOSITORY / "src"), *(path for path in sys.path if "site-packages" in path)])
    become = ("setpriv", "--reuid", str(ORDINARY_UID), "--regid", str(ORDINARY_UID), "--clear-groups")
    for python in (sys.executable, "/usr/bin/python3"):
        command = (*become, "env", f"PYTHONPATH={paths}", "HOME=/tmp", "PYTHONDONTWRITEBYTECODE=1", python)
        tried = subprocess.run([*command, "-c", "import remora.host.app"], capture_output=True, check=False, cwd="/")
        if tried.returncode == 0:
            return (*command, "-m", "remora")
    pytest.skip("no interpreter with our packages can be reached by an ordinary user")
