"""Get-ExecutionPolicy and Set-ExecutionPolicy: on Unix there is only Unrestricted."""

from __future__ import annotations

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import error
from remora.engine.validators import ValidateSet
from remora.modules.common import custom

_MODULE = "Microsoft.PowerShell.Security"
_SCOPES = ("MachinePolicy", "UserPolicy", "Process", "CurrentUser", "LocalMachine")
_POLICIES = ("AllSigned", "Bypass", "Default", "RemoteSigned", "Restricted", "Undefined", "Unrestricted")


@cmdlet("Get-ExecutionPolicy", module=_MODULE)
class GetExecutionPolicy(Cmdlet):
    """Which scripts may run: all."""

    scope = Parameter("string", position=0, by_property=True, validate=(ValidateSet(*_SCOPES),))
    list_ = Parameter("switch", name="List")

    def end(self) -> None:
        if not self.list_:
            self.emit("Unrestricted")
            return
        for scope in _SCOPES:
            self.emit(custom(Scope=scope, ExecutionPolicy="Unrestricted"))


@cmdlet("Set-ExecutionPolicy", module=_MODULE, should_process=True)
class SetExecutionPolicy(Cmdlet):
    """Refused, as on every Unix; for the process, Unrestricted and Bypass are what there is anyway."""

    execution_policy = Parameter(
        "string", position=0, mandatory=True, by_property=True, validate=(ValidateSet(*_POLICIES),)
    )
    scope = Parameter("string", position=1, by_property=True, default="LocalMachine", validate=(ValidateSet(*_SCOPES),))
    force = Parameter("switch")

    def end(self) -> None:
        if self.scope.lower() == "process" and self.execution_policy.lower() in ("unrestricted", "bypass"):
            return
        raise self.throw(
            error(
                "Operation is not supported on this platform.",
                "System.PlatformNotSupportedException",
                "NotSpecified",
                type_name="System.PlatformNotSupportedException",
            )
        )


CMDLETS = (GetExecutionPolicy, SetExecutionPolicy)
