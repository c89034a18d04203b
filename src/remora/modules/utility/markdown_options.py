"""PSMarkdownOptionInfo: the escape sequences that ConvertFrom-Markdown dresses elements with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.typeref import register

if TYPE_CHECKING:
    from remora.engine.session import SessionState

ELEMENTS: Final = (
    *(f"Header{level}" for level in range(1, 7)),
    *("Code", "Link", "Image", "EmphasisBold", "EmphasisItalics"),
)
_COMMON: Final = ("[48;2;155;155;155;38;2;30;30;30m", "[4;38;5;117m", "[33m", "[1m", "[36m")
_DARK: Final = ("[7m", "[4;93m", "[4;94m", "[4;95m", "[4;96m", "[4;97m", *_COMMON)
_LIGHT: Final = ("[7m", "[4;33m", "[4;34m", "[4;35m", "[4;36m", "[4;30m", *_COMMON)
_ESCAPE, _RESET = "\x1b", "\x1b[0m"
_STORED: Final = "markdown options"


class MarkdownOptions(NetObject):
    """A sequence without its escape character for each element, and whether sequences are used at all."""

    __slots__ = ("enabled", "sequences")
    net_type = NetType("Microsoft.PowerShell.MarkdownRender.PSMarkdownOptionInfo", OBJECT)

    def __init__(self) -> None:
        self.enabled = True
        self.sequences: dict[str, str] = {}
        self.use(_DARK)

    def use(self, theme: tuple[str, ...]) -> None:
        """Take all sequences of a theme."""
        self.sequences = dict(zip(ELEMENTS, theme, strict=True))

    def use_theme(self, name: str) -> None:
        """Take the sequences of the theme Dark or Light, in any case."""
        self.use(_LIGHT if name.lower() == "light" else _DARK)

    def dress(self, element: str, text: str, after: str = "") -> str:
        """The text between the element's sequence and the end of it; bare where sequences are off."""
        return f"{_ESCAPE}{self.sequences[element]}{text}{after}{_RESET}" if self.enabled else text

    def shown(self, element: str) -> str:
        """The element's sequence, dressed in itself; empty for what is no element or has none."""
        name = next((one for one in ELEMENTS if one.lower() == element.lower()), "")
        value = self.sequences.get(name, "")
        return f"{_ESCAPE}{value}{value}{_RESET}" if value else ""


def current_options(session: SessionState) -> MarkdownOptions:
    """The options that were set in this session, else fresh ones."""
    kept = session.context.store.get(_STORED)
    return kept if isinstance(kept, MarkdownOptions) else MarkdownOptions()


def keep_options(session: SessionState, options: MarkdownOptions) -> None:
    """Make these the session's options."""
    session.context.store[_STORED] = options


def _declare_element(kind: NetType, element: str) -> None:
    kind.property(element, "System.String")(lambda o: o.sequences[element])

    @kind.setter(element)
    def _set(options: Any, value: Any) -> None:
        options.sequences[element] = value or ""


def _declare() -> None:
    kind = MarkdownOptions.net_type
    for element in ELEMENTS:
        _declare_element(kind, element)
    kind.property("EnableVT100Encoding", "System.Boolean")(lambda o: o.enabled)

    @kind.setter("EnableVT100Encoding")
    def _enable(options: Any, value: Any) -> None:
        options.enabled = bool(value)

    kind.method("AsEscapeSequence(string propertyName)", returns="string")(lambda o, name: o.shown(name or ""))
    kind.method("SetDarkTheme()", returns="void")(lambda o: o.use(_DARK))
    kind.method("SetLightTheme()", returns="void")(lambda o: o.use(_LIGHT))
    kind.constructor("()")(MarkdownOptions)
    register(kind)


_declare()
