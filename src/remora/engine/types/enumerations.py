"""Enumerations that parameters of cmdlets take and that belong to no family of types."""

from __future__ import annotations

from typing import Final

from remora.engine.nettype import NetType
from remora.engine.types.registry import ENUM
from remora.engine.types.typeref import TypeRef, register
from remora.values.enums import EnumValue

_M = "System.Management.Automation."
_C = "Microsoft.PowerShell.Commands."

SCOPED_ITEM_OPTIONS: Final = NetType(
    _M + "ScopedItemOptions",
    ENUM,
    flags=True,
    enum={"None": 0, "ReadOnly": 1, "Constant": 2, "Private": 4, "AllScope": 8, "Unspecified": 16},
)
VISIBILITY: Final = NetType(_M + "SessionStateEntryVisibility", ENUM, enum={"Public": 0, "Private": 1})


def item_options(bits: int) -> EnumValue:
    """Option bits of a variable, alias or function as scripts see them."""
    from remora.engine.convert.conversion import enum_value

    return enum_value(TypeRef(SCOPED_ITEM_OPTIONS.name, SCOPED_ITEM_OPTIONS), bits)


def register_types() -> None:
    """Make the enumerations known by name."""
    register(
        SCOPED_ITEM_OPTIONS,
        VISIBILITY,
        NetType(_C + "ExportAliasFormat", ENUM, enum={"Csv": 0, "Script": 1}),
        NetType(_C + "DisplayHintType", ENUM, enum={"Date": 0, "Time": 1, "DateTime": 2}),
        NetType(
            _C + "WebRequestMethod",
            ENUM,
            enum={
                "Default": 0,
                "Get": 1,
                "Head": 2,
                "Post": 3,
                "Put": 4,
                "Delete": 5,
                "Trace": 6,
                "Options": 7,
                "Merge": 8,
                "Patch": 9,
            },
        ),
        NetType(_C + "WebAuthenticationType", ENUM, enum={"None": 0, "Basic": 1, "Bearer": 2, "OAuth": 3}),
        NetType(
            _C + "WebSslProtocol",
            ENUM,
            flags=True,
            enum={"Default": 0, "Tls": 192, "Tls11": 768, "Tls12": 3072, "Tls13": 12288},
        ),
        NetType(_C + "BaseCsvWritingCommand+QuoteKind", ENUM, enum={"Never": 0, "Always": 1, "AsNeeded": 2}),
        NetType(_C + "JsonDateKind", ENUM, enum={"Default": 0, "Local": 1, "Utc": 2, "Offset": 3, "String": 4}),
        NetType(_C + "Language", ENUM, enum={"CSharp": 0}),
        NetType(_C + "OutputAssemblyType", ENUM, enum={"Library": 0, "ConsoleApplication": 1, "WindowsApplication": 2}),
        NetType(
            "Newtonsoft.Json.StringEscapeHandling", ENUM, enum={"Default": 0, "EscapeNonAscii": 1, "EscapeHtml": 2}
        ),
        NetType(_C + "BreakpointType", ENUM, enum={"Line": 0, "Variable": 1, "Command": 2}),
    )
