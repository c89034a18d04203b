"""``remora doctor``: why a machine cannot be reached, and what mends it."""

from __future__ import annotations

import json
import sys
from typing import Any, Final

import click

from remora.cli.completion import complete_target
from remora.cli.options import ConnectionOptions, connection_options
from remora.cli.running import run_async
from remora.client.doctor import Check, Diagnosis, Finding, Verdict, diagnose
from remora.errors import ConfigError, PSSessionError

_COLORS: Final = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.FAILED: "red", Verdict.SKIPPED: None}
_USED: Final = (
    "connection_uri", "port", "use_ssl", "application_name", "username", "password", "authentication",
    "certificate_thumbprint", "configuration_name", "session_option", "config",
)  # fmt: skip


@click.command()
@click.argument("target", shell_complete=complete_target)
@click.option(
    "-o",
    "--output",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    envvar="REMORA_OUTPUT",
    help="How to print: text, a line a check as it is made, or json, one document.",
)
@connection_options
def doctor(target: str, output_format: str, connection: ConnectionOptions) -> int:
    """Walk the whole way to TARGET and say where it ends, why, and what mends it.

    Name, port, TLS, the service, its clock, the mechanism, the ticket, the logon, encryption, a PowerShell session and
    a cmd shell are checked in this order, as a connection would use them.

    The exit code is 0 if all is well, 1 if a check failed, 2 for wrong usage.

    \b
    Examples:
      remora doctor server01 -u admin
      remora doctor https://server01.example:5986 -u admin --password-file pw -o json
    """
    try:
        keywords = connection.keywords(target)
        return run_async(_run(keywords, output_format))
    except PSSessionError as error:
        raise ConfigError(f"{error} [{error.error_id}]") from None


async def _run(keywords: dict[str, Any], output_format: str) -> int:
    progress = _Progress()
    text = output_format == "text"

    def found(finding: Finding) -> None:
        progress.clear()
        if text:
            _print(finding)

    diagnosis = await diagnose(
        keywords.get("computer_name"),
        on_check=progress.show,
        on_finding=found,
        **{name: keywords[name] for name in _USED if name in keywords},
    )
    if not text:
        click.echo(json.dumps(_document(diagnosis), indent=2, ensure_ascii=False))
    elif diagnosis.cause is not None:
        click.echo(f"\n{diagnosis.computer_name}: {diagnosis.cause.check} failed: {diagnosis.cause.message}")
    else:
        click.echo(f"\n{diagnosis.computer_name}: all is well")
    return 0 if diagnosis.ok else 1


class _Progress:
    """What is being checked, on standard error where that is a terminal."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()

    def show(self, check: Check) -> None:
        if self._live:
            click.echo(f"\r\x1b[K{check.doing} ...", nl=False, err=True)

    def clear(self) -> None:
        if self._live:
            click.echo("\r\x1b[K", nl=False, err=True)


def _print(finding: Finding) -> None:
    verdict = click.style(f"{finding.verdict.value:<8}", fg=_COLORS[finding.verdict])
    number = f" (0x{finding.code:08X})" if finding.code is not None else ""
    click.echo(f"{verdict} {finding.check:<11} {finding.message}{number}")
    if finding.remedy is not None:
        click.echo(f"{'':<20} -> {finding.remedy}")


def _document(diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "computer": diagnosis.computer_name,
        "url": diagnosis.url,
        "ok": diagnosis.ok,
        "cause": diagnosis.cause.check if diagnosis.cause is not None else None,
        "findings": [
            {
                "check": finding.check,
                "verdict": finding.verdict.value,
                "message": finding.message,
                "remedy": finding.remedy,
                "code": finding.code,
            }
            for finding in diagnosis.findings
        ],
    }
