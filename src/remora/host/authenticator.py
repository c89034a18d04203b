"""Proving who is there: the interface, and the implementation for a front end that may read the accounts itself."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from remora._log import bound
from remora.auth.basic import BasicCredential
from remora.auth.context import Sealing
from remora.auth.negotiate import Acceptor, NegotiateAcceptor
from remora.auth.ntlm import CbtHardening, NtlmAcceptor
from remora.auth.principal import Principal
from remora.auth.sealing import SealingKeys
from remora.errors import AuthError, RemoraError
from remora.host.accounts import AccountStore
from remora.host.kerberos import KerberosService
from remora.host.passwords import verify_password

_log = bound(__name__)
CERTIFICATE: Final = "Certificate"
MAX_PAM: Final = 32
"""Unix passwords that are verified or wait for it; more at once are refused."""
UNIX_USERS: Final = "S-1-22-1"
"""The authority of Unix users' identifiers, as Samba numbers them: uid last."""
_REFUSED: Final = "the logon was refused"
SCHEMES: Final = frozenset(("Negotiate", "NTLM"))
"""The exchanges that can always be done: SPNEGO with whatever there is, and with NTLM alone."""
KERBEROS: Final = frozenset(("Kerberos",))
"""The one that needs a keytab: Kerberos alone, in SPNEGO or not."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """The exchange goes on with this token for the client."""

    token: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The exchange is complete. token: a last one for the client. keys: for sealing, None when none were agreed.

    sealing: in place of keys, where the exchange itself goes on to seal.
    """

    principal: Principal
    token: bytes | None
    keys: SealingKeys | None = field(repr=False)
    sealing: Sealing | None = None


class Exchange(Protocol):
    """One authentication exchange of one connection."""

    async def step(self, token: bytes) -> Challenge | Accepted:
        """Take the client's token; a refusal of any kind is the same AuthError."""
        ...

    def close(self) -> None:
        """Forget an unfinished exchange."""
        ...


class Authenticator(Protocol):
    """Whoever holds the secrets: this process, or one of its own."""

    @property
    def schemes(self) -> frozenset[str]:
        """The exchanges that this installation can do: ``Negotiate``, ``NTLM``, ``Kerberos``."""
        ...

    def exchange(self, scheme: str, *, channel_binding: bytes | None, hardening: CbtHardening) -> Exchange:
        """Begin an exchange of one of the schemes. channel_binding: of the listener's certificate, None over HTTP."""
        ...

    async def basic(self, credential: BasicCredential) -> Principal:
        """Verify a name and password; AuthError when either is wrong, in the same time for both."""
        ...

    async def mapped(self, account: str) -> Principal:
        """Return the caller for an account that a client certificate was mapped to; AuthError without such an one."""
        ...

    async def close(self) -> None: ...


class LocalAuthenticator:
    """Authenticates against the local account store.

    names: names of this machine that a client may put before the account's, besides the host name, ``.`` and none.
    kerberos: None where Kerberos cannot be done. pam_service: the PAM service that Unix users may log on by with Basic,
    now; "" where they may not.
    """

    def __init__(
        self,
        accounts: AccountStore,
        *,
        names: Iterable[str] = (),
        kerberos: KerberosService | None = None,
        pam_service: Callable[[], str] = lambda: "",
    ) -> None:
        host = socket.gethostname()
        known = {"", ".", "localhost", host, host.partition(".")[0], *names}
        self._domains = frozenset(name.casefold() for name in known) | {host.partition(".")[0][:15].casefold()}
        self._accounts = accounts
        self._kerberos = kerberos
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="scrypt")
        self._pam_threads = ThreadPoolExecutor(4, thread_name_prefix="pam")
        self._pam_slots = threading.BoundedSemaphore(MAX_PAM)
        self._pam_service = pam_service

    @property
    def schemes(self) -> frozenset[str]:
        return SCHEMES if self._kerberos is None else SCHEMES | KERBEROS

    def exchange(self, scheme: str, *, channel_binding: bytes | None, hardening: CbtHardening) -> LocalExchange:
        """As ``Authenticator.exchange``. Raises AuthError for another scheme."""
        if scheme not in self.schemes:
            raise AuthError(_REFUSED)
        acceptor: Acceptor
        if self._kerberos is None or scheme == "NTLM":
            acceptor = NtlmAcceptor(self._nt_hash, channel_binding=channel_binding, hardening=hardening)
        else:
            find = self._nt_hash if scheme == "Negotiate" else None
            acceptor = NegotiateAcceptor(
                self._kerberos.keytab, find=find, channel_binding=channel_binding, hardening=hardening
            )
        return LocalExchange(acceptor, lambda: self._caller(acceptor))

    def _caller(self, acceptor: Acceptor) -> Principal:
        domain, user = acceptor.claimed
        if acceptor.mechanism in KERBEROS:
            assert self._kerberos is not None
            return self._ticket_holder(domain, self._kerberos.local_name(domain, user), acceptor.mechanism)
        return self.principal(domain, user, acceptor.mechanism)

    def _ticket_holder(self, realm: str, name: str, mechanism: str) -> Principal:
        """The account of this name, else the Unix user; with the groups that the Kerberos principal itself is in."""
        more = self._accounts.groups_of((f"krb:{name}@{realm}",))
        has_account = self._accounts.find(name) is not None
        found = self.principal("", name, mechanism) if has_account else self._unix_principal(name, mechanism)
        return replace(found, groups=tuple(dict.fromkeys((*found.groups, *more))))

    async def basic(self, credential: BasicCredential) -> Principal:
        return await asyncio.wrap_future(self.verifying(credential, self._pam_service()))

    async def mapped(self, account: str) -> Principal:
        return self.principal("", account, CERTIFICATE)

    def verifying(self, credential: BasicCredential, pam_service: str) -> Future[Principal]:
        """Begin to verify in a thread. Accounts come first; PAM is asked for members that have none, a few at once."""
        domain, _backslash, user = credential.username.rpartition("\\")
        name = self._local_name(domain, user)
        if not pam_service or not name or self._accounts.find(name) is not None:
            return self._threads.submit(self._verify, domain, user, credential.password)
        if not self._pam_slots.acquire(blocking=False):
            refused: Future[Principal] = Future()
            refused.set_exception(AuthError(_REFUSED))
            return refused
        running = self._pam_threads.submit(self._verify_unix, name, credential.password, pam_service)
        running.add_done_callback(lambda _done: self._pam_slots.release())
        return running

    def _verify_unix(self, name: str, password: str, service: str) -> Principal:
        """By PAM, and only for members of a group: nobody else's password can be tried here."""
        from remora.auth.pam import Pam

        principal = self._unix_principal(name, "Basic")
        Pam(service).verify(name, password)
        return principal

    def _unix_principal(self, name: str, authentication: str) -> Principal:
        try:
            run_as, groups = self._accounts.unix_user(name)
        except RemoraError as error:
            _log.info("unix_user_refused", account=name[:128], reason=error)
            raise AuthError(_REFUSED) from None
        sid = f"{UNIX_USERS}-{run_as.uid}"
        return Principal(name=run_as.user, sid=sid, authentication=authentication, run_as=run_as, groups=groups)

    def _verify(self, domain: str, user: str, password: str) -> Principal:
        """One scrypt computation, for known and unknown names alike."""
        account = self._accounts.find(self._local_name(domain, user) or "")
        if not verify_password(password, None if account is None else account.scrypt):
            raise AuthError(_REFUSED)
        return self.principal(domain, user, "Basic")

    def principal(self, domain: str, user: str, authentication: str) -> Principal:
        """Return the caller for a proved name. AuthError when no Unix user may act for the account."""
        name = self._local_name(domain, user)
        account = None if name is None else self._accounts.find(name)
        if account is None:
            raise AuthError(_REFUSED)
        try:
            run_as = self._accounts.run_as(account)
        except RemoraError as error:
            _log.warning("logon_impossible", account=account.name, reason=error)
            raise AuthError(_REFUSED) from None
        return Principal(
            name=account.name,
            sid=self._accounts.sid(account),
            authentication=authentication,
            run_as=run_as,
            groups=account.groups,
        )

    async def close(self) -> None:
        self.end_threads()

    def end_threads(self) -> None:
        """Verify nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._pam_threads.shutdown(wait=False, cancel_futures=True)

    def _nt_hash(self, domain: str, user: str) -> bytes | None:
        name = self._local_name(domain, user)
        account = None if name is None else self._accounts.find(name)
        return None if account is None else account.nt_hash

    def _local_name(self, domain: str, user: str) -> str | None:
        if not domain and "@" in user:
            user, _at, domain = user.rpartition("@")
        return user if domain.casefold() in self._domains else None


class LocalExchange:
    """An exchange in this process; it takes a few milliseconds at most, so it runs in the event loop."""

    def __init__(self, acceptor: Acceptor, principal: Callable[[], Principal]) -> None:
        self._acceptor = acceptor
        self._principal = principal

    @property
    def claimed(self) -> str:
        """The name the client gave, for the log."""
        domain, user = self._acceptor.claimed
        return f"{domain}\\{user}" if domain else user

    async def step(self, token: bytes) -> Challenge | Accepted:
        return self.advance(token)

    def advance(self, token: bytes) -> Challenge | Accepted:
        """The blocking form of ``step``."""
        answer = self._acceptor.step(token)
        if not self._acceptor.complete:
            if answer is None:
                raise AuthError(_REFUSED)
            return Challenge(answer)
        principal = self._principal()
        return Accepted(principal=principal, token=answer, keys=self._acceptor.leave_keys())

    def close(self) -> None:
        """Nothing is held outside this object."""
