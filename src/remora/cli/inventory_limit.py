"""``--limit``: which hosts of an inventory a pattern means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import Final

from remora.cli.inventory import Inventory
from remora.errors import ConfigError

_SUBSCRIPT: Final = re.compile(r"(.+)\[(-?\d+)(?:([:-])(-?\d*))?\]\Z")


def limited(inventory: Inventory, patterns: Iterable[str]) -> list[str]:
    """Return the hosts that the patterns mean, in the order of the inventory; none means all of them.

    A pattern is a host, a group, ``all``, a wildcard, ``~regular expression``, or ``group[0]`` and ``group[0:2]`` (both
    ends); several are joined with commas or colons: ``web:db`` is either, ``:&x`` also in x, ``:!x`` not in x. Raises
    ConfigError for a part that matches nothing, or when nothing is left.
    """
    parts = [part for pattern in patterns for part in split(pattern)]
    added = [part for part in parts if part[0] not in "&!"]
    chosen: set[str] = set() if added else set(inventory.hosts)
    for part in added:
        chosen.update(_matching(inventory, part))
    for part in parts:
        if part[0] == "&":
            chosen.intersection_update(_matching(inventory, part[1:]))
        elif part[0] == "!":
            chosen.difference_update(_matching(inventory, part[1:]))
    if not chosen:
        asked = " ".join(parts)
        raise ConfigError(f"{inventory.source}: no host is left{f' by {asked}' if asked else ''}")
    return [name for name in inventory.hosts if name in chosen]


def split(pattern: str) -> list[str]:
    """Split a pattern at commas, or at colons that stand outside brackets and are not part of a host's name."""
    if "," in pattern:
        parts = pattern.split(",")
    elif pattern.startswith("~") or "://" in pattern:
        parts = [pattern]
    else:
        parts = re.findall(r"(?:[^:\[\]]|\[[^\]]*\]|:(?=\d+(?:[:,]|\Z)))+", pattern)
    return [part.strip() for part in parts if part.strip()]


def _matching(inventory: Inventory, pattern: str) -> list[str]:
    if pattern.startswith("~"):
        try:
            expression = re.compile(pattern[1:])
        except re.error as error:
            raise ConfigError(f"--limit: {pattern!r} is no regular expression: {error}") from None
        found = _named(inventory, lambda name: expression.match(name) is not None)
    elif pattern in inventory.host_variables:
        found = [pattern]
    elif (subscript := _SUBSCRIPT.match(pattern)) is not None:
        found = _picked(inventory, subscript)
    else:
        found = _named(inventory, lambda name: fnmatchcase(name, pattern))
    if not found:
        raise ConfigError(f"{inventory.source}: {pattern!r} matches no host and no group")
    return found


def _named(inventory: Inventory, fits: Callable[[str], bool]) -> list[str]:
    found: dict[str, None] = dict.fromkeys(inventory.hosts) if fits("all") else {}
    for group in inventory.groups.values():
        if fits(group.name):
            found.update(dict.fromkeys(inventory.members(group.name)))
    found.update((name, None) for name in inventory.hosts if fits(name))
    return list(found)


def _picked(inventory: Inventory, subscript: re.Match[str]) -> list[str]:
    name, first, colon, last = subscript.groups()
    members = _matching(inventory, name)
    begin = int(first)
    if colon is None:
        return members[begin:][:1] if begin >= 0 else members[begin : begin + 1 or None]
    end = int(last) if last else None
    return members[begin : None if end is None or end == -1 else end + 1]
