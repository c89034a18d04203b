"""One real host a module, a well-behaved session on it that every attack must leave alone, and a watch for secrets."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.support.host import running_host
from tests.support.scene import MARK, OTHER, SECRETS, SHORT, Scene
from tests.support.wire import PowerShell, Wire


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    directory = Path(tempfile.mkdtemp(prefix="remora-", dir="/tmp"))
    directory.chmod(0o755)
    try:
        with running_host(directory / "state", settings=SHORT, arguments=("-vv",)) as host:
            host.add_user(*OTHER)
            with Wire(host.url) as wire:
                shell = PowerShell(wire)
                shell.invoke("$kept = 20")
                yield Scene(host, shell)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(autouse=True)
def nobody_is_harmed(scene: Scene) -> Iterator[None]:
    """After each test the session opened beforehand still works, and no log tells what was sent."""
    front = scene.host.pid
    yield
    assert scene.witness.invoke("$kept + 1") == [21]
    assert scene.host.pid == front
    assert psutil.pid_exists(front)
    told = scene.logs()
    for secret in (MARK, *SECRETS, *scene.secrets):
        assert secret not in told, f"a log tells {secret!r}"
    assert "Traceback" not in told, told[-4000:]
