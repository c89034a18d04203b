"""Get-Runspace."""

from __future__ import annotations

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.hosting.runspace import all_runspaces
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.modules.common import matcher


@cmdlet(
    "Get-Runspace", default_set="NameParameterSet", output_type=("System.Management.Automation.Runspaces.Runspace",)
)
class GetRunspace(Cmdlet):
    """Shows the runspaces of this process."""

    name = Parameter("string[]", sets={"NameParameterSet": {"position": 0}}, validate=(ValidateNotNullOrEmpty(),))
    id = Parameter("int[]", sets={"IdParameterSet": {"position": 0, "mandatory": True}})
    instance_id = Parameter("guid[]", sets={"InstanceIdParameterSet": {"position": 0, "mandatory": True}})

    def process(self) -> None:
        for one in all_runspaces():
            if self.id is not None:
                chosen = one.id in self.id
            elif self.instance_id is not None:
                chosen = one.instance_id in self.instance_id
            else:
                chosen = self.name is None or matcher(self.name)(one.name)
            if chosen:
                self.emit(one)


CMDLETS = (GetRunspace,)
