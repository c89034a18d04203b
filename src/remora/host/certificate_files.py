"""The host's certificates as files: those it shows, and the authorities and revocation lists for its clients.

They belong to the front end's user, as the directory does, whoever puts them there.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from remora.auth.certificate_store import TRUSTED, CertificateStore, StoredCertificate, certificate_thumbprint
from remora.errors import ConfigError
from remora.host.client_certificates import signed_list
from remora.host.files import give, write_as_before
from remora.host.privileges import front_user
from remora.host.state_dir import StateDir

_MAX_SIZE = 16 * 1024 * 1024


class HostCertificateFiles:
    """The certificates below one state directory. All methods raise ConfigError for files that cannot be used."""

    def __init__(self, state_dir: Path) -> None:
        self._state = StateDir(state_dir.absolute())
        self._store = CertificateStore(self._state.certificates)

    def own(self) -> list[StoredCertificate]:
        """Return the certificates that a listener may show."""
        return self._store.own()

    def trusted(self) -> list[StoredCertificate]:
        """Return the authorities of client certificates."""
        return self._store.trusted()

    def is_listed(self, authority: StoredCertificate) -> bool:
        """Tell whether a revocation list of an authority is here."""
        return self._list_of(authority.thumbprint).exists()

    def add(self, certificate: Path, key: Path) -> str:
        """Take in a certificate (with its chain) and its key, which has no password; return the thumbprint."""
        chain, secret = _read(certificate), _read(key)
        try:
            first = x509.load_pem_x509_certificate(chain)
            private = serialization.load_pem_private_key(secret, None)
        except (ValueError, TypeError) as error:
            raise ConfigError(f"{certificate}, {key}: {error}") from None
        encoding = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        if private.public_key().public_bytes(*encoding) != first.public_key().public_bytes(*encoding):
            raise ConfigError(f"{key} is not the key of {certificate}")
        name = certificate_thumbprint(first)
        directory = self._directory()
        write_as_before(directory / f"{name}.key", secret)
        write_as_before(directory / f"{name}.crt", chain)
        return name

    def trust(self, file: Path) -> list[str]:
        """Take in authorities, or a revocation list of one that is trusted; return the thumbprints of authorities."""
        data = _read(file)
        if b"-----BEGIN X509 CRL-----" in data and b"-----BEGIN CERTIFICATE-----" not in data:
            return [self._take_list(file, data)]
        try:
            certificates = x509.load_pem_x509_certificates(data)
        except ValueError as error:
            raise ConfigError(f"{file}: {error}") from None
        found = [StoredCertificate(item, file, None) for item in certificates]
        for item in found:
            if not item.is_authority():
                raise ConfigError(f"{file}: {item.thumbprint} is no certificate of an authority")
        directory = self._directory() / TRUSTED
        for item in found:
            pem = item.certificate.public_bytes(serialization.Encoding.PEM)
            write_as_before(directory / f"{item.thumbprint}.crt", pem)
        return [item.thumbprint for item in found]

    def remove(self, wanted: str) -> str:
        """Delete a certificate with its key, or an authority with its revocation list; return the thumbprint."""
        name = wanted.replace(" ", "").upper()
        held = [item for item in (*self.own(), *self.trusted()) if item.thumbprint == name]
        if not held:
            raise ConfigError(f"there is no certificate {name} in {self._state.certificates}")
        for item in held:
            item.path.unlink(missing_ok=True)
            if item.files is not None:
                item.files.key.unlink(missing_ok=True)
            else:
                self._list_of(name).unlink(missing_ok=True)
        return name

    def _take_list(self, file: Path, data: bytes) -> str:
        try:
            held = x509.load_pem_x509_crl(data)
        except ValueError as error:
            raise ConfigError(f"{file}: {error}") from None
        for authority in self.trusted():
            if signed_list(authority, held):
                self._directory()
                write_as_before(self._list_of(authority.thumbprint), data)
                return authority.thumbprint
        raise ConfigError(f"{file}: no authority that is trusted here signed this revocation list")

    def _list_of(self, thumbprint: str) -> Path:
        return self._state.certificates / TRUSTED / f"{thumbprint}.crl"

    def _directory(self) -> Path:
        """Make the directories where the host never ran; they are the front end's, whoever it will be."""
        user = front_user()
        directory = self._state.certificates
        trusted = directory / TRUSTED
        if not directory.is_dir():
            self._state.prepare(front_uid=user.uid, front_gid=user.gid)
        if not trusted.is_dir():
            try:
                trusted.mkdir(mode=0o700)
            except OSError as error:
                raise ConfigError(f"{trusted}: {error.strerror or error}") from None
            give(trusted, os.stat(directory))
        return directory


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(_MAX_SIZE + 1)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from None
    if len(data) > _MAX_SIZE:
        raise ConfigError(f"{path}: larger than {_MAX_SIZE} bytes")
    return data
