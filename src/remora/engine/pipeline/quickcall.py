"""The short way for the most frequent call: a simple function, alone in its pipeline, with arguments that need no
conversion. Everything else goes the long way (``pipeline.run``); both must give the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from remora.engine.arguments import Argument
from remora.engine.commands import FunctionInfo
from remora.engine.errors import PSError, ReturnSignal
from remora.engine.frame import CallInfo, Frame
from remora.engine.invocation import InvocationInfo
from remora.engine.nothing import NOTHING
from remora.engine.pipeline.parameters import constraint, empty
from remora.engine.pipeline.run import Call, CommandCode, run_pipeline, run_processor
from remora.engine.scopes import Cell, Scope
from remora.values.tables import Hashtable

if TYPE_CHECKING:
    from remora.engine.binding.metadata import ParameterMeta
    from remora.engine.code import ScriptCode

_AS_IS: Final[dict[str, type]] = {
    "System.Int32": int,
    "System.String": str,
    "System.Double": float,
    "System.Boolean": bool,
    "System.Decimal": Decimal,
    "System.Collections.Hashtable": Hashtable,
}
# what needs a call's whole apparatus: the input, the table of bound parameters where $MyInvocation has it
_NEEDS_MORE: Final = re.compile(r"myinvocation|\binput\b", re.IGNORECASE)


class Slot:
    """One parameter. exact: the only class of values that need no conversion, None where all are taken as they are."""

    __slots__ = ("constraint", "default", "empty", "exact", "name", "type_name")

    def __init__(self, parameter: ParameterMeta) -> None:
        self.name = parameter.name
        self.default = parameter.default
        self.exact = _AS_IS.get(parameter.type.name) if parameter.typed else None
        self.constraint = constraint(parameter) if parameter.typed else ()
        self.type_name = parameter.type.name if parameter.typed else ""
        self.empty = empty(parameter) if parameter.typed else None


class Plan:
    """How a simple function is called: its slots by folded name, in the order of their positions."""

    __slots__ = ("body", "slots")

    def __init__(self, body: Callable[[Frame], Any] | None, slots: dict[str, Slot]) -> None:
        self.body = body
        self.slots = slots


def plan_of(code: ScriptCode) -> Plan | None:
    """The plan for a function's code; None when it needs the long way."""
    node = code.node
    if node.begin or node.process or node.clean or node.dynamic or node.types or node.usings or node.requires:
        return None
    metadata = code.metadata()
    if metadata.advanced or metadata.set_names or _NEEDS_MORE.search(code.text):
        return None
    slots: dict[str, Slot] = {}
    for folded, parameter in metadata.parameters.items():
        if parameter.is_switch or parameter.aliases or parameter.make_checks or parameter.validators:
            return None
        if parameter.ps_type or parameter.obsolete is not None:
            return None
        if parameter.typed and parameter.type.name not in _AS_IS and parameter.type.name != "System.Object":
            return None
        slots[folded] = Slot(parameter)
    return Plan(code.end, slots)


def quick_call(code: CommandCode) -> Callable[[Frame], None]:
    """A closure for a pipeline of one command whose name is known."""
    elements, name = (code,), code.name or ""
    folded = name.lower()

    def run(f: Frame) -> None:
        context = f.context
        if context.stopped:
            context.check_stop()
        info = (
            context.resolver.scoped_function(folded, f.scope)
            if context.visibility is None and not context.watched
            else None
        )
        if info is None or info.block.mode is not context.mode:
            run_pipeline(f, elements)
            return
        if info.block.session is not None and info.block.session is not f.scope.session:
            run_pipeline(f, elements)
            return
        plan = info.block.code.plan
        if plan is None:
            run_pipeline(f, elements)
            return
        arguments = code.arguments(f)
        invocation = InvocationInfo(info, code.extent, name, length=1, position=1)
        invocation.history_id = f.context.history_id
        values = _placed(plan, arguments)
        if values is None:
            run_processor(f, Call(f, code, info, name, invocation), arguments)
            return
        _call(f, info, plan, values, invocation)

    return run


def _placed(plan: Plan, arguments: list[Argument]) -> tuple[dict[str, Any], list[Any]] | None:
    """Values by slot and what is left for $args; None when binding is not that simple."""
    slots = plan.slots
    given: dict[str, Any] = {}
    free: list[Any] = []
    waiting = ""
    for argument in arguments:
        name = argument.name
        if name is None:
            if waiting:
                given[waiting] = argument.value
                waiting = ""
            else:
                free.append(argument.value)
            continue
        folded = name.lower()
        if waiting or folded not in slots or folded in given or argument.splatted:
            return None
        if argument.given:
            given[folded] = argument.value
        else:
            waiting = folded
    if waiting:
        return None
    for folded in slots:
        if not free:
            break
        if folded not in given:
            given[folded] = free.pop(0)
    for folded, value in given.items():
        exact = slots[folded].exact
        if exact is not None and type(value) is not exact:
            return None
    return given, free


def _call(
    f: Frame,
    info: FunctionInfo,
    plan: Plan,
    values: tuple[dict[str, Any], list[Any]],
    invocation: InvocationInfo,
) -> None:
    context = f.context
    scope = Scope(f.scope)
    frame = Frame(context, scope, f.emit, f.sinks)
    call = scope.call = CallInfo(info.name, info.block.code, invocation)
    if info.block.code.node.named:
        call.section = "<End>"
    given, call.args = values
    invocation.bound = call.given = {plan.slots[folded].name: value for folded, value in given.items()}
    invocation.unbound = call.args
    try:
        context.enter(call, frame)
        try:
            for folded, slot in plan.slots.items():
                _fill(frame, folded, slot, given)
            if plan.body is not None:
                plan.body(frame)
        except ReturnSignal:
            pass
        finally:
            context.leave()
        context.success = not call.failed
    except PSError:
        context.success = False
        raise


def _fill(frame: Frame, folded: str, slot: Slot, given: dict[str, Any]) -> None:
    cell = frame.scope.vars[folded] = Cell(slot.name)
    if folded in given:
        cell.value = given[folded]
    elif slot.default is not None:
        value = slot.default(frame)
        cell.value = None if value is NOTHING else value
        if slot.constraint:
            cell.value = slot.constraint[0](cell.value)
    else:
        cell.value = slot.empty
    if slot.constraint:
        cell.constrain(slot.constraint, slot.type_name)
