"""Whom a client certificate stands for: ``winrm/config/service/certmapping`` (winrm-config-and-auth 3.7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from remora.config.settings import ConfigNode, Setting, parse, shown
from remora.errors import ConfigError

MAX_CERTIFICATE: Final = 16384
"""Bytes of the largest client certificate that is taken."""
INVALID_URI: Final = 0x80338160
INVALID_SUBJECT: Final = 0x80338161
INVALID_ISSUER: Final = 0x80338162
PASSWORD_TOO_LONG: Final = 0x8033816A
PASSWORD_BLANK: Final = 0x8033816B
PASSWORD_USER_TUPLE: Final = 0x8033816C
CANNOT_CHANGE_KEYS: Final = 0x80338172
SCHEMA: Final = 0x80338041
_MAX_KEY: Final = 1023
_MAX_PASSWORD: Final = 255
_TABLE: Final = frozenset(("issuer", "subject", "uri", "username", "enabled"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CertMapping:
    """One mapping. issuer: thumbprint of the certificate that signed. subject: UPN or DNS name, one ``*`` at its start.

    uri: resource the account may reach, a prefix with ``*`` at its end. username: a local account.
    """

    issuer: str
    subject: str = "*"
    uri: str = "*"
    username: str
    enabled: bool = True

    def is_named(self, issuer: str, subject: str, uri: str) -> bool:
        """Tell whether these are its keys, without regard to case."""
        return self._key() == _normal(issuer, subject, uri)

    def _key(self) -> tuple[str, str, str]:
        return _normal(self.issuer, self.subject, self.uri)

    def covers(self, resource_uri: str) -> bool:
        """Tell whether a resource lies under its URI."""
        wanted, pattern = resource_uri.casefold(), self.uri.casefold()
        return wanted.startswith(pattern[:-1]) if pattern.endswith("*") else wanted == pattern

    def to_node(self) -> ConfigNode:
        """Return the representation; the password is write-only."""
        values = {
            "Issuer": self.issuer,
            "Subject": self.subject,
            "URI": self.uri,
            "UserName": self.username,
            "Enabled": shown(self.enabled),
        }
        return ConfigNode("CertMapping", None, tuple(ConfigNode(name, text) for name, text in values.items()))


@dataclass(frozen=True, slots=True)
class MappingChange:
    """A mapping as asked for, with the password that must be the account's, None when none was given."""

    mapping: CertMapping
    password: str | None


def new_mapping(issuer: str, subject: str, uri: str, values: Mapping[str, str]) -> MappingChange:
    """Return the mapping of these keys and of a representation. Raises ConfigError with the vendor's code."""
    blank = CertMapping(issuer=_issuer(issuer), subject=_subject(subject), uri=_uri(uri), username="")
    change = changed_mapping(blank, values)
    if not change.mapping.username or change.password is None:
        raise ConfigError("CertMapping: UserName and Password are both needed", code=PASSWORD_USER_TUPLE)
    return change


def changed_mapping(item: CertMapping, values: Mapping[str, str]) -> MappingChange:
    """Return a mapping with a representation laid over it. Raises ConfigError; keys cannot be changed."""
    password: str | None = None
    for name, text in values.items():
        match name.lower():
            case "issuer" | "subject" | "uri" as key:
                if text and text.replace(" ", "").casefold() != getattr(item, key).casefold():
                    raise ConfigError(f"CertMapping/{name}: a key cannot be changed", code=CANNOT_CHANGE_KEYS)
            case "username":
                item = replace(item, username=text.strip())
            case "password":
                password = _password(text)
            case "enabled":
                item = replace(item, enabled=bool(parse("CertMapping/Enabled", Setting(name="Enabled"), bool, text)))
            case _:
                raise ConfigError(f"a certificate mapping has no setting {name!r}", code=SCHEMA)
    return MappingChange(item, password)


def find_mapping(
    mappings: Iterable[CertMapping], *, issuers: Iterable[str], names: Iterable[str], resource_uri: str
) -> CertMapping | None:
    """Return the enabled mapping of a certificate for a resource, the one with the longest URI first; None: nobody.

    issuers: thumbprints of the certificates that signed it. names: its UPNs and DNS names.
    """
    signed = {text.casefold() for text in issuers}
    known = tuple(name.casefold() for name in names)
    fitting = [
        item
        for item in mappings
        if item.enabled
        and item.issuer.casefold() in signed
        and any(_is_subject(item.subject.casefold(), name) for name in known)
        and item.covers(resource_uri)
    ]
    return max(fitting, key=lambda item: (len(item.uri), len(item.subject)), default=None)


def read_mapping(item: object) -> CertMapping:
    """Read one ``[[certificate_mappings]]`` table of the file. Raises ConfigError."""
    if not isinstance(item, Mapping) or not set(item) <= _TABLE or not {"issuer", "username"} <= set(item):
        raise ConfigError("certificate_mappings: each has issuer and username, and may have subject, uri and enabled")
    texts = {name: value for name, value in item.items() if name != "enabled"}
    if not all(isinstance(value, str) for value in texts.values()) or not isinstance(item.get("enabled", True), bool):
        raise ConfigError("certificate_mappings: every value is a text, enabled is true or false")
    return CertMapping(
        issuer=_issuer(texts["issuer"]),
        subject=_subject(texts.get("subject", "*")),
        uri=_uri(texts.get("uri", "*")),
        username=texts["username"],
        enabled=item.get("enabled", True),
    )


def mapping_table(item: CertMapping) -> dict[str, object]:
    """The inverse of ``read_mapping``."""
    table: dict[str, object] = {
        "issuer": item.issuer,
        "subject": item.subject,
        "uri": item.uri,
        "username": item.username,
    }
    return table if item.enabled else {**table, "enabled": False}


def _normal(issuer: str, subject: str, uri: str) -> tuple[str, str, str]:
    return issuer.replace(" ", "").casefold(), subject.strip().casefold(), uri.strip().casefold()


def _is_subject(pattern: str, name: str) -> bool:
    return name.endswith(pattern[1:]) if pattern.startswith("*") else name == pattern


def _issuer(text: str) -> str:
    bare = text.replace(" ", "")
    if not re.fullmatch(r"[0-9A-Fa-f]{40}", bare, re.ASCII):
        raise ConfigError(f"CertMapping/Issuer: {text!r} is no thumbprint of 40 digits", code=INVALID_ISSUER)
    return bare.upper()


def _subject(text: str) -> str:
    bare = text.strip()
    if not 1 <= len(bare) <= _MAX_KEY or "*" in bare[1:]:
        raise ConfigError(f"CertMapping/Subject: {text[:80]!r}: a name, with one * at its start", code=INVALID_SUBJECT)
    return bare


def _uri(text: str) -> str:
    if not 1 <= len(text) <= _MAX_KEY or re.search(r"[\s?]", text) or "*" in text[:-1]:
        raise ConfigError(f"CertMapping/URI: {text[:80]!r}: a URI, with one * at its end", code=INVALID_URI)
    return text


def _password(text: str) -> str:
    if not text:
        raise ConfigError("CertMapping/Password: it is empty", code=PASSWORD_BLANK)
    if len(text) > _MAX_PASSWORD:
        raise ConfigError(f"CertMapping/Password: longer than {_MAX_PASSWORD}", code=PASSWORD_TOO_LONG)
    return text
