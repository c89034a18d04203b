"""A real host for each test module that asks for one, on a state directory with a short name."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.host import IS_ROOT, HostProcess, running_host
from tests.support.wire import Wire

_NAMESPACE = ("unshare", "--user", "--map-user=61000", "--map-group=61000")


def user_prefix() -> tuple[str, ...]:
    """What runs a command as an ordinary user: nothing, or, when we are root, a user namespace without rights."""
    if not IS_ROOT:
        return ()
    if shutil.which("unshare") and subprocess.run([*_NAMESPACE, "true"], capture_output=True).returncode == 0:
        return _NAMESPACE
    pytest.skip("root without user namespaces cannot start a host as an ordinary user")


@pytest.fixture
def state_dir() -> Iterator[Path]:
    """A state directory whose socket names are short enough wherever TMPDIR is."""
    directory = Path(tempfile.mkdtemp(prefix="remora-", dir="/tmp"))
    directory.chmod(0o755)
    yield directory / "state"
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def start_host(state_dir: Path) -> Iterator[Callable[..., HostProcess]]:
    """Start a host; it is ended with all its shells after the test."""
    running: list[Any] = []

    def start(**options: Any) -> HostProcess:
        context = running_host(state_dir, **options)
        host = context.__enter__()
        running.append(context)
        return host

    yield start
    for context in running:
        context.__exit__(None, None, None)


@pytest.fixture(params=["user", "root"])
def started_as(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Both ways a host is started; the second only where we are root."""
    if request.param == "user":
        return user_prefix()
    if os.geteuid() != 0:
        pytest.skip("needs root")
    return ()


@pytest.fixture
def connect() -> Iterator[Callable[..., Wire]]:
    """Open wires that are closed after the test."""
    wires: list[Wire] = []

    def open_wire(host: HostProcess, *arguments: str, **session: Any) -> Wire:
        wire = Wire(host.url, *arguments, **session)
        wires.append(wire)
        return wire

    yield open_wire
    for wire in wires:
        wire.close()
