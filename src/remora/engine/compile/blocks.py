"""Statement lists, what happens when a statement fails, try, trap and throw. Source: about_Try_Catch_Finally,
about_Trap.
"""

from __future__ import annotations

from copy import copy
from typing import Any

from remora.engine import ast
from remora.engine.compile.catching import STOPPED, Handler, find_handler, find_trap
from remora.engine.compile.core import Closure, Table, no_output, single_expression, statement, value_of
from remora.engine.compile.literals import raw_expression, type_closure
from remora.engine.compile.tracelines import CALLS, assigned_names, show_assignments
from remora.engine.compile.variables import restore_cell, swap_cell
from remora.engine.convert.conversion import CAST
from remora.engine.convert.text import to_text
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.errors import BreakSignal, ContinueSignal, ErrorRecord, NetException, PSError, error
from remora.engine.exception_types import exception
from remora.engine.frame import Frame
from remora.engine.invocation import InvocationInfo
from remora.engine.mistakes import unexpected
from remora.engine.nothing import NOTHING, collected
from remora.engine.pipes import action_name
from remora.engine.scopes import Scope
from remora.engine.source import Extent


def block(node: ast.Block) -> Closure:
    """A closure that runs the statements; a failed one is reported and the next runs, unless somebody catches."""
    pairs = tuple((statement(one), one.extent, assigned_names(one)) for one in node.statements)
    if node.traps:
        return _with_traps(node, pairs)
    if not pairs:
        return lambda f: None
    return _single(*pairs[0]) if len(pairs) == 1 else _sequence(pairs)


def _single(only: Closure, extent: Extent, names: tuple[str, ...]) -> Closure:
    def run_one(f: Frame) -> None:
        if f.context.watched:
            before_statement(f, extent)
        try:
            only(f)
            if names and f.context.trace >= CALLS:
                show_assignments(f, names)
        except PSError as problem:
            failed(f, problem, extent)
        except RecursionError:
            raise
        except Exception as problem:
            failed(f, unexpected(problem), extent)

    return run_one


Pairs = tuple[tuple[Closure, Extent, tuple[str, ...]], ...]
"""Statements with their places and the variables they assign."""


def _sequence(pairs: Pairs) -> Closure:
    def run(f: Frame) -> None:
        context = f.context
        for one, extent, names in pairs:
            if context.watched:
                before_statement(f, extent)
            try:
                one(f)
                if names and context.trace >= CALLS:
                    show_assignments(f, names)
            except PSError as problem:
                failed(f, problem, extent)
            except RecursionError:
                raise
            except Exception as problem:
                failed(f, unexpected(problem), extent)

    return run


_SUSPEND = 4


def before_statement(f: Frame, extent: Extent) -> None:
    """Tell tracing and breakpoints of a statement that is about to run."""
    context = f.context
    if context.trace:
        show_statement(f, extent)
    if context.debugger is not None:
        context.debugger.statement(f, extent)


def show_statement(f: Frame, extent: Extent) -> None:
    """Set-PSDebug -Trace: the line of a statement that is about to run."""
    context, column = f.context, extent.start_column - 1
    line = extent.source.line(extent.start_line)
    context.host.write_debug_line(f"{extent.start_line:>4}+ {line[:column]} >>>> {line[column:]}")
    if context.step:
        choices = [("&Yes", ""), ("Yes to &All", ""), ("&No", ""), ("No to A&ll", ""), ("&Suspend", "")]
        answer = context.host.prompt_for_choice("Continue with this operation?", line, choices, 0)
        while answer == _SUSPEND:
            context.step = False
            context.host.enter_nested_prompt()
            answer = context.host.prompt_for_choice("Continue with this operation?", line, choices, 0)
        context.step = answer == 0
        if answer >= 2:
            halted = error(
                "Command execution stopped because the user selected the Stop option.", "ActionPreferenceStop"
            )
            halted.thrown = True
            raise halted


def value_block(node: ast.Statement) -> Closure | None:
    """A closure for the collected output of one expression statement; None when the statement is something else."""
    only = single_expression(node)
    if only is None or no_output(only):
        return None
    run, extent = raw_expression(only), node.extent

    def value(f: Frame) -> Any:
        try:
            got = run(f)
        except PSError as problem:
            failed(f, problem, extent)
            return None
        f.context.success = True
        if is_enumerable(got):
            got = collected(list(items_of(got)))
        return None if got is NOTHING else got

    return value


def place(f: Frame, problem: PSError, extent: Extent) -> None:
    """Note where the error happened, once."""
    record = problem.record
    if record.invocation is None:
        record.invocation = InvocationInfo(None, extent)
        record.invocation.history_id = f.context.history_id
        if record.exception.kind.name == CAST and not problem.thrown:
            record.exception = _as_runtime_error(record)
    if record.script_stack is None:
        record.script_stack = f.context.stack_trace(extent)


def _as_runtime_error(record: ErrorRecord) -> NetException:
    """The exception a statement ends with when a cast in it fails: around the cast's own, which keeps its record."""
    inner = record.exception
    inner.error_record = copy(record)
    outer = exception(inner.message, inner=inner)
    outer.error_record = record
    return outer


def failed(f: Frame, problem: PSError, extent: Extent) -> None:
    """A statement ended with an error: report it and return, or raise it further."""
    context = f.context
    first = problem.record.script_stack is None
    place(f, problem, extent)
    context.success = False
    if context.try_depth and context.on_debugger_stop is None:
        raise problem
    action = action_name(f.scope.get("erroractionpreference"), "Continue")
    if action == "Break" and first:
        break_at(f, extent, problem.record)
        action = "Continue"
    if context.try_depth:
        raise problem
    if problem.thrown:
        may_go_on = problem.ends is None and problem.wrapper != STOPPED and not problem.reported
        if may_go_on and action in ("SilentlyContinue", "Ignore"):
            _note(f, problem.record, action)
            return
        raise problem
    if action == "Stop":
        problem.thrown = True
        raise problem
    _note(f, problem.record, action)


def break_at(f: Frame, extent: Extent, trigger: Any) -> None:
    """A preference of Break: stop in the debugger, if somebody answers there."""
    if f.context.on_debugger_stop is not None:
        from remora.engine.hosting.debugger import debugger_of

        debugger_of(f.context).broken(f, extent, trigger)


def _note(f: Frame, record: ErrorRecord, action: str) -> None:
    f.context.remember(record)
    f.sinks.capture("error", record)
    if action not in ("SilentlyContinue", "Ignore"):
        f.sinks.error(record)


# -- catching ----------------------------------------------------------------------------------------------------------


def _try(node: ast.Try) -> Closure:
    body = block(node.body)
    catches = [([type_closure(name) for name in clause.types], block(clause.body)) for clause in node.catches]
    final = block(node.final) if node.final is not None else None
    guarded = _guard(body, catches, node.extent) if catches else body
    if final is None:
        return guarded
    finish = final

    def run(f: Frame) -> None:
        try:
            guarded(f)
        finally:
            context = f.context
            stopped, context.stopped = context.stopped, False
            try:
                finish(f)
            finally:
                context.stopped = stopped or context.stop.is_set()

    return run


def _guard(body: Closure, catches: list[tuple[list[Closure], Closure]], extent: Extent) -> Closure:
    def run(f: Frame) -> None:
        context = f.context
        context.try_depth += 1
        context.trap_handlers.append(None)
        try:
            body(f)
            return
        except PSError as caught:
            problem = caught
        except RecursionError:
            problem = too_deep()
            place(f, problem, extent)
        finally:
            context.trap_handlers.pop()
            context.try_depth -= 1
        handlers = [
            Handler(type_of(f).name if type_of is not None else None, index)
            for index, (types, _) in enumerate(catches)
            for type_of in types or (None,)
        ]
        caught_by = find_handler(problem, handlers)
        if caught_by is None:
            raise problem
        context.remember(problem.record)
        if problem.wrapper != STOPPED:
            f.sinks.capture("error", problem.record)
        handle(f, problem, caught_by.record, catches[caught_by.clause][1])

    return run


def too_deep() -> PSError:
    """What Python's recursion limit means to a script: it ends, unless somebody catches."""
    made = error(
        "The script failed due to call depth overflow.",
        "CallDepthOverflow",
        "InvalidOperation",
        type_name="System.Management.Automation.ScriptCallDepthException",
    )
    made.thrown = True
    return made


def handle(f: Frame, problem: PSError, record: ErrorRecord, body: Closure) -> None:
    """Run a handler with ``$_`` set to the record; ``throw`` alone rethrows."""
    handling = f.context.handling
    handling.append(problem)
    hidden = swap_cell(f.scope, "_", record)
    try:
        body(f)
    finally:
        restore_cell(f.scope, "_", hidden)
        handling.pop()


# -- trap --------------------------------------------------------------------------------------------------------------


def _with_traps(node: ast.Block, pairs: Pairs) -> Closure:
    traps = [(type_closure(trap.type) if trap.type is not None else None, block(trap.body)) for trap in node.traps]

    def run(f: Frame) -> None:
        context = f.context
        handlers = context.trap_handlers
        for one, extent, names in pairs:
            if context.watched:
                before_statement(f, extent)
            context.try_depth += 1
            handlers.append((f, lambda problem, extent: _spring(f, problem, traps, extent)))
            try:
                one(f)
                if names and context.trace >= CALLS:
                    show_assignments(f, names)
                continue
            except PSError as caught:
                problem = caught
                place(f, problem, extent)
            finally:
                handlers.pop()
                context.try_depth -= 1
            _spring(f, problem, traps, extent)

    return run


def _spring(f: Frame, problem: PSError, traps: list[tuple[Closure | None, Closure]], extent: Extent) -> None:
    names = [type_of(f).name if type_of is not None else None for type_of, _ in traps]
    handlers = [Handler(name, index) for index, name in enumerate(names)]
    stack = problem.record.script_stack or ""
    caught = find_trap(problem, handlers, direct=stack.count("\n") < len(f.context.calls))
    if caught is None:
        failed(f, problem, extent)
        return
    inner = Frame(f.context, Scope(f.scope), f.emit, f.sinks)
    try:
        handle(inner, problem, caught.record, traps[caught.clause][1])
    except ContinueSignal:
        f.context.remember(problem.record)
        return
    except BreakSignal:
        problem.thrown = True
        raise problem from None
    problem.thrown = False
    failed(f, problem, extent)


# -- throw -------------------------------------------------------------------------------------------------------------


def _throw(node: ast.Throw) -> Closure:
    value = value_of(node.value) if node.value is not None else None
    extent = node.extent

    def run(f: Frame) -> None:
        if value is None:
            handling = f.context.handling
            problem = handling[-1] if handling else thrown_error("ScriptHalted")
            again = PSError(problem.record, thrown=True)
        else:
            again = thrown_error(value(f))
        if f.context.on_debugger_stop is not None and action_name(f.scope.get("erroractionpreference")) == "Break":
            break_at(f, extent, again.record)
        place(f, again, extent)
        raise again

    return run


def thrown_error(value: Any) -> PSError:
    """The error that ``throw value`` raises (trap 76)."""
    if isinstance(value, ErrorRecord):
        return PSError(value, thrown=True)
    if isinstance(value, NetException):
        if isinstance(value.error_record, ErrorRecord):
            return PSError(value.error_record, thrown=True)
        value.thrown = value.kind.is_a("System.Management.Automation.RuntimeException")
        return PSError(ErrorRecord(value, value.message or value.kind.name, "OperationStopped"), thrown=True)
    value = None if value is NOTHING else value
    text = to_text(value) if value is not None else "ScriptHalted"
    exc = exception(text, "System.Management.Automation.RuntimeException")
    exc.thrown = True
    return PSError(ErrorRecord(exc, text, "OperationStopped", value), thrown=True)


STATEMENT_TABLE: Table = {ast.Try: _try, ast.Throw: _throw}
