"""Objects behind automatic variables: $ExecutionContext."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.path_intrinsics import DriveView, PathView, ProviderView

if TYPE_CHECKING:
    from remora.engine.context import EngineContext

_M = "System.Management.Automation."


class EngineIntrinsics(NetObject):
    """$ExecutionContext: SessionState, InvokeCommand."""

    __slots__ = ("context",)
    net_type = NetType(_M + "EngineIntrinsics", OBJECT)

    def __init__(self, context: EngineContext) -> None:
        self.context = context


class SessionView(NetObject):
    """$ExecutionContext.SessionState."""

    __slots__ = ("context",)
    net_type = NetType(_M + "SessionState", OBJECT)

    def __init__(self, context: EngineContext) -> None:
        self.context = context


class InvokeCommandView(NetObject):
    """$ExecutionContext.InvokeCommand."""

    __slots__ = ("context",)
    net_type = NetType(_M + "CommandInvocationIntrinsics", OBJECT)

    def __init__(self, context: EngineContext) -> None:
        self.context = context

    def invoke_script(self, text: str) -> list[Any]:
        return self.context.make_block(text).invoke()

    def expand_string(self, text: str) -> Any:
        """The text as the inside of a double-quoted string."""
        escaped = text.replace('"', '`"')
        out = self.context.make_block(f'"{escaped}"').invoke()
        return out[0] if out else ""

    def get_command(self, name: str) -> Any:
        return self.context.resolver.find(name, self.context.active_frame().scope)


def _declare() -> None:
    engine = EngineIntrinsics.net_type
    engine.property("Host")(lambda e: e.context.global_scope.get("host"))
    engine.property("SessionState")(lambda e: SessionView(e.context))
    engine.property("InvokeCommand")(lambda e: InvokeCommandView(e.context))
    session = SessionView.net_type
    session.property("LanguageMode")(lambda s: "FullLanguage")
    session.property("Path")(lambda s: PathView(s.context))
    session.property("Drive")(lambda s: DriveView(s.context))
    session.property("Provider")(lambda s: ProviderView(s.context))
    session.property("InvokeCommand")(lambda s: InvokeCommandView(s.context))
    invoke = InvokeCommandView.net_type
    invoke.method("InvokeScript(string)")(lambda i, text: i.invoke_script(text))
    invoke.method("ExpandString(string)", returns="string")(lambda i, text: i.expand_string(text))
    invoke.method("GetCommand(string, object)")(lambda i, name, kind: i.get_command(name))


_declare()
