"""What the module cmdlets share."""

from __future__ import annotations

from remora.engine.cmdlet import Cmdlet
from remora.engine.errors import PSError
from remora.engine.module.builtin import engine_modules
from remora.engine.module.info import PSModuleInfo

MODULE = "Microsoft.PowerShell.Core"
SPECIFICATIONS = "Microsoft.PowerShell.Commands.ModuleSpecification[]"


def report(command: Cmdlet, problem: PSError) -> None:
    """Write an error that a module's code raised; what it threw itself ends the command."""
    if problem.thrown:
        raise problem
    command.write_error(problem.record)


def loaded_modules(command: Cmdlet, *, everything: bool = False) -> list[PSModuleInfo]:
    """Modules of the session, by name: those imported into the current session state or the session's own.

    everything: nested modules too.
    """
    session = command.session
    context = session.context
    found: dict[str, PSModuleInfo] = {}
    tables = [context.modules] if everything else [session.scope.session.modules, context.global_scope.session.modules]
    for table in tables:
        found.update(table)
    for module in engine_modules(context).values():
        if not module.removed:
            found.setdefault(module.key, module)
        else:
            found.pop(module.key, None)
    return sorted(found.values(), key=lambda module: module.name.lower())
