"""Listeners: what to listen on, sockets bound while there still are rights to, TLS contexts with their certificates."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from remora.auth.certificates import CertificateFiles, certificate_der, ensure_self_signed, tls_server_end_point
from remora.errors import ConfigError
from remora.host.config_store import HostConfiguration, ListenerSettings, parse_listener
from remora.net.http_server import bind
from remora.net.tls import server_context

DEFAULT_LISTENER: Final = "http://127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundListener:
    """A listening socket that is not served yet. tls, channel_binding: of an https listener."""

    host: str
    port: int
    sock: socket.socket
    tls: ssl.SSLContext | None = None
    channel_binding: bytes | None = None


def chosen_listeners(urls: Sequence[str], config: HostConfiguration) -> tuple[ListenerSettings, ...]:
    """Return the listeners of the command line, else those of the configuration, else the default one."""
    if urls:
        return tuple(parse_listener(url) for url in urls)
    return config.listeners or (parse_listener(DEFAULT_LISTENER),)


def bind_listeners(
    listeners: Sequence[ListenerSettings], config: HostConfiguration, certificates: Path
) -> list[BoundListener]:
    """Bind every listener. certificates: directory of the self-signed certificate. Raises ConfigError."""
    ports = config.winrm.service.default_ports
    bound: list[BoundListener] = []
    try:
        for item in listeners:
            port = item.port if item.port is not None else (ports.https if item.secure else ports.http)
            tls, binding = _tls(item, listeners, certificates) if item.secure else (None, None)
            sock = _bind(item, port)
            bound.append(BoundListener(host=item.host, port=port, sock=sock, tls=tls, channel_binding=binding))
    except ConfigError:
        for listener in bound:
            listener.sock.close()
        raise
    return bound


def _bind(item: ListenerSettings, port: int) -> socket.socket:
    try:
        return bind(item.host, port)
    except OSError as error:
        raise ConfigError(f"cannot listen on {item.url}: {error.strerror or error}") from None


def _tls(
    item: ListenerSettings, listeners: Sequence[ListenerSettings], certificates: Path
) -> tuple[ssl.SSLContext, bytes]:
    if item.certificate is not None and item.key is not None:
        files = CertificateFiles(Path(item.certificate), Path(item.key))
    else:
        files = ensure_self_signed(certificates, _names(listeners))
    return server_context(files), tls_server_end_point(certificate_der(files.certificate))


def _names(listeners: Sequence[ListenerSettings]) -> list[str]:
    """Return every name and address a client may know this host by."""
    name = socket.gethostname()
    hosts = [item.host for item in listeners if item.secure and item.host not in ("", "*", "0.0.0.0", "::")]  # noqa: S104
    return list(dict.fromkeys([name, socket.getfqdn(), "localhost", "127.0.0.1", "::1", *hosts]))
