"""New-PSSession."""

from __future__ import annotations

from typing import Any

from remora.client.commands import like_sessions, new_sessions, opening
from remora.client.connection_info import ConnectionInfo, connection_infos
from remora.client.pssession import PSSession
from remora.client.repository import current_repository
from remora.client.throttle import Outcome
from remora.engine.cmdlet import Parameter, cmdlet
from remora.errors import ConfigError, PSSessionError
from remora.modules.credentials import CREDENTIAL, credential_of
from remora.modules.remoting import way
from remora.modules.remoting.common import remoting_error, sentence, sessions_of
from remora.modules.remoting.session_cmdlet import SessionCmdlet, texts

_ON_WIRE = ("ComputerName", "Uri")
_MACHINES = ("VMId", "VMName")
_BAD_URI = ("RelativeUriForRunspacePathNotSupported", "InvalidSchemeValue", "CreateRemoteRunspaceFailed")
_TRUE = "UseWindowsPowerShellParameterSet"


@cmdlet(
    "New-PSSession", aliases=("nsn",), default_set="ComputerName", module=way.MODULE, output_type=(way.SESSION_TYPE,)
)
class NewPSSession(SessionCmdlet):
    """Opens sessions on one or more machines."""

    computer_name = way.computer_names({"ComputerName": {"position": 0, "pipeline": True, "by_property": True}})
    credential = Parameter(
        CREDENTIAL,
        sets={"ComputerName": {}, "Uri": {}, **dict.fromkeys(_MACHINES, way.NAMED)},
        by_property=True,
        transform=credential_of,
    )
    name = Parameter("string[]")
    enable_network_access = Parameter("switch", sets=("ComputerName", "Uri", "Session"))
    configuration_name = way.name_by_property((*_ON_WIRE, *_MACHINES, "ContainerId"))
    vm_id = way.vm_ids({"VMId": way.FIRST_BY_PROPERTY})
    vm_name = way.vm_names({"VMName": way.NAMED_BY_PROPERTY})
    port = way.port(("ComputerName", "SSHHost"))
    use_ssl = way.use_ssl(("ComputerName",))
    application_name = way.name_by_property(("ComputerName",))
    throttle_limit = way.throttle_limit((*_ON_WIRE, *_MACHINES, "Session", "ContainerId"))
    connection_uri = way.connection_uris({"Uri": way.FIRST_BY_PROPERTY})
    allow_redirection = Parameter("switch", sets=("Uri",))
    session_option = way.session_option(_ON_WIRE, nullable=False)
    authentication = way.authentication(_ON_WIRE)
    certificate_thumbprint = way.certificate_thumbprint(_ON_WIRE)
    session_ = way.sessions({"Session": {"position": 0, "pipeline": True, "by_property": True}})
    container_id = way.container_ids({"ContainerId": way.NAMED})
    run_as_administrator = Parameter("switch", sets=("ContainerId",), refused=True)
    use_windows_power_shell = Parameter("switch", name="UseWindowsPowerShell", sets={_TRUE: way.NAMED}, refused=True)
    host_name = Parameter("string[]", sets={"SSHHost": way.FIRST}, validate=way.NOT_EMPTY, refused=True)
    user_name = Parameter("string", sets=("SSHHost",), refused=True)
    key_file_path = Parameter("string", aliases=("IdentityFilePath",), sets=("SSHHost",), refused=True)
    subsystem = Parameter("string", sets=("SSHHost",), by_property=True, refused=True)
    connecting_timeout = Parameter("int", sets=("SSHHost",), refused=True)
    ssh_transport = Parameter("switch", name="SSHTransport", sets=("SSHHost",), refused=True)
    options = Parameter("hashtable", sets=("SSHHost",), refused=True)
    ssh_connection = Parameter(
        "hashtable[]",
        name="SSHConnection",
        sets={"SSHHostHashParam": way.NAMED},
        validate=way.NOT_EMPTY,
        refused=True,
    )

    def begin(self) -> None:
        self._sessions: list[PSSession] = []

    def process(self) -> None:
        try:
            self._sessions += self._like() if self.session_ is not None else self._there()
        except PSSessionError as failure:
            raise self.throw(remoting_error(failure, failure.error_id, self._target())) from None
        except ConfigError as failure:
            raise self.throw(remoting_error(failure, "CreateRemoteRunspaceFailed", self._target())) from None

    def end(self) -> None:
        for outcome in self.remote.each(opening(self._sessions, self.throttle_limit)):
            session = outcome.target
            if outcome.error is None:
                self.put(session)
            else:
                self._failed(outcome)

    def _target(self) -> Any:
        place = self.place()
        return next(iter(place.values()))[0] if place else None

    def _like(self) -> list[PSSession]:
        return like_sessions(
            sessions_of(self.session_),
            texts(self.name),
            enable_network_access=bool(self.enable_network_access),
            repository=current_repository(),
        )

    def _there(self) -> list[PSSession]:
        """Sessions for this record's targets. A bad URI costs that target only, a bad name the command."""
        keywords = self.remote.way(self)
        keywords.pop("throttle_limit", None)
        keywords["enable_network_access"] = bool(self.enable_network_access)
        infos: list[ConnectionInfo] = []
        place = self.place()
        if "connection_uri" not in place:
            infos = connection_infos(**place, **keywords)
        for uri in place.get("connection_uri") or ():
            try:
                infos += connection_infos(connection_uri=uri, **keywords)
            except PSSessionError as failure:
                if failure.error_id not in _BAD_URI:
                    raise
                record = remoting_error(failure, failure.error_id, uri, "InvalidArgument").record
                record.error_id = "CreateRemoteRunspaceFailed"
                self.write_error(record)
        return new_sessions(infos, texts(self.name), repository=current_repository())

    def _failed(self, outcome: Outcome[PSSession, None]) -> None:
        assert outcome.error is not None
        record = remoting_error(outcome.error, "PSSessionOpenFailed", outcome.target.computer_name).record
        record.details = f"[{outcome.target.computer_name}] {sentence(outcome.error)}"
        self.write_error(record)


CMDLETS = (NewPSSession,)
