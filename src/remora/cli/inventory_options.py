"""``--inventory`` and ``--limit``, and the machines that a verb works on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from remora.cli.inventory import load_inventory
from remora.cli.inventory_limit import limited
from remora.cli.inventory_way import Way, ansible_way, own_way

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine as it is shown. way: what an inventory says about it; None for a target of the command line."""

    name: str
    way: Way | None = None


def inventory_options(function: F) -> F:
    """Add --inventory and --limit."""
    function = click.option(
        "--limit",
        metavar="PATTERN",
        help="Only these hosts of the inventory: web*, web:&prod, all:!db, ~regex.",
    )(function)
    return click.option(
        "-i",
        "--inventory",
        metavar="FILE",
        envvar="REMORA_INVENTORY",
        type=click.Path(exists=True, dir_okay=False),
        help="The machines of a file: a list, TOML, or Ansible's INI or YAML; TARGETs choose hosts or groups of it.",
    )(function)


def machines(targets: Sequence[str], inventory: str | None, limit: str | None) -> list[Machine]:
    """Return the targets themselves, or the machines of the inventory that targets and limit mean.

    Raises ConfigError and UsageError before anything is sent.
    """
    if inventory is None:
        if limit is not None:
            raise click.UsageError("--limit needs an --inventory to choose from")
        if not targets:
            raise click.UsageError("which machine? Give at least one TARGET, or an --inventory")
        return [Machine(target) for target in targets]
    found = load_inventory(inventory)
    chosen = limited(found, targets)
    if limit is not None:
        kept = set(limited(found, [limit]))
        chosen = [name for name in chosen if name in kept]
        if not chosen:
            raise click.UsageError(f"--limit {limit} leaves no host of {' '.join(targets)}")
    variables = found.variables()
    read = own_way if found.own_names else ansible_way
    return [Machine(name, read(variables[name], f"{found.source}, {name}")) for name in chosen]
