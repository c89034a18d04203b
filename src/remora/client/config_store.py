"""The client's configuration file: what is allowed, what names mean, where UNC paths lie.

``~/.config/remora/client.toml``, for root ``/etc/remora/client.toml``::

    [client]
    allow_unencrypted = false
    max_retry_time = 240000
    trusted_hosts = ["*.lab.example", "10.0.0.5", "<local>"]
    allow_fresh_credentials = ["WSMAN/*.lab.example"]
    allow_fresh_credentials_ntlm_only = ["WSMAN/10.0.0.5"]
    certificates = "/home/me/certificates"

    [client.auth]
    basic = true

    [hosts.Server01]
    url = "http://127.0.0.1:5985/wsman"
    username = "admin"
    password_file = "/home/me/.server01"

    [unc]
    '\\\\Server01\\Scripts' = "/srv/scripts"
"""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path, PureWindowsPath
from typing import Any

import tomli_w

from remora.auth.trust import host_patterns
from remora.errors import ConfigError

FILE_NAME = "client.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientAuth:
    """Which mechanisms this client may use at all (winrm/config/client/auth)."""

    basic: bool = False
    digest: bool = True
    negotiate: bool = True
    kerberos: bool = True
    certificate: bool = True
    credssp: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HostAlias:
    """What a host name of the configuration stands for; every None falls back to the caller or the defaults."""

    name: str
    url: str | None = None
    username: str | None = None
    password_file: str | None = None
    authentication: str | None = None
    certificate_thumbprint: str | None = None
    configuration_name: str | None = None
    ca_trust: str | None = None
    skip_ca_check: bool | None = None
    skip_cn_check: bool | None = None
    proxy: str | None = None


def default_certificates() -> Path:
    """Return the directory of this user's certificates: beside the configuration file."""
    return ClientConfig.default_path().parent / "certificates"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientConfig:
    """The whole client configuration; without a file, the defaults of winrm/config/client.

    max_retry_time: milliseconds a lost connection is tried again.
    hosts: aliases by their casefolded name. unc: local directories by casefolded UNC prefix. trusted_hosts: whom we
    speak to over HTTP with a mechanism that proves nothing of them. proxy, no_proxy: the way out for those who ask for
    the machine's own (WinHttpConfig), and the hosts that need none. certificates: the directory of the certificates
    that are found by thumbprint (auth.certificate_store), beside this file unless it says otherwise.
    allow_fresh_credentials: the delegation policy of CredSSP, service principal names with wildcards (WSMAN/*.lab);
    allow_fresh_credentials_ntlm_only: the same where nothing proves the server (auth.delegation).
    """

    allow_unencrypted: bool = False
    trusted_hosts: tuple[str, ...] = ()
    proxy: str | None = None
    no_proxy: tuple[str, ...] = ()
    auth: ClientAuth = field(default_factory=ClientAuth)
    max_retry_time: int = 240_000
    http_port: int = 5985
    https_port: int = 5986
    hosts: Mapping[str, HostAlias] = field(default_factory=dict)
    unc: Mapping[str, Path] = field(default_factory=dict)
    certificates: Path = field(default_factory=default_certificates)
    allow_fresh_credentials: tuple[str, ...] = ()
    allow_fresh_credentials_ntlm_only: tuple[str, ...] = ()

    @staticmethod
    def default_path() -> Path:
        """Return where the file of this user lies: REMORA_CLIENT_CONFIG, or the usual place."""
        if given := os.environ.get("REMORA_CLIENT_CONFIG"):
            return Path(given)
        root = Path("/etc/remora") if os.geteuid() == 0 else Path.home() / ".config" / "remora"
        return root / FILE_NAME

    @classmethod
    def load(cls, path: str | Path | None = None) -> ClientConfig:
        """Read the file; no file at the default path means the defaults. Raises ConfigError naming the key."""
        where = Path(path) if path is not None else cls.default_path()
        try:
            data = tomllib.loads(where.read_text("utf-8"))
        except FileNotFoundError:
            if path is None:
                return cls()
            raise ConfigError(f"no client configuration at {where}") from None
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{where} cannot be read: {error}") from error
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{where} is not TOML: {error}") from error
        return cls.from_toml(data, str(where))

    @classmethod
    def from_toml(cls, data: Mapping[str, Any], source: str = "client configuration") -> ClientConfig:
        """Build from parsed TOML; unknown keys are listed together in one ConfigError."""
        unknown = [key for key in data if key not in ("client", "hosts", "unc")]
        client = _table(data.get("client", {}), source, "client")
        auth = _table(client.get("auth", {}), source, "client.auth")
        known = (
            "allow_unencrypted", "trusted_hosts", "proxy", "no_proxy", "max_retry_time", "http_port", "https_port",
            "auth", "certificates", "allow_fresh_credentials", "allow_fresh_credentials_ntlm_only",
        )  # fmt: skip
        unknown += [f"client.{key}" for key in client if key not in known]
        unknown += [f"client.auth.{key}" for key in auth if key not in _names(ClientAuth)]
        hosts: dict[str, HostAlias] = {}
        for name, entry in _table(data.get("hosts", {}), source, "hosts").items():
            values = _table(entry, source, f"hosts.{name}")
            unknown += [f"hosts.{name}.{key}" for key in values if key not in _names(HostAlias) or key == "name"]
            hosts[name.casefold()] = _alias(name, values, source)
        if unknown:
            raise ConfigError(f"{source}: unknown keys {', '.join(sorted(unknown))}")
        unc = {
            _unc_key(prefix): Path(_typed(where, str, source, f"unc.{prefix}")).expanduser()
            for prefix, where in _table(data.get("unc", {}), source, "unc").items()
        }
        return cls(
            allow_unencrypted=_typed(client.get("allow_unencrypted", False), bool, source, "client.allow_unencrypted"),
            trusted_hosts=_hosts(client.get("trusted_hosts", []), source, "client.trusted_hosts"),
            proxy=_typed(client["proxy"], str, source, "client.proxy") if "proxy" in client else None,
            no_proxy=_hosts(client.get("no_proxy", []), source, "client.no_proxy"),
            auth=ClientAuth(**{key: _typed(value, bool, source, f"client.auth.{key}") for key, value in auth.items()}),
            max_retry_time=_count(client.get("max_retry_time", 240_000), source, "client.max_retry_time"),
            http_port=_port(client.get("http_port", 5985), source, "client.http_port"),
            https_port=_port(client.get("https_port", 5986), source, "client.https_port"),
            hosts=hosts,
            unc=unc,
            certificates=(
                Path(_typed(client["certificates"], str, source, "client.certificates")).expanduser()
                if "certificates" in client
                else default_certificates()
            ),
            allow_fresh_credentials=_texts(
                client.get("allow_fresh_credentials", []), source, "client.allow_fresh_credentials"
            ),
            allow_fresh_credentials_ntlm_only=_texts(
                client.get("allow_fresh_credentials_ntlm_only", []), source, "client.allow_fresh_credentials_ntlm_only"
            ),
        )

    def to_toml(self) -> dict[str, Any]:
        """Return the document that ``from_toml`` reads back equal."""
        return {
            "client": {
                "allow_unencrypted": self.allow_unencrypted,
                "trusted_hosts": list(self.trusted_hosts),
                "max_retry_time": self.max_retry_time,
                **({"proxy": self.proxy} if self.proxy is not None else {}),
                "no_proxy": list(self.no_proxy),
                "http_port": self.http_port,
                "https_port": self.https_port,
                **({} if self.certificates == default_certificates() else {"certificates": str(self.certificates)}),
                "allow_fresh_credentials": list(self.allow_fresh_credentials),
                "allow_fresh_credentials_ntlm_only": list(self.allow_fresh_credentials_ntlm_only),
                "auth": {name: getattr(self.auth, name) for name in _names(ClientAuth)},
            },
            "hosts": {
                alias.name: {
                    name: value
                    for name in _names(HostAlias)
                    if name != "name" and (value := getattr(alias, name)) is not None
                }
                for alias in self.hosts.values()
            },
            "unc": {prefix: str(where) for prefix, where in self.unc.items()},
        }

    def save(self, path: str | Path | None = None) -> Path:
        """Write the file in one step: a reader sees the old one or the new one."""
        where = Path(path) if path is not None else self.default_path()
        where.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("wb", dir=where.parent, prefix=f".{where.name}.", delete=False) as file:
            tomli_w.dump(self.to_toml(), file)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(where)
        return where

    def alias(self, name: str) -> HostAlias | None:
        """Return the alias of that name in any case, or None."""
        return self.hosts.get(name.casefold())

    def local_path(self, text: str) -> Path:
        r"""Return the local file behind a path; ``\\Server01\Scripts\x.ps1`` by the UNC map. Raises ConfigError."""
        if not text.startswith(("\\\\", "//")):
            return Path(text).expanduser()
        parts = [part for part in text.replace("/", "\\").split("\\") if part]
        for length in range(len(parts), 1, -1):
            if (root := self.unc.get("\\\\" + "\\".join(parts[:length]).casefold())) is not None:
                return root.joinpath(*parts[length:])
        raise ConfigError(f"the UNC path {text} has no entry in [unc] of the client configuration")


def _names(cls: type[Any]) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls))


def _table(value: object, source: str, key: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ConfigError(f"{source}: {key} must be a table")
    return value


def _typed(value: object, kind: type[Any], source: str, key: str) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ConfigError(f"{source}: {key} must be {kind.__name__}, not {type(value).__name__}")
    return value


def _count(value: object, source: str, key: str) -> int:
    number: int = _typed(value, int, source, key)
    if number < 0:
        raise ConfigError(f"{source}: {key} is negative")
    return number


def _port(value: object, source: str, key: str) -> int:
    number: int = _typed(value, int, source, key)
    if not 1 <= number <= 65535:
        raise ConfigError(f"{source}: {key} is outside 1..65535")
    return number


def _hosts(value: object, source: str, key: str) -> tuple[str, ...]:
    entries = value if isinstance(value, list) else [_typed(value, str, source, key)]
    try:
        return tuple(found for entry in entries for found in host_patterns(_typed(entry, str, source, key)))
    except ConfigError as error:
        raise ConfigError(f"{source}: {key}: {error}") from None


def _texts(value: object, source: str, key: str) -> tuple[str, ...]:
    return tuple(_typed(entry, str, source, key) for entry in _typed(value, list, source, key))


def _alias(name: str, values: Mapping[str, Any], source: str) -> HostAlias:
    checked: dict[str, Any] = {}
    for key, value in values.items():
        if key in _names(HostAlias):
            checked[key] = _typed(value, bool if key.startswith("skip_") else str, source, f"hosts.{name}.{key}")
    return HostAlias(**{**checked, "name": name})


def _unc_key(prefix: str) -> str:
    parts = PureWindowsPath(prefix.replace("/", "\\")).as_posix().strip("/").split("/")
    if len(parts) < 2:
        raise ConfigError(f"unc.{prefix}: a UNC prefix names a server and a share")
    return "\\\\" + "\\".join(parts).casefold()
