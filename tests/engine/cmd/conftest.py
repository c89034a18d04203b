from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from remora.engine.cmd.environment import CmdEnvironment
from remora.engine.cmd.interpreter import Interpreter


@dataclass
class Result:
    code: int
    out: str
    err: str


@dataclass
class RecordingLauncher:
    """Stands where the worker's launcher stands: notes each call, answers with the bytes of its input."""

    calls: list[list[str]] = field(default_factory=list)
    inputs: list[bytes] = field(default_factory=list)
    code: int = 0

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
        self.calls.append(list(argv))
        os.write(stdout, b"PS\r\n")
        if argv[-1] == "-":
            data = b""
            while chunk := os.read(stdin, 4096):
                data += chunk
            self.inputs.append(data)
        return self.code


Run = Callable[..., Result]


@pytest.fixture
def launcher() -> RecordingLauncher:
    return RecordingLauncher()


@pytest.fixture
def run(tmp_path: Path, launcher: RecordingLauncher) -> Run:
    """Run one command line in tmp_path with TEMP below it."""
    temp = tmp_path / "temp"
    temp.mkdir()

    def call(
        line: str, *arguments: str, stdin: bytes = b"", code_page: int = 65001, skip_shell: bool = False
    ) -> Result:
        variables = {"PATH": os.environ["PATH"], "TEMP": str(temp), "Mixed": "Case Value", "HOME": str(tmp_path)}
        environment = CmdEnvironment(variables, directory=str(tmp_path), code_page=code_page)
        out, err = bytearray(), bytearray()
        interpreter = Interpreter(environment, stdout=out.extend, stderr=err.extend, launcher=launcher)
        interpreter.send_stdin(stdin, end=True)
        code = interpreter.run(line, arguments, skip_shell=skip_shell)
        return Result(code, environment.decode(bytes(out)), environment.decode(bytes(err)))

    return call
