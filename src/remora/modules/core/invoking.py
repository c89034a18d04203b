"""Invoke-Command on this machine, and Set-StrictMode."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import error
from remora.engine.nothing import NOTHING
from remora.modules.common import as_list

_MODULE = "Microsoft.PowerShell.Core"


@cmdlet("Invoke-Command", aliases=("icm",), default_set="InProcess", module=_MODULE)
class InvokeCommand(Cmdlet):
    """Runs a script block here."""

    script_block = Parameter(
        "scriptblock", sets={"InProcess": {"position": 0, "mandatory": True}}, aliases=("Command",)
    )
    no_new_scope = Parameter("switch", sets=("InProcess",))
    input_object = Parameter("psobject", pipeline=True, default=NOTHING)
    argument_list = Parameter("object[]", aliases=("Args",), allow_null=True, allow_empty=True)

    def begin(self) -> None:
        self._input: list[Any] = []

    def process(self) -> None:
        if self.input_object is not NOTHING:
            self._input.append(self.input_object)

    def end(self) -> None:
        self.runtime.invoke_block(
            self.script_block, as_list(self.argument_list), new_scope=not self.no_new_scope, input=self._input
        )


@cmdlet("Set-StrictMode", default_set="Version", module=_MODULE)
class SetStrictMode(Cmdlet):
    """Makes doubtful code an error in the current scope and below."""

    version = Parameter("object", sets={"Version": {"mandatory": True}}, aliases=("v",))
    off = Parameter("switch", sets={"Off": {"mandatory": True}})

    def end(self) -> None:
        self.session.scope.strict = None if self.off else self._level()

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


CMDLETS = (InvokeCommand, SetStrictMode)
