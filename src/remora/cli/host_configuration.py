"""``remora host configuration``: the session configurations of this machine's host.

The verbs are the session configuration cmdlets, run in an engine of this process with what the command line says.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from remora.config.session_changes import ACCESS_MODES, OPTIONS
from remora.engine.runspace import InitialSessionState, Runspace
from remora.engine.streams import CollectingSink
from remora.engine.threads import start_engine_thread
from remora.engine.types.registry import unwrap
from remora.host.configurations import HostConfigurations
from remora.modules import builtin_commands
from remora.modules.remoting.configurations_store import provide
from remora.values import PSObject

F = TypeVar("F", bound=Callable[..., Any])
Parameters = list[tuple[str, Any]]
_NAMES: Final = {
    "path": "Path",
    "startup_script": "StartupScript",
    "modules": "ModulesToImport",
    "access_mode": "AccessMode",
    "security_descriptor": "SecurityDescriptorSddl",
    "maximum_received_object_size_mb": "MaximumReceivedObjectSizeMB",
    "maximum_received_data_size_per_command_mb": "MaximumReceivedDataSizePerCommandMB",
}


class _Command:
    """A structured command of one cmdlet call."""

    is_script = False
    use_local_scope = None

    def __init__(self, name: str, parameters: Parameters) -> None:
        self.name = name
        self.parameters = parameters


def _where(command: F) -> F:
    """The options every verb takes."""
    state = click.option(
        "--state-dir", type=click.Path(path_type=Path), envvar="REMORA_STATE_DIR", help="The host's state directory."
    )
    config = click.option(
        "--config", type=click.Path(path_type=Path, dir_okay=False), envvar="REMORA_HOST_CONFIG",
        help="The host's configuration file, when it is not the one in the state directory.",
    )  # fmt: skip
    output = click.option(
        "-o", "--output", type=click.Choice(["text", "json"]), default="text", help="How to print the result."
    )
    return state(config(output(command)))


def _settings(command: F) -> F:
    """What register and set can say."""
    options = [
        click.option("--startup-script", metavar="FILE", help="A .ps1 file that runs in each new session."),
        click.option("--module", "modules", multiple=True, metavar="NAME", help="A module to import."),
        click.option("--access-mode", type=click.Choice(ACCESS_MODES, case_sensitive=False), help="Who may come in."),
        click.option("--security-descriptor", metavar="SDDL", help="Who may open sessions."),
        click.option("--maximum-received-object-size-mb", type=int, metavar="N", help="The largest object taken."),
        click.option("--maximum-received-data-size-per-command-mb", type=int, metavar="N", help="All it may send."),
        click.option("--option", "quotas", multiple=True, metavar="NAME=VALUE", help=", ".join(OPTIONS)),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.group()
def configuration() -> None:
    """Session configurations: what sessions of this host are like, and who may open them."""


@configuration.command("ls")
@click.argument("names", nargs=-1)
@_where
def list_configurations(names: tuple[str, ...], state_dir: Path | None, config: Path | None, output: str) -> None:
    """Show the configurations, or those of NAMES; patterns are allowed."""
    shown = _run(state_dir, config, "Get-PSSessionConfiguration", [("Name", list(names))] if names else [])
    if output == "json":
        click.echo(json.dumps(shown, indent=2))
        return
    rows = [("NAME", "ENABLED", "STARTUP SCRIPT", "PERMISSION")]
    rows += [(one["Name"], one["Enabled"], one["StartupScript"] or "-", one["Permission"]) for one in shown]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@configuration.command()
@click.argument("name")
@click.option("--path", metavar="FILE", help="A session configuration file (.pssc).")
@_settings
@_where
def register(name: str, state_dir: Path | None, config: Path | None, output: str, **given: Any) -> None:
    """Make the configuration NAME."""
    _run(state_dir, config, "Register-PSSessionConfiguration", _parameters(name, given))
    _tell(output, name, "registered")


@configuration.command("set")
@click.argument("name")
@click.option("--path", metavar="FILE", help="A session configuration file (.pssc).")
@_settings
@_where
def set_(name: str, state_dir: Path | None, config: Path | None, output: str, **given: Any) -> None:
    """Change the configuration NAME; an empty text takes a setting away."""
    _run(state_dir, config, "Set-PSSessionConfiguration", _parameters(name, given))
    _tell(output, name, "changed")


@configuration.command()
@click.argument("name")
@_where
def unregister(name: str, state_dir: Path | None, config: Path | None, output: str) -> None:
    """Delete the configuration NAME."""
    _run(state_dir, config, "Unregister-PSSessionConfiguration", [("Name", name), ("Force", True)])
    _tell(output, name, "deleted")


@configuration.command()
@click.argument("name")
@_where
def enable(name: str, state_dir: Path | None, config: Path | None, output: str) -> None:
    """Let sessions of NAME be opened."""
    _run(state_dir, config, "Enable-PSSessionConfiguration", [("Name", name), ("Force", True)])
    _tell(output, name, "enabled")


@configuration.command()
@click.argument("name")
@_where
def disable(name: str, state_dir: Path | None, config: Path | None, output: str) -> None:
    """Let no sessions of NAME be opened."""
    _run(state_dir, config, "Disable-PSSessionConfiguration", [("Name", name), ("Force", True)])
    _tell(output, name, "disabled")


def _parameters(name: str, given: dict[str, Any]) -> Parameters:
    found: Parameters = [("Name", name), ("Force", True)]
    for key, parameter in _NAMES.items():
        value = given.get(key)
        if value is not None and value != ():
            found.append((parameter, list(value) if key == "modules" else value))
    if given["quotas"]:
        found.append(("TransportOption", _transport_option(given["quotas"])))
    return found


def _transport_option(texts: tuple[str, ...]) -> Any:
    folded = {name.lower(): name for name in OPTIONS}
    parameters: Parameters = []
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or name.lower() not in folded:
            raise click.BadParameter(f"{text!r}: write NAME=VALUE; NAME is one of {', '.join(OPTIONS)}")
        parameters.append((folded[name.lower()], value))
    return _invoke("New-PSTransportOption", parameters)[0]


def _run(state_dir: Path | None, config: Path | None, name: str, parameters: Parameters) -> list[dict[str, Any]]:
    provide(lambda: HostConfigurations(state_dir, config))
    return [dict(one.extended) for one in _invoke(name, parameters) if isinstance(one, PSObject)]


def _invoke(name: str, parameters: Parameters) -> list[Any]:
    """Call one cmdlet; the first of its errors ends the command line, warnings go to standard error."""
    runspace = Runspace(state=InitialSessionState(commands=builtin_commands()))
    sink = CollectingSink()
    ended: list[Any] = []
    thread = start_engine_thread(
        lambda: ended.append(runspace.invoke([[_Command(name, parameters)]], sink=sink)), "configuration"
    )
    thread.join()
    for warning in sink.warnings:
        click.echo(f"warning: {warning.message}", err=True)
    problem = sink.errors[0] if sink.errors else ended[0].error
    if problem is not None:
        raise click.ClickException(f"{problem.message} ({problem.fully_qualified_id.partition(',')[0]})")
    return [one if isinstance(one, PSObject) else unwrap(one) for one in sink.outputs]


def _tell(output: str, name: str, done: str) -> None:
    click.echo(json.dumps({"name": name, "result": done}) if output == "json" else f"{name} {done}")
