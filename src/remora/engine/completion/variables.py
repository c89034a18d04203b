"""Names of variables: ``$name``, ``$scope:name``, ``${name}``, ``@name``."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from remora.engine.completion.results import CompletionResult, begins
from remora.engine.types.registry import type_of
from remora.engine.types.typeref import type_ref

if TYPE_CHECKING:
    from remora.engine.completion.scan import Place
    from remora.engine.context import EngineContext
    from remora.engine.scopes import Cell, Scope

_SCOPES: Final = ("env", "function", "global", "local", "private", "script", "using", "variable", "alias")
_NAMED: Final = re.compile(
    r"(?:\[(?P<type>[\w.]+)\]\s*(?:\[[^\]\n]*\]\s*)*)?\$(?:\w+:)?(?P<name>\w+)\b|\bdata\s+(?P<data>\w+)", re.IGNORECASE
)
_PLAIN: Final = frozenset("_?^$")


def complete(context: EngineContext, place: Place) -> list[CompletionResult]:
    """All that may follow the sign: variables of the session, and those that the text before names."""
    word = place.word
    sign, rest = word.text[0], word.text[1:]
    braced, rest = rest.startswith("{"), rest.lstrip("{")
    prefix, colon, name = rest.rpartition(":")
    scope = context.active_frame().scope
    if colon and prefix.lower() in ("env", "function", "alias"):
        found = dict.fromkeys(_drive_names(context, scope, prefix.lower()), "")
    else:
        found = _variables(scope, place)
    shown = sorted((n for n in found if begins(n, name)), key=str.lower)
    out = [_result(sign, f"{prefix}{colon}", n, found[n], braced=braced) for n in shown]
    if not colon and sign == "$":
        drives = [s for s in _SCOPES if s.startswith(rest.lower()) and rest]
        out += [CompletionResult(f"${drive}:", f"{drive}:", "Variable") for drive in drives]
    return out


def _result(sign: str, prefix: str, name: str, tip: str, *, braced: bool) -> CompletionResult:
    plain = all(c.isalnum() or c in "_?" for c in name) or name in _PLAIN
    text = f"{sign}{prefix}{name}" if plain and not braced else f"{sign}{{{prefix}{name}}}"
    return CompletionResult(text, name, "Variable", tip or name)


def _variables(scope: Scope, place: Place) -> dict[str, str]:
    """Names, each with what is told of it: its value's type and its description."""
    found: dict[str, tuple[str, str]] = {"_": ("_", "_")}
    for level in scope.chain():
        for folded, cell in level.vars.items():
            found.setdefault(folded, (cell.name, _tip(cell)))
    for match in _NAMED.finditer(place.text, 0, place.word.start):
        name = match["name"] or match["data"]
        found.setdefault(name.lower(), (name, f"[{match['type']}]${name}" if match["type"] else name))
    return dict(found.values())


def _tip(cell: Cell) -> str:
    value = cell.value
    kind = "" if value is None else type_ref(type_of(value)).net_text()
    text = f"[{kind}]${cell.name}" if kind else cell.name
    return f"{text} - {cell.description}" if cell.description else text


def _drive_names(context: EngineContext, scope: Scope, drive: str) -> list[str]:
    if drive == "env":
        return list(os.environ)
    if drive == "function":
        return [info.name for level in scope.chain() for info in (level.functions or {}).values()]
    return [alias for alias, _target in context.commands.aliases.values()]
