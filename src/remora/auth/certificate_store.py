"""A directory of certificates, found by thumbprint: those with a key, and below ``trusted`` the authorities.

A certificate is a PEM file (``.pem``, ``.crt``, ``.cer``); its key stands in the same file or beside it as ``.key``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from remora.auth.certificates import CertificateFiles
from remora.auth.client_certificate import holder_names
from remora.errors import ConfigError

NOT_FOUND: Final = 0x80338082
INVALID_USAGE: Final = 0x803380EE
TRUSTED: Final = "trusted"
_SUFFIXES: Final = (".pem", ".crt", ".cer")
_MAX_FILES: Final = 10_000
_MAX_SIZE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredCertificate:
    """One certificate. files: None without a key."""

    certificate: x509.Certificate
    path: Path
    files: CertificateFiles | None

    @property
    def thumbprint(self) -> str:
        """SHA-1 of the certificate, 40 hexadecimal digits in upper case."""
        return certificate_thumbprint(self.certificate)

    @property
    def names(self) -> tuple[str, ...]:
        """The host names and addresses it was issued to."""
        return certificate_names(self.certificate)

    def may(self, usage: ObjectIdentifier) -> bool:
        """Tell whether its extended key usage allows a purpose; without the extension it allows everything."""
        try:
            held = self.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        except (x509.ExtensionNotFound, ValueError):
            return True
        return usage in held or ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in held

    def is_authority(self) -> bool:
        """Tell whether it may sign other certificates."""
        try:
            return self.certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        except (x509.ExtensionNotFound, ValueError):
            return False


class CertificateStore:
    """Reads a directory anew at every question: who puts a file there need not tell anybody."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def own(self) -> list[StoredCertificate]:
        """Return the certificates that have a key here, in the order of their names."""
        return [item for item in _read(self.directory) if item.files is not None]

    def trusted(self) -> list[StoredCertificate]:
        """Return the authorities that are trusted here."""
        return [item for item in _read(self.directory / TRUSTED) if item.is_authority()]

    def find(self, wanted: str) -> StoredCertificate:
        """Return the certificate with a key of this thumbprint; blanks in it do not matter. Raises ConfigError."""
        bare = wanted.replace(" ", "").upper()
        for item in self.own():
            if item.thumbprint == bare:
                return item
        raise ConfigError(f"no certificate {bare} with its key lies in {self.directory}", code=NOT_FOUND)

    def find_server(self, wanted: str) -> StoredCertificate:
        """As ``find``, for a certificate that a server may show. Raises ConfigError."""
        found = self.find(wanted)
        if not found.may(ExtendedKeyUsageOID.SERVER_AUTH):
            raise ConfigError(
                f"the certificate {found.thumbprint} is not for server authentication", code=INVALID_USAGE
            )
        return found

    def find_client(self, wanted: str) -> StoredCertificate:
        """As ``find``, for a certificate that a client may show. Raises ConfigError, AuthError."""
        found = self.find(wanted)
        holder_names(found.certificate)
        return found


def thumbprint(der: bytes) -> str:
    """Return the SHA-1 of a certificate as Windows shows it."""
    return hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()


def certificate_thumbprint(certificate: x509.Certificate) -> str:
    """Return the thumbprint of a certificate that was read."""
    return thumbprint(certificate.public_bytes(serialization.Encoding.DER))


def certificate_names(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the DNS names and addresses of a certificate, else its common names."""
    try:
        held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return tuple(str(one.value) for one in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME))
    return (*held.get_values_for_type(x509.DNSName), *map(str, held.get_values_for_type(x509.IPAddress)))


def read_certificate(path: Path) -> StoredCertificate:
    """Return the certificate of a file, which has its key in it or beside it. Raises ConfigError."""
    try:
        data = path.read_bytes()
        certificate = x509.load_pem_x509_certificate(data)
    except (OSError, ValueError) as error:
        raise ConfigError(f"certificate {path}: {error}") from None
    files = _key_of(path, data)
    if files is None:
        raise ConfigError(f"certificate {path}: its key is neither in it nor beside it as {path.stem}.key")
    return StoredCertificate(certificate, path, files)


def _read(directory: Path) -> list[StoredCertificate]:
    try:
        names = sorted(entry.name for entry in directory.iterdir() if entry.suffix.lower() in _SUFFIXES)
    except OSError:
        return []
    found: list[StoredCertificate] = []
    for name in names[:_MAX_FILES]:
        path = directory / name
        try:
            if path.stat().st_size > _MAX_SIZE:
                continue
            data = path.read_bytes()
            certificate = x509.load_pem_x509_certificate(data)
        except (OSError, ValueError):
            continue
        found.append(StoredCertificate(certificate, path, _key_of(path, data)))
    return found


def _key_of(path: Path, data: bytes) -> CertificateFiles | None:
    if b"PRIVATE KEY-----" in data:
        return CertificateFiles(path, path)
    key = path.with_suffix(".key")
    return CertificateFiles(path, key) if key.is_file() else None
