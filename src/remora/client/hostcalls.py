"""Answers the calls a remote script makes to this end's host."""

from __future__ import annotations

from typing import Any

from remora._log import bound
from remora.client.host import ClientHost, HostCallRefused
from remora.errors import LocalProtocolError
from remora.psrp.client import ClientPool
from remora.psrp.events import HostCallReceived
from remora.psrp.hostcalls import HostCall
from remora.values import ErrorCategory, ErrorRecord

_log = bound(__name__)


async def answer_host_call(host: ClientHost, received: HostCallReceived, protocol: ClientPool) -> bool:
    """Let the host answer a call and queue the answer; tells whether there is one to send."""
    value, error = await _ask(host, received.call)
    if not received.call.needs_response:
        return False
    try:
        protocol.respond(received, value, error=error)
    except LocalProtocolError as refused:
        refusal = _record(str(refused), "System.InvalidCastException", ErrorCategory.INVALID_TYPE)
        protocol.respond(received, error=refusal)
    return True


async def _ask(host: ClientHost, call: HostCall) -> tuple[Any, ErrorRecord | None]:
    """Ask the host; returns the value, or the error record that its exception becomes on the other side."""
    try:
        return await host.answer(call), None
    except HostCallRefused as refusal:
        return None, _record(str(refusal), "System.NotImplementedException", ErrorCategory.NOT_IMPLEMENTED)
    except Exception as error:
        # whatever the user's host raises belongs to the script that asked, not to our receive loop
        _log.warning("host_call_failed", method=call.method.wire_name, error=type(error).__name__)
        return None, _record(str(error), "System.Exception", ErrorCategory.NOT_SPECIFIED)


def _record(message: str, type_name: str, category: ErrorCategory) -> ErrorRecord:
    return ErrorRecord.of(message, "HostCallFailed", category, exception_type=type_name)
