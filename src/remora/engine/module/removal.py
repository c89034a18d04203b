"""Taking modules out of a session."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from remora.engine.invoke import run_block
from remora.engine.module.info import PSModuleInfo
from remora.engine.pipeline.processor import drop
from remora.engine.scopes import SessionScopes

if TYPE_CHECKING:
    from remora.engine.frame import Frame


def remove_module(frame: Frame, module: PSModuleInfo, say: Callable[[str], None]) -> None:
    """Run its OnRemove block, then take its members out of every session state, its nested modules with it."""
    context = frame.context
    if module.on_remove is not None:
        run_block(frame, module.on_remove, [module], drop)
    states = [context.global_scope.session, *(m.session for m in context.modules.values() if m.session is not None)]
    context.modules.pop(module.key, None)
    for state in states:
        if state is module.session:
            continue
        _withdraw(state, module, say)
        state.modules.pop(module.key, None)
        if state.module is not None:
            state.module.nested[:] = [one for one in state.module.nested if one is not module]
    for nested in list(module.nested):
        still = any(nested in other.nested for other in context.modules.values() if other is not module)
        if nested is not module and not still and nested.key not in context.global_scope.session.modules:
            remove_module(frame, nested, say)
    context.resolver.changed()


def _withdraw(state: SessionScopes, module: PSModuleInfo, say: Callable[[str], None]) -> None:
    top = state.top
    for folded, info in list((top.functions or {}).items()):
        if info.owner is module and info.imported:
            say(f'Removing the imported "{info.name}" function.')
            del (top.functions or {})[folded]
    for folded, alias in list((top.aliases or {}).items()):
        if alias.owner is module and alias.imported:
            say(f'Removing the imported "{alias.name}" alias.')
            del (top.aliases or {})[folded]
    for folded, cell in module.exports.variables.items():
        if top.vars.get(folded) is cell:
            say(f'Removing the imported "{cell.name}" variable.')
            del top.vars[folded]
