"""The commands of a RestrictedRemoteServer session: what remoting clients need, with as few parameters as they need."""

from __future__ import annotations

from typing import Final

from remora.engine.language.visible import VisibleCommand, VisibleParameter

_SELECTED: Final = (
    *("ModuleName", "Namespace", "OutputType", "Count", "HelpUri", "Name", "CommandType", "ResolvedCommandName"),
    *("DefaultParameterSet", "CmdletBinding", "Parameters"),
)
_CATEGORIES: Final = (
    *("None", "Alias", "Cmdlet", "Provider", "General", "FAQ", "Glossary", "HelpFile", "ScriptCommand", "Function"),
    *("Filter", "ExternalScript", "All", "DefaultHelp", "DscResource", "Class", "Configuration"),
)
_LONG: Final = 1000
REMOTE_SERVER: Final = (
    VisibleCommand("Clear-Host"),
    VisibleCommand("Exit-PSSession", none=True),
    VisibleCommand(
        "Get-Command",
        (
            VisibleParameter("Name", longest=_LONG, most=_LONG),
            VisibleParameter("Module", longest=_LONG, most=100),
            VisibleParameter("ArgumentList", longest=_LONG, most=100),
            VisibleParameter("CommandType"),
            VisibleParameter("ListImported"),
            VisibleParameter("ShowCommandInfo"),
        ),
    ),
    VisibleCommand(
        "Get-FormatData",
        (VisibleParameter("TypeName", longest=_LONG, most=_LONG), VisibleParameter("PowerShellVersion")),
    ),
    VisibleCommand(
        "Get-Help",
        (
            VisibleParameter("Name", validate_pattern=r"^[-\w:\\]+$", longest=_LONG),
            VisibleParameter("Category", validate_set=_CATEGORIES, most=1),
        ),
    ),
    VisibleCommand("Measure-Object", (VisibleParameter("InputObject"),)),
    VisibleCommand("Out-Default", (VisibleParameter("InputObject"),)),
    VisibleCommand(
        "Select-Object",
        (VisibleParameter("Property", validate_set=_SELECTED, most=12), VisibleParameter("InputObject")),
    ),
)
REMOTE_SERVER_ALIASES: Final = ("clear", "cls", "exsn", "gcm", "measure", "select")
