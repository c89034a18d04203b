"""CredSSP (MS-CSSP): inside TLS, another mechanism proves both ends and the TLS key, then a password is handed over.

Versions below 5 are refused: they do not bind the key to the exchange (CVE-2018-0886). The structures are pyspnego's;
the order of the messages is ours, so that any mechanism and any of our sealings can be inside.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import ssl
from enum import Enum
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from spnego._credssp_structures import NegoData, TSCredentials, TSPasswordCreds, TSRequest

from remora.auth.context import InitiatorContext, SealedMessage, Sealing
from remora.auth.tls_channel import TlsChannel, tls_options
from remora.errors import AuthError
from remora.states import Machine

SCHEME: Final = "CredSSP"
VERSION: Final = 6
MIN_VERSION: Final = 5
MAX_TOKEN: Final = 64 * 1024
MAX_LEGS: Final = 12
NONCE_SIZE: Final = 32
_SIGNATURE: Final = 16
_LOGON_FAILURES: Final = (0xC000006D, 0x8009030C)  # STATUS_LOGON_FAILURE, SEC_E_LOGON_DENIED
_ACCESS_DENIED: Final = 5


class CredSspState(Enum):
    """How far an exchange has come; the same on both ends."""

    SECURING = "TLS handshake"
    PROVING = "authentication"
    BINDING = "public key"
    DELEGATING = "credential"
    COMPLETE = "complete"
    FAILED = "failed"


class CredSspTrigger(Enum):
    SECURED = "TLS is up"
    PROVED = "the inner mechanism is complete"
    BOUND = "the TLS key is proved"
    DELEGATED = "the credential is handed over"
    FAIL = "anything else"


CREDSSP: Final = {
    (CredSspState.SECURING, CredSspTrigger.SECURED): CredSspState.PROVING,
    (CredSspState.PROVING, CredSspTrigger.PROVED): CredSspState.BINDING,
    (CredSspState.BINDING, CredSspTrigger.BOUND): CredSspState.DELEGATING,
    (CredSspState.DELEGATING, CredSspTrigger.DELEGATED): CredSspState.COMPLETE,
    **{(state, CredSspTrigger.FAIL): CredSspState.FAILED for state in CredSspState},
}
"""MS-CSSP 3.1.5: the order of the messages."""


class Direction(Enum):
    """Who proves the TLS key to whom; the value goes into the hash (MS-CSSP 3.1.5, versions 5 and 6)."""

    TO_SERVER = b"CredSSP Client-To-Server Binding Hash\x00"
    TO_CLIENT = b"CredSSP Server-To-Client Binding Hash\x00"


def binding_hash(direction: Direction, nonce: bytes, public_key: bytes) -> bytes:
    """Return the hash that binds the TLS key to the exchange."""
    return hashlib.sha256(direction.value + nonce + public_key).digest()


def public_key_of(der: bytes) -> bytes:
    """Return the subjectPublicKey of a certificate: what the binding hash is made of. Raises AuthError."""
    try:
        key = x509.load_der_x509_certificate(der).public_key()
        if isinstance(key, rsa.RSAPublicKey):
            return key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
        if isinstance(key, ec.EllipticCurvePublicKey):
            return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    except Exception:
        raise AuthError("the certificate inside CredSSP has no key that can be used") from None


def unpack_request(plain: bytes) -> TSRequest:
    """Read a TSRequest of a version that is good enough. Raises AuthError."""
    try:
        request = TSRequest.unpack(plain)
        version = int(request.version)
    except Exception:
        raise AuthError("what came inside CredSSP is no TSRequest") from None
    if version < MIN_VERSION:
        raise AuthError(f"the peer speaks version {version} of CredSSP, and {MIN_VERSION} is the least that is safe")
    return request


def token_of(request: TSRequest) -> bytes | None:
    """Return the inner mechanism's token in a request. Raises AuthError for several."""
    tokens = request.nego_tokens or []
    if len(tokens) > 1:
        raise AuthError("several authentication tokens in one TSRequest")
    token: bytes | None = tokens[0].nego_token if tokens else None
    return token


def pack_request(
    *,
    token: bytes | None = None,
    key_proof: bytes | None = None,
    nonce: bytes | None = None,
    secret: bytes | None = None,
) -> bytes:
    """Return a TSRequest. key_proof, secret: sealed by the inner mechanism."""
    nego = None if token is None else NegoData(token)
    return TSRequest(VERSION, nego_tokens=nego, pub_key_auth=key_proof, client_nonce=nonce, auth_info=secret).pack()


def seal_inner(sealing: Sealing, plain: bytes) -> bytes:
    """Encrypt with the inner mechanism, signature before the data."""
    message = sealing.seal(plain)
    return message.header + message.data


def unseal_inner(sealing: Sealing, sealed: bytes | None) -> bytes:
    """Decrypt what ``seal_inner`` of the peer made. Raises AuthError."""
    if sealed is None or len(sealed) < _SIGNATURE:
        raise AuthError("a sealed part of the TSRequest is missing")
    return sealing.unseal(sealed[:_SIGNATURE], sealed[_SIGNATURE:])


class CredSspInitiator:
    """The client's end (``auth.context.InitiatorContext``).

    inner: a fresh context of the mechanism that proves both ends; it must sign with 16 bytes before the data, as NTLM
    does. domain, user, password: what is handed over; forgotten as soon as it is sent.
    """

    binds_first = False

    def __init__(self, inner: InitiatorContext, *, domain: str, user: str, password: str) -> None:
        self.channel_binding: bytes | None = None  # the binding to this TLS is the exchange's own
        self._channel = TlsChannel(_client_context(), server_side=False)
        self._machine = Machine(CredSspState.SECURING, CREDSSP)
        self._inner: InitiatorContext | None = inner
        self._secret: TSCredentials | None = TSCredentials(TSPasswordCreds(domain, user, password))
        self._nonce = os.urandom(NONCE_SIZE)
        self._legs = 0

    @property
    def scheme(self) -> str:
        return SCHEME

    @property
    def complete(self) -> bool:
        return self._machine.state is CredSspState.COMPLETE

    @property
    def principal_name(self) -> str | None:
        return None

    def seal(self, plain: bytes) -> SealedMessage:
        self._require_complete()
        return self._channel.seal(plain)

    def unseal(self, header: bytes, data: bytes | memoryview) -> bytes:
        self._require_complete()
        return self._channel.unseal(header, data)

    def step(self, token: bytes | None) -> bytes | None:
        """Take the server's token; the first is None. Raises AuthError, after which the exchange is over."""
        try:
            self._legs += 1
            if self._legs > MAX_LEGS or (token is not None and len(token) > MAX_TOKEN):
                raise AuthError("the server does not keep to the measure of a CredSSP exchange")
            return self._step(token or b"")
        except AuthError:
            self._fail()
            raise
        except Exception:
            self._fail()
            raise AuthError("the server's CredSSP token cannot be answered") from None

    def _step(self, token: bytes) -> bytes:
        match self._machine.state:
            case CredSspState.SECURING:
                return self._secure(token)
            case CredSspState.PROVING:
                return self._prove(self._answer(token))
            case CredSspState.BINDING:
                return self._delegate(self._answer(token))
            case _:
                raise AuthError("a CredSSP token after the end of the exchange")

    def _secure(self, token: bytes) -> bytes:
        up = self._channel.handshake(token)
        if out := self._channel.take():
            return out
        if not up:
            raise AuthError("the server's TLS handshake inside CredSSP stops in the middle")
        self._machine.fire(CredSspTrigger.SECURED)
        assert self._inner is not None
        return self._channel.send(pack_request(token=self._inner.step(None)))

    def _prove(self, request: TSRequest) -> bytes:
        inner = self._inner
        assert inner is not None
        token = inner.step(token_of(request))
        if not inner.complete:
            return self._channel.send(pack_request(token=token))
        self._machine.fire(CredSspTrigger.PROVED)
        proof = binding_hash(Direction.TO_SERVER, self._nonce, public_key_of(self._channel.peer_certificate))
        return self._channel.send(pack_request(token=token, key_proof=seal_inner(inner, proof), nonce=self._nonce))

    def _delegate(self, request: TSRequest) -> bytes:
        inner, secret = self._inner, self._secret
        assert inner is not None
        assert secret is not None
        expected = binding_hash(Direction.TO_CLIENT, self._nonce, public_key_of(self._channel.peer_certificate))
        if not hmac.compare_digest(unseal_inner(inner, request.pub_key_auth), expected):
            raise AuthError("somebody stands between us and the server: the TLS key inside CredSSP is not the server's")
        self._machine.fire(CredSspTrigger.BOUND)
        sealed = seal_inner(inner, secret.pack())
        self._inner = self._secret = None
        self._machine.fire(CredSspTrigger.DELEGATED)
        return self._channel.send(pack_request(secret=sealed))

    def _answer(self, token: bytes) -> TSRequest:
        request = unpack_request(self._channel.receive(token))
        if request.error_code:
            status = request.error_code & 0xFFFFFFFF
            why = "wrong name or password" if status in _LOGON_FAILURES else f"NTSTATUS 0x{status:08X}"
            raise AuthError(f"the server refused the CredSSP logon: {why}", code=_ACCESS_DENIED)
        return request

    def _require_complete(self) -> None:
        if not self.complete:
            raise AuthError("authentication is not complete")

    def _fail(self) -> None:
        self._machine.fire(CredSspTrigger.FAIL)
        self._inner = self._secret = None


def _client_context() -> ssl.SSLContext:
    """TLS that checks no certificate: the exchange proves the key (MS-CSSP 3.1.5), the policy the server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return tls_options(context)
