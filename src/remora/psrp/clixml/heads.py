"""Start tags, read once: the text between ``<`` and ``>`` to what the decoder does with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from remora import _xml
from remora.errors import RemoteProtocolError
from remora.psrp.clixml.text import decode_units

NAMESPACE: Final = "http://schemas.microsoft.com/powershell/2004/04"
_TAG = re.compile(r'([A-Za-z][A-Za-z0-9]{0,30})((?: [A-Za-z]{1,20}="[^"<>\t\n]*")*) ?(/?)')
_ATTRIBUTE = re.compile(r' ([A-Za-z]{1,20})="([^"]*)"')
_CACHE_MAX: Final = 4096
_CACHED_LENGTH: Final = 200


class Head:
    """A start tag: element name, N, RefId, S (stream), and whether it is an empty-element tag."""

    __slots__ = ("empty", "name", "ref_id", "stream", "tag")

    def __init__(self, tag: str, name: str | None, ref_id: str | None, stream: str | None, empty: bool) -> None:
        self.tag = tag
        self.name = name
        self.ref_id = ref_id
        self.stream = stream
        self.empty = empty


Entry = tuple[Callable[[str], Any] | None, str | None, str, Head]
"""(reader of a primitive's text or None, N, the end tag to expect, the whole head)."""


class Heads(dict[str, Entry]):
    """A bounded cache: ``heads[text]`` parses a start tag the first time it is seen.

    readers: how to read the text of each primitive element.
    A malformed tag, an end tag, a foreign namespace and a repeated attribute raise RemoteProtocolError.
    """

    __slots__ = ("_readers",)

    def __init__(self, readers: Mapping[str, Callable[[str], Any]]) -> None:
        super().__init__()
        self._readers = readers

    def __missing__(self, text: str) -> Entry:
        head = _parse(text)
        entry = None if head.empty else self._readers.get(head.tag), head.name, "/" + head.tag, head
        if len(self) < _CACHE_MAX and len(text) <= _CACHED_LENGTH and _worth_keeping(head):
            self[text] = entry
        return entry


def _worth_keeping(head: Head) -> bool:
    return head.ref_id is None or len(head.ref_id) < 3


def _parse(text: str) -> Head:
    match = _TAG.fullmatch(text)
    if match is None:
        raise RemoteProtocolError("CLIXML has a malformed tag or an end tag out of place")
    tag, attributes, slash = match.groups()
    found: dict[str, str] = {}
    for key, value in _ATTRIBUTE.findall(attributes):
        if key in found:
            raise RemoteProtocolError(f"CLIXML repeats the attribute {key}")
        found[key] = _xml.unescape(value)
    if found.get("xmlns", NAMESPACE) != NAMESPACE:
        raise RemoteProtocolError("CLIXML element in a foreign namespace")
    name, stream = found.get("N"), found.get("S")
    if name is not None:
        name = decode_units(name)
    return Head(tag, name, found.get("RefId"), None if stream is None else decode_units(stream), bool(slash))
