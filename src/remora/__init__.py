"""WinRM and PowerShell remoting for Python: client, host and embedded engine."""

from __future__ import annotations

__version__ = "0.1.0"
