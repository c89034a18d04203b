"""Ways to run code from inside: blocks for items, blocks as calls, text, other commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from remora.engine.arguments import Argument
from remora.engine.commands import ScriptInfo
from remora.engine.compile.core import Closure
from remora.engine.errors import ReturnSignal
from remora.engine.frame import Frame
from remora.engine.invocation import InvocationInfo
from remora.engine.nothing import NOTHING, collected
from remora.engine.pipeline.blocks import BlockProcessor
from remora.engine.pipeline.processor import Processor, drop
from remora.engine.pipeline.run import Call, CommandCode, feed, make_processor
from remora.engine.pipes import Pipes
from remora.engine.scopes import Cell, Scope
from remora.engine.scriptblock import ScriptBlock

Emit = Callable[[Any], None]


def _no_arguments(f: Frame) -> list[Argument]:
    return []


def home_scope(f: Frame, block: ScriptBlock) -> Scope:
    """The scope a block's body runs in without a new one: the caller's, or its own session state's current one."""
    session = block.session
    return f.scope if session is None or session is f.scope.session else session.current


def item_runner(f: Frame, block: ScriptBlock, emit: Emit, pipes: Pipes) -> Callable[[Any], None]:
    """``run(item)``: the block's body in the caller's scope with ``$_`` (trap 61); a block with parameters is called
    instead.
    """
    code = block.code
    if pipes.overrides is not None and pipes.overrides.variables:
        pipes = Pipes(f.context, f.scope, pipes.sinks.capturing(pipes.overrides.variables))
    if not code.is_simple_body or block.mode is not f.context.mode:
        return lambda item: run_block(f, block, [], emit, pipes, new_scope=False, dollar_under=item)
    if code.end is None:
        return lambda item: None
    scope = home_scope(f, block)
    frame = Frame(f.context, scope, emit, pipes.sinks)
    if scope is not f.scope:
        return _visitor(f, frame, code.end)
    body = code.end
    context, variables = f.context, scope.vars
    cell = Cell("_")

    def run(item: Any) -> None:
        if context.stopped:
            context.check_stop()
        hidden = variables.get("_")
        variables["_"] = cell
        cell.value = item
        try:
            body(frame)
        except ReturnSignal:
            pass
        finally:
            if hidden is None:
                variables.pop("_", None)
            else:
                variables["_"] = hidden

    return run


def _visitor(f: Frame, frame: Frame, body: Closure) -> Callable[[Any], None]:
    """``run(item)`` for a block of another session state; the caller's scope is kept for what comes back to it."""
    variables, left, context = frame.scope.vars, f.scope, f.context

    def run(item: Any) -> None:
        if context.stopped:
            context.check_stop()
        hidden = variables.get("_")
        variables["_"] = Cell("_", item)
        resume, left.session.current = left.session.current, left
        context.frames.append(frame)
        try:
            body(frame)
        except ReturnSignal:
            pass
        finally:
            context.frames.pop()
            left.session.current = resume
            if hidden is None:
                variables.pop("_", None)
            else:
                variables["_"] = hidden

    return run


def item_value(f: Frame, block: ScriptBlock, pipes: Pipes) -> Callable[[Any], Any]:
    """``value(item)``: the collected output of the block for the item."""
    same = block.mode is f.context.mode and home_scope(f, block) is f.scope
    if same and (run_value := block.code.value_closure) is not None:
        return _expression_value(f, run_value, pipes)
    out: list[Any] = []
    run = item_runner(f, block, out.append, pipes)

    def value(item: Any) -> Any:
        out.clear()
        run(item)
        got = collected(list(out))
        return None if got is NOTHING else got

    return value


def _expression_value(f: Frame, body: Closure, pipes: Pipes) -> Callable[[Any], Any]:
    """The fast case: the block is one expression."""
    frame = Frame(f.context, f.scope, drop, pipes.sinks)
    variables, context = f.scope.vars, f.context
    cell = Cell("_")

    def value(item: Any) -> Any:
        if context.stopped:
            context.check_stop()
        hidden = variables.get("_")
        variables["_"] = cell
        cell.value = item
        try:
            return body(frame)
        finally:
            if hidden is None:
                variables.pop("_", None)
            else:
                variables["_"] = hidden

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
    info: ScriptInfo | None = None,
) -> None:
    """Call a block with positional arguments; output goes to emit. info: the script file it is."""
    frame = Frame(f.context, f.scope, emit, pipes.sinks if pipes is not None else f.sinks)
    info = info or ScriptInfo("", "", block)
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


def started_command(f: Frame, name: str, parameters: dict[str, Any], emit: Emit) -> Processor:
    """A command that has begun and waits for input objects; the caller ends and disposes it."""
    given = [Argument(key, value, True) for key, value in parameters.items()]
    code = CommandCode(name=name, name_of=None, operator="", arguments=lambda frame: given)
    processor: Processor = make_processor(f, code, 1, 1)
    processor.link(emit)
    processor.expect_input()
    processor.prepare()
    processor.begin()
    return processor


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
    given = [Argument(key, value, True) for key, value in parameters.items()] + [
        Argument(None, value, True) for value in arguments
    ]
    return call_with(f, name, given, input=input, pipes=pipes)


def call_with(
    f: Frame, name: str, given: list[Argument], *, input: list[Any] | None = None, pipes: Pipes | None = None
) -> list[Any]:
    """Run one command by name with arguments as they are bound, and return its output."""
    out: list[Any] = []
    code = CommandCode(name=name, name_of=None, operator="", arguments=lambda frame: given)
    frame = Frame(f.context, f.scope, out.append, pipes.sinks if pipes is not None else f.sinks)
    processor: Processor = make_processor(frame, code, 1, 1)
    processor.link(out.append)
    try:
        feed(f.context, [processor], () if input is None else input)
    finally:
        processor.dispose()
    return out
