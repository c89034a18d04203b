"""Whose a client certificate is, whatever its extensions hold."""

from __future__ import annotations

import datetime
from contextlib import suppress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from hypothesis import given
from hypothesis import strategies as st

from remora.auth.client_certificate import NOT_FOR_CLIENTS, WRONG_NAMES, holder_names
from remora.errors import AuthError
from tests.support.authority import UPN, Authority

KEY = ec.generate_private_key(ec.SECP256R1())
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "anna")])
NOW = datetime.datetime.now(datetime.UTC)


def made(
    *names: x509.GeneralName, usages: tuple[ObjectIdentifier, ...] = (ExtendedKeyUsageOID.CLIENT_AUTH,)
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(KEY.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + datetime.timedelta(days=1))
    )
    if usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(KEY, hashes.SHA256())


def upn(der: bytes) -> x509.GeneralName:
    return x509.OtherName(UPN, der)


def test_a_user_and_a_computer() -> None:
    authority = Authority()
    assert holder_names(authority.client("x", upn="änna@example.test").certificate) == ("änna@example.test",)
    assert holder_names(authority.client("x", dns=["a.test", "b.test"]).certificate) == ("a.test", "b.test")


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=300))
def test_a_name_of_any_length(name: str) -> None:
    data = name.encode()
    length = bytes([len(data)]) if len(data) < 128 else b"\x82" + len(data).to_bytes(2, "big")
    assert holder_names(made(upn(b"\x0c" + length + data))) == (name,)


@given(st.binary(max_size=40))
def test_any_other_bytes_are_a_name_or_refused(data: bytes) -> None:
    with suppress(AuthError, ValueError):  # ValueError: the library does not even write it into a certificate
        assert holder_names(made(upn(b"\x0c" + data)))[0].encode() in data


@pytest.mark.parametrize(
    "der",
    [
        b"\x0c\x00",
        b"\x0c\x05anna",
        b"\x0c\x03anna",
        b"\x16\x04anna",
        b"\x0c\x02\xff\xfe",
        b"\x0c\x84\x00\x00\x00\x04anna1",
    ],
)
def test_names_that_are_none(der: bytes) -> None:
    with pytest.raises((AuthError, ValueError)) as caught:
        holder_names(made(upn(der)))
    assert getattr(caught.value, "code", WRONG_NAMES) == WRONG_NAMES


@pytest.mark.parametrize("names", [(), (upn(b"\x0c\x04anna"), x509.DNSName("a.test")), (x509.RFC822Name("a@b.test"),)])
def test_names_of_both_kinds_or_none(names: tuple[x509.GeneralName, ...]) -> None:
    with pytest.raises(AuthError) as caught:
        holder_names(made(*names))
    assert caught.value.code == WRONG_NAMES


@pytest.mark.parametrize(
    "usages", [(), (ExtendedKeyUsageOID.SERVER_AUTH,), (ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,)]
)
def test_not_for_clients(usages: tuple[ObjectIdentifier, ...]) -> None:
    with pytest.raises(AuthError) as caught:
        holder_names(made(x509.DNSName("a.test"), usages=usages))
    assert caught.value.code == NOT_FOR_CLIENTS
