"""Switch-Process, and what this engine lacks: debugging of jobs and other processes, subsystems; each says so."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.convert.conversion import convert_to
from remora.engine.errors import error
from remora.engine.validators import ValidateNotNullOrEmpty, ValidateRange
from remora.modules.common import as_list, custom

_MODULE = "Microsoft.PowerShell.Core"
_FIRST: dict[str, Any] = {"position": 0, "mandatory": True}
_SETS = tuple(f"{name}ParameterSet" for name in ("Process", "ProcessId", "ProcessName", "PSHostProcessInfo"))
_KIND = "System.Management.Automation.Subsystem.SubsystemKind"
_SUBSYSTEMS = {"CommandPredictor": 1, "CrossPlatformDsc": 2, "FeedbackProvider": 4}


class _Refused(Cmdlet):
    def end(self) -> None:
        raise self.runtime.not_supported(self.spec.name)


@cmdlet("Enter-PSHostProcess", default_set="ProcessIdParameterSet", module=_MODULE)
class EnterPSHostProcess(_Refused):
    """Refused: other processes cannot be entered."""

    process_ = Parameter(
        "System.Diagnostics.Process", name="Process", sets={"ProcessParameterSet": {**_FIRST, "pipeline": True}}
    )
    id = Parameter("int", sets={"ProcessIdParameterSet": _FIRST}, validate=(ValidateRange(0, 2147483647),))
    name = Parameter("string", sets={"ProcessNameParameterSet": _FIRST})
    host_process_info = Parameter("object", sets={"PSHostProcessInfoParameterSet": {**_FIRST, "pipeline": True}})
    custom_pipe_name = Parameter("string", sets={"PipeNameParameterSet": {"mandatory": True}})
    app_domain_name = Parameter(
        "string", sets={name: {"position": 1} for name in _SETS}, validate=(ValidateNotNullOrEmpty(),)
    )


@cmdlet("Exit-PSHostProcess", module=_MODULE)
class ExitPSHostProcess(_Refused):
    """Refused: other processes cannot be entered."""


@cmdlet("Get-PSHostProcessInfo", default_set="ProcessNameParameterSet", module=_MODULE)
class GetPSHostProcessInfo(_Refused):
    """Refused: other processes cannot be entered."""

    process_ = Parameter(
        "System.Diagnostics.Process[]", name="Process", sets={"ProcessParameterSet": {**_FIRST, "pipeline": True}}
    )
    name = Parameter(
        "string[]", sets={"ProcessNameParameterSet": {"position": 0}}, validate=(ValidateNotNullOrEmpty(),)
    )
    id = Parameter("int[]", sets={"ProcessIdParameterSet": _FIRST})


@cmdlet("Get-PSSubsystem", default_set="GetAllSet", module=_MODULE)
class GetPSSubsystem(Cmdlet):
    """Shows what could be plugged in; nothing is here."""

    kind = Parameter(_KIND, sets={"GetByKindSet": {"mandatory": True, "pipeline": True}})
    subsystem_type = Parameter("type", sets={"GetByTypeSet": {"mandatory": True, "pipeline": True}})

    def process(self) -> None:
        if self.subsystem_type is not None:
            name = to_text(self.subsystem_type)
            message = f"The specified subsystem type '{name}' is unknown. (Parameter 'subsystemType')"
            raise self.throw(
                error(message, "System.ArgumentException", "NotSpecified", type_name="System.ArgumentException")
            )
        wanted = sum(_SUBSYSTEMS.values()) if self.kind is None else int(self.kind)
        for name, bit in _SUBSYSTEMS.items():
            if wanted & bit:
                found = custom(Kind=convert_to(name, _KIND), IsRegistered=False, Implementations=[])
                found.type_names = ("System.Management.Automation.Subsystem.SubsystemInfo", "System.Object")
                self.emit(found)


@cmdlet("Debug-Job", default_set="JobParameterSet", module=_MODULE)
class DebugJob(_Refused):
    """Refused: the processes of jobs cannot be stopped at a place."""

    job = Parameter(
        "object", position=0, pipeline=True, by_property=True, sets={"JobParameterSet": {"mandatory": True}}
    )
    name = Parameter("string", position=0, sets={"JobNameParameterSet": {"mandatory": True}})
    id = Parameter("int", position=0, sets={"JobIdParameterSet": {"mandatory": True}})
    instance_id = Parameter("guid", position=0, sets={"JobInstanceIdParameterSet": {"mandatory": True}})
    break_all = Parameter("switch")


@cmdlet("Switch-Process", module=_MODULE)
class SwitchProcess(Cmdlet):
    """Becomes another program; only a console can."""

    with_command = Parameter("string[]", position=0, remaining=True)

    def end(self) -> None:
        words = [str(word) for word in as_list(self.with_command)]
        if not words:
            return
        found = self.runtime.call_command("Get-Command", Name=words[0], CommandType="Application", ErrorAction="Ignore")
        if not found:
            message = f"Command '{words[0]}' was not found. The specified command must be an executable."
            kind = "System.Management.Automation.CommandNotFoundException"
            raise self.throw(error(message, "CommandNotFound", "InvalidArgument", words[0], type_name=kind))
        become = getattr(self.session.host, "become", None)
        if become is None:
            raise self.runtime.not_supported("Switch-Process outside of a console")
        try:
            become(found[0].path, [found[0].name, *words[1:]], self.session.file_location)
        except OSError as problem:
            text = f"Exec call failed with errorno {problem.errno} for command line: {' '.join(words)}"
            raise self.throw(
                error(text, "ExecutionFailed", "InvalidOperation", words, type_name="System.Exception")
            ) from None


CMDLETS = (DebugJob, EnterPSHostProcess, ExitPSHostProcess, GetPSHostProcessInfo, GetPSSubsystem, SwitchProcess)
