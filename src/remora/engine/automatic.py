"""Objects behind automatic variables: $ExecutionContext."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.engine.language.mode import MODES, mode_of
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.path_intrinsics import DriveView, PathView, ProviderView

if TYPE_CHECKING:
    from remora.engine.context import EngineContext
    from remora.engine.scopes import Cell, Scope, SessionScopes

_M = "System.Management.Automation."


class EngineIntrinsics(NetObject):
    """$ExecutionContext: SessionState, InvokeCommand. session: of the code that read it."""

    __slots__ = ("context", "session")
    net_type = NetType(_M + "EngineIntrinsics", OBJECT)

    def __init__(self, context: EngineContext, session: SessionScopes) -> None:
        self.context = context
        self.session = session


class SessionView(NetObject):
    """$ExecutionContext.SessionState, $PSCmdlet.SessionState, a module's SessionState."""

    __slots__ = ("context", "session")
    net_type = NetType(_M + "SessionState", OBJECT)

    def __init__(self, context: EngineContext, session: SessionScopes) -> None:
        self.context = context
        self.session = session

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SessionView) and other.session is self.session

    def __hash__(self) -> int:
        return hash(id(self.session))

    def scope(self) -> Scope:
        """Where its code runs now."""
        frame = self.context.active_frame()
        return frame.scope if frame.scope.session is self.session else self.session.current


class VariableView(NetObject):
    """SessionState.PSVariable."""

    __slots__ = ("view",)
    net_type = NetType(_M + "PSVariableIntrinsics", OBJECT)

    def __init__(self, view: SessionView) -> None:
        self.view = view

    def cell(self, name: str) -> Cell | None:
        """The variable that a name, perhaps with a scope before it, means."""
        prefix, colon, rest = name.partition(":")
        scope = self.view.scope()
        if colon and prefix.lower() in ("global", "script", "local", "private"):
            return scope.named(prefix).vars.get(rest.lower())
        return scope.lookup((rest if colon and prefix.lower() == "variable" else name).lower())

    def get(self, name: str) -> Any:
        from remora.engine.variable import PSVariable

        cell = self.cell(name)
        return None if cell is None else PSVariable(cell)

    def value(self, name: str, default: Any = None) -> Any:
        cell = self.cell(name)
        return default if cell is None else cell.value

    def set(self, name: Any, value: Any = None) -> None:
        """Set by name, or put a PSVariable into the scope."""
        from remora.engine.variable import PSVariable

        scope = self.view.scope()
        if isinstance(name, PSVariable):
            scope.vars[name.cell.name.lower()] = name.cell
            return
        prefix, colon, rest = name.partition(":")
        if colon and prefix.lower() in ("global", "script", "local", "private"):
            scope.named(prefix).set(rest, value)
        else:
            scope.set(name, value)

    def remove(self, name: Any) -> None:
        from remora.engine.variable import PSVariable

        folded = (name.cell.name if isinstance(name, PSVariable) else name).lower()
        for level in self.view.scope().chain():
            if level.remove(folded):
                return


def _invoke_command(view: EngineIntrinsics | SessionView) -> Any:
    from remora.engine.invokecommand import InvokeCommandView

    return InvokeCommandView(view.context, view.session)


def _events(view: EngineIntrinsics) -> Any:
    from remora.engine.events import manager_of

    return manager_of(view.context)


def _providers(context: EngineContext) -> Any:
    from remora.engine.provider_intrinsics import ProviderOperations

    return ProviderOperations(context)


def _language(context: EngineContext) -> Any:
    from remora.engine.convert.conversion import convert_to

    return convert_to(context.mode.language, _M + "PSLanguageMode")


def _set_language(context: EngineContext, value: Any) -> None:
    context.mode = mode_of(MODES[int(value)])


def _declare() -> None:
    engine = EngineIntrinsics.net_type
    engine.property("Host")(lambda e: e.context.global_scope.get("host"))
    engine.property("SessionState")(lambda e: SessionView(e.context, e.session))
    engine.property("InvokeCommand")(_invoke_command)
    engine.property("InvokeProvider")(lambda e: _providers(e.context))
    engine.property("Events")(_events)
    session = SessionView.net_type
    session.property("LanguageMode", "System.Management.Automation.PSLanguageMode")(lambda s: _language(s.context))
    session.setter("LanguageMode")(lambda s, value: _set_language(s.context, value))
    session.property("Path")(lambda s: PathView(s.context))
    session.property("Drive")(lambda s: DriveView(s.context))
    session.property("Provider")(lambda s: ProviderView(s.context))
    session.property("InvokeCommand")(_invoke_command)
    session.property("InvokeProvider")(lambda s: _providers(s.context))
    session.property("Module")(lambda s: s.session.module)
    session.property("PSVariable")(VariableView)
    session.property("Applications")(lambda s: ["*"])
    session.property("Scripts")(lambda s: ["*"])
    session.property("UseFullLanguageModeInDebugger", "System.Boolean")(lambda s: False)
    variables = VariableView.net_type
    variables.method("Get(string)")(VariableView.get)
    variables.method("GetValue(string)", "GetValue(string, object)")(VariableView.value)
    variables.method("Set(string, object)", "Set(object)", returns="void")(VariableView.set)
    variables.method("Remove(string)", "Remove(object)", returns="void")(VariableView.remove)


_declare()
