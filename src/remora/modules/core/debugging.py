"""Set-PSDebug."""

from __future__ import annotations

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.validators import ValidateRange

_MODULE = "Microsoft.PowerShell.Core"


@cmdlet("Set-PSDebug", default_set="on", module=_MODULE)
class SetPSDebug(Cmdlet):
    """Shows each statement before it runs, asks before it, or asks for strict variables."""

    trace = Parameter("int", sets=("on",), validate=(ValidateRange(0, 2),), default=-1)
    step = Parameter("switch", sets=("on",))
    strict = Parameter("switch", sets=("on",))
    off = Parameter("switch", sets={"off": {"mandatory": True}})

    def end(self) -> None:
        context = self.session.context
        top = context.global_scope
        if self.off:
            context.trace, context.step = 0, False
            context.watch()
            top.strict = None
            return
        if self.trace >= 0:
            context.trace = self.trace
        if "Step" in self.bound:
            context.step = bool(self.step)
            if self.step and context.trace == 0:
                context.trace = 1
        context.watch()
        if "Strict" in self.bound:
            top.strict = 1 if self.strict else None
            context.strict = True


CMDLETS = (SetPSDebug,)
