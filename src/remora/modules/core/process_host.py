"""Cmdlets for what this engine does not have: other PowerShell processes, subsystems; each says so."""

from __future__ import annotations

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet

_MODULE = "Microsoft.PowerShell.Core"


class _Refused(Cmdlet):
    def end(self) -> None:
        raise self.runtime.not_supported(self.spec.name)


@cmdlet("Enter-PSHostProcess", default_set="ProcessIdParameterSet", module=_MODULE)
class EnterPSHostProcess(_Refused):
    """Refused: other processes cannot be entered."""

    process_ = Parameter("object", name="Process", pipeline=True, sets={"ProcessParameterSet": {"mandatory": True}})
    id = Parameter("int", position=0, sets={"ProcessIdParameterSet": {"mandatory": True}})
    name = Parameter("string", position=0, sets={"ProcessNameParameterSet": {"mandatory": True}})
    host_process_info = Parameter("object", pipeline=True, sets={"PSHostProcessInfoParameterSet": {"mandatory": True}})
    custom_pipe_name = Parameter("string", sets={"PipeNameParameterSet": {"mandatory": True}})
    app_domain_name = Parameter("string", position=1)


@cmdlet("Exit-PSHostProcess", module=_MODULE)
class ExitPSHostProcess(_Refused):
    """Refused: other processes cannot be entered."""


@cmdlet("Get-PSHostProcessInfo", module=_MODULE)
class GetPSHostProcessInfo(_Refused):
    """Refused: other processes cannot be entered."""

    process_ = Parameter("object[]", name="Process")
    name = Parameter("string[]", position=0)
    id = Parameter("int[]")


@cmdlet("Get-PSSubsystem", module=_MODULE)
class GetPSSubsystem(_Refused):
    """Refused: this engine has no subsystems to plug in."""

    kind = Parameter("string", position=0)
    subsystem_type = Parameter("object")


@cmdlet("Switch-Process", module=_MODULE)
class SwitchProcess(_Refused):
    """Refused: the session cannot become another program."""

    with_command = Parameter("string[]", position=0, remaining=True)


CMDLETS = (EnterPSHostProcess, ExitPSHostProcess, GetPSHostProcessInfo, GetPSSubsystem, SwitchProcess)
