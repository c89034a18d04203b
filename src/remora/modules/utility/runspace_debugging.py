"""Get-, Enable- and Disable-RunspaceDebug, Debug-Runspace, Wait-Debugger."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Final

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import PSError, error
from remora.engine.hosting.debugger import debugger_of
from remora.engine.hosting.runspace import HostedRunspace, all_runspaces, runspace_of
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.typeref import register
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.modules.common import as_list, declare_attributes, matcher, unwrap

_RUNSPACE: Final = "System.Management.Automation.Runspaces.Runspace"
_FILLED: Final = (ValidateNotNullOrEmpty(),)
_SETS: Final = {kind: f"Runspace{kind}ParameterSet" for kind in ("", "Name", "Id", "InstanceId")}
_INVALID: Final = "System.Management.Automation.PSInvalidOperationException"


@dataclass(slots=True)
class RunspaceDebug(NetObject):
    """Whether a runspace waits at breakpoints for a debugger to come."""

    enabled: bool
    break_all: bool
    name: str
    id: int


RunspaceDebug.net_type = NetType("Microsoft.PowerShell.Commands.PSRunspaceDebug", OBJECT)
declare_attributes(
    RunspaceDebug.net_type,
    ("Enabled", "enabled", "System.Boolean"),
    ("BreakAll", "break_all", "System.Boolean"),
    ("RunspaceName", "name", "System.String"),
    ("RunspaceId", "id", "System.Int32"),
)
register(RunspaceDebug.net_type)


class _RunspaceCmdlet(Cmdlet, ABC):
    """Runspaces by name, object, id or instance id; all where none is named."""

    runspace_name = Parameter("string[]", sets={_SETS["Name"]: {"position": 0}}, validate=_FILLED)
    runspace = Parameter(
        _RUNSPACE + "[]",
        sets={_SETS[""]: {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}},
        validate=_FILLED,
    )
    runspace_id = Parameter("int[]", sets={_SETS["Id"]: {"position": 0, "mandatory": True}}, validate=_FILLED)
    runspace_instance_id = Parameter(
        "guid[]", sets={_SETS["InstanceId"]: {"position": 0, "mandatory": True}}, validate=_FILLED
    )
    process_name = Parameter("string", sets={"ProcessNameParameterSet": {"position": 0}}, validate=_FILLED)
    app_domain_name = Parameter("string[]", sets={"ProcessNameParameterSet": {"position": 1}}, validate=_FILLED)

    def process(self) -> None:
        if self.process_name is not None:
            given = " -AppDomainName" if self.app_domain_name is not None else ""
            raise self.runtime.not_supported(f"{self.spec.name} -ProcessName{given}")
        for one in self._chosen():
            self.treat(one)

    def _chosen(self) -> list[HostedRunspace]:
        if self.runspace is not None:
            return [unwrap(one) for one in as_list(self.runspace)]
        found = all_runspaces()
        if self.runspace_id is not None:
            return [one for one in found if one.id in as_list(self.runspace_id)]
        if self.runspace_instance_id is not None:
            return [one for one in found if one.instance_id in as_list(self.runspace_instance_id)]
        wanted = matcher(self.runspace_name)
        return [one for one in found if wanted(one.name)]

    @abstractmethod
    def treat(self, one: HostedRunspace) -> None:
        """Do it to one of them."""


@cmdlet("Get-RunspaceDebug", default_set=_SETS["Name"], output_type=(RunspaceDebug.net_type.name,))
class GetRunspaceDebug(_RunspaceCmdlet):
    """Tells whether runspaces wait for a debugger."""

    def treat(self, one: HostedRunspace) -> None:
        waits = one.state == "Opened" and debugger_of(one.context).waits
        self.emit(RunspaceDebug(waits, False, one.name, one.id))


class _WaitCmdlet(_RunspaceCmdlet):
    waits: bool

    def treat(self, one: HostedRunspace) -> None:
        if one.state == "Opened":
            debugger_of(one.context).waits = self.waits
            return
        self.fail(
            f"Cannot set debug options on Runspace {one.name} because it is not in the Opened state.",
            "SetRunspaceDebugOptionCommandInvalidRunspaceState", "InvalidOperation", self.spec.name,
            type_name=_INVALID,
        )  # fmt: skip


@cmdlet("Enable-RunspaceDebug", default_set=_SETS["Name"])
class EnableRunspaceDebug(_WaitCmdlet):
    """Notes that runspaces are to wait for a debugger, though none can come."""

    break_all = Parameter("switch", position=1, sets=(_SETS[""], _SETS["Name"], _SETS["Id"]))
    waits = True

    def begin(self) -> None:
        if self.break_all:
            raise self.runtime.not_supported("Enable-RunspaceDebug -BreakAll")


@cmdlet("Disable-RunspaceDebug", default_set=_SETS["Name"])
class DisableRunspaceDebug(_WaitCmdlet):
    """Notes that runspaces are not to wait for a debugger."""

    waits = False


@cmdlet("Debug-Runspace", default_set="RunspaceParameterSet", should_process=True)
class DebugRunspace(Cmdlet):
    """Refused for any runspace that could be debugged: there is no debugger to attach."""

    runspace = Parameter(
        _RUNSPACE,
        sets={"RunspaceParameterSet": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}},
    )
    name = Parameter("string", sets={"NameParameterSet": {"position": 0, "mandatory": True}})
    id = Parameter("int", sets={"IdParameterSet": {"position": 0, "mandatory": True}})
    instance_id = Parameter("guid", sets={"InstanceIdParameterSet": {"position": 0, "mandatory": True}})
    break_all = Parameter("switch")

    def process(self) -> None:
        one = self._chosen()
        if one is runspace_of(self.session.context):
            raise self._refused(
                "You cannot debug the default host Runspace using this cmdlet. To debug the default Runspace use the "
                "normal debugging commands from the host.",
                "DebugRunspaceCannotDebugHostRunspace",
            )
        if one.state != "Opened":
            message = f"Cannot debug Runspace. The Runspace is not in the Opened state: {one.name}."
            raise self._refused(message, "InvalidOperation")
        if self.should_process(one.name, "Debug"):
            raise self.runtime.not_supported(f"Debug-Runspace{' -BreakAll' if self.break_all else ''}")

    def _chosen(self) -> HostedRunspace:
        given = unwrap(self.runspace)
        if isinstance(given, HostedRunspace):
            return given
        if self.name is not None:
            wanted = matcher([self.name])
            found = [one for one in all_runspaces() if wanted(one.name)]
        else:
            found = [one for one in all_runspaces() if one.id == self.id or one.instance_id == self.instance_id]
        if len(found) > 1:
            raise self._refused(
                "More than one Runspace was found. Only one Runspace can be debugged at a time.",
                "DebugRunspaceTooManyRunspaceFound",
            )
        if not found:
            raise self._refused("No Runspace was found.", "DebugRunspaceNoRunspaceFound")
        return found[0]

    def _refused(self, message: str, error_id: str) -> Exception:
        problem: PSError = error(message, error_id, "InvalidOperation", type_name=_INVALID)
        return self.throw(problem)


@cmdlet("Wait-Debugger")
class WaitDebugger(Cmdlet):
    """Stops the script in the debugger."""

    def end(self) -> None:
        extent = self.runtime.invocation.extent
        if extent is not None:
            debugger_of(self.session.context).broken(self.runtime.frame, extent)


CMDLETS: Final[tuple[Any, ...]] = (
    DebugRunspace,
    DisableRunspaceDebug,
    EnableRunspaceDebug,
    GetRunspaceDebug,
    WaitDebugger,
)
