"""Enveloped CMS messages (RFC 5652) in their text form, and what their heads tell."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from remora.engine.errors import error
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.typeref import register
from remora.modules.common import custom
from remora.modules.security.certificate import Certificate, serial
from remora.modules.security.distinguished import elements, name_text, object_id

BEGIN: Final = "-----BEGIN CMS-----"
END: Final = "-----END CMS-----"
_LINE: Final = 64
_PROBLEM: Final = "System.Security.Cryptography.CryptographicException"
_NAMES: Final = {
    "2.16.840.1.101.3.4.1.42": "aes256", "2.16.840.1.101.3.4.1.2": "aes128", "1.2.840.113549.3.7": "3des",
    "1.2.840.113549.1.1.1": "RSA", "1.2.840.113549.1.1.7": "RSAES_OAEP",
}  # fmt: skip


@dataclass(slots=True)
class Envelope(NetObject):
    """What Get-CmsMessage shows. recipients: (serial number in hex, DER of the issuer's name, algorithm)."""

    content: str
    algorithm: str
    recipients: list[tuple[str, bytes, str]]


Envelope.net_type = NetType("System.Security.Cryptography.Pkcs.EnvelopedCms", OBJECT)


def seal(data: bytes, certificates: list[Certificate]) -> str:
    """A message that the keys of these certificates open: AES-256-CBC, keys under RSA. Raises PSError."""
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(data)
    builder = builder.set_content_encryption_algorithm(algorithms.AES256)
    for one in certificates:
        if not isinstance(one.x509.public_key(), rsa.RSAPublicKey):
            raise error("The certificate key algorithm is not supported.", type_name="System.NotSupportedException")
        builder = builder.add_recipient(one.x509)
    text = base64.b64encode(builder.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])).decode("ascii")
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    return "\n".join((BEGIN, *lines, END))


def find(text: str) -> tuple[bytes, int, int] | None:
    """The message in a text, where it begins and where it ends; None when there is none."""
    start = text.find(BEGIN)
    stop = text.find(END, start)
    if start < 0 or stop < 0:
        return None
    try:
        data = base64.b64decode("".join(text[start + len(BEGIN) : stop].split()), validate=True)
    except (ValueError, binascii.Error):
        return None
    return data, start, stop + len(END)


def unseal(data: bytes, certificates: list[Certificate]) -> bytes:
    """The content of a message that one of these keys opens. Raises PSError."""
    for one in certificates:
        if one.key is None or not any(number == serial(one.x509) for number, _, _ in read(data, "").recipients):
            continue
        try:
            return pkcs7.pkcs7_decrypt_der(data, one.x509, one.key, [])
        except ValueError:
            continue
    raise error(
        "The enveloped-data message does not contain the specified recipient.", "CryptographicException",
        type_name=_PROBLEM,
    )  # fmt: skip


def read(data: bytes, content: str) -> Envelope:
    """The head of a message. Raises PSError for what is none."""
    try:
        ((_, whole, _),) = elements(data)
        (_, kind, _), (_, wrapped, _) = elements(whole)
        if object_id(kind) != "1.2.840.113549.1.7.3":
            raise ValueError("no enveloped data")
        ((_, enveloped, _),) = elements(wrapped)
        parts = [one for one in elements(enveloped) if one[0] != 0xA0]
        found = [_recipient(one) for tag, one, _ in elements(parts[1][1]) if tag == 0x30]
        (_, _type, _), (_, algorithm, _), *_ = elements(parts[2][1])
        return Envelope(content, _algorithm(algorithm), found)
    except (ValueError, IndexError):
        raise error("ASN1 corrupted data.", "CryptographicException", type_name=_PROBLEM) from None


def _recipient(content: bytes) -> tuple[str, bytes, str]:
    (_, _version, _), (_, identity, _), (_, algorithm, _), *_ = elements(content)
    (_, _, issuer), (_, number, _) = elements(identity)
    return number.lstrip(b"\0").hex().upper() or "00", issuer, _algorithm(algorithm)


def _algorithm(content: bytes) -> str:
    name = object_id(next(elements(content))[1])
    return _NAMES.get(name, name)


def _issuer(der: bytes) -> str:
    attributes = []
    for _, rdn, _ in elements(der):
        for _, group, _ in elements(rdn):
            row = []
            for _, pair, _ in elements(group):
                (_, kind, _), (_, value, _) = elements(pair)
                row.append(x509.NameAttribute(x509.ObjectIdentifier(object_id(kind)), value.decode("utf-8", "replace")))
            attributes.append(x509.RelativeDistinguishedName(row))
    return name_text(x509.Name(attributes))


def _shown(one: Envelope) -> list[Any]:
    out = []
    for number, issuer, algorithm in one.recipients:
        try:
            name = _issuer(issuer)
        except ValueError:
            name = ""
        identity = custom(Type="IssuerAndSerialNumber", Value=custom(IssuerName=name, SerialNumber=number))
        out.append(custom(RecipientIdentifier=identity, KeyEncryptionAlgorithm=custom(Oid=algorithm)))
    return out


def _declare() -> None:
    e = Envelope.net_type
    e.property("Content", "System.String", kind="NoteProperty")(lambda one: one.content)
    e.property("RecipientInfos")(_shown)
    e.property("ContentEncryptionAlgorithm")(lambda one: custom(Oid=one.algorithm))
    e.property("Version", "System.Int32")(lambda one: 0)
    register(e)


_declare()
