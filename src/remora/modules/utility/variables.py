"""Get-, Set-, New-, Clear- and Remove-Variable."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import PSError, error
from remora.engine.nothing import NOTHING
from remora.engine.scopes import CONSTANT, OPTION_NAMES, PRIVATE, READ_ONLY, Cell
from remora.modules.common import as_list, has_wildcard, matcher, not_found

_SESSION_ERROR = "System.Management.Automation.SessionStateUnauthorizedAccessException"


def option_bits(value: Any) -> int:
    """``ReadOnly, AllScope`` as bits."""
    bits = 0
    for item in as_list(value):
        for word in to_text(item).split(","):
            bits |= OPTION_NAMES.get(word.strip().lower(), 0)
    return bits


def variable_missing(name: str) -> PSError:
    """The error of a variable that does not exist."""
    return not_found(f"Cannot find a variable with the name '{name}'.", "VariableNotFound", name)


class _ByName(Cmdlet):
    """Cmdlets that name variables with wildcards."""

    include = Parameter("string[]")
    exclude = Parameter("string[]")
    scope = Parameter("string")

    def _named(self, patterns: Any, *, complain: bool = True) -> list[Cell]:
        found: list[Cell] = []
        for pattern in as_list(patterns):
            if has_wildcard(pattern):
                test = matcher([pattern])
                found.extend(
                    sorted(
                        (c for c in self.session.variables(self.scope) if test(c.name)), key=lambda c: c.name.lower()
                    )
                )
                continue
            cell = self.session.find_cell(pattern.replace("`", ""), self.scope)
            if cell is not None:
                found.append(cell)
            elif complain:
                self.write_error(variable_missing(pattern).record)
        included, excluded = matcher(self.include), matcher(self.exclude) if self.exclude else lambda name: False
        return [cell for cell in found if included(cell.name) and not excluded(cell.name)]


@cmdlet("Get-Variable", aliases=("gv",), output_type=("System.Management.Automation.PSVariable",))
class GetVariable(_ByName):
    """Shows variables."""

    name = Parameter("string[]", position=0, pipeline=True, by_property=True)
    value_only = Parameter("switch")

    def process(self) -> None:
        from remora.engine.variable import PSVariable

        for cell in self._named(["*"] if self.name is None else self.name):
            self.emit(cell.value if self.value_only else PSVariable(cell))


@cmdlet("Set-Variable", aliases=("sv", "set"), should_process=True)
class SetVariable(_ByName):
    """Assigns variables; ones that do not exist are made."""

    name = Parameter("string[]", position=0, mandatory=True, by_property=True)
    value = Parameter("object", position=1, pipeline=True, by_property=True, allow_null=True, default=NOTHING)
    description = Parameter("string")
    option = Parameter("object")
    force = Parameter("switch")
    visibility = Parameter("string")
    pass_thru = Parameter("switch")

    def begin(self) -> None:
        self._values: list[Any] = []
        self._fixed = "Value" in self.bound

    def process(self) -> None:
        if self.value is not NOTHING:
            self._values.append(self.value)

    def end(self) -> None:
        value: Any = None
        if self._values:
            value = self._values[0] if len(self._values) == 1 else self._values
        for name in self.name:
            cells = self._named([name], complain=False)
            if not cells and not has_wildcard(name):
                cells = [self._made(name)]
            for cell in cells:
                self._assign(cell, value)

    def _made(self, name: str) -> Cell:
        self.session.set_variable(name, None, self.scope)
        found = self.session.find_cell(name, self.scope)
        assert found is not None
        return found

    def _assign(self, cell: Cell, value: Any) -> None:
        from remora.engine.variable import PSVariable

        if not self.should_process(f"Name: {cell.name} Value: {to_text(value)}", "Set variable"):
            return
        try:
            if cell.options & CONSTANT or (cell.options & READ_ONLY and not self.force):
                raise _not_writable(cell.name)
            if self._values:
                if self.scope is None and self.session.scope.vars.get(cell.name.lower()) is not cell:
                    self.session.set_variable(cell.name, value)
                    cell = self.session.find_cell(cell.name) or cell
                elif cell.options & READ_ONLY:
                    cell.value = value
                else:
                    cell.assign(value)
        except PSError as problem:
            self.write_error(problem.record)
            return
        if self.option is not None:
            cell.set_options(option_bits(self.option))
        if self.description is not None:
            cell.description = self.description
        if self.pass_thru:
            self.emit(PSVariable(cell))


def _not_writable(name: str) -> PSError:
    return error(
        f"Cannot overwrite variable {name} because it is read-only or constant.",
        "VariableNotWritable",
        "WriteError",
        name,
        type_name=_SESSION_ERROR,
    )


@cmdlet("New-Variable", aliases=("nv",), should_process=True)
class NewVariable(Cmdlet):
    """Makes a variable that does not exist yet."""

    name = Parameter("string", position=0, mandatory=True, by_property=True)
    value = Parameter("object", position=1, pipeline=True, by_property=True, allow_null=True)
    description = Parameter("string")
    option = Parameter("object")
    visibility = Parameter("string")
    force = Parameter("switch")
    pass_thru = Parameter("switch")
    scope = Parameter("string")

    def process(self) -> None:
        from remora.engine.variable import PSVariable

        scope = self.scope or "local"
        known = self.session.find_cell(self.name, scope)
        if known is not None and (not self.force or known.options & CONSTANT):
            self.write_error(
                error(
                    f"A variable with name '{self.name}' already exists.",
                    "VariableAlreadyExists",
                    "ResourceExists",
                    self.name,
                    type_name="System.Management.Automation.SessionStateException",
                ).record
            )
            return
        if not self.should_process(f"Name: {self.name} Value: {to_text(self.value)}", "New variable"):
            return
        target = self.session.scope.named(scope)
        cell = target.put(self.name, self.value, option_bits(self.option))
        cell.description = self.description or ""
        if scope.lower() == "private":
            cell.set_options(cell.options | PRIVATE)
        if self.pass_thru:
            self.emit(PSVariable(cell))


@cmdlet("Clear-Variable", aliases=("clv",), should_process=True)
class ClearVariable(_ByName):
    """Sets variables to $null."""

    name = Parameter("string[]", position=0, mandatory=True, by_property=True)
    force = Parameter("switch")
    pass_thru = Parameter("switch")

    def process(self) -> None:
        from remora.engine.variable import PSVariable

        for cell in self._named(self.name):
            if cell.options & CONSTANT or (cell.options & READ_ONLY and not self.force):
                self.write_error(_not_writable(cell.name).record)
            elif self.should_process(f"Name: {cell.name}", "Clear variable"):
                cell.value = None
                if self.pass_thru:
                    self.emit(PSVariable(cell))


@cmdlet("Remove-Variable", aliases=("rv",), should_process=True)
class RemoveVariable(_ByName):
    """Removes variables."""

    name = Parameter("string[]", position=0, mandatory=True, pipeline=True, by_property=True)
    force = Parameter("switch")

    def process(self) -> None:
        for cell in self._named(self.name):
            if cell.options & CONSTANT or (cell.options & READ_ONLY and not self.force):
                self.write_error(
                    error(
                        f"Cannot remove variable {cell.name} because it is constant or read-only. If the variable is "
                        "read-only, try the operation again specifying the Force option.",
                        "VariableNotRemovable",
                        "WriteError",
                        cell.name,
                        type_name=_SESSION_ERROR,
                    ).record
                )
            elif self.should_process(f"Name: {cell.name}", "Remove variable"):
                self.session.remove_variable(cell.name, self.scope)


CMDLETS = (ClearVariable, GetVariable, NewVariable, RemoveVariable, SetVariable)
