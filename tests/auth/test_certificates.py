from __future__ import annotations

import datetime
import hashlib
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from remora.auth.certificates import certificate_der, ensure_self_signed, tls_server_end_point
from remora.errors import ConfigError, RemoteProtocolError

NOW = datetime.datetime.now(datetime.UTC)


def made(
    algorithm: hashes.SHA256 | hashes.SHA384 | None, key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + datetime.timedelta(days=1))
        .sign(key, algorithm)
    )
    return certificate.public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize(("algorithm", "name"), [(hashes.SHA256(), "sha256"), (hashes.SHA384(), "sha384")])
def test_binding_uses_the_hash_of_the_signature(algorithm: hashes.SHA256 | hashes.SHA384, name: str) -> None:
    der = made(algorithm, ec.generate_private_key(ec.SECP256R1()))
    assert tls_server_end_point(der) == b"tls-server-end-point:" + hashlib.new(name, der).digest()


def test_binding_of_a_signature_without_a_hash_is_sha256() -> None:
    der = made(None, ed25519.Ed25519PrivateKey.generate())
    assert tls_server_end_point(der).endswith(hashlib.sha256(der).digest())


def test_a_certificate_that_cannot_be_read_is_a_protocol_error() -> None:
    with pytest.raises(RemoteProtocolError):
        tls_server_end_point(b"nothing")


def test_made_once_and_kept(tmp_path: Path) -> None:
    files = ensure_self_signed(tmp_path / "tls", ["host.example", "127.0.0.1", "::1"])
    assert stat.S_IMODE(files.key.stat().st_mode) == 0o600
    first = files.certificate.read_bytes()
    assert ensure_self_signed(tmp_path / "tls", ["127.0.0.1"]).certificate.read_bytes() == first
    certificate = x509.load_der_x509_certificate(certificate_der(files.certificate))
    held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert held.get_values_for_type(x509.DNSName) == ["host.example"]
    assert [str(item) for item in held.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]


def test_made_anew_for_other_names_near_its_end_and_when_spoilt(tmp_path: Path) -> None:
    files = ensure_self_signed(tmp_path, ["a"])
    contents = {files.certificate.read_bytes()}
    ensure_self_signed(tmp_path, ["b"])
    contents.add(files.certificate.read_bytes())
    ensure_self_signed(tmp_path, ["b"], now=NOW + datetime.timedelta(days=3 * 365 - 5))
    contents.add(files.certificate.read_bytes())
    files.key.write_bytes(b"spoilt")
    ensure_self_signed(tmp_path, ["b"])
    contents.add(files.certificate.read_bytes())
    assert len(contents) == 4


def test_a_missing_certificate_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no\.pem"):
        certificate_der(tmp_path / "no.pem")
