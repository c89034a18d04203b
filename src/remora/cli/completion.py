"""``remora completion``: what a shell needs to complete our command lines."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the script that completes remora's verbs, options and aliases in a shell.

    \b
    Examples:
      remora completion bash > ~/.local/share/bash-completion/completions/remora
      remora completion zsh > "${fpath[1]}/_remora"
      remora completion fish > ~/.config/fish/completions/remora.fish
    """
    from remora.cli.verbs import cli

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(cli, {}, "remora", "_REMORA_COMPLETE").source())


def complete_target(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Return the aliases of the client configuration that begin so."""
    from remora.client.config_store import ClientConfig
    from remora.errors import ConfigError

    try:
        names = [alias.name for alias in ClientConfig.load().hosts.values()]
    except ConfigError:
        return []
    return [name for name in names if name.casefold().startswith(incomplete.casefold())]
