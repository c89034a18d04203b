"""Which assembly a .NET type lives in: what assembly-qualified names and the names of generic types show (.NET 8)."""

from __future__ import annotations

from typing import Final

_CORE_KEY: Final = "7cec85d7bea7798e"
_B03: Final = "b03f5f7f11d50a3a"
_CC7: Final = "cc7b13ffcd2ddd51"
_PS_KEY: Final = "31bf3856ad364e35"
_PS_VERSION: Final = "7.4.0.500"

# longest match wins; a name ending in a dot is a namespace
_HOMES: Final[dict[str, tuple[str, str]]] = {
    "System.": ("System.Private.CoreLib", _CORE_KEY),
    "System.Management.Automation.": ("System.Management.Automation", _PS_KEY),
    "Microsoft.PowerShell.": ("System.Management.Automation", _PS_KEY),
    "Microsoft.PowerShell.Commands.": ("Microsoft.PowerShell.Commands.Utility", _PS_KEY),
    "System.Collections.Generic.LinkedList": ("System.Collections", _B03),
    "System.Collections.Generic.SortedDictionary": ("System.Collections", _B03),
    "System.Collections.Generic.SortedList": ("System.Collections", _B03),
    "System.Collections.Generic.SortedSet": ("System.Collections", _B03),
    "System.Collections.Generic.Stack": ("System.Collections", _B03),
    "System.Collections.BitArray": ("System.Collections", _B03),
    "System.Collections.Queue": ("System.Collections.NonGeneric", _B03),
    "System.Collections.Stack": ("System.Collections.NonGeneric", _B03),
    "System.Collections.SortedList": ("System.Collections.NonGeneric", _B03),
    "System.Collections.Concurrent.": ("System.Collections.Concurrent", _B03),
    "System.Collections.Specialized.": ("System.Collections.Specialized", _B03),
    "System.Collections.ObjectModel.ObservableCollection": ("System.ObjectModel", _B03),
    "System.Console": ("System.Console", _B03),
    "System.ConsoleColor": ("System.Console", _B03),
    "System.Diagnostics.Process": ("System.Diagnostics.Process", _B03),
    "System.IO.Compression.": ("System.IO.Compression", "b77a5c561934e089"),
    "System.Linq.": ("System.Linq", _B03),
    "System.Net.": ("System.Net.Primitives", _B03),
    "System.Net.Dns": ("System.Net.NameResolution", _B03),
    "System.Net.Http.": ("System.Net.Http", _B03),
    "System.Net.Mail.": ("System.Net.Mail", _CC7),
    "System.Net.NetworkInformation.": ("System.Net.NetworkInformation", _B03),
    "System.Numerics.BigInteger": ("System.Runtime.Numerics", _B03),
    "System.Numerics.Complex": ("System.Runtime.Numerics", _B03),
    "System.Security.Cryptography.": ("System.Security.Cryptography", _B03),
    "System.Text.Json.": ("System.Text.Json", _CC7),
    "System.Text.RegularExpressions.": ("System.Text.RegularExpressions", _B03),
    "System.Timers.": ("System.ComponentModel.TypeConverter", _B03),
    "System.Uri": ("System.Private.Uri", _B03),
    "System.Web.HttpUtility": ("System.Web.HttpUtility", _CC7),
    "System.Xml.": ("System.Private.Xml", _CC7),
    "System.Xml.Linq.": ("System.Private.Xml.Linq", _CC7),
}
_UNITS: Final = ("System.UriBuilder", "System.UriFormatException", "System.UriKind", "System.UriComponents")


def assembly_of(type_name: str) -> str:
    """The display name of the assembly of a type by full name."""
    simple, key = _home(type_name.partition("[")[0].partition("`")[0])
    version = _PS_VERSION if key == _PS_KEY else "8.0.0.0"
    return f"{simple}, Version={version}, Culture=neutral, PublicKeyToken={key}"


def _home(name: str) -> tuple[str, str]:
    if name in _UNITS:
        return _HOMES["System.Uri"]
    best = max((home for home in _HOMES if name == home or (home.endswith(".") and name.startswith(home))),
               key=len, default="System.")  # fmt: skip
    return _HOMES[best]


def qualified(type_name: str) -> str:
    """``name, assembly``, unless the name has its assembly already."""
    outer = type_name.rpartition("]")[2]
    return type_name if "," in outer else f"{type_name}, {assembly_of(type_name)}"


def unqualified(type_name: str) -> str:
    """The name without its own assembly."""
    head, bracket, tail = type_name.rpartition("]")
    return f"{head}{bracket}{tail.partition(',')[0].rstrip()}"
