"""The console as a subsystem of OpenSSH: a private sshd, our framing over the ssh client."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from remora.psrp.spec import PipelineSpec
from remora.psrp.states import PSInvocationState, RunspacePoolState
from tests.support.stdio_pipes import Pipes

pytestmark = pytest.mark.debian

SSHD = "/usr/sbin/sshd"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[list[str]]:
    """The ssh command of a client whose key the server takes."""
    assert os.path.exists(SSHD), "sshd is missing: `make test-live` installs the Debian packages"
    tmp_path.chmod(0o700)
    for name in ("host", "client"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)], check=True)
    shutil.copy(tmp_path / "client.pub", tmp_path / "authorized")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (tmp_path / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {tmp_path}/host\nAuthorizedKeysFile {tmp_path}/authorized\n"
        f"PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\n"
        f"Subsystem powershell {sys.executable} -m remora console -s -NoLogo -NoProfile\n"
    )
    if os.geteuid() == 0:
        os.makedirs("/run/sshd", exist_ok=True)
    daemon = subprocess.Popen([SSHD, "-D", "-e", "-f", str(tmp_path / "config")], stderr=subprocess.PIPE, text=True)
    assert daemon.stderr is not None
    assert "listening" in daemon.stderr.readline()
    try:
        yield [
            "ssh", "-F", "none", "-p", str(port), "-i", str(tmp_path / "client"), "-o", "BatchMode=yes",
            "-o", "LogLevel=ERROR", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "127.0.0.1",
        ]  # fmt: skip
    finally:
        daemon.terminate()
        daemon.wait(10)
        daemon.stderr.close()


def test_a_subsystem_serves_sessions(server: list[str]) -> None:
    with subprocess.Popen(
        [*server, "-s", "powershell"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    ) as ssh:
        pipes = Pipes(ssh)
        pipes.client.pool.open()
        pipes.pump(lambda: pipes.client.pool.state is RunspacePoolState.OPENED)
        pid = uuid4()
        pipes.client.pool.create_pipeline(PipelineSpec.script("[bool] $env:SSH_CONNECTION; 'x' * 300000"), pid)
        output, state = pipes.finish(pid)
        assert (output[0], len(output[1]), state) == (True, 300_000, PSInvocationState.COMPLETED)
        pipes.client.close()
        pipes.pump(lambda: pipes.client.closed)
        assert ssh.wait(20) == 0
