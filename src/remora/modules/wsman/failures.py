"""Errors of the WSMan cmdlets: the WSManFault as XML, as Windows has it."""

from __future__ import annotations

from typing import Any, Final

from remora.client.automation.failures import fault_xml
from remora.engine.errors import PSError, error
from remora.errors import RemoraError

INVALID: Final = "System.InvalidOperationException"
ERROR_ID: Final = "WsManError"


def wsman_error(failure: RemoraError, machine: str, target: Any = None) -> PSError:
    """The record of what a service, or the way to it, refused."""
    return error(fault_xml(failure, machine), ERROR_ID, "InvalidOperation", target, type_name=INVALID)


def refused(message: str, target: Any = None, error_id: str = ERROR_ID) -> PSError:
    """The record of what the cmdlets refuse themselves."""
    return error(message, error_id, "InvalidOperation", target, type_name=INVALID)
