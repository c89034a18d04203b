"""CredSSP on the host: TLS and the order of the messages here, the inner exchange wherever the accounts are.

A host started by root has the accounts in another process; only the inner tokens go there, as those of Negotiate do,
and the keys of that exchange come back. The TLS session, which cannot leave a process, stays where it has to seal
(docs/decisions/0013).
"""

from __future__ import annotations

import hmac
import ssl
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from spnego._credssp_structures import TSCredentials, TSPasswordCreds, TSRequest
from spnego.tls import generate_tls_certificate

from remora._log import bound
from remora.auth.basic import BasicCredential
from remora.auth.certificate_store import CertificateStore
from remora.auth.certificates import CertificateFiles, certificate_der
from remora.auth.context import Sealing
from remora.auth.credssp import (
    CREDSSP,
    MAX_LEGS,
    MAX_TOKEN,
    NONCE_SIZE,
    SCHEME,
    CredSspState,
    CredSspTrigger,
    Direction,
    binding_hash,
    pack_request,
    public_key_of,
    seal_inner,
    token_of,
    unpack_request,
    unseal_inner,
)
from remora.auth.ntlm import CbtHardening
from remora.auth.principal import Principal
from remora.auth.sealing import sealing_of
from remora.auth.tls_channel import TlsChannel, tls_options
from remora.errors import AuthError, RemoraError
from remora.host.authenticator import Accepted, Authenticator, Challenge, Exchange
from remora.states import Machine

_log = bound(__name__)
_REFUSED: Final = "the logon was refused"
_INNER: Final = "NTLM"


class CredSspCertificate:
    """The certificate inside CredSSP: Service/CertificateThumbprint, or one made in memory for this run.

    It encrypts and identifies nobody; clients bind to its key and look no further.
    """

    def __init__(self, store: CertificateStore, thumbprint: Callable[[], str]) -> None:
        self._store = store
        self._thumbprint = thumbprint
        self._held: tuple[str, ssl.SSLContext, bytes] | None = None

    def load(self) -> tuple[ssl.SSLContext, bytes]:
        """Return the TLS settings and the public key. Raises AuthError when the certificate cannot be had."""
        wanted = self._thumbprint()
        if self._held is None or self._held[0] != wanted:
            try:
                self._held = (wanted, *(self._stored(wanted) if wanted else _made()))
            except (RemoraError, OSError, ssl.SSLError) as error:
                _log.error("credssp_certificate_unusable", thumbprint=wanted, error=str(error))
                raise AuthError("there is no certificate for CredSSP") from None
        return self._held[1:]

    def _stored(self, thumbprint: str) -> tuple[ssl.SSLContext, bytes]:
        files = self._store.find_server(thumbprint).files
        assert files is not None
        return _server_context(files), public_key_of(certificate_der(files.certificate))


def _made() -> tuple[ssl.SSLContext, bytes]:
    certificate, key, public_key = generate_tls_certificate()
    with tempfile.TemporaryDirectory(prefix="remora-") as directory:  # OpenSSL reads keys from files only
        files = CertificateFiles(Path(directory, "credssp.crt"), Path(directory, "credssp.key"))
        files.certificate.write_bytes(certificate)
        files.key.touch(mode=0o600)
        files.key.write_bytes(key)
        return _server_context(files), public_key


def _server_context(files: CertificateFiles) -> ssl.SSLContext:
    context = tls_options(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    context.load_cert_chain(files.certificate, files.key)
    return context


class CredSspAuthenticator:
    """An ``Authenticator`` that can also do CredSSP, with the exchanges of another one inside."""

    def __init__(self, inner: Authenticator, certificate: CredSspCertificate) -> None:
        self._inner = inner
        self._certificate = certificate

    @property
    def schemes(self) -> frozenset[str]:
        return self._inner.schemes | {SCHEME}

    def exchange(self, scheme: str, *, channel_binding: bytes | None, hardening: CbtHardening) -> Exchange:
        if scheme != SCHEME:
            return self._inner.exchange(scheme, channel_binding=channel_binding, hardening=hardening)
        # The inner exchange is bound to the TLS around it, by the key; clients do not tell it of the listener's.
        inner = self._inner.exchange(_INNER, channel_binding=None, hardening=CbtHardening.NONE)
        return CredSspExchange(inner, self._certificate, self._inner.basic)

    async def basic(self, credential: BasicCredential) -> Principal:
        return await self._inner.basic(credential)

    async def mapped(self, account: str) -> Principal:
        return await self._inner.mapped(account)

    async def close(self) -> None:
        await self._inner.close()


class CredSspExchange:
    """One exchange. verify: whose a delegated name and password are; they are dropped after that."""

    def __init__(
        self,
        inner: Exchange,
        certificate: CredSspCertificate,
        verify: Callable[[BasicCredential], Awaitable[Principal]],
    ) -> None:
        context, self._public_key = certificate.load()
        self._channel = TlsChannel(context, server_side=True)
        self._machine = Machine(CredSspState.SECURING, CREDSSP)
        self._inner = inner
        self._verify = verify
        self._principal: Principal | None = None
        self._sealing: Sealing | None = None
        self._delegated = ""
        self._legs = 0

    @property
    def claimed(self) -> str:
        """The name the client gave last, for the log and for what counts failures: the delegated one is proved too."""
        return self._delegated or str(getattr(self._inner, "claimed", ""))

    @property
    def proved(self) -> Principal | None:
        """Whose password the inner exchange has proved, legs before the end."""
        return self._principal

    async def step(self, token: bytes) -> Challenge | Accepted:
        """Take the client's token; whatever is wrong with it, the exchange ends with one AuthError."""
        try:
            self._legs += 1
            if self._legs > MAX_LEGS or not 0 < len(token) <= MAX_TOKEN:
                raise AuthError(f"leg {self._legs} of {len(token)} bytes")
            return await self._step(token)
        except AuthError:
            self._machine.fire(CredSspTrigger.FAIL)
            raise
        except Exception:
            self._machine.fire(CredSspTrigger.FAIL)
            raise AuthError(_REFUSED) from None

    def close(self) -> None:
        """Forget an unfinished exchange."""
        self._inner.close()

    async def _step(self, token: bytes) -> Challenge | Accepted:
        if self._machine.state is CredSspState.SECURING:
            up = self._channel.handshake(token)
            plain = self._early() if up else b""
            if not plain:
                return self._challenge(self._channel.take())
        else:
            plain = self._channel.receive(token)
        request = unpack_request(plain)
        match self._machine.state:
            case CredSspState.PROVING:
                return await self._prove(request)
            case CredSspState.BINDING:
                return self._bind(request, None)
            case CredSspState.DELEGATING:
                return await self._take_over(request)
            case _:
                raise AuthError("a CredSSP token after the end of the exchange")

    def _early(self) -> bytes:
        """TLS is up; return what the client said with the end of its handshake."""
        self._machine.fire(CredSspTrigger.SECURED)
        return self._channel.receive()

    async def _prove(self, request: TSRequest) -> Challenge | Accepted:
        token = token_of(request)
        if not token:
            raise AuthError("a TSRequest without an authentication token")
        answer = await self._inner.step(token)
        if isinstance(answer, Challenge):
            return self._challenge(self._channel.send(pack_request(token=answer.token)))
        if answer.keys is None:
            raise AuthError("no message encryption was agreed inside CredSSP")
        self._machine.fire(CredSspTrigger.PROVED)
        self._principal, self._sealing = answer.principal, sealing_of(answer.keys)
        if request.pub_key_auth is None:
            return self._challenge(self._channel.send(pack_request(token=answer.token)))
        return self._bind(request, answer.token)

    def _bind(self, request: TSRequest, token: bytes | None) -> Challenge:
        """Check that the client sees our TLS key, and show that we have it (MS-CSSP 3.1.5, version 5)."""
        assert self._sealing is not None
        nonce = request.client_nonce or b""
        if len(nonce) != NONCE_SIZE:
            raise AuthError(f"a CredSSP nonce of {len(nonce)} bytes")
        expected = binding_hash(Direction.TO_SERVER, nonce, self._public_key)
        if not hmac.compare_digest(unseal_inner(self._sealing, request.pub_key_auth), expected):
            raise AuthError("the client sees another TLS key than ours: somebody stands between us")
        self._machine.fire(CredSspTrigger.BOUND)
        proof = seal_inner(self._sealing, binding_hash(Direction.TO_CLIENT, nonce, self._public_key))
        return self._challenge(self._channel.send(pack_request(token=token, key_proof=proof)))

    async def _take_over(self, request: TSRequest) -> Accepted:
        """The delegated password must be right, and its owner who the exchange has proved; then it is dropped."""
        assert self._principal is not None
        assert self._sealing is not None
        given = TSCredentials.unpack(unseal_inner(self._sealing, request.auth_info)).credentials
        if not isinstance(given, TSPasswordCreds):
            raise AuthError("CredSSP delegates something else than a password")
        name = f"{given.domain_name}\\{given.username}" if given.domain_name else given.username
        self._delegated = name
        owner = await self._verify(BasicCredential(name, given.password))
        if (owner.name, owner.sid) != (self._principal.name, self._principal.sid):
            raise AuthError(f"{self._principal.name} delegated the credential of {owner.name}")
        self._machine.fire(CredSspTrigger.DELEGATED)
        principal = replace(self._principal, authentication=SCHEME)
        return Accepted(principal=principal, token=None, keys=None, sealing=self._channel)

    def _challenge(self, token: bytes) -> Challenge:
        if not token:
            raise AuthError("the client's TLS handshake inside CredSSP stops in the middle")
        return Challenge(token)
