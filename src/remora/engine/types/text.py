"""Text.Encoding and StringBuilder."""

from __future__ import annotations

from functools import partial
from typing import Any

from remora.engine.convert.text import object_text
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.collections import failure
from remora.engine.types.core import text_size
from remora.engine.types.strings import insert_text, remove_text
from remora.engine.types.typeref import register

CODECS = {
    "utf-8": ("utf-8", "Unicode (UTF-8)", 65001, b"\xef\xbb\xbf"),
    "utf8": ("utf-8", "Unicode (UTF-8)", 65001, b"\xef\xbb\xbf"),
    "utf-16": ("utf-16-le", "Unicode", 1200, b"\xff\xfe"),
    "unicode": ("utf-16-le", "Unicode", 1200, b"\xff\xfe"),
    "utf-16be": ("utf-16-be", "Unicode (Big-Endian)", 1201, b"\xfe\xff"),
    "us-ascii": ("ascii", "US-ASCII", 20127, b""),
    "ascii": ("ascii", "US-ASCII", 20127, b""),
    "utf-32": ("utf-32-le", "Unicode (UTF-32)", 12000, b"\xff\xfe\x00\x00"),
    "iso-8859-1": ("latin-1", "Western European (ISO)", 28591, b""),
    "latin1": ("latin-1", "Western European (ISO)", 28591, b""),
    "windows-1252": ("cp1252", "Western European (Windows)", 1252, b""),
}
PAGES = {
    65001: "utf-8",
    1200: "utf-16",
    1201: "utf-16be",
    20127: "us-ascii",
    12000: "utf-32",
    28591: "iso-8859-1",
    1252: "windows-1252",
    0: "utf-8",
}


class Encoding(NetObject):
    """An encoding by its web name; preamble: what a writer puts first."""

    __slots__ = ("codec", "display", "name", "page", "preamble")
    net_type = NetType("System.Text.Encoding", OBJECT)

    def __init__(self, name: str, *, preamble: bool = True) -> None:
        self.codec, self.display, self.page, mark = CODECS[name]
        self.name = {"utf8": "utf-8", "unicode": "utf-16", "ascii": "us-ascii", "latin1": "iso-8859-1"}.get(name, name)
        self.preamble = mark if preamble else b""

    def net_text(self) -> str:
        return {"utf-8": "System.Text.UTF8Encoding"}.get(self.name, "System.Text.UnicodeEncoding")

    def encode(self, text: str) -> bytearray:
        """Bytes of a text; what the encoding lacks becomes ``?``."""
        errors = "surrogatepass" if self.codec.startswith("utf") and self.codec != "utf-8" else "replace"
        return bytearray(str(text).encode(self.codec, errors))

    def decode(self, data: Any) -> str:
        return bytes(data).decode(self.codec, "replace")


def encoding(name: Any) -> Encoding:
    """An encoding by name or code page. Raises PSError for an unknown one."""
    if isinstance(name, int):
        name = PAGES.get(int(name), "")
    found = str(name).lower()
    if found not in CODECS:
        raise failure(f"'{name}' is not a supported encoding name. (Parameter 'name')", "System.ArgumentException")
    return Encoding(found)


def _encodings() -> NetType:
    e = Encoding.net_type
    for label, name in {
        "UTF8": "utf-8",
        "Unicode": "utf-16",
        "BigEndianUnicode": "utf-16be",
        "ASCII": "us-ascii",
        "UTF32": "utf-32",
        "Latin1": "iso-8859-1",
        "Default": "utf-8",
    }.items():
        e.static_property(label)(partial(Encoding, name))
    e.static("GetEncoding(int)", "GetEncoding(string)")(encoding)
    e.method("GetBytes(string)", returns="byte[]")(lambda v, t: v.encode(t))
    e.method("GetBytes(char[])", returns="byte[]")(lambda v, cs: v.encode("".join(str(c) for c in cs)))
    e.method("GetString(byte[])", returns="string")(lambda v, data: v.decode(data))
    e.method("GetString(byte[], int, int)", returns="string")(lambda v, data, i, n: v.decode(data[i : i + n]))
    e.method("GetByteCount(string)", returns="int")(lambda v, t: len(v.encode(t)))
    e.method("GetCharCount(byte[])", returns="int")(lambda v, data: len(v.decode(data)))
    e.method("GetPreamble()", returns="byte[]")(lambda v: bytearray(v.preamble))
    e.property("EncodingName", "System.String")(lambda v: v.display)
    e.property("WebName", "System.String")(lambda v: v.name)
    e.property("BodyName", "System.String")(lambda v: v.name)
    e.property("CodePage", "System.Int32")(lambda v: v.page)
    utf8 = NetType("System.Text.UTF8Encoding", e)
    utf8.constructor("()", "(bool)", "(bool, bool)")(lambda mark=False, strict=False: Encoding("utf-8", preamble=mark))
    return utf8


class StringBuilder(NetObject):
    """System.Text.StringBuilder: grows a text piece by piece."""

    __slots__ = ("parts",)
    net_type = NetType("System.Text.StringBuilder", OBJECT)

    def __init__(self, text: str = "") -> None:
        self.parts: list[str] = [text] if text else []

    @property
    def text(self) -> str:
        if len(self.parts) > 1:
            self.parts = ["".join(self.parts)]
        return self.parts[0] if self.parts else ""

    @text.setter
    def text(self, text: str) -> None:
        self.parts = [text]

    def append(self, value: Any, count: int = 1) -> StringBuilder:
        text = object_text(value)
        text_size(len(text) * count)
        self.parts.append(text * count)
        return self

    def change(self, text: str) -> StringBuilder:
        self.text = text
        return self

    def net_text(self) -> str:
        return self.text


def _builders() -> None:
    from remora.engine.text.composite import format_composite

    b = StringBuilder.net_type
    b.constructor("()", "(string)", "(string, int)")(lambda text="", size=0: StringBuilder(text or ""))
    b.constructor("(int)", "(int, int)")(lambda *size: StringBuilder())
    b.property("Length", "System.Int32")(lambda v: len(v.text))
    b.setter("Length")(lambda v, n: setattr(v, "text", v.text[:n].ljust(text_size(n), "\0")))
    b.property("Capacity", "System.Int32")(lambda v: max(len(v.text), 16))
    b.method("Append(string)", "Append(object)", "Append(char, int)")(lambda v, x, n=1: v.append(x, n))
    b.method("Append(char[])")(lambda v, cs: v.append("".join(str(c) for c in cs)))
    b.method("AppendLine()", "AppendLine(string)")(lambda v, x="": v.append(x).append("\n"))
    b.method("AppendFormat(string, *object)")(lambda v, t, *a: v.append(format_composite(t, list(a))))
    b.method("AppendJoin(string, *object)")(lambda v, s, *a: v.append(s.join(object_text(x) for x in a)))
    b.method("Insert(int, string)")(lambda v, i, x: v.change(insert_text(v.text, i, x)))
    b.method("Remove(int, int)")(lambda v, i, n: v.change(remove_text(v.text, i, n)))
    b.method("Replace(string, string)")(lambda v, old, new: v.change(v.text.replace(old, new or "")))
    b.method("Clear()")(lambda v: v.change(""))
    b.method("ToString()", returns="string")(lambda v: v.text)
    b.method("ToString(int, int)", returns="string")(lambda v, i, n: v.text[i : i + n])
    b.method("get_Chars(int)")(lambda v, i: v.text[i])
    b.method("get_Item(int)")(lambda v, i: v.text[i])


def _load() -> None:
    from remora.engine.types.catalog import load_all

    load_all()


def register_types() -> None:
    """Encodings and StringBuilder."""
    register(Encoding.net_type, _UTF8, StringBuilder.net_type)


Encoding.net_type.load = _load
_UTF8 = _encodings()
_builders()
