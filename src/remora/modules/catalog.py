"""Which module holds which cmdlets: known without importing any of them; a test keeps it true."""

from __future__ import annotations

from typing import Final

from remora.modules import catalog_core as core
from remora.modules import catalog_management as management

# module below remora.modules -> (cmdlets, alias -> cmdlet)
FAMILIES: Final[dict[str, tuple[tuple[str, ...], dict[str, str]]]] = {
    **management.FAMILIES,
    **core.FAMILIES,
    "remoting.invoking": (
        ("Invoke-Command",),
        {"icm": "Invoke-Command"},
    ),
    "remoting.options": (
        ("New-PSSessionOption",),
        {},
    ),
    "remoting.sessions": (
        (
            "Connect-PSSession",
            "Disconnect-PSSession",
            "Get-PSSession",
            "New-PSSession",
            "Receive-PSSession",
            "Remove-PSSession",
        ),
        {
            "cnsn": "Connect-PSSession",
            "dnsn": "Disconnect-PSSession",
            "gsn": "Get-PSSession",
            "nsn": "New-PSSession",
            "rcsn": "Receive-PSSession",
            "rsn": "Remove-PSSession",
        },
    ),
    "security.execution_policy": (
        (
            "Get-ExecutionPolicy",
            "Set-ExecutionPolicy",
        ),
        {},
    ),
    "security.secure_string": (
        (
            "ConvertFrom-SecureString",
            "ConvertTo-SecureString",
            "Get-Credential",
        ),
        {},
    ),
    "utility.aliases": (
        (
            "Get-Alias",
            "New-Alias",
            "Remove-Alias",
            "Set-Alias",
        ),
        {"gal": "Get-Alias", "nal": "New-Alias", "sal": "Set-Alias"},
    ),
    "utility.comparing": (
        (
            "Compare-Object",
            "Tee-Object",
        ),
        {"compare": "Compare-Object", "diff": "Compare-Object", "tee": "Tee-Object"},
    ),
    "utility.csv_text": (
        (
            "ConvertFrom-Csv",
            "ConvertTo-Csv",
            "Export-Csv",
            "Import-Csv",
        ),
        {"epcsv": "Export-Csv", "ipcsv": "Import-Csv"},
    ),
    "utility.dates": (
        (
            "Get-Date",
            "Get-Uptime",
            "Measure-Command",
            "New-TimeSpan",
            "Start-Sleep",
        ),
        {"sleep": "Start-Sleep"},
    ),
    "utility.expression": (
        (
            "Get-Culture",
            "Get-Error",
            "Get-Host",
            "Get-UICulture",
            "Get-Verb",
            "Invoke-Expression",
            "Join-String",
            "Read-Host",
        ),
        {"iex": "Invoke-Expression"},
    ),
    "utility.formatting": (
        (
            "Format-Custom",
            "Format-List",
            "Format-Table",
            "Format-Wide",
        ),
        {"fc": "Format-Custom", "fl": "Format-List", "ft": "Format-Table", "fw": "Format-Wide"},
    ),
    "utility.grouping": (
        ("Group-Object",),
        {"group": "Group-Object"},
    ),
    "utility.hashing": (
        ("Get-FileHash",),
        {},
    ),
    "utility.json_text": (
        (
            "ConvertFrom-Json",
            "ConvertTo-Json",
        ),
        {},
    ),
    "utility.measuring": (
        ("Measure-Object",),
        {"measure": "Measure-Object"},
    ),
    "utility.members": (
        (
            "Add-Member",
            "Get-Member",
        ),
        {"gm": "Get-Member"},
    ),
    "utility.objects": (
        (
            "Get-Random",
            "New-Guid",
            "New-Object",
            "New-TemporaryFile",
        ),
        {},
    ),
    "utility.output": (
        (
            "Out-Default",
            "Out-File",
            "Out-Host",
            "Out-Null",
            "Out-String",
        ),
        {"oh": "Out-Host", "oss": "Out-String"},
    ),
    "utility.select_string": (
        ("Select-String",),
        {"sls": "Select-String"},
    ),
    "utility.selecting": (
        (
            "Select-Object",
            "Get-Unique",
        ),
        {"select": "Select-Object", "gu": "Get-Unique"},
    ),
    "utility.sorting": (
        ("Sort-Object",),
        {"sort": "Sort-Object"},
    ),
    "utility.variables": (
        (
            "Clear-Variable",
            "Get-Variable",
            "New-Variable",
            "Remove-Variable",
            "Set-Variable",
        ),
        {
            "clv": "Clear-Variable",
            "gv": "Get-Variable",
            "nv": "New-Variable",
            "rv": "Remove-Variable",
            "sv": "Set-Variable",
            "set": "Set-Variable",
        },
    ),
    "utility.write": (
        (
            "Write-Output",
            "Write-Error",
            "Write-Warning",
            "Write-Verbose",
            "Write-Debug",
            "Write-Information",
            "Write-Host",
            "Write-Progress",
        ),
        {"write": "Write-Output", "echo": "Write-Output"},
    ),
    "utility.xml_text": (
        (
            "ConvertFrom-CliXml",
            "ConvertTo-CliXml",
            "ConvertTo-Xml",
            "Export-Clixml",
            "Import-Clixml",
        ),
        {},
    ),
}

# aliases of commands that are not cmdlets of ours, and second names
EXTRA_ALIASES: Final = {"help": "Get-Help", "man": "Get-Help"}

# aliases that hide a program of every Unix
_FILES: Final = ("cat", "cp", "diff", "ls", "mkdir", "mount", "mv", "pwd", "rm", "rmdir", "sort", "tee", "type")
UNIX_PROGRAMS: Final = frozenset({*_FILES, "clear", "date", "kill", "man", "ps", "sleep", "start"})
