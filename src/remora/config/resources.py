"""Every resource below ``winrm/config`` behind one object: what WS-Man, ``remora winrm`` and ``WSMan:`` all use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from remora._xml import Element
from remora.config.actions import UNSUPPORTED_ACTION, ConfigActions
from remora.config.host import HostConfiguration
from remora.config.listener_resource import ListenerResource
from remora.config.mapping_resource import MappingResource
from remora.config.plugin_resource import PluginResource
from remora.config.resource import EXTRA_SELECTOR, Backing, Instance, Machine, Selectors
from remora.config.settings import ConfigNode
from remora.config.tree_xml import CONFIG_URI, branch, read_leaves, resource_path, to_element
from remora.errors import ConfigError

FIXED_BY_POLICY: Final = 0x8033808A
POLICY: Final = "GPO"
Collection = ListenerResource | PluginResource | MappingResource


class ConfigResources:
    """Answers Get, Put, Create, Delete, Enumerate and Invoke. Every refusal is a ConfigError with the vendor's code.

    A resource is named by its URI, in any case, and by selectors where it is one of several.
    """

    def __init__(self, backing: Backing, machine: Machine) -> None:
        self._backing = backing
        listeners = ListenerResource(backing, machine)
        self._collections: Mapping[tuple[str, ...], Collection] = {
            ("listener",): listeners,
            ("plugin",): PluginResource(backing, machine),
            ("service", "certmapping"): MappingResource(backing, machine),
        }
        self._actions = ConfigActions(backing, machine, listeners)

    def get(self, resource_uri: str, selectors: Selectors) -> Element:
        """Return a representation: of a group of settings, or of one item of a collection."""
        path = resource_path(resource_uri)
        collection = self._collections.get(path)
        if collection is not None:
            return collection.get(selectors)
        _no_selectors(selectors)
        return to_element(branch(self._tree(), path), _namespace(path))

    async def put(self, resource_uri: str, selectors: Selectors, body: Element) -> Element:
        """Change what a representation says differently, all or nothing; return what is in force then."""
        path = resource_path(resource_uri)
        collection = self._collections.get(path)
        if collection is not None:
            return await collection.put(selectors, body)
        _no_selectors(selectors)
        self._put_settings(path, body)
        return to_element(branch(self._tree(), path), _namespace(path))

    async def create(self, resource_uri: str, selectors: Selectors, body: Element | None) -> Selectors:
        """Add an item to a collection; return its keys."""
        return await self._collection(resource_uri).create(selectors, body)

    async def delete(self, resource_uri: str, selectors: Selectors) -> None:
        """Take an item out of a collection."""
        await self._collection(resource_uri).delete(selectors)

    def enumerate(self, resource_uri: str) -> list[Instance]:
        """Return every item of a collection; a group of settings is enumerated as itself."""
        path = resource_path(resource_uri)
        collection = self._collections.get(path)
        if collection is not None:
            return collection.all()
        return [Instance({}, to_element(branch(self._tree(), path), _namespace(path)))]

    async def invoke(self, resource_uri: str, action: str, body: Element | None) -> Element:
        """Carry out an action; ``action`` is its name, or its URI."""
        return await self._actions.invoke(resource_path(resource_uri), action.rstrip("/").rpartition("/")[2], body)

    def _collection(self, resource_uri: str) -> Collection:
        path = resource_path(resource_uri)
        collection = self._collections.get(path)
        if collection is None:
            branch(self._tree(), path)
            raise ConfigError("settings cannot be created or deleted", code=UNSUPPORTED_ACTION)
        return collection

    def _tree(self) -> ConfigNode:
        return _marked(self._backing.read().winrm.to_tree(), "", self._backing.fixed())

    def _put_settings(self, path: tuple[str, ...], body: Element) -> None:
        tree = branch(self._tree(), path)
        prefix = "".join(part + "/" for part in path)
        present = _texts(tree, "")
        fixed = self._backing.fixed()
        wanted: list[tuple[str, str]] = []
        for name, text in read_leaves(body, tree.name, _namespace(path)):
            if present.get(name.lower()) == text:
                continue
            if prefix + name.lower() in fixed:
                raise ConfigError(f"{prefix}{name} is fixed by a policy", code=FIXED_BY_POLICY)
            wanted.append((prefix + name, text))

        def change(held: HostConfiguration) -> HostConfiguration:
            for name, text in wanted:
                held = replace(held, winrm=held.winrm.with_setting(name, text))
            return held

        if wanted:
            self._backing.update(change, [name for name, _text in wanted])


def _namespace(path: tuple[str, ...]) -> str:
    return "/".join((CONFIG_URI, *path))


def _no_selectors(selectors: Selectors) -> None:
    if selectors:
        raise ConfigError("settings have no selectors", code=EXTRA_SELECTOR)


def _texts(node: ConfigNode, prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for child in node.children:
        name = prefix + child.name.lower()
        found |= {name: child.text} if child.text is not None else _texts(child, name + "/")
    return found


def _marked(node: ConfigNode, prefix: str, fixed: frozenset[str]) -> ConfigNode:
    """Return a tree in which what a policy fixes says so."""
    children = tuple(_marked(child, f"{prefix}{child.name.lower()}/", fixed) for child in node.children)
    return replace(node, children=children, source=POLICY if prefix.rstrip("/") in fixed else "")
