"""Which module of Microsoft.PowerShell.Core holds which cmdlets; part of the catalog."""

from __future__ import annotations

from typing import Final

# module below remora.modules -> (cmdlets, alias -> cmdlet)
FAMILIES: Final[dict[str, tuple[tuple[str, ...], dict[str, str]]]] = {
    "core.commands": (
        ("Get-Command",),
        {"gcm": "Get-Command"},
    ),
    "core.debugging": (
        ("Set-PSDebug",),
        {},
    ),
    "core.experimental": (
        (
            "Disable-ExperimentalFeature",
            "Enable-ExperimentalFeature",
            "Get-ExperimentalFeature",
        ),
        {},
    ),
    "core.help": (
        (
            "Get-Help",
            "Save-Help",
            "Update-Help",
        ),
        {},
    ),
    "core.completers": (
        ("Register-ArgumentCompleter",),
        {},
    ),
    "core.completion": (
        ("TabExpansion2",),
        {},
    ),
    "core.history": (
        (
            "Add-History",
            "Clear-History",
            "Get-History",
            "Invoke-History",
        ),
        {
            "clhy": "Clear-History",
            "h": "Get-History",
            "history": "Get-History",
            "ghy": "Get-History",
            "r": "Invoke-History",
            "ihy": "Invoke-History",
        },
    ),
    "core.hosting": (
        (
            "Clear-Host",
            "mkdir",
        ),
        {"clear": "Clear-Host", "cls": "Clear-Host", "md": "mkdir"},
    ),
    "core.invoking": (
        ("Set-StrictMode",),
        {},
    ),
    "core.jobs": (
        (
            "Get-Job",
            "Receive-Job",
            "Remove-Job",
            "Stop-Job",
            "Wait-Job",
        ),
        {"gjb": "Get-Job", "rcjb": "Receive-Job", "rjb": "Remove-Job", "spjb": "Stop-Job", "wjb": "Wait-Job"},
    ),
    "core.filtering": (("Where-Object",), {"where": "Where-Object", "?": "Where-Object"}),
    "core.loops": (("ForEach-Object",), {"foreach": "ForEach-Object", "%": "ForEach-Object"}),
    "core.module_import": (
        (
            "Import-Module",
            "Remove-Module",
        ),
        {"ipmo": "Import-Module", "rmo": "Remove-Module"},
    ),
    "core.module_listing": (
        ("Get-Module",),
        {"gmo": "Get-Module"},
    ),
    "core.module_making": (
        (
            "Export-ModuleMember",
            "New-Module",
        ),
        {"nmo": "New-Module"},
    ),
    "core.module_manifests": (
        (
            "New-ModuleManifest",
            "Test-ModuleManifest",
        ),
        {},
    ),
    "core.threading_jobs": (
        ("Start-ThreadJob",),
        {},
    ),
    "core.process_host": (
        (
            "Debug-Job",
            "Enter-PSHostProcess",
            "Exit-PSHostProcess",
            "Get-PSHostProcessInfo",
            "Get-PSSubsystem",
            "Switch-Process",
        ),
        {},
    ),
    "core.session_files": (
        (
            "New-PSRoleCapabilityFile",
            "New-PSSessionConfigurationFile",
            "Test-PSSessionConfigurationFile",
        ),
        {},
    ),
    "core.starting": (
        ("Start-Job",),
        {"sajb": "Start-Job"},
    ),
}
