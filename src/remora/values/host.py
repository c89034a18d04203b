"""Objects of the host interface (wire-protocol 6.6 and 6.9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from remora.values.strings import Char


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinates:
    """A cell position: column x, row y."""

    x: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Columns and rows."""

    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectangle:
    """Edges of a region of cells, all inclusive."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BufferCell:
    """One cell of the screen. Colours: ConsoleColor 0 to 15. cell_type: 0 complete, 1 leading, 2 trailing half."""

    character: Char
    foreground_color: int
    background_color: int
    cell_type: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyInfo:
    """A key press or release. control_key_state: flags of System.Management.Automation.Host.ControlKeyStates."""

    virtual_key_code: int
    character: Char
    control_key_state: int
    key_down: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDescription:
    """One field of PSHostUserInterface.Prompt. An ampersand in label marks the hot key."""

    name: str
    label: str | None = ""
    parameter_type_name: str | None = "String"
    parameter_type_full_name: str | None = "System.String"
    parameter_assembly_full_name: str | None = ""
    help_message: str | None = ""
    is_mandatory: bool = True
    default_value: Any = None
    metadata: tuple[Any, ...] = ()
    modified_by_remoting_protocol: bool = False
    is_from_remote_host: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceDescription:
    """One choice of PromptForChoice. An ampersand in label marks the hot key."""

    label: str
    help_message: str | None = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostDefaultData:
    """What a raw user interface looks like at the start, so that getters need no call."""

    foreground_color: int = 7
    background_color: int = 0
    cursor_position: Coordinates = field(default_factory=lambda: Coordinates(x=0, y=0))
    window_position: Coordinates = field(default_factory=lambda: Coordinates(x=0, y=0))
    cursor_size: int = 25
    buffer_size: Size = field(default_factory=lambda: Size(width=120, height=3000))
    window_size: Size = field(default_factory=lambda: Size(width=120, height=50))
    max_window_size: Size = field(default_factory=lambda: Size(width=120, height=104))
    max_physical_window_size: Size = field(default_factory=lambda: Size(width=219, height=104))
    window_title: str = ""
    extra: Mapping[int, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostInfo:
    """Which parts of a host exist. use_runspace_host: in a pipeline, describe the host by the pool's HostInfo."""

    is_host_null: bool = True
    is_host_ui_null: bool = True
    is_host_raw_ui_null: bool = True
    use_runspace_host: bool = True
    default_data: HostDefaultData | None = None
