"""Names of commands."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from remora.engine.completion.results import CompletionResult, begins
from remora.engine.module.builtin import engine_module

if TYPE_CHECKING:
    from remora.engine.completion.scan import Word
    from remora.engine.context import EngineContext

_MIN_PROGRAM = 1


def complete(context: EngineContext, word: Word) -> list[CompletionResult]:
    """Cmdlets, functions and aliases that begin with the word, then programs."""
    text = word.content
    module, qualified, name = text.partition("\\")
    if qualified and "/" not in text and (owner := engine_module(context, module)) is not None:
        return _qualified(context, owner.name, name)
    if "/" in text or qualified or text.startswith(("~", ".")):
        return []
    named = {name.lower(): name for name in names(context) if begins(name, text)}
    found = [CompletionResult(named[key], named[key], "Command", named[key]) for key in sorted(named)]
    if len(text) >= _MIN_PROGRAM:
        found += [CompletionResult(n, n, "Command", n) for n in programs(text) if n.lower() not in named]
    return found


def _qualified(context: EngineContext, module: str, text: str) -> list[CompletionResult]:
    """``Module\\Name``: the cmdlets of one of the engine's modules."""
    out = []
    for name in sorted(context.commands.names(), key=str.lower):
        if begins(name, text) and (info := context.commands.find(name)) is not None and info.module == module:
            full = f"{module}\\{info.name}"
            out.append(CompletionResult(full, info.name, "Command", full))
    return out


def names(context: EngineContext) -> list[str]:
    """Every command of the session but programs and script files."""
    scope = context.active_frame().scope
    out = [*context.commands.names(), *(alias for alias, _target in context.commands.aliases.values())]
    for level in scope.chain():
        out += [info.name for info in (level.functions or {}).values()]
        out += [info.name for info in (level.aliases or {}).values()]
    return out


def programs(text: str) -> list[str]:
    """Programs on PATH whose names begin with a text."""
    found: set[str] = set()
    for directory in os.environ.get("PATH", "").split(os.pathsep):
        try:
            with os.scandir(directory or ".") as entries:
                found.update(e.name for e in entries if e.name.startswith(text) and os.access(e.path, os.X_OK))
        except OSError:
            continue
    return sorted(found)
