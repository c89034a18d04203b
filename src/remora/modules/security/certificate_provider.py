"""The Cert: drive: the certificates of the user and of the machine, from the directories of the client.

A store is a directory (auth.certificate_store): My holds what has a key, Root the authorities that are trusted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from remora.auth.certificate_store import CertificateStore, StoredCertificate
from remora.client.config_store import ClientConfig
from remora.engine.cmdlet import Parameter
from remora.engine.convert import to_text
from remora.engine.drives import ResolvedPath
from remora.engine.errors import error
from remora.engine.types.registry import unwrap
from remora.engine.wildcard import like
from remora.errors import ConfigError
from remora.modules.common import as_list, custom
from remora.modules.management.providers.base import ItemCommand, Provider, dynamic
from remora.modules.security.certificate import DOCUMENT_ENCRYPTION, Certificate

MACHINE_STORE: Final = Path("/etc/remora/certificates")
LOCATIONS: Final = ("CurrentUser", "LocalMachine")
STORES: Final = ("My", "Root")


_USAGES: Final = {
    "code_signing_cert": ExtendedKeyUsageOID.CODE_SIGNING.dotted_string,
    "document_encryption_cert": DOCUMENT_ENCRYPTION,
    "ssl_server_authentication": ExtendedKeyUsageOID.SERVER_AUTH.dotted_string,
}
_NAMES: Final = {"ssl_server_authentication": "SSLServerAuthentication"}
_SELECTING: Final = {
    **dict.fromkeys(_USAGES, "switch"),
    "dns_name": "string",
    "eku": "string[]",
    "expiring_in_days": "int",
}


class CertificateProvider(Provider):
    """Locations, stores in them, and certificates by thumbprint."""

    is_navigable = True

    def exists(self, path: str) -> bool:
        match _parts(path):
            case None:
                return False
            case [location, store, thumbprint]:
                return self._find(location, store, thumbprint) is not None
        return True

    def is_container(self, path: str) -> bool:
        parts = _parts(path)
        return parts is not None and len(parts) < 3

    def names(self, path: str) -> Iterable[str]:
        match _parts(path):
            case []:
                return LOCATIONS
            case [_]:
                return STORES
            case [location, store]:
                return [item.thumbprint for item in _certificates(location, store)]
        return ()

    def join(self, parent: str, name: str) -> str:
        return f"{parent}/{name}" if parent else name

    def item(self, place: ResolvedPath) -> Any:
        match _parts(place.path):
            case [location, store, thumbprint]:
                found = self._find(location, store, thumbprint)
                assert found is not None
                return self.with_notes(Certificate(found.certificate, _key(found)), place)
            case [location, store]:
                return self.with_notes(custom(Name=store), place)
            case [location]:
                return self.with_notes(custom(Location=location, StoreNames=dict.fromkeys(STORES, True)), place)
        return self.with_notes(custom(Name="Certificate"), place)

    def with_notes(self, value: Any, place: ResolvedPath) -> Any:
        found = super().with_notes(value, place)
        parent, _, name = place.path.rpartition("/")
        found.extended["PSParentPath"] = place.at(parent).ps_path().replace("/", "\\")
        found.extended["PSChildName"] = name
        return found

    def dynamic_parameters(self, command: ItemCommand, place: ResolvedPath) -> Sequence[Parameter]:
        match command.spec.name:
            case "Remove-Item":
                return (dynamic("delete_key", Parameter("switch")),)
            case "Get-ChildItem":
                return [dynamic(name, Parameter(kind, name=_NAMES.get(name))) for name, kind in _SELECTING.items()]
        return ()

    def lets_through(self, command: ItemCommand, item: Any) -> bool:
        found = unwrap(item)
        if not isinstance(found, Certificate):
            return not any(getattr(command, name, None) for name in _SELECTING)
        usages = found.key_usages()
        wanted = [_USAGES[name] for name in _USAGES if getattr(command, name, False)]
        if not all(usage in usages for usage in wanted):
            return False
        if not all(to_text(one) in usages for one in as_list(getattr(command, "eku", None))):
            return False
        days = getattr(command, "expiring_in_days", None)
        if days is not None and found.x509.not_valid_after_utc > datetime.now(UTC) + timedelta(days=int(days)):
            return False
        pattern = getattr(command, "dns_name", None)
        return pattern is None or any(like(name, to_text(pattern)) for name in found.dns_names())

    def remove_item(self, command: ItemCommand, place: ResolvedPath, *, recurse: bool) -> None:
        parts = _parts(place.path)
        if parts is None or len(parts) != 3:
            raise error("Only certificates can be removed here.", "NotSupported", "InvalidOperation", place.path)
        found = self._find(*parts)
        if found is not None and command.should_process(f"Item: {place.full()}", "Remove certificate"):
            found.path.unlink(missing_ok=True)
            if getattr(command, "delete_key", False) and found.files is not None:
                found.files.key.unlink(missing_ok=True)

    def _find(self, location: str, store: str, thumbprint: str) -> StoredCertificate | None:
        wanted = thumbprint.replace(" ", "").upper()
        return next((item for item in _certificates(location, store) if item.thumbprint == wanted), None)


def _key(found: StoredCertificate) -> Any:
    """The private key beside a certificate; None without one, or with one that needs a password."""
    if found.files is None:
        return None
    try:
        return serialization.load_pem_private_key(found.files.key.read_bytes(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        return None


def _parts(path: str) -> list[str] | None:
    """The location, the store and the thumbprint that a path names, as they are written; None for no such place."""
    given = [part for part in path.split("/") if part]
    if len(given) > 3:
        return None
    for index, known in enumerate((LOCATIONS, STORES)):
        if len(given) > index:
            found = next((name for name in known if name.casefold() == given[index].casefold()), None)
            if found is None:
                return None
            given[index] = found
    return given


def _certificates(location: str, store: str) -> list[StoredCertificate]:
    if location == LOCATIONS[0]:
        try:
            directory = ClientConfig.load().certificates
        except ConfigError as failure:
            raise error(str(failure), "CertificateStoreFailed", "OpenError") from None
    else:
        directory = MACHINE_STORE
    held = CertificateStore(directory)
    return held.own() if store == STORES[0] else held.trusted()
