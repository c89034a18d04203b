"""TabExpansion2: completion as scripts and editors ask for it."""

from __future__ import annotations

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.completion import complete


@cmdlet(
    "TabExpansion2",
    default_set="ScriptInputSet",
    module="Microsoft.PowerShell.Core",
    output_type=("System.Management.Automation.CommandCompletion",),
)
class TabExpansion2(Cmdlet):
    """What may stand at a place of a text."""

    input_script = Parameter(
        "string", name="inputScript", sets={"ScriptInputSet": {"mandatory": True, "position": 0}}, allow_empty=True
    )
    cursor_column = Parameter("int", name="cursorColumn", sets={"ScriptInputSet": {"position": 1}})
    options = Parameter("hashtable", name="options", position=2)

    def process(self) -> None:
        text = self.input_script
        column = len(text) if self.cursor_column is None else self.cursor_column
        self.emit(complete(self.runtime.frame.context, text, column))


CMDLETS = (TabExpansion2,)
