"""BinaryReader and BinaryWriter."""

from __future__ import annotations

import struct
from typing import Any, Final

from remora.engine.convert.conversion import convert_to
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.collections import failure
from remora.engine.types.streams import ByteStream
from remora.engine.types.typeref import register

# method suffix: (struct form, type word)
_FORMS: Final = {
    "Boolean": ("<?", "bool"), "Byte": ("<B", "byte"), "SByte": ("<b", "sbyte"), "Int16": ("<h", "int16"),
    "UInt16": ("<H", "uint16"), "Int32": ("<i", "int"), "UInt32": ("<I", "uint32"), "Int64": ("<q", "long"),
    "UInt64": ("<Q", "uint64"), "Single": ("<f", "float"), "Double": ("<d", "double"),
}  # fmt: skip


class BinaryReader(NetObject):
    """Numbers and texts from a stream, little-endian."""

    __slots__ = ("stream",)
    net_type = NetType("System.IO.BinaryReader", OBJECT)

    def __init__(self, stream: ByteStream, encoding: Any = None) -> None:
        self.stream = stream

    def take(self, count: int) -> bytes:
        """So many bytes. Raises PSError EndOfStreamException."""
        data = self.stream.read_bytes(max(count, 0))
        if len(data) < count:
            raise failure("Unable to read beyond the end of the stream.", "System.IO.EndOfStreamException")
        return data

    def number(self, form: str, kind: str) -> Any:
        return convert_to(struct.unpack(form, self.take(struct.calcsize(form)))[0], kind)

    def text(self) -> str:
        """A text with its length in front, seven bits a byte."""
        size = shift = 0
        while True:
            byte = self.take(1)[0]
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
            if shift > 28:
                raise failure("Too many bytes in what should have been a 7-bit encoded integer.",
                              "System.FormatException")  # fmt: skip
        return self.take(size).decode("utf-8", "replace")


class BinaryWriter(NetObject):
    """Numbers and texts to a stream, little-endian."""

    __slots__ = ("stream",)
    net_type = NetType("System.IO.BinaryWriter", OBJECT)

    def __init__(self, stream: ByteStream, encoding: Any = None) -> None:
        self.stream = stream

    def put(self, data: bytes) -> None:
        self.stream.file.write(data)

    def text(self, text: str) -> None:
        data = text.encode("utf-8", "surrogatepass")
        size = len(data)
        head = bytearray()
        while size > 0x7F:
            head.append(size & 0x7F | 0x80)
            size >>= 7
        self.put(bytes([*head, size]) + data)


def _readers() -> NetType:
    b = BinaryReader.net_type
    b.constructor("(System.IO.Stream input)", "(System.IO.Stream input, object encoding)",
                  "(System.IO.Stream input, object encoding, bool leaveOpen)")(
        lambda stream, *rest: BinaryReader(stream)
    )  # fmt: skip
    b.property("BaseStream", wire=False)(lambda v: v.stream)
    for name, (form, kind) in _FORMS.items():
        b.method(f"Read{name}()", returns=kind)(lambda v, form=form, kind=kind: v.number(form, kind))
    b.method("ReadBytes(int count)", returns="byte[]")(lambda v, n: bytearray(v.stream.read_bytes(max(n, 0))))
    b.method("ReadChar()", returns="char")(lambda v: convert_to(v.take(1).decode("latin-1"), "char"))
    b.method("ReadString()", returns="string")(lambda v: v.text())
    b.method("Dispose()", "Close()", returns="void")(lambda v: v.stream.close())
    return b


def _writers() -> NetType:
    b = BinaryWriter.net_type
    b.constructor("(System.IO.Stream output)", "(System.IO.Stream output, object encoding)",
                  "(System.IO.Stream output, object encoding, bool leaveOpen)")(
        lambda stream, *rest: BinaryWriter(stream)
    )  # fmt: skip
    b.property("BaseStream", wire=False)(lambda v: v.stream)
    for form, kind in _FORMS.values():
        b.method(f"Write({kind} value)", returns="void")(lambda v, value, form=form: v.put(struct.pack(form, value)))
    b.method("Write(byte[] buffer)", returns="void")(lambda v, data: v.put(bytes(data)))
    b.method("Write(byte[] buffer, int index, int count)", returns="void")(
        lambda v, data, index, count: v.put(bytes(data[index : index + count]))
    )
    b.method("Write(string value)", returns="void")(lambda v, text: v.text(text))
    b.method("Write(char ch)", returns="void")(lambda v, char: v.put(str(char).encode()))
    b.method("Flush()", returns="void")(lambda v: v.stream.file.flush())
    b.method("Dispose()", "Close()", returns="void")(lambda v: v.stream.close())
    return b


def register_types() -> None:
    """The types by name."""
    register(_readers(), _writers())
