"""What a module exports, and taking it over into a session state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from remora.engine.commands import AliasInfo, FunctionInfo
from remora.engine.module.builtin import EngineModule
from remora.engine.module.info import PSModuleInfo
from remora.engine.scopes import ALL_SCOPE, Cell, Scope, SessionScopes
from remora.engine.wildcard import like

if TYPE_CHECKING:
    from remora.engine.context import EngineContext

Patterns = Sequence[str] | None
EVERYTHING: Final = ("*",)
_OWN_VARIABLES: Final = frozenset(("psdefaultparametervalues", "_", "this", "input", "args"))


def _quiet(text: str) -> None:
    """Say nothing."""


def matches(name: str, patterns: Patterns, default: bool = False) -> bool:
    """Tell whether one of the wildcards takes the name; without any: the default."""
    return default if patterns is None else any(like(name, pattern) for pattern in patterns)


def export_members(
    module: PSModuleInfo,
    *,
    functions: Patterns = None,
    cmdlets: Patterns = None,
    aliases: Patterns = None,
    variables: Patterns = None,
    say: Callable[[str], None] = _quiet,
) -> None:
    """Add members of the module's outermost scope to its exports; from now on only what was named is exported."""
    session = module.session
    assert session is not None
    module.exported = True
    top, exports = session.top, module.exports
    if functions is not None:
        for folded, info in sorted((top.functions or {}).items()):
            if not info.options & ALL_SCOPE and matches(info.name, functions):
                say(f"Exporting function '{info.name}'.")
                exports.functions[folded] = info
    if cmdlets is not None:
        for nested in module.nested:
            for folded, cmdlet in nested.exports.cmdlets.items():
                if matches(cmdlet.name, cmdlets):
                    say(f"Exporting cmdlet '{cmdlet.name}'.")
                    exports.cmdlets[folded] = cmdlet
    if variables is not None:
        for folded, cell in sorted(top.vars.items()):
            if folded not in _OWN_VARIABLES and not cell.options & ALL_SCOPE and matches(cell.name, variables):
                say(f"Exporting variable '{cell.name}'.")
                exports.variables[folded] = cell
    if aliases is not None:
        for folded, alias in sorted((top.aliases or {}).items()):
            if not alias.options & ALL_SCOPE and matches(alias.name, aliases):
                say(f"Exporting alias '{alias.name}'.")
                exports.aliases[folded] = alias


def restrict_exports(
    module: PSModuleInfo, functions: Patterns, cmdlets: Patterns, aliases: Patterns, variables: Patterns
) -> None:
    """Keep only what a manifest's lists name; a missing list keeps all."""
    exports = module.exports
    for table, patterns in (
        (exports.functions, functions),
        (exports.cmdlets, cmdlets),
        (exports.aliases, aliases),
        (exports.variables, variables),
    ):
        for folded in [name for name, item in table.items() if not matches(item.name, patterns, True)]:
            del table[folded]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """How a module's members are taken over. None for all four lists: everything exported.

    local: into the current scope instead of the session state's outermost one.
    """

    functions: Patterns = None
    cmdlets: Patterns = None
    variables: Patterns = None
    aliases: Patterns = None
    prefix: str = ""
    no_clobber: bool = False
    local: bool = False
    check_names: bool = True

    @property
    def everything(self) -> bool:
        return self.functions is None and self.cmdlets is None and self.variables is None and self.aliases is None


def with_prefix(name: str, prefix: str) -> str:
    """``Get-Thing`` with the prefix before its noun; a name without a dash gets it in front."""
    if not prefix:
        return name
    verb, dash, noun = name.partition("-")
    return f"{verb}-{prefix}{noun}" if dash else prefix + name


class Importer:
    """Takes over the members of one module. target: the session state that gets them. scope: of the importing code."""

    def __init__(
        self,
        context: EngineContext,
        target: SessionScopes,
        scope: Scope,
        request: ImportRequest,
        *,
        say: Callable[[str], None] = _quiet,
        warn: Callable[[str], None] = _quiet,
    ) -> None:
        self._context = context
        self._target = target
        self._into = scope if request.local else target.top
        self._request = request
        self._say = say
        self._warn = warn
        self._renamed: dict[str, str] = {}

    def run(self, module: PSModuleInfo, prefix: str) -> None:
        """Import; the session state's module gets it as a nested one."""
        owner = self._target.module
        if owner is not None and module is not owner and all(known is not module for known in owner.nested):
            owner.nested.append(module)
        request, everything = self._request, self._request.everything
        if isinstance(module, EngineModule):
            module.removed = False
            if not prefix:
                return
        for cmdlet in list(module.exports.cmdlets.values()):
            if prefix and matches(cmdlet.name, request.cmdlets, everything):
                self._cmdlet_alias(cmdlet.name, module, prefix)
        for info in list(module.exports.functions.values()):
            if matches(info.name, request.functions, everything):
                self._function(info, module, prefix)
        for cell in list(module.exports.variables.values()):
            if matches(cell.name, request.variables, everything):
                self._variable(cell)
        for alias in list(module.exports.aliases.values()):
            if matches(alias.name, request.aliases, everything):
                self._alias(alias, module, prefix)
        if request.check_names:
            self._check_names(module)
        self._context.resolver.changed()

    def _taken(self, kind: str, name: str, known: Any) -> bool:
        if not self._request.no_clobber or known is None:
            return False
        self._say(
            f"The {kind} '{name}' was not imported because there is a member with the same name in the current scope."
        )
        return True

    def _function(self, info: FunctionInfo, module: PSModuleInfo, prefix: str) -> None:
        name = with_prefix(info.name, prefix)
        into = self._into
        if self._taken(
            "function", info.name, self._context.resolver.find(name, into) if self._request.no_clobber else None
        ):
            return
        if into.functions is None:
            into.functions = {}
        copy = FunctionInfo(
            name, info.block, is_filter=info.command_type == "Filter", module=module.name, options=info.options
        )
        copy.owner, copy.version, copy.description, copy.prefix = module, module.version, info.description, prefix
        copy.imported = True
        into.functions[name.lower()] = copy
        if prefix:
            self._renamed[info.name.lower()] = name
        self._say(f"Importing function '{name}'.")

    def _variable(self, cell: Cell) -> None:
        into, folded = self._into, cell.name.lower()
        if self._taken("variable", cell.name, into.vars.get(folded)):
            return
        into.vars[folded] = cell
        self._say(f"Importing variable '{cell.name}'.")

    def _alias(self, alias: AliasInfo, module: PSModuleInfo, prefix: str) -> None:
        name = with_prefix(alias.name, prefix)
        into = self._into
        if self._taken("alias", name, self._context.resolver.find(name, into) if self._request.no_clobber else None):
            return
        if into.aliases is None:
            into.aliases = {}
        target = self._renamed.get(alias.target.lower(), alias.target)
        copy = AliasInfo(name, target, description=alias.description, options=alias.options, module=module.name)
        copy.owner, copy.version, copy.prefix, copy.imported = module, module.version, prefix, True
        into.aliases[name.lower()] = copy
        self._say(f"Importing alias '{name}'.")

    def _cmdlet_alias(self, name: str, module: PSModuleInfo, prefix: str) -> None:
        """A cmdlet under a prefixed name is an alias of it here."""
        into = self._into
        if into.aliases is None:
            into.aliases = {}
        renamed = with_prefix(name, prefix)
        copy = AliasInfo(renamed, name, module=module.name)
        copy.owner, copy.imported = module, True
        into.aliases[renamed.lower()] = copy
        self._say(f"Importing cmdlet '{renamed}'.")

    def _check_names(self, module: PSModuleInfo) -> None:
        from remora.engine.module.names import odd_noun, odd_verb

        names = [info.name for info in module.exports.functions.values()]
        if self._request.functions is not None:
            names = [name for name in names if matches(name, self._request.functions)]
        names = [name for name in names if "-" in name]
        strange = [name for name in names if odd_verb(name)]
        if strange:
            self._warn(
                f"The names of some imported commands from the module '{module.name}' include unapproved verbs that "
                "might make them less discoverable. To find the commands with unapproved verbs, run the Import-Module "
                "command again with the Verbose parameter. For a list of approved verbs, type Get-Verb."
            )
        for name in strange:
            self._say(
                f"The '{name}' command in the {module.name}' module was imported, but because its name does not "
                "include an approved verb, it might be difficult to find. For a list of approved verbs, type Get-Verb."
            )
        if any(odd_noun(name) for name in names):
            self._warn(
                "Some imported command names contain one or more of the following restricted characters: "
                "# , ( ) {{ }} [ ] & - / \\ $ ^ ; : \" ' < > | ? @ ` * % + = ~"
            )
