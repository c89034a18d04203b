"""Listeners: ``winrm/config/listener`` as typed data, and the URLs of the command line (winrm-config-and-auth 4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from remora.config.settings import ConfigNode, Setting, parse, shown
from remora.config.winrm import check_prefix, check_thumbprint
from remora.errors import ConfigError

ADDRESS_INVALID: Final = 0x80338089
PORT_INVALID: Final = 0x803380DC
THUMBPRINT_BLANK: Final = 0x803380E7
THUMBPRINT_NOT_EMPTY: Final = 0x803380EB
CANNOT_CHANGE_KEYS: Final = 0x803380ED
SELECTOR_VALUE: Final = 0x8033805D
INVALID_PARAMETER: Final = 0x8033803A
SCHEMA: Final = 0x80338041
_MAC: Final = re.compile(r"MAC:[0-9a-f]{2}(?:-[0-9a-f]{2}){5}\Z", re.ASCII | re.IGNORECASE)
_ANY: Final = ("", "*", "+")
_KEYS: Final = frozenset(("url", "certificate", "key", "hostname", "thumbprint", "url_prefix", "enabled"))
_FIELDS: Final = {
    "hostname": ("hostname", Setting(name="Hostname"), str),
    "enabled": ("enabled", Setting(name="Enabled"), bool),
    "urlprefix": ("url_prefix", Setting(name="URLPrefix", check=check_prefix), str),
    "certificatethumbprint": ("thumbprint", Setting(name="CertificateThumbprint", check=check_thumbprint), str),
}
"""What a listener's representation may change, by the wire name in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerSettings:
    """One listener. host: an address, a name, ``MAC:aa-bb-..`` or ``*``. port: None for the default, 0 for a free one.

    certificate, key: PEM files; thumbprint: of a certificate in the host's store; with none of them an https listener
    uses a self-signed certificate of its own.
    """

    secure: bool
    host: str
    port: int | None = None
    certificate: str | None = None
    key: str | None = None
    hostname: str = ""
    thumbprint: str = ""
    url_prefix: str = "wsman"
    enabled: bool = True

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if self.host.count(":") > 1 else self.host
        return f"{'https' if self.secure else 'http'}://{host}" + ("" if self.port is None else f":{self.port}")

    @property
    def transport(self) -> str:
        return "HTTPS" if self.secure else "HTTP"

    @property
    def address(self) -> str:
        """The key as the wire has it: ``*``, ``IP:10.0.0.1`` or ``MAC:aa-bb-cc-dd-ee-ff``."""
        if self.host in _ANY:
            return "*"
        return self.host if _MAC.match(self.host) else f"IP:{self.host}"

    def is_named(self, address: str, transport: str) -> bool:
        """Tell whether these are its keys, without regard to case."""
        return (self.address.casefold(), self.transport) == (address.strip().casefold(), transport.strip().upper())

    def to_node(self, *, port: int, thumbprint: str, listening_on: tuple[str, ...]) -> ConfigNode:
        """Return the representation; port and thumbprint are those in force, listening_on the addresses behind it."""
        values = {
            "Address": self.address,
            "Transport": self.transport,
            "Port": str(port),
            "Hostname": self.hostname,
            "Enabled": shown(self.enabled),
            "URLPrefix": self.url_prefix,
            "CertificateThumbprint": thumbprint,
        }
        leaves = [ConfigNode(name, text) for name, text in values.items()]
        return ConfigNode("Listener", None, (*leaves, *(ConfigNode("ListeningOn", text) for text in listening_on)))


def new_listener(address: str, transport: str, values: Mapping[str, str]) -> ListenerSettings:
    """Return the listener of these keys and of a representation. Raises ConfigError with the vendor's code."""
    secure = {"HTTP": False, "HTTPS": True}.get(transport.strip().upper())
    if secure is None:
        raise ConfigError(f"Transport: {transport!r} is neither HTTP nor HTTPS", code=SELECTOR_VALUE)
    return changed_listener(ListenerSettings(secure=secure, host=_host(address)), values)


def changed_listener(item: ListenerSettings, values: Mapping[str, str]) -> ListenerSettings:
    """Return a copy with a representation laid over it. Raises ConfigError; keys cannot be changed."""
    for name, text in values.items():
        match name.lower():
            case "address" | "transport":
                if text and not _same_key(item, name.lower(), text):
                    raise ConfigError(f"Listener/{name}: a key cannot be changed", code=CANNOT_CHANGE_KEYS)
            case "port":
                item = replace(item, port=_port(text))
            case "listeningon":
                continue
            case wire if wire in _FIELDS:
                field, declared, kind = _FIELDS[wire]
                value: Any = parse(f"Listener/{declared.name}", declared, kind, text)
                item = replace(item, **{field: value})
            case _:
                raise ConfigError(f"a listener has no setting {name!r}", code=SCHEMA)
    thumbprint = item.thumbprint.replace(" ", "").upper()
    if thumbprint and not item.secure:
        raise ConfigError("Listener/CertificateThumbprint: an HTTP listener has none", code=THUMBPRINT_NOT_EMPTY)
    own_certificate = item.certificate is not None or item.host == "localhost"
    if item.secure and not thumbprint and not own_certificate:
        raise ConfigError(
            "Listener/CertificateThumbprint: an HTTPS listener needs the thumbprint of a certificate",
            code=THUMBPRINT_BLANK,
        )
    return replace(item, thumbprint=thumbprint)


def parse_listener(url: str, *, certificate: str | None = None, key: str | None = None) -> ListenerSettings:
    """Read ``http://127.0.0.1:5985``, ``https://*`` and the like; anything else raises ConfigError."""
    wrong = ConfigError(f"{url!r} is no listener: write http://ADDRESS:PORT or https://ADDRESS:PORT")
    try:
        parts = urlsplit(url.replace("://+", "://*"))
        port = parts.port
    except ValueError:
        raise wrong from None
    extra = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if parts.scheme not in ("http", "https") or not parts.hostname or extra:
        raise wrong
    if (certificate is None) != (key is None):
        raise ConfigError(f"listener {url}: a certificate needs its key, and a key its certificate")
    return ListenerSettings(
        secure=parts.scheme == "https", host=parts.hostname, port=port, certificate=certificate, key=key
    )


def read_listener(item: object) -> ListenerSettings:
    """Read one ``[[listeners]]`` table of the file. Raises ConfigError."""
    if not isinstance(item, Mapping) or not set(item) <= _KEYS or "url" not in item:
        raise ConfigError(f"listeners: each has a url, and may have {', '.join(sorted(_KEYS - {'url'}))}")
    texts = {name: value for name, value in item.items() if name != "enabled"}
    if not all(isinstance(value, str) for value in texts.values()) or not isinstance(item.get("enabled", True), bool):
        raise ConfigError(f"listeners: {', '.join(texts)} must be texts, enabled is true or false")
    url = texts["url"]
    mac = re.fullmatch(r"(https?)://(MAC:[0-9A-Fa-f-]{17})(?::([0-9]{1,5}))?", url)
    if mac is not None:
        port = None if mac[3] is None else int(mac[3])
        read = ListenerSettings(secure=mac[1] == "https", host=mac[2], port=port)
    else:
        read = parse_listener(url, certificate=texts.get("certificate"), key=texts.get("key"))
    for name, check in (("url_prefix", check_prefix), ("thumbprint", check_thumbprint)):
        if name in texts and (problem := check(texts[name])) is not None:
            raise ConfigError(f"listeners.{name}: {problem}")
    more = {name: texts[name] for name in ("hostname", "thumbprint", "url_prefix") if name in texts}
    return replace(read, enabled=item.get("enabled", True), **more)


def listener_table(item: ListenerSettings) -> dict[str, object]:
    """The inverse of ``read_listener``."""
    table: dict[str, object] = {"url": item.url}
    if item.certificate is not None and item.key is not None:
        table |= {"certificate": item.certificate, "key": item.key}
    texts = {"hostname": item.hostname, "thumbprint": item.thumbprint}
    table |= {name: text for name, text in texts.items() if text}
    if item.url_prefix != "wsman":
        table["url_prefix"] = item.url_prefix
    if not item.enabled:
        table["enabled"] = False
    return table


def _host(address: str) -> str:
    text = address.strip()
    if text == "*":
        return "*"
    if _MAC.match(text):
        return text
    kind, _colon, rest = text.partition(":")
    try:
        if kind.upper() == "IP":
            return str(ip_address(rest))
    except ValueError:
        pass
    raise ConfigError(f"Address: {address!r} is not *, IP:ADDRESS or MAC:ADDRESS", code=ADDRESS_INVALID)


def _same_key(item: ListenerSettings, name: str, text: str) -> bool:
    held = item.address if name == "address" else item.transport
    return held.casefold() == text.strip().casefold()


def _port(text: str) -> int:
    if re.fullmatch(r"[0-9]{1,5}", text.strip(), re.ASCII) and 1 <= int(text) <= 65535:
        return int(text)
    raise ConfigError(f"Listener/Port: {text!r} is not a port from 1 to 65535", code=PORT_INVALID)
