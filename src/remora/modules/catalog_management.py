"""The cmdlets of Microsoft.PowerShell.Management: module below remora.modules -> (cmdlets, alias -> cmdlet)."""

from __future__ import annotations

from typing import Final

FAMILIES: Final[dict[str, tuple[tuple[str, ...], dict[str, str]]]] = {
    "management.clipboard": (
        ("Get-Clipboard", "Set-Clipboard"),
        {"gcb": "Get-Clipboard", "scb": "Set-Clipboard"},
    ),
    "management.computer_info": (("Get-ComputerInfo",), {"gin": "Get-ComputerInfo"}),
    "management.computers": (("Rename-Computer", "Restart-Computer", "Stop-Computer"), {}),
    "management.connection": (("Test-Connection",), {}),
    "management.content": (
        ("Get-Content",),
        {"gc": "Get-Content", "cat": "Get-Content", "type": "Get-Content"},
    ),
    "management.items": (
        (
            "Clear-Item",
            "Invoke-Item",
            "New-Item",
            "Remove-Item",
            "Rename-Item",
            "Set-Item",
        ),
        {
            "cli": "Clear-Item",
            "ii": "Invoke-Item",
            "ni": "New-Item",
            "ri": "Remove-Item",
            "rm": "Remove-Item",
            "rmdir": "Remove-Item",
            "del": "Remove-Item",
            "erase": "Remove-Item",
            "rd": "Remove-Item",
            "rni": "Rename-Item",
            "ren": "Rename-Item",
            "si": "Set-Item",
        },
    ),
    "management.listing": (
        (
            "Get-ChildItem",
            "Get-Item",
        ),
        {"gci": "Get-ChildItem", "ls": "Get-ChildItem", "dir": "Get-ChildItem", "gi": "Get-Item"},
    ),
    "management.locations": (
        (
            "Get-Location",
            "Pop-Location",
            "Push-Location",
            "Set-Location",
        ),
        {
            "gl": "Get-Location",
            "pwd": "Get-Location",
            "popd": "Pop-Location",
            "pushd": "Push-Location",
            "sl": "Set-Location",
            "cd": "Set-Location",
            "chdir": "Set-Location",
        },
    ),
    "management.path_cmdlets": (
        (
            "Convert-Path",
            "Join-Path",
            "Resolve-Path",
            "Split-Path",
            "Test-Path",
        ),
        {"cvpa": "Convert-Path", "rvpa": "Resolve-Path"},
    ),
    "management.processes": (
        (
            "Debug-Process",
            "Get-Process",
            "Stop-Process",
            "Wait-Process",
        ),
        {
            "gps": "Get-Process",
            "ps": "Get-Process",
            "spps": "Stop-Process",
            "kill": "Stop-Process",
        },
    ),
    "management.properties": (
        (
            "Clear-ItemProperty",
            "Copy-ItemProperty",
            "Get-ItemProperty",
            "Get-ItemPropertyValue",
            "Move-ItemProperty",
            "New-ItemProperty",
            "Remove-ItemProperty",
            "Rename-ItemProperty",
            "Set-ItemProperty",
        ),
        {
            "clp": "Clear-ItemProperty",
            "cpp": "Copy-ItemProperty",
            "gp": "Get-ItemProperty",
            "gpv": "Get-ItemPropertyValue",
            "mp": "Move-ItemProperty",
            "rp": "Remove-ItemProperty",
            "rnp": "Rename-ItemProperty",
            "sp": "Set-ItemProperty",
        },
    ),
    "management.psdrives": (
        (
            "Get-PSDrive",
            "Get-PSProvider",
            "New-PSDrive",
            "Remove-PSDrive",
        ),
        {"gdr": "Get-PSDrive", "ndr": "New-PSDrive", "mount": "New-PSDrive", "rdr": "Remove-PSDrive"},
    ),
    "management.services": (
        (
            "Get-Service",
            "Restart-Service",
            "Resume-Service",
            "Start-Service",
            "Stop-Service",
            "Suspend-Service",
        ),
        {"gsv": "Get-Service", "sasv": "Start-Service", "spsv": "Stop-Service"},
    ),
    "management.service_units": (("New-Service", "Remove-Service", "Set-Service"), {"ssv": "Set-Service"}),
    "management.starting": (
        ("Start-Process",),
        {"saps": "Start-Process", "start": "Start-Process"},
    ),
    "management.timezones": (
        ("Get-TimeZone", "Set-TimeZone"),
        {"gtz": "Get-TimeZone", "stz": "Set-TimeZone"},
    ),
    "management.transfer": (
        (
            "Copy-Item",
            "Move-Item",
        ),
        {
            "cpi": "Copy-Item",
            "cp": "Copy-Item",
            "copy": "Copy-Item",
            "mi": "Move-Item",
            "mv": "Move-Item",
            "move": "Move-Item",
        },
    ),
    "management.writing": (
        (
            "Add-Content",
            "Clear-Content",
            "Set-Content",
        ),
        {"ac": "Add-Content", "clc": "Clear-Content", "sc": "Set-Content"},
    ),
}
