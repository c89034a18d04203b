"""Which commands a session shows its users, and what they may give to them."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from remora.engine.commands import AliasInfo, ApplicationInfo, CmdletInfo, CommandInfo, FunctionInfo, ScriptInfo
from remora.engine.wildcard import like

if TYPE_CHECKING:
    from remora.engine.binding.metadata import CommandMetadata, ParameterMeta


@dataclass(frozen=True, slots=True)
class VisibleParameter:
    """A parameter that users may give. validate_set and validate_pattern: what its values must be."""

    name: str
    validate_set: tuple[str, ...] = ()
    validate_pattern: str = ""


@dataclass(frozen=True, slots=True)
class VisibleCommand:
    """A command that users may call, by name or pattern. parameters: those they may give; empty: all."""

    name: str
    parameters: tuple[VisibleParameter, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """What users see of each kind of command. None: everything of that kind."""

    cmdlets: tuple[VisibleCommand, ...] | None = None
    functions: tuple[VisibleCommand, ...] | None = None
    external: tuple[str, ...] | None = None
    aliases: tuple[str, ...] | None = None

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
        for one in wanted:
            if _names(one.name, info):
                return _limited(info, one) if one.parameters else info
        return None


def _names(pattern: str, info: CommandInfo) -> bool:
    module, _, bare = pattern.rpartition("\\")
    if module and not like(info.module, module):
        return False
    path = getattr(info, "path", "")
    return like(info.name, bare) or (bool(path) and "/" in pattern and like(path, pattern))


def _limited(info: CommandInfo, visible: VisibleCommand) -> CommandInfo:
    """A command of the same kind that takes the visible parameters only."""
    metadata = info.metadata()
    if metadata is None:
        return info
    if isinstance(info, CmdletInfo):
        made: CommandInfo = CmdletInfo(info.cls)
    elif isinstance(info, FunctionInfo):
        made = FunctionInfo(info.name, info.block, module=info.module)
    else:
        return info
    made._metadata = made.limited = _restricted(metadata, visible)
    return made


def _restricted(metadata: CommandMetadata, visible: VisibleCommand) -> CommandMetadata:
    from remora.engine.binding.metadata import CommandMetadata as Made

    wanted = {one.name.lower(): one for one in visible.parameters}
    chosen: dict[str, ParameterMeta] = {}
    for folded, parameter in metadata.parameters.items():
        spec = wanted.get(folded)
        if spec is not None:
            allowed = chosen[folded] = copy(parameter)
            allowed.validators = (*parameter.validators, *_validators(spec))
    return Made(
        chosen,
        metadata.default_set,
        metadata.advanced,
        metadata.should_process,
        metadata.output_type,
        confirm_impact=metadata.confirm_impact,
        paging=metadata.paging,
    )


def _validators(spec: VisibleParameter) -> list[Any]:
    from remora.engine.validators import ValidatePattern, ValidateSet

    out: list[Any] = []
    if spec.validate_set:
        out.append(ValidateSet(*spec.validate_set))
    if spec.validate_pattern:
        out.append(ValidatePattern(spec.validate_pattern))
    return out
