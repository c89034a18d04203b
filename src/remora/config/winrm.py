"""The winrm/config tree (wire-protocol 8.1 and 8.2) as frozen data with defaults and ranges.

Attribute names follow the wire's; the defaults are those of WinRM 3 as a current server shows them. ``Remora`` holds
what this host has beyond Windows and is not served over WS-Man.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from remora.config.sddl import parse_sddl
from remora.config.settings import I32, U32, ConfigNode, node, replaced, setting, to_tree
from remora.errors import ConfigError

DEFAULT_SDDL: Final = "O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;IU)S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)"


class CbtHardeningLevel(Enum):
    """What a TLS client's channel binding must be."""

    NONE = "None"
    RELAXED = "Relaxed"
    STRICT = "Strict"


class CommandShell(Enum):
    """What runs the command lines of a cmd shell."""

    CMD = "cmd"
    SH = "sh"


def check_prefix(text: str) -> str | None:
    """Return what is wrong with a URL prefix, or None."""
    if re.fullmatch(r"[A-Za-z0-9_]+(?:/[A-Za-z0-9_]+)*", text, re.ASCII):
        return None
    return f"{text!r} is no URL prefix: letters, digits, _ and / between them"


def _trusted(text: str) -> str | None:
    entries = [part.strip() for part in text.split(",")] if text.strip() else []
    for entry in entries:
        if not re.fullmatch(r"<local>|\[[0-9A-Fa-f:.]+\]|[\w*.-]+", entry, re.IGNORECASE):
            return f"{entry!r} is no host: names, addresses, * in them, [IPv6] or <local>, with commas between"
    return None


def _prefixes(text: str) -> str | None:
    return next((wrong for part in text.split(",") if (wrong := check_prefix(part.strip())) is not None), None)


def _service(text: str) -> str | None:
    return None if re.fullmatch(r"[a-z][a-z0-9_-]{0,63}", text) else f"{text!r} is no PAM service"


def _sddl(text: str) -> str | None:
    try:
        parse_sddl(text)
    except ConfigError as error:
        return str(error)
    return None


def _filter(text: str) -> str | None:
    if text in ("", "*") or re.fullmatch(r"[0-9A-Fa-f.:]+-[0-9A-Fa-f.:]+(?:,[0-9A-Fa-f.:]+-[0-9A-Fa-f.:]+)*", text):
        return None
    return f"{text!r} is no address filter: *, nothing, or ranges a-b,c-d"


def check_thumbprint(text: str) -> str | None:
    """Return what is wrong with a thumbprint, or None; empty is none, and right."""
    if not text or re.fullmatch(r"[0-9A-Fa-f]{40}", text.replace(" ", "")):
        return None
    return f"{text!r} is no certificate thumbprint: 40 hexadecimal digits"


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultPorts:
    http: int = setting("HTTP", 5985, minimum=1, maximum=65535)
    https: int = setting("HTTPS", 5986, minimum=1, maximum=65535)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientAuth:
    """Mechanisms our client may use."""

    basic: bool = setting("Basic", False)
    digest: bool = setting("Digest", True)
    kerberos: bool = setting("Kerberos", True)
    negotiate: bool = setting("Negotiate", True)
    certificate: bool = setting("Certificate", True)
    credssp: bool = setting("CredSSP", False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    network_delay_ms: int = setting("NetworkDelayms", 5000, minimum=500, maximum=U32)
    url_prefix: str = setting("URLPrefix", "wsman", check=check_prefix)
    allow_unencrypted: bool = setting("AllowUnencrypted", False)
    auth: ClientAuth = node("Auth", ClientAuth)
    default_ports: DefaultPorts = node("DefaultPorts", DefaultPorts)
    trusted_hosts: str = setting("TrustedHosts", "", check=_trusted, code=0x8033809F)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAuth:
    """Mechanisms the host offers."""

    basic: bool = setting("Basic", False)
    kerberos: bool = setting("Kerberos", True)
    negotiate: bool = setting("Negotiate", True)
    certificate: bool = setting("Certificate", False)
    credssp: bool = setting("CredSSP", False)
    cbt_hardening_level: CbtHardeningLevel = setting("CbtHardeningLevel", CbtHardeningLevel.RELAXED, code=0x803381B8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    root_sddl: str = setting("RootSDDL", DEFAULT_SDDL, check=_sddl, code=0x8033815C)
    max_concurrent_operations: int = setting("MaxConcurrentOperations", U32, minimum=1, maximum=U32, read_only=True)
    max_concurrent_operations_per_user: int = setting("MaxConcurrentOperationsPerUser", 1500, minimum=1, maximum=U32)
    enumeration_timeout_ms: int = setting("EnumerationTimeoutms", 240000, minimum=500, maximum=U32)
    max_connections: int = setting("MaxConnections", 300, minimum=1, maximum=U32)
    max_packet_retrieval_time_seconds: int = setting("MaxPacketRetrievalTimeSeconds", 120, minimum=1, maximum=U32)
    allow_unencrypted: bool = setting("AllowUnencrypted", False)
    auth: ServiceAuth = node("Auth", ServiceAuth)
    default_ports: DefaultPorts = node("DefaultPorts", DefaultPorts)
    ipv4_filter: str = setting("IPv4Filter", "*", check=_filter, code=0x803380EC)
    ipv6_filter: str = setting("IPv6Filter", "*", check=_filter, code=0x803380EC)
    enable_compatibility_http_listener: bool = setting("EnableCompatibilityHttpListener", False)
    enable_compatibility_https_listener: bool = setting("EnableCompatibilityHttpsListener", False)
    certificate_thumbprint: str = setting("CertificateThumbprint", "", check=check_thumbprint)
    allow_remote_access: bool = setting("AllowRemoteAccess", True, read_only=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Winrs:
    """Limits of every shell, cmd and PowerShell."""

    allow_remote_shell_access: bool = setting("AllowRemoteShellAccess", True)
    idle_timeout_ms: int = setting("IdleTimeout", 7200000, minimum=60000, maximum=I32)
    max_concurrent_users: int = setting("MaxConcurrentUsers", I32, minimum=1, maximum=I32)
    max_shell_run_time_ms: int = setting("MaxShellRunTime", I32, minimum=0, maximum=I32, read_only=True)
    max_processes_per_shell: int = setting("MaxProcessesPerShell", I32, minimum=0, maximum=I32)
    max_memory_per_shell_mb: int = setting("MaxMemoryPerShellMB", I32, minimum=0, maximum=I32)
    max_shells_per_user: int = setting("MaxShellsPerUser", I32, minimum=0, maximum=I32)


@dataclass(frozen=True, slots=True, kw_only=True)
class WinrmConfig:
    """``winrm/config``: one object behind WS-Man, ``remora winrm`` and the ``WSMan:`` drive."""

    max_envelope_size_kb: int = setting("MaxEnvelopeSizekb", 500, minimum=32, maximum=1039440)
    max_timeout_ms: int = setting("MaxTimeoutms", 60000, minimum=500, maximum=U32)
    max_batch_items: int = setting("MaxBatchItems", 32000, minimum=1, maximum=U32)
    max_provider_requests: int = setting("MaxProviderRequests", U32, minimum=1, maximum=U32, read_only=True)
    client: Client = node("Client", Client)
    service: Service = node("Service", Service)
    winrs: Winrs = node("Winrs", Winrs)

    def to_tree(self) -> ConfigNode:
        """Return the tree that a WS-Man Get of ``winrm/config`` renders."""
        return to_tree("Config", self)

    def with_setting(self, path: str, value: object) -> WinrmConfig:
        """Return a copy with one setting, such as ``Service/Auth/Basic``, changed; ConfigError names key and range."""
        return replaced(self, path, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoraSettings:
    """What this host can be told beyond winrm/config, ``Remora/...`` on the command line.

    implicit_disconnect_sec: a shell whose client asked nothing for so long counts as disconnected.
    url_prefixes: what the path of a request may be, several with commas between; each has sessions of its own.
    local_account_token_filter_policy: as the Windows value, 1 gives local administrators their full rights remotely.
    logon_*: failed logons of one account, and of one address, after which answers take longer and after which logons
    are refused, until so many seconds after the last one that counted. logon_throttle: false switches this off.
    pam: Unix users who are members of a group may log on with Basic and their Unix password, by pam_service's rules.
    audit_max_kb: the size at which the audit log is moved aside, 0: there is none. audit_kept_files: older files kept.
    keytab: the keys of this host's Kerberos service; empty: KRB5_KTNAME, else /etc/krb5.keytab. kerberos_realms: whose
    users are local accounts of the same name; empty: the realms of the keys. Both are read when the host starts.
    """

    implicit_disconnect_sec: int = setting("ImplicitDisconnectSec", 60, minimum=1, maximum=I32)
    command_shell: CommandShell = setting("CommandShell", CommandShell.CMD)
    local_account_token_filter_policy: int = setting("LocalAccountTokenFilterPolicy", 1, minimum=0, maximum=1)
    max_tcp_connections: int = setting("MaxTcpConnections", 8192, minimum=1, maximum=1000000)
    connection_idle_sec: int = setting("ConnectionIdleSec", 900, minimum=1, maximum=I32)
    request_header_sec: int = setting("RequestHeaderSec", 30, minimum=1, maximum=I32)
    url_prefixes: str = setting("URLPrefixes", "wsman", check=_prefixes)
    logon_throttle: bool = setting("LogonThrottle", True)
    logon_slow_after: int = setting("LogonSlowAfter", 5, minimum=0, maximum=I32)
    logon_slow_address_after: int = setting("LogonSlowAddressAfter", 20, minimum=0, maximum=I32)
    logon_block_after: int = setting("LogonBlockAfter", 20, minimum=1, maximum=I32)
    logon_block_address_after: int = setting("LogonBlockAddressAfter", 100, minimum=1, maximum=I32)
    logon_block_sec: int = setting("LogonBlockSec", 600, minimum=1, maximum=I32)
    pam: bool = setting("Pam", False)
    pam_service: str = setting("PamService", "remora", check=_service)
    audit_max_kb: int = setting("AuditMaxKB", 10240, minimum=0, maximum=1048576)
    audit_kept_files: int = setting("AuditKeptFiles", 5, minimum=0, maximum=100)
    keytab: str = setting("Keytab", "")
    kerberos_realms: str = setting("KerberosRealms", "")


def parse_override(text: str) -> tuple[str, str]:
    """Split ``KEY=VALUE`` of --set."""
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        raise ConfigError(f"{text!r}: a setting is written KEY=VALUE, such as Service/Auth/Basic=true")
    return path.strip(), value.strip()
