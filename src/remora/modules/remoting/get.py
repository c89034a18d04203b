"""Get-PSSession."""

from __future__ import annotations

from remora.client.options import SessionFilterState
from remora.client.repository import current_repository
from remora.engine.cmdlet import Parameter, cmdlet
from remora.engine.convert import to_text
from remora.modules.credentials import credential
from remora.modules.remoting import way
from remora.modules.remoting.session_cmdlet import SessionCmdlet

_COMPUTERS = ("ComputerName", "ComputerInstanceId")
_URIS = ("ConnectionUri", "ConnectionUriInstanceId")
_WIRE = (*_COMPUTERS, *_URIS)
_VIRTUAL = ("ContainerId", "ContainerIdInstanceId", "VMId", "VMIdInstanceId", "VMName", "VMNameInstanceId")


@cmdlet("Get-PSSession", aliases=("gsn",), default_set="Name", module=way.MODULE, output_type=(way.SESSION_TYPE,))
class GetPSSession(SessionCmdlet):
    """Shows the sessions of this process, or those of other machines, whoever opened them."""

    computer_name = way.computer_names(dict.fromkeys(_COMPUTERS, way.FIRST_BY_PROPERTY))
    application_name = way.name_by_property(_COMPUTERS)
    connection_uri = way.connection_uris(dict.fromkeys(_URIS, way.FIRST_BY_PROPERTY))
    configuration_name = way.name_by_property((*_WIRE, *_VIRTUAL))
    allow_redirection = Parameter("switch", sets=_URIS)
    name = Parameter(
        "string[]",
        sets=("Name", "ComputerName", "ConnectionUri", "ContainerId", "VMId", "VMName"),
        by_property=True,
        validate=way.NOT_EMPTY,
    )
    instance_id = Parameter(
        "guid[]",
        sets={
            "ComputerInstanceId": way.NAMED,
            "ConnectionUriInstanceId": way.NAMED,
            "ContainerIdInstanceId": way.NAMED,
            "VMIdInstanceId": way.NAMED,
            "VMNameInstanceId": way.NAMED,
            "InstanceId": {"by_property": True},
        },
        validate=way.NOT_NULL,
    )
    credential = credential(_WIRE)
    authentication = way.authentication(_WIRE)
    certificate_thumbprint = way.certificate_thumbprint(_WIRE)
    port = way.port(_COMPUTERS)
    use_ssl = way.use_ssl(_COMPUTERS)
    throttle_limit = way.throttle_limit(_WIRE)
    state = Parameter("Microsoft.PowerShell.Commands.SessionFilterState", sets=(*_WIRE, *_VIRTUAL))
    session_option = way.session_option(_WIRE)
    container_id = way.container_ids(dict.fromkeys(("ContainerId", "ContainerIdInstanceId"), way.NAMED))
    vm_id = way.vm_ids(dict.fromkeys(("VMId", "VMIdInstanceId"), way.NAMED_BY_PROPERTY))
    vm_name = way.vm_names(dict.fromkeys(("VMName", "VMNameInstanceId"), way.NAMED_BY_PROPERTY))
    id = Parameter("int[]", sets={"Id": way.FIRST_BY_PROPERTY}, validate=way.NOT_NULL)

    def process(self) -> None:
        if self.is_remote:
            state = SessionFilterState.parse(to_text(self.state) if self.state is not None else None)
            found = self.find(state)
        elif self.name is None and self.id is None and self.instance_id is None:
            found = list(current_repository())
        else:
            found = self.local(keep_twice=True)
        for session in found:
            self.put(session)


CMDLETS = (GetPSSession,)
