"""What the PSSession cmdlets share: the way to a machine, waiting that can be stopped, errors, and streams."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, Final, TypeVar

from remora.client.options import OutputBufferingMode, PSSessionOption
from remora.client.parting import part_from
from remora.client.portal import Portal, next_of
from remora.client.pssession import PSSession
from remora.client.repository import current_repository
from remora.client.results import PipelineEnded, StreamItem
from remora.client.session_errors import error_id_of
from remora.client.throttle import Outcome
from remora.engine.cmdlet import Cmdlet
from remora.engine.convert import to_text
from remora.engine.convert.conversion import try_convert
from remora.engine.errors import PSError, error
from remora.engine.remote_errors import OriginInfo
from remora.engine.types.typeref import require
from remora.engine.wire import from_wire, remoting_error_from_wire
from remora.errors import PSSessionError, RemoraError
from remora.modules.common import as_list
from remora.modules.remoting.option_object import OptionObject
from remora.modules.remoting.session_object import SessionObject
from remora.modules.remoting.way import SESSION_OPTION
from remora.values import ErrorRecord as WireError
from remora.values import PSObject

PORTAL: Final = Portal("remora-remoting")
"""The loop behind the remoting cmdlets of this process; it starts with the first of them."""

_LOOK = 0.05
TRANSPORT_EXCEPTION = "System.Management.Automation.Remoting.PSRemotingTransportException"
_CONFIGURATION = ("PSSessionConfigurationName", "http://schemas.microsoft.com/powershell/Microsoft.PowerShell")
_APPLICATION = ("PSSessionApplicationName", "wsman")
S = TypeVar("S")
T = TypeVar("T")


def leave_open_sessions() -> None:
    """What the cmdlets of this process have open: those with a running command are left, the others end."""
    PORTAL.run(part_from(current_repository()))


class Caller:
    """Calls the client API for one cmdlet."""

    def __init__(self, cmdlet: Cmdlet) -> None:
        self._cmdlet = cmdlet
        self._redirections: list[str] = cmdlet.__dict__.setdefault("redirections", [])

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a call of the API; a stop of the pipeline cancels it, and with it what runs remotely."""
        call = PORTAL.start(coroutine)
        try:
            while not call.wait(_LOOK):
                self._cmdlet.check_stop()
        except BaseException:
            call.cancel()
            raise
        self.tell_redirections()
        return call.result()

    def tell_redirections(self) -> None:
        """Warn of the addresses that the cmdlet's calls were sent to since the last time."""
        while self._redirections:
            address = self._redirections.pop(0)
            self._cmdlet.write_warning(f'The connection was redirected to the following URI: "{address}"')

    def attempt(self, coroutine: Coroutine[Any, Any, T], error_id: str, target: Any = None) -> T | None:
        """As ``wait``; what goes wrong is a non-terminating error with this id, unless it has one of its own."""
        try:
            return self.wait(coroutine)
        except RemoraError as failure:
            self._cmdlet.write_error(remoting_error(failure, error_id, target).record)
            return None

    def each(self, outcomes: AsyncIterator[Outcome[S, T]]) -> Iterator[Outcome[S, T]]:
        """Outcomes of several calls as they come; a stop of the pipeline ends what still runs."""
        try:
            while (item := self.wait(next_of(outcomes))) is not None:
                yield item[0]
        finally:
            if isinstance(outcomes, AsyncGenerator):
                PORTAL.run(outcomes.aclose())

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
        stream, value = received(item, origin, shown=shown)
        if stream == "error":
            self._cmdlet.write_error(value)
            return
        sinks = self._cmdlet.runtime.pipes.sinks
        writers: dict[str, Callable[[Any], None]] = {
            "warning": sinks.warning,
            "verbose": sinks.verbose,
            "debug": sinks.debug,
            "information": sinks.information,
            "progress": sinks.progress,
        }
        writers.get(stream, self._cmdlet.emit)(value)

    def way(self, given: Cmdlet, *, creates: bool = True) -> dict[str, Any]:
        """Return the keywords of the client API; preference variables stand in for what is not given.

        creates: for new sessions. One that is there already has its idle timeout and its configuration.
        """

        def value(attribute: str) -> Any:
            return getattr(given, attribute, None)

        self._check_credentials(value("credential"), value("authentication"), value("certificate_thumbprint"))
        bound = {
            "port": value("port"),
            "use_ssl": bool(value("use_ssl")) or None,
            "application_name": value("application_name") or (self._preferred(_APPLICATION) if creates else None),
            "configuration_name": value("configuration_name") or (self._preferred(_CONFIGURATION) if creates else None),
            "credential": value("credential"),
            "authentication": to_text(value("authentication")) if value("authentication") is not None else None,
            "certificate_thumbprint": value("certificate_thumbprint"),
            "session_option": self._option(value("session_option"), creates),
            "throttle_limit": value("throttle_limit"),
            "allow_redirection": bool(value("allow_redirection")) or None,
            "on_redirect": self._redirections.append,
        }
        return {name: chosen for name, chosen in bound.items() if chosen is not None}

    def _check_credentials(self, credential: Any, authentication: Any, thumbprint: Any) -> None:
        mechanism = to_text(authentication) if authentication is not None else "Default"
        clash = None
        if thumbprint is not None and credential is not None:
            clash = "CertificateThumbprint and Credential"
        elif thumbprint is not None and mechanism != "Default":
            clash = "CertificateThumbprint and Authentication"
        elif credential is not None and mechanism == "NegotiateWithImplicitCredential":
            clash = "Credential and the authentication NegotiateWithImplicitCredential"
        if clash is not None:
            wrong = f"{clash} cannot be given together: each says who is to be authenticated."
            raise self._cmdlet.throw(error(wrong, "ParameterBindingFailed", "WriteError"))

    def _preferred(self, preference: tuple[str, str]) -> str | None:
        """What a preference variable says, None while it has its first value."""
        name, start = preference
        text = to_text(self._cmdlet.session.get_variable(name) or "")
        return text if text and text.casefold() != start.casefold() else None

    def _option(self, given: Any, creates: bool) -> PSSessionOption | None:
        chosen = given
        if chosen is None:
            preferred = self._cmdlet.session.get_variable("PSSessionOption")
            ok, chosen = try_convert(preferred, require(SESSION_OPTION))
            if not ok or chosen is None or chosen.values == OptionObject().values:
                return None
        assert isinstance(chosen, OptionObject)
        try:
            option = chosen.for_client()
        except RemoraError as failure:
            raise self._cmdlet.throw(error(str(failure), "Argument", "InvalidArgument", chosen)) from None
        if creates:
            return option
        kept = option.output_buffering_mode if given is not None else OutputBufferingMode.NONE
        return option.with_changes(idle_timeout=-1, output_buffering_mode=kept)


def received(item: StreamItem, origin: OriginInfo, *, shown: bool = True) -> tuple[str, Any]:
    """An item as its stream and a value of the engine, which tells where it comes from. shown: tables name it."""
    if item.stream == "error" and isinstance(item.value, WireError):
        return item.stream, remoting_error_from_wire(item.value, origin)
    value = from_wire(item.value)
    if item.stream == "output" and isinstance(value, PSObject):
        value.extended.update(PSComputerName=origin.computer, RunspaceId=origin.runspace_id, PSShowComputerName=shown)
    return item.stream, value


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


def remoting_error(failure: RemoraError, doing: str, target: Any = None, category: str = "OpenError") -> PSError:
    """Turn an error of the client into an error record with PowerShell's id for it.

    doing: the id of what failed; the transport's own comes before it. category: where the error has none of its own.
    """
    if isinstance(failure, PipelineEnded):
        doing, category = "JobFailure", "OperationStopped"
    if isinstance(failure, PSSessionError):
        category = failure.category
    return error(sentence(failure), error_id_of(failure, doing), category, target, type_name=TRANSPORT_EXCEPTION)


def sentence(failure: RemoraError) -> str:
    """What the client says of an error, as a sentence."""
    text = str(failure).strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
