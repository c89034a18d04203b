"""What a client certificate must be to log somebody on, and whose it is (winrm-config-and-auth 3.7)."""

from __future__ import annotations

from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from remora.errors import AuthError

PROFILE: Final = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
"""What the Authorization header says of a request on a TLS connection that has shown a client certificate."""
NOT_FOR_CLIENTS: Final = 0x80338155
WRONG_NAMES: Final = 0x80338148
_UPN: Final = ObjectIdentifier("1.3.6.1.4.1.311.20.2.3")
_UTF8_STRING: Final = 0x0C
_MAX_NAMES: Final = 256


def holder_names(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the user principal names of a user's certificate, or the DNS names of a computer's.

    Raises AuthError: not for client authentication (0x80338155), names of both kinds or of none (0x80338148).
    """
    if ExtendedKeyUsageOID.CLIENT_AUTH not in _usages(certificate):
        raise AuthError("the certificate is not for client authentication", code=NOT_FOR_CLIENTS)
    try:
        held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        users = tuple(_text(name.value) for name in held.get_values_for_type(x509.OtherName) if name.type_id == _UPN)
        computers = tuple(held.get_values_for_type(x509.DNSName))
    except (x509.ExtensionNotFound, ValueError):
        users = computers = ()
    if bool(users) == bool(computers) or len(users) + len(computers) > _MAX_NAMES:
        raise AuthError(
            "a client certificate names a user by a user principal name, or a computer by DNS names, not both",
            code=WRONG_NAMES,
        )
    return users or computers


def _usages(certificate: x509.Certificate) -> x509.ExtendedKeyUsage | tuple[ObjectIdentifier, ...]:
    try:
        return certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return ()


def _text(der: bytes) -> str:
    """Return the one UTF8String that a name is. Raises ValueError for anything else."""
    if len(der) < 2 or der[0] != _UTF8_STRING:
        raise ValueError("not a UTF8String")
    length, start = der[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(der[2:start], "big")
    if not 1 <= length == len(der) - start:
        raise ValueError("a length that lies")
    return der[start:].decode("utf-8")
