"""A client as a process of its own: `remora console`, given one script after another."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.host import PROGRAM

DRIVER = Path(__file__).with_name("session_driver.ps1")
LIMIT = 40.0
_MARK = "\x1e"


@dataclass(frozen=True)
class Problem:
    """An error record of the other process. id: the fully qualified one."""

    id: str
    message: str
    category: str
    target_text: str = ""
    target_type: str | None = None
    target: None = None


@dataclass
class Said:
    """What came of one script. host: what was written past the streams; failure: the error that ended it."""

    values: list[Any]
    text: str
    errors: list[Problem]
    warnings: list[str]
    verbose: list[str]
    information: list[str]
    failure: Problem | None
    host: str

    @property
    def ids(self) -> list[str]:
        """Bare ids of all errors, the terminating one last; the class of the cmdlet is left out."""
        ended = [self.failure] if self.failure is not None else []
        return [problem.id.rpartition(",Microsoft.PowerShell.Commands.")[0] or problem.id for problem in
                [*self.errors, *ended]]  # fmt: skip

    @property
    def value(self) -> Any:
        """The only value; anything that went wrong is an assertion."""
        assert self.ids == [], (self.errors, self.failure)
        assert len(self.values) == 1, self.values
        return self.values[0]

    @property
    def lines(self) -> list[str]:
        """The formatted text without empty lines."""
        return [line for line in self.text.splitlines() if line.strip()]


@dataclass
class ConsoleClient:
    """One `remora console` process. environment: added to ours; arguments: before the driver."""

    environment: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(
            [*PROGRAM, "console", *self.arguments, str(DRIVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **self.environment},
            text=True,
            encoding="utf-8",
        )

    def send(self, script: str, *answers: str) -> None:
        """Begin a script. answers: lines for whatever it asks."""
        assert self.process.stdin is not None
        coded = base64.b64encode(script.encode()).decode()
        self.process.stdin.write("".join(f"{line}\n" for line in (coded, *answers)))
        self.process.stdin.flush()

    def result(self, limit: float = LIMIT) -> Said:
        """Wait for what came of the script that was begun."""
        assert self.process.stdout is not None
        watch = threading.Timer(limit, self.process.kill)
        watch.start()
        before: list[str] = []
        try:
            while line := self.process.stdout.readline():
                shown, mark, document = line.partition(_MARK)
                before.append(shown)
                if mark:
                    return _said(json.loads(document), "".join(before))
        finally:
            watch.cancel()
        raise AssertionError(f"the client ended or took longer than {limit} s: {''.join(before)[-4000:]}")

    def __call__(self, script: str, *answers: str, limit: float = LIMIT) -> Said:
        self.send(script, *answers)
        return self.result(limit)

    def end(self) -> None:
        """Let the process end as it does when its input is over."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        if not self.process.stdin.closed:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def _said(document: dict[str, Any], host: str) -> Said:
    failure = document["failure"]
    return Said(
        values=document["values"] or [],
        text=document["text"] or "",
        errors=[Problem(**problem) for problem in document["errors"] or []],
        warnings=document["warnings"] or [],
        verbose=document["verbose"] or [],
        information=document["information"] or [],
        failure=Problem(**failure) if failure else None,
        host=host,
    )
