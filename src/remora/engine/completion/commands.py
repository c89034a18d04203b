"""Names of commands."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from remora.engine.completion.results import CompletionResult, begins

if TYPE_CHECKING:
    from remora.engine.completion.scan import Word
    from remora.engine.context import EngineContext

_MIN_PROGRAM = 1


def complete(context: EngineContext, word: Word) -> list[CompletionResult]:
    """Cmdlets, functions and aliases that begin with the word, then programs."""
    text = word.content
    if "/" in text or "\\" in text or text.startswith(("~", ".")):
        return []
    named = {name.lower(): name for name in names(context) if begins(name, text)}
    found = [CompletionResult(named[key], named[key], "Command", named[key]) for key in sorted(named)]
    if len(text) >= _MIN_PROGRAM:
        found += [CompletionResult(n, n, "Command", n) for n in programs(text) if n.lower() not in named]
    return found


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
