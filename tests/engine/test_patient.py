"""Files that keep a script waiting: pipes nobody serves, devices without an end. Stopping reaches the script."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from remora.engine import patient
from remora.modules.management.providers import file_reading
from tests.engine.test_hostile import Session


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


READERS = (
    "Get-Content '{}'", "Get-Content '{}' -Raw", "[IO.File]::ReadAllText('{}')", "Import-Csv '{}'", "Get-FileHash '{}'",
    "Select-String x '{}'", "Copy-Item '{0}' '{0}2'", "switch -File '{}' {{ 1 {{ }} }}",
    "Import-Clixml '{}'", "Set-Content '{}' x", "[IO.File]::WriteAllText('{}', 'x')",
)  # fmt: skip


@pytest.mark.parametrize("script", READERS)
def test_a_pipe_without_another_end_is_given_up_when_stopped(session: Session, pipe: Path, script: str) -> None:
    assert session.run(script.format(pipe), stop_after=0.3)[2] == "Stopped"
    assert session.goes_on()


def test_what_is_written_to_a_pipe_arrives(session: Session, pipe: Path) -> None:
    writer = threading.Thread(target=lambda: pipe.write_text("one\ntwo\n"))
    writer.start()
    assert session.run(f"Get-Content '{pipe}'")[0] == ["one", "two"]
    writer.join()
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    session.run(f"Set-Content '{pipe}' ('x' * 200000)")
    reader.join()
    assert read == ["x" * 200000 + "\n"]


@pytest.mark.parametrize(
    ("script", "id"),
    [
        ("Get-Content /dev/zero -Raw", "ProviderContentReadError"),
        ("[IO.File]::ReadAllBytes('/dev/zero')", "OutOfMemoryException"),
    ],
)
def test_a_device_without_end_is_more_than_fits(
    session: Session, monkeypatch: pytest.MonkeyPatch, script: str, id: str
) -> None:
    monkeypatch.setattr(patient, "LARGEST", 1 << 22)
    assert session.run(script)[1][0].partition(",")[0] == id
    assert session.goes_on()


@pytest.mark.parametrize("script", ["Copy-Item /dev/zero '{}/z'", "Get-Content /dev/zero"])
def test_a_device_without_end_is_left_when_stopped(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setattr(file_reading, "LONGEST", 1 << 50)  # no limit may come before the stop
    assert session.run(script.format(tmp_path), stop_after=0.3)[2] == "Stopped"
    assert session.goes_on()


def test_a_file_is_not_copied_onto_itself(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("text")
    assert session.run(f"[IO.File]::Copy('{file}', '{file}', $true)")[1] == ["IOException"]
    assert file.read_text() == "text"
