"""``remora host``: run the host, ask how it is, stop it. The groups for accounts are loaded when they are named."""

from __future__ import annotations

import asyncio
import importlib
import logging
import sys
import time
from pathlib import Path
from typing import Final

import click

from remora.errors import RemoraError
from remora.host.config_store import default_state_dir

_LAZY: Final = {
    "user": "remora.cli.host_user:user",
    "group": "remora.cli.host_user:group",
    "certificate": "remora.cli.host_certificate:certificate",
    "configuration": "remora.cli.host_configuration:configuration",
    "get": "remora.cli.host_settings:get",
    "set": "remora.cli.host_settings:change",
}
_STOP_TIME: Final = 30.0

_state_dir = click.option(
    "--state-dir", type=click.Path(path_type=Path), envvar="REMORA_STATE_DIR", help="The host's state directory."
)


class LazyGroup(click.Group):
    """A group whose foreign verbs are imported only when they are called or listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_LAZY})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        known = super().get_command(ctx, cmd_name)
        if known is not None or cmd_name not in _LAZY:
            return known
        module, _, name = _LAZY[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=LazyGroup)
def host() -> None:
    """Serve PowerShell sessions and command shells on this machine."""


@host.command()
@click.option("--listen", multiple=True, metavar="URL", help="http://ADDRESS:PORT or https://...; port 0: a free one.")
@_state_dir
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="The configuration file.")
@click.option("--ready-file", type=click.Path(path_type=Path, dir_okay=False), help="Written when requests are served.")
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Override one setting for this run.")
@click.option("-v", "--verbose", count=True, help="Log events; twice for every fault.")
def run(
    listen: tuple[str, ...],
    state_dir: Path | None,
    config: Path | None,
    ready_file: Path | None,
    overrides: tuple[str, ...],
    verbose: int,
) -> None:
    """Run the host in the foreground until SIGTERM."""
    from remora.host.app import HostOptions, run_host

    level = {0: logging.WARNING, 1: logging.INFO}.get(verbose, logging.DEBUG)
    logging.basicConfig(level=level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    options = HostOptions(
        state_dir=state_dir or default_state_dir(),
        listen=listen,
        config=config,
        overrides=overrides,
        ready_file=ready_file,
    )
    try:
        run_host(options)
    except RemoraError as error:
        raise click.ClickException(str(error)) from None


@host.command()
@_state_dir
@click.option("-o", "--output", type=click.Choice(["text", "json"]), default="text", help="How to print the result.")
def status(state_dir: Path | None, output: str) -> None:
    """Show the front end of a state directory and its shells; exit code 1 when none runs."""
    import msgspec

    from remora.host.control import ControlRequest, HostStatus, ask
    from remora.host.state_dir import StateDir

    state = StateDir((state_dir or default_state_dir()).absolute())
    try:
        found = ask(state, ControlRequest(verb="status"))
    except RemoraError as error:
        raise click.ClickException(str(error)) from None
    shown = found or HostStatus(running=False, state_dir=str(state.root))
    if output == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(shown), indent=2).decode())
    else:
        for line in _status_lines(shown):
            click.echo(line)
    raise SystemExit(0 if shown.running else 1)


def _status_lines(status: object) -> list[str]:
    from remora.host.control import HostStatus

    assert isinstance(status, HostStatus)
    if not status.running:
        return [f"No front end serves {status.state_dir}."]
    lines = [
        f"remora {status.version}, pid {status.pid}, up {_span(int(status.uptime))}, state in {status.state_dir}",
        *(f"listening on {url}" for url in status.urls),
    ]
    if not status.shells:
        return [*lines, "no shells"]
    rows = [("SHELL", "OWNER", "STATE", "CONFIGURATION", "NAME", "COMMANDS", "IDLE", "PID")]
    rows += [
        (s.shell_id, s.owner, s.state, s.configuration, s.name or "-", str(s.commands), _span(s.idle), str(s.pid))
        for s in status.shells
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return lines + [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _span(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "m"), (rest, "s")]
    shown = [f"{number}{unit}" for number, unit in parts if number]
    return " ".join(shown[:2]) or "0s"


@host.command()
@_state_dir
@click.option(
    "--all", "everything", is_flag=True, help="End the shells too; otherwise they wait for the next front end."
)
def stop(state_dir: Path | None, everything: bool) -> None:
    """Stop the front end of a state directory."""
    from remora.host.control import ControlRequest, ask, end_workers
    from remora.host.state_dir import StateDir

    state = StateDir((state_dir or default_state_dir()).absolute())
    try:
        found = ask(state, ControlRequest(verb="stop", shells=everything))
        if found is not None:
            _wait_for_end(state)
            click.echo(f"The front end {found.pid} has stopped.")
        if everything:
            ended = asyncio.run(end_workers(state))
            if ended:
                click.echo(f"{ended} shells without a front end have ended.")
        if found is None and not everything:
            raise click.ClickException(f"no front end serves {state.root}")
    except RemoraError as error:
        raise click.ClickException(str(error)) from None


def _wait_for_end(state: object) -> None:
    """Wait until the state directory is free again."""
    import os

    from remora.errors import ConfigError, TransportError
    from remora.host.state_dir import StateDir

    assert isinstance(state, StateDir)
    limit = time.monotonic() + _STOP_TIME
    while time.monotonic() < limit:
        try:
            os.close(state.lock())
        except ConfigError:
            time.sleep(0.05)
        else:
            return
    raise TransportError("the front end is still stopping")
