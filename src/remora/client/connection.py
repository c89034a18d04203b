"""One pinned TCP connection with one authentication: SOAP bytes in, SOAP bytes out."""

from __future__ import annotations

import ssl

from remora._log import bound
from remora.auth import basic
from remora.auth.certificates import tls_server_end_point
from remora.auth.ntlm import NtlmInitiator
from remora.auth.offers import Offer, encode_token, offered_token, parse_offers
from remora.auth.policy import AuthChoice, AuthRequest, Mechanism, choose
from remora.auth.sealed import is_sealed, seal_body, unseal_body
from remora.auth.trust import host_kind
from remora.client.connection_info import ConnectionInfo
from remora.client.redirects import STATUSES, Redirected
from remora.errors import AuthError, ConnectionLost, DeadlineExceeded, RemoteProtocolError, TransportError
from remora.net.http_client import HttpConnection, HttpReply

SOAP_TYPE = "application/soap+xml;charset={}"
CONNECT_SECONDS = 30.0
ACCESS_DENIED = 5
_SWITCHED_OFF = {Mechanism.BASIC: 0x803380DF, Mechanism.NEGOTIATE: 0x803380E1}
_BUSY_STATUSES = (425, 429, 503)
_SEALED_HEADERS = (("Accept-Encoding", "identity"), ("User-Agent", "remora"))

_log = bound(__name__)


class Connection:
    """Carries one exchange at a time to one endpoint; opens and authenticates itself when it must.

    That is at the first exchange, and again when the server closed the connection while it was idle.
    Basic sends its header with every request; Negotiate (NTLM) proves itself once and then, over plain HTTP, seals
    every body.
    """

    def __init__(self, info: ConnectionInfo) -> None:
        self.info = info
        self.exchanges = 0
        self._charset = "UTF-16" if info.option.use_utf16 else "UTF-8"
        self._soap_headers = (("Content-Type", SOAP_TYPE.format(self._charset)), *_SEALED_HEADERS)
        self._http: HttpConnection | None = None
        self._choice: AuthChoice | None = None
        self._context: NtlmInitiator | None = None
        self._authorization: str | None = None

    async def exchange(self, soap: bytes, *, limit: float | None = None) -> bytes:
        """Send one SOAP document and return the answer's, be it a reply or a fault.

        limit: seconds for one HTTP request. Raises ConnectionLost when the request may be tried on another
        connection, AuthError when the server refuses us (or policy forbids to ask), TransportError for anything that is
        not WS-Management.
        """
        if self._http is not None and self._http.closed:
            self.close()
        if self._http is not None:
            try:
                return self._read(await self._post(soap, limit), reused=True)
            except ConnectionLost as lost:
                self.close()
                if lost.sent:
                    raise
        return self._read(await self._open(soap, limit))

    def close(self) -> None:
        """Close the connection and forget its authentication; the next exchange begins anew."""
        http, self._http, self._context, self._authorization = self._http, None, None, None
        if http is not None:
            http.abandon()

    async def _open(self, soap: bytes, limit: float | None) -> HttpReply:
        """Connect, authenticate and send the first document. Policy is asked before any packet leaves."""
        self._choice = choice = self._choose(None)
        self._http = HttpConnection(
            self.info.url,
            tls=self.info.tls_context,
            check_server_name=self.info.option.skip_ca_check and not self.info.option.skip_cn_check,
            connect_timeout=CONNECT_SECONDS,
            proxy=self.info.proxy,
        )
        try:
            if choice.mechanism is Mechanism.BASIC:
                return await self._basic(soap, limit)
            return await self._negotiate(soap, limit)
        except BaseException:
            self.close()
            raise

    def _choose(self, offers: tuple[Offer, ...] | None) -> AuthChoice:
        info = self.info
        choice = choose(
            AuthRequest(
                authentication=info.authentication,
                secure=info.secure,
                has_credential=info.credential is not None,
                host=host_kind(info.host),
                trusted=info.trusted,
                allow_unencrypted=info.config.allow_unencrypted or info.option.no_encryption,
                encrypt=not info.option.no_encryption,
            ),
            offers,
        )
        allowed = info.config.auth.basic if choice.mechanism is Mechanism.BASIC else info.config.auth.negotiate
        if not allowed:
            raise AuthError(
                f"{choice.mechanism.value} authentication is switched off in the client configuration",
                code=_SWITCHED_OFF[choice.mechanism],
            )
        return choice

    async def _basic(self, soap: bytes, limit: float | None) -> HttpReply:
        credential = self.info.credential
        assert credential is not None  # the policy refuses Basic without one
        self._authorization = basic.authorization(credential.username, credential.password.reveal())
        return await self._post(soap, limit)

    async def _negotiate(self, soap: bytes, limit: float | None) -> HttpReply:
        """The three legs of NTLM: over HTTP empty, before the sealed document; over TLS the last leg carries it."""
        context = NtlmInitiator(self.info.ntlm_credential, host=self.info.service_host)
        reply = await self._leg(context, None, b"", limit)
        if self._http is not None and self._http.forwarded:
            raise TransportError(
                f"the proxy {self.info.proxy} takes no CONNECT to this port and forwards single requests only, but "
                "Negotiate proves itself to a connection: let the proxy allow CONNECT, or use Basic"
            )
        if reply.status != 401:
            raise TransportError(f"the server answered the logon with HTTP {reply.status}", status=reply.status)
        offers = parse_offers(reply.all("WWW-Authenticate"))
        challenge = offered_token(offers, context.scheme)
        if challenge is None:
            self._choice = self._choose(offers)
            if self._choice.mechanism is Mechanism.BASIC:
                return await self._basic(soap, limit)
            raise AuthError("the server offers Negotiate and does not continue with it", code=ACCESS_DENIED)
        assert self._choice is not None
        assert self._http is not None
        if self.info.secure and (certificate := self._http.peer_certificate) is not None:
            context.channel_binding = tls_server_end_point(certificate)
        reply = await self._leg(context, challenge, b"" if self._choice.sealed else soap, limit)
        if reply.status == 401:
            raise self._refused()
        self._context = context
        if not self._choice.sealed:
            return reply
        if reply.status != 200:
            raise TransportError(f"the server answered the logon with HTTP {reply.status}", status=reply.status)
        _log.debug("authenticated", computer=self.info.computer_name, mechanism="Negotiate")
        return await self._post(soap, limit)

    async def _leg(self, context: NtlmInitiator, token: bytes | None, body: bytes, limit: float | None) -> HttpReply:
        answer = context.step(token)
        if answer is None:
            raise AuthError("the authentication ended without a token for the server", code=ACCESS_DENIED)
        headers = (*self._soap_headers, ("Authorization", encode_token(context.scheme, answer)))
        return await self._send(headers, body, limit)

    async def _post(self, soap: bytes, limit: float | None) -> HttpReply:
        assert self._choice is not None
        if self._choice.sealed:
            assert self._context is not None
            content_type, body = seal_body(self._context, soap, charset=self._charset)
            return await self._send((("Content-Type", content_type), *_SEALED_HEADERS), body, limit)
        if self._authorization is not None:
            return await self._send((*self._soap_headers, ("Authorization", self._authorization)), soap, limit)
        return await self._send(self._soap_headers, soap, limit)

    async def _send(self, headers: tuple[tuple[str, str], ...], body: bytes, limit: float | None) -> HttpReply:
        assert self._http is not None
        self.exchanges += 1
        try:
            reply = await self._http.post(headers, body, limit)
        except ConnectionLost:
            raise
        except DeadlineExceeded as error:
            raise ConnectionLost(str(error), sent=True) from error
        except TransportError as error:
            if isinstance(error.__cause__, ssl.SSLError):
                raise
            raise ConnectionLost(str(error), sent=False) from error
        if reply.status in STATUSES:
            raise Redirected(reply.header("Location"), status=reply.status)
        return reply

    def _read(self, reply: HttpReply, *, reused: bool = False) -> bytes:
        """Return the SOAP document of a reply, or raise what its status means (wire-protocol 1.2)."""
        assert self._choice is not None
        status = reply.status
        if status in (200, 500) and reply.body:
            if not self._choice.sealed:
                return reply.body
            if not is_sealed(reply.content_type):
                raise RemoteProtocolError("the server answered an encrypted request in clear text")
            assert self._context is not None
            return unseal_body(self._context, reply.content_type, reply.body)
        if status == 401 or (status == 400 and not reply.body):
            if reused and self._context is not None:
                # the server has forgotten this connection's logon and read nothing of the request
                raise ConnectionLost("the server has forgotten the logon of this connection", sent=False)
            if status == 401:
                raise self._refused()
        if status in _BUSY_STATUSES:
            raise ConnectionLost(f"the server is not ready (HTTP {status})", sent=False)
        raise TransportError(_STATUS_TEXTS.get(status, f"the server answered with HTTP {status}"), status=status)

    def _refused(self) -> AuthError:
        user = self.info.credential.username if self.info.credential is not None else "nobody"
        return AuthError(
            f"{self.info.computer_name} refused the logon of {user}: wrong name or password, or no right to log on",
            code=ACCESS_DENIED,
        )


_STATUS_TEXTS = {
    200: "the server answered with nothing",
    400: "the server did not understand the request (HTTP 400)",
    403: "the server wants TLS or a client certificate (HTTP 403)",
    404: "there is no WS-Management service at this URL (HTTP 404)",
    405: "what answers at this URL is not a WS-Management service (HTTP 405)",
    413: "the request is larger than the server takes (HTTP 413)",
    500: "the server refused the request without a reason: does it allow unencrypted traffic?",
}
