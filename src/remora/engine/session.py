"""SessionState: what a command may see and change of the session it runs in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar, cast

from remora.engine.commands import AliasInfo, CmdletInfo, CommandInfo, FunctionInfo
from remora.engine.drives import Drives, ResolvedPath
from remora.engine.scopes import ALL_SCOPE, PRIVATE, Cell, Scope

if TYPE_CHECKING:
    from remora.engine.context import EngineContext
    from remora.engine.jobs import JobHost
    from remora.engine.scriptblock import ScriptBlock
    from remora.engine.streams import EngineHost

Info = TypeVar("Info", bound=CommandInfo)


class SessionState:
    """A view of the session from one scope: variables, location, drives, aliases, functions, jobs, errors."""

    __slots__ = ("context", "scope")

    def __init__(self, context: EngineContext, scope: Scope) -> None:
        self.context = context
        self.scope = scope

    # -- variables -----------------------------------------------------------------------------------------------------

    def get_variable(self, name: str, default: Any = None, scope: str | None = None) -> Any:
        """Value by name (any case). scope: None walks outward; global, script, local or a number looks in that scope
        only.
        """
        cell = self.find_cell(name, scope)
        return default if cell is None else cell.value

    def find_cell(self, name: str, scope: str | None = None) -> Cell | None:
        folded = name.lower()
        if scope is None:
            return self.scope.lookup(folded)
        return self.scope.named(scope).vars.get(folded)

    def set_variable(self, name: str, value: Any, scope: str | None = None) -> None:
        """Assign as a script would; in the given scope or the current one."""
        (self.scope if scope is None else self.scope.named(scope)).set(name, value)

    def remove_variable(self, name: str, scope: str | None = None) -> bool:
        """Remove the visible variable; False when there is none."""
        folded = name.lower()
        if scope is not None:
            return self.scope.named(scope).remove(folded)
        return any(folded in level.vars and level.remove(folded) for level in self.scope.chain())

    def variables(self, scope: str | None = None) -> Iterator[Cell]:
        """All visible variables (inner ones hide outer ones), or those of one scope."""
        if scope is not None:
            yield from list(self.scope.named(scope).vars.values())
            return
        seen: set[str] = set()
        for level in self.scope.chain():
            for folded, cell in list(level.vars.items()):
                if folded not in seen and (level is self.scope or not cell.options & PRIVATE):
                    seen.add(folded)
                    yield cell

    # -- commands ------------------------------------------------------------------------------------------------------

    def find_command(self, name: str) -> CommandInfo | None:
        """What the name would run: alias, function, cmdlet, script or program; None when nothing."""
        return self.context.resolver.find(name, self.scope)

    def functions(self, scope: str | None = None) -> dict[str, FunctionInfo]:
        """Visible functions by folded name, or those of one scope."""
        out: dict[str, FunctionInfo] = {}
        for level in self.scope.chain() if scope is None else (self.scope.named(scope),):
            for folded, info in (level.functions or {}).items():
                out.setdefault(folded, info)
        return self._shown(out)

    def cmdlets(self) -> Iterator[CmdletInfo]:
        """The cmdlets that the running code sees."""
        for info in self.context.commands.all():
            shown = self.context.resolver.shown(info)
            if isinstance(shown, CmdletInfo):
                yield shown

    def _shown(self, table: dict[str, Info]) -> dict[str, Info]:
        """What the running code sees of commands."""
        if self.context.visibility is None:
            return table
        found = ((folded, self.context.resolver.shown(info)) for folded, info in table.items())
        return {folded: cast("Info", info) for folded, info in found if info is not None}

    def aliases(self, scope: str | None = None) -> dict[str, AliasInfo]:
        """Visible aliases by folded name, or those that one scope sees itself: its own and AllScope ones."""
        out: dict[str, AliasInfo] = {}
        wanted = self.scope if scope is None else self.scope.named(scope)
        for level in wanted.chain():
            for folded, info in (level.aliases or {}).items():
                if (level is wanted or scope is None or info.options & ALL_SCOPE) and not (
                    info.options & PRIVATE and level is not self.scope
                ):
                    out.setdefault(folded, info)
        return self._shown(out)

    def set_function(self, name: str, block: ScriptBlock, scope: str | None = None) -> FunctionInfo:
        level = self.scope if scope is None else self.scope.named(scope)
        if level.functions is None:
            level.functions = {}
        self.context.resolver.check_writable(level.functions.get(name.lower()))
        info = level.functions[name.lower()] = FunctionInfo(name, block)
        self.context.resolver.changed()
        return info

    def remove_function(self, name: str, scope: str | None = None) -> bool:
        """Remove the visible function, or that of one scope; False when there is none."""
        self.context.resolver.changed()
        levels = list(self.scope.chain()) if scope is None else [self.scope.named(scope)]
        for level in levels:
            self.context.resolver.check_writable((level.functions or {}).get(name.lower()))
        return any((level.functions or {}).pop(name.lower(), None) is not None for level in levels)

    def set_alias(self, info: AliasInfo, scope: str | None = None) -> None:
        level = self.scope if scope is None else self.scope.named(scope)
        if level.aliases is None:
            level.aliases = {}
        self.context.resolver.check_writable(level.aliases.get(info.name.lower()))
        level.aliases[info.name.lower()] = info
        self.context.resolver.changed()

    def remove_alias(self, name: str) -> bool:
        self.context.resolver.changed()
        return any((level.aliases or {}).pop(name.lower(), None) is not None for level in self.scope.chain())

    # -- places --------------------------------------------------------------------------------------------------------

    @property
    def drives(self) -> Drives:
        return self.context.drives

    @property
    def location(self) -> str:
        """Text of $PWD."""
        return self.context.drives.location

    @property
    def file_location(self) -> str:
        """Directory that relative file paths start from."""
        return self.context.drives.file_location

    def resolve_path(self, text: str) -> ResolvedPath:
        """Drive and absolute path of a path text; no globbing. Raises PSError DriveNotFound."""
        return self.context.drives.resolve(text)

    def file_path(self, text: str) -> str:
        """Absolute file system path of a path text."""
        return self.context.drives.resolve(text).path

    # -- the rest ------------------------------------------------------------------------------------------------------

    @property
    def host(self) -> EngineHost:
        return self.context.host

    @property
    def job_host(self) -> JobHost | None:
        """Who runs background jobs; None where there can be none."""
        return self.context.job_host

    @property
    def jobs(self) -> list[Any]:
        """The job table of the session (objects of the jobs cmdlets), oldest first."""
        return self.context.jobs

    @property
    def errors(self) -> list[Any]:
        """$Error: newest first."""
        return self.context.errors

    @property
    def store(self) -> dict[str, Any]:
        """Per-session state of cmdlet families (history, transcripts, modules ...), by family name."""
        return self.context.store

    @property
    def output_width(self) -> int:
        """Columns the formatter may use."""
        return self.context.host.get_buffer_size()[0]
