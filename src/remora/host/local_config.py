"""``winrm/config`` of this machine without a running service: the host's file and the client's, as one tree.

Client settings lie in the client's configuration, everything else in the host's. A front end that runs takes over what
is written here within a second.
"""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from pathlib import Path

from remora._xml import Element
from remora.auth.basic import BasicCredential
from remora.auth.certificate_store import CertificateStore
from remora.client.config_store import ClientAuth, ClientConfig
from remora.client.management import Enumeration, Resource
from remora.config.host import HostConfiguration
from remora.config.listener import ListenerSettings
from remora.config.resource import Change, Instance
from remora.config.resources import ConfigResources
from remora.config.winrm import Client, DefaultPorts, WinrmConfig
from remora.config.winrm import ClientAuth as ClientAuthNode
from remora.errors import AuthError, ConfigError
from remora.host.accounts import AccountStore
from remora.host.addresses import listening_addresses
from remora.host.authenticator import LocalAuthenticator
from remora.host.config_service import as_fault, item_element, reference, refuse_filter, refuse_fragment
from remora.host.config_store import ConfigStore, default_state_dir
from remora.host.state_dir import StateDir
from remora.wsman import replies
from remora.wsman.faults import make_fault


class LocalManagement:
    """The configuration of this machine as ``client.management.Management``. Raises the same faults as a service.

    state_dir: the host's. config: its configuration file where it is elsewhere. client: the client's file.
    """

    def __init__(self, state_dir: Path, *, config: Path | None = None, client: Path | None = None) -> None:
        state = StateDir(state_dir.absolute())
        self._resources = ConfigResources(
            _Files(ConfigStore(config or state.configuration), client), _Offline(state, config or state.configuration)
        )

    async def get(self, resource: Resource) -> Element:
        refuse_fragment(resource.fragment)
        try:
            return self._resources.get(resource.uri, dict(resource.selectors))
        except ConfigError as error:
            raise as_fault(error) from error

    async def put(self, resource: Resource, body: Element) -> Element | None:
        refuse_fragment(resource.fragment)
        try:
            return await self._resources.put(resource.uri, dict(resource.selectors), body)
        except ConfigError as error:
            raise as_fault(error) from error

    async def create(self, resource: Resource, body: Element | None) -> Element:
        refuse_fragment(resource.fragment)
        try:
            keys = await self._resources.create(resource.uri, dict(resource.selectors), body)
        except ConfigError as error:
            raise as_fault(error) from error
        return reference("ResourceCreated", resource.uri, keys)

    async def delete(self, resource: Resource) -> None:
        refuse_fragment(resource.fragment)
        try:
            await self._resources.delete(resource.uri, dict(resource.selectors))
        except ConfigError as error:
            raise as_fault(error) from error

    async def invoke(self, resource: Resource, action: str, body: Element | None) -> Element | None:
        refuse_fragment(resource.fragment)
        try:
            return await self._resources.invoke(resource.uri, action, body)
        except ConfigError as error:
            raise as_fault(error) from error

    async def enumerate(self, resource: Resource, how: Enumeration) -> AsyncIterator[Element]:
        refuse_filter(how.filter)
        try:
            items: list[Instance] = self._resources.enumerate(resource.uri)
        except ConfigError as error:
            raise as_fault(error) from error
        for item in items:
            yield item_element(how.mode, resource.uri, item)

    async def identify(self) -> replies.Identified:
        raise make_fault(0x803380FC, "Identify needs a remote session: name a computer. ")

    async def close(self) -> None:
        """Nothing is held."""


def local_management(state_dir: Path | None = None) -> LocalManagement:
    """Return this machine's configuration; without a directory that of the variables, or of the host's own defaults."""
    config = os.environ.get("REMORA_HOST_CONFIG")
    where = state_dir or Path(os.environ.get("REMORA_STATE_DIR") or default_state_dir())
    return LocalManagement(where, config=None if config is None else Path(config))


class _Files:
    """Both files as one ``config.resource.Backing``."""

    def __init__(self, store: ConfigStore, client: Path | None) -> None:
        self._store = store
        self._client = client

    def read(self) -> HostConfiguration:
        held = self._store.current
        return replace(held, winrm=replace(held.winrm, client=_client_node(self._load(), held.winrm.client)))

    def fixed(self) -> frozenset[str]:
        return self._store.fixed

    def update(self, change: Change, named: Iterable[str] = ()) -> HostConfiguration:
        before = self.read()
        wanted = change(before)
        if wanted.winrm.client != before.winrm.client:
            _with_node(self._load(), wanted.winrm.client).save(self._client)
        if _served(wanted) != _served(before):
            client = self._store.current.winrm.client
            self._store.update(
                lambda held: _keeping_client(change(held), client), [name for name in named if not _is_client(name)]
            )
        return self.read()

    def _load(self) -> ClientConfig:
        return ClientConfig.load() if self._client is None else ClientConfig.load(self._client)


class _Offline:
    """What the machine knows without a running front end: ``config.resource.Machine``."""

    def __init__(self, state: StateDir, config: Path) -> None:
        self._state = state
        self._config = config
        self._certificates = CertificateStore(state.certificates)

    def listeners(self) -> tuple[ListenerSettings, ...]:
        return ConfigStore(self._config).current.chosen_listeners()

    def is_given(self, item: ListenerSettings) -> bool:
        return False

    def forget(self, item: ListenerSettings) -> None:
        raise AssertionError(f"{item.url} is of the configuration")

    def port(self, item: ListenerSettings) -> int:
        ports = ConfigStore(self._config).current.winrm.service.default_ports
        return item.port or (ports.https if item.secure else ports.http)

    def thumbprint(self, item: ListenerSettings) -> str:
        return item.thumbprint

    def addresses(self, item: ListenerSettings) -> tuple[str, ...]:
        try:
            return listening_addresses(item.host) if item.enabled else ()
        except ConfigError:
            return ()

    def server_certificate(self) -> str:
        name = socket.gethostname().casefold()
        own = self._certificates.own()
        named = [item for item in own if name in (one.casefold() for one in item.names)]
        return next((item.thumbprint for item in (*named, *own)), "")

    def certificate_names(self, thumbprint: str) -> tuple[str, ...]:
        return self._certificates.find_server(thumbprint).names

    def is_issuer(self, thumbprint: str) -> bool:
        return any(item.thumbprint == thumbprint.upper() for item in self._certificates.trusted())

    async def verify(self, username: str, password: str) -> bool:
        authenticator = LocalAuthenticator(AccountStore(self._state.root))
        try:
            await authenticator.basic(BasicCredential(username, password))
        except AuthError:
            return False
        finally:
            await authenticator.close()
        return True


def _client_node(client: ClientConfig, host: Client) -> Client:
    auth = {name: getattr(client.auth, name) for name in ClientAuth.__dataclass_fields__}
    return replace(
        host,
        allow_unencrypted=client.allow_unencrypted,
        auth=ClientAuthNode(**auth),
        default_ports=DefaultPorts(http=client.http_port, https=client.https_port),
        trusted_hosts=",".join(client.trusted_hosts),
    )


def _with_node(client: ClientConfig, node: Client) -> ClientConfig:
    auth = {name: getattr(node.auth, name) for name in ClientAuth.__dataclass_fields__}
    hosts = tuple(part.strip() for part in node.trusted_hosts.split(",") if part.strip())
    return replace(
        client,
        allow_unencrypted=node.allow_unencrypted,
        auth=ClientAuth(**auth),
        http_port=node.default_ports.http,
        https_port=node.default_ports.https,
        trusted_hosts=hosts,
    )


def _served(held: HostConfiguration) -> HostConfiguration:
    """The configuration without what is kept in the client's file."""
    bare = Client(network_delay_ms=held.winrm.client.network_delay_ms, url_prefix=held.winrm.client.url_prefix)
    return replace(held, winrm=replace(held.winrm, client=bare))


def _keeping_client(changed: HostConfiguration, client: Client) -> HostConfiguration:
    kept: WinrmConfig = replace(
        changed.winrm,
        client=replace(
            client,
            network_delay_ms=changed.winrm.client.network_delay_ms,
            url_prefix=changed.winrm.client.url_prefix,
        ),
    )
    return replace(changed, winrm=kept)


def _is_client(name: str) -> bool:
    return name.casefold().startswith("client/")
