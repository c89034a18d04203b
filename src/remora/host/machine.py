"""What the configuration asks this machine: its listeners and certificates, and who may log on."""

from __future__ import annotations

from remora.auth.basic import BasicCredential
from remora.auth.certificate_store import CertificateStore
from remora.config.listener import ListenerSettings
from remora.errors import AuthError, ConfigError
from remora.host.authenticator import Authenticator
from remora.host.listeners import ListenerSet, listened_addresses


class HostMachine:
    """The machine of a running front end. authenticator: set once it runs."""

    def __init__(self, listeners: ListenerSet, certificates: CertificateStore) -> None:
        self._listeners = listeners
        self._certificates = certificates
        self.authenticator: Authenticator | None = None

    def listeners(self) -> tuple[ListenerSettings, ...]:
        return self._listeners.settings

    def is_given(self, item: ListenerSettings) -> bool:
        return self._listeners.is_given(item)

    def forget(self, item: ListenerSettings) -> None:
        self._listeners.forget(item)

    def port(self, item: ListenerSettings) -> int:
        bound = self._listeners.find(item)
        if bound is not None:
            return bound.port
        return item.port or (5986 if item.secure else 5985)

    def thumbprint(self, item: ListenerSettings) -> str:
        bound = self._listeners.find(item)
        return item.thumbprint if bound is None else bound.thumbprint

    def addresses(self, item: ListenerSettings) -> tuple[str, ...]:
        if not item.enabled:
            return ()
        try:
            return listened_addresses(item)
        except ConfigError:  # the adapter is gone; the listener is still there to be seen
            return ()

    def server_certificate(self) -> str:
        return next((item.thumbprint for item in self._certificates.own()), "")

    def certificate_names(self, thumbprint: str) -> tuple[str, ...]:
        return self._certificates.find_server(thumbprint).names

    def is_issuer(self, thumbprint: str) -> bool:
        return any(item.thumbprint == thumbprint.upper() for item in self._certificates.trusted())

    async def verify(self, username: str, password: str) -> bool:
        assert self.authenticator is not None
        try:
            await self.authenticator.basic(BasicCredential(username, password))
        except AuthError:
            return False
        return True
