"""-Encoding of the cmdlets that read and write files."""

from __future__ import annotations

import codecs
from typing import Any, Final

from remora.engine.convert.numbers import cannot_convert
from remora.engine.errors import PSError, error

# name -> (codec, byte order mark written)
_NAMES: Final[dict[str, tuple[str, bytes]]] = {
    "ansi": ("cp1252", b""),
    "ascii": ("ascii", b""),
    "bigendianunicode": ("utf-16-be", codecs.BOM_UTF16_BE),
    "bigendianutf32": ("utf-32-be", codecs.BOM_UTF32_BE),
    "default": ("utf-8", b""),
    "latin1": ("latin-1", b""),
    "oem": ("cp437", b""),
    "string": ("utf-16-le", codecs.BOM_UTF16_LE),
    "unicode": ("utf-16-le", codecs.BOM_UTF16_LE),
    "unknown": ("utf-16-le", codecs.BOM_UTF16_LE),
    "utf7": ("utf-7", b""),
    "utf8": ("utf-8", b""),
    "utf8bom": ("utf-8", codecs.BOM_UTF8),
    "utf8nobom": ("utf-8", b""),
    "utf32": ("utf-32-le", codecs.BOM_UTF32_LE),
    "utf-8": ("utf-8", b""),
    "utf-16": ("utf-16-le", codecs.BOM_UTF16_LE),
    "us-ascii": ("ascii", b""),
    "iso-8859-1": ("latin-1", b""),
}
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PROVIDERS: Final = (
    "For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method."
)
_NO_SETS: Final = frozenset(
    ("idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-8-sig")
)
_CODE_PAGES: Final = {
    65001: "utf8",
    1200: "unicode",
    1201: "bigendianunicode",
    20127: "ascii",
    28591: "latin1",
    437: "oem",
}


def codec_of(encoding: Any) -> tuple[str, bytes]:
    """Codec and byte order mark of an -Encoding argument: a name, a code page or an Encoding object. Raises PSError."""
    if encoding is None:
        return "utf-8", b""
    codec = getattr(encoding, "codec", None)
    if isinstance(codec, str):
        mark = getattr(encoding, "preamble", b"")
        return codec, mark if isinstance(mark, bytes) else b""
    if isinstance(encoding, int) and not isinstance(encoding, bool):
        return _code_page(int(encoding))
    if not isinstance(encoding, str):
        raise cannot_convert(encoding, "System.Text.Encoding")
    known = _NAMES.get(encoding.lower())
    if known is not None:
        return known
    if encoding.isdecimal() and len(encoding) < 10:
        return _code_page(int(encoding))
    name = _text_codec(encoding)
    if name is not None:
        return name, b""
    message = f"'{encoding}' is not a supported encoding name. {_PROVIDERS} (Parameter 'name')"
    raise _no_encoding(message, encoding, "System.ArgumentException")


def _code_page(number: int) -> tuple[str, bytes]:
    known = _CODE_PAGES.get(number)
    name = _NAMES[known][0] if known is not None else _text_codec(f"cp{number}")
    if name is not None:
        return name, _NAMES[known][1] if known is not None else b""
    message = f"No data is available for encoding {number}. {_PROVIDERS}"
    raise _no_encoding(message, number, "System.NotSupportedException")


def _text_codec(name: str) -> str | None:
    """The codec of a character set; None for what Python calls a codec and is none (rot13, hex, idna ...)."""
    try:
        found = codecs.lookup(name)
        found.incrementaldecoder("strict").decode(b"", final=True).encode(found.name)
    except (LookupError, TypeError, ValueError, AttributeError):
        return None
    return None if found.name in _NO_SETS else found.name


def _no_encoding(message: str, target: Any, type_name: str) -> PSError:
    return error(message, "ParameterArgumentTransformationError", "InvalidData", target, type_name=type_name)


def detect(start: bytes, encoding: Any) -> tuple[str, int]:
    """Codec of a file that begins with these bytes, and how many bytes of mark to skip; a mark wins over -Encoding."""
    for mark, codec in _MARKS:
        if start.startswith(mark):
            return codec, len(mark)
    return codec_of(encoding)[0], 0


def decode_bytes(data: bytes, encoding: Any) -> str:
    """A whole file as text; what is no text becomes the replacement character."""
    codec, skip = detect(data, encoding)
    return data[skip:].decode(codec, "replace")


def encode_text(text: str, encoding: Any, *, start: bool) -> bytes:
    """Text as bytes of a file; start: the mark of the encoding comes first."""
    codec, mark = codec_of(encoding)
    if codec in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return (mark if start else b"") + text.encode(codec, "replace")
