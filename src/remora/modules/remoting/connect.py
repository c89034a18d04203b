"""Connect-PSSession."""

from __future__ import annotations

from remora.client.commands import connecting
from remora.client.options import SessionFilterState
from remora.client.pssession import PSSession
from remora.engine.cmdlet import Parameter, cmdlet
from remora.modules.credentials import credential
from remora.modules.remoting import way
from remora.modules.remoting.common import remoting_error
from remora.modules.remoting.session_cmdlet import SessionCmdlet
from remora.modules.remoting.session_object import SessionObject

_COMPUTERS = ("ComputerName", "ComputerNameGuid")
_URIS = ("ConnectionUri", "ConnectionUriGuid")
_WIRE = (*_COMPUTERS, *_URIS)


@cmdlet(
    "Connect-PSSession",
    aliases=("cnsn",),
    default_set="Name",
    module=way.MODULE,
    output_type=(way.SESSION_TYPE,),
    should_process=True,
)
class ConnectPSSession(SessionCmdlet):
    """Connects to sessions that were left, by this process or by another one."""

    session_ = way.sessions({"Session": way.FIRST_FROM_PIPELINE})
    computer_name = way.computer_names({"ComputerName": way.FIRST, "ComputerNameGuid": way.NAMED})
    application_name = way.name_by_property(_COMPUTERS)
    configuration_name = way.name_by_property(_WIRE)
    connection_uri = way.connection_uris(dict.fromkeys(_URIS, way.FIRST_BY_PROPERTY))
    allow_redirection = Parameter("switch", sets=_URIS)
    instance_id = Parameter(
        "guid[]",
        sets=dict.fromkeys(("ComputerNameGuid", "ConnectionUriGuid", "InstanceId"), way.NAMED),
        validate=way.NOT_NULL,
    )
    name = Parameter(
        "string[]", sets={"Name": way.NAMED, "ComputerName": {}, "ConnectionUri": {}}, validate=way.NOT_EMPTY
    )
    credential = credential(_WIRE)
    authentication = way.authentication(_WIRE)
    certificate_thumbprint = way.certificate_thumbprint(_WIRE)
    port = way.port(_COMPUTERS)
    use_ssl = way.use_ssl(_COMPUTERS)
    session_option = way.session_option(_WIRE)
    throttle_limit = way.throttle_limit()
    id = Parameter("int[]", sets={"Id": way.FIRST_BY_PROPERTY}, validate=way.NOT_NULL)

    def begin(self) -> None:
        self._chosen: list[PSSession] = []

    def process(self) -> None:
        found = self.find(SessionFilterState.DISCONNECTED) if self.is_remote else self.local()
        for session in found:
            if session not in self._chosen and self.should_process(session.name, "Connect"):
                self._chosen.append(session)

    def end(self) -> None:
        for outcome in self.remote.each(connecting(self._chosen, self.throttle_limit)):
            if outcome.error is None:
                self.put(outcome.target)
                continue
            target = SessionObject(outcome.target)
            failed = remoting_error(outcome.error, "PSSessionConnectFailed", target, "InvalidOperation")
            self.write_error(failed.record)


CMDLETS = (ConnectPSSession,)
