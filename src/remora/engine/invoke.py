"""Ways to run code from inside: blocks for items, blocks as calls, text, other commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from remora.engine.arguments import Argument
from remora.engine.commands import ScriptInfo
from remora.engine.errors import ReturnSignal
from remora.engine.frame import CallInfo, Frame
from remora.engine.invocation import InvocationInfo
from remora.engine.nothing import NOTHING, collected
from remora.engine.pipeline.blocks import BlockProcessor
from remora.engine.pipeline.processor import Processor
from remora.engine.pipeline.run import Call, CommandCode, feed, make_processor
from remora.engine.pipes import Pipes
from remora.engine.scopes import Cell, Scope
from remora.engine.scriptblock import ScriptBlock

Emit = Callable[[Any], None]


def _no_arguments(f: Frame) -> list[Argument]:
    return []


def item_runner(f: Frame, block: ScriptBlock, emit: Emit, pipes: Pipes) -> Callable[[Any], None]:
    """``run(item)``: the block's body in the caller's scope with ``$_`` (trap 61); a block with parameters is called instead."""
    code = block.code
    if not code.is_simple_body:
        return lambda item: run_block(f, block, [], emit, pipes, new_scope=False, dollar_under=item)
    if code.end is None:
        return lambda item: None
    scope = Scope(block.closure) if block.closure is not None else f.scope
    frame = Frame(f.context, scope, emit, pipes.sinks)
    body = code.end
    context, variables = f.context, scope.vars
    call = CallInfo("", code, InvocationInfo(None, None))

    def run(item: Any) -> None:
        if context.stopped:
            context.check_stop()
        hidden = variables.get("_")
        variables["_"] = Cell("_", item)
        context.enter(call, frame)
        try:
            body(frame)
        except ReturnSignal:
            pass
        finally:
            context.leave()
            if hidden is None:
                variables.pop("_", None)
            else:
                variables["_"] = hidden

    return run


def item_value(f: Frame, block: ScriptBlock, pipes: Pipes) -> Callable[[Any], Any]:
    """``value(item)``: the collected output of the block for the item."""
    from remora.engine.compile.core import single_expression

    node = block.code.node
    simple = block.code.is_simple_body and node.end is not None and len(node.end.statements) == 1 and not node.end.traps
    only = single_expression(node.end.statements[0]) if simple and node.end is not None else None
    if only is not None and block.closure is None:
        return _expression_value(f, block, pipes)
    out: list[Any] = []
    run = item_runner(f, block, out.append, pipes)

    def value(item: Any) -> Any:
        out.clear()
        run(item)
        got = collected(list(out))
        return None if got is NOTHING else got

    return value


def _expression_value(f: Frame, block: ScriptBlock, pipes: Pipes) -> Callable[[Any], Any]:
    """The fast case: the block is one expression; errors are reported as its statement's."""
    out: list[Any] = []
    frame = Frame(f.context, f.scope, out.append, pipes.sinks)
    body = block.code.end
    assert body is not None
    variables, context = f.scope.vars, f.context

    def value(item: Any) -> Any:
        if context.stopped:
            context.check_stop()
        hidden = variables.get("_")
        variables["_"] = Cell("_", item)
        try:
            body(frame)
        finally:
            if hidden is None:
                variables.pop("_", None)
            else:
                variables["_"] = hidden
        if len(out) == 1:
            return out.pop()
        got = out.copy()
        out.clear()
        return got or None

    return value


def run_block(
    f: Frame,
    block: ScriptBlock,
    arguments: Sequence[Any],
    emit: Emit,
    pipes: Pipes | None = None,
    *,
    new_scope: bool = True,
    input: list[Any] | None = None,
    dollar_under: Any = None,
    this: Any = None,
) -> None:
    """Call a block with positional arguments; output goes to emit."""
    frame = Frame(f.context, f.scope, emit, pipes.sinks if pipes is not None else f.sinks)
    info = ScriptInfo("", "", block)
    code = CommandCode(name="", name_of=None, operator="&" if new_scope else ".", arguments=_no_arguments)
    call = Call(frame, code, info, "", InvocationInfo(info, None))
    processor = BlockProcessor(call, info, [Argument(None, argument, True) for argument in arguments])
    processor.link(emit)
    names = [(name, value) for name, value in (("_", dollar_under), ("this", this)) if value is not None]
    hidden = [(name, processor.scope.vars.get(name)) for name, _ in names]
    for name, value in names:
        processor.scope.vars[name] = Cell(name, value)
    try:
        feed(f.context, [processor], () if input is None else input)
    finally:
        processor.dispose()
        for name, cell in hidden:
            if cell is None:
                processor.scope.vars.pop(name, None)
            else:
                processor.scope.vars[name] = cell


def call_block(
    block: ScriptBlock,
    arguments: list[Any],
    *,
    dollar_under: Any = None,
    input: list[Any] | None = None,
    this: Any = None,
) -> list[Any]:
    """Run a block from a .NET-like member: on the innermost running frame of its context; returns the output."""
    out: list[Any] = []
    f = block.context.active_frame()
    run_block(f, block, arguments, out.append, dollar_under=dollar_under, input=input, this=this)
    return out


def run_text(f: Frame, text: str, emit: Emit, pipes: Pipes) -> None:
    """Parse text and run it in the frame's scope."""
    run_block(f, f.context.make_block(text), [], emit, pipes, new_scope=False)


def call_command(
    f: Frame,
    name: str,
    arguments: list[Any],
    parameters: dict[str, Any],
    *,
    input: list[Any] | None = None,
    pipes: Pipes | None = None,
) -> list[Any]:
    """Run one command by name and return its output."""
    out: list[Any] = []
    given = [Argument(key, value, True) for key, value in parameters.items()] + [
        Argument(None, value, True) for value in arguments
    ]
    code = CommandCode(name=name, name_of=None, operator="", arguments=lambda frame: given)
    frame = Frame(f.context, f.scope, out.append, pipes.sinks if pipes is not None else f.sinks)
    processor: Processor = make_processor(frame, code, 1, 1)
    processor.link(out.append)
    try:
        feed(f.context, [processor], () if input is None else input)
    finally:
        processor.dispose()
    return out
