"""What ``powershell`` on a command shell's line starts: a real pwsh where there is one, else the embedded engine."""

from __future__ import annotations

import shutil
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from os import killpg
from typing import Final

from remora.worker.zygote import Zygote

_GRACE: Final = 2.0
_LOOK: Final = 0.025


class Launcher:
    """A PowerShellLauncher for all commands of one shell. prefer_pwsh: take a real pwsh of the shell's PATH."""

    def __init__(self, zygote: Zygote, *, prefer_pwsh: bool) -> None:
        self._zygote = zygote
        self._prefer_pwsh = prefer_pwsh

    def __call__(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        directory: str,
        stdin: int,
        stdout: int,
        stderr: int,
        stop: threading.Event,
        code_page: int,
    ) -> int:
        program = shutil.which("pwsh", path=environment.get("PATH")) if self._prefer_pwsh else None
        if program is None:
            return self._zygote.run(
                argv,
                environment=environment,
                directory=directory,
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                stop=stop,
                code_page=code_page,
            )
        child = subprocess.Popen(
            [program, *argv[1:]],
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            cwd=directory,
            env=dict(environment),
            start_new_session=True,
        )
        return _watch(child, stop)


def _watch(child: subprocess.Popen[bytes], stop: threading.Event) -> int:
    waited: float | None = None
    while True:
        try:
            code = child.wait(_LOOK)
            return code if code >= 0 else 128 - code
        except subprocess.TimeoutExpired:
            if not stop.is_set():
                continue
        with suppress(ProcessLookupError, PermissionError):
            if waited is None:
                killpg(child.pid, signal.SIGINT)
            elif waited >= _GRACE:
                killpg(child.pid, signal.SIGKILL)
        waited = 0.0 if waited is None else waited + _LOOK
