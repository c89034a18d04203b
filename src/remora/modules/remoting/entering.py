"""Enter-PSSession and Exit-PSSession."""

from __future__ import annotations

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet

_MODULE = "Microsoft.PowerShell.Core"


@cmdlet("Enter-PSSession", aliases=("etsn",), default_set="ComputerName", module=_MODULE)
class EnterPSSession(Cmdlet):
    """Refused: a prompt cannot move into a session; Invoke-Command runs scripts there."""

    computer_name = Parameter(
        "string", aliases=("Cn",), sets={"ComputerName": {"position": 0, "mandatory": True}}, pipeline=True
    )
    session = Parameter("object", sets={"Session": {"position": 0, "mandatory": True}})
    id = Parameter("int", sets={"Id": {"position": 0, "mandatory": True}})
    instance_id = Parameter("guid", sets={"InstanceId": {"mandatory": True}})
    name = Parameter("string", sets={"Name": {"mandatory": True}})

    def process(self) -> None:
        raise self.runtime.not_supported(self.spec.name)


@cmdlet("Exit-PSSession", aliases=("exsn",), module=_MODULE)
class ExitPSSession(Cmdlet):
    """Leaves the session that the prompt is in; without one nothing happens."""


CMDLETS = (EnterPSSession, ExitPSSession)
