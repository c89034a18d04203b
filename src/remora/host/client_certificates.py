"""Client certificates on the host: the authorities trusted here, their revocation lists, the TLS that asks for one.

Below ``tls/trusted`` of the state directory lie the certificates of the authorities, and their revocation lists as
``.crl``. Both are read again as soon as they change; what they say holds for open connections too.
"""

from __future__ import annotations

import datetime
import hashlib
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from remora._log import bound
from remora.auth.certificate_store import TRUSTED, CertificateStore, StoredCertificate
from remora.auth.certificates import CertificateFiles
from remora.auth.client_certificate import holder_names
from remora.config.cert_mapping import MAX_CERTIFICATE, CertMapping, find_mapping
from remora.config.host import HostConfiguration
from remora.errors import AuthError
from remora.net.tls import ChangingContext, server_context, trust_also

_MAX_FILES: Final = 10_000
_MAX_LIST: Final = 16 * 1024 * 1024
_MAX_CHECKED: Final = 4096
_log = bound(__name__)
_Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Trust:
    """What lies in the directory at one moment. stamp: names, times and sizes of the files.

    unreadable: a revocation list that cannot be read; whom it revokes nobody knows, so nobody is let in.
    """

    stamp: _Stamp = ()
    authorities: tuple[StoredCertificate, ...] = ()
    revoked: tuple[x509.CertificateRevocationList, ...] = ()
    unreadable: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose a verified certificate is. issuers: thumbprints of the authorities that signed it.

    begins, ends: when it is valid. listed_until: how long the revocation list is good that does not name it.
    """

    names: tuple[str, ...]
    issuers: tuple[str, ...]
    begins: datetime.datetime
    ends: datetime.datetime
    listed_until: datetime.datetime | None


class ClientCertificates:
    """Tells whom a client certificate stands for. directory: the state directory's certificates.

    config: what is in force, asked for at every request.
    """

    def __init__(
        self,
        directory: Path,
        config: Callable[[], HostConfiguration],
        now: Callable[[], datetime.datetime] = lambda: datetime.datetime.now(datetime.UTC),
    ) -> None:
        self._store = CertificateStore(directory)
        self._directory = directory / TRUSTED
        self._config = config
        self._now = now
        self._trust = Trust()
        self._checked: dict[bytes, Holder] = {}

    def context(self, files: CertificateFiles) -> ssl.SSLContext:
        """Return a listener's context, which asks for a client certificate while the service takes them.

        Its files are read now: later we may have no right to. An authority that is no longer trusted stays known to
        TLS, and ``mapping`` refuses what it has signed.
        """
        plain, asking = server_context(files), server_context(files, refused=_refused)
        known: set[str] = set()

        def now() -> ssl.SSLContext:
            authorities = self._fresh().authorities
            if not self._config().winrm.service.auth.certificate or not authorities:
                return plain
            for item in authorities:
                if item.thumbprint not in known:
                    known.add(item.thumbprint)
                    trust_also(asking, item.certificate)
            return asking

        return ChangingContext(now)

    def mapping(self, der: bytes, resource_uri: str | None) -> CertMapping:
        """Return the mapping of a certificate that TLS has verified. resource_uri: None for a request that has none.

        Raises AuthError that says why it stands for nobody; also when it was revoked, or its authority is no longer
        trusted, since the connection was made.
        """
        if len(der) > MAX_CERTIFICATE:
            raise AuthError(f"the certificate has {len(der)} bytes, more than {MAX_CERTIFICATE}")
        holder = self._holder(der)
        mappings: Iterable[CertMapping] = self._config().cert_mappings
        if resource_uri is None:
            mappings = [item for item in mappings if item.enabled]
            resource_uri = ""
        found = find_mapping(mappings, issuers=holder.issuers, names=holder.names, resource_uri=resource_uri)
        if found is None:
            raise AuthError(f"no enabled mapping for {_shown(holder.names)} and {resource_uri[:200]!r}")
        return found

    def _holder(self, der: bytes) -> Holder:
        trust = self._fresh()
        digest = hashlib.sha256(der).digest()
        holder = self._checked.get(digest)
        if holder is None:
            holder = _read(der, trust)
            if len(self._checked) >= _MAX_CHECKED:
                self._checked.clear()
            self._checked[digest] = holder
        now = self._now()
        if not holder.begins <= now <= holder.ends:
            raise AuthError(f"the certificate of {_shown(holder.names)} has expired or is not valid yet")
        if holder.listed_until is not None and holder.listed_until < now:
            raise AuthError(f"the revocation list for the certificate of {_shown(holder.names)} is out of date")
        return holder

    def _fresh(self) -> Trust:
        stamp = self._stamp()
        if stamp != self._trust.stamp:
            self._checked.clear()
            authorities = tuple(self._store.trusted())
            self._trust = Trust(stamp, authorities, *_lists(self._directory))
        return self._trust

    def _stamp(self) -> _Stamp:
        try:
            entries = sorted(self._directory.iterdir())[:_MAX_FILES]
            states = [(entry.name, entry.stat()) for entry in entries]
        except OSError:
            return ()
        return tuple((name, state.st_mtime_ns, state.st_size) for name, state in states)


def _read(der: bytes, trust: Trust) -> Holder:
    if trust.unreadable:
        raise AuthError(f"the revocation list {trust.unreadable} cannot be read")
    try:
        certificate = x509.load_der_x509_certificate(der)
    except ValueError:
        raise AuthError("the certificate cannot be read") from None
    names = holder_names(certificate)
    issuers = [item for item in trust.authorities if _signed(certificate, item.certificate)]
    if not issuers:
        raise AuthError(f"no authority trusted here signed the certificate of {_shown(names)}")
    return Holder(
        names=names,
        issuers=tuple(item.thumbprint for item in issuers),
        begins=certificate.not_valid_before_utc,
        ends=certificate.not_valid_after_utc,
        listed_until=_check_revoked(certificate, issuers, trust, names),
    )


def _check_revoked(
    certificate: x509.Certificate, issuers: list[StoredCertificate], trust: Trust, names: tuple[str, ...]
) -> datetime.datetime | None:
    """Look into the newest list of each issuer. Raises AuthError; returns when the first of them is out of date."""
    ends: list[datetime.datetime] = []
    for issuer in issuers:
        lists = [held for held in trust.revoked if held.issuer == certificate.issuer and signed_list(issuer, held)]
        if not lists:
            continue
        newest = max(lists, key=lambda held: held.last_update_utc)
        if newest.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None:
            raise AuthError(f"the certificate of {_shown(names)} was revoked")
        if newest.next_update_utc is not None:
            ends.append(newest.next_update_utc)
    return min(ends, default=None)


def _signed(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def signed_list(issuer: StoredCertificate, held: x509.CertificateRevocationList) -> bool:
    """Tell whether an authority signed a revocation list."""
    try:
        return held.is_signature_valid(issuer.certificate.public_key())  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


def _lists(directory: Path) -> tuple[tuple[x509.CertificateRevocationList, ...], str]:
    """Return the revocation lists, and the name of the first one that cannot be read."""
    found: list[x509.CertificateRevocationList] = []
    for path in sorted(directory.glob("*.crl"))[:_MAX_FILES]:
        try:
            if path.stat().st_size > _MAX_LIST:
                raise ValueError("it is too large")
            data = path.read_bytes()
            found.append(x509.load_pem_x509_crl(data) if data.startswith(b"-----") else x509.load_der_x509_crl(data))
        except (OSError, ValueError) as error:
            _log.error("revocation_list_unreadable", file=path.name, reason=error)
            return (), path.name
    return tuple(found), ""


def _refused(reason: str) -> None:
    _log.warning("client_certificate_refused", reason=reason)


def _shown(names: tuple[str, ...]) -> str:
    return ", ".join(ascii(name[:128]) for name in names[:4])
