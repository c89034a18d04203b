"""The body of a request: texts, forms, files, bytes, XML."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from typing import IO, Any
from urllib.parse import quote, quote_plus

from remora.engine.convert import to_text
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.types.files import FileInfo
from remora.engine.types.registry import unwrap
from remora.engine.types.streams import ByteStream
from remora.engine.types.xmldocument import Document
from remora.modules.common import object_text
from remora.modules.utility.web.decoding import codec_named, media_type

FORM_TYPE = "application/x-www-form-urlencoded"


class UnknownCharset(Exception):
    """The content type names a character set that nobody knows."""


def form_text(fields: Mapping[Any, Any]) -> str:
    """``a=1&b=2``."""
    return "&".join(f"{quote_plus(to_text(key))}={quote_plus(object_text(value))}" for key, value in fields.items())


def encoded(text: str, content_type: str | None) -> bytes:
    """Text in the character set of the content type, UTF-8 where it names none. Raises UnknownCharset."""
    charset = media_type(content_type)[1]
    codec = codec_named(charset)
    if charset and codec is None:
        raise UnknownCharset(charset)
    return text.encode(codec or "utf-8", "replace")


def body_bytes(body: Any, content_type: str | None) -> bytes | IO[bytes]:
    """What -Body sends."""
    plain = unwrap(body)
    if isinstance(plain, Document):
        return encoded(plain.outer_xml(), content_type)
    if isinstance(plain, Mapping):
        return encoded(form_text(plain), content_type)
    if isinstance(plain, ByteStream):
        return plain.read_bytes(-1)
    if isinstance(plain, (bytes, bytearray)):
        return bytes(plain)
    return encoded(to_text(plain), content_type)


def multipart(form: Mapping[Any, Any]) -> tuple[str, bytes]:
    """The content type and the body of a form with files."""
    boundary = secrets.token_hex(16)
    parts: list[bytes] = []
    for name, value in form.items():
        plain = unwrap(value)
        several = is_enumerable(plain) and not isinstance(plain, (bytes, bytearray, str))
        values = items_of(plain) if several else (plain,)
        parts.extend(_part(to_text(name), unwrap(item), boundary) for item in values)
    parts.append(f"--{boundary}--\r\n".encode())
    return f'multipart/form-data; boundary="{boundary}"', b"".join(parts)


def _part(name: str, value: Any, boundary: str) -> bytes:
    if isinstance(value, FileInfo):
        file = os.path.basename(value.path)
        with open(value.path, "rb") as source:
            data = source.read()
        disposition = f"name={_quoted(name)}; filename={_quoted(file)}; filename*=utf-8''{quote(file)}"
        kind = "application/octet-stream"
    else:
        data = to_text(value).encode("utf-8")
        disposition = f"name={_quoted(name)}"
        kind = "text/plain; charset=utf-8"
    head = f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\nContent-Type: {kind}\r\n\r\n"
    return head.encode("utf-8") + data + b"\r\n"


def _quoted(text: str) -> str:
    plain = text.isascii() and all(char.isalnum() or char in "-_." for char in text)
    return text if plain else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
