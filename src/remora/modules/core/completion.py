"""TabExpansion2: completion as scripts and editors ask for it."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.completion import complete
from remora.engine.convert import to_text
from remora.engine.convert.truth import is_true
from remora.modules.common import get

_AST: tuple[dict[str, Any], ...] = tuple(
    {"AstInputSet": {"position": number, "mandatory": True}} for number in range(3)
)


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
    ast = Parameter("System.Management.Automation.Language.Ast", name="ast", sets=_AST[0])
    tokens = Parameter("System.Management.Automation.Language.Token[]", name="tokens", sets=_AST[1])
    position_of_cursor = Parameter(
        "System.Management.Automation.Language.IScriptPosition", name="positionOfCursor", sets=_AST[2]
    )
    options = Parameter(
        "hashtable", name="options", sets={"ScriptInputSet": {"position": 2}, "AstInputSet": {"position": 3}}
    )

    def process(self) -> None:
        if self.ast is not None:
            text = to_text(get(get(self.ast, "Extent"), "Text"))
            start = int(get(get(self.ast, "Extent"), "StartOffset"))
            column = int(get(self.position_of_cursor, "Offset")) - start
        else:
            text = self.input_script
            column = len(text) if self.cursor_column is None else self.cursor_column
        self.emit(complete(self.runtime.frame.context, text, column, relative=self._relative()))

    def _relative(self) -> bool | None:
        """What -options says about paths."""
        for name, value in (self.options or {}).items():
            if to_text(name).lower() in ("relativefilepaths", "relativepaths"):
                return is_true(value)
        return None


CMDLETS = (TabExpansion2,)
