"""The SOAP 1.2 envelope of WS-Management: header block both ways, body located but not read (MS-WSMV 2.2.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from remora import _xml
from remora._xml import Element
from remora.errors import LimitExceeded, RemoteProtocolError, UnknownEncoding
from remora.wsman import uris
from remora.wsman.durations import format_timeout, parse_duration
from remora.wsman.fault_texts import MESSAGES
from remora.wsman.faults import (
    EncodingLimit,
    InvalidHeader,
    InvalidOptions,
    InvalidSelectors,
    InvalidXml,
    MustUnderstand,
    SchemaValidationError,
    VersionMismatch,
    make_fault,
)
from remora.wsman.headers import TRUE_TEXTS, Fragment, Headers, Option, OptionSet, SelectorSet

__all__ = ["Envelope", "Headers", "Option", "OptionSet", "SelectorSet"]

_S, _A, _W, _P, _RSP = (f"{{{uris.PREFIXES[prefix]}}}" for prefix in ("s", "a", "w", "p", "rsp"))
MUST_UNDERSTAND: Final = _S + "mustUnderstand"
XML_LANG: Final = f"{{{uris.NS_XML}}}lang"

_REQUEST_NSMAP: Final = {prefix: uris.PREFIXES[prefix] for prefix in ("s", "a", "w", "p", "rsp")}
_REPLY_NSMAP: Final = {prefix: uris.PREFIXES[prefix] for prefix in ("s", "a", "x", "n", "w", "rsp", "p")}
_MUST: Final = {MUST_UNDERSTAND: "true"}
_NEED_NOT: Final = {MUST_UNDERSTAND: "false"}

MAX_ITEMS: Final = 256
MAX_HEADER_TEXT: Final = 2048
MIN_ENVELOPE_SIZE: Final = 8192
MIN_OPERATION_TIMEOUT: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A parsed envelope: its headers, the names of unknown headers that must be understood, and the s:Body element."""

    headers: Headers
    not_understood: tuple[str, ...]
    body: Element

    @property
    def content(self) -> Element | None:
        """The first element of the body."""
        return next(iter(self.body), None)


def new_request(headers: Headers) -> tuple[Element, Element]:
    """Return the root and the empty s:Body of a request with these headers."""
    root = _xml.element(_S + "Envelope", nsmap=_REQUEST_NSMAP)
    head = _xml.sub(root, _S + "Header")
    if headers.action:
        _request_headers(head, headers)
    return root, _xml.sub(root, _S + "Body")


def _request_headers(head: Element, headers: Headers) -> None:
    sub = _xml.sub
    sub(head, _A + "To", headers.to)
    sub(head, _W + "ResourceURI", headers.resource_uri, _MUST)
    sub(sub(head, _A + "ReplyTo"), _A + "Address", uris.ANONYMOUS, _MUST)
    sub(head, _A + "Action", headers.action, _MUST)
    if headers.max_envelope_size is not None:
        sub(head, _W + "MaxEnvelopeSize", str(headers.max_envelope_size), _MUST)
    sub(head, _A + "MessageID", headers.message_id)
    if headers.locale is not None:
        sub(head, _W + "Locale", None, {**_NEED_NOT, XML_LANG: headers.locale})
    if headers.data_locale is not None:
        sub(head, _P + "DataLocale", None, {**_NEED_NOT, XML_LANG: headers.data_locale})
    if headers.session_id is not None:
        sub(head, _P + "SessionId", headers.session_id, _NEED_NOT)
    if headers.operation_id is not None:
        sub(head, _P + "OperationID", headers.operation_id, _NEED_NOT)
    if headers.sequence_id is not None:
        sub(head, _P + "SequenceId", str(headers.sequence_id), _NEED_NOT)
    if headers.operation_timeout is not None:
        sub(head, _W + "OperationTimeout", format_timeout(headers.operation_timeout))
    if headers.compression is not None:
        sub(head, _RSP + "CompressionType", headers.compression, _MUST)
    if headers.fragment is not None:
        dialect = {} if headers.fragment.dialect == uris.XPATH else {"Dialect": headers.fragment.dialect}
        sub(head, _W + "FragmentTransfer", headers.fragment.path, {**_MUST, **dialect})
    if headers.options.items:
        encode_options(sub(head, _W + "OptionSet", None, _MUST), headers.options)
    if headers.selectors.items:
        encode_selectors(sub(head, _W + "SelectorSet"), headers.selectors)


def new_reply(headers: Headers) -> tuple[Element, Element]:
    """Return the root and the empty s:Body of a reply with these headers; To is always the anonymous role."""
    root = _xml.element(_S + "Envelope", nsmap=_REPLY_NSMAP)
    root.set(XML_LANG, "en-US")
    sub = _xml.sub
    head = sub(root, _S + "Header")
    if headers.action is not None:
        sub(head, _A + "Action", headers.action)
        sub(head, _A + "MessageID", headers.message_id)
        if headers.operation_id is not None:
            sub(head, _P + "OperationID", headers.operation_id)
        if headers.sequence_id is not None:
            sub(head, _P + "SequenceId", str(headers.sequence_id))
        sub(head, _A + "To", uris.ANONYMOUS)
        if headers.relates_to is not None:
            sub(head, _A + "RelatesTo", headers.relates_to)
    return root, sub(root, _S + "Body")


def encode_selectors(parent: Element, selectors: SelectorSet) -> None:
    """Append w:Selector elements."""
    for name, value in selectors.items:
        _xml.sub(parent, _W + "Selector", value, {"Name": name})


def encode_options(parent: Element, options: OptionSet) -> None:
    """Append w:Option elements."""
    for option in options.items:
        attributes = {"Name": option.name}
        if option.must_comply:
            attributes["MustComply"] = "true"
        _xml.sub(parent, _W + "Option", option.value, attributes)


def open_envelope(data: bytes, *, max_size: int) -> Envelope:
    """Parse an envelope and read its headers.

    Raises the fault the reference names for each defect: InvalidXml, EncodingLimit, VersionMismatch, InvalidHeader
    and so on.
    """
    try:
        root = _xml.parse(data, max_size=max_size)
    except LimitExceeded as error:
        raise EncodingLimit(str(error)) from error
    except UnknownEncoding as error:
        raise make_fault(0x8033804C) from error
    except RemoteProtocolError as error:
        raise InvalidXml(str(error)) from error
    tag = _xml.tag_of(root)
    namespace, _, name = tag.removeprefix("{").rpartition("}")
    if name != "Envelope" or namespace != uris.NS_SOAP:
        raise VersionMismatch if name == "Envelope" else SchemaValidationError("the root element is not an Envelope")
    children = list(root)
    tags = [child.tag for child in children]
    if tags == [_S + "Body"]:
        return Envelope(headers=Headers(), not_understood=(), body=children[0])
    if tags[:2] != [_S + "Header", _S + "Body"] or len(tags) != 2:
        raise SchemaValidationError("an Envelope holds one Header and one Body")
    headers, not_understood = decode_headers(children[0])
    return Envelope(headers=headers, not_understood=not_understood, body=children[1])


def decode_headers(head: Element) -> tuple[Headers, tuple[str, ...]]:
    """Read a header block; also name the headers marked mustUnderstand that are not known here."""
    if len(head) > MAX_ITEMS:
        raise EncodingLimit("too many SOAP headers")
    found: dict[str, Any] = {}
    unknown: list[str] = []
    for element in head:
        tag = _xml.tag_of(element)
        reader = _READERS.get(tag)
        if reader is None:
            if tag not in _IGNORED and _must(element):
                unknown.append(tag)
            continue
        name, decode = reader
        if name in found:
            raise InvalidHeader(f"the header {tag.rpartition('}')[2]} occurs twice")
        found[name] = decode(element)
    return Headers(**found), tuple(unknown)


def refuse_unknown(envelope: Envelope) -> None:
    """Raise MustUnderstand when a header of the envelope must be understood and is not."""
    if envelope.not_understood:
        name = envelope.not_understood[0].rpartition("}")[2]
        raise MustUnderstand(f"The header {_xml.printable(name)} must be understood and is not known here. ")


def decode_selectors(element: Element) -> SelectorSet:
    """Read a w:SelectorSet; names must be there and unique."""
    items: list[tuple[str, str]] = []
    for child in element:
        if child.tag != _W + "Selector":
            raise InvalidSelectors("a SelectorSet holds Selector elements only")
        name = child.get("Name")
        if not name:
            raise InvalidSelectors("a Selector without a Name")
        items.append((name, child.text or ""))
    if len(items) > MAX_ITEMS:
        raise EncodingLimit("too many selectors")
    if len({name.lower() for name, _ in items}) != len(items):
        raise InvalidSelectors("a selector occurs twice", detail=uris.FAULT_DETAIL_PREFIX + "DuplicateSelectors")
    return SelectorSet(tuple(items))


def decode_options(element: Element) -> OptionSet:
    """Read a w:OptionSet; the attribute is spelled MustComply or mustComply."""
    items: list[Option] = []
    for child in element:
        if child.tag != _W + "Option":
            raise InvalidOptions("an OptionSet holds Option elements only")
        name = child.get("Name")
        if not name:
            raise make_fault(0x80338052, "an Option without a Name")
        must_comply = (child.get("MustComply") or child.get("mustComply") or "").lower() in TRUE_TEXTS
        items.append(Option(name=name, value=child.text or "", must_comply=must_comply))
    if len(items) > MAX_ITEMS:
        raise EncodingLimit("too many options")
    return OptionSet(tuple(items))


def _fragment(element: Element) -> Fragment:
    return Fragment(path=_text(element), dialect=(element.get("Dialect") or uris.XPATH).strip())


def _must(element: Element) -> bool:
    return (element.get(MUST_UNDERSTAND) or "").strip().lower() in TRUE_TEXTS


def _text(element: Element) -> str:
    text = (element.text or "").strip()
    if len(text) > MAX_HEADER_TEXT:
        raise EncodingLimit("the text of a SOAP header is too long")
    return text


def _locale(element: Element) -> str:
    if _must(element):
        raise make_fault(0x80338087)
    return element.get(XML_LANG) or ""


def _compression(element: Element) -> str:
    if _must(element):
        raise MustUnderstand("Compression of streams is not supported. ")
    return _text(element)


def _envelope_size(element: Element) -> int:
    size = _number(element)
    if size < MIN_ENVELOPE_SIZE:
        raise make_fault(0x8033807E)
    return size


def _number(element: Element) -> int:
    text = _text(element)
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise InvalidHeader(f"the header {_xml.local_name(element)} is not a number")
    return int(text)


def _timeout(element: Element) -> float:
    text = _text(element)
    try:
        seconds = 0.0 if "-" in text else parse_duration(text)
    except RemoteProtocolError as error:
        raise make_fault(0x80338081) from error
    if seconds <= 0:
        raise InvalidHeader(MESSAGES[0x80338081], detail=uris.FAULT_DETAIL_PREFIX + "InvalidTimeout")
    return max(seconds, MIN_OPERATION_TIMEOUT)


_READERS: Final[dict[str, tuple[str, Callable[[Element], object]]]] = {
    _A + "Action": ("action", _text),
    _A + "To": ("to", _text),
    _A + "MessageID": ("message_id", _text),
    _A + "RelatesTo": ("relates_to", _text),
    _W + "ResourceURI": ("resource_uri", _text),
    _W + "MaxEnvelopeSize": ("max_envelope_size", _envelope_size),
    _W + "OperationTimeout": ("operation_timeout", _timeout),
    _W + "Locale": ("locale", _locale),
    _W + "SelectorSet": ("selectors", decode_selectors),
    _W + "OptionSet": ("options", decode_options),
    _W + "FragmentTransfer": ("fragment", _fragment),
    _P + "DataLocale": ("data_locale", _locale),
    _P + "SessionId": ("session_id", _text),
    _P + "OperationID": ("operation_id", _text),
    _P + "SequenceId": ("sequence_id", _number),
    _P + "ActivityId": ("activity_id", _text),
    _RSP + "CompressionType": ("compression", _compression),
}
_IGNORED: Final = frozenset({_A + "ReplyTo", _A + "FaultTo", _A + "From", _W + "RequestTotalItemsCountEstimate"})
