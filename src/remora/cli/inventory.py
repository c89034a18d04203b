"""Inventory files: which machines there are, in which groups, and the variables that go with them.

One model for all formats. The variables of a group reach its hosts; those of a child group win over its parents', those
of the host over all.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from remora.errors import ConfigError

MAX_HOSTS: Final = 1_000_000
MAX_GROUP_DEPTH: Final = 64
_RANGE: Final = re.compile(r"\[([0-9]+|[A-Za-z]):([0-9]+|[A-Za-z])(?::([0-9]+))?\]")


@dataclass(frozen=True, slots=True)
class VaultValue:
    """A value that Ansible Vault has encrypted: it can be told apart, not read."""

    text: str = field(repr=False)


@dataclass(slots=True)
class Group:
    """Hosts and child groups by name, in the order of the file."""

    name: str
    hosts: dict[str, None] = field(default_factory=dict)
    children: dict[str, None] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Inventory:
    """What a file says. source: its name, for messages. host_variables: what stands beside the hosts themselves.

    own_names: its variables have our names, not Ansible's.
    """

    source: str
    own_names: bool = False
    groups: dict[str, Group] = field(default_factory=dict)
    host_variables: dict[str, dict[str, Any]] = field(default_factory=dict)

    def group(self, name: str) -> Group:
        """Return the group, made now if it is new."""
        return self.groups.setdefault(name, Group(name))

    def add_hosts(self, pattern: str, group: str, variables: Mapping[str, Any]) -> None:
        """Add the hosts a name with ranges stands for. Raises ConfigError."""
        members = self.group(group).hosts
        for name in expand(pattern):
            members[name] = None
            self.host_variables.setdefault(name, {}).update(variables)
        if len(self.host_variables) > MAX_HOSTS:
            raise ConfigError(f"{self.source}: more than {MAX_HOSTS} hosts")

    @property
    def hosts(self) -> list[str]:
        return list(self.host_variables)

    def members(self, name: str) -> list[str]:
        """Return the hosts of a group and of all groups below it, each once. Raises ConfigError for a circle."""
        if name in ("all", "*"):
            return self.hosts
        found: dict[str, None] = {}
        for group in self._below(name):
            found.update(group.hosts)
        return list(found)

    def _below(self, name: str, path: tuple[str, ...] = ()) -> Iterator[Group]:
        if name in path or len(path) > MAX_GROUP_DEPTH:
            raise ConfigError(f"{self.source}: the groups {' > '.join((*path, name))} go round in a circle")
        if (group := self.groups.get(name)) is None:
            return
        yield group
        for child in group.children:
            yield from self._below(child, (*path, name))

    def check(self) -> Inventory:
        """Return the inventory itself when every child is a group and no group is below itself. Raises ConfigError."""
        for group in list(self.groups.values()):
            for child in group.children:
                if child not in self.groups:
                    raise ConfigError(f"{self.source}: {group.name} has the child {child}, which is no group")
            for _below in self._below(group.name):
                pass
        return self

    def variables(self) -> dict[str, dict[str, Any]]:
        """Return every host's variables: all's, then the groups' from the outermost inwards, then its own.

        Groups of one depth follow each other by ansible_group_priority, then by name.
        """
        depths = self._depths()
        order = sorted(self.groups.values(), key=lambda g: (depths[g.name], _priority(g), g.name))
        found: dict[str, dict[str, Any]] = {name: {} for name in self.host_variables}
        for group in order:
            values = {key: value for key, value in group.variables.items() if key != "ansible_group_priority"}
            if values:
                for name in self.members(group.name):
                    found[name].update(values)
        for name, values in self.host_variables.items():
            found[name].update(values)
        return found

    def _depths(self) -> dict[str, int]:
        depths = dict.fromkeys(self.groups, 1)
        if "all" in depths:
            depths["all"] = 0
        for _round in range(MAX_GROUP_DEPTH):
            changed = False
            for group in self.groups.values():
                for child in group.children:
                    if depths[child] <= depths[group.name]:
                        depths[child] = depths[group.name] + 1
                        changed = True
            if not changed:
                break
        return depths


def _priority(group: Group) -> int:
    value = group.variables.get("ansible_group_priority", 1)
    return value if isinstance(value, int) else 1


def expand(pattern: str) -> Iterator[str]:
    """Yield the names that ``web[01:20].example`` or ``db-[a:f]`` stands for; several ranges multiply.

    The ends are included, zeros in front are kept, ``[1:9:2]`` takes every second. Raises ConfigError.
    """
    found = _RANGE.search(pattern)
    if found is None:
        yield pattern
        return
    first, last, step = found.groups()
    for text in _between(first, last, int(step or "1"), pattern):
        yield from expand(pattern[: found.start()] + text + pattern[found.end() :])


def _between(first: str, last: str, step: int, pattern: str) -> Iterator[str]:
    if first.isdigit() != last.isdigit() or step < 1 or (first[0] == "0" and len(first) > 1 and len(last) < len(first)):
        raise ConfigError(f"{pattern!r} has a range that cannot be counted")
    letters = string.ascii_lowercase if first.islower() else string.ascii_uppercase
    if first.isdigit():
        begin, end = int(first), int(last)
    else:
        begin, end = letters.find(first), letters.find(last)
    if begin < 0 or end < begin or end - begin > MAX_HOSTS:
        raise ConfigError(f"{pattern!r} has a range that cannot be counted")
    for number in range(begin, end + 1, step):
        yield str(number).zfill(len(first)) if first.isdigit() else letters[number]


def load_inventory(path: str | Path) -> Inventory:
    """Read an inventory file: TOML and YAML by their endings, anything else a list of hosts or Ansible's INI.

    Raises ConfigError that names the file and, where it can, the line.
    """
    from remora.cli import inventory_ini, inventory_toml, inventory_yaml

    where = Path(path)
    try:
        text = where.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the inventory {where} cannot be read: {error}") from None
    reader = {".toml": inventory_toml.read, ".yml": inventory_yaml.read, ".yaml": inventory_yaml.read}.get(
        where.suffix.lower(), inventory_ini.read
    )
    return reader(text, str(where)).check()
