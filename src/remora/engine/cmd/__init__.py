"""The small cmd.exe-compatible language behind the WinRS cmd shell."""

from __future__ import annotations

from remora.engine.cmd.environment import CmdEnvironment
from remora.engine.cmd.interpreter import Interpreter
from remora.engine.cmd.powershell import PowerShellLauncher
from remora.engine.cmd.powershell_args import PowerShellArguments, PowerShellUsageError, parse_powershell_arguments

__all__ = [
    "CmdEnvironment",
    "Interpreter",
    "PowerShellArguments",
    "PowerShellLauncher",
    "PowerShellUsageError",
    "parse_powershell_arguments",
]
