"""Objects behind automatic variables: $PWD, $Host, $ExecutionContext."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.values.versions import Version

if TYPE_CHECKING:
    from remora.engine.context import EngineContext
    from remora.engine.drives import Drives

_M = "System.Management.Automation."


class PathInfo(NetObject):
    """$PWD: the current location when it was asked for."""

    __slots__ = ("drive", "path")
    net_type = NetType(_M + "PathInfo", OBJECT)

    def __init__(self, drives: Drives) -> None:
        self.path = drives.location
        self.drive = drives.current

    def net_text(self) -> str:
        return self.path


PathInfo.net_type.property("Drive")(lambda p: p.drive)
PathInfo.net_type.property("Provider")(lambda p: p.drive.provider)
PathInfo.net_type.property("ProviderPath", "System.String")(lambda p: p.path)
PathInfo.net_type.property("Path", "System.String")(lambda p: p.path)


class HostView(NetObject):
    """$Host."""

    __slots__ = ("context", "instance_id")
    net_type = NetType(_M + "Internal.Host.InternalHost", NetType(_M + "Host.PSHost", OBJECT))

    def __init__(self, context: EngineContext, instance_id: UUID) -> None:
        self.context = context
        self.instance_id = instance_id


class HostUi(NetObject):
    """$Host.UI: each method is one call of the host."""

    __slots__ = ("host",)
    net_type = NetType(_M + "Internal.Host.InternalHostUserInterface", NetType(_M + "Host.PSHostUserInterface", OBJECT))

    def __init__(self, host: Any) -> None:
        self.host = host


class RawUi(NetObject):
    """$Host.UI.RawUI: what can be known without a terminal."""

    __slots__ = ("host",)
    net_type = NetType(
        _M + "Internal.Host.InternalHostRawUserInterface", NetType(_M + "Host.PSHostRawUserInterface", OBJECT)
    )

    def __init__(self, host: Any) -> None:
        self.host = host


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


class PathView(NetObject):
    """$ExecutionContext.SessionState.Path."""

    __slots__ = ("drives",)
    net_type = NetType(_M + "PathIntrinsics", OBJECT)

    def __init__(self, drives: Drives) -> None:
        self.drives = drives


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
    host = HostView.net_type
    host.property("Name", "System.String")(lambda h: h.context.host.name)
    host.property("Version")(lambda h: Version.parse(h.context.host.version))
    host.property("InstanceId")(lambda h: h.instance_id)
    host.property("UI")(lambda h: HostUi(h.context.host))
    host.property("CurrentCulture")(lambda h: "en-US")
    host.property("CurrentUICulture")(lambda h: "en-US")
    host.property("PrivateData")(lambda h: None)
    host.property("IsRunspacePushed")(lambda h: False)
    host.method("SetShouldExit(int)", returns="void")(lambda h, code: h.context.host.set_should_exit(code))
    ui = HostUi.net_type
    ui.property("RawUI")(lambda u: RawUi(u.host))
    ui.property("SupportsVirtualTerminal")(lambda u: bool(getattr(u.host, "supports_virtual_terminal", False)))
    ui.method("Write(string)", returns="void")(lambda u, text: u.host.write(text))
    ui.method("WriteLine()", "WriteLine(string)", returns="void")(lambda u, text="": u.host.write_line(text))
    ui.method("WriteErrorLine(string)", returns="void")(lambda u, text: u.host.write_error_line(text))
    ui.method("WriteWarningLine(string)", returns="void")(lambda u, text: u.host.write_warning_line(text))
    ui.method("WriteVerboseLine(string)", returns="void")(lambda u, text: u.host.write_verbose_line(text))
    ui.method("WriteDebugLine(string)", returns="void")(lambda u, text: u.host.write_debug_line(text))
    ui.method("ReadLine()", returns="string")(lambda u: u.host.read_line())
    ui.method("ReadLineAsSecureString()")(lambda u: u.host.read_line_as_secure_string())
    ui.method("PromptForChoice(string, string, object[], int)", returns="int")(
        lambda u, caption, message, choices, default: u.host.prompt_for_choice(caption, message, choices, default)
    )
    ui.method("PromptForCredential(string, string, string, string)")(
        lambda u, caption, message, user, target: u.host.prompt_for_credential(caption, message, user, target)
    )
    raw = RawUi.net_type
    raw.property("WindowTitle", "System.String")(lambda r: r.host.get_window_title())
    raw.setter("WindowTitle")(lambda r, title: r.host.set_window_title(title))
    raw.property("BufferSize")(lambda r: _size(r.host))
    raw.property("WindowSize")(lambda r: _size(r.host))
    engine = EngineIntrinsics.net_type
    engine.property("Host")(lambda e: HostView(e.context, UUID(int=0)))
    engine.property("SessionState")(lambda e: SessionView(e.context))
    engine.property("InvokeCommand")(lambda e: InvokeCommandView(e.context))
    session = SessionView.net_type
    session.property("LanguageMode")(lambda s: "FullLanguage")
    session.property("Path")(lambda s: PathView(s.context.drives))
    session.property("InvokeCommand")(lambda s: InvokeCommandView(s.context))
    paths = PathView.net_type
    paths.property("CurrentLocation")(lambda p: PathInfo(p.drives))
    paths.property("CurrentFileSystemLocation", "System.String")(lambda p: p.drives.file_location)
    paths.method("GetUnresolvedProviderPathFromPSPath(string)", returns="string")(lambda p, t: p.drives.resolve(t).path)
    invoke = InvokeCommandView.net_type
    invoke.method("InvokeScript(string)")(lambda i, text: i.invoke_script(text))
    invoke.method("ExpandString(string)", returns="string")(lambda i, text: i.expand_string(text))
    invoke.method("GetCommand(string, object)")(lambda i, name, kind: i.get_command(name))


def _size(host: Any) -> Any:
    from remora.values.objects import PSObject

    width, height = host.get_buffer_size()
    return PSObject.custom({"Width": width, "Height": height})


_declare()
