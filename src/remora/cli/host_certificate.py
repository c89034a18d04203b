"""``remora host certificate``: what listeners show, and whose client certificates are taken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from remora.auth.certificate_store import StoredCertificate
from remora.cli.host_output import print_result, reported, state_and_output
from remora.host.certificate_files import HostCertificateFiles
from remora.host.config_store import default_state_dir

F = TypeVar("F", bound=Callable[..., Any])
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def certificate() -> None:
    """Certificates of this host, and the authorities of its clients."""


@certificate.command("add")
@click.argument("file", metavar="CERT", type=_FILE)
@click.argument("key", type=_FILE)
@state_and_output
def add(file: Path, key: Path, state_dir: Path | None, output: str) -> None:
    """Take in the certificate CERT (with its chain) and its KEY; a listener names it by its thumbprint."""
    with reported():
        name = _files(state_dir).add(file, key)
    print_result(output, {"thumbprint": name}, f"{name} added")


@certificate.command("trust")
@click.argument("file", metavar="CERT", type=_FILE)
@state_and_output
def trust(file: Path, state_dir: Path | None, output: str) -> None:
    """Trust the authority CERT for client certificates, or take in a revocation list of one that is trusted."""
    with reported():
        names = _files(state_dir).trust(file)
    print_result(output, {"thumbprints": names}, "\n".join(f"{name} trusted" for name in names))


@certificate.command("list")
@state_and_output
def show(state_dir: Path | None, output: str) -> None:
    """List the certificates and the authorities."""
    with reported():
        files = _files(state_dir)
        shown = [_describe(item, "own") for item in files.own()]
        shown += [_describe(item, "trusted") | {"listed": files.is_listed(item)} for item in files.trusted()]
    lines = [
        f"{item['thumbprint']} {item['kind']:<8} {item['expires'][:10]} {item['subject']}"
        + (", with a revocation list" if item.get("listed") else "")
        for item in shown
    ]
    print_result(output, shown, "\n".join(lines))


@certificate.command("remove")
@click.argument("thumbprint")
@state_and_output
def remove(thumbprint: str, state_dir: Path | None, output: str) -> None:
    """Delete the certificate or authority of THUMBPRINT."""
    with reported():
        name = _files(state_dir).remove(thumbprint)
    print_result(output, {"removed": name}, f"{name} removed")


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
