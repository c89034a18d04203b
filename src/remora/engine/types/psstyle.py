"""$PSStyle: the sequences of text styles, and the settings that say where they are used."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from remora.engine.convert.conversion import enum_value
from remora.engine.errors import PSError, error
from remora.engine.exception_types import exception
from remora.engine.format.decorated import ESC, RESET, plain
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import registry as r
from remora.engine.types.typeref import TypeRef, register
from remora.values.enums import EnumValue

if TYPE_CHECKING:
    from remora.engine.context import EngineContext

_M: Final = "System.Management.Automation."
_STORE: Final = "psstyle"

OUTPUT_RENDERING: Final = NetType(_M + "OutputRendering", r.ENUM, enum={"Host": 0, "PlainText": 1, "Ansi": 2})
PROGRESS_VIEW: Final = NetType(_M + "ProgressView", r.ENUM, enum={"Minimal": 0, "Classic": 1})
HOST: Final = 0
PLAIN_TEXT: Final = 1
ANSI: Final = 2

COLORS: Final = ("Black", "Red", "Green", "Yellow", "Blue", "Magenta", "Cyan", "White")
# ConsoleColor number -> SGR code of the foreground; the background is ten more
_CONSOLE_COLORS: Final = (30, 34, 32, 36, 31, 35, 33, 37, 90, 94, 92, 96, 91, 95, 93, 97)
_ATTRIBUTES: Final = {
    "Reset": 0, "BlinkOff": 25, "Blink": 5, "BoldOff": 22, "Bold": 1, "DimOff": 22, "Dim": 2, "Hidden": 8,
    "HiddenOff": 28, "Reverse": 7, "ReverseOff": 27, "ItalicOff": 23, "Italic": 3, "UnderlineOff": 24, "Underline": 4,
    "StrikethroughOff": 29, "Strikethrough": 9,
}  # fmt: skip
_FORMATTING: Final = {
    "FormatAccent": "32;1", "TableHeader": "32;1", "CustomTableHeaderLabel": "32;1;3", "ErrorAccent": "36;1",
    "Error": "31;1", "Warning": "33;1", "Verbose": "33;1", "Debug": "33;1", "FeedbackName": "33",
    "FeedbackText": "96", "FeedbackAction": "97",
}  # fmt: skip
_FILES: Final = {"Directory": "44;1", "SymbolicLink": "36;1", "Executable": "32;1"}
_EXTENSIONS: Final = {
    **dict.fromkeys((".zip", ".tgz", ".gz", ".tar", ".nupkg", ".cab", ".7z"), "31;1"),
    **dict.fromkeys((".ps1", ".psd1", ".psm1", ".ps1xml"), "33;1"),
}
MIN_PROGRESS_WIDTH: Final = 18


def sgr(code: int | str) -> str:
    """The sequence of a graphics code."""
    return f"{ESC}[{code}m"


def _invalid(message: str, name: str = "", kind: str = "System.ArgumentException") -> PSError:
    text = f"{message} (Parameter '{name}')" if name else message
    return error(text, kind.rpartition(".")[2], "NotSpecified", type_name=kind, inner=exception(text, kind))


def checked(text: Any) -> str:
    """A sequence without content. Raises PSError for anything else."""
    if text is None:
        raise _invalid("Value cannot be null.", "text", "System.ArgumentNullException")
    content = plain(str(text))
    if content:
        raise _invalid(f"The specified string contains printable content when it should only contain ANSI escape "
                       f"sequences: {content}")  # fmt: skip
    return str(text)


class StylePart(NetObject):
    """A group of settings of $PSStyle. values: sequences by name; more: other settings by name."""

    __slots__ = ("more", "values")

    def __init__(self, values: dict[str, str], **more: Any) -> None:
        self.values = values
        self.more = more


class ForegroundColor(StylePart):
    """$PSStyle.Foreground."""

    __slots__ = ()
    net_type = NetType(_M + "PSStyle+ForegroundColor", OBJECT)


class BackgroundColor(StylePart):
    """$PSStyle.Background."""

    __slots__ = ()
    net_type = NetType(_M + "PSStyle+BackgroundColor", OBJECT)


class FormattingData(StylePart):
    """$PSStyle.Formatting."""

    __slots__ = ()
    net_type = NetType(_M + "PSStyle+FormattingData", OBJECT)


class ProgressConfiguration(StylePart):
    """$PSStyle.Progress."""

    __slots__ = ()
    net_type = NetType(_M + "PSStyle+ProgressConfiguration", OBJECT)


class FileInfoFormatting(StylePart):
    """$PSStyle.FileInfo."""

    __slots__ = ()
    net_type = NetType(_M + "PSStyle+FileInfoFormatting", OBJECT)


class FileExtensionDictionary(NetObject):
    """$PSStyle.FileInfo.Extension: sequences by extension, which begins with a dot."""

    __slots__ = ("table",)
    net_type = NetType(_M + "PSStyle+FileInfoFormatting+FileExtensionDictionary", OBJECT)

    def __init__(self) -> None:
        self.table = {extension: sgr(code) for extension, code in _EXTENSIONS.items()}

    @staticmethod
    def key(extension: Any) -> str:
        """The key of an extension. Raises PSError for one without a dot in front."""
        text = str(extension)
        if not text.startswith("."):
            raise _invalid("When adding or removing extensions, the extension must start with a period.")
        return text.lower()

    def items(self) -> list[tuple[str, str]]:
        """Extensions with their sequences."""
        return list(self.table.items())

    def add(self, extension: Any, decoration: Any) -> None:
        key, value = self.key(extension), checked(decoration)
        if key in self.table:
            raise _invalid(f"An item with the same key has already been added. Key: {extension}")
        self.table[key] = value

    def get(self, extension: Any) -> str:
        found = self.table.get(self.key(extension))
        if found is None:
            raise _invalid(
                f"The given key '{extension}' was not present in the dictionary.",
                kind="System.Collections.Generic.KeyNotFoundException",
            )
        return found

    def put(self, extension: Any, decoration: Any) -> None:
        self.table[self.key(extension)] = checked(decoration)


class PSStyle(NetObject):
    """The styles of one session. rendering: HOST, PLAIN_TEXT or ANSI."""

    __slots__ = ("background", "file_info", "foreground", "formatting", "progress", "rendering")
    net_type = NetType(_M + "PSStyle", OBJECT)

    def __init__(self) -> None:
        self.rendering = HOST
        self.foreground = ForegroundColor(_colors(30))
        self.background = BackgroundColor(_colors(40))
        self.formatting = FormattingData({name: sgr(code) for name, code in _FORMATTING.items()})
        self.progress = ProgressConfiguration({"Style": sgr("33;1")}, width=120, view=0, osc=False)
        files = {name: sgr(code) for name, code in _FILES.items()}
        self.file_info = FileInfoFormatting(files, extension=FileExtensionDictionary())


def _colors(first: int) -> dict[str, str]:
    normal = {name: sgr(first + at) for at, name in enumerate(COLORS)}
    return {**normal, **{f"Bright{name}": sgr(first + 60 + at) for at, name in enumerate(COLORS)}}


def style_of(context: EngineContext) -> PSStyle:
    """$PSStyle of a session, made when it is first asked for."""
    found = context.store.get(_STORE)
    if not isinstance(found, PSStyle):
        found = context.store[_STORE] = PSStyle()
        if getattr(context.host, "plain_text", False):
            found.rendering = PLAIN_TEXT
    return found


def known_style(context: EngineContext) -> PSStyle | None:
    """$PSStyle of a session that asked for it; None: all is as at the start."""
    found = context.store.get(_STORE)
    return found if isinstance(found, PSStyle) else None


# -- members -----------------------------------------------------------------------------------------------------------


def _sequence(net: NetType, name: str, *, settable: bool) -> None:
    net.property(name, "System.String")(lambda part: part.values[name])
    if settable:
        net.setter(name)(lambda part, value: part.values.__setitem__(name, checked(value)))


def _from_number(first: int) -> Callable[[Any, int], str]:
    return lambda part, rgb: sgr(f"{first};2;{rgb >> 16 & 255};{rgb >> 8 & 255};{rgb & 255}")


def _from_parts(first: int) -> Callable[..., str]:
    return lambda part, red, green, blue: sgr(f"{first};2;{red:d};{green:d};{blue:d}")


def _console_color(number: int, offset: int) -> str:
    if not 0 <= number < len(_CONSOLE_COLORS):
        raise _invalid("Specified argument was out of the range of valid values.", "color",
                       "System.ArgumentOutOfRangeException")  # fmt: skip
    return sgr(_CONSOLE_COLORS[number] + offset)


def _declare_colors() -> None:
    for net, first, offset in ((ForegroundColor.net_type, 38, 0), (BackgroundColor.net_type, 48, 10)):
        for name in _colors(30):
            _sequence(net, name, settable=False)
        net.method("FromRgb(byte, byte, byte)", returns="System.String")(_from_parts(first))
        net.method("FromRgb(int)", returns="System.String")(_from_number(first))
        net.method("FromConsoleColor(System.ConsoleColor)", returns="System.String")(
            lambda part, color, offset=offset: _console_color(int(color), offset)
        )


def _set_width(part: StylePart, width: int) -> None:
    if width < MIN_PROGRESS_WIDTH:
        raise _invalid(f"The MaxWidth for the Progress rendering must be at least {MIN_PROGRESS_WIDTH} to render "
                       "correctly.", "MaxWidth", "System.ArgumentOutOfRangeException")  # fmt: skip
    part.more["width"] = int(width)


def _enum_of(net: NetType, number: int) -> EnumValue:
    return enum_value(TypeRef(net.name, net), number)


def _declare_parts() -> None:
    for name in _FORMATTING:
        _sequence(FormattingData.net_type, name, settable=True)
    progress = ProgressConfiguration.net_type
    _sequence(progress, "Style", settable=True)
    progress.property("MaxWidth", "System.Int32")(lambda part: part.more["width"])
    progress.setter("MaxWidth")(_set_width)
    progress.property("View", PROGRESS_VIEW.name)(lambda part: _enum_of(PROGRESS_VIEW, part.more["view"]))
    progress.setter("View")(lambda part, value: part.more.update(view=int(value)))
    progress.property("UseOSCIndicator", "System.Boolean")(lambda part: part.more["osc"])
    progress.setter("UseOSCIndicator")(lambda part, value: part.more.update(osc=bool(value)))
    files = FileInfoFormatting.net_type
    for name in _FILES:
        _sequence(files, name, settable=True)
    table = FileExtensionDictionary.net_type
    table.property("Keys", "System.Collections.Generic.IEnumerable`1[[System.String]]")(lambda d: list(d.table))
    table.method("Add(string, string)", returns="void")(lambda d, name, style: d.add(name, style))
    table.method("Remove(string)", returns="void")(_drop)
    table.method("Clear()", returns="void")(lambda d: d.table.clear())
    table.method("ContainsKey(string)", returns="System.Boolean")(lambda d, name: bool(name) and d.key(name) in d.table)
    table.method("get_Item(string)", returns="System.String")(lambda d, name: d.get(name))
    table.method("set_Item(string, string)", returns="void")(lambda d, name, style: d.put(name, style))


def _drop(table: FileExtensionDictionary, name: Any) -> None:
    table.table.pop(table.key(name), None)


def _pair(foreground: int, background: int) -> str:
    return _console_color(foreground, 0)[:-1] + ";" + _console_color(background, 10)[2:]


def _link(text: str, link: Any) -> str:
    return f"{ESC}]8;;{link}{ESC}\\{text}{ESC}]8;;{ESC}\\"


def _constant(sequence: str) -> Callable[[Any], str]:
    return lambda style: sequence


def _current_style() -> PSStyle:
    from remora.engine.context import current

    return style_of(current())


def _declare_style() -> None:
    style = PSStyle.net_type
    style.property("OutputRendering", OUTPUT_RENDERING.name)(lambda s: _enum_of(OUTPUT_RENDERING, s.rendering))
    style.setter("OutputRendering")(lambda s, value: setattr(s, "rendering", int(value)))
    for name, code in _ATTRIBUTES.items():
        style.property(name, "System.String")(_constant(sgr(code)))
    for name in ("Formatting", "Progress", "Foreground", "Background"):
        style.property(name, f"{_M}PSStyle+{name}")(attrgetter(name.lower()))
    style.property("FileInfo", FileInfoFormatting.net_type.name)(attrgetter("file_info"))
    style.method("FormatHyperlink(string, uri)", returns="System.String")(lambda s, text, link: _link(text, link))
    color = "System.ConsoleColor"
    style.static_property("Instance", style.name)(_current_style)
    style.static(f"MapForegroundColorToEscapeSequence({color})", returns="System.String")(
        lambda number: _console_color(int(number), 0)
    )
    style.static(f"MapBackgroundColorToEscapeSequence({color})", returns="System.String")(
        lambda number: _console_color(int(number), 10)
    )
    style.static(f"MapColorPairToEscapeSequence({color}, {color})", returns="System.String")(
        lambda fore, back: _pair(int(fore), int(back))
    )


class StringDecorated(NetObject):
    """[System.Management.Automation.Internal.StringDecorated]: text that knows its content without sequences."""

    __slots__ = ("text",)
    net_type = NetType(_M + "Internal.StringDecorated", OBJECT)

    def __init__(self, text: str) -> None:
        self.text = text

    def net_text(self) -> str:
        return plain(self.text) if _current_style().rendering == PLAIN_TEXT else self.text


def _rendered(decorated: StringDecorated, rendering: Any) -> str:
    if int(rendering) == HOST:
        raise _invalid("Only 'ANSI' or 'PlainText' is supported for this method.")
    return plain(decorated.text) if int(rendering) == PLAIN_TEXT else decorated.text


def _declare_decorated() -> None:
    net = StringDecorated.net_type
    net.constructor("(string)")(StringDecorated)
    net.property("IsDecorated", "System.Boolean")(lambda d: ESC in d.text)
    net.property("ContentLength", "System.Int32")(lambda d: len(plain(d.text)))
    net.method(f"ToString({OUTPUT_RENDERING.name})", returns="System.String")(_rendered)
    net.method("ToString()", returns="System.String")(lambda d: d.net_text())


def register_types() -> None:
    """Make the types known by name."""
    parts = (ForegroundColor, BackgroundColor, FormattingData, ProgressConfiguration, FileInfoFormatting)
    register(OUTPUT_RENDERING, PROGRESS_VIEW, PSStyle.net_type, StringDecorated.net_type)
    register(FileExtensionDictionary.net_type, *(part.net_type for part in parts))


_declare_colors()
_declare_parts()
_declare_style()
_declare_decorated()
FileInfoFormatting.net_type.property("Extension", FileExtensionDictionary.net_type.name)(lambda f: f.more["extension"])
__all__ = ["ANSI", "HOST", "PLAIN_TEXT", "RESET", "PSStyle", "known_style", "register_types", "style_of"]
