"""A certificate authority of a test: it signs what servers and clients show, and revocation lists."""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from remora.auth.certificate_store import thumbprint

UPN = ObjectIdentifier("1.3.6.1.4.1.311.20.2.3")
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Issued:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def thumbprint(self) -> str:
        return thumbprint(self.certificate.public_bytes(serialization.Encoding.DER))

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def write(self, directory: Path, name: str) -> tuple[Path, Path]:
        """Write ``name.crt`` and ``name.key``; return their paths."""
        directory.mkdir(parents=True, exist_ok=True)
        certificate, key = directory / f"{name}.crt", directory / f"{name}.key"
        certificate.write_bytes(self.pem)
        key.touch(0o600)
        key.write_bytes(self.key_pem)
        return certificate, key


class Authority:
    """Signs certificates; ``root`` is its own, signed by the authority above it where there is one."""

    def __init__(self, name: str = "Test Authority", *, above: Authority | None = None) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(name)
        issuer = subject if above is None else above.root.certificate.subject
        builder = _builder(subject, issuer, key).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        usage = x509.KeyUsage(
            digital_signature=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        signing = key if above is None else above.root.key
        self.root = Issued(builder.add_extension(usage, critical=True).sign(signing, hashes.SHA256()), key)

    def server(self, *names: str, days: int = 30) -> Issued:
        """A certificate for a server of these names. days: until it expires."""
        return self._issue(names[0], [_host(name) for name in names], ExtendedKeyUsageOID.SERVER_AUTH, days=days)

    def client(
        self,
        common_name: str,
        *,
        upn: str | None = None,
        dns: Sequence[str] = (),
        usage: ObjectIdentifier = ExtendedKeyUsageOID.CLIENT_AUTH,
        padding: int = 0,
        days: int = 30,
    ) -> Issued:
        """A certificate for a client. padding: bytes that make it larger. days: until it expires."""
        names: list[x509.GeneralName] = [x509.DNSName(name) for name in dns]
        if upn is not None:
            text = upn.encode()
            names.append(x509.OtherName(UPN, bytes([0x0C, len(text)]) + text))
        return self._issue(common_name, names, usage, padding=padding, days=days)

    def revocation_list(self, revoked: Iterable[Issued] = (), *, days: int = 7) -> bytes:
        """A revocation list as PEM. days: until the next one is due."""
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.certificate.subject)
            .last_update(now - 2 * _DAY)
            .next_update(now + days * _DAY)
        )
        for item in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(item.certificate.serial_number)
            builder = builder.add_revoked_certificate(entry.revocation_date(now - _DAY).build())
        return builder.sign(self.root.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def _issue(
        self,
        common_name: str,
        names: list[x509.GeneralName],
        usage: ObjectIdentifier,
        *,
        padding: int = 0,
        days: int = 30,
    ) -> Issued:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_name(common_name), self.root.certificate.subject, key, days)
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        if padding:
            extra = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x04\x00" + bytes(padding))
            builder = builder.add_extension(extra, critical=False)
        return Issued(builder.sign(self.root.key, hashes.SHA256()), key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int = 30
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 2 * _DAY)
        .not_valid_after(now + days * _DAY)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _host(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
