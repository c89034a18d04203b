"""What a caller may set about a session: buffering, timeouts, certificates, and how the connection is made."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, IntEnum
from typing import Any

from remora.auth.proxy_authentication import ProxyAuthentication
from remora.errors import ConfigError, PSSessionError
from remora.values import PSCredential
from remora.wsman.requests import BufferMode

MIN_IDLE_TIMEOUT_MS = 60_000
MAX_IDLE_TIMEOUT_MS = 2_147_483_647
DEFAULT_THROTTLE_LIMIT = 32
DEFAULT_CONFIGURATION = "Microsoft.PowerShell"
CONFIGURATION_PREFIX = "http://schemas.microsoft.com/powershell/"

_PRODUCT = re.compile(r"-?\d{1,18}(\s*\*\s*\d{1,18}){0,8}\Z", re.ASCII)


class OutputBufferingMode(IntEnum):
    """What a disconnected session does when its buffers are full; NONE keeps the server's setting."""

    NONE = 0
    DROP = 1
    BLOCK = 2

    @classmethod
    def parse(cls, value: OutputBufferingMode | int | str | None) -> OutputBufferingMode:
        """Accept the member, its number or its name in any case; None is NONE. Raises ConfigError."""
        if value is None:
            return cls.NONE
        try:
            return cls[value.upper()] if isinstance(value, str) else cls(value)
        except (KeyError, ValueError):
            raise ConfigError(f"output buffering mode is None, Drop or Block, not {value!r}") from None

    def __str__(self) -> str:
        return self.name.capitalize()


class ProxyAccessType(Enum):
    """Where the proxy comes from; ``client.proxies`` says what each value means on this system."""

    NONE = "None"
    IE_CONFIG = "IEConfig"
    WIN_HTTP_CONFIG = "WinHttpConfig"
    AUTO_DETECT = "AutoDetect"
    NO_PROXY_SERVER = "NoProxyServer"

    @classmethod
    def parse(cls, value: ProxyAccessType | str | None) -> ProxyAccessType:
        """Accept the member or its name in any case; None is NONE. Raises ConfigError."""
        if isinstance(value, cls):
            return value
        for member in cls:
            if member.value.casefold() == str(value).casefold():
                return member
        raise ConfigError(f"proxy_access_type is one of {', '.join(m.value for m in cls)}, not {value!r}")


class SessionFilterState(Enum):
    """Which sessions get_pssession keeps."""

    ALL = "All"
    OPENED = "Opened"
    DISCONNECTED = "Disconnected"
    CLOSED = "Closed"
    BROKEN = "Broken"

    @classmethod
    def parse(cls, value: SessionFilterState | str | None) -> SessionFilterState:
        if isinstance(value, cls):
            return value
        try:
            return cls(str(value or "All").capitalize())
        except ValueError:
            raise ConfigError(f"state is one of {', '.join(s.value for s in cls)}, not {value!r}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class PSSessionOption:
    """The options of one session. Times are milliseconds, as in New-PSSessionOption; sizes are bytes.

    idle_timeout: -1 leaves it to the server; else at least 60000. open_timeout, operation_timeout, cancel_timeout: 0
    means no limit. max_retry_time: how long a lost connection is tried again before the session is left Disconnected;
    None: as long as the client configuration says.
    max_connection_retry_count: tries to create the session when the host cannot be reached at first. ca_trust: file or
    directory of certificates trusted for HTTPS in place of the system's. maximum_received_object_size: None, no limit.
    proxy: the URL of one (http, socks5, socks4a), whatever proxy_access_type says.
    no_compression asks for what holds anyway. skip_revocation_check: pass over the revocation lists in ca_trust.
    include_port_in_spn: of the service's name that Kerberos asks for and NTLM tells. use_utf16: requests in UTF-16.
    delegate_credential: with Kerberos, give the server a ticket to go further with in our name.
    """

    idle_timeout: int = -1
    open_timeout: int = 180_000
    operation_timeout: int = 180_000
    cancel_timeout: int = 60_000
    max_retry_time: int | None = None
    max_connection_retry_count: int = 0
    output_buffering_mode: OutputBufferingMode = OutputBufferingMode.NONE
    culture: str | None = None
    ui_culture: str | None = None
    application_arguments: Mapping[str, Any] | None = field(default=None, hash=False)
    no_machine_profile: bool = False
    no_encryption: bool = False
    skip_ca_check: bool = False
    skip_cn_check: bool = False
    ca_trust: str | None = None
    maximum_received_object_size: int | None = 209_715_200
    maximum_received_data_size_per_command: int | None = None
    maximum_connection_redirection_count: int = 5
    no_compression: bool = False
    skip_revocation_check: bool = False
    use_utf16: bool = False
    include_port_in_spn: bool = False
    delegate_credential: bool = False
    proxy: str | None = None
    proxy_access_type: ProxyAccessType = ProxyAccessType.NONE
    proxy_authentication: ProxyAuthentication = ProxyAuthentication.NEGOTIATE
    proxy_credential: PSCredential | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "output_buffering_mode", OutputBufferingMode.parse(self.output_buffering_mode))
        object.__setattr__(self, "proxy_access_type", ProxyAccessType.parse(self.proxy_access_type))
        object.__setattr__(self, "proxy_authentication", _proxy_authentication(self.proxy_authentication))
        for name in (
            "open_timeout",
            "operation_timeout",
            "cancel_timeout",
            "max_retry_time",
            "max_connection_retry_count",
        ):
            if (value := getattr(self, name)) is not None and value < 0:
                raise ConfigError(f"{name} must not be negative")
        for name in ("maximum_received_object_size", "maximum_received_data_size_per_command"):
            if (size := getattr(self, name)) is not None and size <= 0:
                raise ConfigError(f"{name} must be positive")

    def check_idle_timeout(self) -> None:
        """Raise PSSessionError (Argument) for an idle timeout above 0 and below one minute, before anything is sent."""
        if 0 < self.idle_timeout < MIN_IDLE_TIMEOUT_MS:
            raise PSSessionError(
                f"the idle timeout of {self.idle_timeout} ms is below the minimum of {MIN_IDLE_TIMEOUT_MS} ms",
                error_id="Argument",
                category="InvalidArgument",
            )

    def with_changes(self, **changes: Any) -> PSSessionOption:
        return replace(self, **changes)


def _proxy_authentication(value: ProxyAuthentication | str) -> ProxyAuthentication:
    if isinstance(value, ProxyAuthentication):
        return value
    try:
        return ProxyAuthentication(value.capitalize())
    except ValueError:
        raise PSSessionError(
            f"the authentication of a proxy is Basic, Digest or Negotiate, not {value}",
            error_id="ProxyAmbiguousAuthentication",
            category="InvalidArgument",
        ) from None


def buffer_mode(mode: OutputBufferingMode) -> BufferMode | None:
    """Return the wire's value; NONE leaves the element out."""
    return BufferMode(str(mode)) if mode is not OutputBufferingMode.NONE else None


def seconds(milliseconds: int) -> float | None:
    """Turn an option's milliseconds into seconds; 0 (no limit) becomes None."""
    return milliseconds / 1000 if milliseconds > 0 else None


def product(text: str) -> int:
    """Read an integer, or integers joined by ``*``, as people write times: 60*60*15. Raises ConfigError."""
    inner = text.strip().strip("()")
    if not _PRODUCT.match(inner):
        raise ConfigError(f"{text!r} is not an integer, nor integers joined by *")
    return math.prod(int(factor) for factor in inner.split("*"))


def configuration_uri(name: str | None) -> str:
    """Return the resource URI of a session configuration; a full URI is taken as it is."""
    text = name or DEFAULT_CONFIGURATION
    return text if "://" in text else CONFIGURATION_PREFIX + text


def configuration_name(uri: str) -> str:
    """Return the short name of a configuration URI; a foreign URI stays whole."""
    if uri.lower().startswith(CONFIGURATION_PREFIX.lower()):
        return uri[len(CONFIGURATION_PREFIX) :]
    return uri
