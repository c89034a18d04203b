from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.host import PASSWORD, USER, HostProcess, remora, running_host

pytestmark = pytest.mark.debian

GO_PROGRAM = Path(__file__).parent / "go" / "main.go"


def need(program: str) -> str:
    path = shutil.which(program)
    assert path is not None, f"{program} is missing: `make test-live` installs the Debian packages"
    return path


@pytest.fixture(scope="module")
def plain_user(host: HostProcess) -> str:
    """An account whose password survives the clients' own command lines."""
    host.add_user("gopher", "Gopher-Pa55word")
    return "gopher"


@pytest.mark.parametrize("operations", [15, 1000])
def test_winrmcp_copies_five_megabytes_byte_for_byte(
    host: HostProcess, plain_user: str, tmp_path: Path, operations: int
) -> None:
    """operations: commands to one shell; winrmcp's own default is 15, an old limit of Windows."""
    data = random.Random(5).randbytes(5 * 1024 * 1024)
    source = tmp_path / "payload.bin"
    source.write_bytes(data)
    target = str(Path(tempfile.gettempdir()) / f"remora-live-{os.getpid()}.bin")
    copied = subprocess.run(
        [
            need("winrmcp"),
            f"-addr=127.0.0.1:{host.port}",
            f"-user={plain_user}",
            "-pass=Gopher-Pa55word",
            "-op-timeout=60s",
            f"-max-ops-per-shell={operations}",
            str(source),
            target,
        ],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    try:
        assert copied.returncode == 0, copied.stdout + copied.stderr
        assert hashlib.sha256(Path(target).read_bytes()).hexdigest() == hashlib.sha256(data).hexdigest()
    finally:
        Path(target).unlink(missing_ok=True)


@pytest.fixture(scope="module")
def go_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program, built against Debian's packaged library."""
    binary = tmp_path_factory.mktemp("go") / "winrm-client"
    cache = tmp_path_factory.mktemp("gocache")
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": "/usr/share/gocode",
        "GOCACHE": str(cache),
        "GOFLAGS": "",
    }
    built = subprocess.run(
        [need("go"), "build", "-o", str(binary), str(GO_PROGRAM)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return binary


def go(
    binary: Path, host: HostProcess, user: str, mode: str, text: str, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(binary), "127.0.0.1", str(host.port), user, mode, text],
        input=f"Gopher-Pa55word\n{stdin}",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_go_runs_a_command(go_client: Path, host: HostProcess, plain_user: str) -> None:
    done = go(go_client, host, plain_user, "cmd", "echo from go && exit 7")
    assert (done.returncode, done.stdout.strip()) == (7, "from go"), done.stderr


def test_go_runs_powershell(go_client: Path, host: HostProcess, plain_user: str) -> None:
    done = go(go_client, host, plain_user, "ps", "'a', 'b' | ForEach-Object { $_.ToUpper() }")
    assert (done.returncode, done.stdout.split()) == (0, ["A", "B"]), done.stderr


def test_go_sends_stdin_while_output_is_read(go_client: Path, host: HostProcess, plain_user: str) -> None:
    done = go(go_client, host, plain_user, "stdin", "sort", "pear\r\napple\r\n")
    assert (done.returncode, done.stdout.split()) == (0, ["apple", "pear"]), done.stderr


@pytest.fixture
def strict_host(tmp_path: Path) -> Iterator[HostProcess]:
    with running_host(
        tmp_path / "strict", settings={"Service/AllowUnencrypted": "false", "Service/Auth/Basic": "false"}
    ) as running:
        remora(
            "host",
            "user",
            "add",
            "gopher",
            "--password-stdin",
            "--state-dir",
            str(running.state_dir),
            input_text="Gopher-Pa55word\n",
        )
        yield running


def test_go_is_refused_where_clear_text_is_not_allowed(go_client: Path, strict_host: HostProcess) -> None:
    done = go(go_client, strict_host, "gopher", "cmd", "echo never")
    assert done.returncode != 0
    assert "never" not in done.stdout
    assert USER not in done.stdout
    assert PASSWORD not in strict_host.log()
