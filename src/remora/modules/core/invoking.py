"""Set-StrictMode."""

from __future__ import annotations

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import error

_MODULE = "Microsoft.PowerShell.Core"


@cmdlet("Set-StrictMode", default_set="Version", module=_MODULE)
class SetStrictMode(Cmdlet):
    """Makes doubtful code an error in the current scope and below."""

    version = Parameter("object", sets={"Version": {"mandatory": True}}, aliases=("v",))
    off = Parameter("switch", sets={"Off": {"mandatory": True}})

    def end(self) -> None:
        self.session.scope.strict = 0 if self.off else self._level()
        self.runtime.frame.context.strict = True

    def _level(self) -> int | None:
        text = to_text(self.version).lower()
        if text == "latest":
            return 3
        major = text.partition(".")[0]
        if major not in ("0", "1", "2", "3"):
            raise self.throw(
                error(
                    f"Cannot validate argument on parameter 'Version'. The {text} is not a valid strict mode version.",
                    "ParameterArgumentValidationError",
                    "InvalidData",
                    self.version,
                    type_name="System.Management.Automation.ParameterBindingValidationException",
                )
            )
        return int(major) or None


CMDLETS = (SetStrictMode,)
