"""A real host in a real process: started, killed with real signals and started again on the same state directory."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

READY_SECONDS = 60.0
PROGRAM = (sys.executable, "-m", "remora")


def free_port() -> int:
    """Return a port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def remora(
    *arguments: str,
    input_text: str | None = None,
    check: bool = True,
    program: tuple[str, ...] = PROGRAM,
    **options: Any,
) -> subprocess.CompletedProcess[str]:
    """Run the real command line and return what it printed."""
    done = subprocess.run(
        [*program, *arguments],
        input=input_text,
        text=True,
        capture_output=True,
        timeout=options.pop("timeout", 60),
        check=False,
        **options,
    )
    if check and done.returncode != 0:
        raise AssertionError(f"remora {' '.join(arguments)} -> {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


@dataclass
class HostProcess:
    """`remora host run` on a state directory. Addresses stay the same over restarts.

    prefix: what the host's own command begins with. program: runs remora for the host and for what manages it.
    """

    state_dir: Path
    listen: tuple[str, ...] = ("http://127.0.0.1:0",)
    settings: dict[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    prefix: tuple[str, ...] = ()
    program: tuple[str, ...] = PROGRAM
    urls: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return self.urls[0]

    @property
    def port(self) -> int:
        return int(self.url.split(":")[2].split("/")[0])

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def log_file(self) -> Path:
        return self.state_dir.parent / f"{self.state_dir.name}.log"

    def add_user(self, name: str, password: str, *arguments: str) -> None:
        remora(
            "host",
            "user",
            "add",
            name,
            "--password-stdin",
            "--state-dir",
            str(self.state_dir),
            *arguments,
            input_text=password + "\n",
            program=self.program,
        )

    def start(self) -> HostProcess:
        """Start the front end and wait for its ready file."""
        ready = self.state_dir.parent / f"{self.state_dir.name}.ready"
        ready.unlink(missing_ok=True)
        command = [
            *self.prefix,
            *self.program,
            "host",
            "run",
            "--state-dir",
            str(self.state_dir),
            "--ready-file",
            str(ready),
        ]
        for address in self.urls or self.listen:
            command += ["--listen", address]
        for key, value in self.settings.items():
            command += ["--set", f"{key}={value}"]
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *self.arguments], stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        deadline = time.monotonic() + READY_SECONDS
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(
                    f"the host did not become ready: {self.log_file.read_text('utf-8', 'replace')[-4000:]}"
                )
            time.sleep(0.01)
        self.urls = tuple(line.strip() for line in ready.read_text("utf-8").splitlines() if line.strip())
        return self

    def kill(self) -> None:
        """SIGKILL the front end, as a crash would; workers are not touched."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def terminate(self) -> int:
        """SIGTERM the front end and return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def stop_all(self) -> None:
        """End the front end and every worker."""
        remora("host", "stop", "--all", "--state-dir", str(self.state_dir), check=False, program=self.program)
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
        if self.process is not None:
            self.process.wait(10)

    def status(self) -> dict[str, Any]:
        done = remora("host", "status", "--state-dir", str(self.state_dir), "-o", "json", program=self.program)
        result: dict[str, Any] = json.loads(done.stdout)
        return result

    def log(self) -> str:
        return self.log_file.read_text("utf-8", "replace") if self.log_file.exists() else ""


@contextmanager
def running_host(state_dir: Path, **options: Any) -> Iterator[HostProcess]:
    """A host with one account `alice` / `Pa55 wörd!`, Basic and clear HTTP allowed unless settings say otherwise."""
    settings = {"Service/Auth/Basic": "true", "Service/AllowUnencrypted": "true", **options.pop("settings", {})}
    host = HostProcess(state_dir, settings=settings, **options)
    state_dir.mkdir(mode=0o755, parents=True, exist_ok=True)
    host.add_user(USER, PASSWORD, *ADMIN)
    try:
        yield host.start()
    finally:
        host.stop_all()


USER = "alice"
PASSWORD = "Pa55 wörd!"
ADMIN: tuple[str, ...] = ()
IS_ROOT = os.geteuid() == 0
