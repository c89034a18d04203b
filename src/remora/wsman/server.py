"""The host's side of WS-Management: envelopes in, requests out; replies and faults in, envelopes out. No I/O."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Final, assert_never
from uuid import UUID

from remora import _xml
from remora._xml import Element
from remora.errors import LocalProtocolError, RemoraError, RemoteProtocolError, WSManFault
from remora.wsman import enumeration, shell_replies, shell_requests, uris
from remora.wsman.attachments import ATTACHMENTS, MAX_ATTACHED, Parcel, attach, detach
from remora.wsman.bodies import RSP, is_guid
from remora.wsman.client import wire_id
from remora.wsman.envelope import Envelope, new_reply, open_envelope, refuse_unknown
from remora.wsman.fault_codec import encode_fault
from remora.wsman.faults import (
    HeaderRequired,
    InvalidBody,
    MaxEnvelopeSizeExceeded,
    fault_action,
    make_fault,
)
from remora.wsman.headers import Headers
from remora.wsman.identify import IDENTIFY_TAGS, encode_identified
from remora.wsman.replies import (
    CommandAccepted,
    Connected,
    CustomReply,
    Deleted,
    Disconnected,
    Enumerated,
    Got,
    Identified,
    Received,
    Reconnected,
    Released,
    Reply,
    ResourceCreated,
    Sent,
    Signalled,
    Stored,
)
from remora.wsman.requests import Custom, Delete, Get, Identify, Pull, Put, Receive, Request, Send, ShellRequest

DEFAULT_MAX_ENVELOPE_SIZE: Final = 512000
CHUNK_OVERHEAD: Final = 120
"""Raw bytes of a Receive's budget that one more Stream element costs beside its data."""

_REPLY_OVERHEAD: Final = 1600
_CHARSETS: Final = {"utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "utf-16": "utf-16", "utf-16le": "utf-16"}


class RefusedRequest(RemoraError):
    """A request that is answered with a fault before anybody reads it.

    fault: the answer. headers: what could be read of the request's, None when nothing could. charset: for the answer.
    """

    def __init__(self, fault: WSManFault, headers: Headers | None, charset: str) -> None:
        super().__init__(fault.message)
        self.fault = fault
        self.headers = headers
        self.charset = charset


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A request with the headers it came in. charset: ``utf-8`` or ``utf-16``, the reply's too."""

    headers: Headers
    request: Request
    charset: str = "utf-8"


class ServerSession:
    """Decodes requests and encodes their answers for one endpoint; keeps nothing between two of them.

    machine: text of WSManFault/@Machine. max_envelope_size: bytes, the service's own limit in both directions.
    """

    def __init__(
        self, *, new_id: Callable[[], UUID], machine: str, max_envelope_size: int = DEFAULT_MAX_ENVELOPE_SIZE
    ) -> None:
        self._new_id = new_id
        self._machine = machine
        self.max_envelope_size = max_envelope_size

    def receive(self, body: bytes, charset: str | None = None, attachments: tuple[bytes, ...] = ()) -> Incoming:
        """Return the request an HTTP body carries. charset: of the Content-Type, None for UTF-8.

        Raises RefusedRequest, which holds the fault and all that ``fault`` needs to answer it.
        """
        encoding = _CHARSETS.get((charset or "utf-8").strip().strip('"').lower())
        headers: Headers | None = None
        try:
            if encoding is None:
                raise make_fault(0x8033804C)
            envelope = open_envelope(_marked(body, encoding), max_size=self.max_envelope_size)
            headers = envelope.headers
            request = _attached(self._decode(envelope), attachments)
            return Incoming(headers=headers, request=request, charset=encoding)
        except WSManFault as fault:
            raise RefusedRequest(fault, headers or _rescued(body), encoding or "utf-8") from fault

    def _decode(self, envelope: Envelope) -> Request:
        headers, content = envelope.headers, envelope.content
        if content is not None and content.tag in IDENTIFY_TAGS and not headers.action:
            return Identify()
        for name, value in (("Action", headers.action), ("MessageID", headers.message_id)):
            if not value:
                raise HeaderRequired(f"The header {name} is missing. ")
        refuse_unknown(envelope)
        if not headers.resource_uri:
            raise HeaderRequired("The header ResourceURI is missing. ")
        return decode_request(headers, envelope.body)

    def reply(self, incoming: Incoming, reply: Reply) -> bytes:
        """Return the envelope of an answer.

        Raises MaxEnvelopeSizeExceeded when it is larger than the request allows, the fault WSMAN_SERVER_ENVELOPE_LIMIT
        when it is larger than this service allows.
        """
        request = incoming.headers
        if isinstance(reply, Identified):
            root, body = new_reply(Headers())
            encode_identified(body, reply)
            return _xml.serialize(root, incoming.charset)
        headers = Headers(
            action=(request.action or "") + "Response",
            message_id=wire_id(self._new_id()),
            relates_to=request.message_id,
            operation_id=request.operation_id,
            sequence_id=request.sequence_id,
        )
        root, body = new_reply(headers)
        _encode_body(body, reply, incoming.request)
        data = _xml.serialize(root, incoming.charset)
        if len(data) > self.max_envelope_size:
            raise make_fault(0x80338049)
        if request.max_envelope_size is not None and len(data) > request.max_envelope_size:
            raise MaxEnvelopeSizeExceeded
        return data

    def parcel(self, incoming: Incoming, reply: Reply) -> Parcel:
        """Return the envelope of an answer, with large data of streams beside it if the request wants that."""
        if not isinstance(reply, Received) or not attachable(incoming.request):
            return Parcel(self.reply(incoming, reply))
        streams, attachments = detach(reply.streams)
        return Parcel(self.reply(incoming, replace(reply, streams=streams)), attachments)

    def fault(self, headers: Headers | None, fault: WSManFault, charset: str = "utf-8") -> bytes:
        """Return the envelope of a fault. headers: of the request, as far as they are known."""
        request = headers or Headers()
        reply = Headers(
            action=fault_action(fault),
            message_id=wire_id(self._new_id()),
            relates_to=request.message_id,
            operation_id=request.operation_id,
            sequence_id=request.sequence_id,
        )
        root, body = new_reply(reply)
        encode_fault(body, fault, self._machine)
        return _xml.serialize(root, charset)

    def receive_budget(self, headers: Headers, charset: str = "utf-8") -> int:
        """Return how many raw bytes the answer to a Receive may carry.

        Each Stream element costs CHUNK_OVERHEAD beside its data.
        """
        limit = min(headers.max_envelope_size or self.max_envelope_size, self.max_envelope_size)
        unit = 2 if charset == "utf-16" else 1
        echoed = len(headers.message_id or "") + len(headers.operation_id or "")
        return max(limit // unit - _REPLY_OVERHEAD - 6 * echoed, 0) // 4 * 3


def resource_uri(body: bytes, charset: str) -> str | None:
    """Return the resource that a request is for, reading no more of it; None where none is named.

    charset: ``utf-8`` or ``utf-16``. Whatever ``ServerSession.receive`` takes is read here as it is there.
    """
    try:
        return open_envelope(_marked(body, charset), max_size=len(body) + 2).headers.resource_uri
    except WSManFault:
        return None


def attachable(request: Request) -> int:
    """Return how many bytes the answer to a request may have attached; 0 for one that does not ask for it."""
    asked = request.options.get(ATTACHMENTS) if isinstance(request, Receive) else None
    if asked is None or not (asked.isascii() and asked.isdigit() and len(asked) <= 10):
        return 0
    return min(int(asked), MAX_ATTACHED)


def decode_request(headers: Headers, body: Element) -> Request:
    """Return the request of an envelope by its Action; an action not known here comes back as Custom."""
    content = next(iter(body), None)
    if len(body) > 1:
        raise InvalidBody("the body of a request holds one element")
    if headers.fragment is not None and _is_shell(headers.resource_uri or ""):
        raise make_fault(0x80338042, "Shells have no fragments. ", detail=_NO_FRAGMENTS)
    decode = _DECODERS.get(headers.action or "")
    if decode is not None:
        return decode(headers, content)
    if headers.action in _SHELL_DECODERS:
        return _SHELL_DECODERS[headers.action](headers, _shell_id(headers), content)
    return Custom(
        action=headers.action or "",
        resource_uri=headers.resource_uri or "",
        body=content,
        selectors=headers.selectors,
        options=headers.options,
        fragment=headers.fragment,
    )


def _is_shell(resource_uri: str) -> bool:
    return resource_uri.lower().startswith((uris.RESOURCE_SHELL, uris.RESOURCE_POWERSHELL_PREFIX))


def _attached(request: Request, attachments: tuple[bytes, ...]) -> Request:
    if isinstance(request, Send):
        return replace(request, streams=attach(request.streams, attachments))
    if attachments:
        raise InvalidBody("only Send has attachments")
    return request


def _shell_id(headers: Headers) -> str:
    shell_id = headers.selectors.shell_id
    if shell_id is None:
        raise make_fault(0x8033805A, "The selector ShellId is missing. ")
    if not is_guid(shell_id):
        raise make_fault(0x8033805D, "The selector ShellId is not a GUID. ")
    return shell_id


def _decode_get(headers: Headers, _content: Element | None) -> Get:
    return Get(
        resource_uri=headers.resource_uri or "",
        selectors=headers.selectors,
        options=headers.options,
        fragment=headers.fragment,
    )


def _decode_delete(headers: Headers, _content: Element | None) -> Delete:
    return Delete(
        resource_uri=headers.resource_uri or "",
        selectors=headers.selectors,
        options=headers.options,
        fragment=headers.fragment,
    )


def _decode_put(headers: Headers, content: Element | None) -> Put:
    if content is None:
        raise InvalidBody("Put needs a representation")
    return Put(
        resource_uri=headers.resource_uri or "",
        body=content,
        selectors=headers.selectors,
        options=headers.options,
        fragment=headers.fragment,
    )


def _decode_create(headers: Headers, content: Element | None) -> Request:
    if _is_shell(headers.resource_uri or "") or (content is not None and content.tag == RSP + "Shell"):
        return shell_requests.decode_create_shell(headers, content)
    return Custom(
        action=uris.ACTION_CREATE,
        resource_uri=headers.resource_uri or "",
        body=content,
        selectors=headers.selectors,
        options=headers.options,
        fragment=headers.fragment,
    )


_DECODERS: Final[dict[str, Callable[[Headers, Element | None], Request]]] = {
    uris.ACTION_GET: _decode_get,
    uris.ACTION_PUT: _decode_put,
    uris.ACTION_DELETE: _decode_delete,
    uris.ACTION_CREATE: _decode_create,
    uris.ACTION_ENUMERATE: enumeration.decode_enumerate,
    uris.ACTION_PULL: enumeration.decode_pull,
    uris.ACTION_RELEASE: enumeration.decode_release,
}
_SHELL_DECODERS: Final[dict[str | None, Callable[[Headers, str, Element | None], ShellRequest]]] = {
    uris.ACTION_COMMAND: shell_requests.decode_command,
    uris.ACTION_SEND: shell_requests.decode_send,
    uris.ACTION_RECEIVE: shell_requests.decode_receive,
    uris.ACTION_SIGNAL: shell_requests.decode_signal,
    uris.ACTION_DISCONNECT: shell_requests.decode_disconnect,
    uris.ACTION_RECONNECT: shell_requests.decode_reconnect,
    uris.ACTION_CONNECT: shell_requests.decode_connect,
}


def _encode_body(body: Element, reply: Reply, request: Request) -> None:
    match reply:
        case Received():
            shell_replies.encode_received(body, reply)
        case CommandAccepted():
            shell_replies.encode_command_accepted(body, reply)
        case Sent():
            _xml.sub(body, RSP + "SendResponse")
        case Signalled():
            _xml.sub(body, RSP + "SignalResponse")
        case ResourceCreated():
            shell_replies.encode_resource_created(body, reply)
        case Connected():
            shell_replies.encode_connected(body, reply)
        case Enumerated():
            enumeration.encode_enumerated(body, reply, pull=isinstance(request, Pull))
        case Got(shell=shell) if shell is not None:
            shell_replies.encode_shell_info(body, shell)
        case Got(body=content) | Stored(body=content) | CustomReply(body=content):
            if content is not None:
                body.append(deepcopy(content))
        case Disconnected() | Reconnected() | Deleted() | Released():
            pass
        case Identified():
            raise LocalProtocolError("Identified answers Identify only")
        case _:
            assert_never(reply)


def _marked(body: bytes, encoding: str) -> bytes:
    """Give a UTF-16 body without a byte order mark the one its charset means."""
    if encoding == "utf-16" and body[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return b"\xff\xfe" + body
    return body


def _rescued(body: bytes) -> Headers | None:
    """Read just the ids of a refused request, so that the fault can name it."""
    try:
        root = _xml.parse(body, max_size=DEFAULT_MAX_ENVELOPE_SIZE)
    except RemoteProtocolError:
        return None
    found: dict[str, str] = {}
    for head in list(root)[:1]:
        for element in head:
            name = _RESCUED.get(_xml.tag_of(element))
            text = (element.text or "").strip()
            if name is not None and len(text) <= 256:
                found.setdefault(name, text)
    return replace(Headers(), message_id=found.get("message_id"), operation_id=found.get("operation_id"))


_NO_FRAGMENTS: Final = uris.FAULT_DETAIL_PREFIX + "FragmentLevelAccess"
_RESCUED: Final = {
    f"{{{uris.NS_ADDRESSING}}}MessageID": "message_id",
    f"{{{uris.NS_WSMV}}}OperationID": "operation_id",
}
