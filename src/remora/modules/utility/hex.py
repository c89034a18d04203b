"""Format-Hex."""

from __future__ import annotations

import secrets
import struct
from typing import Any, Final

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.nothing import NOTHING
from remora.engine.patient import open_reading
from remora.engine.text.encodings import codec_of
from remora.engine.types.files import FileSystemInfo
from remora.engine.types.registry import type_names, unwrap
from remora.engine.validators import ValidateNotNullOrEmpty, ValidateRange
from remora.modules.common import as_list, has_wildcard
from remora.modules.management.failures import os_failure
from remora.modules.management.paths import glob
from remora.values import Byte, EnumValue, UInt64
from remora.values.collections import TypedArray

_LINE: Final = 16
_FILLED = (ValidateNotNullOrEmpty(),)
_PACK: Final = {
    "System.Boolean": "?",
    "System.Byte": "B",
    "System.SByte": "b",
    "System.Char": "H",
    "System.Int16": "h",
    "System.UInt16": "H",
    "System.Int32": "i",
    "System.UInt32": "I",
    "System.Int64": "q",
    "System.UInt64": "Q",
    "System.Single": "f",
    "System.Double": "d",
}


class ByteCollection(NetObject):
    """Up to sixteen bytes at an offset. label: what they come from; path: the file, if it is one."""

    __slots__ = ("data", "label", "offset", "path")
    net_type = NetType("Microsoft.PowerShell.Commands.ByteCollection", OBJECT)

    def __init__(self, offset: int, data: bytes, label: str | None, path: str | None = None) -> None:
        self.offset = offset
        self.data = data
        self.label = label
        self.path = path

    @property
    def hex_bytes(self) -> str:
        return " ".join(f"{byte:02X}" for byte in self.data)

    @property
    def ascii(self) -> str:
        """A character for each byte: blank for NUL, U+FFFD for other controls."""
        return "".join(" " if not b else "\ufffd" if b < 32 or 127 <= b < 160 else chr(b) for b in self.data)

    def net_text(self) -> str:
        if not self.data:
            return ""
        line = f"{self.offset:016X}   {self.hex_bytes:<{_LINE * 3 - 1}}  {self.ascii:<{_LINE}}"
        return line + "\n" if len(self.data) == _LINE and not self.path else line


def _declare() -> None:
    kind = ByteCollection.net_type
    kind.property("Offset64", "System.UInt64")(lambda v: UInt64(v.offset))
    kind.property("Offset", "System.UInt32", hidden=True)(lambda v: UInt64(v.offset))
    kind.property("Bytes", "System.Byte[]")(lambda v: bytearray(v.data))
    kind.property("Path", "System.String")(lambda v: v.path)
    kind.property("HexOffset", "System.String")(lambda v: f"{v.offset:016X}")
    kind.property("Label", "System.String")(lambda v: v.label)
    kind.property("HexBytes", "System.String")(lambda v: v.hex_bytes)
    kind.property("Ascii", "System.String")(lambda v: v.ascii)


_declare()


@cmdlet(
    "Format-Hex",
    aliases=("fhx",),
    default_set="Path",
    output_type=("Microsoft.PowerShell.Commands.ByteCollection",),
    class_name="Microsoft.PowerShell.Commands.FormatHex",
)
class FormatHex(Cmdlet):
    """Bytes of files, texts and numbers in hexadecimal, sixteen to a line."""

    path = Parameter("string[]", sets={"Path": {"position": 0, "mandatory": True}}, validate=_FILLED)
    literal_path = Parameter(
        "string[]", sets={"LiteralPath": {"mandatory": True}}, aliases=("PSPath", "LP"), validate=_FILLED
    )
    input_object = Parameter("psobject", sets={"ByInputObject": {"mandatory": True, "pipeline": True}}, default=NOTHING)
    encoding = Parameter("System.Text.Encoding", sets=("ByInputObject",), validate=_FILLED)
    count = Parameter("int64", default=2**63 - 1, validate=(ValidateRange("Positive"),))
    offset = Parameter("int64", default=0, validate=(ValidateRange("NonNegative"),))
    raw = Parameter("switch", sets=("ByInputObject",), help="Does nothing: scripts of older versions give it.")

    def begin(self) -> None:
        self._kept = bytearray()
        self._kind = ""
        self._alone = False
        self._codec = codec_of(self.encoding)[0]

    def process(self) -> None:
        if self.parameter_set == "ByInputObject":
            self._object(unwrap(self.input_object))
            return
        for text in as_list(self.literal_path):
            self._file(text)
        for text in as_list(self.path):
            self._paths(text)

    def _paths(self, text: str) -> None:
        found = list(glob(self.session, text))
        for place in found:
            self._file(place.full() if not place.is_file_system else place.path)
        if not found and not has_wildcard(text):
            self.fail(
                f"Cannot find path '{self.session.file_path(text)}' because it does not exist.",
                "FileNotFound",
                "ObjectNotFound",
                text,
                type_name="System.Management.Automation.ItemNotFoundException",
            )

    def _file(self, text: str) -> None:
        place = self.session.resolve_path(text)
        if not place.is_file_system:
            self.fail(
                f"The given path '{text}' is not supported. This command only supports the FileSystem Provider paths.",
                "FormatHexOnlySupportsFileSystemPaths",
                "InvalidArgument",
                text,
                type_name="System.ArgumentException",
            )
            return
        try:
            with open_reading(place.path) as file:
                file.seek(self.offset)
                left = self.count
                at = self.offset
                while left > 0 and (data := file.read(min(_LINE, left))):
                    self.check_stop()
                    self.emit(ByteCollection(at, data, place.path, place.path))
                    at += len(data)
                    left -= len(data)
        except OSError as problem:
            record = os_failure(problem, place.path, "FormatHexIOError").record
            record.category = "WriteError"
            self.write_error(record)

    def _object(self, value: Any) -> None:
        if isinstance(value, FileSystemInfo):
            self._flush()
            self._file(to_text(value))
            return
        kind = (type_names(value) or ("System.Object",))[0]
        if kind == "System.String":
            self._flush()
            self._group(str(value).encode(self._codec, "replace"), kind)
            return
        data = self._bytes(value, kind)
        if data is None:
            self.fail(
                f"Cannot convert input of type '{kind}' to hexadecimal. To view the hexadecimal formatting of its "
                "string representation, pipe it to the Out-String cmdlet before piping it to Format-Hex.",
                "FormatHexTypeNotSupported",
                "InvalidArgument",
                kind,
                type_name="System.ArgumentException",
            )
            return
        if self._alone:
            self._flush()
        self._kept += data

    def _bytes(self, value: Any, kind: str) -> bytes | None:
        """The value's bytes as the machine holds them; values of one type in a row stand together."""
        if isinstance(value, (bytes, bytearray, list)):
            self._flush()
            self._kind, self._alone = kind, True
            if isinstance(value, list):
                element = value.element_type if isinstance(value, TypedArray) else ""
                parts = [_packed(item, element) for item in value] if element else [None]
                return None if not parts or None in parts else b"".join(part for part in parts if part is not None)
            return bytes(value)
        packed = _packed(value, kind)
        if packed is not None and not self._alone:
            label = "System.Int32" if isinstance(value, EnumValue) else kind
            if self._kind and label != self._kind:
                self._flush()
            self._kind = label
        return packed

    def _group(self, data: bytes, kind: str) -> None:
        label = f"{kind.rpartition('.')[2]} ({kind}) <{secrets.randbits(31):08X}>"
        start = min(len(data), self.offset)
        data = data[start : start + min(len(data) - start, self.count)]
        for at in range(0, len(data), _LINE):
            self.emit(ByteCollection(at, data[at : at + _LINE], label))

    def _flush(self) -> None:
        if self._kept:
            data, kind = bytes(self._kept), self._kind
            self._kept.clear()
            self._kind, self._alone = "", False
            self._group(data, kind)

    def end(self) -> None:
        self._flush()


def _packed(value: Any, kind: str) -> bytes | None:
    if isinstance(value, EnumValue):
        return struct.pack("<i", int(value))
    form = _PACK.get(kind)
    if form is None:
        return None
    if kind == "System.Char":
        return struct.pack("<H", ord(value))
    return bytes([int(Byte(value))]) if kind == "System.Byte" else struct.pack("<" + form, value)


CMDLETS = (FormatHex,)
