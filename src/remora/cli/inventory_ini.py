"""Inventories a line at a time: a plain list of machines, which is also the simplest form of Ansible's INI."""

from __future__ import annotations

import ast
import re
import shlex
from typing import Any, Final

from remora.cli.inventory import Inventory
from remora.errors import ConfigError

_SECTION: Final = re.compile(r"\[([^:\[\]]+)(?::(\w+))?\]\s*(?:[#;].*)?\Z")
_KINDS: Final = (None, "vars", "children")
UNGROUPED: Final = "ungrouped"


def read(text: str, source: str) -> Inventory:
    """Read hosts with their variables, ``[group]``, ``[group:vars]`` and ``[group:children]``. Raises ConfigError."""
    inventory = Inventory(source)
    group, kind = UNGROUPED, None
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line[0] in "#;":
            continue
        if found := _SECTION.match(line):
            group, kind = found.group(1).strip(), found.group(2)
            if kind not in _KINDS:
                raise ConfigError(f"{source}, line {number}: [{group}:{kind}] is neither :vars nor :children")
            inventory.group(group)
            continue
        try:
            _entry(inventory, group, kind, line)
        except ValueError as error:
            raise ConfigError(f"{source}, line {number}: {error}") from None
    return inventory


def _entry(inventory: Inventory, group: str, kind: str | None, line: str) -> None:
    if kind == "children":
        child = line.split("#", 1)[0].strip()
        inventory.group(child)
        inventory.group(group).children[child] = None
        return
    if kind == "vars":
        key, equals, value = line.partition("=")
        if not equals:
            raise ValueError(f"{line!r} is no variable: it has no =")
        inventory.group(group).variables[key.strip()] = value_of(value.strip())
        return
    name, *words = shlex.split(line, comments=True)
    variables: dict[str, Any] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise ValueError(f"{word!r} after the host is no variable: it has no =")
        variables[key] = value_of(value)
    port = re.fullmatch(r"([^:@/]+(?:\[[^\]]*\][^:@/]*)*):(\d+)", name)
    if port is not None and variables:
        name = port.group(1)
        variables.setdefault("ansible_port", int(port.group(2)))
    inventory.add_hosts(name, group, variables)


def value_of(text: str) -> Any:
    """Return the value a text means: a number, a truth value, a list as Python writes them, else the text itself."""
    if (lowered := text.lower()) in ("true", "false", "yes", "no"):
        return lowered in ("true", "yes")
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
