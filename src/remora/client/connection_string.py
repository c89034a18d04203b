"""The connection string of WSMan.CreateSession and the tools: ``[http[s]://]host[:port][/suffix]`` (2, Port rule).

Source: winrm-config-and-auth 2 and 6.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import Final

from remora.errors import ConfigError

INVALID: Final = 0x803380D9
TRANSPORT_NOT_SUPPORTED: Final = 0x803380DA
PORT_INVALID: Final = 0x803380DB
USESSL_WITH_HTTP: Final = 0x803381BE
_SHAPE: Final = re.compile(
    r"(?:(?P<transport>[A-Za-z][A-Za-z0-9+.-]*)://)?"
    r"(?P<host>\[[^\]]*\]|[^/:\[\]\s@?#]+)"
    r"(?::(?P<port>[^/]*))?"
    r"(?:/(?P<suffix>[^\s?#]*))?\Z"
)


def connection_url(
    text: str, *, use_ssl: bool = False, http_port: int = 5985, https_port: int = 5986, prefix: str = "wsman"
) -> str:
    """Return the whole URL that a connection string means. Raises ConfigError with the vendor's code.

    Without a transport the ports are those of the client's configuration, with one those of HTTP: 80 and 443.
    """
    match = _SHAPE.match(text.strip())
    if match is None:
        raise ConfigError(f"{text!r} is not [transport://]host[:port][/suffix]", code=INVALID)
    transport = match["transport"]
    if transport is not None and transport.lower() not in ("http", "https"):
        raise ConfigError(f"{text!r}: the transport is http or https", code=TRANSPORT_NOT_SUPPORTED)
    if use_ssl and transport is not None and transport.lower() == "http":
        raise ConfigError(f"{text!r} says http, UseSsl says https", code=USESSL_WITH_HTTP)
    secure = use_ssl if transport is None else transport.lower() == "https"
    default = (https_port if secure else http_port) if transport is None else (443 if secure else 80)
    port = default if match["port"] is None else _port(match["port"], text)
    return f"{'https' if secure else 'http'}://{_host(match['host'], text)}:{port}/{match['suffix'] or prefix}"


def _port(digits: str, text: str) -> int:
    if re.fullmatch(r"[0-9]{1,5}", digits, re.ASCII) and 1 <= int(digits) <= 65535:
        return int(digits)
    raise ConfigError(f"{text!r}: the port is a number from 1 to 65535", code=PORT_INVALID)


def _host(host: str, text: str) -> str:
    if not host.startswith("["):
        return host
    try:
        IPv6Address(host[1:-1].partition("%")[0])
    except ValueError:
        raise ConfigError(f"{text!r}: what stands in brackets is no IPv6 address", code=INVALID) from None
    return host
