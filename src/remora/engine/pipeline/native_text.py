"""Text to and from native programs: encodings, lines, objects as the formatter shows them."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any

from remora.engine.convert.text import to_text
from remora.engine.types.registry import unwrap
from remora.values.numbers import Byte

if TYPE_CHECKING:
    from remora.engine.frame import Frame


def _codec(encoding: Any) -> str | None:
    """Python's name of an Encoding object's encoding."""
    found = getattr(unwrap(encoding), "codec", None)
    return found if isinstance(found, str) else None


def output_codec(f: Frame) -> str:
    """How a program's output is read: $PSApplicationOutputEncoding, else [Console]::OutputEncoding."""
    found = _codec(f.scope.get("psapplicationoutputencoding"))
    return found or _codec(f.context.store.get("console OutputEncoding")) or "utf-8"


def input_codec(f: Frame) -> str:
    """How text is written to a program: $OutputEncoding."""
    return _codec(f.scope.get("outputencoding")) or "utf-8"


class LineSplitter:
    """Bytes to text lines at any cut; what is no text becomes the replacement character."""

    def __init__(self, codec: str = "utf-8") -> None:
        self._decoder = codecs.getincrementaldecoder(codec)("replace")
        self._pending = ""

    def feed(self, data: bytes) -> list[str]:
        """Complete lines so far."""
        parts = (self._pending + self._decoder.decode(data)).split("\n")
        self._pending = parts.pop()
        return [part.removesuffix("\r") for part in parts]

    def rest(self) -> list[str]:
        """The last line when it had no end."""
        pending, self._pending = self._pending + self._decoder.decode(b"", True), ""
        return [pending] if pending else []


class InputText:
    """Objects of the pipeline as the bytes a program reads: texts as lines, bytes as they are, others formatted."""

    def __init__(self, f: Frame) -> None:
        self._frame = f
        self._codec = input_codec(f)
        self._held: list[Any] = []

    def bytes_of(self, value: Any) -> bytes:
        """What can be written now; objects that only a table can show wait for more of their kind."""
        plain = unwrap(value)
        if isinstance(plain, Byte):
            return self.rest() + bytes([plain])
        if isinstance(plain, bytes | bytearray):
            return self.rest() + bytes(plain)
        if isinstance(plain, str | int | float) or plain is None:
            return self.rest() + self._encode(to_text(value) + "\n")
        self._held.append(value)
        return b""

    def rest(self) -> bytes:
        """The objects that have waited."""
        if not self._held:
            return b""
        from remora.engine.pipeline.redirect import text_lines

        held, self._held = self._held, []
        return self._encode("".join(line + "\n" for line in text_lines(self._frame, held)))

    def _encode(self, text: str) -> bytes:
        return text.encode(self._codec, "surrogateescape" if self._codec == "utf-8" else "replace")
