"""What lies where anybody could look: modes of files, arguments of processes, logs, faults."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import psutil
import pytest

from remora.errors import WSManFault
from remora.wsman import Delete, Reconnect
from tests.support.host import IS_ROOT, PASSWORD, USER
from tests.support.scene import OTHER, Scene
from tests.support.wire import POWERSHELL, CmdShell, PowerShell, Wire


def tree(scene: Scene) -> list[Path]:
    return sorted(scene.host.state_dir.rglob("*"))


def test_nobody_else_can_read_the_state_directory(scene: Scene) -> None:
    with Wire(scene.host.url) as wire:
        shell = CmdShell(wire)
        for path in tree(scene):
            mode = stat.S_IMODE(path.lstat().st_mode)
            home = IS_ROOT and "home" in path.relative_to(scene.host.state_dir).parts
            if path.is_symlink() or home:
                continue
            if path.is_dir():
                assert mode & 0o022 == 0, f"{path} {mode:o} can be written by others"
            else:
                assert mode & 0o077 == 0, f"{path} {mode:o}"
        wire.ask(Delete.shell(shell.place["resource_uri"], shell.id))
    for name in ("shells", "front", "auth"):
        directory = scene.host.state_dir / name
        if directory.exists():
            assert stat.S_IMODE(directory.stat().st_mode) == 0o700, name


def test_no_file_holds_a_password(scene: Scene) -> None:
    for path in tree(scene):
        if path.is_file():
            content = path.read_bytes()
            for password in (PASSWORD, OTHER[1]):
                assert password.encode() not in content, path
                assert password.encode("utf-16-le") not in content, path


def test_no_process_has_a_password_in_its_arguments_or_environment(scene: Scene) -> None:
    front = psutil.Process(scene.host.pid)
    for process in [front, *front.children(recursive=True)]:
        for place in ("cmdline", "environ"):
            try:
                text = Path(f"/proc/{process.pid}/{place}").read_bytes()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            for password in (PASSWORD, OTHER[1]):
                assert password.encode() not in text, (process, place)


@pytest.mark.skipif(not IS_ROOT, reason="only root gives its shells to other users")
def test_nobody_s_shell_is_root_s(scene: Scene) -> None:
    assert scene.witness.invoke("[System.Environment]::UserName") != ["root"]
    status = scene.host.status()["shells"]
    assert status
    for shell in status:
        uids = psutil.Process(shell["pid"]).uids()
        assert 0 not in (uids.real, uids.effective, uids.saved)


def contents(path: Path) -> object:
    """The names in a directory, but for those that come and go with shells, or the bytes of a file."""
    if path.is_dir():
        return sorted(entry.name for entry in path.iterdir()) if path.name not in ("w", "shells") else path.exists()
    return path.read_bytes()


@pytest.mark.skipif(not IS_ROOT, reason="only root gives its shells to other users")
@pytest.mark.parametrize("name", ["accounts.json", "w", "shells", "front", "worker.log"])
def test_a_shell_cannot_look_into_the_state_directory(scene: Scene, name: str) -> None:
    path = scene.host.state_dir / name
    assert path.exists()
    before = contents(path)
    with Wire(scene.host.url, *OTHER) as wire:
        shell = CmdShell(wire)
        assert shell.run(f'type "{path}"')[1] != 0
        for line in (
            f'dir /b "{path}/"',
            f'echo x > "{path}/y"',
            f'echo x >> "{path}"',
            f'del /q "{path}"',
            f'rd /s /q "{path}"',
        ):
            output, _ = shell.run(line)
            assert output.strip() in (b"", name.encode()), (line, output)
        wire.ask(Delete.shell(shell.place["resource_uri"], shell.id))
    assert contents(path) == before


def test_faults_tell_nothing_of_the_inside(scene: Scene) -> None:
    with Wire(scene.host.url, *OTHER) as wire:
        shell = PowerShell(wire)
        for request in (Reconnect(**scene.witness.place), Delete.shell(POWERSHELL, scene.witness.id)):
            try:
                wire.ask(request)
            except WSManFault as fault:
                text = f"{fault.message} {fault.detail} {fault.provider_path}"
                assert "Traceback" not in text
                assert str(scene.host.state_dir) not in text
                assert ".py" not in text
                assert USER not in text
        wire.ask(Delete.shell(POWERSHELL, shell.id))


def test_the_sockets_of_workers_are_closed_to_others(scene: Scene) -> None:
    if not IS_ROOT:
        pytest.skip("needs root to become somebody else")
    path = scene.host.state_dir / "w" / scene.witness.id
    program = f"import socket; socket.socket(socket.AF_UNIX).connect({str(path)!r})"
    done = subprocess.run(
        ["python3", "-c", program], capture_output=True, user=65534, group=65534, extra_groups=[], check=False, cwd="/"
    )
    assert done.returncode != 0
    assert b"PermissionError" in done.stderr or b"FileNotFoundError" in done.stderr
    assert os.path.exists(path)
