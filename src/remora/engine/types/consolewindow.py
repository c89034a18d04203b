"""What System.Console says and changes of the terminal: colours, cursor, sizes, keys. The host has the last word."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from remora.engine.context import current
from remora.engine.host_view import RawUi
from remora.engine.nettype import OBJECT, NetObject, NetType, Property
from remora.engine.types.collections import failure
from remora.engine.types.typeref import register, require

_INT: Final = "System.Int32"
_COLOR: Final = "System.ConsoleColor"
_STORE: Final = "console window"
_NO_ECHO_DOWN: Final = 2 | 4
_ECHO_DOWN: Final = 4


def _raw() -> RawUi:
    return RawUi(current().host)


def _settable(c: NetType, name: str, kind: str, get: Any, set: Any) -> None:
    from remora.engine.convert.conversion import convert

    c.static_property(name, kind)(get)
    member = c.statics[name.lower()]
    if isinstance(member, Property):
        member.set = lambda target, value: set(convert(value, require(kind)))


def _get_color(word: str) -> Any:
    return _number_of(_COLOR, int(_raw().ask(f"get_{word}_color")))


def _set_color(word: str, value: Any) -> None:
    _raw().ask(f"set_{word}_color", int(value))


def _move(left: int | None, top: int | None) -> None:
    """Put the cursor at a place of the window; None leaves that number."""
    from remora.engine.types.hosting import to_host
    from remora.values.host import Coordinates

    for name, number in (("left", left), ("top", top)):
        if number is not None and number < 0:
            raise failure(
                "The value must be greater than or equal to zero and less than the console's buffer size in that "
                f"dimension. (Parameter '{name}')\nActual value was {number}.",
                "System.ArgumentOutOfRangeException",
            )
    raw = _raw()
    here = to_host(raw.ask("get_cursor_position"))
    raw.host.call_raw(
        "set_cursor_position", Coordinates(x=here.x if left is None else left, y=here.y if top is None else top)
    )


def _cursor(axis: str) -> int:
    from remora.engine.types.hosting import to_host

    return int(getattr(to_host(_raw().ask("get_cursor_position")), axis))


def _size(index: int) -> int:
    return current().host.get_buffer_size()[index]


def _kept(name: str, default: Any) -> Any:
    return current().store.get(_STORE, {}).get(name, default)


def _keep(name: str, value: Any) -> None:
    current().store.setdefault(_STORE, {})[name] = value


def _reset() -> None:
    raw = _raw()
    if getattr(raw.host, "shows_styles", False):
        raw.host.write("\x1b[0m")


def _clear() -> None:
    raw = _raw()
    if getattr(raw.host, "shows_styles", False):
        raw.host.write("\x1b[H\x1b[2J\x1b[3J")


class ConsoleKeyInfo(NetObject):
    """System.ConsoleKeyInfo: one key. modifiers: bits of ConsoleModifiers."""

    __slots__ = ("char", "key", "modifiers")
    net_type = NetType("System.ConsoleKeyInfo", OBJECT, is_value_type=True)

    def __init__(self, char: Any, key: int, modifiers: int = 0) -> None:
        self.char = char
        self.key = key
        self.modifiers = modifiers


def _read_key(intercept: bool = False) -> ConsoleKeyInfo:
    """Wait for a key. Raises PSError InvalidOperationException where no terminal has keys."""
    from remora.engine.errors import PSError
    from remora.values import Char

    try:
        pressed = current().host.call_raw("read_key", _NO_ECHO_DOWN if intercept else _ECHO_DOWN)
    except PSError:
        raise failure(
            "Cannot read keys when either application does not have a console or when console input has been "
            "redirected. Try Console.Read.",
            "System.InvalidOperationException",
        ) from None
    state = int(getattr(pressed, "control_key_state", 0))
    modifiers = (1 if state & 3 else 0) | (2 if state & 16 else 0) | (4 if state & 12 else 0)
    return ConsoleKeyInfo(Char(pressed.character or "\0"), int(pressed.virtual_key_code), modifiers)


def _number_of(kind: str, number: int) -> Any:
    from remora.engine.convert.conversion import enum_value

    return enum_value(require(kind), number)


def _made(char: Any, key: Any, shift: bool, alt: bool, control: bool) -> ConsoleKeyInfo:
    return ConsoleKeyInfo(char, int(key), bool(alt) + 2 * bool(shift) + 4 * bool(control))


def _keys() -> None:
    k = ConsoleKeyInfo.net_type
    k.constructor("(char, System.ConsoleKey, bool, bool, bool)")(_made)
    k.property("KeyChar", "System.Char")(lambda i: i.char)
    k.property("Key", "System.ConsoleKey")(lambda i: _number_of("System.ConsoleKey", i.key))
    k.property("Modifiers", "System.ConsoleModifiers")(lambda i: _number_of("System.ConsoleModifiers", i.modifiers))


def declare_window(c: NetType) -> None:
    """The members of System.Console that are about a terminal."""
    for word in ("Foreground", "Background"):
        folded = word.lower()
        _settable(c, f"{word}Color", _COLOR, partial(_get_color, folded), partial(_set_color, folded))
    _settable(c, "CursorLeft", _INT, partial(_cursor, "x"), lambda value: _move(value, None))
    _settable(c, "CursorTop", _INT, partial(_cursor, "y"), lambda value: _move(None, value))
    for name, kind, default in (
        ("CursorVisible", "System.Boolean", True),
        ("TreatControlCAsInput", "System.Boolean", False),
        ("CursorSize", _INT, 100),
    ):
        _settable(c, name, kind, partial(_kept, name, default), partial(_keep, name))
    _settable(c, "Title", "System.String", lambda: _raw().ask("get_window_title"),
              lambda value: _raw().ask("set_window_title", value))  # fmt: skip
    for name in ("Window", "Buffer", "LargestWindow"):
        for index, side in enumerate(("Width", "Height")):
            c.static_property(name + side, _INT)(partial(_size, index))
    c.static_property("KeyAvailable", "System.Boolean")(lambda: bool(_raw().ask("get_key_available")))
    c.static("SetCursorPosition(int, int)", returns="void")(_move)
    c.static("GetCursorPosition()")(lambda: (_cursor("x"), _cursor("y")))
    c.static("ResetColor()", returns="void")(_reset)
    c.static("Clear()", returns="void")(_clear)
    c.static("ReadKey()", "ReadKey(bool)", returns="System.ConsoleKeyInfo")(_read_key)
    c.static("Beep(int, int)", returns="void")(lambda frequency, duration: None)


def register_types() -> None:
    """ConsoleKeyInfo."""
    register(ConsoleKeyInfo.net_type)


_keys()
