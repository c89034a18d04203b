"""Changes of session configurations as Register- and Set-PSSessionConfiguration make them, and how they are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from remora.config.sddl import EVERYONE, NETWORK, REMOTE_SDDL
from remora.config.sessions import SessionConfiguration
from remora.config.settings import I32, merged
from remora.errors import ConfigError

PREFIX: Final = "http://schemas.microsoft.com/powershell/"
ACCESS_MODES: Final = ("Disabled", "Local", "Remote")
OPTIONS: Final[Mapping[str, str]] = {
    "IdleTimeoutSec": "IdleTimeoutms",
    "MaxIdleTimeoutSec": "MaxIdleTimeoutms",
    "MaxConcurrentUsers": "MaxConcurrentUsers",
    "MaxProcessesPerSession": "MaxProcessesPerShell",
    "MaxMemoryPerSessionMB": "MaxMemoryPerShellMB",
    "MaxSessions": "MaxShells",
    "MaxSessionsPerUser": "MaxShellsPerUser",
    "MaxConcurrentCommandsPerSession": "MaxConcurrentCommandsPerShell",
    "OutputBufferingMode": "OutputBufferingMode",
    "ProcessIdleTimeoutSec": "ProcessIdleTimeoutSec",
}
"""What New-PSTransportOption collects, and the quota each of it sets."""


def with_options(item: SessionConfiguration, options: Mapping[str, object]) -> SessionConfiguration:
    """A copy with transport options applied; None leaves a quota as it is. Raises ConfigError."""
    table: dict[str, object] = {}
    for name, value in options.items():
        if value is None or (name == "OutputBufferingMode" and str(value) == "None"):
            continue
        wire = OPTIONS[name]
        table[wire] = min(int(str(value)) * 1000, I32) if wire.endswith("ms") else str(value)
    quotas = merged(item.quotas, table, trail="TransportOption/")
    if quotas.idle_timeout_ms > quotas.max_idle_timeout_ms:
        raise ConfigError("IdleTimeoutSec is longer than MaxIdleTimeoutSec")
    return replace(item, quotas=quotas)


def with_access(item: SessionConfiguration, mode: str) -> SessionConfiguration:
    """A copy that nobody (Disabled), this computer only (Local), or the network too (Remote) may use."""
    access = item.access
    access = access.with_denied(NETWORK) if mode == "Local" else access.without_denied(NETWORK)
    return replace(item, enabled=mode != "Disabled", security_descriptor=str(access))


def enabled(item: SessionConfiguration) -> SessionConfiguration:
    """A copy that is enabled and keeps nobody out as a whole; what denies the network stays."""
    return replace(item, enabled=True, removed=False, security_descriptor=str(item.access.without_denied(EVERYONE)))


def descriptor_for(sids: Iterable[str], condition: str) -> str:
    """A descriptor that lets these identities in; condition: of conditional entries, "" for none."""
    entries = [f"(XA;;GX;;;{sid};{condition})" if condition else f"(A;;GA;;;{sid})" for sid in sids]
    head, _, tail = REMOTE_SDDL.partition("(A;;GA;;;BA)(A;;GA;;;RM)(A;;GA;;;IU)")
    return head + "".join(entries) + tail


def properties(item: SessionConfiguration, name_of: Callable[[str], str]) -> dict[str, object]:
    """The note properties of a configuration, as Get-PSSessionConfiguration has them."""
    quotas = {child.name: child.text for child in item.quotas.to_tree().children}
    uri = PREFIX + item.name
    return {
        "Name": item.name,
        "Filename": "remora",
        "ResourceUri": uri,
        "Uri": uri,
        "SDKVersion": "2",
        "XmlRenderingType": "text",
        "Architecture": "64",
        "PSVersion": "7.4",
        "Enabled": "true" if item.enabled else "false",
        "Capability": ["Shell"],
        "SupportsOptions": "true",
        "ExactMatch": "true",
        "AutoRestart": "false",
        "UseSharedProcess": "false",
        "StartupScript": item.startup_script,
        "ConfigFilePath": item.definition_file,
        "LanguageMode": item.language_mode or None,
        "RunAsUser": item.run_as_user,
        "RunAsPassword": "",
        "RunAsVirtualAccount": "false",
        "SecurityDescriptorSddl": item.security_descriptor,
        "Permission": item.access.permission(name_of),
        "lang": "en-US",
        "ParentResourceUri": uri,
        **quotas,
    }
