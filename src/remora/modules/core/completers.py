"""Register-ArgumentCompleter."""

from __future__ import annotations

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.completion.completers import COMPLETERS

_MODULE = "Microsoft.PowerShell.Core"


@cmdlet("Register-ArgumentCompleter", default_set="PowerShellSet", module=_MODULE)
class RegisterArgumentCompleter(Cmdlet):
    """Lets a script block answer when the arguments of a command are completed."""

    native = Parameter("switch", sets=("NativeCommandSet",))
    command_name = Parameter("string[]", sets={"NativeCommandSet": {"mandatory": True}, "PowerShellSet": {}})
    parameter_name = Parameter("string", sets={"PowerShellSet": {"mandatory": True}})
    script_block = Parameter("scriptblock", mandatory=True)

    def end(self) -> None:
        table = self.session.store.setdefault(COMPLETERS, {})
        for command in self.command_name or [""]:
            key = (command.lower(), "" if self.native else self.parameter_name.lower())
            table[key] = self.script_block


CMDLETS = (RegisterArgumentCompleter,)
