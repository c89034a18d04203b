"""``winrm quickconfig``: what remote management still needs, and making it so when the user agrees."""

from __future__ import annotations

import click

from remora import _xml
from remora._xml import Element
from remora.cli.winrm_arguments import WinrmArguments
from remora.client.management import Management
from remora.client.resource_uris import resource
from remora.errors import ConfigError

_READY = "WinRM is already set up for remote management on this computer.\n"


async def quickconfig(machine: Management, arguments: WinrmArguments) -> str:
    """Return what is to be said. Asks before anything is changed, unless -quiet or -force was given."""
    transport = arguments.switches.get("transport", "http").lower()
    if transport not in ("http", "https"):
        raise ConfigError(f"-transport:{transport}: http or https")
    service = resource("winrm/config/service")
    body = _xml.element(f"{{{service.uri}}}Analyze_INPUT", nsmap={"cfg": service.uri})
    _xml.sub(body, f"{{{service.uri}}}Transport", transport)
    found = await machine.invoke(service, "Analyze", body)
    assert found is not None
    if _text(found, "RemotingEnabled") == "true":
        return _READY
    click.echo("WinRM is not set up to allow remote access to this machine for management.")
    click.echo(f"The following changes must be made:\n\n{_text(found, 'Results')}\n")
    agreed = arguments.has("quiet") or arguments.has("force")
    if not agreed and not click.confirm("Make these changes", prompt_suffix=" [y/n]? ", show_default=False):
        return ""
    step = next(child for child in found if _xml.local_name(child) == "EnableRemoting_INPUT")
    done = await machine.invoke(service, "EnableRemoting", step)
    assert done is not None
    return f"\nWinRM has been updated for remote management.\n\n{_text(done, 'Results')}\n"


def _text(element: Element, name: str) -> str:
    return next((child.text or "" for child in element if _xml.local_name(child) == name), "")
