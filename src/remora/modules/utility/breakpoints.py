"""Set-, Get-, Enable-, Disable- and Remove-PSBreakpoint."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from typing import Any, Final

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert.conversion import convert_to
from remora.engine.hosting.breakpoints import (
    ACCESS,
    Breakpoint,
    CommandBreakpoint,
    LineBreakpoint,
    VariableBreakpoint,
)
from remora.engine.hosting.debugger import Debugger, debugger_of
from remora.engine.hosting.runspace import HostedRunspace
from remora.engine.validators import ValidateNotNull, ValidateNotNullOrEmpty, ValidateRange
from remora.modules.common import as_list, has_wildcard, unwrap
from remora.modules.management.failures import path_not_found
from remora.modules.management.paths import glob
from remora.values import PSObject

_M: Final = "System.Management.Automation."
_RUNSPACE: Final = _M + "Runspaces.Runspace"
_GIVEN: Final = (ValidateNotNull(),)
_KINDS: Final[dict[str, type[Breakpoint]]] = {
    "line": LineBreakpoint,
    "command": CommandBreakpoint,
    "variable": VariableBreakpoint,
}
_OUTPUT: Final = tuple(kind.net_type.name for kind in _KINDS.values())
_INT_MAX: Final = 2**31 - 1


class _BreakpointCmdlet(Cmdlet):
    """What all have: -Runspace says whose breakpoints are meant."""

    runspace = Parameter(_RUNSPACE, validate=_GIVEN)

    @property
    def debugger(self) -> Debugger:
        owner = unwrap(self.runspace)
        return debugger_of(owner.context if isinstance(owner, HostedRunspace) else self.session.context)

    def show(self, breakpoint: Breakpoint) -> None:
        """Emit it; that of another runspace says which."""
        owner = unwrap(self.runspace)
        if isinstance(owner, HostedRunspace) and owner.context is not self.session.context:
            self.emit(PSObject(base=breakpoint, extended={"RunspaceId": owner.instance_id}))
        else:
            self.emit(breakpoint)

    def refuse(self, message: str, error_id: str) -> None:
        self.fail(message, error_id, "InvalidArgument", type_name="System.ArgumentException")


@cmdlet("Set-PSBreakpoint", aliases=("sbp",), default_set="Line", output_type=_OUTPUT)
class SetPSBreakpoint(_BreakpointCmdlet):
    """Makes breakpoints: where they are hit, scripts stop in the debugger or an action runs."""

    action = Parameter("scriptblock", sets=("Command", "Line", "Variable"))
    column = Parameter("int", sets={"Line": {"position": 2}}, validate=(ValidateRange(1, _INT_MAX),), default=0)
    command = Parameter("string[]", sets={"Command": {"mandatory": True}}, aliases=("C",))
    line = Parameter("int[]", sets={"Line": {"position": 1, "mandatory": True}})
    script = Parameter(
        "string[]",
        sets={"Command": {"position": 0}, "Line": {"position": 0, "mandatory": True}, "Variable": {"position": 0}},
        validate=_GIVEN,
    )
    variable = Parameter("string[]", sets={"Variable": {"mandatory": True}}, aliases=("V",))
    mode = Parameter(ACCESS, sets=("Variable",))

    def process(self) -> None:
        scripts = [path for given in as_list(self.script) for path in self._paths(given)]
        if self.parameter_set == "Line":
            self._lines(scripts)
        elif self.script is None or scripts:
            for path in scripts or ("",):
                self._others(path)

    def _paths(self, given: str) -> list[str]:
        found = [place.path for place in glob(self.session, given)]
        if not found and not has_wildcard(given):
            raise self.throw(path_not_found(self.session.file_path(given)))
        good = []
        for path in found:
            if not os.path.isfile(path):
                self.refuse(f"File '{path}' does not exist.", "NewPSBreakpoint:FileDoesNotExist")
            elif os.path.splitext(path)[1].lower() not in (".ps1", ".psm1"):
                self.refuse(
                    f"Cannot set breakpoint on file '{path}'; only *.ps1 and *.psm1 files are valid.",
                    "NewPSBreakpoint:WrongExtension",
                )
            else:
                good.append(path)
        return good

    def _lines(self, scripts: list[str]) -> None:
        for line in as_list(self.line):
            if line < 1:
                self.refuse("Line cannot be less than 1.", "SetPSBreakpoint:LineLessThanOne")
                continue
            for path in scripts:
                self.show(self.debugger.add(LineBreakpoint(path, line, self.column, self.action)))

    def _others(self, path: str) -> None:
        for name in as_list(self.command):
            self.show(self.debugger.add(CommandBreakpoint(path, name, self.action)))
        mode = convert_to("Write", ACCESS) if self.mode is None else self.mode
        for name in as_list(self.variable):
            self.show(self.debugger.add(VariableBreakpoint(path, name, mode, self.action)))


@cmdlet("Get-PSBreakpoint", aliases=("gbp",), default_set="Line", output_type=_OUTPUT)
class GetPSBreakpoint(_BreakpointCmdlet):
    """Shows the breakpoints of the session."""

    script = Parameter(
        "string[]",
        sets={"Line": {"position": 0, "pipeline": True}, "Command": {}, "Variable": {}, "Type": {}},
        validate=(ValidateNotNullOrEmpty(),),
    )
    id = Parameter("int[]", sets={"Id": {"mandatory": True, "position": 0, "pipeline": True}}, validate=_GIVEN)
    variable = Parameter("string[]", sets={"Variable": {"mandatory": True}}, validate=_GIVEN)
    command = Parameter("string[]", sets={"Command": {"mandatory": True}}, validate=_GIVEN)
    type = Parameter(
        "Microsoft.PowerShell.Commands.BreakpointType[]",
        sets={"Type": {"mandatory": True, "position": 0, "pipeline": True}},
        validate=_GIVEN,
    )

    def process(self) -> None:
        kept = self.debugger.kept
        for number in sorted(kept):
            if self._wanted(kept[number]):
                self.show(kept[number])

    def _wanted(self, one: Breakpoint) -> bool:
        if self.script is not None:
            paths = [self.session.file_path(path).lower() for path in as_list(self.script)]
            if one.script is None or self.session.file_path(one.script).lower() not in paths:
                return False
        if self.id is not None:
            return one.id in as_list(self.id)
        if self.command is not None:
            return isinstance(one, CommandBreakpoint) and _among(one.command, self.command)
        if self.variable is not None:
            return isinstance(one, VariableBreakpoint) and _among(one.variable, self.variable)
        if self.type is not None:
            return any(isinstance(one, _KINDS[kind.name.lower()]) for kind in as_list(self.type))
        return True


def _among(name: str, given: Any) -> bool:
    return name.lower() in [one.lower() for one in as_list(given)]


class _ChangeCmdlet(_BreakpointCmdlet, ABC):
    """What changes breakpoints: those that are given, or those with an id."""

    breakpoint = Parameter(
        _M + "Breakpoint[]",
        sets={"Breakpoint": {"mandatory": True, "position": 0, "pipeline": True}},
        validate=_GIVEN,
    )
    id = Parameter("int[]", sets={"Id": {"mandatory": True, "position": 0, "by_property": True}}, validate=_GIVEN)
    runspace = Parameter(_RUNSPACE, sets={"Id": {"by_property": True}}, aliases=("RunspaceId",))

    def process(self) -> None:
        chosen = [unwrap(one) for one in as_list(self.breakpoint)]
        for number in as_list(self.id):
            found = self.debugger.kept.get(number)
            if found is None:
                self.refuse(f"There is no breakpoint with ID '{number}'.", "PSBreakpoint:BreakpointIdNotFound")
            else:
                chosen.append(found)
        for one in chosen:
            if self.should_process(one.net_text()):
                self.change(one)

    @abstractmethod
    def change(self, one: Breakpoint) -> None:
        """Do it to one."""


class _SwitchCmdlet(_ChangeCmdlet):
    pass_thru = Parameter("switch")
    on: bool

    def change(self, one: Breakpoint) -> None:
        self.debugger.switch(one, enabled=self.on)
        if self.pass_thru:
            self.show(one)


_CHANGES: Final[dict[str, Any]] = {"default_set": "Breakpoint", "should_process": True}


@cmdlet("Enable-PSBreakpoint", aliases=("ebp",), output_type=(_M + "Breakpoint",), **_CHANGES)
class EnablePSBreakpoint(_SwitchCmdlet):
    """Lets breakpoints be hit again."""

    on = True


@cmdlet("Disable-PSBreakpoint", aliases=("dbp",), output_type=(_M + "Breakpoint",), **_CHANGES)
class DisablePSBreakpoint(_SwitchCmdlet):
    """Keeps breakpoints from being hit."""

    on = False


@cmdlet("Remove-PSBreakpoint", aliases=("rbp",), **_CHANGES)
class RemovePSBreakpoint(_ChangeCmdlet):
    """Takes breakpoints away."""

    def change(self, one: Breakpoint) -> None:
        self.debugger.remove(one)


CMDLETS = (DisablePSBreakpoint, EnablePSBreakpoint, GetPSBreakpoint, RemovePSBreakpoint, SetPSBreakpoint)
