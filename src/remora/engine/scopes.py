"""Scopes: chains of variable cells, with functions and aliases beside them. Names are folded (lower case) everywhere
below here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from remora.engine.errors import error

if TYPE_CHECKING:
    from remora.engine.commands import AliasInfo, FunctionInfo
    from remora.engine.frame import CallInfo
    from remora.engine.module.info import PSModuleInfo
    from remora.engine.types.typeref import TypeRef
    from remora.engine.types.visible import Ambiguous

WATCHED: Final[dict[str, Callable[[str, Any], Cell]]] = {}
"""What makes the variables of names that a debugger watches, by folded name."""
READ_ONLY: Final = 1
CONSTANT: Final = 2
PRIVATE: Final = 4
ALL_SCOPE: Final = 8


class Cell:
    """One variable. ``value`` may be read and written directly while ``guarded`` is False; otherwise write through
    ``assign``.

    converters: functions value -> value run on each assignment (type constraint, validators), in order.
    """

    __slots__ = ("converters", "description", "guarded", "name", "options", "type_name", "value", "visibility")

    def __init__(self, name: str, value: Any = None, options: int = 0) -> None:
        self.name = name
        self.value = value
        self.options = options
        self.converters: tuple[Callable[[Any], Any], ...] = ()
        self.description = ""
        self.visibility = "Public"
        self.type_name = ""
        self.guarded = bool(options & (READ_ONLY | CONSTANT))

    def assign(self, value: Any) -> None:
        """Write as a script does: refuse read-only cells, run the converters."""
        if self.options & (READ_ONLY | CONSTANT):
            raise not_writable(self.name)
        for converter in self.converters:
            value = converter(value)
        self.value = value

    def constrain(self, converters: tuple[Callable[[Any], Any], ...], type_name: str = "") -> None:
        """Attach converters that all later writes pass through."""
        self.converters = converters
        self.type_name = type_name
        self.guarded = True

    def set_options(self, options: int) -> None:
        self.options = options
        self.guarded = bool(options & (READ_ONLY | CONSTANT)) or bool(self.converters)


class ComputedCell(Cell):
    """A variable whose value the engine computes at each read ($?, $Error, $PWD ...)."""

    __slots__ = ("_read", "_write")

    def __init__(
        self, name: str, read: Callable[[], Any], write: Callable[[Any], None] | None = None, options: int = ALL_SCOPE
    ) -> None:
        self._read = read
        self._write = write
        super().__init__(name, None, options)
        self.guarded = True

    @property
    def value(self) -> Any:
        return self._read()

    @value.setter
    def value(self, value: Any) -> None:
        if self._write is not None:
            self._write(value)

    def assign(self, value: Any) -> None:
        if self._write is None:
            raise not_writable(self.name)
        self._write(value)


def not_writable(name: str) -> Exception:
    """The error of writing to a read-only or constant variable."""
    return error(
        f"Cannot overwrite variable {name} because it is read-only or constant.",
        "VariableNotWritable",
        "WriteError",
        name,
        type_name="System.Management.Automation.SessionStateUnauthorizedAccessException",
    )


class SessionScopes:
    """The scopes of one session state: the session's own, or those of a module.

    top: the outermost of them (global scope is around a module's). current: where a block of this session state runs
    when code of another one calls it; kept while such code runs. modules: what was imported here, by folded path or
    name. module: whose state it is; None for the session's own.
    """

    __slots__ = ("current", "module", "modules", "top")

    def __init__(self, top: Scope, module: PSModuleInfo | None = None) -> None:
        self.top = top
        self.current = top
        self.module = module
        self.modules: dict[str, PSModuleInfo] = {}

    @classmethod
    def below(cls, global_scope: Scope, module: PSModuleInfo | None) -> SessionScopes:
        """The session state of a new module."""
        top = Scope(global_scope, is_script=True)
        top.session = cls(top, module)
        return top.session


class Scope:
    """One level of the chain. is_script: the scope ``script:`` means from here inward. strict: strict mode major
    version or None. session: the session state it belongs to.
    """

    __slots__ = (
        "__weakref__",
        "aliases",
        "call",
        "functions",
        "is_script",
        "parent",
        "session",
        "strict",
        "types",
        "vars",
    )

    def __init__(self, parent: Scope | None, *, is_script: bool = False) -> None:
        self.vars: dict[str, Cell] = {}
        self.parent = parent
        self.is_script = is_script
        self.session: SessionScopes = SessionScopes(self) if parent is None else parent.session
        self.functions: dict[str, FunctionInfo] | None = None
        self.aliases: dict[str, AliasInfo] | None = None
        self.strict: int | None = None
        self.types: dict[str, TypeRef | Ambiguous] | None = None
        self.call: CallInfo | None = None

    def lookup(self, name: str) -> Cell | None:
        """The cell visible under the folded name: own scope, then outward past private cells."""
        cell = self.vars.get(name)
        if cell is not None:
            return cell
        scope = self.parent
        while scope is not None:
            cell = scope.vars.get(name)
            if cell is not None and not cell.options & PRIVATE:
                return cell
            scope = scope.parent
        return None

    def get(self, name: str, default: Any = None) -> Any:
        """The value visible under the folded name, else the default."""
        cell = self.lookup(name)
        return default if cell is None else cell.value

    def set(self, name: str, value: Any) -> None:
        """Plain assignment in this scope: the own cell, an AllScope cell of an outer scope, or a new cell."""
        folded = name.lower()
        cell = self.vars.get(folded)
        if cell is None:
            cell = self._outer_shared(folded)
            if cell is None:
                self.vars[folded] = WATCHED[folded](name, value) if folded in WATCHED else Cell(name, value)
                return
        if cell.guarded:
            cell.assign(value)
        else:
            cell.value = value

    def _outer_shared(self, folded: str) -> Cell | None:
        scope = self.parent
        while scope is not None:
            cell = scope.vars.get(folded)
            if cell is not None:
                return cell if cell.options & (ALL_SCOPE | CONSTANT) else None
            scope = scope.parent
        return None

    def put(self, name: str, value: Any, options: int = 0) -> Cell:
        """Create or replace the own cell without asking (engine's own variables)."""
        cell = self.vars[name.lower()] = Cell(name, value, options)
        return cell

    def remove(self, name: str) -> bool:
        return self.vars.pop(name, None) is not None

    def chain(self) -> Iterator[Scope]:
        """This scope and those around it, inside out."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def global_scope(self) -> Scope:
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def script_scope(self) -> Scope:
        """The nearest script scope outward, else the global one."""
        scope = self
        while not scope.is_script and scope.parent is not None:
            scope = scope.parent
        return scope

    def numbered(self, number: int) -> Scope:
        """The scope ``number`` levels out (0: this one). Raises ArgumentOutOfRange when there are fewer."""
        scope: Scope | None = self
        for _ in range(number):
            scope = scope.parent if scope is not None else None
        if number < 0 or scope is None:
            raise error(
                f"The scope number '{number}' exceeds the number of active scopes.",
                "ArgumentOutOfRange",
                "InvalidArgument",
                number,
                type_name="System.Management.Automation.PSArgumentOutOfRangeException",
            )
        return scope

    def named(self, which: str) -> Scope:
        """The scope a -Scope argument names: global, script, local, private or a number."""
        folded = which.lower()
        if folded == "global":
            return self.global_scope()
        if folded == "script":
            return self.script_scope()
        if folded in ("local", "private"):
            return self
        if folded.removeprefix("-").isdecimal():
            return self.numbered(int(folded))
        raise error(
            f"The scope '{which}' is not valid.", "Argument", "InvalidArgument", which,
            type_name="System.Management.Automation.PSArgumentException",
        )  # fmt: skip
