"""One pinned TCP connection with one authentication: SOAP documents in, SOAP documents out."""

from __future__ import annotations

import ssl

from remora.auth.kerberos import has_ticket
from remora.auth.offers import Offer
from remora.auth.policy import AuthChoice, AuthRequest, Mechanism, choose
from remora.auth.trust import host_kind
from remora.client.connection_info import ConnectionInfo
from remora.client.initiators import kerberos_in_negotiate
from remora.client.logon import (
    ACCESS_DENIED,
    Attachments,
    ContextLogon,
    Document,
    Link,
    Logon,
    OtherOffers,
    logon,
    refused,
)
from remora.client.redirects import STATUSES, Redirected
from remora.errors import AuthError, ConnectionLost, DeadlineExceeded, TransportError
from remora.net.http_client import HttpConnection, HttpReply
from remora.wsman.attachments import Parcel

CONNECT_SECONDS = 30.0
_BUSY_STATUSES = (425, 429, 503)


class Connection:
    """Carries one exchange at a time to one endpoint; opens and authenticates itself when it must.

    That is at the first exchange, and again when the server closed the connection while it was idle.
    """

    def __init__(self, info: ConnectionInfo) -> None:
        self.info = info
        self.exchanges = 0
        self._http: HttpConnection | None = None
        self._logon: Logon | None = None

    async def exchange(self, soap: Document, attachments: Attachments = (), *, limit: float | None = None) -> Parcel:
        """Send one SOAP document and return the answer's, be it a reply or a fault.

        attachments: only for a server that takes them. limit: seconds for one HTTP request. Raises ConnectionLost when
        the request may be tried on another connection, AuthError when the server refuses us (or policy forbids to ask),
        TransportError for anything that is not WS-Management.
        """
        if self._http is not None and self._http.closed:
            self.close()
        if self._http is not None:
            try:
                assert self._logon is not None
                return self._read(await self._logon.post(soap, attachments, limit), reused=True)
            except ConnectionLost as lost:
                self.close()
                if lost.sent:
                    raise
        return self._read(await self._open(soap, attachments, limit))

    def close(self) -> None:
        """Close the connection and forget its authentication; the next exchange begins anew."""
        http, self._http, self._logon = self._http, None, None
        if http is not None:
            http.abandon()

    def choice(self, offers: tuple[Offer, ...] | None = None) -> AuthChoice:
        """Return the mechanism that is used where the server offers these. Raises AuthError as a logon would."""
        return self._choose(offers)

    async def _open(self, soap: Document, attachments: Attachments, limit: float | None) -> HttpReply:
        """Connect, authenticate and send the first document. Policy is asked before any packet leaves."""
        choice = self._choose(None)
        self._http = http = HttpConnection(
            self.info.url,
            tls=self.info.tls_context,
            check_server_name=self.info.option.skip_ca_check and not self.info.option.skip_cn_check,
            connect_timeout=CONNECT_SECONDS,
            proxy=self.info.proxy,
        )
        link = Link(send=self._send, peer_certificate=lambda: http.peer_certificate, forwarded=lambda: http.forwarded)
        try:
            return await self._authenticate(choice, link, soap, attachments, limit)
        except BaseException:
            self.close()
            raise

    async def _authenticate(
        self, choice: AuthChoice, link: Link, soap: Document, attachments: Attachments, limit: float | None
    ) -> HttpReply:
        self._logon = logon(choice, self.info, link)
        try:
            return await self._logon.open(soap, attachments, limit)
        except ConnectionLost as lost:
            if choice.mechanism is not Mechanism.CERTIFICATE:
                raise
            hint = (
                "a server does that, too, when it does not trust who issued the client certificate, or it has expired"
            )
            raise ConnectionLost(f"{lost}; {hint}", sent=lost.sent) from lost
        except OtherOffers as other:
            again = self._choose(other.offers)
            if again.mechanism is Mechanism.KERBEROS and not any(offer.is_scheme("Kerberos") for offer in other.offers):
                self._logon = ContextLogon(kerberos_in_negotiate(self.info), again, self.info, link)
                return await self._logon.open(soap, attachments, limit)
            if again.mechanism is choice.mechanism:
                raise AuthError(
                    f"the server offers {choice.mechanism.value} and does not continue with it", code=ACCESS_DENIED
                ) from None
        self._logon = logon(again, self.info, link)
        return await self._logon.open(soap, attachments, limit)

    def _choose(self, offers: tuple[Offer, ...] | None) -> AuthChoice:
        info = self.info
        enabled = (mechanism for mechanism in Mechanism if getattr(info.config.auth, mechanism.name.lower(), False))
        return choose(
            AuthRequest(
                authentication=info.authentication,
                secure=info.secure,
                has_credential=info.credential is not None,
                host=host_kind(info.host),
                trusted=info.trusted,
                has_certificate=info.certificate is not None,
                joined=(info.credential is None or not (info.secure or info.trusted)) and has_ticket(),
                allow_unencrypted=info.config.allow_unencrypted,
                encrypt=not info.option.no_encryption,
                enabled=frozenset(enabled),
            ),
            offers,
        )

    async def _send(self, headers: tuple[tuple[str, str], ...], body: bytes, limit: float | None) -> HttpReply:
        assert self._http is not None
        self.exchanges += 1
        posting = self._http.post(headers, body, limit)
        del headers, body  # who waits for the answer holds no copy of the request
        try:
            reply = await posting
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

    def _read(self, reply: HttpReply, *, reused: bool = False) -> Parcel:
        """Return the SOAP document of a reply, or raise what its status means (wire-protocol 1.2)."""
        assert self._logon is not None
        status = reply.status
        if status in (200, 500) and reply.body:
            return self._logon.read(reply)
        if status == 401 or (status == 400 and not reply.body):
            if reused and self._logon.bound:
                # the server has forgotten this connection's logon and read nothing of the request
                raise ConnectionLost("the server has forgotten the logon of this connection", sent=False)
            if status == 401:
                raise refused(self.info)
        if status in _BUSY_STATUSES:
            raise ConnectionLost(f"the server is not ready (HTTP {status})", sent=False)
        raise TransportError(_STATUS_TEXTS.get(status, f"the server answered with HTTP {status}"), status=status)


_STATUS_TEXTS = {
    200: "the server answered with nothing",
    400: "the server did not understand the request (HTTP 400)",
    403: "the server wants TLS or a client certificate (HTTP 403)",
    404: "there is no WS-Management service at this URL (HTTP 404)",
    405: "what answers at this URL is not a WS-Management service (HTTP 405)",
    413: "the request is larger than the server takes (HTTP 413)",
    500: "the server refused the request without a reason: does it allow unencrypted traffic?",
}
