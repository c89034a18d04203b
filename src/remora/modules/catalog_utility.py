"""The cmdlets of Microsoft.PowerShell.Utility: module below remora.modules -> (cmdlets, alias -> cmdlet)."""

from __future__ import annotations

from typing import Final

FAMILIES: Final[dict[str, tuple[tuple[str, ...], dict[str, str]]]] = {
    "utility.eventing": (
        (
            "Get-Event",
            "Get-EventSubscriber",
            "New-Event",
            "Register-EngineEvent",
            "Register-ObjectEvent",
            "Remove-Event",
            "Unregister-Event",
            "Wait-Event",
        ),
        {},
    ),
    "utility.runspace_debugging": (
        ("Debug-Runspace", "Disable-RunspaceDebug", "Enable-RunspaceDebug", "Get-RunspaceDebug", "Wait-Debugger"),
        {},
    ),
    "utility.runspaces": (
        ("Get-Runspace",),
        {},
    ),
    "utility.adding_types": (("Add-Type",), {}),
    "utility.tracing": (("Get-TraceSource", "Set-TraceSource", "Trace-Command"), {}),
    "utility.aliases": (
        (
            "Get-Alias",
            "New-Alias",
            "Remove-Alias",
            "Set-Alias",
        ),
        {"gal": "Get-Alias", "nal": "New-Alias", "sal": "Set-Alias"},
    ),
    "utility.alias_files": (
        ("Export-Alias", "Import-Alias"),
        {"epal": "Export-Alias", "ipal": "Import-Alias"},
    ),
    "utility.breakpoints": (
        ("Disable-PSBreakpoint", "Enable-PSBreakpoint", "Get-PSBreakpoint", "Remove-PSBreakpoint", "Set-PSBreakpoint"),
        {
            "dbp": "Disable-PSBreakpoint",
            "ebp": "Enable-PSBreakpoint",
            "gbp": "Get-PSBreakpoint",
            "rbp": "Remove-PSBreakpoint",
            "sbp": "Set-PSBreakpoint",
        },
    ),
    "utility.callstack": (("Get-PSCallStack",), {"gcs": "Get-PSCallStack"}),
    "utility.comparing": (("Compare-Object",), {"compare": "Compare-Object", "diff": "Compare-Object"}),
    "utility.formatdata": (("Export-FormatData", "Get-FormatData", "Update-FormatData"), {}),
    "utility.typedata": (("Get-TypeData", "Remove-TypeData", "Update-TypeData"), {}),
    "utility.teeing": (("Tee-Object",), {"tee": "Tee-Object"}),
    "utility.csv_text": (
        (
            "ConvertFrom-Csv",
            "ConvertTo-Csv",
            "Export-Csv",
            "Import-Csv",
        ),
        {"epcsv": "Export-Csv", "ipcsv": "Import-Csv"},
    ),
    "utility.data_file": (
        ("Import-PowerShellDataFile",),
        {},
    ),
    "utility.dates": (
        (
            "Get-Date",
            "Get-Uptime",
            "Measure-Command",
            "New-TimeSpan",
            "Set-Date",
            "Start-Sleep",
        ),
        {"sleep": "Start-Sleep"},
    ),
    "utility.cultures": (("Get-Culture", "Get-UICulture"), {}),
    "utility.errors": (("Get-Error",), {"gerr": "Get-Error"}),
    "utility.expression": (
        ("Get-Host", "Invoke-Expression", "Join-String", "Read-Host"),
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
    "utility.hex": (("Format-Hex",), {"fhx": "Format-Hex"}),
    "utility.html": (("ConvertTo-Html",), {}),
    "utility.json_text": (
        (
            "ConvertFrom-Json",
            "ConvertTo-Json",
        ),
        {},
    ),
    "utility.json_testing": (("Test-Json",), {}),
    "utility.localized": (
        ("Import-LocalizedData",),
        {},
    ),
    "utility.mail": (("Send-MailMessage",), {}),
    "utility.markdown": (
        ("ConvertFrom-Markdown", "Get-MarkdownOption", "Set-MarkdownOption", "Show-Markdown"),
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
    "utility.random_numbers": (("Get-Random", "Get-SecureRandom"), {}),
    "utility.select_string": (
        ("Select-String",),
        {"sls": "Select-String"},
    ),
    "utility.selecting": (("Select-Object",), {"select": "Select-Object"}),
    "utility.unique": (("Get-Unique",), {"gu": "Get-Unique"}),
    "utility.update_list": (("Update-List",), {}),
    "utility.sorting": (
        ("Sort-Object",),
        {"sort": "Sort-Object"},
    ),
    "utility.string_data": (("ConvertFrom-StringData",), {}),
    "utility.unblocking": (("Unblock-File",), {}),
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
    "utility.verbs": (("Get-Verb",), {}),
    "utility.web.requests": (
        ("Invoke-RestMethod", "Invoke-WebRequest"),
        {"irm": "Invoke-RestMethod", "iwr": "Invoke-WebRequest"},
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
    "utility.xml_selecting": (("Select-Xml",), {}),
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
