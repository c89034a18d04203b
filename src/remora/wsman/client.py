"""The client's side of WS-Management: requests in, bytes out; bytes in, replies out. Owns no socket, clock or task."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Final, assert_never
from uuid import UUID

from remora import _xml
from remora._xml import Element
from remora.errors import LocalProtocolError, RemoteProtocolError, WSManFault
from remora.wsman import enumeration, shell_replies, shell_requests, uris
from remora.wsman.attachments import ATTACHMENTS, MAX_ATTACHED, attach, detach
from remora.wsman.bodies import RSP
from remora.wsman.envelope import Envelope, new_request, open_envelope
from remora.wsman.fault_codec import decode_fault
from remora.wsman.headers import Headers, SelectorSet
from remora.wsman.identify import decode_identified, encode_identify
from remora.wsman.replies import (
    CustomReply,
    Deleted,
    Disconnected,
    Got,
    Received,
    Reconnected,
    Released,
    Reply,
    Sent,
    Signalled,
    Stored,
)
from remora.wsman.request_templates import Conversation, fill
from remora.wsman.requests import (
    Command,
    Connect,
    CreateShell,
    Custom,
    Delete,
    Disconnect,
    Enumerate,
    Get,
    Identify,
    Pull,
    Put,
    Receive,
    Reconnect,
    Release,
    Request,
    Send,
    Signal,
)

V2_ENVELOPE_SIZE: Final = 153600
"""What every server accepts; the safe start."""
V3_ENVELOPE_SIZE: Final = 512000

_FAULT_TAG: Final = f"{{{uris.NS_SOAP}}}Fault"
_SLACK: Final = 256
_MAX_REPLY: Final = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A request as it goes out. message_id: the text the reply must relate to; empty for Identify.

    attachments: what travels beside the body.
    """

    message_id: str
    body: bytes
    request: Request
    attachments: tuple[bytes, ...] = ()


class ClientSession:
    """One client session (one SessionId) towards one endpoint.

    to: URL of the endpoint. max_envelope_size: bytes this client takes back, and takes for what the server accepts.
    attachable: bytes the server takes with one message, 0: it knows no attachments.
    """

    def __init__(
        self,
        to: str,
        *,
        new_id: Callable[[], UUID],
        session_id: UUID | None = None,
        max_envelope_size: int = V2_ENVELOPE_SIZE,
        locale: str = "en-US",
        data_locale: str | None = None,
        encoding: str = "utf-8",
    ) -> None:
        self.to = to
        self.session_id = session_id or new_id()
        self.max_envelope_size = max_envelope_size
        self.attachable = 0
        self._new_id = new_id
        self._conversation = Conversation(to, wire_id(self.session_id), locale, data_locale or locale)
        self._encoding = encoding

    def named(self, request: Request) -> Outgoing:
        """Return a request with the MessageID it will have, for ``send``, and without its envelope yet."""
        message_id = "" if isinstance(request, Identify) else wire_id(self._new_id())
        attachments: tuple[bytes, ...] = ()
        if self.attachable and isinstance(request, Receive | Send):
            request, attachments = self._detached(request)
        return Outgoing(message_id=message_id, body=b"", request=request, attachments=attachments)

    def send(
        self,
        request: Request,
        *,
        operation_timeout: float | None = None,
        operation_id: UUID | None = None,
        sequence_id: int | None = None,
        message_id: str | None = None,
    ) -> Outgoing:
        """Return the envelope of a request. operation_timeout: seconds; message_id: of the try that is repeated.

        Raises LocalProtocolError when the request holds characters that XML cannot.
        """
        if isinstance(request, Identify):
            root, body = new_request(Headers())
            encode_identify(body)
            return Outgoing(message_id="", body=_xml.serialize(root, self._encoding), request=request)
        if operation_timeout is not None and operation_timeout <= 0:
            raise LocalProtocolError("operation_timeout must be above zero")
        chosen = message_id or wire_id(self._new_id())
        attachments: tuple[bytes, ...] = ()
        if self.attachable and isinstance(request, Receive | Send):
            request, attachments = self._detached(request)
        if operation_id is None and sequence_id is None and self._encoding == "utf-8":
            filled = fill(
                _utf8_envelope, self._conversation, request, chosen, operation_timeout, self.max_envelope_size
            )
            if filled is not None:
                return Outgoing(message_id=chosen, body=filled, request=request, attachments=attachments)
        headers = _headers(self._conversation, request, chosen, operation_timeout, self.max_envelope_size)
        if operation_id is not None or sequence_id is not None:
            named = None if operation_id is None else wire_id(operation_id)
            headers = replace(headers, operation_id=named, sequence_id=sequence_id)
        built = _envelope(headers, request, self._encoding)
        return Outgoing(message_id=chosen, body=built, request=request, attachments=attachments)

    def _detached(self, request: Receive | Send) -> tuple[Receive | Send, tuple[bytes, ...]]:
        """Take large data out of a Send, and ask for the answer of a Receive in the same form."""
        if isinstance(request, Receive):
            options = request.options.with_option(ATTACHMENTS, str(MAX_ATTACHED))
            return replace(request, options=options), ()
        if sum(len(chunk.data) for chunk in request.streams) > self.attachable:
            return request, ()
        streams, attachments = detach(request.streams)
        return replace(request, streams=streams), attachments

    def receive(self, outgoing: Outgoing, body: bytes, attachments: tuple[bytes, ...] = ()) -> Reply:
        """Return the reply an HTTP body carries.

        Raises the class of the fault when it is one, RemoteProtocolError when the body is not a reply to this request.
        """
        try:
            envelope = open_envelope(body, max_size=_MAX_REPLY)
            content = envelope.content
            if content is not None and content.tag == _FAULT_TAG:
                fault = decode_fault(content)
            else:
                _check_relation(envelope, outgoing, required=True)
                return _attached(_decode_body(envelope, outgoing.request), attachments)
        except WSManFault as error:
            raise RemoteProtocolError(f"the reply is not valid: {error.message}") from error
        _check_relation(envelope, outgoing, required=False)
        raise fault

    def payload_limit(self, request: Request) -> int:
        """Return how many raw bytes still fit, as base64, into the one envelope of this request.

        The request carries everything but the payload. Ids of a later try and of a longer time-out are allowed for.
        """
        if self.attachable and isinstance(request, Send):
            return self.attachable
        unit = 2 if self._encoding.lower().startswith("utf-16") else 1
        used = len(self.send(request, operation_timeout=1.0).body) + _SLACK * unit
        return max((self.max_envelope_size - used) // unit // 4 * 3, 0)


def wire_id(value: UUID) -> str:
    """Return ``uuid:`` and the upper-case GUID."""
    return "uuid:" + str(value).upper()


def _headers(
    conversation: Conversation, request: Request, message_id: str, operation_timeout: float | None, size: int
) -> Headers:
    assert not isinstance(request, Identify)
    options = request.options
    if isinstance(request, Receive) and request.keepalive:
        options = options.with_option(uris.OPTION_KEEPALIVE, "TRUE")
    return Headers(
        action=request.action,
        resource_uri=request.resource_uri,
        to=conversation.to,
        message_id=message_id,
        selectors=_selectors(request),
        options=options,
        fragment=request.fragment if isinstance(request, Get | Put | Delete | Custom) else None,
        max_envelope_size=size,
        operation_timeout=operation_timeout,
        session_id=conversation.session_id,
        locale=conversation.locale,
        data_locale=conversation.data_locale,
    )


def _envelope(headers: Headers, request: Request, encoding: str) -> bytes:
    root, body = new_request(headers)
    _encode_body(body, request)
    return _xml.serialize(root, encoding)


def _utf8_envelope(
    conversation: Conversation, request: Request, message_id: str, operation_timeout: float | None, size: int
) -> bytes:
    """Build the whole envelope of a request that is not Identify."""
    return _envelope(_headers(conversation, request, message_id, operation_timeout, size), request, "utf-8")


def _selectors(request: Request) -> SelectorSet:
    match request:
        case Command() | Send() | Receive() | Signal() | Disconnect() | Reconnect() | Connect():
            return SelectorSet.shell(request.shell_id)
        case CreateShell() | Identify():
            return SelectorSet()
        case _:
            return request.selectors


def _encode_body(body: Element, request: Request) -> None:
    match request:
        case Command() | Send() | Receive() | Signal() | Disconnect() | Reconnect() | Connect():
            shell_requests.encode_shell_request(body, request)
        case CreateShell():
            shell_requests.encode_create_shell(body, request)
        case Enumerate():
            enumeration.encode_enumerate(body, request)
        case Pull():
            enumeration.encode_pull(body, request)
        case Release():
            enumeration.encode_release(body, request)
        case Put():
            body.append(deepcopy(request.body))
        case Custom():
            if request.body is not None:
                body.append(deepcopy(request.body))
        case Get() | Delete() | Identify():
            pass
        case _:
            assert_never(request)


def _check_relation(envelope: Envelope, outgoing: Outgoing, *, required: bool) -> None:
    relates_to = envelope.headers.relates_to
    if not outgoing.message_id or relates_to == outgoing.message_id:
        return
    if relates_to is None and not required:
        return
    raise RemoteProtocolError("RelatesTo of the reply does not name the request")


def _attached(reply: Reply, attachments: tuple[bytes, ...]) -> Reply:
    if isinstance(reply, Received):
        return replace(reply, streams=attach(reply.streams, attachments))
    if attachments:
        raise RemoteProtocolError("a reply has attachments that nobody asked for")
    return reply


def _decode_body(envelope: Envelope, request: Request) -> Reply:
    empty = _EMPTY.get(type(request))
    if empty is not None:
        return empty
    content = envelope.content
    match request:
        case Receive():
            return shell_replies.decode_received(content, request)
        case Command():
            return shell_replies.decode_command_accepted(content, request)
        case Send():
            shell_replies.require(content, RSP + "SendResponse")
            return Sent()
        case Signal():
            shell_replies.require(content, RSP + "SignalResponse")
            return Signalled()
        case Identify():
            return decode_identified(content)
        case CreateShell():
            return shell_replies.decode_resource_created(envelope.body)
        case Connect():
            return shell_replies.decode_connected(content)
        case Get():
            return _got(content)
        case Put():
            return Stored(body=content)
        case Enumerate() | Pull():
            return enumeration.decode_enumerated(content, pull=isinstance(request, Pull))
        case Custom():
            return CustomReply(body=content)
        case _:
            raise LocalProtocolError(f"{type(request).__name__} has no reply")


_EMPTY: Final[dict[type, Reply]] = {
    Disconnect: Disconnected(),
    Reconnect: Reconnected(),
    Delete: Deleted(),
    Release: Released(),
}
"""Requests whose reply has an empty body."""


def _got(content: Element | None) -> Got:
    if content is None:
        raise RemoteProtocolError("the reply to Get is empty")
    if content.tag == RSP + "Shell":
        return Got(shell=shell_replies.decode_shell_info(content))
    if _xml.local_name(content) == "Fault":
        raise RemoteProtocolError("the reply is a fault of another SOAP version")
    return Got(body=content)
