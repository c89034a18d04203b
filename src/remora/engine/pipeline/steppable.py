"""A pipeline run step by step from a script: ScriptBlock.GetSteppablePipeline, for proxy functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from remora.engine import ast
from remora.engine.errors import PSError, StopUpstream, error
from remora.engine.frame import Frame
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.nothing import NOTHING
from remora.engine.pipeline.processor import Processor
from remora.engine.pipeline.redirect import Redirects
from remora.engine.pipeline.run import CommandCode, finish, link, make_processor, owns
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import unwrap


class SteppablePipeline(NetObject):
    """Begin, Process for each object, End; Dispose or Clean at last. Output goes to the cmdlet given to Begin, else
    each step returns its own, as an array.
    """

    __slots__ = (
        "_closers",
        "_codes",
        "_cut",
        "_expecting",
        "_frame",
        "_out",
        "_owner",
        "_processors",
        "_sink",
        "_state",
    )
    net_type = NetType("System.Management.Automation.SteppablePipeline", OBJECT)

    def __init__(self, frame: Frame, codes: Sequence[CommandCode]) -> None:
        self._frame = frame
        self._codes = codes
        self._processors: list[Processor] = []
        self._closers: list[Callable[[], None]] = []
        self._out: list[Any] = []
        self._sink: Callable[[Any], None] | None = None
        self._owner: Processor | None = None
        self._cut = False
        self._expecting = False
        self._state = "new"

    def begin(self, given: Any) -> Any:
        """given: $PSCmdlet (output goes there, input is expected when it is), or whether input will come."""
        if self._state != "new":
            raise _bad_state("Begin")
        self._state = "running"
        cmdlet = unwrap(given)
        processor = getattr(cmdlet, "processor", None)
        frame = self._frame
        if processor is not None:
            self._expecting = cmdlet.call.invocation.expecting_input
            self._sink, self._owner = processor.emit, processor
            frame = Frame(frame.context, processor.scope, frame.emit, cmdlet.pipes.sinks)
        else:
            self._expecting = bool(given)
        return self._step(lambda: self._start(frame))

    def _start(self, frame: Frame) -> None:
        links: list[tuple[Processor | None, Frame, Redirects | None]] = []
        for position, code in enumerate(self._codes, 1):
            own = frame if code.redirects is None else Frame(frame.context, frame.scope, frame.emit, frame.sinks.copy())
            processor = make_processor(own, code, len(self._codes), position)
            self._processors.append(processor)
            links.append((processor, own, code.redirects))
        link(links, self._take, self._closers)
        if self._expecting:
            self._processors[0].expect_input()
        for processor in self._processors:
            processor.prepare()
        for processor in self._processors:
            processor.begin()

    def _take(self, value: Any) -> None:
        if self._sink is not None:
            self._sink(value)
        else:
            self._out.append(value)

    def process(self, value: Any = NOTHING) -> Any:
        """One object, or one turn without input."""
        if self._state != "running":
            raise _bad_state("Process")
        if self._cut:
            return []
        first = self._processors[0]
        if self._expecting and value is not NOTHING:
            return self._step(lambda: first.process(value))
        return self._step(first.process_once)

    def end(self) -> Any:
        """The end of every command; then it is over."""
        if self._state != "running":
            raise _bad_state("End")
        start = len(self._processors) - 1 if self._cut else 0
        out = self._step(lambda: finish(self._processors, start))
        self.dispose()
        return out

    def _step(self, run: Callable[[], None]) -> Any:
        self._out.clear()
        try:
            run()
        except PSError as problem:
            problem.passes = True
            self.dispose()
            raise
        except StopUpstream as stop:
            if not any(owns(processor, stop.token) for processor in self._processors):
                raise
            self._cut = True
            if self._owner is not None:
                raise StopUpstream(self._owner) from None
        return list(self._out)

    def dispose(self) -> None:
        """Release the commands; their clean blocks run, once."""
        self._state = "over"
        processors, self._processors = self._processors, []
        for processor in processors:
            processor.dispose()
        for close in self._closers:
            close()
        self._closers.clear()


def _bad_state(step: str) -> PSError:
    return error(
        f"The steppable pipeline is not in a state that allows {step}.",
        "InvalidOperation",
        "InvalidOperation",
        type_name="System.Management.Automation.PSInvalidOperationException",
    )


def steppable(block: ScriptBlock, arguments: Sequence[Any] = ()) -> SteppablePipeline:
    """The pipeline a block consists of. Raises PSError when it is something else."""
    from remora.engine.compile.commands import command_code

    node = block.code.node
    statements = node.end.statements if node.end is not None else ()
    if len(statements) != 1 or node.begin is not None or node.process is not None:
        raise _unusable("The script block must contain exactly one pipeline.", "CanConvertOneClauseOnly")
    pipeline = statements[0]
    if not isinstance(pipeline, ast.Pipeline) or not all(isinstance(e, ast.Command) for e in pipeline.elements):
        raise _unusable(
            "An expression cannot be the first element of a steppable pipeline.",
            "CantConvertPipelineStartsWithExpression",
        )
    frame = block.context.active_frame()
    if arguments:
        from remora.engine.scopes import Scope

        scope = Scope(frame.scope)
        scope.put("args", list(arguments))
        frame = Frame(frame.context, scope, frame.emit, frame.sinks)
    return SteppablePipeline(frame, [command_code(e) for e in pipeline.elements if isinstance(e, ast.Command)])


def _unusable(message: str, id: str) -> PSError:
    return error(message, id, "InvalidOperation", type_name="System.Management.Automation.RuntimeException")


def _declare() -> None:
    k = SteppablePipeline.net_type
    k.method("Begin(object)", "Begin(bool, object)")(lambda p, given, intrinsics=None: p.begin(given))
    k.method("Process()", "Process(object)")(lambda p, value=NOTHING: p.process(value))
    k.method("End()")(lambda p: p.end())
    k.method("Dispose()", "Clean()", returns="void")(lambda p: p.dispose())


_declare()
