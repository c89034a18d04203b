"""``remora host certificate``: what listeners show, and whose client certificates are taken."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from remora.auth.certificate_store import StoredCertificate
from remora.errors import RemoraError
from remora.host.certificate_files import HostCertificateFiles
from remora.host.config_store import default_state_dir

F = TypeVar("F", bound=Callable[..., Any])
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _common(command: F) -> F:
    state = click.option(
        "--state-dir", type=click.Path(path_type=Path), envvar="REMORA_STATE_DIR", help="The host's state directory."
    )
    output = click.option(
        "-o", "--output", type=click.Choice(["text", "json"]), default="text", help="How to print the result."
    )
    return state(output(command))


@click.group()
def certificate() -> None:
    """Certificates of this host, and the authorities of its clients."""


@certificate.command("add")
@click.argument("file", metavar="CERT", type=_FILE)
@click.argument("key", type=_FILE)
@_common
def add(file: Path, key: Path, state_dir: Path | None, output: str) -> None:
    """Take in the certificate CERT (with its chain) and its KEY; a listener names it by its thumbprint."""
    with _errors():
        name = _files(state_dir).add(file, key)
    _print(output, {"thumbprint": name}, f"{name} added")


@certificate.command("trust")
@click.argument("file", metavar="CERT", type=_FILE)
@_common
def trust(file: Path, state_dir: Path | None, output: str) -> None:
    """Trust the authority CERT for client certificates, or take in a revocation list of one that is trusted."""
    with _errors():
        names = _files(state_dir).trust(file)
    _print(output, {"thumbprints": names}, "\n".join(f"{name} trusted" for name in names))


@certificate.command("list")
@_common
def show(state_dir: Path | None, output: str) -> None:
    """List the certificates and the authorities."""
    with _errors():
        files = _files(state_dir)
        shown = [_describe(item, "own") for item in files.own()]
        shown += [_describe(item, "trusted") | {"listed": files.is_listed(item)} for item in files.trusted()]
    lines = [
        f"{item['thumbprint']} {item['kind']:<8} {item['expires'][:10]} {item['subject']}"
        + (", with a revocation list" if item.get("listed") else "")
        for item in shown
    ]
    _print(output, shown, "\n".join(lines))


@certificate.command("remove")
@click.argument("thumbprint")
@_common
def remove(thumbprint: str, state_dir: Path | None, output: str) -> None:
    """Delete the certificate or authority of THUMBPRINT."""
    with _errors():
        name = _files(state_dir).remove(thumbprint)
    _print(output, {"removed": name}, f"{name} removed")


def _files(state_dir: Path | None) -> HostCertificateFiles:
    return HostCertificateFiles(state_dir or default_state_dir())


def _describe(item: StoredCertificate, kind: str) -> dict[str, Any]:
    return {
        "thumbprint": item.thumbprint,
        "kind": kind,
        "subject": item.certificate.subject.rfc4514_string(),
        "names": list(item.names),
        "expires": item.certificate.not_valid_after_utc.isoformat(),
    }


def _print(output: str, value: object, text: str) -> None:
    if output == "json":
        click.echo(json.dumps(value, ensure_ascii=False))
    elif text:
        click.echo(text)


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except RemoraError as error:
        raise click.ClickException(str(error)) from None
