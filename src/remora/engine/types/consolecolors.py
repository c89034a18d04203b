"""$Host.PrivateData of a console: the colours of its streams."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.typeref import require

_COLOURS: Final = {
    "FormatAccentColor": "Green",
    "ErrorAccentColor": "Cyan",
    "ErrorForegroundColor": "Red",
    "ErrorBackgroundColor": "Black",
    "WarningForegroundColor": "Yellow",
    "WarningBackgroundColor": "Black",
    "DebugForegroundColor": "Yellow",
    "DebugBackgroundColor": "Black",
    "VerboseForegroundColor": "Yellow",
    "VerboseBackgroundColor": "Black",
    "ProgressForegroundColor": "Black",
    "ProgressBackgroundColor": "Yellow",
}


class ConsoleColors(NetObject):
    """ConsoleColorProxy. Scripts may set the colours; $PSStyle decides what is shown."""

    __slots__ = ("colours",)
    net_type = NetType("Microsoft.PowerShell.ConsoleHost+ConsoleColorProxy", OBJECT)

    def __init__(self) -> None:
        self.colours = dict(_COLOURS)


def _colour(name: str, proxy: ConsoleColors) -> Any:
    from remora.engine.convert.conversion import convert

    return convert(proxy.colours[name], require("System.ConsoleColor"))


def _set(name: str, proxy: ConsoleColors, value: Any) -> None:
    proxy.colours[name] = str(value)


for _name in _COLOURS:
    ConsoleColors.net_type.property(_name, "System.ConsoleColor")(partial(_colour, _name))
    ConsoleColors.net_type.setter(_name)(partial(_set, _name))
