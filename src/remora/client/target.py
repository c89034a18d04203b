"""What a person writes to name a machine, and the endpoint it means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from remora.client.config_store import ClientConfig, HostAlias
from remora.errors import ConfigError, PSSessionError

DEFAULT_APPLICATION = "wsman"
_HOST = re.compile(r"\w[\w.-]*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One endpoint. computer_name keeps the caller's spelling; url is complete; alias: its configuration entry."""

    computer_name: str
    url: str
    username: str | None = None
    alias: HostAlias | None = None

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        parts = urlsplit(self.url)
        return parts.port or (443 if parts.scheme == "https" else 80)

    @property
    def secure(self) -> bool:
        return self.url.startswith("https://")


def resolve(
    text: str | None,
    config: ClientConfig,
    *,
    port: int | None = None,
    use_ssl: bool = False,
    application_name: str | None = None,
) -> Target:
    """Resolve an alias, ``host``, ``user@host:port``, an IPv6 address, ``.`` or a URL.

    An alias keeps its host; a port, TLS or an
    application name given here replace the alias's own. Raises PSSessionError (PSSessionInvalidComputerName) for text
    that names no host.
    """
    if port is not None and not 1 <= port <= 65535:
        raise PSSessionError(
            f"port {port} is outside 1..65535", error_id="ParameterArgumentValidationError", category="InvalidData"
        )
    written = "localhost" if text is None or text.strip() in ("", ".") else text.strip()
    if "://" in written:
        return from_uri(written, config)
    user, name = _split_user(written)
    host, own_port = _split_port(name, written)
    alias = config.alias(name) or config.alias(host)
    if alias is not None and alias.url is not None:
        url, own_name = _alias_url(alias, config, own_port or port, use_ssl, application_name)
        return Target(computer_name=host, url=url, username=user or alias.username or own_name, alias=alias)
    chosen = own_port or port or (config.https_port if use_ssl else config.http_port)
    shown = f"[{host}]" if ":" in host else host
    path = (application_name or DEFAULT_APPLICATION).strip("/")
    url = f"{'https' if use_ssl else 'http'}://{shown}:{chosen}/{path}"
    named = alias.username if alias is not None else None
    return Target(computer_name=shown, url=url, username=user or named, alias=alias)


def from_uri(text: str, config: ClientConfig) -> Target:
    """Resolve a connection URI: used exactly as given, with the path /wsman when it has none.

    Raises PSSessionError: RelativeUriForRunspacePathNotSupported, InvalidSchemeValue, CreateRemoteRunspaceFailed.
    """
    parts, port, name = split_uri(text)
    scheme = parts.scheme.lower()
    host = f"[{name}]" if ":" in name else name
    path = parts.path if parts.path not in ("", "/") or parts.query else "/" + DEFAULT_APPLICATION
    query = f"?{parts.query}" if parts.query else ""
    chosen = port or (443 if scheme == "https" else 80)
    user = unquote(parts.username) if parts.username else None
    return Target(
        computer_name=host,
        url=f"{scheme}://{host}:{chosen}{path}{query}",
        username=user,
        alias=config.alias(name),
    )


def split_uri(text: str) -> tuple[SplitResult, int | None, str]:
    """Split a URI that can be used, and return its port and host too; the error of another one says what is wrong."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _bad_uri(f"{text!r} is not a valid URI", "CreateRemoteRunspaceFailed") from None
    if parts.password is not None:
        raise ConfigError("a password does not belong in a URL: use a password file, standard input or the prompt")
    if not parts.scheme or not (parts.netloc or parts.path):
        raise _bad_uri(f"the connection URI {text!r} is not absolute", "RelativeUriForRunspacePathNotSupported")
    if parts.scheme.lower() not in ("http", "https"):
        raise _bad_uri(f"the connection URI {text!r} does not begin with http:// or https://", "InvalidSchemeValue")
    host = parts.hostname or ""
    if port == 0 or not (":" in host or _HOST.match(host)):
        raise _bad_uri(f"the connection URI {text!r} names no host and port", "CreateRemoteRunspaceFailed")
    return parts, port, host


def _bad_uri(wrong: str, error_id: str) -> PSSessionError:
    return PSSessionError(wrong, error_id=error_id, category="InvalidArgument")


def _alias_url(
    alias: HostAlias, config: ClientConfig, port: int | None, use_ssl: bool, application_name: str | None
) -> tuple[str, str | None]:
    """Return the URL of an alias, with what the caller wants otherwise, and the user name in it."""
    try:
        target = from_uri(alias.url or "", config)
    except PSSessionError as error:
        raise ConfigError(f"client configuration, hosts.{alias.name}: {error}") from None
    if port is None and not use_ssl and application_name is None:
        return target.url, target.username
    parts = urlsplit(target.url)
    upgraded = use_ssl and not target.secure
    chosen = port or (config.https_port if upgraded else target.port)
    path = f"/{application_name.strip('/')}" if application_name is not None else parts.path
    netloc = f"{target.computer_name}:{chosen}"
    return urlunsplit(("https" if upgraded else parts.scheme, netloc, path, parts.query, "")), target.username


def _split_user(text: str) -> tuple[str | None, str]:
    user, at, host = text.rpartition("@")
    return (user, host) if at and user else (None, host)


def _split_port(name: str, written: str) -> tuple[str, int | None]:
    """Split ``host``, ``host:port``, ``[v6]``, ``[v6]:port`` or a bare IPv6 address."""
    if name.count(":") > 1 and not name.startswith("["):
        return _ipv6(name, written), None
    host, port_text = name, ""
    if name.startswith("["):
        host, closed, rest = name[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            raise _invalid(written)
        port_text = rest[1:]
    elif ":" in name:
        host, _, port_text = name.partition(":")
        if not port_text:
            raise _invalid(written)
    if port_text and not (port_text.isascii() and port_text.isdigit() and 1 <= int(port_text) <= 65535):
        raise _invalid(written)
    if name.startswith("["):
        host = _ipv6(host, written)
    elif not _HOST.match(host):
        raise _invalid(written)
    return host, int(port_text) if port_text else None


def _ipv6(host: str, written: str) -> str:
    try:
        IPv6Address(host)
    except ValueError:
        raise _invalid(written) from None
    return host


def _invalid(written: str) -> PSSessionError:
    return PSSessionError(
        f"{written!r} is not a valid computer name", error_id="PSSessionInvalidComputerName", category="InvalidArgument"
    )
