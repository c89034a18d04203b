"""The cmdlets of Microsoft.WSMan.Management by module."""

from __future__ import annotations

from typing import Final

FAMILIES: Final[dict[str, tuple[tuple[str, ...], dict[str, str]]]] = {
    "wsman.connecting": (("Connect-WSMan", "Disconnect-WSMan"), {}),
    "wsman.credssp": (("Disable-WSManCredSSP", "Enable-WSManCredSSP", "Get-WSManCredSSP"), {}),
    "wsman.instances": (
        ("Get-WSManInstance", "Invoke-WSManAction", "New-WSManInstance", "Remove-WSManInstance", "Set-WSManInstance"),
        {},
    ),
    "wsman.options": (("New-WSManSessionOption",), {}),
    "wsman.quickconfig": (("Set-WSManQuickConfig",), {}),
    "wsman.testing": (("Test-WSMan",), {}),
}
