"""``winrm/config/service/certmapping``: whom client certificates stand for."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from remora._xml import Element
from remora.config.cert_mapping import INVALID_ISSUER, CertMapping, MappingChange, changed_mapping, new_mapping
from remora.config.host import HostConfiguration
from remora.config.resource import ALREADY_EXISTS, NOT_FOUND, Backing, Instance, Machine, Selectors, keys_of
from remora.config.tree_xml import CONFIG_URI, read_leaves, to_element
from remora.errors import ConfigError

INVALID_CREDENTIALS: Final = 0x80338154
LIMIT_EXCEEDED: Final = 0x80338153
MAX_MAPPINGS: Final = 4096
URI: Final = CONFIG_URI + "/service/certmapping"
KEYS: Final = ("Issuer", "Subject", "URI")


class MappingResource:
    """Reads and changes certificate mappings. Passwords are checked against the account, then forgotten."""

    def __init__(self, backing: Backing, machine: Machine) -> None:
        self._backing = backing
        self._machine = machine

    def all(self) -> list[Instance]:
        return [_instance(item) for item in self._backing.read().cert_mappings]

    def get(self, selectors: Selectors) -> Element:
        return _instance(self._find(selectors)).element

    async def put(self, selectors: Selectors, body: Element) -> Element:
        """Change a mapping. Raises ConfigError."""
        item = self._find(selectors)
        change = changed_mapping(item, dict(read_leaves(body, "CertMapping", URI)))
        if change.password is not None or change.mapping.username != item.username:
            await self._check_account(change)
        self._backing.update(lambda held: _with(held, item, change.mapping))
        return _instance(change.mapping).element

    async def create(self, selectors: Selectors, body: Element | None) -> Selectors:
        """Add a mapping. Raises ConfigError."""
        issuer, subject, uri = keys_of(selectors, KEYS)
        held = self._backing.read().cert_mappings
        if any(item.is_named(issuer, subject, uri) for item in held):
            raise ConfigError("there is a mapping of these keys already", code=ALREADY_EXISTS)
        if len(held) >= MAX_MAPPINGS:
            raise ConfigError(f"there are {MAX_MAPPINGS} certificate mappings already", code=LIMIT_EXCEEDED)
        change = new_mapping(issuer, subject, uri, {} if body is None else dict(read_leaves(body, "CertMapping", URI)))
        if not self._machine.is_issuer(change.mapping.issuer):
            raise ConfigError(
                f"CertMapping/Issuer: no authority with the thumbprint {change.mapping.issuer} is trusted here",
                code=INVALID_ISSUER,
            )
        await self._check_account(change)
        self._backing.update(lambda held: _with(held, None, change.mapping))
        return _instance(change.mapping).keys

    async def delete(self, selectors: Selectors) -> None:
        item = self._find(selectors)
        self._backing.update(lambda held: _with(held, item, None))

    def _find(self, selectors: Selectors) -> CertMapping:
        issuer, subject, uri = keys_of(selectors, KEYS)
        for item in self._backing.read().cert_mappings:
            if item.is_named(issuer, subject, uri):
                return item
        raise ConfigError("there is no certificate mapping of these keys", code=NOT_FOUND)

    async def _check_account(self, change: MappingChange) -> None:
        name = change.mapping.username
        if change.password is None or not await self._machine.verify(name, change.password):
            raise ConfigError(
                f"CertMapping: {name!r} is no local account, or that is not its password", code=INVALID_CREDENTIALS
            )


def _instance(item: CertMapping) -> Instance:
    return Instance({"Issuer": item.issuer, "Subject": item.subject, "URI": item.uri}, to_element(item.to_node(), URI))


def _with(held: HostConfiguration, old: CertMapping | None, new: CertMapping | None) -> HostConfiguration:
    kept = tuple(item for item in held.cert_mappings if item != old)
    return replace(held, cert_mappings=kept if new is None else (*kept, new))
