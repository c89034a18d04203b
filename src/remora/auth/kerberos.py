"""Kerberos over pyspnego and the system's GSS-API: the client's end (RFC 4120, 4121).

``gssapi`` and ``krb5`` are an extra (``pip install remora[kerberos]``); nothing here needs them before it is used.
Whatever asks a KDC blocks: call it in a thread.
"""

from __future__ import annotations

import importlib.util
import threading
import time
from typing import Any, Final

from spnego import ContextReq
from spnego._gss import GSSAPIProxy
from spnego.channel_bindings import GssChannelBindings

from remora.auth.context import SealedMessage
from remora.auth.kerberos_sealing import KerberosSealing
from remora.auth.ntlm import MAX_TOKEN, bindings_of
from remora.errors import AuthError
from remora.values import PSCredential

SCHEME: Final = "Kerberos"
SERVICE: Final = "HTTP"  # upper case: MIT compares the class of a service name byte by byte
MAX_STEPS: Final = 5
ACCESS_DENIED: Final = 5
UNAVAILABLE: Final = 0x80090305  # SEC_E_SECPKG_NOT_FOUND
TARGET_UNKNOWN: Final = 0x80090303
NO_CREDENTIALS: Final = 0x8009030E
NO_AUTHORITY: Final = 0x80090311
WRONG_PRINCIPAL: Final = 0x80090322
TIME_SKEW: Final = 0x80090324
MUTUAL_AUTH_FAILED: Final = 0x803381F0
_MUTUAL: Final = 0x02
_CODES: Final = {
    -1765328378: ACCESS_DENIED,  # KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN
    -1765328377: TARGET_UNKNOWN,  # KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN
    -1765328366: ACCESS_DENIED,  # KRB5KDC_ERR_CLIENT_REVOKED
    -1765328360: ACCESS_DENIED,  # KRB5KDC_ERR_PREAUTH_FAILED
    -1765328353: ACCESS_DENIED,  # KRB5KRB_AP_ERR_BAD_INTEGRITY: the password
    -1765328352: NO_CREDENTIALS,  # KRB5KRB_AP_ERR_TKT_EXPIRED
    -1765328347: TIME_SKEW,  # KRB5KRB_AP_ERR_SKEW
    -1765328343: WRONG_PRINCIPAL,  # KRB5KRB_AP_ERR_MODIFIED
    -1765328243: NO_CREDENTIALS,  # KRB5_CC_NOTFOUND
    -1765328189: NO_CREDENTIALS,  # KRB5_FCC_NOFILE
}
"""What Windows calls the errors of MIT's library (krb5_err.et, sspi); any other is NO_AUTHORITY."""


def installed() -> bool:
    """Tell whether this installation can do Kerberos."""
    return all(importlib.util.find_spec(name) is not None for name in ("gssapi", "krb5"))


def require() -> None:
    """Raise AuthError where this installation cannot do Kerberos."""
    if not installed():
        raise AuthError("Kerberos needs more than is installed here: pip install remora[kerberos]", code=UNAVAILABLE)


def has_ticket() -> bool:
    """Tell whether there is a Kerberos logon of our own that has not run out. It reads the cache and asks nobody."""
    if not installed():
        return False
    try:
        import krb5

        context = krb5.init_context()
        return any(_grants(context, entry) for entry in krb5.cc_default(context))
    except Exception:  # no cache, not ours to read, of a kind this library cannot read
        return False


def _grants(context: Any, entry: Any) -> bool:
    import krb5

    server = krb5.unparse_name_flags(context, entry.server).decode("utf-8", "replace")
    return server.startswith("krbtgt/") and int(entry.times.endtime) > time.time()


class KerberosCredential:
    """Who a client is to Kerberos: a name with its password, or the ticket of our own logon. For many connections.

    credential: ``user@REALM``, or ``user`` of the default realm; None is our own logon. The ticket is asked for once,
    and again when it has run out.
    """

    def __init__(self, credential: PSCredential | None, *, delegate: bool = False) -> None:
        self._credential = credential
        self.delegate = delegate
        self._lock = threading.Lock()
        self._acquired: Any = None

    @property
    def username(self) -> str | None:
        return None if self._credential is None else self._credential.username

    def open(self, host: str) -> InitiatingProxy:
        """Return an exchange with a service. It may ask the KDC. Raises AuthError."""
        require()
        wanted = ContextReq.default | (ContextReq.delegate if self.delegate else ContextReq.none)
        try:
            return self._open(host, wanted)
        except AuthError:
            raise
        except Exception as error:
            who = self.username or "our own logon"
            raise AuthError(f"no Kerberos ticket for {who}: {error}", code=code_of(error)) from None

    def _open(self, host: str, wanted: ContextReq) -> InitiatingProxy:
        options: dict[str, Any] = {"hostname": host, "service": SERVICE, "context_req": wanted, "usage": "initiate"}
        if self._credential is None:
            return InitiatingProxy(**options)
        with self._lock:
            if self._acquired is None or not _lasts(self._acquired):
                password = self._credential.password.reveal()
                first = InitiatingProxy(principal(self._credential.username), password, **options)
                self._acquired = first._credential
                return first
            return InitiatingProxy(**options, _gssapi_credential=self._acquired)


def principal(username: str) -> str:
    """Return ``user@REALM`` for a user name: realms are written in capitals, and users write them as they like."""
    user, at, realm = username.rpartition("@")
    return f"{user}@{realm.upper()}" if at and realm == realm.lower() else username


def _lasts(acquired: Any) -> bool:
    try:
        return bool(acquired.lifetime > 60)
    except Exception:
        return False


class InitiatingProxy(GSSAPIProxy):
    """pyspnego's exchange, whose first token can be made ahead: SPNEGO asks for it again."""

    def prime(self, bindings: GssChannelBindings | None) -> None:
        """Make the first token, which may ask the KDC."""
        self._primed: bytes | None = super().step(None, channel_bindings=bindings)

    def step(
        self, in_token: bytes | None = None, *, channel_bindings: GssChannelBindings | None = None
    ) -> bytes | None:
        if in_token is None and self._context is not None:
            primed, self._primed = self._primed, None
            return primed
        return super().step(in_token, channel_bindings=channel_bindings)

    def check_mutual(self) -> None:
        """Raise AuthError unless the server has proved who it is."""
        if self._context is None or not int(self._context.actual_flags) & _MUTUAL:
            raise AuthError("the server has not proved who it is", code=MUTUAL_AUTH_FAILED)

    def sealing(self) -> KerberosSealing:
        """Return the protection of a completed exchange."""
        return KerberosSealing(self._context)


class KerberosInitiator:
    """The client's end with plain Kerberos tokens. host: of the service's name, with the port where that is asked for.

    channel_binding: must be set before the first step.
    """

    binds_first = True
    principal_name = None

    def __init__(self, credential: KerberosCredential, *, host: str, channel_binding: bytes | None = None) -> None:
        self._credential = credential
        self._host = host
        self.channel_binding = channel_binding
        self._proxy: InitiatingProxy | None = None
        self._sealing: KerberosSealing | None = None
        self._steps = 0

    @property
    def scheme(self) -> str:
        return SCHEME

    @property
    def complete(self) -> bool:
        return self._sealing is not None

    def step(self, token: bytes | None) -> bytes | None:
        self._steps += 1
        if self._steps > MAX_STEPS or len(token or b"") > MAX_TOKEN:
            raise AuthError("the server does not end the Kerberos exchange")
        if self._proxy is None:
            self._proxy = self._credential.open(self._host)
        answer = stepped(self._proxy, token, self.channel_binding, self._host)
        if self._proxy.complete:
            self._proxy.check_mutual()
            self._sealing = self._proxy.sealing()
        return answer

    def seal(self, plain: bytes) -> SealedMessage:
        return self._protection().seal(plain)

    def unseal(self, header: bytes, data: bytes | memoryview) -> bytes:
        return self._protection().unseal(header, data)

    def _protection(self) -> KerberosSealing:
        if self._sealing is None:
            raise AuthError("authentication is not complete")
        return self._sealing


def stepped(proxy: Any, token: bytes | None, binding: bytes | None, host: str) -> bytes | None:
    """Take one step of an exchange. Raises AuthError with what Kerberos says about it."""
    try:
        answer: bytes | None = proxy.step(token, channel_bindings=bindings_of(binding))
        return answer
    except Exception as error:
        raise AuthError(f"Kerberos failed with the service {SERVICE}/{host}: {error}", code=code_of(error)) from None


def code_of(error: BaseException) -> int:
    """Return the code for an error of the libraries, which wrap each other."""
    cause: BaseException | None = error
    while cause is not None:
        minor = getattr(cause, "err_code", getattr(cause, "min_code", None))
        if isinstance(minor, int) and (code := _CODES.get(minor - (1 << 32) if minor >= 1 << 31 else minor)):
            return code
        cause = cause.__cause__
    return NO_AUTHORITY
