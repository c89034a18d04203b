"""Get-ExecutionPolicy and Set-ExecutionPolicy: Unrestricted, or what the session's configuration says."""

from __future__ import annotations

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert.conversion import convert_to
from remora.engine.errors import error
from remora.engine.language.policy import policy_of
from remora.modules.common import custom

_MODULE = "Microsoft.PowerShell.Security"
_POLICY = "Microsoft.PowerShell.ExecutionPolicy"
_SCOPE = "Microsoft.PowerShell.ExecutionPolicyScope"
_SCOPES = ("MachinePolicy", "UserPolicy", "Process", "CurrentUser", "LocalMachine")


@cmdlet("Get-ExecutionPolicy", module=_MODULE, output_type=(_POLICY,))
class GetExecutionPolicy(Cmdlet):
    """Which scripts may run: all, unless the session's configuration says otherwise."""

    scope = Parameter(_SCOPE, position=0, by_property=True)
    list_ = Parameter("switch", name="List")

    def end(self) -> None:
        if self.list_ and self.scope is not None:
            raise self.throw(
                error("Cannot get the execution policy. Specify only the List or Scope parameters.",
                      "ListAndScopeSpecified", "InvalidOperation", type_name="System.InvalidOperationException")
            )  # fmt: skip
        policy = convert_to(policy_of(self.session.context), _POLICY)
        if not self.list_:
            self.emit(policy)
            return
        for scope in _SCOPES:
            self.emit(custom(Scope=convert_to(scope, _SCOPE), ExecutionPolicy=policy))


@cmdlet("Set-ExecutionPolicy", module=_MODULE, should_process=True)
class SetExecutionPolicy(Cmdlet):
    """Refused, as on every Unix."""

    execution_policy = Parameter(_POLICY, position=0, mandatory=True, pipeline=True)
    scope = Parameter(_SCOPE, position=1, by_property=True, default="LocalMachine")
    force = Parameter("switch")

    def process(self) -> None:
        if str(self.scope).endswith("Policy"):
            raise self.throw(
                error("Cannot set execution policy. Execution policies at the MachinePolicy or UserPolicy scopes must "
                      "be set through Group Policy.",
                      "CantSetGroupPolicy", "InvalidOperation", type_name="System.InvalidOperationException")
            )  # fmt: skip
        raise self.throw(
            error("Operation is not supported on this platform.", "System.PlatformNotSupportedException",
                  "NotImplemented", type_name="System.PlatformNotSupportedException")
        )  # fmt: skip


CMDLETS = (GetExecutionPolicy, SetExecutionPolicy)
