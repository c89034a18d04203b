"""`remora console` among the verbs: its help. ``console_arguments`` reads its command line, ``console_run`` runs it."""

from __future__ import annotations

import sys

import click


@click.command(
    "console",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    short_help="Run PowerShell with the embedded engine.",
    options_metavar="[OPTIONS]",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[FILE] [ARGUMENTS]...")
def console(arguments: tuple[str, ...]) -> None:
    """Run FILE with ARGUMENTS, a text, standard input, or a prompt on a terminal.

    \b
    Options:
      -c, --command TEXT  Run TEXT (``-`` reads it from standard input).
      -s, -sshs           Serve the PowerShell Remoting Protocol on standard
                          input and output, as ``pwsh -s`` and ``pwsh -sshs`` do.
      --strict            Begin with Set-StrictMode -Version Latest, read arguments
                          as PowerShell does and nothing more, show its views.

    Options of pwsh are taken too: -File, -Command, -EncodedCommand, -NoProfile, -NoLogo, -NonInteractive, -NoExit,
    -WorkingDirectory ...

    Exit codes are those of ``pwsh -File`` and ``pwsh -Command``: what ``exit`` says, 1 after a failure, else 0.

    \b
    Examples:
      remora console -c '1..3 | Measure-Object -Sum'
      remora console report.ps1 -Days 7
      ssh server01 -s powershell    (with: Subsystem powershell remora console -sshs)
    """
    from remora.cli.main import main

    main(["console", *arguments] if arguments else ["console"])
    sys.exit(0)
