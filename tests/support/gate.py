"""A gate over real sockets with a dispatcher that only records and echoes, and a raw client for it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from remora.auth.certificate_store import CertificateStore
from remora.auth.certificates import certificate_der, ensure_self_signed, tls_server_end_point
from remora.auth.principal import Principal
from remora.config import WinrmConfig
from remora.config.cert_mapping import CertMapping
from remora.config.host import HostConfiguration
from remora.host.accounts import ADMINISTRATORS, AccountStore
from remora.host.authenticator import Authenticator, LocalAuthenticator
from remora.host.client_certificates import ClientCertificates
from remora.host.credssp import CredSspAuthenticator, CredSspCertificate
from remora.host.gate import DispatchReply, Gate, Peer
from remora.host.identity import Identity
from remora.host.logon_guard import LogonGuard
from remora.net.http_server import HttpServer
from remora.wsman.attachments import Parcel

USER, PASSWORD = "Dörte", "pä$$ wörd"
OTHER, OTHER_PASSWORD = "emil", "anderes"

REPLY = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">'
    "<s:Header><a:RelatesTo>{}</a:RelatesTo></s:Header><s:Body><x Name='ShellId'>{}</x></s:Body></s:Envelope>"
)


@dataclass(slots=True)
class Site:
    """A running gate. dispatched: (principal, peer, soap, charset) of everything that got through."""

    url: str = ""
    secure_url: str = ""
    trust: Path = Path()
    config: WinrmConfig = field(default_factory=WinrmConfig)
    dispatched: list[tuple[Principal, Peer, bytes, str]] = field(default_factory=list)
    status: int = 200
    server: HttpServer[Identity] | None = None
    certificates: Path = Path()
    mappings: tuple[CertMapping, ...] = ()
    store: AccountStore | None = None

    async def dispatch(self, principal: Principal, peer: Peer, parcel: Parcel, charset: str) -> DispatchReply:
        soap = parcel.document
        self.dispatched.append((principal, peer, soap, charset))
        message_id = re.search(rb"MessageID[^>]*>([^<]*)<", soap)
        text = REPLY.format(message_id[1].decode() if message_id else "", len(self.dispatched))
        return DispatchReply(self.status, text.encode(charset), charset)

    async def identify(self, peer: Peer, soap: bytes, charset: str) -> DispatchReply:
        return DispatchReply(200, b"<identified/>", charset)

    def held(self) -> HostConfiguration:
        return HostConfiguration(winrm=self.config, cert_mappings=self.mappings)

    def set(self, *settings: str) -> None:
        """Change the configuration while it serves."""
        for text in settings:
            path, _, value = text.partition("=")
            self.config = self.config.with_setting(path, value)


@asynccontextmanager
async def gate_site(
    state_dir: Path, authenticator: Authenticator | None = None, *, guard: LogonGuard | None = None
) -> AsyncIterator[Site]:
    """Serve a gate on a free HTTP and a free HTTPS port, with two accounts."""
    site = Site()
    site.store = AccountStore(state_dir)
    if site.store.find(USER) is None:
        site.store.add(USER, PASSWORD, groups=[ADMINISTRATORS])
        site.store.add(OTHER, OTHER_PASSWORD)
    held = authenticator or LocalAuthenticator(site.store, names=["host.example"])
    site.certificates = state_dir / "tls"
    clients = ClientCertificates(site.certificates, site.held)
    inside = CredSspCertificate(CertificateStore(site.certificates), lambda: site.config.service.certificate_thumbprint)
    gate = Gate(
        authenticator=CredSspAuthenticator(held, inside),
        dispatch=site.dispatch,
        identify=site.identify,
        config=lambda: site.config,
        mapping=clients.mapping,
        guard=guard,
    )
    server: HttpServer[Identity] = HttpServer(gate.handle, Identity, on_close=gate.forget)
    site.server = server
    files = ensure_self_signed(state_dir / "tls", ["127.0.0.1", "localhost"])
    site.trust = files.certificate
    plain = await server.listen("127.0.0.1", 0)
    binding = tls_server_end_point(certificate_der(files.certificate))
    secure = await server.listen("127.0.0.1", 0, tls=clients.context(files), channel_binding=binding)
    site.url, site.secure_url = f"{plain.url}/wsman", f"{secure.url}/wsman"
    try:
        yield site
    finally:
        await server.stop(2)
        await held.close()
