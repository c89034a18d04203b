"""Clear-Host, and mkdir as Windows shells have it."""

from __future__ import annotations

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.modules.common import as_list
from remora.modules.management.items import NewItem


@cmdlet("Clear-Host", aliases=("clear", "cls"), module="Microsoft.PowerShell.Core")
class ClearHost(Cmdlet):
    """Empties the screen of a host that is a terminal."""

    def end(self) -> None:
        if self.session.host.interactive:
            self.session.host.write("\x1b[H\x1b[2J\x1b[3J")


@cmdlet("mkdir", aliases=("md",), module="Microsoft.PowerShell.Management", should_process=True)
class MakeDirectory(NewItem):
    """Makes directories, the ones above them too."""

    path = Parameter("string[]", position=0, by_property=True, pipeline=True)
    name = Parameter("string", by_property=True)
    value = Parameter("object", by_property=True)

    def process(self) -> None:
        self.item_type = "Directory"
        self.path = as_list(self.path)
        super().process()


CMDLETS = (ClearHost, MakeDirectory)
