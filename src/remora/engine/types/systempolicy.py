"""Code integrity as scripts ask for it: there is no policy of the system that would lock PowerShell down."""

from __future__ import annotations

from typing import Final

from remora.engine.convert.conversion import enum_value
from remora.engine.nettype import OBJECT, NetType
from remora.engine.types.registry import ENUM
from remora.engine.types.typeref import TypeRef, register
from remora.values.enums import EnumValue

_S: Final = "System.Management.Automation.Security."
MODE: Final = NetType(_S + "SystemEnforcementMode", ENUM, enum={"None": 0, "Audit": 1, "Enforce": 2})
SCRIPT: Final = NetType(
    _S + "SystemScriptFileEnforcement", ENUM, enum={"None": 0, "Block": 1, "Allow": 2, "AllowConstrained": 3,
                                                    "AllowConstrainedAudit": 4}
)  # fmt: skip


def _none(kind: NetType) -> EnumValue:
    return enum_value(TypeRef(kind.name, kind), 0)


def _policy() -> NetType:
    p = NetType(_S + "SystemPolicy", OBJECT, form="static")
    mode = MODE.name
    p.static("GetSystemLockdownPolicy()", returns=mode)(lambda: _none(MODE))
    handle = "System.Runtime.InteropServices.SafeHandle handle"
    p.static(f"GetLockdownPolicy(string path, {handle})", returns=mode)(lambda path, handle: _none(MODE))
    p.static("GetFilePolicyEnforcement(string filePath, System.IO.FileStream fileStream)", returns=SCRIPT.name)(
        lambda path, stream: _none(SCRIPT)
    )
    return p


def register_types() -> None:
    """SystemPolicy and what it answers with."""
    register(_policy(), MODE, SCRIPT)
