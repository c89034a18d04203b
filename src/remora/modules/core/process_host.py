"""Switch-Process, and what this engine lacks: debugging of jobs and other processes, subsystems; each says so."""

from __future__ import annotations

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import error
from remora.modules.common import as_list

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
