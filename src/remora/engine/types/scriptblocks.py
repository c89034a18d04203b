"""Members of script blocks beyond the plain ones: calls with a context of their own, steppable pipelines, metadata."""

from __future__ import annotations

from typing import Any

from remora.engine.convert.text import to_text
from remora.engine.enumeration import items_of
from remora.engine.errors import PSError, error
from remora.engine.nothing import collected
from remora.engine.scopes import Scope
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import unwrap
from remora.values.collections import GenericList
from remora.values.tables import Hashtable

_M = "System.Management.Automation."


def _invoke(block: ScriptBlock, *arguments: Any) -> GenericList:
    return GenericList(_outcome(block, arguments), _M + "PSObject")


def _invoke_as_is(block: ScriptBlock, *arguments: Any) -> Any:
    return collected(_outcome(block, arguments))


def _outcome(block: ScriptBlock, arguments: tuple[Any, ...]) -> list[Any]:
    """The output; an error that ends the block is what the method throws."""
    try:
        return block.invoke(*arguments)
    except PSError as problem:
        if problem.thrown and not problem.wrapper and problem.record.error_id != "CallDepthOverflow":
            from remora.engine.hosting.powershell import outer_record

            raise PSError(outer_record(problem)) from None
        raise


def _invoke_with_context(block: ScriptBlock, functions: Any, variables: Any, *arguments: Any) -> GenericList:
    """InvokeWithContext(functions, variables, args)."""
    from remora.engine.commands import FunctionInfo
    from remora.engine.frame import Frame
    from remora.engine.invoke import home_scope, run_block

    outer = block.context.active_frame()
    scope = Scope(home_scope(outer, block))
    scope.functions = {}
    table = unwrap(functions)
    for name, body in table.items() if isinstance(table, (Hashtable, dict)) else ():
        if not isinstance(unwrap(body), ScriptBlock):
            raise error(
                f"The function definition '{to_text(name)}' must be a script block.",
                "EmptyFunctionNameInFunctionDefinitionDictionary"
                if not to_text(name)
                else "NullFunctionBodyInFunctionDefinitionDictionary",
                "InvalidOperation",
                type_name=_M + "PSInvalidOperationException",
            )
        scope.functions[to_text(name).lower()] = FunctionInfo(to_text(name), unwrap(body))
    under: Any = None
    for variable in items_of(variables) if variables is not None else ():
        inner = unwrap(variable)
        cell = getattr(inner, "cell", None)
        if cell is None:
            raise error("A variable is needed.", "Argument", "InvalidArgument", variable)
        if cell.name.lower() == "_":
            under = cell.value
        scope.vars[cell.name.lower()] = cell
    out: list[Any] = []
    flat = [item for one in arguments for item in (one if isinstance(one, list) else [one])]
    frame = Frame(outer.context, scope, out.append, outer.sinks)
    inside = ScriptBlock(block.code, block.context, scope.session)
    block.context.resolver.changed()
    run_block(frame, inside, flat, out.append, dollar_under=under)
    block.context.resolver.changed()
    return GenericList(out, _M + "PSObject")


def _steppable(block: ScriptBlock, origin: Any = None, arguments: Any = None) -> Any:
    from remora.engine.pipeline.steppable import steppable

    return steppable(block, list(items_of(arguments)) if arguments is not None else [])


def _powershell(block: ScriptBlock, *arguments: Any) -> Any:
    """GetPowerShell: the block's one pipeline as a [powershell] with the arguments evaluated."""
    from remora.engine.hosting.powershell_type import from_block

    return from_block(block, arguments)


def _attributes(block: ScriptBlock) -> list[Any]:
    from remora.engine.binding.attributes import make_attribute

    node = block.code.node.params
    frame = block.context.active_frame()
    return [make_attribute(frame, attribute) for attribute in node.attributes] if node is not None else []


def declare() -> None:
    """Put the members into the type's table."""
    k = ScriptBlock.net_type
    for name in ("invoke", "invokereturnasis"):
        k.members.pop(name, None)
    k.method("Invoke(*object)")(_invoke)
    k.method("InvokeReturnAsIs(*object)")(_invoke_as_is)
    k.method("InvokeWithContext(object, object)", "InvokeWithContext(object, object, *object)")(_invoke_with_context)
    k.method("GetSteppablePipeline()", "GetSteppablePipeline(object)", "GetSteppablePipeline(object, object)")(
        _steppable
    )
    k.method("GetPowerShell(*object)")(_powershell)
    k.property("Attributes", wire=False)(_attributes)
    k.property("Id", "System.Guid", wire=False)(lambda b: None)
    k.property("DebuggerHidden", "System.Boolean", wire=False)(lambda b: False)
    k.property("IsConfiguration", "System.Boolean", wire=False)(lambda b: False)
