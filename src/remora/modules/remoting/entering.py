"""Enter-PSSession and Exit-PSSession."""

from __future__ import annotations

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.modules.remoting.way import OtherWays, WayParameters, reaches, reaches_otherwise

_MODULE = "Microsoft.PowerShell.Core"


@cmdlet("Enter-PSSession", aliases=("etsn",), default_set="ComputerName", module=_MODULE)
@reaches(computers=("ComputerName",), uris=("Uri",), throttled=())
@reaches_otherwise(positional=("vm_id", "vm_name", "container_id", "host_name"), single=True)
class EnterPSSession(WayParameters, OtherWays):
    """Refused: a prompt cannot move into a session; Invoke-Command runs scripts there."""

    computer_name = Parameter(
        "string", aliases=("Cn",), pipeline=True, by_property=True,
        sets={"ComputerName": {"position": 0, "mandatory": True}},
    )  # fmt: skip
    session_ = Parameter("object", name="Session", pipeline=True, by_property=True, sets={"Session": {"position": 0}})
    connection_uri = Parameter("string", aliases=("URI", "CU"), by_property=True, sets={"Uri": {"position": 1}})
    id = Parameter("int", by_property=True, sets={"Id": {"position": 0}})
    instance_id = Parameter("guid", by_property=True, sets=("InstanceId",))
    name = Parameter("string", by_property=True, sets=("Name",))
    enable_network_access = Parameter("switch", sets=("ComputerName", "Uri"))

    def process(self) -> None:
        raise self.runtime.not_supported(self.spec.name)


@cmdlet("Exit-PSSession", aliases=("exsn",), module=_MODULE)
class ExitPSSession(Cmdlet):
    """Leaves the session that the prompt is in; without one nothing happens."""


CMDLETS = (EnterPSSession, ExitPSSession)
