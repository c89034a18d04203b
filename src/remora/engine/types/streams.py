"""IO streams: FileStream, MemoryStream, GZip and Deflate streams, StreamReader and StreamWriter."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import Any, Final

from remora.engine.convert.text import object_text
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.collections import MAX_LENGTH, failure
from remora.engine.types.encodings import Encoding
from remora.engine.types.text import StringBuilder
from remora.engine.types.typeref import register
from remora.values.numbers import Int64

STREAM = NetType("System.IO.Stream", OBJECT)
TEXT_READER: Final = NetType("System.IO.TextReader", OBJECT)
TEXT_WRITER: Final = NetType("System.IO.TextWriter", OBJECT)
MAX_INFLATED = 1 << 30
_MODES = {"open": "r+b", "create": "w+b", "createnew": "x+b", "append": "ab", "openorcreate": "a+b", "truncate": "w+b"}


class ByteStream(NetObject):
    """A stream of bytes over a Python binary file."""

    __slots__ = ("file",)
    net_type = STREAM

    def __init__(self, file: Any) -> None:
        self.file = file

    def read_bytes(self, count: int) -> bytes:
        """So many bytes, -1 for all that is left."""
        return bytes(self.file.read(count))

    def read_into(self, buffer: bytearray, offset: int, count: int) -> int:
        data = self.read_bytes(count)
        buffer[offset : offset + len(data)] = data
        return len(data)

    def write_from(self, buffer: Any, offset: int, count: int) -> None:
        self.file.write(bytes(buffer[offset : offset + count]))

    def copy_to(self, other: ByteStream) -> None:
        while chunk := self.read_bytes(1 << 16):
            other.file.write(chunk)

    def length(self) -> int:
        here = self.file.tell()
        end = self.file.seek(0, io.SEEK_END)
        self.file.seek(here)
        return int(end)

    def close(self) -> None:
        self.file.close()


class MemoryStream(ByteStream):
    """IO.MemoryStream."""

    __slots__ = ()
    net_type = NetType("System.IO.MemoryStream", STREAM)

    def to_array(self) -> bytearray:
        return bytearray(self.file.getvalue())

    def close(self) -> None:
        """The bytes stay readable by ToArray()."""


class FileStream(ByteStream):
    """IO.FileStream."""

    __slots__ = ()
    net_type = NetType("System.IO.FileStream", STREAM)


class PackedStream(ByteStream):
    """GZipStream and DeflateStream: reading inflates, writing deflates when closed."""

    __slots__ = ("inner", "raw", "reading")
    net_type = NetType("System.IO.Compression.GZipStream", STREAM)

    def __init__(self, inner: ByteStream, mode: Any, raw: bool) -> None:
        self.inner = inner
        self.raw = raw
        self.reading = str(getattr(mode, "name", mode)).lower() in ("decompress", "0")
        super().__init__(io.BytesIO(self._inflate()) if self.reading else io.BytesIO())

    def _inflate(self) -> bytes:
        made = zlib.decompressobj(-15 if self.raw else 31)
        try:
            data = made.decompress(self.inner.read_bytes(-1), MAX_INFLATED)
        except zlib.error:
            raise failure(
                "The archive entry was compressed using an unsupported compression method.",
                "System.IO.InvalidDataException",
            ) from None
        if made.unconsumed_tail:
            raise failure("The inflated data is too large.", "System.OutOfMemoryException")
        return data

    def close(self) -> None:
        if not self.reading:
            data = self.file.getvalue()
            self.inner.file.write(zlib.compress(data, wbits=-15) if self.raw else gzip.compress(data, mtime=0))
            self.reading = True
        self.inner.close()


def open_file(path: str, mode: str, access: str) -> FileStream:
    """A FileStream by FileMode and FileAccess names."""
    form = _MODES.get(mode.lower())
    if form is None:
        raise failure(f"The file mode '{mode}' is not valid.", "System.ArgumentException")
    if access.lower() == "read" and form == "r+b":
        form = "rb"
    file = open(path, form)  # noqa: SIM115 - the script owns and closes it
    if form == "a+b":
        file.close()
        file = open(path, "r+b")  # noqa: SIM115 - the script owns and closes it
    return FileStream(file)


class TextReader(NetObject):
    """StreamReader and StringReader."""

    __slots__ = ("_position", "_source", "_text")
    net_type = NetType("System.IO.StreamReader", TEXT_READER)

    def __init__(self, source: Any, encoding: Any = None) -> None:
        self._source = source
        self._position = 0
        codec = encoding.codec if isinstance(encoding, Encoding) else "utf-8"
        if isinstance(source, ByteStream):
            data = source.read_bytes(-1)
            self._text = data.decode("utf-8-sig" if codec == "utf-8" else codec, "replace").removeprefix("\ufeff")
        else:
            self._text = str(source)

    def read_to_end(self) -> str:
        rest, self._position = self._text[self._position :], len(self._text)
        return rest

    def read_line(self) -> Any:
        if self._position >= len(self._text):
            return None
        end = self._text.find("\n", self._position)
        stop = len(self._text) if end < 0 else end
        line = self._text[self._position : stop]
        self._position = stop + 1
        return line.removesuffix("\r")

    def at_end(self) -> bool:
        return self._position >= len(self._text)

    def read(self) -> int:
        if self.at_end():
            return -1
        self._position += 1
        return ord(self._text[self._position - 1])

    def peek(self) -> int:
        return -1 if self.at_end() else ord(self._text[self._position])

    def close(self) -> None:
        if isinstance(self._source, ByteStream):
            self._source.close()


class TextWriter(NetObject):
    """StreamWriter."""

    __slots__ = ("_encoding", "_stream")
    net_type = NetType("System.IO.StreamWriter", TEXT_WRITER)

    def __init__(self, stream: ByteStream, encoding: Any = None) -> None:
        self._stream = stream
        self._encoding = encoding if isinstance(encoding, Encoding) else Encoding("utf-8", preamble=False)

    def write(self, text: str) -> None:
        self._stream.file.write(bytes(self._encoding.encode(text or "")))

    def flush(self) -> None:
        self._stream.file.flush()

    def close(self) -> None:
        self._stream.close()


class StringWriter(TextWriter):
    """A writer into a StringBuilder."""

    __slots__ = ("builder",)
    net_type = NetType("System.IO.StringWriter", TEXT_WRITER)

    def __init__(self, builder: StringBuilder | None = None) -> None:
        self.builder = builder or StringBuilder()

    def write(self, text: str) -> None:
        self.builder.append(text or "")

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """The text stays."""

    def net_text(self) -> str:
        return self.builder.text


def _move_to(stream: Any, position: int) -> None:
    if position < 0:
        raise failure("Non-negative number required. (Parameter 'value')", "System.ArgumentOutOfRangeException")
    stream.file.seek(position)


def _set_length(stream: Any, length: int) -> None:
    """Cut the stream, or make it longer by zeros."""
    file, missing = stream.file, length - stream.length()
    if missing > 0 and isinstance(file, io.BytesIO):
        if length > MAX_LENGTH:
            raise failure("Array dimensions exceeded supported range.", "System.OutOfMemoryException")
        position = file.tell()
        file.seek(0, io.SEEK_END)
        file.write(bytes(missing))
        file.seek(position)
    else:
        file.truncate(length)


def _declare_streams() -> None:
    s = STREAM
    s.property("Length", "System.Int64")(lambda v: Int64(v.length()))
    s.property("Position", "System.Int64")(lambda v: Int64(v.file.tell()))
    s.setter("Position")(_move_to)
    s.property("CanRead", "System.Boolean")(lambda v: v.file.readable())
    s.property("CanWrite", "System.Boolean")(lambda v: v.file.writable())
    s.property("CanSeek", "System.Boolean")(lambda v: v.file.seekable())
    s.method("Read(byte[], int, int)", returns="int")(lambda v, b, i, n: v.read_into(b, i, n))
    s.method("Write(byte[], int, int)", returns="void")(lambda v, b, i, n: v.write_from(b, i, n))
    s.method("ReadByte()", returns="int")(lambda v: (v.read_bytes(1) or [-1])[0])
    s.method("WriteByte(byte)", returns="void")(lambda v, b: v.file.write(bytes([b])))
    s.method("Seek(long, object)", returns="long")(
        lambda v, n, w: Int64(v.file.seek(n, {"Current": 1, "End": 2}.get(str(getattr(w, "name", w)), 0)))
    )
    s.method("SetLength(long)", returns="void")(_set_length)
    s.method("CopyTo(object)", returns="void")(lambda v, other: v.copy_to(other))
    s.method("Flush()", returns="void")(lambda v: v.file.flush() if not v.file.closed else None)
    s.method("Close()", "Dispose()", returns="void")(lambda v: v.close())
    m = MemoryStream.net_type
    m.constructor("()", "(int)")(lambda *size: MemoryStream(io.BytesIO()))
    m.constructor("(byte[])")(lambda data: MemoryStream(io.BytesIO(bytes(data))))
    m.constructor("(byte[], int, int)")(lambda data, i, n: MemoryStream(io.BytesIO(bytes(data[i : i + n]))))
    m.method("ToArray()", "GetBuffer()", returns="byte[]")(lambda v: v.to_array())
    m.method("WriteTo(object)", returns="void")(lambda v, other: other.file.write(v.file.getvalue()))
    f = FileStream.net_type
    f.constructor("(string, object)", "(string, object, object)", "(string, object, object, object)")(_new_file_stream)
    f.property("Name", "System.String")(lambda v: v.file.name)


def _new_file_stream(path: str, mode: Any, access: Any = "ReadWrite", share: Any = None) -> FileStream:
    from remora.engine.convert.text import to_text
    from remora.engine.types.files import resolve

    return open_file(resolve(path), to_text(mode), to_text(access))


WRITE: Final = ("Write(string)", "Write(char[])", "Write(object)", "Write(string, *object)")
WRITE_LINE: Final = ("WriteLine()", *(form.replace("Write", "WriteLine") for form in WRITE))


def written(words: tuple[Any, ...]) -> str:
    """What Write's overloads put out: characters as one text, an object's own text, a format with its values."""
    if not words:
        return ""
    if len(words) > 1:
        from remora.engine.text.composite import format_composite

        return format_composite(words[0], list(words[1:]))
    return "".join(words[0]) if isinstance(words[0], list) else object_text(words[0])


def _declare_text() -> None:
    t = TextReader.net_type
    t.constructor("(object)", "(object, object)", "(object, object, object)")(_new_reader)
    t.method("ReadToEnd()", returns="string")(lambda v: v.read_to_end())
    t.method("ReadLine()", returns="string")(lambda v: v.read_line())
    t.method("Read()", returns="int")(lambda v: v.read())
    t.method("Peek()", returns="int")(lambda v: v.peek())
    t.property("EndOfStream", "System.Boolean")(lambda v: v.at_end())
    t.method("Close()", "Dispose()", returns="void")(lambda v: v.close())
    w = TextWriter.net_type
    w.constructor("(object)", "(object, object)")(_new_writer)
    w.method(*WRITE, returns="void")(lambda v, *words: v.write(written(words)))
    w.method(*WRITE_LINE, returns="void")(lambda v, *words: v.write(written(words) + "\n"))
    w.method("Flush()", returns="void")(lambda v: v.flush())
    w.method("Close()", "Dispose()", returns="void")(lambda v: v.close())
    w.property("AutoFlush", "System.Boolean")(lambda v: True)
    w.setter("AutoFlush")(lambda v, value: None)


def _declare_string_writer() -> None:
    w = StringWriter.net_type
    w.constructor("()", "(System.Text.StringBuilder sb)")(StringWriter)
    w.constructor("(System.IFormatProvider formatProvider)")(lambda culture: StringWriter())
    w.constructor("(System.Text.StringBuilder sb, System.IFormatProvider formatProvider)")(
        lambda builder, culture: StringWriter(builder)
    )
    w.method(*WRITE, returns="void")(lambda v, *words: v.write(written(words)))
    w.method(*WRITE_LINE, returns="void")(lambda v, *words: v.write(written(words) + "\n"))
    w.method("GetStringBuilder()", returns="System.Text.StringBuilder")(lambda v: v.builder)
    w.method("ToString()", returns="string")(lambda v: v.builder.text)
    w.method("Flush()", "Close()", "Dispose()", returns="void")(lambda v: None)


def _new_reader(source: Any, encoding: Any = None, detect: Any = None) -> TextReader:
    if isinstance(source, str):
        from remora.engine.types.files import resolve

        source = open_file(resolve(source), "Open", "Read")
    return TextReader(source, encoding)


def _new_writer(target: Any, second: Any = None) -> TextWriter:
    if isinstance(target, str):
        from remora.engine.types.files import resolve

        target = open_file(resolve(target), "Append" if second is True else "Create", "Write")
    return TextWriter(target, second)


def _string_reader() -> NetType:
    kind = NetType("System.IO.StringReader", TextReader.net_type)
    kind.constructor("(string)")(TextReader)
    return kind


def _packed() -> list[NetType]:
    gz = PackedStream.net_type
    gz.constructor("(object, object)", "(object, object, object)")(
        lambda inner, mode, leave=None: PackedStream(inner, mode, False)
    )
    deflate = NetType("System.IO.Compression.DeflateStream", gz)
    deflate.constructor("(object, object)", "(object, object, object)")(
        lambda inner, mode, leave=None: PackedStream(inner, mode, True)
    )
    return [gz, deflate]


def register_types() -> None:
    """Streams, readers, writers."""
    register(
        STREAM,
        TEXT_READER,
        TEXT_WRITER,
        MemoryStream.net_type,
        FileStream.net_type,
        TextReader.net_type,
        TextWriter.net_type,
        StringWriter.net_type,
        _string_reader(),
        *_packed(),
    )


_declare_streams()
_declare_text()
_declare_string_writer()
