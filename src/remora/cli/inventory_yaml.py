"""Ansible's inventories in YAML: groups with ``hosts``, ``vars`` and ``children``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import yaml

from remora.cli.inventory import MAX_GROUP_DEPTH, Inventory, VaultValue
from remora.errors import ConfigError

_KEYS: Final = ("hosts", "vars", "children")


class _Loader(yaml.SafeLoader):
    """YAML without objects; knows the two tags that inventories have."""


def _vault(_loader: yaml.SafeLoader, node: yaml.Node) -> VaultValue:
    return VaultValue(str(node.value))


def _unsafe(_loader: yaml.SafeLoader, node: yaml.Node) -> str:
    return str(node.value)


for _tag in ("!vault", "!vault-encrypted"):
    _Loader.add_constructor(_tag, _vault)
_Loader.add_constructor("!unsafe", _unsafe)


def read(text: str, source: str) -> Inventory:
    """Read groups by name, each with its hosts, variables and child groups. Raises ConfigError."""
    if text.startswith("$ANSIBLE_VAULT;"):
        raise ConfigError(f"{source} is encrypted with Ansible Vault, which is not read here")
    try:
        data = yaml.load(text, _Loader)  # noqa: S506  (a SafeLoader with two tags)
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigError(f"{source} is not YAML: {error}") from None
    inventory = Inventory(source)
    for name, entry in _mapping(data, source, "the file").items():
        _group(inventory, str(name), entry, 0)
    return inventory


def _group(inventory: Inventory, name: str, entry: Any, depth: int) -> None:
    source = inventory.source
    if depth > MAX_GROUP_DEPTH:
        raise ConfigError(f"{source}: groups are nested deeper than {MAX_GROUP_DEPTH}")
    group = inventory.group(name)
    table = _mapping(entry, source, name)
    if unknown := sorted(str(key) for key in table if key not in _KEYS):
        raise ConfigError(f"{source}: {name} has unknown keys {', '.join(unknown)}")
    for host, values in _mapping(table.get("hosts"), source, f"{name}.hosts").items():
        inventory.add_hosts(str(host), name, _variables(values, source, f"{name}.hosts.{host}"))
    group.variables.update(_variables(table.get("vars"), source, f"{name}.vars"))
    for child, below in _mapping(table.get("children"), source, f"{name}.children").items():
        group.children[str(child)] = None
        _group(inventory, str(child), below, depth + 1)


def _variables(value: Any, source: str, key: str) -> dict[str, Any]:
    return {str(name): item for name, item in _mapping(value, source, key).items()}


def _mapping(value: Any, source: str, key: str) -> Mapping[Any, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ConfigError(f"{source}: {key} must be a mapping, with a colon after each name")
    return value
