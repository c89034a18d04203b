"""Sans-IO configuration: the winrm/config tree as typed data, and session configurations."""

from __future__ import annotations

from remora.config.sessions import (
    Backend,
    BufferingMode,
    SessionConfiguration,
    SessionConfigurations,
    SessionQuotas,
)
from remora.config.settings import ConfigNode
from remora.config.winrm import CbtHardeningLevel, CommandShell, RemoraSettings, WinrmConfig, parse_override

__all__ = [
    "Backend",
    "BufferingMode",
    "CbtHardeningLevel",
    "CommandShell",
    "ConfigNode",
    "RemoraSettings",
    "SessionConfiguration",
    "SessionConfigurations",
    "SessionQuotas",
    "WinrmConfig",
    "parse_override",
]
