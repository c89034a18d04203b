"""ScriptBlock: compiled code with the context it belongs to. Cmdlets call blocks through ``CommandRuntime``'s
runners.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.engine.nettype import OBJECT, NetObject, NetType

if TYPE_CHECKING:
    from remora.engine.binding.metadata import CommandMetadata
    from remora.engine.code import ScriptCode
    from remora.engine.context import EngineContext
    from remora.engine.scopes import SessionScopes


class ScriptBlock(NetObject):
    """``{ ... }`` as a value. code: what the compiler made (shared). session: the session state it runs in, whoever
    calls it; None: its caller's. mode: the language it was made in and runs in.
    """

    __slots__ = ("code", "context", "mode", "session")
    net_type = NetType("System.Management.Automation.ScriptBlock", OBJECT)

    def __init__(self, code: ScriptCode, context: EngineContext, session: SessionScopes | None = None) -> None:
        self.code = code
        self.context = context
        self.mode = context.mode
        self.session = session

    @property
    def text(self) -> str:
        """The source between the braces."""
        return self.code.text

    @property
    def file(self) -> str | None:
        """Path of the script file it was read from."""
        return self.code.file

    def metadata(self) -> CommandMetadata:
        """Parameters and sets of its param block."""
        return self.code.metadata()

    def net_text(self) -> str:
        return self.code.text

    def new_closure(self) -> ScriptBlock:
        """GetNewClosure: the variables of the current scope, copied, become those of a module of the block's own."""
        from remora.engine.module.info import dynamic_module
        from remora.engine.scopes import Cell

        scope = self.context.active_frame().scope
        session = dynamic_module(self.context).session
        assert session is not None
        for name, cell in scope.vars.items():
            if not cell.options:
                session.top.vars.setdefault(name, Cell(cell.name, cell.value))
        made = ScriptBlock(self.code, self.context, session)
        made.mode = self.mode
        return made

    def invoke_with_this(self, this: Any, *arguments: Any) -> list[Any]:
        """Run with ``$this`` set: script properties and methods. An error that ends a statement of the block is
        raised.
        """
        from remora.engine.invoke import call_block

        self.context.try_depth += 1
        try:
            return call_block(self, list(arguments), this=this)
        finally:
            self.context.try_depth -= 1

    def invoke(self, *arguments: Any, dollar_under: Any = None, input: list[Any] | None = None) -> list[Any]:
        """Run in a new scope on the running pipeline of its context; returns the output. For .NET-like members and
        callbacks.
        """
        from remora.engine.invoke import call_block

        return call_block(self, list(arguments), dollar_under=dollar_under, input=input)


def _load_members() -> None:
    from remora.engine.types import scriptblocks

    scriptblocks.declare()


ScriptBlock.net_type.load = _load_members
