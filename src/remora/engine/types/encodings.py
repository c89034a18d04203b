"""Text.Encoding and the encodings of .NET with their own types. Source: .NET API reference, System.Text."""

from __future__ import annotations

import codecs
from functools import partial
from typing import Any, Final, NamedTuple

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.collections import failure
from remora.engine.types.typeref import register

_T: Final = "System.Text."
_ADVICE: Final = (
    "For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method."
)


class _Known(NamedTuple):
    """One encoding. web: its name; mark: what a writer puts first; type: short name of its class; widest: bytes that
    one UTF-16 unit takes at most.
    """

    web: str
    codec: str
    display: str
    page: int
    mark: bytes = b""
    type: str = "SBCSCodePageEncoding"
    widest: int = 1


_KNOWN: Final = (
    _Known("utf-8", "utf-8", "Unicode (UTF-8)", 65001, codecs.BOM_UTF8, "UTF8Encoding", 3),
    _Known("utf-7", "utf-7", "Unicode (UTF-7)", 65000, b"", "UTF7Encoding", 5),
    _Known("utf-16", "utf-16-le", "Unicode", 1200, codecs.BOM_UTF16_LE, "UnicodeEncoding", 2),
    _Known("utf-16BE", "utf-16-be", "Unicode (Big-Endian)", 1201, codecs.BOM_UTF16_BE, "UnicodeEncoding", 2),
    _Known("utf-32", "utf-32-le", "Unicode (UTF-32)", 12000, codecs.BOM_UTF32_LE, "UTF32Encoding", 4),
    _Known("utf-32BE", "utf-32-be", "Unicode (UTF-32 Big-Endian)", 12001, codecs.BOM_UTF32_BE, "UTF32Encoding", 4),
    _Known("us-ascii", "ascii", "US-ASCII", 20127, b"", "ASCIIEncoding"),
    _Known("iso-8859-1", "latin-1", "Western European (ISO)", 28591, b"", "Latin1Encoding"),
    _Known("IBM437", "cp437", "OEM United States", 437),
    _Known("ibm850", "cp850", "Western European (DOS)", 850),
    _Known("ibm852", "cp852", "Central European (DOS)", 852),
    _Known("cp866", "cp866", "Cyrillic (DOS)", 866),
    _Known("shift_jis", "cp932", "Japanese (Shift-JIS)", 932, b"", "DBCSCodePageEncoding", 2),
    _Known("gb2312", "gbk", "Chinese Simplified (GB2312)", 936, b"", "DBCSCodePageEncoding", 2),
    _Known("ks_c_5601-1987", "cp949", "Korean", 949, b"", "DBCSCodePageEncoding", 2),
    _Known("big5", "cp950", "Chinese Traditional (Big5)", 950, b"", "DBCSCodePageEncoding", 2),
    _Known("windows-1250", "cp1250", "Central European (Windows)", 1250),
    _Known("windows-1251", "cp1251", "Cyrillic (Windows)", 1251),
    _Known("windows-1252", "cp1252", "Western European (Windows)", 1252),
    _Known("windows-1253", "cp1253", "Greek (Windows)", 1253),
    _Known("windows-1254", "cp1254", "Turkish (Windows)", 1254),
    _Known("windows-1255", "cp1255", "Hebrew (Windows)", 1255),
    _Known("windows-1256", "cp1256", "Arabic (Windows)", 1256),
    _Known("windows-1257", "cp1257", "Baltic (Windows)", 1257),
    _Known("windows-1258", "cp1258", "Vietnamese (Windows)", 1258),
    _Known("koi8-r", "koi8-r", "Cyrillic (KOI8-R)", 20866),
    _Known("koi8-u", "koi8-u", "Cyrillic (KOI8-U)", 21866),
    _Known("iso-8859-2", "iso8859-2", "Central European (ISO)", 28592),
    _Known("iso-8859-5", "iso8859-5", "Cyrillic (ISO)", 28595),
    _Known("iso-8859-7", "iso8859-7", "Greek (ISO)", 28597),
    _Known("iso-8859-9", "iso8859-9", "Turkish (ISO)", 28599),
    _Known("iso-8859-15", "iso8859-15", "Latin 9 (ISO)", 28605),
    _Known("GB18030", "gb18030", "Chinese Simplified (GB18030)", 54936, b"", "GB18030Encoding", 4),
)
_OTHER_NAMES: Final = {
    "utf8": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "utf7": "utf-7",
    "unicode": "utf-16",
    "utf-16le": "utf-16",
    "ucs-2": "utf-16",
    "unicodefffe": "utf-16be",
    "utf-32le": "utf-32",
    "ascii": "us-ascii",
    "iso646-us": "us-ascii",
    "latin1": "iso-8859-1",
    "iso_8859-1": "iso-8859-1",
    "l1": "iso-8859-1",
    "cp437": "ibm437",
    "cp850": "ibm850",
    "ibm866": "cp866",
    "sjis": "shift_jis",
    "shift-jis": "shift_jis",
    "gbk": "gb2312",
    "big5-hkscs": "big5",
}
_BY_NAME: Final = {one.web.lower(): one for one in _KNOWN}
_BY_PAGE: Final = {one.page: one for one in _KNOWN} | {0: _KNOWN[0]}


def _types() -> dict[str, NetType]:
    base = NetType(_T + "Encoding", OBJECT)
    names = dict.fromkeys(one.type for one in _KNOWN)
    return {"Encoding": base} | {name: NetType(_T + name, base) for name in names}


_TYPES: Final = _types()
_SEALED: Final = {
    name: NetType(f"{_T}{name}+{name}Sealed", _TYPES[name])
    for name in ("UTF8Encoding", "ASCIIEncoding", "Latin1Encoding")
}


class Encoding(NetObject):
    """An encoding by its web name. preamble: whether its mark is written. strict: what cannot be read or written is an
    error. shared: it is one of the static properties, which have types of their own.
    """

    __slots__ = ("codec", "kind", "known", "preamble", "strict")
    net_type = _TYPES["Encoding"]

    def __init__(self, name: str, *, preamble: bool = True, strict: bool = False, shared: bool = False) -> None:
        self.known = _BY_NAME[_OTHER_NAMES.get(name.lower(), name.lower())]
        self.codec = self.known.codec
        self.preamble = self.known.mark if preamble else b""
        self.strict = strict
        own = _TYPES[self.known.type]
        self.kind = _SEALED.get(self.known.type, own) if shared else own

    @property
    def name(self) -> str:
        return self.known.web

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names

    def net_text(self) -> str:
        return self.kind.name

    def encode(self, text: str) -> bytearray:
        """Bytes of a text; what the encoding lacks becomes ``?``, or is an error where it is strict."""
        errors = "surrogatepass" if self.codec.startswith("utf") and self.codec not in ("utf-8", "utf-7") else "replace"
        try:
            return bytearray(str(text).encode(self.codec, "strict" if self.strict else errors))
        except UnicodeEncodeError as problem:
            code = ord(problem.object[problem.start])
            raise failure(
                f"Unable to translate Unicode character \\u{code:04X} at index {problem.start} to specified code page.",
                _T + "EncoderFallbackException",
            ) from None

    def decode(self, data: Any) -> str:
        """The text of bytes; what is no text becomes the replacement character, or is an error where it is strict."""
        try:
            return bytes(data).decode(self.codec, "strict" if self.strict else "replace")
        except UnicodeDecodeError as problem:
            wrong = "".join(f"[{byte:02X}]" for byte in problem.object[problem.start : problem.end])
            raise failure(
                f"Unable to translate bytes {wrong} at index {problem.start} from specified code page to Unicode.",
                _T + "DecoderFallbackException",
            ) from None

    def same_as(self, other: Any) -> bool:
        return isinstance(other, Encoding) and (other.known, other.preamble, other.strict) == (
            self.known,
            self.preamble,
            self.strict,
        )


def encoding(name: Any, *fallbacks: Any) -> Encoding:
    """An encoding by name or code page. Raises PSError for an unknown one."""
    if isinstance(name, int):
        page = _BY_PAGE.get(int(name))
        if page is None:
            raise failure(f"No data is available for encoding {int(name)}. {_ADVICE}", "System.NotSupportedException")
        return Encoding(page.web, shared=True)
    folded = str(name).lower()
    if _OTHER_NAMES.get(folded, folded) not in _BY_NAME:
        raise failure(
            f"'{name}' is not a supported encoding name. {_ADVICE} (Parameter 'name')", "System.ArgumentException"
        )
    return Encoding(folded, shared=True)


def of_codec(codec: str) -> Encoding:
    """The encoding behind one of Python's codecs; UTF-8 where .NET knows none."""
    name = codecs.lookup(codec).name
    return Encoding(next((one.web for one in _KNOWN if codecs.lookup(one.codec).name == name), "utf-8"))


def _into(made: bytearray, target: Any, at: int) -> int:
    """Put bytes into an array from one place on; their number."""
    if at < 0 or at + len(made) > len(target):
        raise failure(
            "The output byte buffer is too small to contain the encoded data. (Parameter 'bytes')",
            "System.ArgumentException",
        )
    target[at : at + len(made)] = made
    return len(made)


def _text_of(chars: Any) -> str:
    return "".join(str(one) for one in chars)


def _chars(text: str) -> list[Any]:
    from remora.values import Char

    return [Char(unit) for unit in text]


def _convert(source: Encoding, target: Encoding, data: Any, *part: int) -> bytearray:
    start, count = part or (0, len(data))
    return target.encode(source.decode(data[start : start + count]))


def _most_chars(kept: Encoding, count: int) -> int:
    return {2: (count + 1) // 2 + 1, 4: count // 2 + 2}.get(kept.known.widest, count + (kept.known.page == 65001))


def _statics(e: NetType) -> None:
    for label, name in {
        "UTF8": "utf-8",
        "UTF7": "utf-7",
        "Unicode": "utf-16",
        "BigEndianUnicode": "utf-16be",
        "ASCII": "us-ascii",
        "UTF32": "utf-32",
        "Latin1": "iso-8859-1",
    }.items():
        e.static_property(label, e.name)(partial(Encoding, name, shared=True))
    e.static_property("Default", e.name)(partial(Encoding, "utf-8", preamble=False, shared=True))
    e.static("GetEncoding(int)", "GetEncoding(string)", returns=e.name)(encoding)
    e.static("GetEncodings()", returns=_T + "EncodingInfo[]")(lambda: [EncodingInfo(one) for one in _KNOWN])
    e.static("RegisterProvider(object)", returns="void")(lambda provider: None)
    signature = f"Convert({e.name}, {e.name}, byte[]"
    e.static(f"{signature})", f"{signature}, int, int)", returns="byte[]")(_convert)


def _methods(e: NetType) -> None:
    e.method("GetBytes(string)", returns="byte[]")(lambda v, t: v.encode(t))
    e.method("GetBytes(char[])", returns="byte[]")(lambda v, cs: v.encode(_text_of(cs)))
    e.method("GetBytes(char[], int, int)", returns="byte[]")(lambda v, cs, i, n: v.encode(_text_of(cs[i : i + n])))
    e.method("GetBytes(string, int, int)", returns="byte[]")(lambda v, t, i, n: v.encode(t[i : i + n]))
    e.method("GetBytes(char[], int, int, byte[], int)", returns="int")(
        lambda v, cs, i, n, out, at: _into(v.encode(_text_of(cs[i : i + n])), out, at)
    )
    e.method("GetBytes(string, int, int, byte[], int)", returns="int")(
        lambda v, t, i, n, out, at: _into(v.encode(t[i : i + n]), out, at)
    )
    e.method("GetString(byte[])", returns="string")(lambda v, data: v.decode(data))
    e.method("GetString(byte[], int, int)", returns="string")(lambda v, data, i, n: v.decode(data[i : i + n]))
    e.method("GetChars(byte[])", returns="char[]")(lambda v, data: _chars(v.decode(data)))
    e.method("GetChars(byte[], int, int)", returns="char[]")(lambda v, data, i, n: _chars(v.decode(data[i : i + n])))
    e.method("GetByteCount(string)", returns="int")(lambda v, t: len(v.encode(t)))
    e.method("GetByteCount(char[])", returns="int")(lambda v, cs: len(v.encode(_text_of(cs))))
    e.method("GetCharCount(byte[])", returns="int")(lambda v, data: len(v.decode(data)))
    e.method("GetCharCount(byte[], int, int)", returns="int")(lambda v, data, i, n: len(v.decode(data[i : i + n])))
    e.method("GetMaxByteCount(int)", returns="int")(lambda v, n: (n + 1) * v.known.widest)
    e.method("GetMaxCharCount(int)", returns="int")(_most_chars)
    e.method("GetPreamble()", returns="byte[]")(lambda v: bytearray(v.preamble))
    e.method("Equals(object)", returns="bool")(lambda v, other: v.same_as(other))
    e.method("Clone()", returns="object")(lambda v: Encoding(v.known.web, preamble=bool(v.preamble), strict=v.strict))


def _properties(e: NetType) -> None:
    e.property("Preamble", "System.ReadOnlySpan`1[[System.Byte]]")(lambda v: bytearray(v.preamble))
    e.property("BodyName", "System.String")(lambda v: v.known.web)
    e.property("EncodingName", "System.String")(lambda v: v.known.display)
    e.property("HeaderName", "System.String")(lambda v: v.known.web)
    e.property("WebName", "System.String")(lambda v: v.known.web)
    e.property("WindowsCodePage", "System.Int32")(lambda v: 1200 if v.known.widest > 1 else 1252)
    e.property("IsSingleByte", "System.Boolean")(lambda v: v.known.widest == 1)
    e.property("IsReadOnly", "System.Boolean")(lambda v: True)
    e.property("CodePage", "System.Int32")(lambda v: v.known.page)


class EncodingInfo(NetObject):
    """System.Text.EncodingInfo: an encoding that GetEncodings() tells of."""

    __slots__ = ("known",)
    net_type = NetType(_T + "EncodingInfo", OBJECT)

    def __init__(self, known: _Known) -> None:
        self.known = known


def _infos() -> None:
    i = EncodingInfo.net_type
    i.property("CodePage", "System.Int32")(lambda v: v.known.page)
    i.property("Name", "System.String")(lambda v: v.known.web)
    i.property("DisplayName", "System.String")(lambda v: v.known.display)
    i.method("GetEncoding()", returns=_T + "Encoding")(lambda v: Encoding(v.known.web, shared=True))


class _Provider(NetObject):
    """System.Text.CodePagesEncodingProvider: registering it adds nothing that is not known already."""

    net_type = NetType(_T + "CodePagesEncodingProvider", NetType(_T + "EncodingProvider", OBJECT))


def _constructors() -> None:
    _TYPES["UTF8Encoding"].constructor("()", "(bool)", "(bool, bool)")(
        lambda mark=False, strict=False: Encoding("utf-8", preamble=mark, strict=strict)
    )
    for name in ("utf-16", "utf-32"):
        _TYPES[_BY_NAME[name].type].constructor("()", "(bool, bool)", "(bool, bool, bool)")(
            lambda big=False, mark=True, strict=False, name=name: Encoding(
                name + ("be" if big else ""), preamble=mark, strict=strict
            )
        )
    _TYPES["ASCIIEncoding"].constructor("()")(lambda: Encoding("us-ascii"))
    _TYPES["UTF7Encoding"].constructor("()", "(bool)")(lambda optional=False: Encoding("utf-7"))
    _Provider.net_type.static_property("Instance", _Provider.net_type.name)(_Provider)


def _load() -> None:
    from remora.engine.types.catalog import load_all

    load_all()


def register_types() -> None:
    """Encodings and what tells of them."""
    register(*_TYPES.values(), *_SEALED.values(), EncodingInfo.net_type, _Provider.net_type)


Encoding.net_type.load = _load
_statics(Encoding.net_type)
_methods(Encoding.net_type)
_properties(Encoding.net_type)
_infos()
_constructors()
