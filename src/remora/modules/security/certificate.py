"""X509Certificate2: a certificate with or without its private key, over the ``cryptography`` library."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtensionOID, NameOID

from remora.engine.errors import PSError, error
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.typeref import register
from remora.modules.security.distinguished import name_text
from remora.values.collections import TypedArray

_X: Final = "System.Security.Cryptography.X509Certificates."
DOCUMENT_ENCRYPTION: Final = "1.3.6.1.4.1.311.80.1"
MAX_FILE: Final = 1 << 22
_STORE: Final = ".dotnet/corefx/cryptography/x509stores/my"
_BEGIN: Final = b"-----BEGIN CERTIFICATE-----"


class Certificate(NetObject):
    """One certificate. key: its private key, None without one."""

    __slots__ = ("key", "x509")
    net_type = NetType(
        _X + "X509Certificate2", NetType(_X + "X509Certificate", OBJECT), default_display=("Thumbprint", "Subject")
    )

    def __init__(self, certificate: x509.Certificate, key: Any = None) -> None:
        self.x509 = certificate
        self.key = key

    @property
    def thumbprint(self) -> str:
        """The SHA-1 of the certificate, in capitals: its name in stores, no protection."""
        return self.x509.fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303  what Windows calls certificates by

    @property
    def simple_name(self) -> str:
        """The common name, or the whole subject."""
        found = self.x509.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(found[0].value) if found else name_text(self.x509.subject)

    def key_usages(self) -> list[str]:
        """Object identifiers of the enhanced key usages."""
        with contextlib.suppress(x509.ExtensionNotFound, ValueError):
            found = self.x509.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
            return [one.dotted_string for one in found.value]
        return []

    @property
    def can_encrypt_documents(self) -> bool:
        """Whether it is meant for messages: key usage and enhanced key usage say so."""
        with contextlib.suppress(x509.ExtensionNotFound, ValueError):
            usage = self.x509.extensions.get_extension_for_class(x509.KeyUsage).value
            return (usage.key_encipherment or usage.data_encipherment) and DOCUMENT_ENCRYPTION in self.key_usages()
        return False

    def dns_names(self) -> list[str]:
        """The host names that it was issued to, or its simple name."""
        with contextlib.suppress(x509.ExtensionNotFound, ValueError):
            names = self.x509.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
            return [str(name) for name in names.get_values_for_type(x509.DNSName)]  # type: ignore[attr-defined]
        return [self.simple_name]

    def net_text(self) -> str:
        return (
            f"[Subject]\n  {name_text(self.x509.subject)}\n\n[Issuer]\n  {name_text(self.x509.issuer)}\n\n"
            f"[Serial Number]\n  {serial(self.x509)}\n\n[Thumbprint]\n  {self.thumbprint}\n"
        )


def serial(certificate: x509.Certificate) -> str:
    """The serial number in hexadecimal digits, two a byte."""
    text = f"{certificate.serial_number:X}"
    return "0" * (len(text) % 2) + text


def load_certificates(data: bytes, password: str | None = None) -> list[Certificate]:
    """Certificates of a file: PKCS #12, PEM or DER, with their keys where these are in it. Raises PSError."""
    secret = None if password is None else password.encode("utf-8")
    try:
        if _BEGIN in data:
            key = None
            if b"PRIVATE KEY-----" in data:
                key = serialization.load_pem_private_key(data, secret)
            found = [Certificate(one) for one in x509.load_pem_x509_certificates(data)]
            found[0].key = key
            return found
        with contextlib.suppress(ValueError):
            return [Certificate(x509.load_der_x509_certificate(data))]
        key, own, more = pkcs12.load_key_and_certificates(data, secret)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        why = "The certificate data cannot be read with the provided password, the password may be incorrect."
        raise error(
            why, "CryptographicException", type_name="System.Security.Cryptography.CryptographicException"
        ) from None
    others = [Certificate(one) for one in more]
    return [Certificate(own, key), *others] if own is not None else others


def read_certificates(path: Path, password: str | None = None) -> list[Certificate]:
    """As `load_certificates`, from a file of at most MAX_FILE bytes. Raises OSError, PSError."""
    with path.open("rb") as file:
        return load_certificates(file.read(MAX_FILE), password)


def personal_store() -> list[Certificate]:
    """CurrentUser/My as .NET keeps it on Unix: PKCS #12 files without a password; others are passed over."""
    found: list[Certificate] = []
    with contextlib.suppress(OSError, RuntimeError):
        for path in sorted((Path.home() / _STORE).glob("*.pfx")):
            with contextlib.suppress(OSError, PSError):
                found += read_certificates(path)[:1]
    return found


def _bytes(data: bytes) -> TypedArray:
    return TypedArray(list(data), "System.Byte")


def _constructed(path: str, password: str | None = None) -> Certificate:
    from remora.engine.context import current

    place = current().drives.resolve(path)
    try:
        return read_certificates(Path(place.path), password)[0]
    except OSError as problem:
        raise error(
            f"{problem.strerror}: '{path}'", "FileNotFoundException", type_name="System.IO.FileNotFoundException"
        ) from None


def _declare() -> None:
    c = Certificate.net_type
    c.property("Thumbprint", "System.String")(lambda one: one.thumbprint)
    c.property("Subject", "System.String")(lambda one: name_text(one.x509.subject))
    c.property("Issuer", "System.String")(lambda one: name_text(one.x509.issuer))
    c.property("NotBefore", "System.DateTime")(lambda one: one.x509.not_valid_before_utc.astimezone())
    c.property("NotAfter", "System.DateTime")(lambda one: one.x509.not_valid_after_utc.astimezone())
    c.property("SerialNumber", "System.String")(lambda one: serial(one.x509))
    c.property("FriendlyName", "System.String")(lambda one: "")
    c.property("HasPrivateKey", "System.Boolean")(lambda one: one.key is not None)
    c.property("Version", "System.Int32")(lambda one: one.x509.version.value + 1)
    c.property("RawData", "System.Byte[]")(_raw)
    c.property("DnsNameList")(lambda one: one.dns_names())
    c.property("EnhancedKeyUsageList")(lambda one: one.key_usages())
    c.method("GetRawCertData()", returns="byte[]")(_raw)
    c.method("GetCertHashString()", returns="string")(lambda one: one.thumbprint)
    c.method("GetSerialNumberString()", returns="string")(lambda one: serial(one.x509))
    c.method("ToString()", returns="string")(lambda one: one.net_text())
    c.constructor("(string)", "(string, string)")(_constructed)
    c.constructor("(byte[])")(lambda data: load_certificates(bytes(data))[0])
    register(c)


def _raw(one: Certificate) -> bytes:
    return one.x509.public_bytes(serialization.Encoding.DER)


_declare()
