"""CLIXML to values: one pass over flat tokens, no tree (wire-protocol 7)."""

from __future__ import annotations

import binascii
from typing import Any, Final, Protocol

from remora.errors import LimitExceeded, RemoteProtocolError
from remora.psrp.clixml.heads import Entry, Head, Heads
from remora.psrp.clixml.progress import ProgressReader
from remora.psrp.clixml.scalars import READERS
from remora.psrp.clixml.shapes import SHAPES, learn, natural_dict, table_of, transfer
from remora.psrp.clixml.text import decode_text
from remora.psrp.clixml.unsealed import Unsealed
from remora.values.collections import Enumerable, Queue, Stack
from remora.values.objects import MISSING, MemberSet, PSObject
from remora.values.secrets import SecureString

_DPAPI_HEAD: Final = "01000000d08c9ddf"
_KEPT: Final = 1024
_KEPT_LENGTH: Final = 4000

_HEADS: Final = Heads(READERS)
_PLAIN_HEADS: Final = Heads({**READERS, "S": str})  # for documents without a single escape
_CHAINS: Final[dict[str, tuple[int, list[str], tuple[str, ...]]]] = {}
_LISTS: Final[dict[str, type[list[Any]]]] = {"LST": list, "STK": Stack, "QUE": Queue, "IE": Enumerable}


class Decrypter(Protocol):
    """What opens a SecureString: the session key."""

    def decrypt(self, cipher_text: bytes, /) -> str: ...


class OpenReference:
    """Stands for an object that refers to itself until the second pass knows what it becomes."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]  # like the container it stands for


_OPEN: Final = OpenReference()


class Decoder:
    """Decodes one document; reference numbers are its memory. Every method takes and returns an index of a tag."""

    __slots__ = ("_blanks", "_cipher", "_cyclic", "_depth", "_heads", "_max_depth", "_references", "_t", "_types")

    def __init__(
        self,
        tokens: list[str],
        *,
        escapes: bool = True,
        max_depth: int,
        cipher: Decrypter | None,
        blanks: dict[str, type] | None = None,
    ) -> None:
        self._t = tokens
        self._heads = _HEADS if escapes else _PLAIN_HEADS
        self._max_depth = max_depth
        self._cipher = cipher
        self._depth = 0
        self._references: dict[str, Any] = {}
        self._types: dict[str, tuple[str, ...]] = {}
        self._cyclic: dict[str, type] = {}
        self._blanks = blanks or {}

    @property
    def cyclic(self) -> dict[str, type]:
        """Reference numbers of objects that contain themselves, and the type each became."""
        return self._cyclic

    def document(self) -> list[tuple[str | None, Any]]:
        """Decode all: a bare element, or any number of ``Objs`` elements, as (stream name or None, value)."""
        t = self._t
        self._blank(t[0])
        end = len(t)
        i = 1
        items: list[tuple[str | None, Any]] = []
        while i < end:
            entry = self._heads[t[i]]
            if entry[3].tag == "Objs":
                i = self._objs(i, entry[3], items)
            elif items:
                raise RemoteProtocolError("CLIXML has a second root element")
            else:
                value, i = self._value(i, entry)
                items.append((entry[3].stream, value))
        if end == 1:
            raise RemoteProtocolError("CLIXML is empty")
        return items

    def _objs(self, i: int, head: Head, items: list[tuple[str | None, Any]]) -> int:
        t = self._t
        self._blank(t[i + 1])
        i += 2
        if head.empty:
            return i
        self._references, self._types = {}, {}
        while (text := t[i]) != "/Objs":
            entry = self._heads[text]
            value, i = self._value(i, entry)
            items.append((entry[3].stream, value))
        self._blank(t[i + 1])
        return i + 2

    def _blank(self, text: str) -> None:
        if text and text.strip(" \t\n"):
            raise RemoteProtocolError("CLIXML has text between elements")

    def _value(self, i: int, entry: Entry) -> tuple[Any, int]:
        """Decode the element whose tag stands at ``i``; return its value and the index of the next tag."""
        reader, _, close, head = entry
        t = self._t
        if reader is not None:
            if t[i + 2] != close:
                raise RemoteProtocolError(f"CLIXML element {head.tag} holds an element or is not closed")
            if t[i + 3]:
                self._blank(t[i + 3])
            return reader(t[i + 1]), i + 4
        tag = head.tag
        if tag == "Obj":
            return self._object(i, head)
        if tag == "Ref":
            return self._reference(i, head)
        if tag == "PR":
            return self._progress(i, head)
        if tag not in READERS and tag not in ("Nil", "SS"):
            raise RemoteProtocolError(f"CLIXML element {tag} is unknown or out of place")
        text, i = self._text(i, head)
        if tag == "Nil":
            self._blank(text)
            return None, i
        if tag == "SS":
            return self._secure(text), i
        return READERS[tag](text), i

    def _text(self, i: int, head: Head) -> tuple[str, int]:
        """Return the character data of an element without children, and the index after it."""
        t = self._t
        if head.empty:
            self._blank(t[i + 1])
            return "", i + 2
        if t[i + 2] != "/" + head.tag:
            raise RemoteProtocolError(f"CLIXML element {head.tag} holds an element or is not closed")
        self._blank(t[i + 3])
        return t[i + 1], i + 4

    def _secure(self, text: str) -> SecureString:
        if text[:16].lower() == _DPAPI_HEAD:
            return SecureString.sealed(bytes.fromhex(text), hexadecimal=True)
        key = self._cipher
        if isinstance(key, Unsealed):
            return key.read(text)
        data = binascii.a2b_base64("".join(text.split()), strict_mode=True) if text.strip() else b""
        return SecureString.sealed(data) if key is None else SecureString(key.decrypt(data))

    def _reference(self, i: int, head: Head) -> tuple[Any, int]:
        text, i = self._text(i, head)
        self._blank(text)
        ref_id = head.ref_id or ""
        try:
            value = self._references[ref_id]
        except KeyError:
            raise RemoteProtocolError("CLIXML reference to an unknown object") from None
        if value is _OPEN:
            self._cyclic.setdefault(ref_id, OpenReference)
        return value, i

    def _progress(self, i: int, head: Head) -> tuple[Any, int]:
        t = self._t
        self._blank(t[i + 1])
        i += 2
        record = ProgressReader()
        if head.empty:
            return record.finish(), i
        while (text := t[i]) != "/PR":
            inner = self._heads[text][3]
            content, i = self._text(i, inner)
            record.field(inner.tag, content)
        self._blank(t[i + 1])
        return record.finish(), i + 2

    def _object(self, i: int, head: Head) -> tuple[Any, int]:
        t = self._t
        if t[i + 1]:
            self._blank(t[i + 1])
        i += 2
        ref_id = head.ref_id
        if ref_id is not None:
            blank = self._blanks.get(ref_id)
            self._references[ref_id] = _OPEN if blank is None else blank.__new__(blank)  # type: ignore[call-overload]
        self._depth += 1
        if self._depth > self._max_depth + 1:
            raise LimitExceeded(f"CLIXML nested deeper than {self._max_depth}")
        value, i = (PSObject(), i) if head.empty else self._content(i)
        self._depth -= 1
        if ref_id is not None:
            if ref_id in self._blanks:
                value = self._fill(self._references[ref_id], value)
            elif ref_id in self._cyclic:
                self._cyclic[ref_id] = type(value)
            self._references[ref_id] = value
        return value, i

    def _fill(self, blank: Any, value: Any) -> Any:
        """Give the object that was referred to while open its content."""
        if type(blank) is not type(value):
            raise RemoteProtocolError("CLIXML object cannot refer to itself")
        transfer(value, blank)
        return blank

    def _content(self, i: int) -> tuple[Any, int]:
        """Decode the children of an Obj; return the value and the index behind the Obj."""
        t = self._t
        names: tuple[str, ...] = ()
        base: Any = MISSING
        adapted: dict[str, Any] | None = None
        extended: dict[str, Any] | None = None
        to_string: str | None = None
        while (text := t[i]) != "/Obj":
            entry = self._heads[text]
            head = entry[3]
            tag = head.tag
            if tag == "TN":
                names, i = self._type_names(i, head)
            elif tag == "TNRef":
                names, i = self._type_reference(i, head)
            elif tag == "MS" and extended is None:
                extended, i = self._members(i, head)
            elif tag == "Props" and adapted is None:
                adapted, i = self._members(i, head)
            elif tag == "ToString" and to_string is None:
                raw, i = self._text(i, head)
                to_string = decode_text(raw)
            elif base is not MISSING:
                raise RemoteProtocolError(f"CLIXML object with a second content, {tag}")
            elif tag in _LISTS:
                base, i = self._items(i, head)
            elif tag == "DCT":
                base, i = self._dictionary(i, head)
            else:
                base, i = self._value(i, entry)
        if t[i + 1]:
            self._blank(t[i + 1])
        known = SHAPES.get(names) or learn(names)
        if extended is None and adapted is None and to_string is None and known[0] is not None:
            made = known[0](base)
            if made is not None:
                return made, i + 2
        found = PSObject.__new__(PSObject)
        found.type_names = names
        found.base = base
        found.adapted = {} if adapted is None else adapted
        found.extended = {} if extended is None else extended
        found.to_string = to_string
        return (found if known[1] is None else known[1](found)), i + 2

    def _type_names(self, i: int, head: Head) -> tuple[tuple[str, ...], int]:
        t = self._t
        start = i + 1
        names: tuple[str, ...] = ()
        if head.empty:
            self._blank(t[start])
            i += 2
        else:
            known = _CHAINS.get(t[i + 3]) if t[i + 2] == "T" else None
            if known is not None and t[start : start + known[0]] == known[1]:
                names, i = known[2], start + known[0]
            else:
                self._blank(t[start])
                names, i = self._new_chain(start, i + 2)
        if head.ref_id is not None:
            self._types[head.ref_id] = names
        return names, i

    def _new_chain(self, start: int, i: int) -> tuple[tuple[str, ...], int]:
        t = self._t
        found: list[str] = []
        while (text := t[i]) != "/TN":
            inner = self._heads[text][3]
            if inner.tag != "T":
                raise RemoteProtocolError("CLIXML type names hold something else")
            raw, i = self._text(i, inner)
            found.append(decode_text(raw))
        self._blank(t[i + 1])
        i += 2
        names = tuple(found)
        if found and len(_CHAINS) < _KEPT and i - start < 100 and sum(map(len, found)) < _KEPT_LENGTH:
            _CHAINS[t[start + 2]] = (i - start, t[start:i], names)
        return names, i

    def _type_reference(self, i: int, head: Head) -> tuple[tuple[str, ...], int]:
        text, i = self._text(i, head)
        self._blank(text)
        try:
            return self._types[head.ref_id or ""], i
        except KeyError:
            raise RemoteProtocolError("CLIXML reference to unknown type names") from None

    def _members(self, i: int, head: Head) -> tuple[dict[str, Any], int]:
        """Decode Props or MS: elements with N. A nested MS with N becomes a MemberSet."""
        t = self._t
        heads = self._heads
        if t[i + 1]:
            self._blank(t[i + 1])
        i += 2
        members: dict[str, Any] = {}
        end = None if head.empty else "/" + head.tag
        while end is not None and (text := t[i]) != end:
            reader, name, close, inner = entry = heads[text]
            if name is None:
                raise RemoteProtocolError("CLIXML property without a name")
            if reader is not None and t[i + 2] == close:
                members[name] = reader(t[i + 1])
                if t[i + 3]:
                    self._blank(t[i + 3])
                i += 4
            elif inner.tag == "Obj":
                members[name], i = self._object(i, inner)
            elif inner.tag == "MS":
                members[name], i = self._member_set(i, inner)
            else:
                members[name], i = self._value(i, entry)
        if end is not None:
            if t[i + 1]:
                self._blank(t[i + 1])
            i += 2
        return members, i

    def _member_set(self, i: int, head: Head) -> tuple[MemberSet, int]:
        self._depth += 1
        if self._depth > self._max_depth + 1:
            raise LimitExceeded(f"CLIXML nested deeper than {self._max_depth}")
        nested, i = self._members(i, head)
        self._depth -= 1
        return MemberSet(nested), i

    def _items(self, i: int, head: Head) -> tuple[list[Any], int]:
        t = self._t
        heads = self._heads
        if t[i + 1]:
            self._blank(t[i + 1])
        i += 2
        items = _LISTS[head.tag]()
        if head.empty:
            return items, i
        end = "/" + head.tag
        while (text := t[i]) != end:
            entry = heads[text]
            reader = entry[0]
            if reader is not None and t[i + 2] == entry[2]:
                items.append(reader(t[i + 1]))
                if t[i + 3]:
                    self._blank(t[i + 3])
                i += 4
            else:
                value, i = self._value(i, entry)
                items.append(value)
        if t[i + 1]:
            self._blank(t[i + 1])
        return items, i + 2

    def _dictionary(self, i: int, head: Head) -> tuple[Any, int]:
        t = self._t
        heads = self._heads
        if t[i + 1]:
            self._blank(t[i + 1])
        i += 2
        pairs: list[tuple[Any, Any]] = []
        while not head.empty and (text := t[i]) != "/DCT":
            if text != "En":
                raise RemoteProtocolError("CLIXML dictionary holds something else than En")
            if t[i + 1]:
                self._blank(t[i + 1])
            i += 2
            reader, name, close, _ = entry = heads[t[i]]
            if reader is not None and t[i + 2] == close and not t[i + 3]:
                key = reader(t[i + 1])
                i += 4
            else:
                key, i = self._value(i, entry)
            reader, value_name, close, _ = entry = heads[t[i]]
            if reader is not None and t[i + 2] == close and not t[i + 3]:
                value = reader(t[i + 1])
                i += 4
            else:
                value, i = self._value(i, entry)
            if name != "Key" or value_name != "Value" or key is None or t[i] != "/En":
                raise RemoteProtocolError("CLIXML dictionary entry is not one Key and one Value")
            if t[i + 1]:
                self._blank(t[i + 1])
            i += 2
            pairs.append((key, value))
        if not head.empty:
            self._blank(t[i + 1])
            i += 2
        table = natural_dict(pairs)
        return (table_of(pairs) if table is None else table), i
