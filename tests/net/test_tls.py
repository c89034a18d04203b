from __future__ import annotations

import datetime
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from remora.auth.certificates import CertificateFiles, self_signed
from remora.errors import ConfigError, TransportError
from remora.net.tls import check_name, client_context, server_context

NOW = datetime.datetime.now(datetime.UTC)


def der(*names: str) -> bytes:
    certificate, _ = self_signed(names, now=NOW)
    return x509.load_pem_x509_certificate(certificate).public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize(
    ("names", "host"),
    [
        (("a.example",), "A.Example."),
        (("x", "b.example"), "b.example"),
        (("*.example",), "c.example"),
        (("10.0.0.1",), "10.0.0.1"),
        (("::1",), "0:0:0:0:0:0:0:1"),
    ],
)
def test_names_that_match(names: tuple[str, ...], host: str) -> None:
    check_name(der(*names), host)


@pytest.mark.parametrize(
    ("names", "host"),
    [(("a.example",), "b.example"), (("*.example",), "a.b.example"), (("*.example",), "example"), (("1.2.3.4",), "a")],
)
def test_names_that_do_not(names: tuple[str, ...], host: str) -> None:
    with pytest.raises(TransportError, match="issued to"):
        check_name(der(*names), host)


def test_the_common_name_counts_where_there_is_no_other() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "old.example")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(NOW).not_valid_after(NOW + datetime.timedelta(days=1))
    held = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    check_name(held, "old.example")
    with pytest.raises(TransportError):
        check_name(held, "new.example")


def test_garbage_is_a_transport_error() -> None:
    with pytest.raises(TransportError):
        check_name(b"", "a")


def test_contexts(tmp_path: Path) -> None:
    assert client_context().verify_mode is ssl.CERT_REQUIRED
    assert client_context().check_hostname
    assert not client_context(skip_cn_check=True).check_hostname
    assert client_context(skip_cn_check=True).verify_mode is ssl.CERT_REQUIRED
    assert client_context(skip_ca_check=True).verify_mode is ssl.CERT_NONE
    assert client_context(ca_trust=tmp_path).verify_mode is ssl.CERT_REQUIRED
    assert client_context().minimum_version is ssl.TLSVersion.TLSv1_2


def test_files_that_are_not_there(tmp_path: Path) -> None:
    missing = tmp_path / "no.pem"
    with pytest.raises(ConfigError, match=r"no\.pem"):
        client_context(ca_trust=missing)
    with pytest.raises(ConfigError, match=r"no\.pem"):
        server_context(CertificateFiles(missing, missing))
