"""Makes what a session configuration defines: functions, aliases, variables, environment variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.engine.commands import AliasInfo, FunctionInfo
from remora.engine.compile.variables import set_environment
from remora.engine.convert.conversion import convert_to
from remora.engine.convert.text import to_text
from remora.engine.language.session_file import Table, listed
from remora.engine.scriptblock import ScriptBlock

if TYPE_CHECKING:
    from remora.engine.context import EngineContext
    from remora.engine.language.session_plan import SessionPlan

_OPTIONS = "System.Management.Automation.ScopedItemOptions"


def define(context: EngineContext, plan: SessionPlan) -> None:
    """Define everything in the global scope, as the session's own code. Raises PSError for what does not parse."""
    scope = context.global_scope
    scope.functions = {} if scope.functions is None else scope.functions
    scope.aliases = {} if scope.aliases is None else scope.aliases
    for name, value in plan.environment.items():
        set_environment(name, value)
    for one in plan.functions:
        name = to_text(one["name"])
        block = context.make_block(_text(one["scriptblock"]))
        scope.functions[name.lower()] = FunctionInfo(name, block, options=_options(one))
    for one in plan.aliases:
        name = to_text(one["name"])
        made = AliasInfo(
            name, to_text(one["value"]), description=to_text(one.get("description") or ""), options=_options(one)
        )
        scope.aliases[name.lower()] = made
    for one in plan.variables:
        scope.put(to_text(one["name"]), _value(context, one["value"]), _options(one))
    context.resolver.changed()


def _text(block: Any) -> str:
    return block.text if isinstance(block, ScriptBlock) else to_text(block)


def _value(context: EngineContext, value: Any) -> Any:
    """The value of a variable; a script block is run for it."""
    if not isinstance(value, ScriptBlock):
        return value
    found = listed(context.make_block(value.text).invoke())
    return found[0] if len(found) == 1 else found


def _options(table: Table) -> int:
    return int(convert_to(table.get("options") or 0, _OPTIONS))
