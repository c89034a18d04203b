"""Names of variables: ``$name``, ``$scope:name``, ``${name}``, ``@name``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from remora.engine.completion.results import CompletionResult, begins

if TYPE_CHECKING:
    from remora.engine.completion.scan import Word
    from remora.engine.context import EngineContext
    from remora.engine.scopes import Scope

_SCOPES: Final = ("env", "function", "global", "local", "private", "script", "using", "variable", "alias")
_PLAIN: Final = frozenset("_?^$")


def complete(context: EngineContext, word: Word) -> list[CompletionResult]:
    """All that may follow the sign."""
    sign, rest = word.text[0], word.text[1:].lstrip("{")
    prefix, colon, name = rest.rpartition(":")
    scope = context.active_frame().scope
    if colon and prefix.lower() in ("env", "function", "alias"):
        found = _drive_names(context, scope, prefix.lower())
    else:
        found = _variables(scope)
    shown = sorted((n for n in found if begins(n, name)), key=str.lower)
    out = [_result(sign, f"{prefix}{colon}", n) for n in shown]
    if not colon and sign == "$":
        drives = [s for s in _SCOPES if s.startswith(rest.lower()) and rest]
        out += [CompletionResult(f"${drive}:", f"{drive}:", "Variable") for drive in drives]
    return out


def _result(sign: str, prefix: str, name: str) -> CompletionResult:
    plain = all(c.isalnum() or c in "_?" for c in name) or name in _PLAIN
    text = f"{sign}{prefix}{name}" if plain else f"{sign}{{{prefix}{name}}}"
    return CompletionResult(text, prefix + name, "Variable", prefix + name)


def _variables(scope: Scope) -> list[str]:
    found: dict[str, str] = {"_": "_"}
    for level in scope.chain():
        for folded, cell in level.vars.items():
            found.setdefault(folded, cell.name)
    return list(found.values())


def _drive_names(context: EngineContext, scope: Scope, drive: str) -> list[str]:
    if drive == "env":
        return list(os.environ)
    if drive == "function":
        return [info.name for level in scope.chain() for info in (level.functions or {}).values()]
    return [alias for alias, _target in context.commands.aliases.values()]
