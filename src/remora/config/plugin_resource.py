"""``winrm/config/plugin``: the session configurations of the host."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from remora._xml import Element
from remora.config.host import HostConfiguration
from remora.config.plugin import plugin_element, read_plugin
from remora.config.resource import ALREADY_EXISTS, NOT_FOUND, Backing, Instance, Machine, Selectors, keys_of
from remora.config.sessions import BUILTIN, SessionConfiguration
from remora.config.settings import SCHEMA
from remora.config.tree_xml import CONFIG_URI
from remora.errors import ConfigError

URI: Final = CONFIG_URI + "/plugin"
KEYS: Final = ("Name",)
RUN_AS_CREDENTIALS: Final = 0x803381C3


class PluginResource:
    """Reads and changes session configurations. What is running goes on as it was begun."""

    def __init__(self, backing: Backing, machine: Machine) -> None:
        self._backing = backing
        self._machine = machine

    def all(self) -> list[Instance]:
        return [Instance({"Name": item.name}, plugin_element(item)) for item in self._backing.read().sessions()]

    def get(self, selectors: Selectors) -> Element:
        return plugin_element(self._find(selectors))

    async def put(self, selectors: Selectors, body: Element) -> Element:
        """Change a session configuration. Raises ConfigError."""
        item = self._find(selectors)
        changed = read_plugin(item, item.name, body)
        await self._check_run_as(item.run_as_user, changed.run_as_user, body)
        self._backing.update(lambda held: _with(held, changed))
        return plugin_element(self._find(selectors))

    async def create(self, selectors: Selectors, body: Element | None) -> Selectors:
        """Add a session configuration. Raises ConfigError."""
        (name,) = keys_of(selectors, KEYS)
        if self._known(name) is not None:
            raise ConfigError(f"there is a session configuration {name} already", code=ALREADY_EXISTS)
        if body is None:
            raise ConfigError("Create needs a PlugInConfiguration", code=SCHEMA)
        item = read_plugin(None, name, body)
        await self._check_run_as("", item.run_as_user, body)
        self._backing.update(lambda held: _with(held, item))
        return {"Name": item.name}

    async def delete(self, selectors: Selectors) -> None:
        """Take a session configuration away; a built-in one stays gone until plug-ins are restored."""
        item = self._find(selectors)
        builtin = any(one.name.casefold() == item.name.casefold() for one in BUILTIN)
        gone = SessionConfiguration(name=item.name, removed=True) if builtin else None
        self._backing.update(lambda held: _without(held, item.name, gone))

    async def _check_run_as(self, before: str, wanted: str, body: Element) -> None:
        """Another account to run as must be one, and come with its password, which is then forgotten."""
        password = str(body.get("RunAsPassword", ""))
        if not wanted or (wanted.casefold() == before.casefold() and not password):
            return
        if not password or not await self._machine.verify(wanted, password):
            raise ConfigError(
                f"PlugIn/RunAsUser: {wanted!r} is no local account, or RunAsPassword is not its password",
                code=RUN_AS_CREDENTIALS,
            )

    def _known(self, name: str) -> SessionConfiguration | None:
        return next((one for one in self._backing.read().sessions() if one.name.casefold() == name.casefold()), None)

    def _find(self, selectors: Selectors) -> SessionConfiguration:
        (name,) = keys_of(selectors, KEYS)
        found = self._known(name)
        if found is None:
            raise ConfigError(f"there is no session configuration {name!r}", code=NOT_FOUND)
        return found


def _with(held: HostConfiguration, item: SessionConfiguration) -> HostConfiguration:
    return _without(held, item.name, item)


def _without(held: HostConfiguration, name: str, instead: SessionConfiguration | None) -> HostConfiguration:
    others = tuple(one for one in held.configured_sessions if one.name.casefold() != name.casefold())
    return replace(held, configured_sessions=others if instead is None else (*others, instead))
