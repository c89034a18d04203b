"""How a connection proves who we are, and what protects its bodies: one Logon for each kind of mechanism."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias
from urllib.parse import urlsplit

from remora._log import bound
from remora.auth import basic, client_certificate, digest
from remora.auth.certificates import tls_server_end_point
from remora.auth.context import InitiatorContext
from remora.auth.offers import Offer, encode_token, offered_token, parse_offers
from remora.auth.policy import SERVER_NOT_TRUSTED, AuthChoice, Mechanism
from remora.auth.sealed import is_sealed, protocol_of, seal_body, unseal
from remora.client.connection_info import ConnectionInfo
from remora.client.initiators import initiator
from remora.errors import AuthError, RemoraError, RemoteProtocolError, TransportError
from remora.net.http_client import HttpReply
from remora.wsman.attachments import Parcel
from remora.wsman.packages import is_package, pack, unpack

ACCESS_DENIED: Final = 5
_SOAP_TYPE: Final = "application/soap+xml;charset={}"
_COMMON: Final = (("Accept-Encoding", "identity"), ("User-Agent", "remora"))
_MAX_LEGS: Final = 12
Headers = tuple[tuple[str, str], ...]
Document: TypeAlias = bytes | Callable[[], bytes]
"""A SOAP document, or what makes it when it is sent: what waits for a logon or an answer need not hold it."""
Attachments: TypeAlias = tuple[bytes, ...]
_log = bound(__name__)


class OtherOffers(RemoraError):
    """The server does not take this mechanism; offers: what it listed."""

    def __init__(self, offers: tuple[Offer, ...]) -> None:
        super().__init__("another mechanism is offered")
        self.offers = offers


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The connection a logon works on. send: one HTTP request. peer_certificate: the server's, as DER, over TLS."""

    send: Callable[[Headers, bytes, float | None], Coroutine[Any, Any, HttpReply]]
    peer_certificate: Callable[[], bytes | None]
    forwarded: Callable[[], bool]


class Logon(Protocol):
    """The logon of one connection."""

    async def open(self, soap: Document, attachments: Attachments, limit: float | None) -> HttpReply:
        """Prove who we are and send the first document. Raises AuthError, OtherOffers, TransportError."""
        ...

    def post(self, soap: Document, attachments: Attachments, limit: float | None) -> Coroutine[Any, Any, HttpReply]:
        """Send another document."""
        ...

    def read(self, reply: HttpReply) -> Parcel:
        """Return the document of an answer that has one. Raises RemoteProtocolError, AuthError."""
        ...

    @property
    def bound(self) -> bool:
        """Whether the server remembers the logon with the connection, and can forget it."""
        ...


def logon(choice: AuthChoice, info: ConnectionInfo, link: Link) -> Logon:
    """Return the logon of a choice. Raises AuthError where this installation cannot do it."""
    match choice.mechanism:
        case Mechanism.NEGOTIATE | Mechanism.KERBEROS | Mechanism.CREDSSP:
            return ContextLogon(initiator(choice, info), choice, info, link)
        case Mechanism.DIGEST:
            return DigestLogon(info, link)
        case Mechanism.BASIC:
            credential = info.credential
            assert credential is not None  # the policy refuses Basic without one
            return HeaderLogon(info, link, basic.authorization(credential.username, credential.password.reveal()))
        case Mechanism.CERTIFICATE:
            return HeaderLogon(info, link, client_certificate.PROFILE)
        case Mechanism.NONE:
            return HeaderLogon(info, link, None, (("WSMANIDENTIFY", "unauthenticated"),))


def made(document: Document) -> bytes:
    """Return the document."""
    return document if isinstance(document, bytes) else document()


def _soap_headers(info: ConnectionInfo) -> Headers:
    return (("Content-Type", _SOAP_TYPE.format(_charset(info))), *_COMMON)


def _charset(info: ConnectionInfo) -> str:
    return "UTF-16" if info.option.use_utf16 else "UTF-8"


def _packed(info: ConnectionInfo, soap: Document, attachments: Attachments) -> tuple[Headers, bytes]:
    """Return headers and body of a document with attachments that nobody seals."""
    content_type, body = pack(Parcel(made(soap), attachments), _charset(info))
    return (("Content-Type", content_type), *_COMMON), body


def _opened(reply: HttpReply) -> Parcel:
    """Return the document of an answer that nobody sealed."""
    return unpack(reply.body)[0] if is_package(reply.content_type) else Parcel(reply.body)


class HeaderLogon:
    """The same header with every request: Basic, a client certificate that TLS has shown, or none at all."""

    bound = False

    def __init__(self, info: ConnectionInfo, link: Link, authorization: str | None, more: Headers = ()) -> None:
        self._more = more if authorization is None else (("Authorization", authorization), *more)
        self._headers = (*_soap_headers(info), *self._more)
        self._info = info
        self._link = link

    async def open(self, soap: Document, attachments: Attachments, limit: float | None) -> HttpReply:
        if attachments:  # nobody takes that much from somebody he does not know yet
            reply = await self.post(b"", (), limit)
            if reply.status != 200:
                return reply
        return await self.post(soap, attachments, limit)

    def post(self, soap: Document, attachments: Attachments, limit: float | None) -> Coroutine[Any, Any, HttpReply]:
        if not attachments:
            return self._link.send(self._headers, made(soap), limit)
        headers, body = _packed(self._info, soap, attachments)
        return self._link.send((*headers, *self._more), body, limit)

    def read(self, reply: HttpReply) -> Parcel:
        return _opened(reply)


class DigestLogon:
    """Digest (RFC 7616): a first request, empty, brings the challenge; each document answers it, counted."""

    bound = False

    def __init__(self, info: ConnectionInfo, link: Link) -> None:
        parts = urlsplit(info.url)
        self._info = info
        self._link = link
        self._headers = _soap_headers(info)
        self._uri = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._challenge: Mapping[str, str] = {}
        self._cnonce = ""
        self._count = 0
        self._was_used = False

    async def open(self, soap: Document, attachments: Attachments, limit: float | None) -> HttpReply:
        reply = await self._link.send(self._headers, b"", limit)
        if reply.status != 401:
            raise TransportError(f"the server answered the logon with HTTP {reply.status}", status=reply.status)
        offers = parse_offers(reply.all("WWW-Authenticate"))
        if not self._take(offers):
            raise OtherOffers(offers)
        return await self.post(soap, attachments, limit)

    async def post(self, soap: Document, attachments: Attachments, limit: float | None) -> HttpReply:
        """Send a document; once more, when the server has another nonce by now."""
        headers, body = _packed(self._info, soap, attachments) if attachments else (self._headers, made(soap))
        nonce = self._challenge["nonce"]
        reply = await self._link.send((*headers, self._answer()), body, limit)
        if reply.status != 401 or not self._take(parse_offers(reply.all("WWW-Authenticate"))):
            return reply
        stale = self._challenge.get("stale", "").lower() == "true"
        if self._challenge["nonce"] == nonce or not (stale or self._was_used):
            return reply
        return await self._link.send((*headers, self._answer()), body, limit)

    def read(self, reply: HttpReply) -> Parcel:
        return _opened(reply)

    def _take(self, offers: tuple[Offer, ...]) -> bool:
        """Take the first challenge that can be answered; False without any."""
        mine = [offer.parameters for offer in offers if offer.is_scheme(digest.SCHEME)]
        found = next((item for item in mine if digest.usable(item)), mine[0] if mine else None)
        if found is None or "nonce" not in found:
            return False
        self._was_used = self._count > 1
        self._challenge, self._cnonce, self._count = found, secrets.token_hex(16), 0
        return True

    def _answer(self) -> tuple[str, str]:
        credential = self._info.credential
        assert credential is not None  # the policy refuses Digest without one
        self._count += 1
        answer = digest.authorization(
            self._challenge,
            credential.username,
            credential.password.reveal(),
            method="POST",
            uri=self._uri,
            cnonce=self._cnonce,
            count=self._count,
        )
        return "Authorization", answer


class ContextLogon:
    """The legs of a security context on one connection, and sealed bodies after them (wire-protocol 1.3 to 1.5)."""

    bound = True

    def __init__(self, context: InitiatorContext, choice: AuthChoice, info: ConnectionInfo, link: Link) -> None:
        self._context = context
        self._choice = choice
        self._info = info
        self._link = link
        self._headers = _soap_headers(info)

    async def open(self, soap: Document, attachments: Attachments, limit: float | None) -> HttpReply:
        """The legs; over HTTP empty, over TLS the last one of NTLM carries the document."""
        token = await self._first(limit)
        for leg in range(_MAX_LEGS):
            alone = self._choice.sealed or bool(attachments) or self._choice.mechanism is Mechanism.CREDSSP
            carried = self._context.complete and not alone and leg > 0
            reply = await self._leg(token, made(soap) if carried else b"", limit)
            if leg == 0 and self._link.forwarded():
                raise TransportError(
                    f"the proxy {self._info.proxy} takes no CONNECT to this port and forwards single requests only, "
                    f"but {self._context.scheme} proves itself to a connection: let the proxy allow CONNECT, "
                    "or use Basic"
                )
            offers = parse_offers(reply.all("WWW-Authenticate"))
            challenge = offered_token(offers, self._context.scheme)
            if reply.status != 401:
                if carried:
                    return reply
                self._finish(reply, challenge)
                return await self.post(soap, attachments, limit)
            if challenge is None:
                whole = self._context.binds_first and any(offer.is_scheme(self._context.scheme) for offer in offers)
                raise self._not_taken() if leg > 0 or whole else OtherOffers(offers)
            if leg == 0 and not self._context.binds_first:
                self._bind()
            token = self._step(challenge)
        raise AuthError("the authentication does not come to an end", code=ACCESS_DENIED)

    def post(self, soap: Document, attachments: Attachments, limit: float | None) -> Coroutine[Any, Any, HttpReply]:
        if not self._choice.sealed:
            headers, body = _packed(self._info, soap, attachments) if attachments else (self._headers, made(soap))
            return self._link.send(headers, body, limit)
        content_type, body = seal_body(
            self._context,
            made(soap),
            attachments=attachments,
            protocol=protocol_of(self._context.scheme),
            charset=_charset(self._info),
        )
        return self._link.send((("Content-Type", content_type), *_COMMON), body, limit)

    def read(self, reply: HttpReply) -> Parcel:
        if not self._choice.sealed:
            return _opened(reply)
        if not is_sealed(reply.content_type):
            raise RemoteProtocolError("the server answered an encrypted request in clear text")
        opened = unseal(self._context, reply.content_type, reply.body)
        return Parcel(opened.data, opened.attachments)

    def _not_taken(self) -> AuthError:
        """The error of a logon that the server did not take; NTLM is no way out where the server must prove itself."""
        if self._choice.proving and self._choice.mechanism is Mechanism.NEGOTIATE:
            return AuthError(
                f"{self._info.computer_name} did not take the Kerberos logon, and NTLM does not prove who answers over "
                "HTTP: use HTTPS, or add the host to trusted_hosts (Client/TrustedHosts) of the client configuration",
                code=SERVER_NOT_TRUSTED,
            )
        return refused(self._info)

    async def _first(self, limit: float | None) -> bytes:
        """Return the first token; where it asks a KDC, that is waited for outside the loop."""
        if not self._context.binds_first:
            return self._step(None)
        await self._look(limit)
        return await asyncio.to_thread(self._step, None)

    async def _look(self, limit: float | None) -> None:
        """Over TLS ask with nothing, to see the certificate that the first token must name."""
        if not self._info.secure:
            return
        reply = await self._link.send(self._headers, b"", limit)
        offers = parse_offers(reply.all("WWW-Authenticate"))
        if reply.status != 401:
            raise TransportError(f"the server answered the logon with HTTP {reply.status}", status=reply.status)
        if not any(offer.is_scheme(self._context.scheme) for offer in offers):
            raise OtherOffers(offers)
        self._bind()

    def _bind(self) -> None:
        """Tell the context which TLS connection it proves us on."""
        if (certificate := self._link.peer_certificate()) is not None:
            self._context.channel_binding = tls_server_end_point(certificate)

    def _finish(self, reply: HttpReply, challenge: bytes | None) -> None:
        """The server is content; its last token may have to prove it to us before anything is said."""
        if reply.status != 200:
            raise TransportError(f"the server answered the logon with HTTP {reply.status}", status=reply.status)
        if not self._context.complete and challenge is not None:
            self._context.step(challenge)
        if not self._context.complete:
            raise AuthError("the server ended the authentication before it was complete", code=ACCESS_DENIED)
        _log.debug("authenticated", computer=self._info.computer_name, mechanism=self._choice.mechanism.value)

    def _step(self, token: bytes | None) -> bytes:
        answer = self._context.step(token)
        if answer is None:
            raise AuthError("the authentication ended without a token for the server", code=ACCESS_DENIED)
        return answer

    async def _leg(self, token: bytes, body: bytes, limit: float | None) -> HttpReply:
        header = ("Authorization", encode_token(self._context.scheme, token))
        return await self._link.send((*self._headers, header), body, limit)


def refused(info: ConnectionInfo) -> AuthError:
    """Return the error of a logon that the server did not take."""
    if info.certificate is not None:
        return AuthError(
            f"{info.computer_name} refused the client certificate: it takes none (Service/Auth/Certificate), or no "
            "mapping fits the certificate and the resource; the server's log says why",
            code=ACCESS_DENIED,
        )
    user = info.credential.username if info.credential is not None else "nobody"
    return AuthError(
        f"{info.computer_name} refused the logon of {user}: wrong name or password, or no right to log on",
        code=ACCESS_DENIED,
    )
