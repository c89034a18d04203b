"""``winrm/config/listener``: which addresses and ports the service listens on."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Final

from remora._xml import Element
from remora.config.host import HostConfiguration
from remora.config.listener import ListenerSettings, changed_listener, new_listener
from remora.config.resource import ALREADY_EXISTS, NOT_FOUND, Backing, Instance, Machine, Selectors, keys_of
from remora.config.settings import ConfigNode
from remora.config.tree_xml import CONFIG_URI, read_leaves, to_element
from remora.errors import ConfigError

NAME_MISMATCH: Final = 0x803380E9
URI: Final = CONFIG_URI + "/listener"
KEYS: Final = ("Address", "Transport")


class ListenerResource:
    """Reads and changes listeners."""

    def __init__(self, backing: Backing, machine: Machine) -> None:
        self._backing = backing
        self._machine = machine

    def all(self) -> list[Instance]:
        return [self._instance(item) for item in self._machine.listeners()]

    def get(self, selectors: Selectors) -> Element:
        return self._instance(self._find(selectors)).element

    async def put(self, selectors: Selectors, body: Element) -> Element:
        """Change a listener. Raises ConfigError; then it listens as before."""
        item = self._find(selectors)
        changed = changed_listener(item, self._changes(item, body))
        self._check(changed)
        self._exchange(item, changed)
        return self._instance(self._find(selectors)).element

    async def create(self, selectors: Selectors, body: Element | None) -> Selectors:
        """Listen somewhere else too. Raises ConfigError."""
        address, transport = keys_of(selectors, KEYS)
        values = {} if body is None else dict(read_leaves(body, "Listener", URI))
        item = new_listener(address, transport, values)
        if any(known.is_named(item.address, item.transport) for known in self._machine.listeners()):
            raise ConfigError(f"there is a listener {item.address}, {item.transport} already", code=ALREADY_EXISTS)
        self._check(item)
        self._exchange(None, item)
        return {"Address": item.address, "Transport": item.transport}

    async def delete(self, selectors: Selectors) -> None:
        """Stop listening there; who is connected stays."""
        self._exchange(self._find(selectors), None)

    def _exchange(self, old: ListenerSettings | None, new: ListenerSettings | None) -> None:
        given = old is not None and self._machine.is_given(old)
        default = tuple(item for item in self._machine.listeners() if not self._machine.is_given(item))
        if new is not None or not given:
            self._backing.update(lambda held: _with(held, default, old, new))
        if given and old is not None:
            self._machine.forget(old)

    def _find(self, selectors: Selectors) -> ListenerSettings:
        address, transport = keys_of(selectors, KEYS)
        for item in self._machine.listeners():
            if item.is_named(address, transport):
                return item
        raise ConfigError(f"there is no listener {address}, {transport}", code=NOT_FOUND)

    def _changes(self, item: ListenerSettings, body: Element) -> dict[str, str]:
        """What a representation says differently; what is only shown must not become a setting."""
        shown = {leaf.name.lower(): leaf.text or "" for leaf in self._node(item).children}
        leaves = dict(read_leaves(body, "Listener", URI))
        return {name: text for name, text in leaves.items() if shown.get(name.lower()) != text}

    def _instance(self, item: ListenerSettings) -> Instance:
        keys = {"Address": item.address, "Transport": item.transport}
        return Instance(keys, to_element(self._node(item), URI))

    def _node(self, item: ListenerSettings) -> ConfigNode:
        return item.to_node(
            port=self._machine.port(item),
            thumbprint=self._machine.thumbprint(item),
            listening_on=self._machine.addresses(item),
        )

    def _check(self, item: ListenerSettings) -> None:
        if not item.thumbprint:
            return
        names = self._machine.certificate_names(item.thumbprint)
        wanted = item.hostname.casefold()
        if wanted and not any(_matches(name.casefold(), wanted) for name in names):
            raise ConfigError(
                f"Listener/Hostname: the certificate is for {', '.join(names)}, not for {item.hostname}",
                code=NAME_MISMATCH,
            )


def _matches(pattern: str, name: str) -> bool:
    return fnmatchcase(name, pattern) if pattern.startswith("*.") else pattern == name


def _with(
    held: HostConfiguration,
    default: tuple[ListenerSettings, ...],
    old: ListenerSettings | None,
    new: ListenerSettings | None,
) -> HostConfiguration:
    """Return the configuration with one listener exchanged; what was there only by default is kept by name."""
    base = default if held.listeners is None else held.listeners
    if new is None:
        kept = tuple(item for item in base if item != old)
    elif old is not None and old in base:
        kept = tuple(new if item == old else item for item in base)
    else:
        kept = (*base, new)
    return replace(held, listeners=kept)
