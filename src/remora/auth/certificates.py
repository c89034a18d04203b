"""Server certificates: a self-signed one made on request, and the channel binding of any certificate."""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from remora.errors import ConfigError, RemoteProtocolError

_LIFETIME: Final = datetime.timedelta(days=3 * 365)
_RENEW_BEFORE: Final = datetime.timedelta(days=30)
_WEAK: Final = ("md5", "sha1")


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """Paths of a PEM certificate (chain) and its PEM key."""

    certificate: Path
    key: Path


def tls_server_end_point(der: bytes) -> bytes:
    """Return the channel binding of a certificate: ``tls-server-end-point:`` and its hash (RFC 5929 4.1).

    The hash is that of the certificate's signature; SHA-256 in place of MD5, SHA-1 and signatures that name none.
    """
    try:
        algorithm = x509.load_der_x509_certificate(der).signature_hash_algorithm
    except Exception:
        raise RemoteProtocolError("the server's certificate cannot be read") from None
    name = "sha256" if algorithm is None or algorithm.name in _WEAK else algorithm.name
    return b"tls-server-end-point:" + hashlib.new(name.replace("sha3-", "sha3_"), der).digest()


def certificate_der(path: Path) -> bytes:
    """Return the first certificate of a PEM file as DER."""
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(f"certificate {path}: {error}") from None
    return certificate.public_bytes(serialization.Encoding.DER)


def self_signed(names: Sequence[str], *, now: datetime.datetime) -> tuple[bytes, bytes]:
    """Make a certificate for these host names and addresses. Returns (certificate PEM, key PEM)."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + _LIFETIME)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    key_pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM), key_pem


def ensure_self_signed(
    directory: Path, names: Sequence[str], *, now: datetime.datetime | None = None
) -> CertificateFiles:
    """Return the host's self-signed certificate; a missing, unreadable, expiring or misnamed one is made anew."""
    moment = now or datetime.datetime.now(datetime.UTC)
    files = CertificateFiles(directory / "server.crt", directory / "server.key")
    if not _still_good(files, names, moment):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        certificate, key = self_signed(names, now=moment)
        _write(files.key, key, 0o600)
        _write(files.certificate, certificate, 0o644)
    return files


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name.encode("idna").decode("ascii"))


def _still_good(files: CertificateFiles, names: Sequence[str], now: datetime.datetime) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        key = serialization.load_pem_private_key(files.key.read_bytes(), None)
        held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    encoding = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    same_key = key.public_key().public_bytes(*encoding) == certificate.public_key().public_bytes(*encoding)
    return (
        same_key
        and certificate.not_valid_after_utc - _RENEW_BEFORE > now
        and set(held) >= {_general_name(name) for name in names}
    )


def _write(path: Path, data: bytes, mode: int) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
    temporary.replace(path)
