"""Listeners: what to listen on, sockets bound while there still are rights to, TLS contexts with their certificates."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from remora._log import bound
from remora.auth.certificate_store import CertificateStore, thumbprint
from remora.auth.certificates import CertificateFiles, certificate_der, ensure_self_signed, tls_server_end_point
from remora.config.host import HostConfiguration
from remora.config.listener import ListenerSettings, parse_listener
from remora.errors import ConfigError
from remora.host.addresses import bindable, listening_addresses
from remora.net.http_server import HttpServer, Listener
from remora.net.http_server import bind as bind_socket
from remora.net.tls import server_context

_log = bound(__name__)
_ANY: Final = ("", "*", "+", "0.0.0.0", "::")  # noqa: S104


@dataclass(slots=True, eq=False)
class BoundListener:
    """A listening socket. tls, channel_binding, thumbprint: of an https listener. serving: once it is served."""

    settings: ListenerSettings
    port: int
    socks: list[socket.socket]
    tls: ssl.SSLContext | None = None
    channel_binding: bytes | None = None
    thumbprint: str = ""
    serving: asyncio.Task[list[Listener]] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        host = self.settings.host
        shown = "127.0.0.1" if host in ("", "*", "+") or host.upper().startswith("MAC:") else host
        shown = f"[{shown}]" if ":" in shown else shown
        return f"{self.settings.url.partition(':')[0]}://{shown}:{self.port}"


class ListenerSet:
    """The listeners of one run: those given on the command line, else those of the configuration.

    With given ones, only what the configuration gains while the host runs is listened on too. certificates: the
    directory of server certificates. context: makes the TLS context of one.
    """

    def __init__(
        self,
        given: Sequence[str],
        config: HostConfiguration,
        certificates: Path,
        context: Callable[[CertificateFiles], ssl.SSLContext] = server_context,
    ) -> None:
        self._given = [parse_listener(url) for url in given]
        self._ignored = frozenset(config.listeners or ()) if given else frozenset()
        self._certificates = certificates
        self._context = context
        self._bound: dict[ListenerSettings, BoundListener] = {}
        self._server: HttpServer[Any] | None = None
        self._config = config
        self._follow(config)

    @property
    def settings(self) -> tuple[ListenerSettings, ...]:
        """What is listened on, and what the configuration holds disabled."""
        return self._wanted(self._config)

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(item.url for item in self._bound.values())

    def is_given(self, item: ListenerSettings) -> bool:
        """Tell whether a listener was given for this run only."""
        return item in self._given

    def forget(self, item: ListenerSettings) -> None:
        """Stop listening where the command line said."""
        self._given.remove(item)
        self._follow(self._config)

    def find(self, item: ListenerSettings) -> BoundListener | None:
        return self._bound.get(item)

    def follow(self, config: HostConfiguration) -> None:
        """Listen where a changed configuration says. Raises ConfigError; then everything is as before."""
        if config.listeners != self._config.listeners:
            self._follow(config)
            _log.info("listeners_changed", urls=" ".join(self.urls))
        self._config = config

    async def serve(self, server: HttpServer[Any]) -> None:
        """Begin to serve all that is bound, and from now on what will be."""
        self._server = server
        for item in self._bound.values():
            await self._serve(server, item)

    def close(self) -> None:
        """Close what was never served."""
        for item in self._bound.values():
            if item.serving is None:
                _close(item)

    def _wanted(self, config: HostConfiguration) -> tuple[ListenerSettings, ...]:
        if self._given or self._ignored:
            return (*self._given, *(item for item in config.listeners or () if item not in self._ignored))
        return config.chosen_listeners()

    def _follow(self, config: HostConfiguration) -> None:
        wanted = dict.fromkeys(item for item in self._wanted(config) if item.enabled)
        gone = [item for item in self._bound if item not in wanted]
        new: dict[ListenerSettings, BoundListener] = {}
        leaving = {self._bound[item].settings.host: item for item in gone}
        try:
            for item in wanted:
                if item not in self._bound:
                    new[item] = self._bind(item, config, tuple(wanted), leaving)
        except ConfigError:
            for made in new.values():
                _close(made)
            raise
        for item in gone:
            self._stop(self._bound.pop(item))
        self._bound |= new
        if self._server is not None:
            for made in new.values():
                self._serve(self._server, made)

    def _bind(
        self,
        item: ListenerSettings,
        config: HostConfiguration,
        all_wanted: tuple[ListenerSettings, ...],
        leaving: dict[str, ListenerSettings],
    ) -> BoundListener:
        ports = config.winrm.service.default_ports
        port = item.port if item.port is not None else (ports.https if item.secure else ports.http)
        made = BoundListener(settings=item, port=port, socks=[])
        if item.secure:
            files = self._files(item, all_wanted)
            der = certificate_der(files.certificate)
            made.tls, made.channel_binding = self._context(files), tls_server_end_point(der)
            made.thumbprint = thumbprint(der)
        before = leaving.get(item.host)
        same = None if before is None else self._bound[before]
        if same is not None and port in (same.port, 0):  # only the rest of it changes: the socket is taken over
            made.socks, made.port = [sock.dup() for sock in same.socks], same.port
            return made
        made.socks = _bind(item, port, config)
        made.port = made.socks[0].getsockname()[1]
        return made

    def _files(self, item: ListenerSettings, wanted: Sequence[ListenerSettings]) -> CertificateFiles:
        if item.certificate is not None and item.key is not None:
            return CertificateFiles(Path(item.certificate), Path(item.key))
        if item.thumbprint:
            files = CertificateStore(self._certificates).find_server(item.thumbprint).files
            assert files is not None
            return files
        return ensure_self_signed(self._certificates, _names(wanted))

    def _serve(self, server: HttpServer[Any], item: BoundListener) -> asyncio.Task[list[Listener]]:
        item.serving = asyncio.get_running_loop().create_task(_listen(server, item))
        return item.serving

    def _stop(self, item: BoundListener) -> None:
        server, serving = self._server, item.serving
        if server is None or serving is None:
            _close(item)
            return

        def stop(done: asyncio.Task[list[Listener]]) -> None:
            for listener in () if done.cancelled() or done.exception() else done.result():
                server.close_listener(listener)

        if serving.done():
            stop(serving)  # before the answer to who asked for it: nobody gets in any more
        else:
            serving.add_done_callback(stop)


async def _listen(server: HttpServer[Any], item: BoundListener) -> list[Listener]:
    return [
        await server.listen(
            item.settings.host,
            item.port,
            tls=item.tls,
            channel_binding=item.channel_binding,
            prefix=item.settings.url_prefix,
            sock=sock,
        )
        for sock in item.socks
    ]


def _bind(item: ListenerSettings, port: int, config: HostConfiguration) -> list[socket.socket]:
    made: list[socket.socket] = []
    try:
        for host in bindable(item.host, config.winrm.service.ipv4_filter, config.winrm.service.ipv6_filter):
            made.append(bind_socket(host, made[0].getsockname()[1] if made and port == 0 else port))
    except OSError as error:
        for sock in made:
            sock.close()
        raise ConfigError(f"cannot listen on {item.url}: {error.strerror or error}") from None
    return made


def _close(item: BoundListener) -> None:
    for sock in item.socks:
        sock.close()


def listened_addresses(item: ListenerSettings) -> tuple[str, ...]:
    """Return the addresses of this machine behind a listener."""
    return listening_addresses(item.host)


def _names(listeners: Sequence[ListenerSettings]) -> list[str]:
    """Return every name and address a client may know this host by."""
    name = socket.gethostname()
    hosts = [item.host for item in listeners if item.secure and item.host not in _ANY and item.host[:4] != "MAC:"]
    return list(dict.fromkeys([name, socket.getfqdn(), "localhost", "127.0.0.1", "::1", *hosts]))
