"""$PSDefaultParameterValues: ``Command:Parameter`` -> value, with wildcards, script blocks and the Disabled key."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from remora.engine.binding.metadata import CommandMetadata, ParameterMeta
from remora.engine.convert.truth import is_true
from remora.engine.nothing import NOTHING, collected
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import unwrap
from remora.engine.wildcard import has_wildcard, like
from remora.values.tables import Hashtable

if TYPE_CHECKING:
    from remora.engine.commands import CommandInfo

Pairs = dict[ParameterMeta, Any]


def default_values(
    table: Any, info: CommandInfo, metadata: CommandMetadata, warn: Callable[[str], None]
) -> list[tuple[ParameterMeta, Any]]:
    """(parameter, value) pairs that apply to the command; doubtful entries are warned about and left out."""
    table = unwrap(table)
    if not isinstance(table, (Hashtable, dict)):
        return []
    plain: list[tuple[str, str, Any]] = []
    patterns: list[tuple[str, str, Any]] = []
    for key, value in list(table.items()):
        parts = split_key(key) if isinstance(key, str) else None
        if parts is not None:
            (patterns if has_wildcard(key) else plain).append((*parts, value))
        elif isinstance(key, str) and key.strip().lower() == "disabled":
            if is_true(value):
                return []
        elif isinstance(key, str):
            del table[key]
            warn(
                f"The key '{key}' does not have a valid format. For information about the correct format, see "
                "about_Parameters_Default_Values at https://go.microsoft.com/fwlink/?LinkId=228266."
            )
    found: Pairs = {}
    doubtful: set[ParameterMeta] = set()
    names = {info.name.lower(), *_aliases(info)}
    for command, parameter, value in plain:
        if command.lower() in names:
            _add(found, doubtful, metadata.find(parameter.lower()), parameter, value, warn)
    for command, parameter, value in patterns:
        if any(like(name, command) for name in names):
            _add_pattern(found, doubtful, metadata, parameter, value, warn)
    return [(p, made) for p, v in found.items() if p not in doubtful and (made := _evaluated(v)) is not NOTHING]


def split_key(key: str) -> tuple[str, str] | None:
    """Command and parameter name of a key, quotes taken off; None when it is not of that form."""
    command, separator, parameter = key.strip().rpartition(":")
    command, parameter = _unquoted(command.strip()), _unquoted(parameter.strip())
    return (command, parameter) if separator and command and parameter else None


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def _aliases(info: CommandInfo) -> set[str]:
    from remora.engine.context import current

    context = current()
    folded = info.name.lower()
    names = {alias for alias, (_, target) in context.commands.aliases.items() if target.lower() == folded}
    for scope in context.active_frame().scope.chain() if context.frames else ():
        names.update(a for a, known in (scope.aliases or {}).items() if known.target.lower() == folded)
    return names


def _add(
    found: Pairs,
    doubtful: set[ParameterMeta],
    parameter: ParameterMeta | None,
    name: str,
    value: Any,
    warn: Callable[[str], None],
) -> None:
    if parameter is None:
        return
    if parameter not in found:
        found[parameter] = value
    elif found[parameter] is not value and found[parameter] != value:
        doubtful.add(parameter)
        warn(
            "Multiple different default values are defined in $PSDefaultParameterValues for the parameter matching the "
            f"following name or alias: {name}. These defaults have been ignored."
        )


def _add_pattern(
    found: Pairs,
    doubtful: set[ParameterMeta],
    metadata: CommandMetadata,
    name: str,
    value: Any,
    warn: Callable[[str], None],
) -> None:
    if not has_wildcard(name):
        _add(found, doubtful, metadata.find(name.lower()), name, value, warn)
        return
    hits = [p for p in metadata.all() if any(like(known, name) for known in (p.name, *p.aliases))]
    if len(hits) > 1:
        warn(
            "The following name or alias defined in $PSDefaultParameterValues for this cmdlet resolves to multiple "
            f"parameters: {name}. The default has been ignored."
        )
    elif hits:
        _add(found, doubtful, hits[0], name, value, warn)


def _evaluated(value: Any) -> Any:
    """The value; a script block gives it."""
    return collected(value.invoke()) if isinstance(value, ScriptBlock) else value
