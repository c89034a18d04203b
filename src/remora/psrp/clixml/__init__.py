"""CLIXML, the serialisation of PowerShell objects (wire-protocol 7): ``loads``, ``dumps`` and their stream forms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from remora.errors import LimitExceeded, RemoteProtocolError
from remora.psrp.clixml import documents, encode
from remora.psrp.clixml.decode import Decrypter
from remora.psrp.clixml.documents import MAX_DEPTH, MAX_SIZE, MAX_TAGS
from remora.psrp.clixml.encode import Encrypter

__all__ = ["MAX_DEPTH", "MAX_SIZE", "MAX_TAGS", "dumps", "dumps_stream", "load_stream", "loads"]

HEADER: Final = "#< CLIXML"
_HEADER_LINE = re.compile(r"#< CLIXML[ \t]*\r?\n?")


def loads(
    data: bytes | str,
    *,
    max_depth: int = MAX_DEPTH,
    max_size: int = MAX_SIZE,
    max_tags: int = MAX_TAGS,
    cipher: Decrypter | None = None,
) -> Any:
    """Return the one value of a CLIXML element or ``Objs`` document.

    max_depth: objects within objects. max_size: bytes. max_tags: tags. cipher: session key that opens SecureStrings;
    without it they stay sealed. Raises LimitExceeded beyond a limit and RemoteProtocolError for anything malformed,
    a document of no or several items among them (``load_stream`` reads those).
    """
    found = documents.items(data, max_depth=max_depth, max_size=max_size, max_tags=max_tags, cipher=cipher)
    if len(found) != 1:
        raise RemoteProtocolError(f"CLIXML document of {len(found)} items where one was due")
    return found[0][1]


def load_stream(
    data: bytes | str,
    *,
    max_depth: int = MAX_DEPTH,
    max_size: int = MAX_SIZE,
    max_tags: int = MAX_TAGS,
    cipher: Decrypter | None = None,
) -> Iterator[tuple[str | None, Any]]:
    """Return the items of an ``Objs`` document as (stream name from S or None, value).

    Reads files of Export-Clixml and the error output of powershell.exe: a line ``#< CLIXML`` before any document is
    skipped, several documents may follow each other. Everything is checked before the first item is handed out;
    limits and errors as ``loads``.
    """
    if len(data) > max_size:
        raise LimitExceeded(f"CLIXML of {len(data)} is larger than {max_size}")
    limits = {"max_depth": max_depth, "max_size": max_size, "max_tags": max_tags}
    found: list[tuple[str | None, Any]] = []
    parts: list[bytes | str] = [data]
    if isinstance(data, str) or HEADER.encode() in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        parts = [part for part in _HEADER_LINE.split(_text(data)) if part.strip("\ufeff \t\r\n")]
    for part in parts:
        found.extend(documents.items(part, cipher=cipher, **limits))
    return iter(found)


def _text(data: bytes | str) -> str:
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeError:
        raise RemoteProtocolError("CLIXML is not Unicode text") from None


def dumps(value: Any, *, depth: int | None = None, cipher: Encrypter | None = None) -> bytes:
    """Return a value as the body of a PSRP message: one element, UTF-8, no byte order mark.

    depth: levels of objects whose members are written (1 is the remoting default), None for all. cipher: session key
    for SecureStrings. Raises LocalProtocolError for a value outside the closed set of ``remora.values``.
    """
    return encode.encode(value, depth, cipher)


def dumps_stream(
    items: Iterable[Any], *, depth: int | None = None, cipher: Encrypter | None = None, header: bool = False
) -> bytes:
    """Return an ``Objs`` document of values, or of (stream name, value) pairs.

    A two-element tuple whose first element is a str or None is such a pair; a list is always a value.
    header: put the line ``#< CLIXML`` in front. Parameters and errors as ``dumps``.
    """
    body = encode.encode_stream((_pair(item) for item in items), depth, cipher)
    return f"{HEADER}\r\n".encode() + body if header else body


def _pair(item: Any) -> tuple[str | None, Any]:
    if type(item) is tuple and len(item) == 2 and (item[0] is None or isinstance(item[0], str)):
        return item
    return None, item
