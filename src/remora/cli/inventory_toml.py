"""Inventories in TOML, with the names of our own configuration for everything about the way to a machine::

[vars]
username = "alice"

[hosts."web[01:20]"]
use_ssl = true

[groups.web]
hosts = ["web[01:20]"]
children = ["cache"]
vars = { port = 5986 }
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, Final

from remora.cli.inventory import Inventory
from remora.cli.inventory_ini import UNGROUPED
from remora.errors import ConfigError

_GROUP_KEYS: Final = ("hosts", "children", "vars")


def read(text: str, source: str) -> Inventory:
    """Read ``hosts`` (a list of names or a table with variables), ``groups`` and ``vars``. Raises ConfigError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{source} is not TOML: {error}") from None
    inventory = Inventory(source, own_names=True)
    _known(data, ("hosts", "groups", "vars"), source, "")
    inventory.group("all").variables.update(_table(data.get("vars", {}), source, "vars"))
    _hosts(inventory, UNGROUPED, data.get("hosts", []), "hosts")
    for name, entry in _table(data.get("groups", {}), source, "groups").items():
        group = inventory.group(name)
        where = f"groups.{name}"
        table = _table(entry, source, where)
        _known(table, _GROUP_KEYS, source, f"{where}.")
        _hosts(inventory, name, table.get("hosts", []), f"{where}.hosts")
        for child in _texts(table.get("children", []), source, f"{where}.children"):
            inventory.group(child)
            group.children[child] = None
        group.variables.update(_table(table.get("vars", {}), source, f"{where}.vars"))
    return inventory


def _hosts(inventory: Inventory, group: str, given: Any, where: str) -> None:
    if isinstance(given, Mapping):
        for pattern, values in given.items():
            inventory.add_hosts(pattern, group, _table(values, inventory.source, f"{where}.{pattern}"))
        return
    for pattern in _texts(given, inventory.source, where):
        inventory.add_hosts(pattern, group, {})


def _known(table: Mapping[str, Any], keys: tuple[str, ...], source: str, prefix: str) -> None:
    if unknown := sorted(set(table) - set(keys)):
        raise ConfigError(f"{source}: unknown keys {', '.join(prefix + key for key in unknown)}")


def _table(value: Any, source: str, key: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ConfigError(f"{source}: {key} must be a table")
    return value


def _texts(value: Any, source: str, key: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"{source}: {key} must be a list of texts")
    return value
