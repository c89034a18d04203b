"""NTLM and SPNEGO-wrapped NTLM over pyspnego: both ends, NTLMv2 only, with our own account lookup.

pyspnego finds the accounts of an acceptor in a file named by the environment. Two of its module functions are replaced
once, here, so that an acceptor of ours asks its own lookup; anybody else's acceptor keeps the library's behaviour. The
version is pinned and ``tests/auth/test_ntlm.py`` fails when a private name moves.
"""

from __future__ import annotations

import contextvars
import hashlib
import hmac
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

import spnego._ntlm as library
from spnego import NTLMHash
from spnego._context import ContextProxy, GSSMech
from spnego._negotiate import NegotiateProxy
from spnego._ntlm_raw.crypto import ntowfv1
from spnego._ntlm_raw.messages import Authenticate, AvId, NTClientChallengeV2
from spnego.channel_bindings import GssChannelBindings

from remora.auth.context import SealedMessage
from remora.auth.ntlm_sealing import NtlmKeys, NtlmSealing
from remora.errors import AuthError

SCHEME: Final = "Negotiate"
MAX_TOKEN: Final = 48 * 1024
MAX_STEPS: Final = 5
_REFUSED: Final = "the logon was refused"
_SIGNATURE: Final = b"NTLMSSP\x00"
_NO_BINDING: Final = bytes(16)

NtHashLookup = Callable[[str, str], bytes | None]
"""(domain, user) as the client sent them -> the 16-byte NT hash, None when there is no such account here."""


class CbtHardening(Enum):
    """Service/Auth/CbtHardeningLevel: what a TLS client's channel binding must be."""

    NONE = "None"
    RELAXED = "Relaxed"
    STRICT = "Strict"


def nt_hash(password: str) -> bytes:
    """Return MD4 of the UTF-16LE password (MS-NLMP NTOWFv1)."""
    return ntowfv1(password)


def keys_of(proxy: library.NTLMProxy, *, initiator: bool) -> NtlmKeys:
    """Export the keys of a completed exchange of the library; before completion raises AuthError."""
    if not proxy.complete:
        raise AuthError("authentication is not complete")
    state: dict[str, Any] = proxy.__dict__
    return NtlmKeys(
        flags=int(state["_context_attr"]),
        session_key=proxy.session_key,
        sent=state["_NTLMProxy__seq_num_out"],
        received=state["_NTLMProxy__seq_num_in"],
        initiator=initiator,
    )


@dataclass(frozen=True, slots=True)
class NtlmCredential:
    """A client's name and NT hash, computed once for all its connections.

    username: ``user``, ``DOMAIN\\user`` or ``user@realm``.
    """

    username: str
    nt_hash: bytes = field(repr=False)

    @classmethod
    def from_password(cls, username: str, password: str) -> NtlmCredential:
        return cls(username, nt_hash(password))


class _Context:
    """What both ends share: the finished exchange turned into keys, and sealing by them."""

    __slots__ = ("_proxy", "_sealing", "_steps")
    _initiator: bool

    def __init__(self, proxy: library.NTLMProxy) -> None:
        self._proxy = proxy
        self._sealing: NtlmSealing | None = None
        self._steps = 0

    @property
    def scheme(self) -> str:
        return SCHEME

    def keys(self) -> NtlmKeys:
        """Export the keys of a completed exchange; before completion raises AuthError."""
        return keys_of(self._proxy, initiator=self._initiator)

    def seal(self, plain: bytes) -> SealedMessage:
        return self._streams().seal(plain)

    def unseal(self, header: bytes, data: bytes | memoryview) -> bytes:
        return self._streams().unseal(header, data)

    def _streams(self) -> NtlmSealing:
        if self._sealing is None:
            self._sealing = NtlmSealing(self.keys())
        return self._sealing

    def _count(self, token: bytes | None) -> None:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise AuthError("too many authentication steps")
        if token is not None and len(token) > MAX_TOKEN:
            raise AuthError(f"authentication token of {len(token)} bytes")


class NtlmInitiator(_Context):
    """The client's end: raw NTLM tokens, which every WinRM service takes below ``Negotiate``.

    channel_binding: ``tls-server-end-point:`` and hash; may be set any time before the second step, when TLS is up.
    """

    __slots__ = ("_keys", "channel_binding")
    _initiator = True
    binds_first = False

    def __init__(self, credential: NtlmCredential, *, host: str, channel_binding: bytes | None = None) -> None:
        super().__init__(initiating(credential, host))
        self.channel_binding = channel_binding
        self._keys: NtlmKeys | None = None

    @property
    def complete(self) -> bool:
        return self._keys is not None or bool(self._proxy.complete)

    def keys(self) -> NtlmKeys:
        """Export the keys; from then on they alone are kept: the messages and ciphers of the exchange are let go."""
        if self._keys is None:
            self._keys = super().keys()
            del self._proxy
        return self._keys

    @property
    def principal_name(self) -> str | None:
        return None

    def step(self, token: bytes | None) -> bytes | None:
        self._count(token)
        if self._keys is not None or (token is not None and not token.startswith(_SIGNATURE)):
            raise AuthError("the server answered NTLM with something else")
        try:
            return self._proxy.step(token, channel_bindings=bindings_of(self.channel_binding))
        except Exception:
            raise AuthError("the server's NTLM challenge cannot be answered") from None


class NtlmAcceptor(_Context):
    """The server's end: raw NTLM or SPNEGO around it, NTLMv2 only.

    find: the account lookup. channel_binding: of the listener's certificate, None over plain HTTP. An unknown user goes
    the same way as a wrong password, by the same steps in the same time; every failure is the same AuthError.
    """

    __slots__ = ("_channel", "_inner")
    _initiator = False

    def __init__(
        self,
        find: NtHashLookup,
        *,
        channel_binding: bytes | None = None,
        hardening: CbtHardening = CbtHardening.RELAXED,
    ) -> None:
        self._inner = AcceptingProxy(find, channel_binding, hardening)
        super().__init__(self._inner)
        self._channel: ContextProxy = NegotiateProxy(
            usage="accept", protocol="negotiate", _negotiate_contexts={GSSMech.ntlm: self._inner}
        )

    @property
    def complete(self) -> bool:
        # A SPNEGO answer of one word, accept-completed, completes the wrapping for pyspnego, whatever is in it.
        return bool(self._channel.complete and self._inner.complete)

    @property
    def principal_name(self) -> str | None:
        return f"{self._inner.domain}\\{self._inner.user}" if self.complete else None

    @property
    def mechanism(self) -> str:
        return SCHEME

    def leave_keys(self) -> NtlmKeys | None:
        """As ``negotiate.Acceptor``."""
        keys = self.keys()
        return keys if keys.usable else None

    @property
    def claimed(self) -> tuple[str, str]:
        """(domain, user) as the client sent them, proved or not; empty before the last leg."""
        return self._inner.domain, self._inner.user

    def step(self, token: bytes | None) -> bytes | None:
        self._count(token)
        if not token:
            raise AuthError("an empty token")
        try:
            answer = self._channel.step(token)
        except Exception:
            # pyspnego lets struct, StopIteration, Attribute and its own errors out: to a caller they are one refusal.
            raise AuthError(self._inner.refusal) from None
        if answer is None and not self.complete:
            raise AuthError(self._inner.refusal)
        return answer


def initiating(credential: NtlmCredential, host: str) -> library.NTLMProxy:
    """Return the library's initiator for a credential."""
    secret = NTLMHash(credential.username, nt_hash=credential.nt_hash.hex())
    return library.NTLMProxy(secret, hostname=host, service="HTTP", usage="initiate")


class AcceptingProxy(library.NTLMProxy):
    """pyspnego's acceptor with our lookup, our channel binding rule, and NTLMv1 switched off."""

    def __init__(self, find: NtHashLookup, channel_binding: bytes | None, hardening: CbtHardening) -> None:
        reset = _lookup.set(find)
        try:
            super().__init__(usage="accept")
        finally:
            _lookup.reset(reset)
        self._nt_v1 = False
        self._lm = False
        self._find = find
        self._binding = None if hardening is CbtHardening.NONE else channel_binding
        self._strict = hardening is CbtHardening.STRICT
        self.domain = ""
        self.user = ""
        self.refusal = "the token cannot be read, or comes out of turn"

    def step(self, in_token: bytes | None = None, **_options: object) -> bytes | None:
        if not self._temp_negotiate and not (in_token or b"").startswith(_SIGNATURE):
            return None  # an optimistic token of a mechanism we did not choose: SPNEGO passes it over (RFC 4178 4.2.1)
        return super().step(in_token)

    def _step_accept_authenticate(self, token: bytes, channel_bindings: GssChannelBindings | None) -> None:
        message = Authenticate.unpack(token)
        self.domain, self.user = message.domain_name or "", message.user_name or ""
        self.refusal = "the channel binding is missing, or another connection's"
        self._check_binding(message)
        self.refusal = _REFUSED
        reset = _lookup.set(self._find)
        try:
            super()._step_accept_authenticate(token, channel_bindings=None)
        finally:
            _lookup.reset(reset)

    def _check_binding(self, message: Authenticate) -> None:
        if self._binding is None:
            return
        response = message.nt_challenge_response or b""
        pairs = NTClientChallengeV2.unpack(response[16:]).av_pairs
        given = pairs.get(AvId.channel_bindings, _NO_BINDING)
        if given == _NO_BINDING and not self._strict:
            return
        bindings = bindings_of(self._binding)
        assert bindings is not None
        expected = hashlib.md5(bindings.pack(), usedforsecurity=False).digest()
        if not hmac.compare_digest(bytes(given), expected):
            raise AuthError(self.refusal)


def bindings_of(data: bytes | None) -> GssChannelBindings | None:
    """Return channel binding data in the library's form."""
    return None if data is None else GssChannelBindings(application_data=data)


_lookup: contextvars.ContextVar[NtHashLookup] = contextvars.ContextVar("ntlm_lookup")
_library_file = library._get_credential_file
_library_credential = library._get_credential


def _credential_file() -> str | None:
    return _library_file() if _lookup.get(None) is None else "own"


def _credential(
    store: str | None, domain: str | None = None, username: str | None = None
) -> tuple[str | None, str | None, bytes, bytes]:
    find = _lookup.get(None)
    if find is None:
        return _library_credential(store, domain, username)
    found = find(domain or "", username or "")
    # A random hash lets the exchange run to its end and fail there, as a wrong password does.
    return domain, username, bytes(16), os.urandom(16) if found is None else found


# At debug level the library writes tokens, which a guesser can work on, to its log.
logging.getLogger("spnego").setLevel(logging.INFO)
library._get_credential_file = _credential_file
library._get_credential = _credential
