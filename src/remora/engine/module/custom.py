"""A module as a custom object: its exported functions are methods, its exported variables properties."""

from __future__ import annotations

from remora.engine.compile import compile_text
from remora.engine.module.info import PSModuleInfo
from remora.engine.psobject import ScriptMethod, ScriptProperty
from remora.engine.scriptblock import ScriptBlock
from remora.values.objects import PSObject


def as_custom_object(module: PSModuleInfo) -> PSObject:
    """An object whose methods run in the module, and whose properties are the module's variables."""
    made = PSObject.custom()
    members = made.extended
    for info in module.exports.functions.values():
        members[info.name] = ScriptMethod(info.block)
        context = info.block.context
        for cell in module.exports.variables.values():
            getter = ScriptBlock(compile_text(f"${{script:{cell.name}}}"), context, module.session)
            setter = ScriptBlock(compile_text(f"${{script:{cell.name}}} = $args[0]"), context, module.session)
            members[cell.name] = ScriptProperty(getter, setter)
    for cell in module.exports.variables.values():
        members.setdefault(cell.name, cell.value)
    return made
