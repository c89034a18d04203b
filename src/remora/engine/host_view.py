"""``$Host``, its UI and its RawUI: each member is one call of the runspace's host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.values.versions import Version

if TYPE_CHECKING:
    from remora.engine.context import EngineContext
    from remora.engine.streams import EngineHost

_M: Final = "System.Management.Automation."


class HostView(NetObject):
    """$Host."""

    __slots__ = ("context", "instance_id")
    net_type = NetType(_M + "Internal.Host.InternalHost", NetType(_M + "Host.PSHost", OBJECT))

    def __init__(self, context: EngineContext, instance_id: UUID) -> None:
        self.context = context
        self.instance_id = instance_id


class HostUi(NetObject):
    """$Host.UI."""

    __slots__ = ("context", "host")
    net_type = NetType(_M + "Internal.Host.InternalHostUserInterface", NetType(_M + "Host.PSHostUserInterface", OBJECT))

    def __init__(self, context: EngineContext) -> None:
        self.context = context
        self.host: EngineHost = context.host


class RawUi(NetObject):
    """$Host.UI.RawUI."""

    __slots__ = ("host",)
    net_type = NetType(
        _M + "Internal.Host.InternalHostRawUserInterface", NetType(_M + "Host.PSHostRawUserInterface", OBJECT)
    )

    def __init__(self, host: EngineHost) -> None:
        self.host = host

    def ask(self, method: str, *arguments: Any) -> Any:
        """One call; what it takes and gives are values of System.Management.Automation.Host."""
        from remora.engine.types.hosting import from_host, to_host

        return from_host(self.host.call_raw(method, *map(to_host, arguments)))


def _fields(ui: HostUi, caption: str, message: str, fields: Any) -> Any:
    from remora.engine.types.hosting import to_host
    from remora.values.tables import Hashtable

    answers: Mapping[str, Any] = ui.host.prompt(caption, message, to_host(list(fields)))
    return Hashtable(answers)


def _choices(given: Any) -> Sequence[Any]:
    from remora.engine.types.hosting import to_host

    chosen: Sequence[Any] = to_host(list(given))
    return chosen


def _choose(ui: HostUi, caption: str, message: str, choices: Any, default: Any) -> Any:
    if isinstance(default, (list, tuple)):
        return ui.host.prompt_for_choice_multiple(caption, message, _choices(choices), [int(d) for d in default])
    return ui.host.prompt_for_choice(caption, message, _choices(choices), int(default))


def _colour(value: Any) -> int | None:
    return None if value is None else int(value)


def _culture() -> Any:
    from remora.engine.convert.conversion import convert
    from remora.engine.types.typeref import require

    return convert("en-US", require("System.Globalization.CultureInfo"))


def _runspace(host: HostView) -> Any:
    from remora.engine.hosting.runspace import runspace_of
    from remora.engine.types.catalog import load

    load("runspaces")
    return runspace_of(host.context)


def _private_data(host: HostView) -> Any:
    """The colours of a console; other hosts have none."""
    if host.context.host.name != "ConsoleHost":
        return None
    from remora.engine.types.consolecolors import ConsoleColors

    return host.context.store.setdefault("private data", ConsoleColors())


def _declare_host() -> None:
    host = HostView.net_type
    host.property("Name", "System.String")(lambda h: h.context.host.name)
    host.property("Version", "System.Version")(lambda h: Version.parse(h.context.host.version))
    host.property("InstanceId", "System.Guid")(lambda h: h.instance_id)
    host.property("Runspace", _M + "Runspaces.Runspace", wire=False)(_runspace)
    host.property("UI", _M + "Host.PSHostUserInterface")(lambda h: HostUi(h.context))
    host.property("CurrentCulture", "System.Globalization.CultureInfo")(lambda h: _culture())
    host.property("CurrentUICulture", "System.Globalization.CultureInfo")(lambda h: _culture())
    host.property("PrivateData", _M + "PSObject", wire=False)(_private_data)
    host.property("DebuggerEnabled", "System.Boolean")(lambda h: h.context.on_debugger_stop is not None)
    host.property("IsRunspacePushed", "System.Boolean")(lambda h: bool(getattr(h.context.host, "pushed", False)))
    host.method("SetShouldExit(int)", returns="void")(lambda h, code: h.context.host.set_should_exit(code))
    host.method("EnterNestedPrompt()", returns="void")(lambda h: h.context.host.enter_nested_prompt())
    host.method("ExitNestedPrompt()", returns="void")(lambda h: h.context.host.exit_nested_prompt())
    host.method("NotifyBeginApplication()", returns="void")(lambda h: h.context.host.notify_begin_application())
    host.method("NotifyEndApplication()", returns="void")(lambda h: h.context.host.notify_end_application())


def _declare_ui() -> None:
    ui = HostUi.net_type
    ui.property("RawUI", _M + "Host.PSHostRawUserInterface")(lambda u: RawUi(u.host))
    ui.property("SupportsVirtualTerminal", "System.Boolean")(
        lambda u: bool(getattr(u.host, "supports_virtual_terminal", False))
    )
    ui.method("Write(string)", returns="void")(lambda u, text: u.host.write(text))
    ui.method("Write(System.ConsoleColor, System.ConsoleColor, string)", returns="void")(
        lambda u, fore, back, text: u.host.write(text, _colour(fore), _colour(back))
    )
    ui.method("WriteLine()", "WriteLine(string)", returns="void")(lambda u, text="": u.host.write_line(text))
    ui.method("WriteLine(System.ConsoleColor, System.ConsoleColor, string)", returns="void")(
        lambda u, fore, back, text: u.host.write_line(text, _colour(fore), _colour(back))
    )
    ui.method("WriteErrorLine(string)", returns="void")(lambda u, text: u.host.write_error_line(text))
    ui.method("WriteWarningLine(string)", returns="void")(lambda u, text: u.host.write_warning_line(text))
    ui.method("WriteVerboseLine(string)", returns="void")(lambda u, text: u.host.write_verbose_line(text))
    ui.method("WriteDebugLine(string)", returns="void")(lambda u, text: u.host.write_debug_line(text))
    ui.method("WriteInformation(object)", returns="void")(lambda u, record: None)
    ui.method("WriteProgress(long, object)", returns="void")(
        lambda u, source, record: u.host.write_progress(int(source), record)
    )
    ui.method("ReadLine()", returns="string")(lambda u: u.host.read_line())
    ui.method("ReadLineAsSecureString()", returns="securestring")(lambda u: u.host.read_line_as_secure_string())
    ui.method("Prompt(string, string, object[])")(_fields)
    ui.method("PromptForChoice(string, string, object[], object)")(_choose)
    ui.method(
        "PromptForCredential(string, string, string, string)",
        "PromptForCredential(string, string, string, string, int, int)",
        returns=_M + "PSCredential",
    )(
        lambda u, caption, message, user, target, allowed=3, options=0: u.host.prompt_for_credential(
            caption, message, user, target, int(allowed), int(options)
        )
    )


_RAW: Final = (
    # property, type, whether it can be set
    ("ForegroundColor", "System.ConsoleColor", True),
    ("BackgroundColor", "System.ConsoleColor", True),
    ("CursorPosition", _M + "Host.Coordinates", True),
    ("WindowPosition", _M + "Host.Coordinates", True),
    ("CursorSize", "System.Int32", True),
    ("BufferSize", _M + "Host.Size", True),
    ("WindowSize", _M + "Host.Size", True),
    ("MaxWindowSize", _M + "Host.Size", False),
    ("MaxPhysicalWindowSize", _M + "Host.Size", False),
    ("WindowTitle", "System.String", True),
    ("KeyAvailable", "System.Boolean", False),
)


def _declare_raw_property(name: str, type_name: str, settable: bool) -> None:
    from remora.engine.convert.conversion import convert, enum_value
    from remora.engine.types.typeref import require

    def get(ui: RawUi) -> Any:
        kind, found = require(type_name), ui.ask(f"get_{method}")
        return enum_value(kind, found) if kind.net.enum is not None and type(found) is int else convert(found, kind)

    raw = RawUi.net_type
    method = "_".join(_words(name))
    raw.property(name, type_name)(get)
    if settable:
        raw.setter(name)(lambda r, value: r.ask(f"set_{method}", _wire_number(convert(value, require(type_name)))))


def _wire_number(value: Any) -> Any:
    return int(value) if isinstance(value, int) else value


def _words(name: str) -> list[str]:
    words: list[str] = []
    for char in name:
        if char.isupper():
            words.append(char.lower())
        else:
            words[-1] += char
    return words


def _declare_raw() -> None:
    for name, type_name, settable in _RAW:
        _declare_raw_property(name, type_name, settable)
    raw = RawUi.net_type
    raw.method("ReadKey()", f"ReadKey({_M}Host.ReadKeyOptions)", returns=_M + "Host.KeyInfo")(
        lambda r, options=4: r.ask("read_key", int(options))
    )
    raw.method("FlushInputBuffer()", returns="void")(lambda r: r.ask("flush_input_buffer"))
    raw.method("GetBufferContents(object)")(lambda r, area: r.ask("get_buffer_contents", area))
    raw.method("SetBufferContents(object, object)", returns="void")(_set_contents)
    raw.method("ScrollBufferContents(object, object, object, object)", returns="void")(
        lambda r, source, to, clip, fill: r.ask("scroll_buffer_contents", source, to, clip, fill)
    )
    raw.method("LengthInBufferCells(string)", "LengthInBufferCells(char)", returns="int")(lambda r, text: len(text))


def _set_contents(raw: RawUi, where: Any, what: Any) -> None:
    area = getattr(where, "kind", None)
    one = area is not None and area.name.endswith("Rectangle")
    raw.ask("set_buffer_contents1" if one else "set_buffer_contents2", where, what)


_declare_host()
_declare_ui()
_declare_raw()
