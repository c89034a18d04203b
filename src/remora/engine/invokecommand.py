"""``$ExecutionContext.InvokeCommand``: ways to run and to find commands from a script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from remora.engine.automatic import SessionView
from remora.engine.convert.conversion import convert_to
from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true
from remora.engine.enumeration import items_of
from remora.engine.errors import error
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import unwrap
from remora.engine.wildcard import like
from remora.values.collections import GenericList

if TYPE_CHECKING:
    from remora.engine.commands import CommandInfo
    from remora.engine.context import EngineContext
    from remora.engine.scopes import SessionScopes

_M = "System.Management.Automation."


class InvokeCommandView(NetObject):
    """``$ExecutionContext.InvokeCommand``."""

    __slots__ = ("context", "session")
    net_type = NetType(_M + "CommandInvocationIntrinsics", OBJECT)

    def __init__(self, context: EngineContext, session: SessionScopes) -> None:
        self.context = context
        self.session = session

    def net_text(self) -> str:
        return self.net_type.name

    def block(self, text: str) -> ScriptBlock:
        """Text as a block of the session."""
        made = self.context.make_block(text)
        made.session = self.session
        return made

    def run(self, block: ScriptBlock, arguments: Sequence[Any], *, new_scope: bool, input: Any = None) -> GenericList:
        """Run a block and collect its output."""
        from remora.engine.invoke import run_block

        out: list[Any] = []
        given = None if input is None else list(items_of(input))
        frame = self.context.active_frame()
        run_block(frame, block, list(arguments), out.append, new_scope=new_scope, input=given)
        return GenericList(out, _M + "PSObject")

    def invoke_script(self, text: str, arguments: Sequence[Any] = ()) -> GenericList:
        """InvokeScript(text, args): in a scope of its own."""
        return self.run(self.block(text), arguments, new_scope=True)

    def expand_string(self, text: str) -> str:
        """The text as the inside of a double-quoted string."""
        escaped = text.replace('"', '`"')
        out = self.block(f'"{escaped}"').invoke()
        return to_text(out[0]) if out else ""

    def commands(self, pattern: str, kind: Any, is_pattern: bool) -> list[CommandInfo]:
        """Commands by name or pattern, of some CommandTypes."""
        from remora.engine.invoke import call_command

        if is_pattern:
            options = {"Name": pattern, "CommandType": kind, "ErrorAction": "Ignore"}
            return call_command(self.context.active_frame(), "Get-Command", [], options)
        found = self.command(pattern, kind)
        return [] if found is None else [found]

    def command(self, name: str, kind: Any) -> Any:
        """GetCommand: None when there is none of that type."""
        wanted = 383 if kind is None else int(convert_to(kind, _M + "CommandTypes"))
        numbers = {"Alias": 1, "Function": 2, "Filter": 4, "Cmdlet": 8, "ExternalScript": 16, "Application": 32}
        found = self.context.resolver.find(name, SessionView(self.context, self.session).scope())
        if found is not None and numbers.get(found.command_type, 64) & wanted:
            return found
        return self.cmdlet(name) if wanted & 8 else None

    def cmdlet(self, name: str) -> Any:
        """GetCmdlet: None when the session has none of that name or does not show it."""
        found = self.context.commands.find(name)
        return None if found is None else self.context.resolver.shown(found)


def _block(value: Any) -> ScriptBlock:
    inner = unwrap(value)
    if isinstance(inner, ScriptBlock):
        return inner
    raise error("A script block is needed.", "Argument", "InvalidArgument", value)


def _invoke_three(view: InvokeCommandView, local: Any, block: Any, input: Any, *arguments: Any) -> GenericList:
    """InvokeScript(useLocalScope, scriptBlock, input, args)."""
    flat = [item for one in arguments for item in (one if isinstance(one, list) else [one])]
    return view.run(_block(block), flat, new_scope=is_true(local), input=input)


def _invoke_in(view: InvokeCommandView, state: Any, block: Any, *arguments: Any) -> GenericList:
    """InvokeScript(sessionState, scriptBlock, args)."""
    return view.run(_block(block), arguments, new_scope=True)


def _watch_location(view: InvokeCommandView, action: Any) -> None:
    from remora.engine.provider_intrinsics import watch_location

    watch_location(view.context, action)


def _declare() -> None:
    k = InvokeCommandView.net_type
    k.property("LocationChangedAction")(lambda i: i.context.store.get("location action"))
    k.setter("LocationChangedAction")(_watch_location)
    k.method("InvokeScript(string)", "InvokeScript(string, *object)")(
        lambda i, text, *arguments: i.invoke_script(text, arguments)
    )
    k.method("InvokeScript(bool, scriptblock, object, *object)")(_invoke_three)
    k.method("InvokeScript(object, scriptblock, *object)")(_invoke_in)
    k.method("NewScriptBlock(string)")(lambda i, text: i.block(text))
    k.method("ExpandString(string)", returns="string")(lambda i, text: i.expand_string(text))
    k.method("GetCommand(string, object)", "GetCommand(string, object, *object)")(
        lambda i, name, kind, *rest: i.command(name, kind)
    )
    k.method("GetCommandName(string, bool, bool)")(
        lambda i, name, pattern, full: GenericList([c.name for c in i.commands(name, 383, pattern)], "System.String")
    )
    k.method("GetCommands(string, object, bool)")(lambda i, name, kind, pattern: i.commands(name, kind, pattern))
    k.method("GetCmdlet(string)", "GetCmdletByTypeName(string)")(lambda i, name: i.cmdlet(name))
    k.method("GetCmdlets()", "GetCmdlets(string)")(
        lambda i, pattern="*": [
            c for c in i.context.commands.all() if i.context.resolver.shown(c) is not None and like(c.name, pattern)
        ]
    )
    for hook in ("CommandNotFoundAction", "PreCommandLookupAction", "PostCommandLookupAction"):
        k.property(hook)(lambda i: None)


_declare()
