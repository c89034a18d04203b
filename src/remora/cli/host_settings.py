"""``remora host get`` and ``remora host set``: the settings of a host for good, those of winrm/config and our own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from remora.config.host import HostConfiguration
from remora.config.winrm import parse_override
from remora.errors import ConfigError, RemoraError
from remora.host.config_store import ConfigStore, default_state_dir

F = TypeVar("F", bound=Callable[..., Any])


def _common(command: F) -> F:
    for option in (
        click.option("-o", "--output", type=click.Choice(["text", "json"]), default="text", help="How to print it."),
        click.option(
            "--config",
            type=click.Path(path_type=Path, dir_okay=False),
            envvar="REMORA_HOST_CONFIG",
            help="The configuration file.",
        ),
        click.option(
            "--state-dir", type=click.Path(path_type=Path), envvar="REMORA_STATE_DIR", help="The state directory."
        ),
    ):
        command = option(command)
    return command


@click.command("get")
@click.argument("names", nargs=-1)
@_common
def get(names: tuple[str, ...], state_dir: Path | None, config: Path | None, output: str) -> None:
    """Show settings: those whose names begin with NAMES, such as Remora or Service/Auth, or all."""
    try:
        known = _store(state_dir, config).current.settings()
    except RemoraError as error:
        raise click.ClickException(str(error)) from None
    wanted = tuple(name.strip("/").casefold() for name in names)
    chosen = {
        name: text for name, text in known.items() if not wanted or f"{name.casefold()}/".startswith(_groups(wanted))
    }
    if not chosen:
        raise click.ClickException(f"there is no setting {', '.join(names)}")
    _print(output, chosen)


@click.command("set")
@click.argument("changes", nargs=-1, required=True, metavar="KEY=VALUE...")
@_common
def change(changes: tuple[str, ...], state_dir: Path | None, config: Path | None, output: str) -> None:
    """Change settings, all or none. A host that runs takes them over within a second."""
    try:
        wanted = [parse_override(text) for text in changes]
        store = _store(state_dir, config)
        fixed = next((name for name, _ in wanted if name.strip("/").lower() in store.fixed), None)
        if fixed is not None:
            raise ConfigError(f"{fixed} is fixed by a policy")

        def changed(held: HostConfiguration) -> HostConfiguration:
            for name, value in wanted:
                held = held.with_setting(name, value)
            return held

        known = store.update(changed).settings()
    except RemoraError as error:
        raise click.ClickException(str(error)) from None
    names = {name.strip("/").casefold() for name, _ in wanted}
    _print(output, {name: text for name, text in known.items() if name.casefold() in names})


def _groups(wanted: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{name}/" for name in wanted)


def _store(state_dir: Path | None, config: Path | None) -> ConfigStore:
    root = (state_dir or default_state_dir()).absolute()
    return ConfigStore((config or root / "front" / "host.toml").absolute())


def _print(output: str, chosen: dict[str, str]) -> None:
    click.echo(json.dumps(chosen) if output == "json" else "\n".join(f"{name}={text}" for name, text in chosen.items()))
