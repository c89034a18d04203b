"""The gate: who speaks on this connection, and what may pass (wire-protocol 1.1 to 1.5).

A request reaches the dispatcher only with a Principal that this connection's own exchange produced. Bodies are
unsealed on the way in and sealed on the way out; after the first sealed body nothing else is taken on that
connection.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Final

from remora._log import bound
from remora.auth import basic, client_certificate
from remora.auth.certificate_store import thumbprint
from remora.auth.ntlm import CbtHardening
from remora.auth.offers import decode_token, encode_token
from remora.auth.principal import Principal
from remora.auth.sealed import OVERHEAD, is_sealed, seal_body, sealed_protocol, unseal
from remora.auth.sealing import sealing_of
from remora.config import WinrmConfig
from remora.config.cert_mapping import CertMapping
from remora.errors import AuthError, RemoteProtocolError
from remora.host.audit import MAX_TEXT
from remora.host.authenticator import CERTIFICATE, Accepted, Authenticator, Challenge
from remora.host.content_types import CHARSETS, SOAP_TYPE, soap_charset
from remora.host.identity import Identity
from remora.host.logon_guard import LogonGuard
from remora.net.http_connection import ServerConnection
from remora.net.http_server import HttpRequest, HttpResponse
from remora.wsman.attachments import MAX_ATTACHED, Parcel
from remora.wsman.packages import is_package, pack, unpack
from remora.wsman.server import resource_uri

_log = bound(__name__)
IDENTIFY_PATH: Final = "/wsman-anon/identify"
MAX_ANONYMOUS: Final = 32 * 1024
_NTLM_NEGOTIATE: Final = b"NTLMSSP\x00\x01\x00\x00\x00"
_SPNEGO_INIT: Final = 0x60
_WORDS: Final = {"negotiate": "Negotiate", "ntlm": "NTLM", "kerberos": "Kerberos", "credssp": "CredSSP"}
"""The words of the Authorization header whose schemes go in legs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Where a request came from. connection: a number unique in this process. gone: set when the connection is lost.

    application: the URL prefix it was sent to.
    """

    address: str
    port: int
    secure: bool
    connection: int
    gone: asyncio.Event = field(repr=False, compare=False)
    application: str = field(default="wsman", compare=False)


@dataclass(frozen=True, slots=True)
class DispatchReply:
    """What the dispatcher answers. body: a SOAP document in this charset, ``utf-8`` or ``utf-16``."""

    status: int
    body: bytes = field(repr=False)
    charset: str = "utf-8"
    attachments: tuple[bytes, ...] = field(default=(), repr=False)


Dispatch = Callable[[Principal, Peer, Parcel, str], Awaitable[DispatchReply]]
"""(caller, where from, SOAP document, ``utf-8`` or ``utf-16``) -> the reply; never raises for a client's fault."""

AnonymousIdentify = Callable[[Peer, bytes, str], Awaitable[DispatchReply]]
"""Answers an Identify without authentication, and nothing else."""


Connection = ServerConnection[Identity]


class Gate:
    """The handler of ``HttpServer[Identity]``. config: the configuration in force, asked for at every request.

    url_prefixes: the paths that are served, asked for likewise. mapping: whom a client certificate stands for, by the
    resource that is asked for (``ClientCertificates.mapping``). guard: counts failed logons, by default as a new host.
    """

    def __init__(
        self,
        *,
        authenticator: Authenticator,
        dispatch: Dispatch,
        identify: AnonymousIdentify,
        config: Callable[[], WinrmConfig],
        mapping: Callable[[bytes, str | None], CertMapping],
        url_prefixes: Callable[[], str] = lambda: "wsman",
        guard: LogonGuard | None = None,
    ) -> None:
        self._authenticator = authenticator
        self._dispatch = dispatch
        self._identify = identify
        self._config = config
        self._mapping = mapping
        self._url_prefixes = url_prefixes
        self._guard = guard or LogonGuard()
        self._proof_key = secrets.token_bytes(32)

    def _paths(self, connection: Connection) -> tuple[str, ...]:
        """A listener with a prefix of its own serves that one, any other all that are served."""
        served = self._url_prefixes() if connection.prefix.casefold() == "wsman" else connection.prefix
        return tuple("/" + prefix.strip().strip("/").casefold() for prefix in served.split(","))

    async def handle(self, connection: Connection, request: HttpRequest) -> HttpResponse:
        """Answer one request. LimitExceeded and RemoteProtocolError (413, 400) come from reading the body."""
        path = request.path.rstrip("/").casefold()
        if path not in (IDENTIFY_PATH, *self._paths(connection)):
            return HttpResponse(status=404)
        if request.method != "POST":
            return HttpResponse(status=405, headers=(("Allow", "POST"),))
        if path == IDENTIFY_PATH:
            return await self._anonymous(connection, request)
        config = self._config()
        body = await request.read(config.max_envelope_size_kb * 1024 + OVERHEAD + _attachable(connection))
        authorizations = request.all("Authorization")
        if not authorizations:
            return await self._unannounced(connection, request, body, config)
        refusal, answer_header = await self._authenticate(connection, request, body, authorizations, config)
        if refusal is not None:
            return refusal
        if not body:
            return HttpResponse(status=200, headers=answer_header)
        return await self._pass(connection, request, body, config, answer_header)

    def forget(self, connection: Connection) -> None:
        """The connection is lost, and with it what it had not finished."""
        connection.state.close()

    # --- authentication

    async def _unannounced(
        self, connection: Connection, request: HttpRequest, body: bytes, config: WinrmConfig
    ) -> HttpResponse:
        """A request without Authorization: good on a connection that Negotiate has authenticated, else 401."""
        identity = connection.state
        known = identity.principal is not None and identity.proof is None
        if known and body:
            return await self._pass(connection, request, body, config, ())
        if body and not known and is_sealed(request.header("Content-Type")):
            _log.warning("sealed_body_refused", peer=connection.address, reason="no context on this connection")
            return HttpResponse(status=400)
        return self._unauthorized(connection, config)

    async def _authenticate(
        self, connection: Connection, request: HttpRequest, body: bytes, authorizations: list[str], config: WinrmConfig
    ) -> tuple[HttpResponse | None, tuple[tuple[str, str], ...]]:
        """Take the Authorization header: (refusal or next leg, headers of the answer when there is none)."""
        scheme, _blank, token = authorizations[0].strip().partition(" ")
        word = scheme.lower()
        try:
            if len(authorizations) > 1:  # whoever stands between might have looked at another one than we
                raise AuthError(f"{len(authorizations)} Authorization headers in one request")
            if not word:
                raise AuthError("an empty Authorization header")
            if word == "basic" and self._basic_offered(connection, config):
                await self._take_basic(connection, token.strip())
                return None, ()
            if word == client_certificate.PROFILE:
                await self._take_certificate(connection, request, body, config)
                return None, ()
            exchange = self._exchange_of(word, config)
            if exchange is not None:
                return await self._take_exchange(connection, exchange, _WORDS[word], decode_token(token), config)
            raise AuthError(f"the scheme {scheme[:40]!r} is not offered here")
        except (AuthError, RemoteProtocolError) as error:
            claimed = getattr(connection.state.exchange, "claimed", "")[:MAX_TEXT]
            connection.state.refuse()
            _log.warning("logon_refused", peer=connection.address, scheme=scheme[:40], user=claimed, reason=error)
            return self._unauthorized(connection, config), ()

    async def _take_basic(self, connection: Connection, token: str) -> None:
        identity = connection.state
        proof = hmac.digest(self._proof_key, token.encode("utf-8", "replace"), hashlib.sha256)
        if identity.proof is not None and hmac.compare_digest(identity.proof, proof):
            return
        identity.refuse()
        credential = basic.parse_authorization(token)
        attempt = self._guard.attempt(connection.address, "Basic", credential.username)
        try:
            self._guard.check(attempt)
            principal = await self._authenticator.basic(credential)
            self._guard.admit(attempt, principal)
        except AuthError as error:
            await self._guard.refuse(attempt)
            raise AuthError(f"{credential.username[:128]!a}: {error}") from None
        identity.accept(principal, None, proof)

    async def _take_certificate(
        self, connection: Connection, request: HttpRequest, body: bytes, config: WinrmConfig
    ) -> None:
        """A certificate that TLS has verified is mapped anew with every request, for the resource that it is for."""
        identity = connection.state
        if not config.service.auth.certificate:
            raise AuthError("certificate authentication is switched off (Service/Auth/Certificate)")
        if not connection.secure:
            raise AuthError("a certificate is shown over HTTPS only")
        certificate = connection.peer_certificate
        if certificate is None:
            raise AuthError("the client has shown no certificate")
        attempt = self._guard.attempt(connection.address, CERTIFICATE)
        try:
            account = self._mapping(certificate, _resource_uri(request.header("Content-Type"), body)).username
            proof = b"certificate " + account.encode()
            if identity.proof == proof:
                return
            identity.refuse()
            principal = await self._authenticator.mapped(account)
        except AuthError as error:
            self._guard.unproved(attempt, thumbprint(certificate), error)
            raise
        self._guard.proved(attempt, principal, thumbprint(certificate))
        identity.accept(principal, None, proof)

    async def _take_exchange(
        self, connection: Connection, scheme: str, word: str, token: bytes, config: WinrmConfig
    ) -> tuple[HttpResponse | None, tuple[tuple[str, str], ...]]:
        identity = connection.state
        begins = token.startswith(_NTLM_NEGOTIATE) or token[:1] == bytes([_SPNEGO_INIT])
        if identity.exchange is None or identity.scheme != scheme or begins:
            hardening = CbtHardening(config.service.auth.cbt_hardening_level.value)
            exchange = self._authenticator.exchange(
                scheme, channel_binding=connection.channel_binding, hardening=hardening
            )
            identity.begin(exchange, scheme)
        answer = await self._step(connection, token)
        if isinstance(answer, Challenge):
            header = ("WWW-Authenticate", encode_token(word, answer.token))
            return HttpResponse(status=401, headers=(header,)), ()
        identity.accept(answer.principal, answer.sealing if answer.keys is None else sealing_of(answer.keys))
        if answer.token is None:
            return None, ()
        return None, (("WWW-Authenticate", encode_token(word, answer.token)),)

    async def _step(self, connection: Connection, token: bytes) -> Challenge | Accepted:
        """Take an exchange one leg further, past the guard at its end. Raises AuthError."""
        exchange, name = connection.state.exchange, ""
        assert exchange is not None
        attempt = self._guard.attempt(connection.address, connection.state.scheme)
        try:
            answer = await exchange.step(token)
            if isinstance(answer, Accepted):
                name = answer.principal.name
                attempt = replace(attempt, scheme=answer.principal.authentication)
                self._guard.admit(replace(attempt, account=name), answer.principal)
            elif isinstance(proved := getattr(exchange, "proved", None), Principal):
                name = proved.name
                self._guard.check(replace(attempt, account=name), proved)
        except AuthError:
            await self._guard.refuse(replace(attempt, account=name or getattr(exchange, "claimed", "")))
            raise
        return answer

    def _unauthorized(self, connection: Connection, config: WinrmConfig) -> HttpResponse:
        """401 with every scheme enabled here, one header line each, no body, the connection kept."""
        offers = [("WWW-Authenticate", scheme) for scheme in self._exchange_schemes(config)]
        if self._basic_offered(connection, config):
            offers.append(("WWW-Authenticate", basic.CHALLENGE))
        return HttpResponse(status=401, headers=tuple(offers))

    def _exchange_schemes(self, config: WinrmConfig) -> list[str]:
        """The schemes of exchanges that are switched on and can be done here, in the order they are offered."""
        auth = config.service.auth
        enabled = {"Negotiate": auth.negotiate, "Kerberos": auth.kerberos, "CredSSP": auth.credssp}
        return [scheme for scheme, on in enabled.items() if on and scheme in self._authenticator.schemes]

    def _exchange_of(self, word: str, config: WinrmConfig) -> str | None:
        """The exchange that a word of the Authorization header begins, by what may prove a caller; None is refused.

        Negotiate goes without Kerberos where that is switched off, and is Kerberos alone where only that is on.
        """
        offered = self._exchange_schemes(config)
        if word in ("negotiate", "ntlm"):
            if "Negotiate" in offered:
                return "Negotiate" if config.service.auth.kerberos and word == "negotiate" else "NTLM"
            return "Kerberos" if "Kerberos" in offered and word == "negotiate" else None
        scheme = _WORDS.get(word)
        return scheme if scheme in offered else None

    def _basic_offered(self, connection: Connection, config: WinrmConfig) -> bool:
        return config.service.auth.basic and (connection.secure or config.service.allow_unencrypted)

    # --- bodies

    async def _pass(
        self,
        connection: Connection,
        request: HttpRequest,
        body: bytes,
        config: WinrmConfig,
        headers: tuple[tuple[str, str], ...],
    ) -> HttpResponse:
        """Let a body of an authenticated connection through to the dispatcher, and its reply back."""
        identity = connection.state
        assert identity.principal is not None
        content_type = request.header("Content-Type")
        if is_sealed(content_type):
            return await self._pass_sealed(connection, request, content_type, body, headers)
        if identity.encrypted or not (connection.secure or config.service.allow_unencrypted):
            _log.warning("plain_body_refused", peer=connection.address, user=identity.principal.name)
            return HttpResponse(status=500, headers=headers)
        parcel = Parcel(body)
        charset = soap_charset(content_type)
        if is_package(content_type):
            parcel, named = unpack(body)
            charset = CHARSETS.get(named)
        if charset is None:
            return HttpResponse(status=415, headers=headers)
        reply = await self._dispatch(identity.principal, _peer(connection, request), parcel, charset)
        return _soap(reply, headers)

    async def _pass_sealed(
        self,
        connection: Connection,
        request: HttpRequest,
        content_type: str,
        body: bytes,
        headers: tuple[tuple[str, str], ...],
    ) -> HttpResponse:
        identity = connection.state
        sealing, principal = identity.sealing, identity.principal
        assert principal is not None
        try:
            if sealing is None:
                raise AuthError("no message encryption was agreed on this connection")
            protocol = sealed_protocol(content_type)
            unsealed = unseal(sealing, content_type, body)
            charset = CHARSETS.get((unsealed.charset or "").lower())
            if charset is None:
                raise RemoteProtocolError("an unknown charset")
        except (AuthError, RemoteProtocolError) as error:
            # The two ends count their messages: after one failure nothing later can be unsealed.
            _log.warning("sealed_body_refused", peer=connection.address, user=principal.name, reason=error)
            identity.refuse()
            return HttpResponse(status=400, close=True)
        identity.encrypted = True
        parcel = Parcel(unsealed.data, unsealed.attachments)
        reply = await self._dispatch(principal, _peer(connection, request), parcel, charset)
        sealed_type, sealed = seal_body(
            sealing, reply.body, attachments=reply.attachments, protocol=protocol, charset=reply.charset.upper()
        )
        return HttpResponse(status=reply.status, body=sealed, headers=(("Content-Type", sealed_type), *headers))

    async def _anonymous(self, connection: Connection, request: HttpRequest) -> HttpResponse:
        body = await request.read(MAX_ANONYMOUS)
        if request.header("WSMANIDENTIFY").strip().lower() != "unauthenticated":
            return self._unauthorized(connection, self._config())
        charset = soap_charset(request.header("Content-Type"))
        if charset is None:
            return HttpResponse(status=415)
        return _soap(await self._identify(_peer(connection, request), body, charset), ())


def _attachable(connection: Connection) -> int:
    """Return how many bytes a request may have beside its envelope: none before its sender is known."""
    return MAX_ATTACHED + OVERHEAD if connection.state.principal is not None else 0


def _soap(reply: DispatchReply, headers: tuple[tuple[str, str], ...]) -> HttpResponse:
    if reply.attachments:
        package_type, body = pack(Parcel(reply.body, reply.attachments), reply.charset.upper())
        return HttpResponse(status=reply.status, body=body, headers=(("Content-Type", package_type), *headers))
    content_type = ("Content-Type", f"{SOAP_TYPE};charset={reply.charset.upper()}")
    return HttpResponse(status=reply.status, body=reply.body, headers=(content_type, *headers))


def _peer(connection: Connection, request: HttpRequest) -> Peer:
    return Peer(
        address=connection.address,
        port=connection.port,
        secure=connection.secure,
        connection=connection.number,
        gone=connection.gone,
        application=request.path.strip("/").casefold(),
    )


def _resource_uri(content_type: str, body: bytes) -> str | None:
    """Return the resource of a request that nobody sealed, None where it names none."""
    charset = soap_charset(content_type)
    if is_package(content_type):
        parcel, named = unpack(body)
        body, charset = parcel.document, CHARSETS.get(named)
    return None if charset is None or not body else resource_uri(body, charset)
