"""System.Console: the host's lines, unless a script puts writers of its own in their place."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable
from functools import partial
from typing import Any, BinaryIO, Final

from remora.engine.context import EngineContext, current
from remora.engine.errors import PSError
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.collections import failure
from remora.engine.types.consolewindow import declare_window
from remora.engine.types.streams import (
    STREAM,
    TEXT_WRITER,
    WRITE,
    WRITE_LINE,
    ByteStream,
    StringWriter,
    TextReader,
    TextWriter,
    written,
)
from remora.engine.types.typeref import register

_STORE: Final = "console writers"


class ConsoleWriter(NetObject):
    """[Console]::Out and Error: lines to the host."""

    __slots__ = ("to_error",)
    net_type = NetType("System.IO.TextWriter+SyncTextWriter", TEXT_WRITER)

    def __init__(self, to_error: bool) -> None:
        self.to_error = to_error

    def line(self, text: str = "") -> None:
        host = current().host
        (host.write_error_line if self.to_error else host.write_line)(text)

    def write(self, text: str) -> None:
        host = current().host
        if not self.to_error:
            host.write(text)
            return
        parts: Callable[[str], None] | None = getattr(host, "write_error_text", None)
        (parts or host.write_error_line)(text)


class ConsoleReader(TextReader):
    """[Console]::In: lines of the host's input."""

    __slots__ = ()
    net_type = NetType("System.IO.SyncTextReader", TextReader.net_type)

    def __init__(self) -> None:
        super().__init__("")

    def read_line(self) -> str | None:
        """The next line; None at the end."""
        try:
            return current().host.read_line()
        except PSError as problem:
            if problem.record.error_id == "NonInteractive":
                return None
            raise

    def read_to_end(self) -> str:
        """All that is left."""
        lines: list[str] = []
        while (line := self.read_line()) is not None:
            lines.append(f"{line}\n")
        return "".join(lines)


class ConsoleStream(ByteStream):
    """What [Console]::OpenStandardOutput() and its kin give: bytes of the host's streams, which closing leaves open."""

    __slots__ = ()
    net_type = NetType("System.IO.ConsoleStream", STREAM)

    def close(self) -> None:
        self.file.flush()


class _HostBytes(io.RawIOBase):
    """Bytes for a host that takes texts only: UTF-8, whatever stands at the edge of two writes."""

    def __init__(self, to_error: bool) -> None:
        super().__init__()
        self._writer = ConsoleWriter(to_error)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        text = self._decoder.decode(bytes(data))
        if text:
            self._writer.write(text)
        return len(data)


def _open(name: str, size: int = 0) -> ConsoleStream:
    """The stream of a name: input, output or error. size: of a buffer, which there is none of."""
    opened: Callable[[str], BinaryIO | None] | None = getattr(current().host, "open_bytes", None)
    file = opened(name) if opened is not None else None
    return ConsoleStream(file or (io.BytesIO() if name == "input" else _HostBytes(name == "error")))


def share_console(parent: EngineContext, child: EngineContext) -> None:
    """Let a session that another one makes have the same console, whoever puts writers in its place."""
    child.store[_STORE] = parent.store.setdefault(_STORE, {})


def _writer(name: str) -> Any:
    """What SetOut or SetError were given last, else the host."""
    return current().store.get(_STORE, {}).get(name) or ConsoleWriter(name == "Error")


def _set_writer(name: str, writer: Any) -> None:
    if not isinstance(writer, (ConsoleWriter, StringWriter, TextWriter)):
        raise failure(f"Value cannot be null. (Parameter 'new{name}')", "System.ArgumentNullException")
    kept = None if isinstance(writer, ConsoleWriter) and writer.to_error == (name == "Error") else writer
    current().store.setdefault(_STORE, {})[name] = kept


def _put(*words: Any) -> None:
    _writer("Out").write(written(words))


def _put_line(*words: Any) -> None:
    out = _writer("Out")
    if isinstance(out, ConsoleWriter):
        out.line(written(words))
    else:
        out.write(written(words) + "\n")


def _console() -> NetType:
    c = NetType("System.Console", OBJECT)
    c.static(*WRITE_LINE, returns="void")(_put_line)
    c.static(*WRITE, returns="void")(_put)
    c.static("ReadLine()", returns="string")(lambda: ConsoleReader().read_line())
    c.static("Beep()", returns="void")(lambda: None)
    c.static_property("In")(ConsoleReader)
    for name in ("Input", "Output", "Error"):
        opener = f"OpenStandard{name}"
        c.static(f"{opener}()", f"{opener}(int bufferSize)", returns=STREAM.name)(partial(_open, name.lower()))
    for name in ("Out", "Error"):
        c.static_property(name)(partial(_writer, name))
        c.static(f"Set{name}(System.IO.TextWriter new{name})", returns="void")(partial(_set_writer, name))
    for name in ("OutputEncoding", "InputEncoding"):
        c.static_property(name)(partial(_encoding, name))
        member = c.statics[name.lower()]
        member.set = partial(_set_encoding, name)  # type: ignore[union-attr]
    declare_window(c)
    c.static_property("IsOutputRedirected", "System.Boolean")(lambda: True)
    c.static_property("IsInputRedirected", "System.Boolean")(lambda: True)
    writer = ConsoleWriter.net_type
    writer.method(*WRITE_LINE, returns="void")(lambda w, *words: w.line(written(words)))
    writer.method(*WRITE, returns="void")(lambda w, *words: w.write(written(words)))
    writer.method("Flush()", returns="void")(lambda w: None)
    return c


def _encoding(name: str) -> Any:
    """How programs' output is read; the engine's own text is UTF-8 whatever is set."""
    from remora.engine.types.encodings import Encoding

    return current().store.get(f"console {name}") or Encoding("utf-8", preamble=False)


def _set_encoding(name: str, target: Any, value: Any) -> None:
    current().store[f"console {name}"] = value


def register_types() -> None:
    """Console by name."""
    register(_console())
