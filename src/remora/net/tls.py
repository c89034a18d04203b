"""TLS contexts for both ends, and the host name check when the issuer is not checked."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from remora.auth.certificates import CertificateFiles
from remora.errors import ConfigError, TransportError

_ALPN: Final = ["http/1.1"]
_LIST: Final = b"-----BEGIN X509 CRL-----"
_MAX_FILES: Final = 10_000


def client_context(
    *,
    ca_trust: str | Path | None = None,
    skip_ca_check: bool = False,
    skip_cn_check: bool = False,
    skip_revocation_check: bool = False,
    certificate: CertificateFiles | None = None,
) -> ssl.SSLContext:
    """Make a client's context once for many connections. Raises ConfigError for files that cannot be used.

    ca_trust: a PEM file or a directory of hashed PEM files that replaces the system's authorities. Where there is a
    revocation list in it, every server's issuer must have one there, unless skip_revocation_check is set. With
    skip_ca_check alone the name is still compared, by ``check_name``, after the handshake. certificate: shown to a
    server that asks for one.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(_ALPN)
    if certificate is not None:
        _load_own(context, certificate)
    if skip_ca_check:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    context.check_hostname = not skip_cn_check
    if ca_trust is None:
        context.load_default_certs()
        return context
    path = Path(ca_trust)
    try:
        if path.is_dir():
            context.load_verify_locations(capath=str(path))
        else:
            context.load_verify_locations(cafile=str(path))
        lists = [] if skip_revocation_check else _revocation_lists(path)
        for item in lists:
            context.load_verify_locations(cafile=str(item))
        if lists:
            context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"trusted certificates {path}: {error}") from None
    return context


def _revocation_lists(path: Path) -> list[Path]:
    """Return the files that hold a revocation list as PEM. Raises OSError."""
    files = sorted(path.iterdir())[:_MAX_FILES] if path.is_dir() else [path]
    return [file for file in files if file.is_file() and _LIST in file.read_bytes()]


def _load_own(context: ssl.SSLContext, files: CertificateFiles) -> None:
    """Load our own certificate. Raises ConfigError, also for a key with a password: nobody is asked for one."""
    try:
        context.load_cert_chain(files.certificate, files.key, password=lambda: b"")
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"certificate {files.certificate}: {error}") from None


def server_context(files: CertificateFiles, *, refused: Callable[[str], None] | None = None) -> ssl.SSLContext:
    """Make a listener's context from its certificate and key.

    refused: with it a client is asked for a certificate; one that no authority signed which ``trust_also`` has added
    ends the handshake, and refused is told why.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(_ALPN)
    try:
        context.load_cert_chain(files.certificate, files.key, password=lambda: b"")
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"certificate {files.certificate}: {error}") from None
    if refused is not None:
        context.verify_mode = ssl.CERT_OPTIONAL
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.sslobject_class = _telling(refused)
    return context


def trust_also(context: ssl.SSLContext, authority: x509.Certificate) -> None:
    """Let a context take what an authority has signed; none can be taken away again."""
    context.load_verify_locations(cadata=authority.public_bytes(serialization.Encoding.DER))


def _telling(refused: Callable[[str], None]) -> type[ssl.SSLObject]:
    """Return the class of connections that tell why a handshake refused the peer's certificate."""

    class Telling(ssl.SSLObject):
        def do_handshake(self) -> None:
            try:
                super().do_handshake()
            except ssl.SSLCertVerificationError as error:
                refused(error.verify_message)
                raise

    return Telling


class ChangingContext(ssl.SSLContext):
    """A listener's context that can change while it listens. now: returns the one for a connection that begins."""

    def __new__(cls, now: Callable[[], ssl.SSLContext]) -> ChangingContext:
        return super().__new__(cls, ssl.PROTOCOL_TLS_SERVER)

    def __init__(self, now: Callable[[], ssl.SSLContext]) -> None:
        self._now = now

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        return self._now().wrap_bio(incoming, outgoing, server_side, server_hostname, session)


def check_name(der: bytes, host: str) -> None:
    """Compare a certificate with the name that was asked for; raises TransportError when they differ (RFC 6125)."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        names = certificate_names(certificate)
    except ValueError:
        raise TransportError(f"the certificate of {host} cannot be read") from None
    if not any(_matches(name, host) for name in names):
        listed = ", ".join(names) or "nobody"
        raise TransportError(f"the certificate was issued to {listed}, not to {host}")


def certificate_names(certificate: x509.Certificate) -> list[str]:
    """Return the host names and addresses that a certificate is for."""
    try:
        held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        common = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        return [str(attribute.value) for attribute in common]
    return [*held.get_values_for_type(x509.DNSName), *map(str, held.get_values_for_type(x509.IPAddress))]


def _matches(pattern: str, host: str) -> bool:
    try:
        return ipaddress.ip_address(host) == ipaddress.ip_address(pattern)
    except ValueError:
        pass
    wanted, given = host.rstrip(".").lower(), pattern.rstrip(".").lower()
    if given.startswith("*."):
        first, dot, rest = wanted.partition(".")
        return bool(first and dot) and rest == given[2:]
    return wanted == given
