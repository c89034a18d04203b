"""Values to CLIXML: one pass that appends finished pieces (wire-protocol 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Protocol

from remora import _xml
from remora.errors import LocalProtocolError
from remora.psrp.clixml import markup, scalars
from remora.psrp.clixml.heads import NAMESPACE
from remora.psrp.clixml.progress import progress_texts
from remora.psrp.clixml.records import record_object
from remora.psrp.clixml.shapes import ARRAY_TYPES, OBJECT, big_integer_members
from remora.psrp.clixml.text import encode_text
from remora.psrp.clixml.unsealed import Unsealed
from remora.psrp.clixml.writers import ENUM_WRITERS, NIL, PRIMITIVES, integer_writer
from remora.values import collections, exceptions, numbers, records, secrets, tables
from remora.values.enums import EnumValue
from remora.values.objects import MISSING, MemberSet, PSObject

MAX_DEPTH: Final = 50


class Encrypter(Protocol):
    """What seals a SecureString: the session key."""

    def encrypt(self, text: str, /) -> bytes: ...


class Encoder:
    """Encodes the items of one document; reference numbers and type names are its memory.

    depth, wherever it stands: how many more levels of objects keep their members (PowerShell's serialisation depth,
    containers do not count); None: all of them.
    """

    __slots__ = ("_chains", "_cipher", "_ids", "_kept", "_left", "_write", "pieces")

    def __init__(self, cipher: Encrypter | None) -> None:
        self.pieces: list[str] = []
        self._write = self.pieces.append
        self._cipher = cipher
        self._ids: dict[int, str] = {}
        self._kept: list[Any] = []
        self._chains: dict[tuple[str, ...], str] = {}
        self._left = MAX_DEPTH + 1

    def value(self, value: Any, name: str | None, depth: int | None, stream: str | None = None) -> None:
        """Append one element. name: its N attribute. stream: its S attribute, on top of a stream only."""
        kind = type(value)
        primitive = integer_writer(value) if kind is int else PRIMITIVES.get(kind)
        if primitive is not None:
            starts, text, end = primitive
            start = starts[name] if stream is None else markup.start_tag(starts.tag, name, stream)
            self._write(f"{start}{text(value)}{end}")
        elif value is None:
            self._write(NIL[name] if stream is None else markup.start_tag("Nil", name, stream, empty=True))
        else:
            writer = _COMPLEX.get(kind)
            if writer is None:
                self._by_base_class(value, name, depth, stream)
            else:
                writer(self, value, name, depth, stream)

    def _by_base_class(self, value: Any, name: str | None, depth: int | None, stream: str | None) -> None:
        """Write an instance of a subclass (an IntEnum, say) as its nearest known base."""
        kind = type(value)
        for base in kind.__mro__[1:]:
            if base is int:
                self.value(int(value), name, depth, stream)
                return
            if base in PRIMITIVES:
                starts, text, end = PRIMITIVES[base]
                self._write(f"{markup.start_tag(starts.tag, name, stream)}{text(value)}{end}")
                return
            if base in _COMPLEX:
                _COMPLEX[base](self, value, name, depth, stream)
                return
        raise LocalProtocolError(f"a value of type {kind.__module__}.{kind.__qualname__} has no CLIXML form")

    def begin(
        self, value: Any, name: str | None, stream: str | None, names: tuple[str, ...], to_string: str | None = None
    ) -> bool:
        """Write ``<Obj>``, type names, ToString; or a reference (and return False) if the object came before."""
        ref_id = self._ids.get(id(value))
        if ref_id is not None:
            self._write(markup.start_tag("Ref", name, stream, ref_id, empty=True))
            return False
        ref_id = str(len(self._kept))
        self._kept.append(value)
        if type(value) is not tuple:  # Python shares equal tuples; nobody meant them to be one object
            self._ids[id(value)] = ref_id
        self._left -= 1
        if self._left < 0:
            raise LocalProtocolError(f"objects nested deeper than {MAX_DEPTH}")
        self._write(markup.object_start(name, stream, ref_id))
        if names:
            known = self._chains.get(names)
            if known is None:
                known = self._chains[names] = str(len(self._chains))
                self._write(markup.type_names(known, names))
            else:
                self._write(markup.type_reference(known))
        if to_string is not None:
            self._write(f"{markup.TO_STRING[0]}{encode_text(to_string)}{markup.TO_STRING[1]}")
        return True

    def end(self) -> None:
        """Close the object that ``begin`` opened."""
        self._left += 1
        self._write(markup.OBJECT_END)

    def members(self, members: Mapping[str, Any], section: str, depth: int | None) -> None:
        """Write Props or MS."""
        start, end, _ = markup.SECTIONS[section]
        write, encode = self._write, self.value
        write(start)
        self._named(members, encode, depth)
        write(end)

    def _named(self, members: Mapping[str, Any], encode: Callable[..., None], depth: int | None) -> None:
        for name, value in members.items():
            if not isinstance(name, str):
                raise LocalProtocolError("the name of a property is a str")
            if type(value) is MemberSet:
                self._left -= 1
                if self._left < 0:
                    raise LocalProtocolError(f"objects nested deeper than {MAX_DEPTH}")
                self._write(markup.start_tag("MS", name, None))
                self._named(value, encode, depth)
                self._write(markup.SECTIONS["MS"][1])
                self._left += 1
            else:
                encode(value, name, depth)

    def items(self, items: Iterable[Any], tag: str, depth: int | None) -> None:
        """Write the content of a list."""
        start, end, empty = markup.SECTIONS[tag]
        if not items:
            self._write(empty)
            return
        self._write(start)
        encode = self.value
        for item in list(items):
            encode(item, None, depth)
        self._write(end)

    def entries(self, table: Mapping[Any, Any], depth: int | None) -> None:
        """Write the content of a dictionary; a key of None raises LocalProtocolError."""
        start, end, empty = markup.SECTIONS["DCT"]
        if not table:
            self._write(empty)
            return
        write, encode = self._write, self.value
        entry, entry_end, _ = markup.SECTIONS["En"]
        write(start)
        for key, value in table.items():
            if key is None:
                raise LocalProtocolError("null is no key of a dictionary")
            write(entry)
            encode(key, "Key", depth)
            encode(value, "Value", depth)
            write(entry_end)
        write(end)

    def secret(self, value: secrets.SecureString, name: str | None, depth: int | None, stream: str | None) -> None:
        """Write SS: sealed as it came, or sealed now with the session key."""
        if value.cipher is not None:
            text = value.cipher.hex() if value.hexadecimal else scalars.write_bytes(value.cipher)
        elif self._cipher is None:
            raise LocalProtocolError("a SecureString needs the session key")
        else:
            sealed = self._cipher.encrypt(value.reveal())
            text = sealed.hex() if isinstance(self._cipher, Unsealed) else scalars.write_bytes(sealed)
        self._write(f"{markup.start_tag('SS', name, stream)}{text}{_xml.end_tag('SS')}")

    def progress(self, record: records.ProgressRecord, name: str | None, depth: int | None, stream: str | None) -> None:
        """Write PR."""
        self._write(markup.start_tag("PR", name, stream))
        for tag, text in progress_texts(record):
            if text is None:
                self._write(NIL[None])
            else:
                self._write(f"{_xml.start_tag(tag)}{text}{_xml.end_tag(tag)}")
        self._write(_xml.end_tag("PR"))

    def text(self, value: Any, name: str | None, stream: str | None) -> None:
        """Write what depth left of an object: its ToString, or null without one."""
        to_string = value.to_string if isinstance(value, PSObject) else str(value)
        self.value(to_string, name, None, stream)


def _write_object(encoder: Encoder, value: PSObject, name: str | None, depth: int | None, stream: str | None) -> None:
    plain = value.base is not MISSING
    if depth is not None and depth < 1 and not plain:
        encoder.text(value, name, stream)
        return
    if encoder.begin(value, name, stream, value.type_names, value.to_string):
        if plain:
            _write_base(encoder, value.base, depth)
        inner = None if depth is None else depth - 1
        if value.adapted:
            encoder.members(value.adapted, "Props", inner)
        if value.extended:
            encoder.members(value.extended, "MS", inner)
        encoder.end()


def _write_base(encoder: Encoder, base: Any, depth: int | None) -> None:
    kind = type(base)
    if kind in (list, collections.Stack, collections.Queue, collections.Enumerable):
        encoder.items(base, _LIST_TAGS.get(kind, "LST"), depth)
    elif kind in (dict, tables.Hashtable):
        encoder.entries(base, depth)
    else:
        encoder.value(base, None, depth)


def _write_exception(
    encoder: Encoder, value: exceptions.ExceptionInfo, name: str | None, depth: int | None, stream: str | None
) -> None:
    _write_object(encoder, value, name, depth, stream)


def _write_record(encoder: Encoder, value: Any, name: str | None, depth: int | None, stream: str | None) -> None:
    found = record_object(value)
    if encoder.begin(value, name, stream, found.type_names, found.to_string):
        inner = None if depth is None else max(depth, 1)
        if found.adapted:
            encoder.members(found.adapted, "Props", inner)
        if found.extended:
            encoder.members(found.extended, "MS", inner)
        encoder.end()


def _write_enum(encoder: Encoder, value: EnumValue, name: str | None, depth: int | None, stream: str | None) -> None:
    if depth is not None and depth < 1:
        encoder.text(value, name, stream)
    elif encoder.begin(value, name, stream, value.type_names, value.name):
        starts, text, end = ENUM_WRITERS[value.underlying]
        encoder.pieces.append(f"{starts[None]}{text(value)}{end}")
        encoder.end()


def _write_credential(
    encoder: Encoder, value: secrets.PSCredential, name: str | None, depth: int | None, stream: str | None
) -> None:
    names = (value.TYPE_NAME, OBJECT)
    if encoder.begin(value, name, stream, names, value.TYPE_NAME):
        encoder.members({"UserName": value.username, "Password": value.password}, "Props", depth)
        encoder.end()


def _write_big(
    encoder: Encoder, value: numbers.BigInteger, name: str | None, depth: int | None, stream: str | None
) -> None:
    names = (value.TYPE_NAME, "System.ValueType", OBJECT)
    if encoder.begin(value, name, stream, names, str(value)):
        encoder.members(big_integer_members(value), "Props", depth)
        encoder.end()


def _list_writer(names: Callable[[Any], tuple[str, ...]], tag: str) -> Callable[..., None]:
    def write(encoder: Encoder, value: Any, name: str | None, depth: int | None, stream: str | None) -> None:
        if encoder.begin(value, name, stream, names(value)):
            encoder.items(value, tag, depth)
            encoder.end()

    return write


def _table_writer(*names: str) -> Callable[..., None]:
    def write(encoder: Encoder, value: Any, name: str | None, depth: int | None, stream: str | None) -> None:
        if encoder.begin(value, name, stream, names):
            encoder.entries(value, depth)
            encoder.end()

    return write


def _fixed(*names: str) -> Callable[[Any], tuple[str, ...]]:
    return lambda _: names


_HASHTABLE: Final = "System.Collections.Hashtable"
_LIST_TAGS: Final[dict[type, str]] = {collections.Stack: "STK", collections.Queue: "QUE", collections.Enumerable: "IE"}
_ARRAY: Final = _list_writer(_fixed(*ARRAY_TYPES), "LST")
_COMPLEX: Final[dict[type, Callable[..., None]]] = {
    PSObject: _write_object,
    exceptions.ExceptionInfo: _write_exception,
    list: _ARRAY,
    tuple: _ARRAY,
    collections.ObjectCollection: _list_writer(_fixed(collections.ObjectCollection.TYPE_NAME, OBJECT), "LST"),
    collections.ArrayList: _list_writer(_fixed(collections.ArrayList.TYPE_NAME, OBJECT), "LST"),
    collections.TypedArray: _list_writer(lambda value: (value.type_name, "System.Array", OBJECT), "LST"),
    collections.GenericList: _list_writer(lambda value: (value.type_name, OBJECT), "LST"),
    collections.Stack: _list_writer(_fixed(collections.Stack.TYPE_NAME, OBJECT), "STK"),
    collections.Queue: _list_writer(_fixed(collections.Queue.TYPE_NAME, OBJECT), "QUE"),
    collections.Enumerable: _list_writer(_fixed(), "IE"),
    dict: _table_writer(_HASHTABLE, OBJECT),
    tables.Hashtable: _table_writer(_HASHTABLE, OBJECT),
    tables.OrderedDictionary: _table_writer(tables.OrderedDictionary.TYPE_NAME, OBJECT),
    tables.PrimitiveDictionary: _table_writer(tables.PrimitiveDictionary.TYPE_NAME, _HASHTABLE, OBJECT),
    EnumValue: _write_enum,
    numbers.BigInteger: _write_big,
    secrets.SecureString: Encoder.secret,
    secrets.PSCredential: _write_credential,
    records.ErrorRecord: _write_record,
    records.WarningRecord: _write_record,
    records.VerboseRecord: _write_record,
    records.DebugRecord: _write_record,
    records.InformationalRecord: _write_record,
    records.InformationRecord: _write_record,
    records.HostInformationMessage: _write_record,
    records.ProgressRecord: Encoder.progress,
}


def encode(value: Any, depth: int | None, cipher: Encrypter | None) -> bytes:
    """Return one value as a single element without declaration or namespace. Raises LocalProtocolError."""
    encoder = Encoder(cipher)
    _run(encoder, value, depth, None)
    return "".join(encoder.pieces).encode("utf-8")


OPENING: Final = _xml.start_tag("Objs", {"Version": "1.1.0.1", "xmlns": NAMESPACE})
CLOSING: Final = _xml.end_tag("Objs")


def encode_stream(items: Iterable[tuple[str | None, Any]], depth: int | None, cipher: Encrypter | None) -> bytes:
    """Return (stream name or None, value) pairs as an ``Objs`` document. Raises LocalProtocolError."""
    encoder = Encoder(cipher)
    encoder.pieces.append(OPENING)
    for stream, value in items:
        _run(encoder, value, depth, stream)
    encoder.pieces.append(CLOSING)
    return "".join(encoder.pieces).encode("utf-8")


def encode_item(stream: str | None, value: Any, depth: int | None) -> str:
    """Return one value as it stands in an ``Objs`` document, its references its own. Raises LocalProtocolError."""
    encoder = Encoder(None)
    _run(encoder, value, depth, stream)
    return "".join(encoder.pieces)


def _run(encoder: Encoder, value: Any, depth: int | None, stream: str | None) -> None:
    try:
        encoder.value(value, None, depth, stream)
    except RecursionError:
        raise LocalProtocolError("objects nested too deeply for this stack") from None
