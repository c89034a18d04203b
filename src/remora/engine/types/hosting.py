"""Values of System.Management.Automation.Host: positions, sizes, cells, keys, choices and fields, as scripts make them.

Source: MS-PSRP 2.2.3.1 to 2.2.3.14 for their members; ``values.host`` has what travels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from remora.engine.convert.conversion import convert
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.registry import ENUM, VALUE_TYPE, unwrap
from remora.engine.types.typeref import register, require
from remora.values import host as hv
from remora.values.strings import Char

_M: Final = "System.Management.Automation.Host."
_INT: Final = "System.Int32"
_COLOR: Final = "System.ConsoleColor"
_STATE: Final = _M + "ControlKeyStates"
# .NET name -> (what travels, ((member, type, field of what travels), ...))
_SHAPES: Final[dict[str, tuple[type, tuple[tuple[str, str, str], ...]]]] = {
    "Coordinates": (hv.Coordinates, (("X", _INT, "x"), ("Y", _INT, "y"))),
    "Size": (hv.Size, (("Width", _INT, "width"), ("Height", _INT, "height"))),
    "Rectangle": (
        hv.Rectangle,
        (("Left", _INT, "left"), ("Top", _INT, "top"), ("Right", _INT, "right"), ("Bottom", _INT, "bottom")),
    ),
    "BufferCell": (
        hv.BufferCell,
        (
            ("Character", "System.Char", "character"),
            ("ForegroundColor", _COLOR, "foreground_color"),
            ("BackgroundColor", _COLOR, "background_color"),
            ("BufferCellType", _INT, "cell_type"),
        ),
    ),
    "KeyInfo": (
        hv.KeyInfo,
        (
            ("VirtualKeyCode", _INT, "virtual_key_code"),
            ("Character", "System.Char", "character"),
            ("ControlKeyState", _STATE, "control_key_state"),
            ("KeyDown", "System.Boolean", "key_down"),
        ),
    ),
    "ChoiceDescription": (
        hv.ChoiceDescription,
        (("Label", "System.String", "label"), ("HelpMessage", "System.String", "help_message")),
    ),
    "FieldDescription": (
        hv.FieldDescription,
        (
            ("Name", "System.String", "name"),
            ("Label", "System.String", "label"),
            ("HelpMessage", "System.String", "help_message"),
            ("IsMandatory", "System.Boolean", "is_mandatory"),
            ("ParameterTypeName", "System.String", "parameter_type_name"),
            ("ParameterTypeFullName", "System.String", "parameter_type_full_name"),
            ("DefaultValue", "System.Object", "default_value"),
        ),
    ),
}
_VALUE_TYPES: Final = ("Coordinates", "Size", "Rectangle", "BufferCell", "KeyInfo")
_TEXTS: Final[Mapping[str, str]] = {"Coordinates": "{X},{Y}", "Size": "{Width},{Height}",
                                    "Rectangle": "{Left},{Top} ; {Right},{Bottom}"}  # fmt: skip
_DEFAULTS: Final[Mapping[str, Any]] = {
    _INT: 0,
    _COLOR: 0,
    _STATE: 0,
    "System.Char": Char("\0"),
    "System.Boolean": False,
}


class HostStruct(NetObject):
    """One such value. values: member name -> value."""

    __slots__ = ("kind", "values")

    def __init__(self, kind: NetType, values: dict[str, Any]) -> None:
        self.kind = kind
        self.values = values

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names

    def net_text(self) -> str:
        text = _TEXTS.get(self.kind.name.rpartition(".")[2])
        return self.kind.name if text is None else text.format(**self.values)


READ_KEY_OPTIONS: Final = NetType(
    _M + "ReadKeyOptions",
    ENUM,
    is_value_type=True,
    enum={"AllowCtrlC": 1, "NoEcho": 2, "IncludeKeyDown": 4, "IncludeKeyUp": 8},
    flags=True,
)
_STATES: Final = (
    "RightAltPressed", "LeftAltPressed", "RightCtrlPressed", "LeftCtrlPressed", "ShiftPressed", "NumLockOn",
    "ScrollLockOn", "CapsLockOn", "EnhancedKey",
)  # fmt: skip
CONTROL_KEY_STATES: Final = NetType(
    _M + "ControlKeyStates",
    ENUM,
    is_value_type=True,
    enum={name: 1 << bit for bit, name in enumerate(_STATES)},
    flags=True,
)
TYPES: Final[dict[str, NetType]] = {
    name: NetType(_M + name, VALUE_TYPE if name in _VALUE_TYPES else OBJECT, is_value_type=name in _VALUE_TYPES)
    for name in _SHAPES
}


def from_host(value: Any) -> Any:
    """What a host answered, as scripts see it."""
    for name, (carried, members) in _SHAPES.items():
        if type(value) is carried:
            return HostStruct(TYPES[name], {m: _typed(getattr(value, field), kind) for m, kind, field in members})
    if isinstance(value, (list, tuple)):
        return [from_host(item) for item in value]
    return value


def to_host(value: Any) -> Any:
    """What a script made, as it travels; other values are themselves."""
    value = unwrap(value)
    if isinstance(value, HostStruct):
        carried, members = _SHAPES[value.kind.name.rpartition(".")[2]]
        return carried(**{field: _plain(value.values[m], kind) for m, kind, field in members})
    if isinstance(value, list):
        return [to_host(item) for item in value]
    return value


def _typed(value: Any, kind: str) -> Any:
    return value if value is None or kind == "System.Object" else convert(value, require(kind))


def _plain(value: Any, kind: str) -> Any:
    return int(value) if kind in (_INT, _COLOR, _STATE) else value


def _maker(kind: NetType, members: tuple[tuple[str, str, str], ...], given: int) -> Callable[..., HostStruct]:
    def make(*values: Any) -> HostStruct:
        filled = {
            m: _DEFAULTS.get(type_name, "" if type_name == "System.String" else None) for m, type_name, _ in members
        }
        if kind.name.endswith("FieldDescription"):
            filled.update(
                {"IsMandatory": True, "ParameterTypeName": "String", "ParameterTypeFullName": "System.String"}
            )
        filled.update({members[at][0]: value for at, value in enumerate(values[:given])})
        return HostStruct(kind, filled)

    return make


def _declare_member(kind: NetType, member: str, type_name: str) -> None:
    kind.property(member, type_name)(lambda s: s.values[member])

    @kind.setter(member)
    def put(s: HostStruct, value: Any) -> None:
        s.values[member] = _typed(value, type_name)


def register_types() -> None:
    """Declare them."""
    for name, (_carried, members) in _SHAPES.items():
        kind = TYPES[name]
        for member, type_name, _field in members:
            _declare_member(kind, member, type_name)
        counts = {"ChoiceDescription": (1, 2), "FieldDescription": (1,)}.get(name, (0, len(members)))
        for given in counts:
            signature = ", ".join(type_name for _, type_name, _ in members[:given])
            kind.constructor(f"({signature})")(_maker(kind, members, given))
    rectangle = _SHAPES["Rectangle"][1]
    make = _maker(TYPES["Rectangle"], rectangle, 4)
    TYPES["Rectangle"].constructor(f"({_M}Coordinates, {_M}Coordinates)")(
        lambda a, b: make(a.values["X"], a.values["Y"], b.values["X"], b.values["Y"])
    )
    for kind in TYPES.values():
        kind.settable_bag = True
    register(READ_KEY_OPTIONS, CONTROL_KEY_STATES, *TYPES.values())
