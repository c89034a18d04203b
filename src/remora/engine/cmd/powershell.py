"""The seam to PowerShell: who runs it is the worker's affair, cmd only recognises its name."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Protocol

_NAMES = frozenset({"powershell", "powershell.exe", "pwsh", "pwsh.exe"})


def is_powershell(program: str) -> bool:
    """Does this name or path (any case, either slash) mean PowerShell?"""
    return program.replace('"', "").replace("\\", "/").rsplit("/", 1)[-1].lower() in _NAMES


class PowerShellLauncher(Protocol):
    """Runs one ``powershell ...`` of a command line to its end, called on the thread of that command.

    argv: the name as written, then the arguments. environment: variables of the shell. directory: working directory.
    stdin, stdout, stderr: open descriptors, to be duplicated when they must outlive the call. stop: set when the client
    stopped the command; the call must then return soon. code_page: of text on the three streams. Returns the exit code.
    """

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
    ) -> int: ...
