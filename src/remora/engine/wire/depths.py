"""What type data says about the way objects travel: how deep, and which of their properties."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from remora.values.objects import DESERIALIZED

_M: Final = "System.Management.Automation."
_DEPTHS: Final = {
    "System.Net.IPAddress": 1,
    "System.Net.Mail.MailAddress": 1,
    "System.Globalization.CultureInfo": 1,
    "HelpInfo": 1,
    "Microsoft.PowerShell.Commands.Internal.Format.FormatInfoData": 1,
    _M + "Signature": 2,
    _M + "Job": 2,
    _M + "JobStateInfo": 1,
    _M + "SwitchParameter": 1,
    _M + "Remoting.PSSenderInfo": 4,
    _M + "PSListModifier": 2,
    _M + "ExtendedTypeDefinition": 1,
    _M + "FormatViewDefinition": 1,
    _M + "PSControl": 1,
    _M + "PSControlGroupBy": 2,
    _M + "EntrySelectedBy": 1,
    _M + "DisplayEntry": 1,
    _M + "TableControlColumnHeader": 1,
    _M + "TableControlRow": 1,
    _M + "TableControlColumn": 1,
    _M + "ListControlEntry": 1,
    _M + "ListControlEntryItem": 1,
    _M + "WideControlEntryItem": 1,
    _M + "CustomControlEntry": 1,
    _M + "CustomItemBase": 1,
    _M + "Breakpoint": 1,
    _M + "DebuggerCommand": 1,
    _M + "DebuggerCommandResults": 1,
}
_CHOSEN: Final[dict[str, tuple[str, ...]]] = {
    "System.Globalization.CultureInfo": (
        "LCID",
        "Name",
        "DisplayName",
        "IetfLanguageTag",
        "ThreeLetterISOLanguageName",
        "ThreeLetterWindowsLanguageName",
        "TwoLetterISOLanguageName",
    ),
    _M + "Job": (
        "HasMoreData",
        "StatusMessage",
        "Location",
        "Command",
        "JobStateInfo",
        "InstanceId",
        "Id",
        "Name",
        "State",
        "ChildJobs",
        "PSJobTypeName",
        "PSBeginTime",
        "PSEndTime",
    ),
    _M + "ParameterMetadata": ("Name", "ParameterType", "Aliases", "IsDynamic", "SwitchParameter"),
    _M + "ParameterSetMetadata": ("Position", "Flags", "HelpMessage"),
    _M + "ExtendedTypeDefinition": ("TypeName", "TypeNames", "FormatViewDefinition"),
    _M + "ListControlEntry": ("Items", "SelectedBy", "EntrySelectedBy"),
}


@lru_cache(maxsize=1024)
def type_depth(names: tuple[str, ...]) -> int:
    """The depth that the most derived type with one asks for, 0 when none does (SerializationDepth)."""
    return next((_DEPTHS[name] for name in names if name in _DEPTHS), 0)


@lru_cache(maxsize=1024)
def chosen_properties(names: tuple[str, ...]) -> tuple[str, ...] | None:
    """The only properties of objects of such types that travel, in order; None: all of them."""
    return next((_CHOSEN[name] for name in names if name in _CHOSEN), None)


def is_received(names: Iterable[str]) -> bool:
    """Tell whether the object came from another machine: such objects keep their properties at any depth."""
    return any(name.startswith(DESERIALIZED) for name in names)
