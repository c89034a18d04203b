"""Enter-PSSession and Exit-PSSession: the host's prompt moves into a session and back."""

from __future__ import annotations

import time
from typing import Any, Final
from uuid import uuid4

from remora.client.connection_info import connection_infos
from remora.client.interactive import InteractiveSession
from remora.client.pssession import PSSession
from remora.client.repository import current_repository
from remora.client.session_state import RunspaceAvailability, RunspaceState
from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import error
from remora.errors import ConfigError, PSSessionError, RemoraError
from remora.modules.credentials import CREDENTIAL, credential_of
from remora.modules.remoting import way
from remora.modules.remoting.common import TRANSPORT_EXCEPTION, remoting_error, sessions_of
from remora.modules.remoting.local_host import LocalHost
from remora.modules.remoting.session_cmdlet import SessionCmdlet
from remora.modules.remoting.session_object import SessionObject

_LOOK: Final = 0.1  # seconds
_ON_WIRE: Final = ("ComputerName", "Uri")
_MACHINES: Final = ("VMId", "VMName")
_ARGUMENT: Final = "System.ArgumentException"
_SELECTORS: Final = {"name": "Name", "id": "SessionId", "instance_id": "RunspaceId"}


def _no_host(cmdlet: Cmdlet) -> None:
    cmdlet.fail(
        "The host of this command has no prompt that could move into a session or out of it.",
        "HostDoesNotSupportPushRunspace",
        "InvalidArgument",
        type_name=_ARGUMENT,
    )


@cmdlet("Enter-PSSession", aliases=("etsn",), default_set="ComputerName", module=way.MODULE)
class EnterPSSession(SessionCmdlet):
    """Moves the prompt into a session: what is typed runs there until ``exit`` or Exit-PSSession."""

    computer_name = Parameter(
        "string",
        aliases=("Cn",),
        pipeline=True,
        by_property=True,
        validate=way.NOT_EMPTY,
        sets={"ComputerName": way.FIRST},
    )
    enable_network_access = Parameter("switch", sets=_ON_WIRE)
    credential = Parameter(
        CREDENTIAL,
        by_property=True,
        transform=credential_of,
        sets={
            **{name: {"position": 1} for name in _ON_WIRE},
            **{name: {"position": 1, "mandatory": True} for name in _MACHINES},
        },
    )
    configuration_name = way.name_by_property((*_ON_WIRE, *_MACHINES, "ContainerId"))
    port = way.port(("ComputerName", "SSHHost"))
    use_ssl = way.use_ssl(("ComputerName",))
    application_name = way.name_by_property(("ComputerName",))
    session_option = way.session_option(_ON_WIRE, nullable=False)
    authentication = way.authentication(_ON_WIRE)
    certificate_thumbprint = way.certificate_thumbprint(_ON_WIRE)
    session_ = Parameter(
        way.SESSION_TYPE, name="Session", pipeline=True, by_property=True, validate=way.NOT_EMPTY,
        sets={"Session": {"position": 0}},
    )  # fmt: skip
    connection_uri = Parameter(
        "uri", aliases=("URI", "CU"), by_property=True, validate=way.NOT_EMPTY, sets={"Uri": {"position": 1}}
    )
    allow_redirection = Parameter("switch", sets=("Uri",))
    instance_id = Parameter("guid", by_property=True, validate=way.NOT_NULL, sets=("InstanceId",))
    id = Parameter("int", by_property=True, sets={"Id": {"position": 0}})
    name = Parameter("string", by_property=True, sets=("Name",))
    vm_id = Parameter(
        "guid",
        name="VMId",
        aliases=("VMGuid",),
        pipeline=True,
        by_property=True,
        refused=True,
        sets={"VMId": way.FIRST},
    )
    vm_name = Parameter("string", name="VMName", pipeline=True, by_property=True, refused=True,
                        sets={"VMName": way.FIRST})  # fmt: skip
    container_id = Parameter("string", pipeline=True, by_property=True, refused=True, sets={"ContainerId": way.FIRST})
    run_as_administrator = Parameter("switch", sets=("ContainerId",), refused=True)
    host_name = Parameter("string", pipeline=True, sets={"SSHHost": way.FIRST}, validate=way.NOT_EMPTY, refused=True)
    user_name = Parameter("string", sets=("SSHHost",), refused=True)
    key_file_path = Parameter("string", aliases=("IdentityFilePath",), sets=("SSHHost",), refused=True)
    subsystem = Parameter("string", sets=("SSHHost",), by_property=True, refused=True)
    connecting_timeout = Parameter("int", sets=("SSHHost",), refused=True)
    ssh_transport = Parameter("switch", name="SSHTransport", sets=("SSHHost",), refused=True)
    options = Parameter("hashtable", sets=("SSHHost",), refused=True)

    def process(self) -> None:
        host: Any = self.session.host
        if getattr(host, "is_remote", False):
            self.fail(
                "The prompt is in a session already, and from there it cannot enter another one: leave this one first.",
                "RemoteHostDoesNotSupportPushRunspace",
                "InvalidArgument",
                type_name=_ARGUMENT,
            )
            return
        if not hasattr(host, "push_runspace"):
            _no_host(self)
            return
        if self.session.get_variable("NestedPromptLevel"):
            nested = "A nested prompt cannot enter a session: leave it first, with exit."
            raise self.throw(error(nested, "HostInNestedPrompt", "InvalidOperation", host))
        session = self._temporary(LocalHost(host)) if self.is_remote else self._chosen()
        if session is not None and (self.is_remote or self._opened(session)):
            self._push(session)

    # -- which session -------------------------------------------------------------------------------------------------

    def _temporary(self, host: LocalHost) -> PSSession | None:
        """A session for this visit, which no list shows."""
        place = {name: values[0] for name, values in self.place().items()}
        (target,) = place.values()
        keywords = self.remote.way(self)
        session: PSSession | None = None
        try:
            (info,) = connection_infos(**place, enable_network_access=bool(self.enable_network_access), **keywords)
            session = PSSession(info, instance_id=uuid4(), repository=current_repository(), host=host)
            self.remote.wait(session.open())
        except PSSessionError as failure:
            raise self.throw(remoting_error(failure, failure.error_id, target)) from None
        except ConfigError as failure:
            raise self.throw(remoting_error(failure, "CreateRemoteRunspaceFailed", target)) from None
        except RemoraError as failure:
            problem = f"Connecting to remote server {target} failed: {failure}"
            self.fail(problem, "CreateRemoteRunspaceFailed", "InvalidArgument", target, type_name=TRANSPORT_EXCEPTION)
            return None
        finally:
            if session is not None:
                current_repository().remove(session)
        return session

    def _chosen(self) -> PSSession | None:
        """The session of this process that is meant; none, or more than one, is an error."""
        if self.session_ is not None:
            return sessions_of(self.session_)[0]
        attribute = next(name for name in _SELECTORS if getattr(self, name) is not None)
        value = getattr(self, attribute)
        wanted = to_text(value).casefold()
        found = [item for item in current_repository() if str(getattr(item, attribute)).casefold() == wanted]
        if len(found) == 1:
            return found[0]
        problem = "HasMultipleMatches" if found else "NotAvailable"
        which = f"{_SELECTORS[attribute]} {to_text(value)}"
        self.fail(
            f"More than one session has the {which}." if found else f"No session of this process has the {which}.",
            f"RemoteRunspace{problem}ForSpecified{_SELECTORS[attribute]}",
            "InvalidArgument",
            value,
            type_name=_ARGUMENT,
        )
        return None

    def _opened(self, session: PSSession) -> bool:
        """Tell whether the session is connected, or could be; what prevents it is an error."""
        connected = session.state is RunspaceState.DISCONNECTED
        if connected and not self._connect(session):
            return False
        if session.state is not RunspaceState.OPENED:
            advice = (
                f" Look whether the computer still has it: Get-PSSession -ComputerName {session.computer_name} "
                f"-InstanceId {session.instance_id}"
            )
            self.fail(
                f"The session {session.name} cannot be entered, as its state is {session.state.value}."
                f"{advice if self.session_ is not None else ''}",
                "PushedRunspaceMustBeOpen",
                "InvalidArgument",
                type_name=_ARGUMENT,
            )
            return False
        if connected and session.availability is not RunspaceAvailability.AVAILABLE:
            self.remote.attempt(session.disconnect(), "PSSessionDisconnectFailed", SessionObject(session))
            self._refuse(
                session,
                f"What was left in the session {session.name} still runs; Receive-PSSession shows its output.",
                "EnterPSSessionConnectSessionNotAvailable",
            )
            return False
        return True

    def _connect(self, session: PSSession) -> bool:
        if session.availability is RunspaceAvailability.BUSY:
            taken = f"The session {session.name} cannot be connected: another client is connected to it."
            self._refuse(session, taken, "EnterPSSessionCannotConnectDisconnectedSession")
            return False
        try:
            self.remote.wait(session.connect())
        except RemoraError as failure:
            problem = f"The session {session.name} could not be connected: {failure}"
            self._refuse(session, problem, "EnterPSSessionConnectSessionFailed")
            return False
        return True

    def _refuse(self, session: PSSession, message: str, error_id: str) -> None:
        self.fail(message, error_id, "InvalidOperation", SessionObject(session))

    # -- the move ------------------------------------------------------------------------------------------------------

    def _push(self, session: PSSession) -> None:
        host: Any = self.session.host
        own = self.is_remote
        entered = InteractiveSession(session, LocalHost(host), own=own)
        try:
            self._await_rest(session)
            self.remote.wait(entered.check())
        except BaseException as failure:
            if own:
                self.remote.attempt(session.close(), "CreateRemoteRunspaceFailed")
            if isinstance(failure, RemoraError):
                raise self.throw(remoting_error(failure, "InvalidOperation", None, "InvalidOperation")) from None
            raise
        host.push_runspace(entered)

    def _await_rest(self, session: PSSession) -> None:
        """Wait for the command that runs in the session."""
        if session.availability is not RunspaceAvailability.AVAILABLE:
            self.write_warning("A command runs in the session: the prompt comes when it has ended.")
        while session.availability is RunspaceAvailability.BUSY:
            self.check_stop()
            time.sleep(_LOOK)


@cmdlet("Exit-PSSession", aliases=("exsn",), module=way.MODULE)
class ExitPSSession(Cmdlet):
    """Leaves the session that the prompt is in; without one nothing happens."""

    def process(self) -> None:
        host: Any = self.session.host
        if not hasattr(host, "pop_runspace"):
            _no_host(self)
            return
        host.pop_runspace()


CMDLETS = (EnterPSSession, ExitPSSession)
