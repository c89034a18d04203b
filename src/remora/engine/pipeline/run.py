"""Building and driving pipelines. Source: reference section 7."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import NoneType
from typing import Any

from remora.engine.arguments import Argument, NativeWord
from remora.engine.commands import ApplicationInfo, CmdletInfo, CommandInfo, FunctionInfo, ScriptInfo
from remora.engine.compile.core import Closure
from remora.engine.convert.text import to_text
from remora.engine.enumeration import items_of
from remora.engine.errors import PSError, StopUpstream, error
from remora.engine.frame import Frame
from remora.engine.invocation import InvocationInfo
from remora.engine.nothing import NOTHING
from remora.engine.pipeline.processor import Processor
from remora.engine.pipeline.redirect import Redirects, apply_redirects
from remora.engine.scriptblock import ScriptBlock
from remora.engine.source import Extent
from remora.engine.types.registry import unwrap


class ExpressionCode:
    """An expression as the first element. decides: commands inside it have set $?."""

    __slots__ = ("decides", "extent", "redirects", "run")

    def __init__(self, run: Closure, redirects: Redirects | None, extent: Extent, *, decides: bool = False) -> None:
        self.run = run
        self.decides = decides
        self.redirects = redirects
        self.extent = extent


class CommandCode:
    """A command call. name: when it is a constant, else name_of computes it. alone: it is the only element. asks_help:
    it was written with ``-?``.
    """

    __slots__ = (
        "alone",
        "arguments",
        "asks_help",
        "extent",
        "name",
        "name_extent",
        "name_of",
        "native",
        "operator",
        "redirects",
        "verbatim",
    )

    def __init__(
        self,
        *,
        name: str | None,
        name_of: Closure | None,
        operator: str,
        arguments: Callable[[Frame], list[Argument]],
        native: Sequence[Callable[[Frame], list[NativeWord]]] = (),
        verbatim: str | None = None,
        redirects: Redirects | None = None,
        extent: Extent | None = None,
        name_extent: Extent | None = None,
    ) -> None:
        self.name = name
        self.name_of = name_of
        self.operator = operator
        self.arguments = arguments
        self.native = native
        self.verbatim = verbatim
        self.redirects = redirects
        self.extent = extent
        self.name_extent = name_extent
        self.alone = False
        self.asks_help = False


Element = CommandCode | ExpressionCode


class Call:
    """One command about to run: what was found, how it was called, the frame with redirected sinks."""

    __slots__ = ("code", "dot", "frame", "info", "invocation", "name")

    def __init__(
        self, frame: Frame, code: CommandCode, info: CommandInfo, name: str, invocation: InvocationInfo
    ) -> None:
        self.frame = frame
        self.code = code
        self.info = info
        self.name = name
        self.invocation = invocation
        self.dot = code.operator == "."


def find_command(f: Frame, code: CommandCode, value: Any) -> tuple[CommandInfo, str]:
    """What the call runs: by name, or the script block or command object given to & and ``.``."""
    if code.name:
        return f.context.resolver.resolve(code.name, f.scope), code.name
    if isinstance(value, ScriptBlock):
        return ScriptInfo("", "", value), ""
    if isinstance(value, CommandInfo):
        return value, value.name
    if value is None or value is NOTHING or value == "":
        raise error(
            f"The expression after '{code.operator}' in a pipeline element produced an object that was not "
            "valid. It must result in a "
            "command name, a script block, or a CommandInfo object.",
            "BadExpression",
            "InvalidOperation",
            value,
        )
    name = to_text(value)
    return f.context.resolver.resolve(name, f.scope), name


def in_module(f: Frame, code: CommandCode, module: Any) -> tuple[Frame, Any, list[Argument] | None]:
    """``& $module command arguments``: where to find and run the command, the command, its arguments. What is no module
    comes back as it is.
    """
    from remora.engine.module.info import PSModuleInfo

    if not isinstance(module, PSModuleInfo):
        return f, module, None
    given = code.arguments(f)
    if not given or given[0].name is not None or module.session is None:
        raise error(
            f"The expression after '{code.operator}' in a pipeline element produced a module; it must be followed by a "
            "command or a script block to run in it.",
            "BadExpression",
            "InvalidOperation",
            module,
        )
    target, rest, session = unwrap(given[0].value), given[1:], module.session
    if isinstance(target, ScriptBlock):
        target = ScriptBlock(target.code, target.context, session)
    elif not isinstance(target, CommandInfo):
        f = Frame(f.context, session.current, f.emit, f.sinks)
        target = f.context.resolver.resolve(to_text(target), f.scope)
    if isinstance(target, CmdletInfo):
        for argument in rest:  # blocks for a cmdlet run in the module too
            if isinstance(argument.value, ScriptBlock):
                argument.value = ScriptBlock(argument.value.code, argument.value.context, session)
    return f, target, rest


def make_processor(f: Frame, code: CommandCode, length: int, position: int) -> Processor:
    """The processor for a command call, its arguments evaluated."""
    arguments: list[Argument] | None = None
    try:
        value = None if code.name_of is None else unwrap(code.name_of(f))
        if not isinstance(value, (ScriptBlock, str, CommandInfo, NoneType)):
            f, value, arguments = in_module(f, code, value)
        info, name = find_command(f, code, value)
        if f.context.visibility is not None and isinstance(value, CommandInfo):
            info = _shown(f, info)
        if f.context.debugger is not None:
            f.context.debugger.call(f, info, name, code.extent)
    except PSError as problem:
        if problem.record.invocation is None:
            problem.record.invocation = InvocationInfo(
                None, code.name_extent or code.extent, code.name or "", length=length, position=position
            )
            problem.record.invocation.history_id = f.context.history_id
        raise
    if code.asks_help and name and not isinstance(info, ApplicationInfo):
        info, arguments = f.context.resolver.resolve("Get-Help", f.scope), [Argument("Name", info.name, True)]
    invocation = InvocationInfo(info, code.extent, name, length=length, position=position)
    invocation.history_id = f.context.history_id
    call = Call(f, code, info, name, invocation)
    if isinstance(info, CmdletInfo):
        from remora.engine.pipeline.cmdlets import cmdlet_processor

        return cmdlet_processor(call, info, code.arguments(f) if arguments is None else arguments)
    if isinstance(info, (FunctionInfo, ScriptInfo)):
        from remora.engine.pipeline.blocks import BlockProcessor

        if isinstance(info, ScriptInfo) and info.path:
            _check_policy(f, info.path)
        if call.dot and info.block.mode is not f.context.mode:
            _check_dot(f, info)
        return BlockProcessor(call, info, code.arguments(f) if arguments is None else arguments)
    if isinstance(info, ApplicationInfo):
        from remora.engine.pipeline.native import NativeProcessor

        return NativeProcessor(call, info)
    raise error(f"The command '{name}' cannot be run.", "CommandNotFoundException", "ObjectNotFound", name)


def _check_policy(f: Frame, path: str) -> None:
    from remora.engine.language.policy import check_script

    check_script(f.context, path)


def _check_dot(f: Frame, info: FunctionInfo | ScriptInfo) -> None:
    from remora.engine.language.checks import check_dot

    check_dot(info.block.mode, f.context.mode)


def _shown(f: Frame, info: CommandInfo) -> CommandInfo:
    """A command called as an object, when the session shows it."""
    found = f.context.resolver.shown(info)
    if found is None:
        from remora.engine.resolver import not_recognized

        raise not_recognized(info.name)
    return found


def run_pipeline(f: Frame, elements: Sequence[Element]) -> None:
    """Run the elements joined, output to the frame's emit; sets $?. Only what the last one writes reaches the
    -ErrorVariable and its relatives of the functions around.
    """
    context = f.context
    if context.stopped:
        context.check_stop()
    processors: list[Processor] = []
    closers: list[Callable[[], None]] = []
    source: ExpressionCode | None = None
    length = len(elements)
    try:
        emit = f.emit
        links: list[tuple[Processor | None, Frame, Redirects | None]] = []
        for position, element in enumerate(elements, 1):
            frame = f
            piped = position < length and f.sinks.captures is not None
            if element.redirects is not None or piped:
                frame = Frame(context, f.scope, f.emit, f.sinks.copy())
            if piped:
                frame.sinks.captures = None
            if isinstance(element, ExpressionCode):
                source = element
                links.append((None, frame, element.redirects))
                continue
            processor = make_processor(frame, element, length, position)
            processors.append(processor)
            links.append((processor, frame, element.redirects))
        if source is not None:
            taken: list[Any] = []  # what its redirections merge: the commands behind it have not begun
            outlet = link(links[1:], emit, closers)
            outlet = link(links[:1], taken.append if processors else outlet, closers)
            _run_from_expression(links[0][1], source, processors, outlet, taken)
        else:
            link(links, emit, closers)
            _drive(context, processors, ())
        if processors or source is None or not source.decides:
            context.success = not any(processor.failed for processor in processors)
    except PSError:
        context.success = False
        raise
    finally:
        for processor in processors:
            processor.dispose()
        for close in closers:
            close()


def run_processor(f: Frame, call: Call, arguments: list[Argument]) -> None:
    """Run one function, alone, whose arguments are evaluated already."""
    from remora.engine.pipeline.blocks import BlockProcessor

    assert isinstance(call.info, FunctionInfo)
    context = f.context
    processor = BlockProcessor(call, call.info, arguments)
    try:
        processor.link(f.emit)
        _drive(context, [processor], ())
        context.success = not processor.failed
    except PSError:
        context.success = False
        raise
    finally:
        processor.dispose()


def link(
    links: list[tuple[Processor | None, Frame, Redirects | None]],
    emit: Callable[[Any], None],
    closers: list[Callable[[], None]],
) -> Callable[[Any], None]:
    """Set every processor's emit, last to first; returns what the source expression emits to."""
    for processor, frame, redirects in reversed(links):
        if redirects is not None:
            emit = apply_redirects(frame, redirects, emit, closers)
        if processor is not None:
            processor.link(emit)
            emit = processor.process
    return emit


def feed(context: Any, processors: list[Processor], items: Any) -> None:
    """Drive processors with input from outside."""
    _drive(context, processors, items)


def _run_from_expression(
    f: Frame,
    source: ExpressionCode,
    processors: list[Processor],
    emit: Callable[[Any], None],
    taken: list[Any],
) -> None:
    saved = f.emit
    f.emit = emit
    try:
        value = source.run(f)
    finally:
        f.emit = saved
    items = items_of(value)
    if not processors or (source.redirects is not None and source.redirects.takes_output):
        for item in items:
            emit(item)
        items = []
        if not processors:
            return
    _drive(f.context, processors, _some([*taken, *items] if taken else items))


def _some(items: Any) -> Any:
    """An empty input is still an input."""
    return items if items != () else []


def _drive(context: Any, processors: list[Processor], items: Any) -> None:
    """begin left to right, the input, end left to right; a command may cut off those before it."""
    start = 0
    if items != ():
        processors[0].expect_input()
    if len(processors) == 1 and items == ():
        try:
            processors[0].run_alone()
        except StopUpstream as stop:
            if not owns(processors[0], stop.token):
                raise
        return
    for processor in processors:
        processor.prepare()
    waiting = iter(processors)
    try:
        for processor in waiting:
            processor.begin()
    except StopUpstream as stop:
        start = _cut(processors, stop)
        for processor in waiting:
            processor.begin()
        finish(processors, start)
        return
    try:
        if items == ():
            processors[0].end_as_first()
            start = 1
        else:
            process = processors[0].process
            for item in items:
                process(item)
                if context.stopped:
                    context.check_stop()
    except StopUpstream as stop:
        start = _cut(processors, stop)
    finish(processors, start)


def finish(processors: list[Processor], start: int) -> None:
    """End the commands from that one on; one of them may cut off those before it."""
    index = start
    while index < len(processors):
        try:
            processors[index].end()
            index += 1
        except StopUpstream as stop:
            index = max(_cut(processors, stop), index + 1 if owns(processors[index], stop.token) else index)


def owns(processor: Processor, token: object) -> bool:
    """Tell whether it was this command that asked for no more input."""
    return processor is token or getattr(processor, "cmdlet", None) is token


def _cut(processors: list[Processor], stop: StopUpstream) -> int:
    """Position of the command that asked for the stop; those before it get no end. Not ours: goes further."""
    for index, processor in enumerate(processors):
        if owns(processor, stop.token):
            return index
    raise stop
