"""Importing a module because one of its commands is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remora.engine.errors import PSError
from remora.engine.module.analysis import module_exporting
from remora.engine.module.exports import ImportRequest
from remora.engine.module.loading import ModuleLoader
from remora.engine.module.specification import ModuleSpecification
from remora.engine.pipes import Pipes

if TYPE_CHECKING:
    from remora.engine.context import EngineContext
    from remora.engine.scopes import Scope


def import_for(context: EngineContext, scope: Scope, command: str, module: str = "") -> bool:
    """Import, into the session's own state, the named module or the first that exports the command.

    False: there is none, or it could not be loaded.
    """
    path = module or module_exporting(context, command)
    if path is None or not context.frames:
        return False
    frame = context.active_frame()
    hidden, frame.scope = frame.scope, context.global_scope
    problems: list[PSError] = []
    try:
        loader = ModuleLoader(
            frame,
            Pipes(context, scope, frame.sinks),
            context.global_scope.session,
            ImportRequest(check_names=False),
            report=problems.append,
        )
        return loader.load(ModuleSpecification(path)) is not None
    except PSError:
        return False
    finally:
        frame.scope = hidden
