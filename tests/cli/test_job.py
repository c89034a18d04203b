"""Jobs over a real host and several client processes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.host import PASSWORD, USER, HostProcess, remora, running_host


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    folder = tmp_path_factory.mktemp("job")
    (folder / "pw").write_text(PASSWORD + "\n", "utf-8")
    with running_host(folder / "state") as running:
        yield running


@pytest.fixture
def way(host: HostProcess) -> tuple[str, ...]:
    return host.url, "-u", USER, "--password-file", str(host.state_dir.parent / "pw")


def start(way: tuple[str, ...], name: str, script: str) -> None:
    remora("run", *way, "--detach", "--session-name", name, "-c", script)


def listed(way: tuple[str, ...], name: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(
        remora("job", "ls", *way, "--name", name, "-o", "json", check=False).stdout
    )
    return found


@pytest.fixture
def gate() -> Iterator[Path]:
    """A file that is not there yet, in a folder that the session's user may look into."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "gate"


def test_a_job_is_listed_waited_for_received_and_removed(way: tuple[str, ...], gate: Path) -> None:
    start(way, "Long", f"'begun'; while (-not (Test-Path '{gate}')) {{ Start-Sleep -Milliseconds 20 }}; 'ended'")
    (found,) = listed(way, "Lo*")
    assert (found["name"], found["state"], found["session_state"]) == ("Long", "Running", "Disconnected")
    assert "begun" in found["command"]
    assert "Long" in remora("job", "ls", *way).stdout
    late = remora("job", "wait", *way, "--name", "Long", "--timeout", "0.5", check=False)
    assert late.returncode == 124
    gate.touch()
    remora("job", "wait", *way, "--name", "Long")
    assert listed(way, "Long")[0]["state"] == "Completed"
    assert remora("job", "receive", *way, "--name", "Long", "--remove").stdout == "begun\nended\n"
    assert listed(way, "Long") == []


def test_a_job_that_is_stopped_keeps_what_it_has_written(way: tuple[str, ...]) -> None:
    start(way, "Endless", "'written'; while ($true) { Start-Sleep -Milliseconds 20 }")
    remora("job", "stop", *way, "--name", "Endless")
    assert listed(way, "Endless")[0]["state"] == "Completed"
    received = remora("job", "receive", *way, "--name", "Endless", "-o", "json", check=False)
    data = json.loads(received.stdout)
    assert (received.returncode, data["output"], data["state"]) == (1, ["written"], "Stopped")


def test_several_jobs_name_their_machine(way: tuple[str, ...]) -> None:
    for name in ("Two1", "Two2"):
        start(way, name, f"'{name}'")
    lines = remora("job", "receive", *way, "--name", "Two*", "--remove").stdout.splitlines()
    assert sorted(line.partition("] ")[2] for line in lines) == ["Two1", "Two2"]


@pytest.mark.parametrize("verb", ["receive", "wait", "stop"])
def test_no_such_job_is_one(way: tuple[str, ...], verb: str) -> None:
    done = remora("job", verb, *way, "--name", "Nobody", check=False)
    assert done.returncode == 1
    assert "Nobody" in done.stderr


def test_stop_needs_a_name_and_a_dead_machine_is_255(way: tuple[str, ...]) -> None:
    assert remora("job", "stop", *way, check=False).returncode == 2
    assert remora("job", "ls", "http://127.0.0.1:1/wsman", *way[1:], check=False).returncode == 255
