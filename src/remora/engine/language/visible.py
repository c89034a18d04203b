"""Which commands a session shows its users, and what they may give to them."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from re import escape
from typing import TYPE_CHECKING, Any

from remora.engine.commands import AliasInfo, ApplicationInfo, CmdletInfo, CommandInfo, FunctionInfo, ScriptInfo
from remora.engine.wildcard import like

if TYPE_CHECKING:
    from remora.engine.binding.metadata import CommandMetadata, ParameterMeta


@dataclass(frozen=True, slots=True)
class VisibleParameter:
    """A parameter that users may give. validate_set and validate_pattern: what its values must be. longest: characters
    of a value, most: how many values; 0 for any.
    """

    name: str
    validate_set: tuple[str, ...] = ()
    validate_pattern: str = ""
    longest: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class VisibleCommand:
    """A command that users may call, by name or pattern. parameters: those they may give; empty: all, unless none.

    Common parameters may always be given.
    """

    name: str
    parameters: tuple[VisibleParameter, ...] = ()
    none: bool = False

    @property
    def limits(self) -> bool:
        return bool(self.parameters) or self.none


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """What users see of each kind of command. None: everything of that kind."""

    cmdlets: tuple[VisibleCommand, ...] | None = None
    functions: tuple[VisibleCommand, ...] | None = None
    external: tuple[str, ...] | None = None
    aliases: tuple[str, ...] | None = None
    providers: tuple[str, ...] | None = None

    def shows_provider(self, name: str) -> bool:
        """Tell whether users may use the drives of a provider."""
        return self.providers is None or any(like(name, one) for one in self.providers)

    def may_show(self, name: str) -> bool:
        """Tell whether a command of this name could be visible, of whatever kind it is."""
        bare = name.rpartition("\\")[2]
        for wanted in (self.cmdlets, self.functions):
            if wanted is None or any(like(bare, one.name.rpartition("\\")[2]) for one in wanted):
                return True
        return False

    def shown(self, info: CommandInfo) -> CommandInfo | None:
        """The command as users have it (with the parameters they may give), None when they do not see it."""
        if isinstance(info, AliasInfo):
            return info if self.aliases is None or any(like(info.name, one) for one in self.aliases) else None
        if isinstance(info, ScriptInfo) and not info.path:
            return info
        if isinstance(info, ApplicationInfo | ScriptInfo):
            known = self.external
            return info if known is None or any(_names(one, info) for one in known) else None
        wanted = self.cmdlets if isinstance(info, CmdletInfo) else self.functions
        if wanted is None:
            return info
        found = [one for one in wanted if _names(one.name, info)]
        if not found:
            return None
        return _limited(info, found) if all(one.limits for one in found) else info


def _names(pattern: str, info: CommandInfo) -> bool:
    module, _, bare = pattern.rpartition("\\")
    if module and not like(info.module, module):
        return False
    path = getattr(info, "path", "")
    return like(info.name, bare) or (bool(path) and "/" in pattern and like(path, pattern))


def _limited(info: CommandInfo, visible: list[VisibleCommand]) -> CommandInfo:
    """A command that takes the visible parameters only: those that any of its entries names. Of a cmdlet PowerShell
    makes a function with these parameters, and so it is called one.
    """
    metadata = info.metadata()
    if metadata is None:
        return info
    if isinstance(info, CmdletInfo):
        made: CommandInfo = CmdletInfo(info.cls)
        made.command_type = "Function"
    elif isinstance(info, FunctionInfo):
        made = FunctionInfo(info.name, info.block, module=info.module)
    else:
        return info
    made._metadata = made.limited = _restricted(metadata, visible)
    return made


def _restricted(metadata: CommandMetadata, visible: list[VisibleCommand]) -> CommandMetadata:
    from remora.engine.binding.metadata import CommandMetadata as Made

    chosen: dict[str, ParameterMeta] = {}
    for folded, parameter in metadata.parameters.items():
        specs = [one for command in visible for one in command.parameters if one.name.lower() == folded]
        if specs:
            allowed = chosen[folded] = copy(parameter)
            allowed.validators = (*parameter.validators, *_validators(_united(specs)))
        elif parameter.common:
            chosen[folded] = parameter
    return Made(
        chosen,
        metadata.default_set,
        metadata.advanced,
        metadata.should_process,
        metadata.output_type,
        confirm_impact=metadata.confirm_impact,
        paging=metadata.paging,
    )


def _united(specs: list[VisibleParameter]) -> VisibleParameter:
    """What any of several roles allows for a parameter."""
    first = specs[0]
    if len(specs) == 1:
        return first
    if any(not one.validate_set and not one.validate_pattern for one in specs):
        return VisibleParameter(first.name)
    values = tuple(dict.fromkeys(value for one in specs for value in one.validate_set))
    patterns = [f"(?:{one.validate_pattern})" for one in specs if one.validate_pattern]
    if not patterns:
        return VisibleParameter(first.name, values)
    return VisibleParameter(first.name, (), "|".join([*patterns, *(rf"^(?:{escape(value)})\z" for value in values)]))


def _validators(spec: VisibleParameter) -> list[Any]:
    from remora.engine.validators import ValidateCount, ValidateLength, ValidatePattern, ValidateSet

    out: list[Any] = []
    if spec.validate_set:
        out.append(ValidateSet(*spec.validate_set))
    if spec.validate_pattern:
        out.append(ValidatePattern(spec.validate_pattern))
    if spec.longest:
        out.append(ValidateLength(0, spec.longest))
    if spec.most:
        out.append(ValidateCount(0, spec.most))
    return out
