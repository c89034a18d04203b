"""What the bytes of a response mean: media type, character set, text."""

from __future__ import annotations

import codecs
import re
from email.message import Message
from typing import Final

_JSON: Final = frozenset(
    ("application/json", "text/json", "application/x-javascript", "text/x-javascript", "application/javascript",
     "text/javascript")
)  # fmt: skip
_XML: Final = frozenset(("application/xml", "application/xml-external-parsed-entity", "application/xml-dtd"))
_HEAD: Final = 1024
_CHARSET = r"\s*=\s*[\"'\n]?([A-Za-z][^\s\"'\n<>]*)[\s\"'\n>]"
_META = re.compile(rf"<meta\s.*?[^.><]*?charset{_CHARSET}", re.IGNORECASE | re.DOTALL)
_DECLARED = re.compile(rf"<\?xml\s.*?[^.><]*?encoding{_CHARSET}", re.IGNORECASE | re.DOTALL)


def media_type(header: str | None) -> tuple[str, str | None]:
    """The type and the character set of a Content-Type header; the type is empty where there is none."""
    if not header:
        return "", None
    message = Message()
    message["Content-Type"] = header
    charset = message.get_param("charset")
    return header.partition(";")[0].strip().lower(), charset.strip("\"'") if isinstance(charset, str) else None


def is_json(kind: str) -> bool:
    """A type whose content is JSON."""
    return kind in _JSON or kind.endswith("+json")


def is_xml(kind: str) -> bool:
    """A type whose content is XML."""
    return kind in _XML or kind.endswith("+xml")


def is_text(kind: str) -> bool:
    """A type whose content is text; nothing is said of a response without a type."""
    return kind.startswith("text/") or is_json(kind) or is_xml(kind)


def codec_named(charset: str | None) -> str | None:
    """Python's name of a character set; None when nobody knows it."""
    try:
        return None if charset is None else codecs.lookup(charset).name
    except LookupError:
        return None


def decoded(data: bytes, charset: str | None) -> tuple[str, str]:
    """The text, and the codec that was used: the header's, else the one the document names, else UTF-8."""
    codec = codec_named(charset)
    if codec is not None:
        return _text(data, codec), codec
    text = _text(data, "utf-8")
    match = _META.search(text[:_HEAD]) or _DECLARED.search(text[:_HEAD])
    named = None if match is None else codec_named(match[1])
    if named is None or named == "utf-8":
        return text, "utf-8"
    return _text(data, named), named


def _text(data: bytes, codec: str) -> str:
    return data.decode(codec, "replace").removeprefix("\ufeff")
