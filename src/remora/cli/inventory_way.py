"""From the variables of an inventory to the way to a machine: our own names, and those of Ansible's winrm and psrp.

Nothing that concerns the connection is passed over: a variable of Ansible's two plug-ins that has no counterpart here
is an error that names it. Passwords are never taken from an inventory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from remora.cli.inventory import VaultValue
from remora.errors import ConfigError

CONNECTIONS: Final = ("winrm", "psrp", "ansible.builtin.winrm", "ansible.builtin.psrp")
_SECRETS: Final = ("password", "ansible_password", "ansible_pass", "ansible_ssh_pass", "ansible_ssh_password",
                   "ansible_winrm_pass", "ansible_winrm_password", "ansible_psrp_password")  # fmt: skip
_PREFIXES: Final = ("ansible_winrm_", "ansible_psrp_")
_MECHANISMS: Final = {
    "basic": "basic", "plaintext": "basic", "ssl": "basic", "ntlm": "negotiate", "negotiate": "negotiate",
    "kerberos": "kerberos", "credssp": "credssp", "certificate": "certificate",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How to reach one machine, as far as its inventory says. host: its address, when that is not its name.

    A secret that the inventory holds is named in ``secret`` with the reason why it is not used.
    """

    url: str | None = None
    host: str | None = None
    port: int | None = None
    use_ssl: bool | None = None
    application_name: str | None = None
    username: str | None = None
    password_file: str | None = None
    authentication: str | None = None
    certificate_thumbprint: str | None = None
    configuration_name: str | None = None
    ca_trust: str | None = None
    skip_ca_check: bool | None = None
    skip_cn_check: bool | None = None
    proxy: str | None = None
    operation_timeout: float | None = None
    secret: str | None = None

    @property
    def says_where(self) -> bool:
        """Whether the machine's name alone does not lead to it."""
        return any(value is not None for value in (self.url, self.host, self.port, self.use_ssl, self.application_name))


_OWN: Final = {f.name: f.type for f in fields(Way) if f.name not in ("secret", "operation_timeout")}


def own_way(variables: Mapping[str, Any], where: str) -> Way:
    """Return the way that variables with our own names describe; an unknown one raises ConfigError."""
    values = {key: value for key, value in variables.items() if key not in _SECRETS}
    if unknown := sorted(set(values) - set(_OWN)):
        raise ConfigError(f"{where}: unknown variables {', '.join(unknown)}")
    checked = {key: _own(key, value, where) for key, value in values.items()}
    return Way(**checked, secret=_secret(variables))


def _own(key: str, value: Any, where: str) -> Any:
    kind = bool if key in ("use_ssl", "skip_ca_check", "skip_cn_check") else int if key == "port" else str
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ConfigError(f"{where}: {key} must be {kind.__name__}, not {type(value).__name__}")
    return _port(value, f"{where}: {key}") if key == "port" else value


def ansible_way(variables: Mapping[str, Any], where: str) -> Way:
    """Return the way that Ansible's connection variables describe; other variables are none of our business.

    Raises ConfigError for a connection that is neither winrm nor psrp, and for a variable of theirs that has no
    counterpart here. Source: the documentation of ansible.builtin.winrm and ansible.builtin.psrp.
    """
    connection = variables.get("ansible_connection")
    if connection is not None and connection not in CONNECTIONS:
        raise ConfigError(f"{where}: ansible_connection is {connection!r}; only winrm and psrp lead anywhere here")
    given = [key for key in variables if key.startswith(_PREFIXES) and key not in _SECRETS]
    only_psrp = bool(given) and all(key.startswith("ansible_psrp_") for key in given)
    psrp = connection.endswith("psrp") if connection is not None else only_psrp
    kind = "psrp" if psrp else "winrm"
    way = Way(secret=_secret(variables))
    for key in given:
        if key.startswith(f"ansible_{kind}_") and key not in _PLUGIN[kind]:
            raise ConfigError(f"{where}: {key} has no counterpart here")
    for key, reader in (*_COMMON.items(), *_PLUGIN[kind].items()):
        if key in variables:
            what = f"{where}: {key}"
            way = replace(way, **reader(_plain(variables[key], what), what))
    return _completed(way, declared=connection is not None or bool(given))


def _completed(way: Way, *, declared: bool) -> Way:
    """Add the defaults of the plug-ins: HTTPS on 5986, plain HTTP when the port is 5985."""
    if not declared or way.use_ssl is not None:
        return way if way.port is not None or way.use_ssl is None else replace(way, port=5986 if way.use_ssl else 5985)
    use_ssl = way.port not in (5985, 80)
    return replace(way, use_ssl=use_ssl, port=way.port or 5986)


def _secret(variables: Mapping[str, Any]) -> str | None:
    for key in _SECRETS:
        if key in variables:
            if isinstance(variables[key], VaultValue):
                return f"{key} is encrypted with Ansible Vault, which is not read here"
            return f"{key} is not used: passwords are never taken from an inventory"
    return None


def _plain(value: Any, what: str) -> Any:
    if isinstance(value, VaultValue):
        raise ConfigError(f"{what} is encrypted with Ansible Vault, which is not read here")
    if isinstance(value, str) and "{{" in value:
        raise ConfigError(f"{what} is a template ({value}), which is not filled in here")
    return value


def _port(value: Any, what: str) -> int:
    text = str(value)
    if isinstance(value, bool) or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ConfigError(f"{what}: {value!r} is no port")
    return int(text)


def _scheme(value: Any, what: str) -> dict[str, Any]:
    if value not in ("http", "https"):
        raise ConfigError(f"{what}: {value!r} is neither http nor https")
    return {"use_ssl": value == "https"}


def _transport(value: Any, what: str) -> dict[str, Any]:
    names = [name.strip().lower() for name in (value if isinstance(value, list) else str(value).split(","))]
    if unknown := [name for name in names if name not in _MECHANISMS]:
        raise ConfigError(f"{what}: {unknown[0]!r} is no way to log on")
    return {"authentication": _MECHANISMS[names[0]]}


def _validation(value: Any, what: str) -> dict[str, Any]:
    if value not in ("validate", "ignore"):
        raise ConfigError(f"{what}: {value!r} is neither validate nor ignore")
    return {"skip_ca_check": value == "ignore", "skip_cn_check": value == "ignore"}


def _seconds(value: Any, what: str) -> dict[str, Any]:
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise ConfigError(f"{what}: {value!r} is no number of seconds")
    return {"operation_timeout": float(value)}


def _read_seconds(value: Any, what: str) -> dict[str, Any]:
    """The clock of one HTTP request is ten seconds longer than that of its operation."""
    return {"operation_timeout": max(_seconds(value, what)["operation_timeout"] - 10, 1.0)}


def _ca(value: Any, _what: str) -> dict[str, Any]:
    return {} if value == "legacy_requests" else {"ca_trust": str(value)}


def _encryption(value: Any, what: str) -> dict[str, Any]:
    if value not in ("auto", "always"):
        raise ConfigError(f"{what}: {value!r} is not done here: messages over HTTP are sealed wherever they can be")
    return {}


def _text(name: str) -> Callable[[Any, str], dict[str, Any]]:
    return lambda value, _what: {name: str(value)}


def _number(value: Any, what: str) -> dict[str, Any]:
    return {"port": _port(value, what)}


def _path(value: Any, _what: str) -> dict[str, Any]:
    return {"application_name": str(value).strip("/")}


_Reader = Callable[[Any, str], dict[str, Any]]
_COMMON: Final[dict[str, _Reader]] = {
    "ansible_host": _text("host"),
    "ansible_port": _number,
    "ansible_user": _text("username"),
}
_PLUGIN: Final[dict[str, dict[str, _Reader]]] = {
    "winrm": {
        "ansible_winrm_host": _text("host"),
        "ansible_winrm_port": _number,
        "ansible_winrm_user": _text("username"),
        "ansible_winrm_scheme": _scheme,
        "ansible_winrm_path": _path,
        "ansible_winrm_transport": _transport,
        "ansible_winrm_server_cert_validation": _validation,
        "ansible_winrm_ca_trust_path": _ca,
        "ansible_winrm_proxy": _text("proxy"),
        "ansible_winrm_read_timeout_sec": _read_seconds,
        "ansible_winrm_operation_timeout_sec": _seconds,
        "ansible_winrm_message_encryption": _encryption,
    },
    "psrp": {
        "ansible_psrp_host": _text("host"),
        "ansible_psrp_port": _number,
        "ansible_psrp_user": _text("username"),
        "ansible_psrp_protocol": _scheme,
        "ansible_psrp_path": _path,
        "ansible_psrp_auth": _transport,
        "ansible_psrp_cert_validation": _validation,
        "ansible_psrp_ca_cert": _ca,
        "ansible_psrp_proxy": _text("proxy"),
        "ansible_psrp_configuration_name": _text("configuration_name"),
        "ansible_psrp_read_timeout": _read_seconds,
        "ansible_psrp_operation_timeout": _seconds,
        "ansible_psrp_message_encryption": _encryption,
    },
}
