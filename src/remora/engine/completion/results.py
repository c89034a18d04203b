"""What completion answers with, as scripts see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from remora.engine.errors import PSError
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.registry import ENUM
from remora.engine.types.typeref import register
from remora.engine.wildcard import like
from remora.values.enums import EnumValue

_M: Final = "System.Management.Automation."
KINDS: Final = (
    "Text", "History", "Command", "ProviderItem", "ProviderContainer", "Property", "Method", "ParameterName",
    "ParameterValue", "Variable", "Namespace", "Type", "Keyword", "DynamicKeyword",
)  # fmt: skip


KIND: Final = NetType(
    _M + "CompletionResultType", ENUM, is_value_type=True, enum={name: number for number, name in enumerate(KINDS)}
)


class CompletionResult(NetObject):
    """One proposal. text: what replaces the word; shown: its name in a list; kind: one of KINDS."""

    __slots__ = ("kind_name", "shown", "text", "tool_tip")
    net_type = NetType(_M + "CompletionResult", OBJECT)

    def __init__(self, text: str, shown: str = "", kind_name: str = "Text", tool_tip: str = "") -> None:
        self.text = text
        self.shown = shown or text
        self.kind_name = kind_name
        self.tool_tip = tool_tip or self.shown


class CommandCompletion(NetObject):
    """All proposals, and the part of the text that each would replace. index: the one chosen, -1 before any."""

    __slots__ = ("index", "length", "matches", "start")
    net_type = NetType(_M + "CommandCompletion", OBJECT)

    def __init__(self, matches: Sequence[CompletionResult], start: int, length: int) -> None:
        self.matches = list(matches)
        self.start = start
        self.length = length
        self.index = -1

    def next_result(self, forward: bool) -> CompletionResult | None:
        """The next proposal in a direction, around the ends."""
        if not self.matches:
            return None
        step = 1 if forward else -1
        self.index = (self.index + step) % len(self.matches) if self.index >= 0 or forward else len(self.matches) - 1
        return self.matches[self.index]


def kind_value(name: str) -> EnumValue:
    """A CompletionResultType."""
    return EnumValue(KINDS.index(name), KIND.name, name)


def register_types() -> None:
    """Make the types known by name."""
    register(KIND, CompletionResult.net_type, CommandCompletion.net_type)


def _declare() -> None:
    result = CompletionResult.net_type
    result.property("CompletionText", "System.String")(lambda r: r.text)
    result.property("ListItemText", "System.String")(lambda r: r.shown)
    result.property("ResultType", _M + "CompletionResultType")(lambda r: kind_value(r.kind_name))
    result.property("ToolTip", "System.String")(lambda r: r.tool_tip)
    result.constructor("(string)", "(string, string, " + _M + "CompletionResultType, string)")(_made)
    completion = CommandCompletion.net_type
    completion.property("CurrentMatchIndex", "System.Int32")(lambda c: c.index)
    completion.property("ReplacementIndex", "System.Int32")(lambda c: c.start)
    completion.property("ReplacementLength", "System.Int32")(lambda c: c.length)
    completion.property("CompletionMatches")(lambda c: c.matches)
    completion.method("GetNextResult(bool)")(lambda c, forward: c.next_result(forward))
    completion.static(
        "CompleteInput(string, int, hashtable)", "CompleteInput(string, int, object)", returns=_M + "CommandCompletion"
    )(_complete_input)


def _made(text: str, shown: str = "", kind: Any = None, tool_tip: str = "") -> CompletionResult:
    return CompletionResult(text, shown, "Text" if kind is None else kind.name, tool_tip)


def _complete_input(text: str, cursor: int, options: Any) -> CommandCompletion:
    from remora.engine.completion import complete
    from remora.engine.context import current

    return complete(current(), text, cursor)


_declare()


def begins(name: str, text: str) -> bool:
    """Tell whether a name begins with what was typed, any case; wildcards in it count."""
    if not any(char in "*?[" for char in text):
        return name.lower().startswith(text.lower())
    try:
        return like(name, text + "*")
    except PSError:
        return False
