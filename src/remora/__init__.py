"""WinRM and PowerShell remoting for Python: client, host and embedded engine.

The public names are loaded when they are first used, so that a part (``remora.engine``, ``remora.psrp``) costs only
itself.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from remora.client.automation import WSMan as WSMan
    from remora.client.commands import (
        connect_pssession as connect_pssession,
    )
    from remora.client.commands import (
        disconnect_pssession as disconnect_pssession,
    )
    from remora.client.commands import (
        get_pssession as get_pssession,
    )
    from remora.client.commands import (
        new_pssession as new_pssession,
    )
    from remora.client.commands import (
        receive_pssession as receive_pssession,
    )
    from remora.client.commands import (
        remove_pssession as remove_pssession,
    )
    from remora.client.config_store import ClientAuth as ClientAuth
    from remora.client.config_store import ClientConfig as ClientConfig
    from remora.client.doctor import Diagnosis as Diagnosis
    from remora.client.doctor import Finding as Finding
    from remora.client.doctor import Verdict as Verdict
    from remora.client.doctor import diagnose as diagnose
    from remora.client.file_report import CopyFailed as CopyFailed
    from remora.client.file_report import CopyProgress as CopyProgress
    from remora.client.file_report import CopyReport as CopyReport
    from remora.client.files import copy_from as copy_from
    from remora.client.files import copy_to as copy_to
    from remora.client.fleet import Fleet as Fleet
    from remora.client.fleet_items import FleetItem as FleetItem
    from remora.client.host import ClientHost as ClientHost
    from remora.client.host import ConsoleHost as ConsoleHost
    from remora.client.host import NullHost as NullHost
    from remora.client.host import UserHost as UserHost
    from remora.client.invoke import invoke_command as invoke_command
    from remora.client.jobs import Job as Job
    from remora.client.options import OutputBufferingMode as OutputBufferingMode
    from remora.client.options import PSSessionOption as PSSessionOption
    from remora.client.pssession import PSSession as PSSession
    from remora.client.repository import PSSessionRepository as PSSessionRepository
    from remora.client.repository import use_repository as use_repository
    from remora.client.results import InvokeResult as InvokeResult
    from remora.client.results import PipelineFailed as PipelineFailed
    from remora.client.results import PipelineStopped as PipelineStopped
    from remora.client.results import StreamItem as StreamItem
    from remora.client.session_state import RunspaceAvailability as RunspaceAvailability
    from remora.client.session_state import RunspaceState as RunspaceState
    from remora.errors import AuthError as AuthError
    from remora.errors import ConfigError as ConfigError
    from remora.errors import DeadlineExceeded as DeadlineExceeded
    from remora.errors import ExecutorFailed as ExecutorFailed
    from remora.errors import PSRPError as PSRPError
    from remora.errors import PSSessionError as PSSessionError
    from remora.errors import RemoraError as RemoraError
    from remora.errors import TransportError as TransportError
    from remora.errors import WSManFault as WSManFault
    from remora.values import PSCredential as PSCredential
    from remora.values import PSObject as PSObject
    from remora.values import SecureString as SecureString

__version__ = "0.1.0"

_HOMES = {
    "connect_pssession": "remora.client.commands",
    "disconnect_pssession": "remora.client.commands",
    "get_pssession": "remora.client.commands",
    "new_pssession": "remora.client.commands",
    "receive_pssession": "remora.client.commands",
    "remove_pssession": "remora.client.commands",
    "invoke_command": "remora.client.invoke",
    "copy_from": "remora.client.files",
    "copy_to": "remora.client.files",
    "WSMan": "remora.client.automation",
    "ClientAuth": "remora.client.config_store",
    "ClientConfig": "remora.client.config_store",
    "Diagnosis": "remora.client.doctor",
    "Finding": "remora.client.doctor",
    "Verdict": "remora.client.doctor",
    "diagnose": "remora.client.doctor",
    "CopyFailed": "remora.client.file_report",
    "CopyProgress": "remora.client.file_report",
    "CopyReport": "remora.client.file_report",
    "Fleet": "remora.client.fleet",
    "FleetItem": "remora.client.fleet_items",
    "ClientHost": "remora.client.host",
    "ConsoleHost": "remora.client.host",
    "NullHost": "remora.client.host",
    "UserHost": "remora.client.host",
    "Job": "remora.client.jobs",
    "OutputBufferingMode": "remora.client.options",
    "PSSessionOption": "remora.client.options",
    "PSSession": "remora.client.pssession",
    "PSSessionRepository": "remora.client.repository",
    "use_repository": "remora.client.repository",
    "InvokeResult": "remora.client.results",
    "PipelineFailed": "remora.client.results",
    "PipelineStopped": "remora.client.results",
    "StreamItem": "remora.client.results",
    "RunspaceAvailability": "remora.client.session_state",
    "RunspaceState": "remora.client.session_state",
    "AuthError": "remora.errors",
    "ConfigError": "remora.errors",
    "DeadlineExceeded": "remora.errors",
    "ExecutorFailed": "remora.errors",
    "PSRPError": "remora.errors",
    "PSSessionError": "remora.errors",
    "RemoraError": "remora.errors",
    "TransportError": "remora.errors",
    "WSManFault": "remora.errors",
    "PSCredential": "remora.values",
    "PSObject": "remora.values",
    "SecureString": "remora.values",
}

__all__ = [  # noqa: PLE0604  # the names of _HOMES: see __getattr__
    "__version__",
    *_HOMES,
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'remora' has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
