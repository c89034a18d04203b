"""Escapes of CLIXML strings (wire-protocol 7.2): ``_xHHHH_`` for UTF-16 code units XML should not carry."""

from __future__ import annotations

import re

from remora import _xml

_ASCII_SPECIAL = re.compile(r"[\x00-\x1f\x7f&<>]|_(?=[xX])")
_SPECIAL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\U00010000-\U0010ffff&<>]|_(?=[xX])")
_CODED = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\U00010000-\U0010ffff]|_(?=[xX])")
_ESCAPE = re.compile(r"_[xX]([0-9A-Fa-f]{4})_")


def encode_units(text: str) -> str:
    """Return ``text`` with control characters, surrogates, astral characters and literal ``_x`` as ``_xHHHH_``."""
    return _CODED.sub(_coded, text)


def encode_text(text: str) -> str:
    """Return ``text`` as character data of an element: CLIXML escapes, then XML escapes."""
    if (_ASCII_SPECIAL if text.isascii() else _SPECIAL).search(text) is None:
        return text
    return _xml.escape(_CODED.sub(_coded, text))


def decode_text(text: str) -> str:
    """Return the string that raw character data or a raw attribute value stands for.

    Surrogate pairs become one character; a lone surrogate stays, as .NET strings allow. Raises RemoteProtocolError
    for an entity other than the predefined ones.
    """
    return decode_units(_xml.unescape(text) if "&" in text else text)


def decode_units(text: str) -> str:
    """Replace every ``_xHHHH_`` by its code unit."""
    if "_" in text and ("_x" in text or "_X" in text):
        decoded = _ESCAPE.sub(_unit, text)
        if decoded != text and not decoded.isascii():
            decoded = decoded.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
        return decoded
    return text


def _coded(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code > 0xFFFF:
        code -= 0x10000
        return f"_x{0xD800 + (code >> 10):04X}__x{0xDC00 + (code & 0x3FF):04X}_"
    return f"_x{code:04X}_"


def _unit(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))
