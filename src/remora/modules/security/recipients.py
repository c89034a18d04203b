"""-To of the CMS cmdlets: certificates, files, directories, thumbprints and subject names."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Any, Final

from remora.engine.cmdlet import Cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import PSError, error
from remora.engine.types.registry import unwrap
from remora.engine.wildcard import compile_wildcard
from remora.modules.common import as_list
from remora.modules.management.paths import glob
from remora.modules.security.certificate import (
    DOCUMENT_ENCRYPTION,
    Certificate,
    load_certificates,
    personal_store,
    read_certificates,
)
from remora.modules.security.distinguished import name_text

_ARGUMENT: Final = "System.ArgumentException"


def recipients(command: Cmdlet, given: Any, *, encrypts: bool) -> list[Certificate]:
    """The certificates that -To means: those to encrypt for, or those whose keys may open a message. Raises PSError."""
    out: list[Certificate] = []
    for item in as_list(given):
        inner = unwrap(item)
        found = [inner] if isinstance(inner, Certificate) else _named(command, to_text(inner))
        out += _for_encryption(found, item) if encrypts else [one for one in found if one.key is not None]
    return out


def _named(command: Cmdlet, text: str) -> list[Certificate]:
    found = _from_text(text) or _from_path(command, text) or _from_store(text)
    if not found:
        raise error(
            f"Cannot load encryption certificate. The certificate setting '{text}' does not represent a valid base-64 "
            "encoded certificate, nor does it represent a valid certificate by file, directory, thumbprint, or "
            "subject name.", "NoCertificateFound", "ObjectNotFound", text, type_name=_ARGUMENT,
        )  # fmt: skip
    return found


def _from_text(text: str) -> list[Certificate]:
    try:
        data = text.encode() if "-----BEGIN" in text else base64.b64decode("".join(text.split()), validate=True)
        return load_certificates(data) if len(data) > 64 else []
    except (PSError, ValueError, binascii.Error):
        return []


def _from_path(command: Cmdlet, text: str) -> list[Certificate]:
    try:
        places = list(glob(command.session, text, hidden=True))
    except PSError:
        return []
    if any(not place.is_file_system for place in places):
        raise error(
            f"Cannot load certificate. '{text}' must resolve to a file system path.",
            "CertificatePathMustBeFileSystemPath", "ObjectNotFound", text, type_name=_ARGUMENT,
        )  # fmt: skip
    out: list[Certificate] = []
    for path in (Path(place.path) for place in places):
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            try:
                out += read_certificates(file)[:1]
            except (OSError, PSError):
                continue
    return out


def _from_store(text: str) -> list[Certificate]:
    """By thumbprint; else by subject, with wildcards."""
    known = personal_store()
    found = [one for one in known if one.thumbprint.lower() == text.lower()]
    test = compile_wildcard(text)
    return found or [one for one in known if test.fullmatch(name_text(one.x509.subject))]


def _for_encryption(found: list[Certificate], item: Any) -> list[Certificate]:
    fit = [one for one in found if one.can_encrypt_documents]
    if not fit:
        thumbprint = found[0].thumbprint
        raise error(
            f"Certificate '{thumbprint}' cannot be used for encryption. Encryption certificates must contain the Data "
            "Encipherment or Key Encipherment key usage, and include the Document Encryption Enhanced Key Usage "
            f"({DOCUMENT_ENCRYPTION}).", "CertificateCannotBeUsedForEncryption", "InvalidData", thumbprint,
            type_name=_ARGUMENT,
        )  # fmt: skip
    if len({one.thumbprint for one in fit}) > 1:
        raise error(
            f"Cannot load certificate. The identifier '{to_text(item)}' matches multiple certificates. To encrypt to "
            "multiple recipients, provide multiple specific values to the 'To' parameter, rather than a wildcard that "
            "matches multiple certificates.", "IdentifierMustReferenceSingleCertificate", "LimitsExceeded",
            to_text(item), type_name=_ARGUMENT,
        )  # fmt: skip
    return fit[:1]
