"""Wire forms of the host's values: bags whose members are the private .NET fields (MS-PSRP 2.2.3.1 - 2.2.3.14)."""

from __future__ import annotations

from typing import Any, Final

from remora.errors import RemoteProtocolError
from remora.psrp import bags
from remora.values import (
    ArrayList,
    BufferCell,
    Char,
    ChoiceDescription,
    Coordinates,
    FieldDescription,
    HostDefaultData,
    HostInfo,
    KeyInfo,
    PSObject,
    Rectangle,
    Size,
    TypedArray,
)

_MAX_CELLS: Final = 4_000_000
_FIELD_NAMES: Final = {
    "name": "name",
    "label": "label",
    "parameterTypeName": "parameter_type_name",
    "parameterTypeFullName": "parameter_type_full_name",
    "parameterAssemblyFullName": "parameter_assembly_full_name",
    "helpMessage": "help_message",
}


def coordinates_to_bag(value: Coordinates) -> PSObject:
    """Return the wire form of Coordinates."""
    return PSObject.bag(x=value.x, y=value.y)


def coordinates_from_bag(value: Any) -> Coordinates:
    """Return a Coordinates. Raises RemoteProtocolError where the bag is malformed."""
    source = bags.bag(value, "Coordinates")
    return Coordinates(x=bags.integer(source, "x"), y=bags.integer(source, "y"))


def size_to_bag(value: Size) -> PSObject:
    """Return the wire form of Size."""
    return PSObject.bag(height=value.height, width=value.width)


def size_from_bag(value: Any) -> Size:
    """Return a Size. Raises RemoteProtocolError where the bag is malformed."""
    source = bags.bag(value, "Size")
    return Size(width=bags.integer(source, "width"), height=bags.integer(source, "height"))


def rectangle_to_bag(value: Rectangle) -> PSObject:
    """Return the wire form of Rectangle."""
    return PSObject.bag(left=value.left, top=value.top, right=value.right, bottom=value.bottom)


def rectangle_from_bag(value: Any) -> Rectangle:
    """Return a Rectangle. Raises RemoteProtocolError where the bag is malformed."""
    source = bags.bag(value, "Rectangle")
    left, top, right, bottom = (bags.integer(source, name) for name in ("left", "top", "right", "bottom"))
    return Rectangle(left=left, top=top, right=right, bottom=bottom)


def cell_to_bag(value: BufferCell) -> PSObject:
    """Return the wire form of BufferCell."""
    return PSObject.bag(
        character=Char(value.character),
        foregroundColor=int(value.foreground_color),
        backgroundColor=int(value.background_color),
        bufferCellType=value.cell_type,
    )


def cell_from_bag(value: Any) -> BufferCell:
    """Return a BufferCell. Raises RemoteProtocolError where the bag is malformed."""
    source = bags.bag(value, "BufferCell")
    return BufferCell(
        character=_character(source),
        foreground_color=bags.integer(source, "foregroundColor"),
        background_color=bags.integer(source, "backgroundColor"),
        cell_type=bags.integer(source, "bufferCellType", 0),
    )


def cells_to_bag(rows: Any) -> PSObject:
    """Return the wire form of BufferCell[,]; rows: equally long sequences of BufferCell."""
    width = len(rows[0]) if rows else 0
    flat = ArrayList(cell_to_bag(cell) for row in rows for cell in row)
    if len(flat) != width * len(rows):
        raise ValueError("rows of buffer cells differ in length")
    return PSObject.bag(mae=flat, mal=TypedArray([len(rows), width], "System.Int32"))


def cells_from_bag(value: Any) -> tuple[tuple[BufferCell, ...], ...]:
    """Return the rows of a BufferCell[,]."""
    source = bags.bag(value, "BufferCell[,]")
    lengths = [bags.as_integer(length, "mal") for length in bags.items(source.get("mal"), "mal")]
    flat = bags.items(source.get("mae"), "mae")
    if len(lengths) != 2 or min(lengths) < 0 or lengths[0] * lengths[1] != len(flat) or len(flat) > _MAX_CELLS:
        raise RemoteProtocolError(f"array of {len(flat)} buffer cells with lengths {lengths}")
    height, width = lengths
    cells = [cell_from_bag(cell) for cell in flat]
    return tuple(tuple(cells[row * width : (row + 1) * width]) for row in range(height if width else 0))


def key_to_bag(value: KeyInfo) -> PSObject:
    """Return the wire form of KeyInfo."""
    return PSObject.bag(
        virtualKeyCode=value.virtual_key_code,
        character=Char(value.character),
        controlKeyState=value.control_key_state,
        keyDown=value.key_down,
    )


def key_from_bag(value: Any) -> KeyInfo:
    """Return a KeyInfo. Raises RemoteProtocolError where the bag is malformed."""
    source = bags.bag(value, "KeyInfo")
    return KeyInfo(
        virtual_key_code=bags.integer(source, "virtualKeyCode"),
        character=_character(source),
        control_key_state=bags.integer(source, "controlKeyState"),
        key_down=bags.boolean(source, "keyDown"),
    )


def field_to_bag(value: FieldDescription) -> PSObject:
    """Return the wire form of FieldDescription."""
    members: dict[str, Any] = {wire: getattr(value, ours) for wire, ours in _FIELD_NAMES.items()}
    members["isMandatory"] = value.is_mandatory
    members["defaultValue"] = value.default_value
    members["metadata"] = ArrayList(value.metadata)
    members["modifiedByRemotingProtocol"] = value.modified_by_remoting_protocol
    members["isFromRemoteHost"] = value.is_from_remote_host
    return PSObject.bag({name: member for name, member in members.items() if member is not None})


def field_from_bag(value: Any) -> FieldDescription:
    """Return a FieldDescription. Raises RemoteProtocolError where the bag is malformed."""
    source = bags.bag(value, "FieldDescription")
    texts = {ours: bags.optional_text(source, wire) for wire, ours in _FIELD_NAMES.items() if ours != "name"}
    metadata = source.get("metadata")
    return FieldDescription(
        name=bags.text(source, "name"),
        **texts,
        is_mandatory=bags.boolean(source, "isMandatory", True),
        default_value=source.get("defaultValue"),
        metadata=() if metadata is None else tuple(bags.items(metadata, "metadata")),
        modified_by_remoting_protocol=bags.boolean(source, "modifiedByRemotingProtocol", False),
        is_from_remote_host=bags.boolean(source, "isFromRemoteHost", False),
    )


def choice_to_bag(value: ChoiceDescription) -> PSObject:
    """Return the wire form of ChoiceDescription."""
    members = {"label": value.label, "helpMessage": value.help_message}
    return PSObject.bag({name: member for name, member in members.items() if member is not None})


def choice_from_bag(value: Any) -> ChoiceDescription:
    """Return a ChoiceDescription. Raises RemoteProtocolError where the bag is malformed."""
    source = bags.bag(value, "ChoiceDescription")
    return ChoiceDescription(label=bags.text(source, "label"), help_message=bags.optional_text(source, "helpMessage"))


def host_info_to_bag(info: HostInfo) -> PSObject:
    """Return the HostInfo member of INIT_RUNSPACEPOOL and CREATE_PIPELINE (MS-PSRP 2.2.3.14)."""
    members: dict[str, Any] = {}
    if info.default_data is not None:
        members["_hostDefaultData"] = PSObject.bag(data=_default_data_to_table(info.default_data))
    members["_isHostNull"] = info.is_host_null
    members["_isHostUINull"] = info.is_host_ui_null
    members["_isHostRawUINull"] = info.is_host_raw_ui_null
    members["_useRunspaceHost"] = info.use_runspace_host
    return PSObject.bag(members)


def host_info_from_bag(value: Any) -> HostInfo:
    """Return a HostInfo; what a sloppy client left out counts as null."""
    source = bags.bag(value, "HostInfo")
    data = source.get("_hostDefaultData")
    return HostInfo(
        is_host_null=bags.boolean(source, "_isHostNull", True),
        is_host_ui_null=bags.boolean(source, "_isHostUINull", True),
        is_host_raw_ui_null=bags.boolean(source, "_isHostRawUINull", True),
        use_runspace_host=bags.boolean(source, "_useRunspaceHost", True),
        default_data=None if data is None else _default_data_from_bag(data),
    )


_COLOR: Final = "System.ConsoleColor"
_COORDINATES: Final = "System.Management.Automation.Host.Coordinates"
_SIZE: Final = "System.Management.Automation.Host.Size"
_DEFAULTS: Final = {  # key: (attribute, type text)
    0: ("foreground_color", _COLOR),
    1: ("background_color", _COLOR),
    2: ("cursor_position", _COORDINATES),
    3: ("window_position", _COORDINATES),
    4: ("cursor_size", "System.Int32"),
    5: ("buffer_size", _SIZE),
    6: ("window_size", _SIZE),
    7: ("max_window_size", _SIZE),
    8: ("max_physical_window_size", _SIZE),
    9: ("window_title", "System.String"),
}


def _default_data_to_table(data: HostDefaultData) -> dict[int, Any]:
    table: dict[int, Any] = {}
    for key, (attribute, type_name) in _DEFAULTS.items():
        value = getattr(data, attribute)
        if isinstance(value, Coordinates):
            value = coordinates_to_bag(value)
        elif isinstance(value, Size):
            value = size_to_bag(value)
        elif type_name == _COLOR:
            value = int(value)
        table[key] = PSObject.bag(T=type_name, V=value)
    table.update(data.extra)
    return table


def _default_data_from_bag(value: Any) -> HostDefaultData:
    table = bags.mapping(bags.bag(value, "_hostDefaultData").get("data"), "data")
    found: dict[str, Any] = {}
    extra: dict[int, Any] = {}
    for key, entry in table.items():
        number = bags.as_integer(key, "data")
        if number not in _DEFAULTS:
            extra[number] = entry
            continue
        attribute, type_name = _DEFAULTS[number]
        member = bags.bag(entry, attribute).get("V")
        found[attribute] = _default_value(attribute, type_name, member)
    return HostDefaultData(**found, extra=extra)


def _default_value(attribute: str, type_name: str, member: Any) -> Any:
    if type_name == _COORDINATES:
        return coordinates_from_bag(member)
    if type_name == _SIZE:
        return size_from_bag(member)
    if type_name == "System.String":
        return member if isinstance(member, str) else ""
    return bags.as_integer(member, attribute)


def _character(source: PSObject) -> Char:
    value = source.get("character")
    if not isinstance(value, str) or len(value) != 1:
        raise RemoteProtocolError("property character: a character was due")
    return Char(value)
