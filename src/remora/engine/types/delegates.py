"""Delegates: Func, Action, Predicate and their relatives, made from script blocks."""

from __future__ import annotations

from typing import Any, Final

from remora.engine.errors import error
from remora.engine.members.methodvalue import MethodValue
from remora.engine.nettype import OBJECT, NetType
from remora.engine.nothing import NOTHING, collected
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.tuples import GenericObject
from remora.engine.types.typeref import TypeRef, register, require

DELEGATE: Final = NetType("System.Delegate", OBJECT, form="abstract")
MULTICAST: Final = NetType("System.MulticastDelegate", DELEGATE, form="abstract")
MAX_ARGUMENTS: Final = 16
_FIXED: Final[dict[str, tuple[int, bool]]] = {
    "System.Predicate`1": (1, True),
    "System.Comparison`1": (2, True),
    "System.Converter`2": (1, True),
    "System.EventHandler": (2, False),
    "System.EventHandler`1": (2, False),
    "System.AsyncCallback": (1, False),
    "System.Threading.ThreadStart": (0, False),
    "System.Threading.ParameterizedThreadStart": (1, False),
    "System.Threading.WaitCallback": (1, False),
    "System.Threading.TimerCallback": (1, False),
    "System.Text.RegularExpressions.MatchEvaluator": (1, True),
    "System.ResolveEventHandler": (2, True),
}
_RESULTS: Final = {"System.Predicate`1": "System.Boolean", "System.Comparison`1": "System.Int32",
                   "System.Text.RegularExpressions.MatchEvaluator": "System.String"}  # fmt: skip


class DelegateObject(GenericObject):
    """A script block or a method as a delegate: its arguments and result have types."""

    __slots__ = ("block",)
    net_type = MULTICAST

    def __init__(self, kind: NetType, block: ScriptBlock | MethodValue) -> None:
        self.kind = kind
        self.block = block

    def invoke(self, *arguments: Any) -> Any:
        """Call what it is made of; the result is converted to the delegate's result type."""
        from remora.engine.convert.conversion import convert

        types = [require(name) for name in self.kind.arguments]
        given = [convert(a, types[i]) if i < len(types) else a for i, a in enumerate(arguments)]
        if isinstance(self.block, MethodValue):
            result = self.block.call(given)
        else:
            result = collected(self.block.invoke(*given, dollar_under=given[0] if given else None))
        target = _result_type(self.kind)
        if target is None:
            return NOTHING
        return convert(None if result is NOTHING else result, target)

    def net_text(self) -> str:
        return self.kind.type_ref.display if self.kind.type_ref is not None else self.kind.name


def _result_type(kind: NetType) -> TypeRef | None:
    """The type of what a delegate returns; None when it returns nothing."""
    name = kind.definition.name if kind.definition is not None else kind.name
    if name in _RESULTS:
        return require(_RESULTS[name])
    if name.startswith(("System.Func`", "System.Converter`")):
        return require(kind.arguments[-1])
    return require("System.Object") if name == "System.ResolveEventHandler" else None


def _arity(kind: NetType) -> int:
    """How many arguments a delegate takes."""
    name = kind.definition.name if kind.definition is not None else kind.name
    fixed = _FIXED.get(name)
    return fixed[0] if fixed is not None else len(kind.arguments) - name.startswith("System.Func`")


def delegate_from(target: TypeRef, value: Any) -> Any:
    """Convert a script block, a method that takes as many arguments, or a delegate of that type."""
    from remora.engine.convert.numbers import cannot_convert

    if value is None:
        return None
    if isinstance(value, DelegateObject):
        return value if value.kind is target.net else DelegateObject(target.net, value.block)
    if isinstance(value, ScriptBlock) or (isinstance(value, MethodValue) and value.takes(_arity(target.net))):
        return DelegateObject(target.net, value)
    raise cannot_convert(value, target.display)


def call(function: Any, *arguments: Any) -> Any:
    """Call a delegate or a script block from a method that takes one; its output as one value."""
    if isinstance(function, DelegateObject):
        return function.invoke(*arguments)
    if isinstance(function, MethodValue):
        return function.call(list(arguments))
    if isinstance(function, ScriptBlock):
        return collected(function.invoke(*arguments, dollar_under=arguments[0] if arguments else None))
    raise error("A delegate is expected.", "MethodArgumentConversionInvalidCastArgument", "InvalidArgument", function)


def register_types() -> None:
    """Delegates by name."""
    register(DELEGATE, MULTICAST, *_DECLARED)


def _declare() -> list[NetType]:
    out = [NetType(name, MULTICAST, form="delegate") for name in _FIXED]
    out.append(NetType("System.Action", MULTICAST, form="delegate"))
    out.extend(NetType(f"System.Action`{count}", MULTICAST, form="delegate") for count in range(1, MAX_ARGUMENTS + 1))
    out.extend(NetType(f"System.Func`{count}", MULTICAST, form="delegate") for count in range(1, MAX_ARGUMENTS + 2))
    return out


_DECLARED: Final = _declare()
DELEGATE.method("DynamicInvoke(*object args)")(lambda d, *arguments: d.invoke(*arguments))
DELEGATE.property("Target")(lambda d: d.block)
MULTICAST.method("Invoke(*object args)")(lambda d, *arguments: d.invoke(*arguments))
