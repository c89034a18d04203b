"""SPNEGO around Kerberos or NTLM over pyspnego: both ends (RFC 4178, MS-SPNG)."""

from __future__ import annotations

from typing import Any, Final, Protocol

from spnego._context import ContextProxy, GSSMech
from spnego._gss import GSSAPIProxy
from spnego._negotiate import NegotiateProxy
from spnego._spnego import NegTokenInit, unpack_token
from spnego.channel_bindings import GssChannelBindings

from remora.auth.context import SealedMessage, Sealing
from remora.auth.kerberos import ACCESS_DENIED, InitiatingProxy, KerberosCredential, code_of, require, stepped
from remora.auth.kerberos_sealing import exported
from remora.auth.ntlm import (
    MAX_STEPS,
    MAX_TOKEN,
    SCHEME,
    AcceptingProxy,
    CbtHardening,
    NtHashLookup,
    NtlmCredential,
    NtlmInitiator,
    bindings_of,
    initiating,
    keys_of,
)
from remora.auth.policy import SERVER_NOT_TRUSTED
from remora.auth.sealing import SealingKeys, sealing_of
from remora.errors import AuthError

REFUSED: Final = "the logon was refused"
_NTLM: Final = b"NTLMSSP\x00"
_KERBEROS: Final = ("1.2.840.113554.1.2.2", "1.2.840.48018.1.2.2", "1.3.5.1.5.2")
"""Kerberos 5, and the two other identifiers it goes by: Microsoft's, and the one of before RFC 1964."""
_REASON: Final = 300
_BOUND: Final = 0x800
"""GSS_C_CHANNEL_BOUND_FLAG: the client told a channel binding, and it is ours."""


class NegotiateInitiator:
    """The client's end: Kerberos where the KDC knows the service, else NTLM where that is allowed.

    ntlm: None where the server must prove who it is, which NTLM does not do, or where there is no password.
    channel_binding: must be set before the first step. The first step may ask the KDC.
    """

    binds_first = True
    principal_name = None

    def __init__(
        self,
        kerberos: KerberosCredential,
        ntlm: NtlmCredential | None,
        *,
        host: str,
        channel_binding: bytes | None = None,
    ) -> None:
        self._kerberos = kerberos
        self._ntlm = ntlm
        self._host = host
        self.channel_binding = channel_binding
        self._plain: NtlmInitiator | None = None
        self._channel: NegotiateProxy | None = None
        self._contexts: dict[GSSMech, Any] = {}
        self._sealing: Sealing | None = None
        self._steps = 0

    @property
    def scheme(self) -> str:
        return SCHEME

    @property
    def complete(self) -> bool:
        return self._sealing is not None if self._plain is None else self._plain.complete

    def step(self, token: bytes | None) -> bytes | None:
        self._steps += 1
        if self._steps > MAX_STEPS or len(token or b"") > MAX_TOKEN:
            raise AuthError("the server does not end the exchange")
        if self._plain is None and self._channel is None:
            self._begin()
        if self._plain is not None:
            return self._plain.step(token)
        answer = stepped(self._channel, token, self.channel_binding, self._host)
        if self._channel is not None and self._channel.complete:
            self._finish(self._channel)
        return answer

    def seal(self, plain: bytes) -> SealedMessage:
        return self._protection().seal(plain)

    def unseal(self, header: bytes, data: bytes | memoryview) -> bytes:
        return self._protection().unseal(header, data)

    def _protection(self) -> Sealing:
        if self._plain is not None:
            return self._plain
        if self._sealing is None:
            raise AuthError("authentication is not complete")
        return self._sealing

    def _begin(self) -> None:
        try:
            kerberos = self._first()
        except AuthError as error:
            if self._ntlm is None:
                named = self._kerberos.username is not None and error.code != ACCESS_DENIED
                code = SERVER_NOT_TRUSTED if named else error.code
                raise AuthError(f"{error}; nothing else proves who answers here", code=code) from None
            self._plain = NtlmInitiator(self._ntlm, host=self._host, channel_binding=self.channel_binding)
            return
        self._contexts = {GSSMech.kerberos: kerberos}
        if self._ntlm is not None:
            self._contexts[GSSMech.ntlm] = initiating(self._ntlm, self._host)
        self._channel = NegotiateProxy(usage="initiate", protocol="negotiate", _negotiate_contexts=dict(self._contexts))

    def _first(self) -> InitiatingProxy:
        proxy = self._kerberos.open(self._host)
        try:
            proxy.prime(bindings_of(self.channel_binding))
        except Exception as error:
            text = f"no Kerberos ticket for the service HTTP/{self._host}: {error}"
            raise AuthError(text, code=code_of(error)) from None
        return proxy

    def _finish(self, channel: NegotiateProxy) -> None:
        if channel.negotiated_protocol == "kerberos":
            kerberos = self._contexts[GSSMech.kerberos]
            kerberos.check_mutual()
            self._sealing = kerberos.sealing()
        else:
            self._sealing = sealing_of(keys_of(self._contexts[GSSMech.ntlm], initiator=True))


class Acceptor(Protocol):
    """The server's end of any exchange."""

    @property
    def complete(self) -> bool: ...

    @property
    def claimed(self) -> tuple[str, str]:
        """(domain or realm, user), proved once the exchange is complete."""
        ...

    @property
    def mechanism(self) -> str:
        """What proved it: ``Kerberos``, or the scheme."""
        ...

    def step(self, token: bytes | None) -> bytes | None:
        """Take the client's token and return ours; every refusal is the same AuthError."""
        ...

    def leave_keys(self) -> SealingKeys | None:
        """Give up what seals the messages of a completed exchange, None where no encryption was agreed."""
        ...


class NegotiateAcceptor:
    """The server's end: Kerberos, plain or in SPNEGO, and beside it NTLM where ``find`` is given.

    keytab: the file with the service's keys. channel_binding: of the listener's certificate, None over plain HTTP.
    """

    def __init__(
        self,
        keytab: str,
        *,
        find: NtHashLookup | None = None,
        channel_binding: bytes | None = None,
        hardening: CbtHardening = CbtHardening.RELAXED,
    ) -> None:
        self._keytab = keytab
        self._ntlm = None if find is None else AcceptingProxy(find, channel_binding, hardening)
        self._binding = None if hardening is CbtHardening.NONE else channel_binding
        self._strict = hardening is CbtHardening.STRICT
        self._channel: ContextProxy | None = None
        self._kerberos: _KerberosAcceptor | None = None
        self._steps = 0

    @property
    def complete(self) -> bool:
        inner = self._ntlm if self._kerberos is None else self._kerberos
        # the client's word accept-completed ends SPNEGO for the library, whatever the mechanism says
        return self._channel is not None and inner is not None and bool(self._channel.complete and inner.complete)

    @property
    def mechanism(self) -> str:
        return SCHEME if self._kerberos is None else "Kerberos"

    @property
    def claimed(self) -> tuple[str, str]:
        if self._kerberos is not None:
            return self._kerberos.named()
        return ("", "") if self._ntlm is None else (self._ntlm.domain, self._ntlm.user)

    def step(self, token: bytes | None) -> bytes | None:
        self._steps += 1
        if self._steps > MAX_STEPS or not token or len(token) > MAX_TOKEN:
            raise AuthError(REFUSED)
        try:
            if self._channel is None:
                self._channel = self._begin(token)
            answer: bytes | None = self._channel.step(token)
        except Exception as error:
            # to a client every failure is one refusal; a wrong binding and a repeated ticket come as any exception
            raise AuthError(self._reason(error)) from None
        if answer is None and not self.complete:
            raise AuthError(REFUSED)
        if self.complete and self._kerberos is not None:
            self._check_binding(self._kerberos)
        return answer

    def leave_keys(self) -> SealingKeys | None:
        if self._kerberos is not None:
            return exported(self._kerberos._context)
        assert self._ntlm is not None
        keys = keys_of(self._ntlm, initiator=False)
        return keys if keys.usable else None

    def _reason(self, error: Exception) -> str:
        """Why, for the log."""
        if self._kerberos is not None:
            return f"{REFUSED}: {str(error)[:_REASON]}"
        return REFUSED if self._ntlm is None else self._ntlm.refusal

    def _begin(self, token: bytes) -> ContextProxy:
        """Choose the first mechanism of the client's list that can be done here; the library takes any it is given."""
        chosen, first = _chosen(token, ntlm=self._ntlm is not None)
        contexts: dict[GSSMech, ContextProxy] = {}
        if chosen is GSSMech.kerberos:
            require()
            self._kerberos = _KerberosAcceptor(self._keytab, bindings_of(self._binding), optimistic=first)
            contexts[chosen] = self._kerberos
        else:
            assert self._ntlm is not None
            contexts[chosen] = self._ntlm
        return NegotiateProxy(usage="accept", protocol="negotiate", _negotiate_contexts=contexts)

    def _check_binding(self, kerberos: _KerberosAcceptor) -> None:
        assert kerberos._context is not None
        if self._binding is not None and self._strict and not int(kerberos._context.actual_flags) & _BOUND:
            raise AuthError(f"{REFUSED}: the client told no channel binding")


def _chosen(token: bytes, *, ntlm: bool) -> tuple[GSSMech, bool]:
    """Return the mechanism of an exchange, and whether its first token is for that one. Raises AuthError."""
    if token.startswith(_NTLM):
        mechanisms = [GSSMech.ntlm.value]
    else:
        opened = unpack_token(token)
        mechanisms = list(opened.mech_types) if isinstance(opened, NegTokenInit) else [GSSMech.kerberos.value]
    for position, mechanism in enumerate(mechanisms):
        if mechanism in _KERBEROS:
            return GSSMech.kerberos, position == 0
        if mechanism == GSSMech.ntlm.value and ntlm:
            return GSSMech.ntlm, position == 0
    raise AuthError("no mechanism that can be done here")


class _KerberosAcceptor(GSSAPIProxy):
    """pyspnego's acceptor with a keytab of its own. optimistic: SPNEGO's first token is for this mechanism."""

    def __init__(self, keytab: str, bindings: GssChannelBindings | None, *, optimistic: bool) -> None:
        import gssapi

        mechanism = gssapi.OID.from_int_seq(GSSMech.kerberos.value)
        keys = gssapi.Credentials(usage="accept", mechs=[mechanism], store={"keytab": keytab})
        super().__init__(usage="accept", channel_bindings=bindings, _gssapi_credential=keys)
        self._optimistic = optimistic
        self._named = False

    def step(
        self, in_token: bytes | None = None, *, channel_bindings: GssChannelBindings | None = None
    ) -> bytes | None:
        if not self._optimistic:  # the token of a mechanism we did not choose is passed over (RFC 4178 4.2.1)
            self._optimistic = True
            return None
        try:
            answer = super().step(in_token, channel_bindings=channel_bindings)
            self._named = self.complete
        except Exception as error:
            # the library reads flags of the failed context, and so hides why it failed
            raise getattr(self._context, "_last_err", None) or error from None
        return answer

    def named(self) -> tuple[str, str]:
        """(realm, user) of the client; empty before it is known, or where the name cannot be told apart."""
        if not self._named:
            return "", ""
        user, at, realm = (self.client_principal or "").rpartition("@")
        return (realm, user) if at and "\\" not in user else ("", "")
