"""Finished pieces of CLIXML markup, made once and kept: start tags by property name, type name blocks."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from remora import _xml
from remora.psrp.clixml.text import encode_text, encode_units

_KEPT: Final = 4096
_KEPT_LENGTH: Final = 200


class Starts(dict[str | None, str]):
    """Start tags of one element by property name; a bounded cache that fills itself."""

    __slots__ = ("empty", "tag")

    def __init__(self, tag: str, *, empty: bool = False) -> None:
        super().__init__()
        self.tag, self.empty = tag, empty

    def __missing__(self, name: str | None) -> str:
        start = start_tag(self.tag, name, None, empty=self.empty)
        if len(self) < _KEPT and (name is None or len(name) < _KEPT_LENGTH):
            self[name] = start
        return start


def start_tag(tag: str, name: str | None, stream: str | None, ref_id: str | None = None, *, empty: bool = False) -> str:
    """Return a start tag with the attributes S (stream), N (property name) and RefId as far as they are given."""
    attributes = {}
    if stream is not None:
        attributes["S"] = encode_units(stream)
    if name is not None:
        attributes["N"] = encode_units(name)
    if ref_id is not None:
        attributes["RefId"] = ref_id
    return _xml.start_tag(tag, attributes, empty=empty)


@lru_cache(maxsize=_KEPT)
def _kept_object(name: str | None, ref_id: str) -> str:
    return start_tag("Obj", name, None, ref_id)


def object_start(name: str | None, stream: str | None, ref_id: str) -> str:
    """Return ``<Obj ...>``; those a message is likely to repeat are kept."""
    if stream is None and len(ref_id) < 3 and (name is None or len(name) < _KEPT_LENGTH):
        return _kept_object(name, ref_id)
    return start_tag("Obj", name, stream, ref_id)


@lru_cache(maxsize=512)
def _kept_names(ref_id: str, names: tuple[str, ...]) -> str:
    inner = "".join(f"{TYPE[0]}{encode_text(name)}{TYPE[1]}" for name in names)
    return f"{start_tag('TN', None, None, ref_id)}{inner}{_xml.end_tag('TN')}"


def type_names(ref_id: str, names: tuple[str, ...]) -> str:
    """Return the TN element of a chain."""
    if len(ref_id) < 3 and sum(map(len, names)) < 2000:
        return _kept_names(ref_id, names)
    return _kept_names.__wrapped__(ref_id, names)


@lru_cache(maxsize=_KEPT)
def type_reference(ref_id: str) -> str:
    """Return the TNRef element."""
    return start_tag("TNRef", None, None, ref_id, empty=True)


TYPE: Final = (_xml.start_tag("T"), _xml.end_tag("T"))
TO_STRING: Final = (_xml.start_tag("ToString"), _xml.end_tag("ToString"))
OBJECT_END: Final = _xml.end_tag("Obj")
SECTIONS: Final = {
    name: (_xml.start_tag(name), _xml.end_tag(name), _xml.start_tag(name, empty=True))
    for name in ("MS", "Props", "LST", "STK", "QUE", "IE", "DCT", "En")
}
