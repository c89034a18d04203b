"""Get-, Set-, New-, Clear- and Remove-Variable."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import PSError, error
from remora.engine.nothing import NOTHING
from remora.engine.scopes import ALL_SCOPE, CONSTANT, PRIVATE, READ_ONLY, Cell
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.engine.variable import PSVariable
from remora.modules.common import as_list, has_wildcard, matcher, not_found

_M = "System.Management.Automation."
_UNAUTHORIZED = _M + "SessionStateUnauthorizedAccessException"
_OPTIONS = _M + "ScopedItemOptions"
_VISIBILITY = _M + "SessionStateEntryVisibility"
_VARIABLE = _M + "PSVariable"
_GIVEN = (ValidateNotNullOrEmpty(),)


def variable_missing(name: str) -> PSError:
    """The error of a variable that does not exist."""
    return not_found(f"Cannot find a variable with the name '{name}'.", "VariableNotFound", name)


class _ByName(Cmdlet):
    """Cmdlets that name variables with wildcards."""

    include = Parameter("string[]")
    exclude = Parameter("string[]")
    scope = Parameter("string", validate=_GIVEN)

    def _allowed(self, name: str) -> bool:
        return matcher(self.include)(name) and not (self.exclude and matcher(self.exclude)(name))

    def _named(self, patterns: Any, *, complain: bool = True, scope: str | None = None) -> list[Cell]:
        """The variables of those names, in one scope or as the caller sees them."""
        found: list[Cell] = []
        scope = scope or self.scope
        for pattern in as_list(patterns):
            if has_wildcard(pattern):
                test = matcher([pattern])
                known = (cell for cell in self.session.variables(scope) if test(cell.name))
                found.extend(sorted(known, key=lambda cell: cell.name.lower()))
                continue
            cell = self._find(pattern.replace("`", ""), scope)
            if cell is not None:
                found.append(cell)
            elif complain:
                self.write_error(variable_missing(pattern).record)
        return [cell for cell in found if self._allowed(cell.name)]

    def _find(self, name: str, scope: str | None) -> Cell | None:
        """The variable of that name; one of all scopes belongs to each of them."""
        found = self.session.find_cell(name, scope)
        if found is None and scope is not None:
            outer = self.session.scope.named(scope).lookup(name.lower())
            found = outer if outer is not None and outer.options & (ALL_SCOPE | CONSTANT) else None
        return found


@cmdlet("Get-Variable", aliases=("gv",), output_type=(_VARIABLE,))
class GetVariable(_ByName):
    """Shows variables."""

    name = Parameter("string[]", position=0, pipeline=True, by_property=True, validate=_GIVEN)
    value_only = Parameter("switch")

    def process(self) -> None:
        for cell in self._named(["*"] if self.name is None else self.name):
            self.emit(cell.value if self.value_only else PSVariable(cell))


@cmdlet("Set-Variable", aliases=("sv", "set"), output_type=(_VARIABLE,), should_process=True)
class SetVariable(_ByName):
    """Assigns variables; ones that do not exist are made."""

    name = Parameter("string[]", position=0, mandatory=True, by_property=True)
    value = Parameter("object", position=1, pipeline=True, by_property=True, allow_null=True, default=NOTHING)
    description = Parameter("string")
    option = Parameter(_OPTIONS)
    force = Parameter("switch")
    visibility = Parameter(_VISIBILITY)
    pass_thru = Parameter("switch")
    append = Parameter("switch")

    def begin(self) -> None:
        self._values: list[Any] = []
        self._names = self.name if "Name" in self.bound else None
        self._on_line = "Value" in self.bound

    def process(self) -> None:
        if self._names is not None:
            if self.value is not NOTHING:
                self._values.append(self.value)
            return
        self._set(self.name, self.value)

    def end(self) -> None:
        if self._names is None:
            return
        value: Any = NOTHING
        if self._values:
            value = self._values[0] if len(self._values) == 1 else self._values
        self._set(self._names, value)

    def _set(self, names: list[str], value: Any) -> None:
        for name in names:
            pattern = has_wildcard(name)
            cells = self._named([name], complain=False, scope=self.scope or "local")
            if cells:
                for cell in cells:
                    self._change(cell, value)
            elif not pattern and self._allowed(name):
                self._create(name.replace("`", ""), value)

    def _create(self, name: str, value: Any) -> None:
        plain = None if value is NOTHING else value
        if not self.should_process(f"Name: {name} Value: {to_text(plain)}", "Set variable"):
            return
        if self.append:
            plain = self._values or [plain]
        target = self.session.scope.named(self.scope or "local")
        cell = target.put(name, plain, _bits(self.option, self.scope))
        cell.description = self.description or ""
        if self.visibility is not None:
            cell.visibility = str(self.visibility)
        if self.pass_thru:
            self.emit(PSVariable(cell))

    def _change(self, cell: Cell, value: Any) -> None:
        if not self.should_process(f"Name: {cell.name} Value: {to_text(value)}", "Set variable"):
            return
        known = cell.options
        try:
            if self.force and known & READ_ONLY and not known & CONSTANT:
                cell.set_options(known & ~READ_ONLY)
            if value is not NOTHING:
                cell.assign(_appended(cell.value, self._values or [value]) if self.append else value)
            if self.description is not None:
                cell.description = self.description
            if self.visibility is not None:
                cell.visibility = str(self.visibility)
            if self.option is not None:
                _change_options(cell, int(self.option))
            else:
                cell.set_options(known)
        except PSError as problem:
            cell.set_options(known)
            self.write_error(problem.record)
            return
        if self.pass_thru:
            self.emit(PSVariable(cell))


def _appended(old: Any, values: list[Any]) -> list[Any]:
    """The values, each as one element, behind what is there."""
    if old is None:
        return list(values)
    return [*old, *values] if isinstance(old, list) else [old, *values]


def _bits(option: Any, scope: str | None) -> int:
    private = PRIVATE if scope is not None and scope.lower() == "private" else 0
    return private | (0 if option is None else int(option))


def _change_options(cell: Cell, options: int) -> None:
    if cell.options & (CONSTANT | READ_ONLY):
        raise _not_writable(cell.name)
    if options & CONSTANT:
        raise _unauthorized(
            f"Existing variable {cell.name} cannot be made constant. Variables can be made constant only at creation "
            "time.",
            "VariableCannotBeMadeConstant",
            cell.name,
        )
    if cell.options & ALL_SCOPE and not options & ALL_SCOPE:
        raise _unauthorized(
            f"The AllScope option cannot be removed from the variable '{cell.name}'.",
            "VariableAllScopeOptionCannotBeRemoved",
            cell.name,
        )
    cell.set_options(options)


def _unauthorized(message: str, error_id: str, name: str) -> PSError:
    return error(message, error_id, "WriteError", name, type_name=_UNAUTHORIZED)


def _not_writable(name: str) -> PSError:
    return _unauthorized(
        f"Cannot overwrite variable {name} because it is read-only or constant.", "VariableNotWritable", name
    )


@cmdlet("New-Variable", aliases=("nv",), output_type=(_VARIABLE,), should_process=True, confirm_impact="Low")
class NewVariable(Cmdlet):
    """Makes a variable that does not exist yet."""

    name = Parameter("string", position=0, mandatory=True, by_property=True)
    value = Parameter("object", position=1, pipeline=True, by_property=True, allow_null=True)
    description = Parameter("string", default="")
    option = Parameter(_OPTIONS)
    visibility = Parameter(_VISIBILITY)
    force = Parameter("switch")
    pass_thru = Parameter("switch")
    scope = Parameter("string", validate=_GIVEN)

    def process(self) -> None:
        scope = self.scope or "local"
        known = self.session.find_cell(self.name, scope)
        problem = self._refused(known)
        if problem is not None:
            self.write_error(problem.record)
            return
        if not self.should_process(f"Name: {self.name} Value: {to_text(self.value)}", "New variable"):
            return
        cell = self.session.scope.named(scope).put(self.name, self.value, _bits(self.option, self.scope))
        cell.description = self.description or ""
        if self.visibility is not None:
            cell.visibility = str(self.visibility)
        if self.pass_thru:
            self.emit(PSVariable(cell))

    def _refused(self, known: Cell | None) -> PSError | None:
        if known is None:
            return None
        if not self.force:
            return error(
                f"A variable with name '{self.name}' already exists.",
                "VariableAlreadyExists",
                "ResourceExists",
                self.name,
                type_name=_M + "SessionStateException",
            )
        return _not_writable(known.name) if known.options & CONSTANT else None


@cmdlet("Clear-Variable", aliases=("clv",), should_process=True)
class ClearVariable(_ByName):
    """Sets variables to $null."""

    name = Parameter("string[]", position=0, mandatory=True, by_property=True)
    force = Parameter("switch")
    pass_thru = Parameter("switch")

    def process(self) -> None:
        for cell in self._named(self.name):
            if cell.options & CONSTANT or (cell.options & READ_ONLY and not self.force):
                self.write_error(_not_writable(cell.name).record)
            elif self.should_process(f"Name: {cell.name}", "Clear variable"):
                cleared = self._clear(cell)
                if self.pass_thru:
                    self.emit(PSVariable(cleared))

    def _clear(self, cell: Cell) -> Cell:
        """Without -Scope one of an outer scope stays as it is: the caller's gets an empty one of that name."""
        if (
            self.scope is None
            and self.session.find_cell(cell.name, "local") is not cell
            and not cell.options & ALL_SCOPE
        ):
            return self.session.scope.named("local").put(cell.name, None)
        cell.value = None
        return cell


@cmdlet("Remove-Variable", aliases=("rv",), should_process=True)
class RemoveVariable(_ByName):
    """Removes variables."""

    name = Parameter("string[]", position=0, mandatory=True, by_property=True)
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
                        type_name=_UNAUTHORIZED,
                    ).record
                )
            elif self.should_process(f"Name: {cell.name}", "Remove variable"):
                self.session.remove_variable(cell.name, self.scope)


CMDLETS = (ClearVariable, GetVariable, NewVariable, RemoveVariable, SetVariable)
