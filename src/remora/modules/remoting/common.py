"""What the PSSession cmdlets share: the way to a machine, waiting that can be stopped, errors, and streams."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from typing import Any, Final, TypeVar

from remora.client.deadline import deadline
from remora.client.options import PSSessionOption
from remora.client.portal import Portal, next_of
from remora.client.pssession import PSSession
from remora.client.repository import current_repository
from remora.client.results import PipelineEnded, StreamItem
from remora.client.session_errors import TRANSPORT_IDS
from remora.client.session_state import RunspaceState
from remora.engine.cmdlet import Cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import PSError, error
from remora.engine.remote_errors import OriginInfo
from remora.engine.wire import from_wire, remoting_error_from_wire
from remora.errors import AuthError, ConnectionLost, PSSessionError, RemoraError, WSManFault
from remora.modules.common import as_list
from remora.modules.remoting.session_object import OptionObject, SessionObject
from remora.modules.remoting.way import WayParameters
from remora.values import ErrorRecord as WireError
from remora.values import PSCredential, PSObject

PORTAL: Final = Portal("remora-remoting")
"""The loop behind the remoting cmdlets of this process; it starts with the first of them."""

_LOOK = 0.1
_EXCEPTION = "System.Management.Automation.Remoting.PSRemotingTransportException"
T = TypeVar("T")


_FAREWELL = 10.0


def leave_open_sessions() -> None:
    """Disconnect what the cmdlets of this process have open: who ends without a word is found Busy for a minute."""
    for session in current_repository():
        if session.state is RunspaceState.OPENED:
            with contextlib.suppress(RemoraError):
                PORTAL.run(_leave(session))


async def _leave(session: PSSession) -> None:
    async with deadline(_FAREWELL, "leaving a session"):
        await session.disconnect()


class Caller:
    """Calls the client API for one cmdlet."""

    def __init__(self, cmdlet: Cmdlet) -> None:
        self._cmdlet = cmdlet

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a call of the API; a stop of the pipeline cancels it, and with it what runs remotely."""
        call = PORTAL.start(coroutine)
        try:
            while not call.wait(_LOOK):
                self._cmdlet.check_stop()
        except BaseException:
            call.cancel()
            raise
        return call.result()

    def attempt(self, coroutine: Coroutine[Any, Any, T], error_id: str, target: Any = None) -> T | None:
        """As ``wait``; what goes wrong is a non-terminating error with this id, unless it has one of its own."""
        try:
            return self.wait(coroutine)
        except RemoraError as failure:
            self._cmdlet.write_error(remoting_error(failure, error_id, target).record)
            return None

    def stream(self, items: AsyncGenerator[StreamItem, None], origin: OriginInfo, *, shown: bool = True) -> None:
        """Write what comes of a remote pipeline to our streams as it comes. Raises PipelineEnded.

        origin: the session it comes from, told by each object and error. shown: tables name the computer.
        """
        try:
            while (item := self.wait(next_of(items))) is not None:
                self.show(item[0], origin, shown=shown)
        finally:
            PORTAL.run(items.aclose())

    def show(self, item: StreamItem, origin: OriginInfo, *, shown: bool = True) -> None:
        """Write one item to the stream it came on; preferences were applied where it was written."""
        if item.stream == "error" and isinstance(item.value, WireError):
            self._cmdlet.write_error(remoting_error_from_wire(item.value, origin))
            return
        value = from_wire(item.value)
        if item.stream == "output" and isinstance(value, PSObject):
            value.extended.update(
                PSComputerName=origin.computer, RunspaceId=origin.runspace_id, PSShowComputerName=shown
            )
        sinks = self._cmdlet.runtime.pipes.sinks
        writers: dict[str, Callable[[Any], None]] = {
            "warning": sinks.warning,
            "verbose": sinks.verbose,
            "debug": sinks.debug,
            "information": sinks.information,
            "progress": sinks.progress,
        }
        writers.get(item.stream, self._cmdlet.emit)(value)

    def way(self, given: WayParameters) -> dict[str, Any]:
        """Return the keywords of the client API; a preference variable stands in for options that are not given."""
        bound = {
            "port": given.port,
            "use_ssl": bool(given.use_ssl),
            "application_name": given.application_name,
            "configuration_name": given.configuration_name,
            "credential": self._credential(given.credential),
            "authentication": given.authentication,
            "session_option": self._option(given.session_option),
            "throttle_limit": given.throttle_limit,
        }
        return {name: value for name, value in bound.items() if value is not None}

    def _credential(self, given: Any) -> PSCredential | None:
        if given is None or isinstance(given, PSCredential):
            return given
        host = self._cmdlet.runtime.frame.context.host
        title, text = "PowerShell credential request", "Enter your credentials."
        asked = host.prompt_for_credential(title, text, to_text(given), "")
        if not isinstance(asked, PSCredential):
            raise self._cmdlet.throw(error("No credential was given.", "NoCredential", "InvalidArgument", given))
        return asked

    def _option(self, given: Any) -> PSSessionOption | None:
        chosen = given if given is not None else self._cmdlet.session.get_variable("PSSessionOption")
        if chosen is None or isinstance(chosen, PSSessionOption):
            return chosen
        if isinstance(chosen, OptionObject):
            return chosen.option
        if isinstance(chosen, Mapping):
            return PSSessionOption(**{_snake(to_text(key)): value for key, value in chosen.items()})
        wrong = "The session option is not a PSSessionOption."
        raise self._cmdlet.throw(error(wrong, "ParameterBindingFailed", "InvalidArgument"))


def origin_of(session: PSSession) -> OriginInfo:
    """What objects of a session say of where they come from."""
    return OriginInfo(session.computer_name, session.instance_id)


def sessions_of(value: Any) -> list[PSSession]:
    """The client's sessions behind the objects of a -Session parameter. Raises PSSessionError for anything else."""
    sessions: list[PSSession] = []
    for item in as_list(value):
        if not isinstance(item, SessionObject):
            raise PSSessionError("a -Session parameter takes PSSession objects", error_id="CannotConvertArgument")
        sessions.append(item.session)
    return sessions


def remoting_error(failure: RemoraError, error_id: str, target: Any = None) -> PSError:
    """Turn an error of the client into an error record with PowerShell's id for it."""
    match failure:
        case PSSessionError():
            full, category = failure.error_id, "InvalidOperation"
        case AuthError():
            full, category = f"AccessDenied,{error_id}", "OpenError"
        case ConnectionLost():
            full, category = f"CannotConnect,{error_id}", "OpenError"
        case WSManFault():
            full, category = f"{TRANSPORT_IDS.get(failure.code, failure.code)},{error_id}", "OpenError"
        case PipelineEnded():
            full, category = "JobFailure", "OperationStopped"
        case _:
            full, category = error_id, "OpenError"
    return error(
        str(failure),
        full,
        category,
        target,
        type_name="System.Management.Automation.Remoting.PSRemotingTransportException",
    )


def _snake(name: str) -> str:
    special = {"SkipCACheck": "skip_ca_check", "SkipCNCheck": "skip_cn_check"}
    if name in special:
        return special[name]
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
