"""The blocking API: ``import remora.sync`` has the names of ``import remora``, for threads without an event loop."""

from __future__ import annotations

from remora.client.config_store import ClientAuth, ClientConfig
from remora.client.doctor import Diagnosis, Finding, Verdict
from remora.client.file_report import CopyFailed, CopyProgress, CopyReport
from remora.client.fleet_items import FleetItem
from remora.client.host import ClientHost, ConsoleHost, NullHost, UserHost
from remora.client.options import OutputBufferingMode, PSSessionOption
from remora.client.repository import PSSessionRepository, use_repository
from remora.client.results import InvokeResult, PipelineFailed, PipelineStopped, StreamItem
from remora.client.session_state import RunspaceAvailability, RunspaceState
from remora.errors import (
    AuthError,
    ConfigError,
    DeadlineExceeded,
    ExecutorFailed,
    PSRPError,
    PSSessionError,
    RemoraError,
    TransportError,
    WSManFault,
)
from remora.sync.api import (
    Fleet,
    Job,
    Pipeline,
    PSSession,
    connect_pssession,
    copy_from,
    copy_to,
    diagnose,
    disconnect_pssession,
    get_pssession,
    invoke_command,
    new_pssession,
    receive_pssession,
    remove_pssession,
)
from remora.sync.automation import WSMan
from remora.values import PSCredential, PSObject, SecureString

__all__ = [
    "AuthError",
    "ClientAuth",
    "ClientConfig",
    "ClientHost",
    "ConfigError",
    "ConsoleHost",
    "CopyFailed",
    "CopyProgress",
    "CopyReport",
    "DeadlineExceeded",
    "Diagnosis",
    "ExecutorFailed",
    "Finding",
    "Fleet",
    "FleetItem",
    "InvokeResult",
    "Job",
    "NullHost",
    "OutputBufferingMode",
    "PSCredential",
    "PSObject",
    "PSRPError",
    "PSSession",
    "PSSessionError",
    "PSSessionOption",
    "PSSessionRepository",
    "Pipeline",
    "PipelineFailed",
    "PipelineStopped",
    "RemoraError",
    "RunspaceAvailability",
    "RunspaceState",
    "SecureString",
    "StreamItem",
    "TransportError",
    "UserHost",
    "Verdict",
    "WSMan",
    "WSManFault",
    "connect_pssession",
    "copy_from",
    "copy_to",
    "diagnose",
    "disconnect_pssession",
    "get_pssession",
    "invoke_command",
    "new_pssession",
    "receive_pssession",
    "remove_pssession",
    "use_repository",
]
