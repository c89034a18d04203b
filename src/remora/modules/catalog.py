"""Which module holds which cmdlets: known without importing any of them; a test keeps it true."""

from __future__ import annotations

from typing import Final

from remora.engine.scopes import ALL_SCOPE, READ_ONLY
from remora.modules import catalog_core as core
from remora.modules import catalog_management as management
from remora.modules import catalog_utility as utility
from remora.modules import catalog_wsman as wsman

# module below remora.modules -> (cmdlets, alias -> cmdlet)
FAMILIES: Final[dict[str, tuple[tuple[str, ...], dict[str, str]]]] = {
    **management.FAMILIES,
    **core.FAMILIES,
    "localaccounts.accounts": (
        ("Get-LocalGroup", "Get-LocalGroupMember", "Get-LocalUser"),
        {"glg": "Get-LocalGroup", "glgm": "Get-LocalGroupMember", "glu": "Get-LocalUser"},
    ),
    "diagnostics.win_event": (("Get-WinEvent",), {}),
    "host.transcripts": (
        ("Start-Transcript", "Stop-Transcript"),
        {},
    ),
    "remoting.invoking": (
        ("Invoke-Command",),
        {"icm": "Invoke-Command"},
    ),
    "remoting.importing": (
        ("Export-PSSession", "Import-PSSession"),
        {"epsn": "Export-PSSession", "ipsn": "Import-PSSession"},
    ),
    "remoting.options": (
        ("New-PSSessionOption", "New-PSTransportOption"),
        {},
    ),
    "remoting.entering": (
        (
            "Enter-PSSession",
            "Exit-PSSession",
        ),
        {"etsn": "Enter-PSSession", "exsn": "Exit-PSSession"},
    ),
    "remoting.new": (("New-PSSession",), {"nsn": "New-PSSession"}),
    "remoting.get": (("Get-PSSession",), {"gsn": "Get-PSSession"}),
    "remoting.connect": (("Connect-PSSession",), {"cnsn": "Connect-PSSession"}),
    "remoting.disconnect": (("Disconnect-PSSession",), {"dnsn": "Disconnect-PSSession"}),
    "remoting.receive": (("Receive-PSSession",), {"rcsn": "Receive-PSSession"}),
    "remoting.remove": (("Remove-PSSession",), {"rsn": "Remove-PSSession"}),
    "remoting.configurations": (
        (
            "Disable-PSRemoting",
            "Disable-PSSessionConfiguration",
            "Enable-PSRemoting",
            "Enable-PSSessionConfiguration",
            "Get-PSSessionConfiguration",
            "Unregister-PSSessionConfiguration",
        ),
        {},
    ),
    "remoting.configurations_register": (
        ("Register-PSSessionConfiguration", "Set-PSSessionConfiguration"),
        {},
    ),
    "security.execution_policy": (
        (
            "Get-ExecutionPolicy",
            "Set-ExecutionPolicy",
        ),
        {},
    ),
    "security.cms": (("Get-CmsMessage", "Protect-CmsMessage", "Unprotect-CmsMessage"), {}),
    "security.pfx": (("Get-PfxCertificate",), {}),
    "security.secure_string": (
        (
            "ConvertFrom-SecureString",
            "ConvertTo-SecureString",
            "Get-Credential",
        ),
        {},
    ),
    **wsman.FAMILIES,
    **utility.FAMILIES,
}

# aliases of commands that are not cmdlets of ours, and second names
EXTRA_ALIASES: Final = {"man": "help"}

# aliases that hide a program of every Unix
_FILES: Final = ("cat", "cp", "diff", "ls", "mkdir", "mount", "mv", "pwd", "rm", "rmdir", "sort", "tee", "type")
UNIX_PROGRAMS: Final = frozenset({*_FILES, "clear", "date", "kill", "man", "ps", "sleep", "start"})

# built-in aliases are read-only, but for those that a script may change
_WRITABLE: Final = """
cat cd chdir clear cls copy cp del dir echo erase etsn exsn gjb gsn h help history icm kill ls man md mount move mv nsn
popd ps pushd pwd r rcjb rd ren rjb rm rmdir rsn sajb set sls spjb type wjb
"""
_SHARED: Final = "% ? cd copy cp del dir echo foreach md move popd pushd select where"


def alias_options() -> dict[str, int]:
    """Option bits by folded name, of the aliases that are more or less than read-only."""
    writable, shared = _WRITABLE.split(), _SHARED.split()
    return {
        name: (0 if name in writable else READ_ONLY) | (ALL_SCOPE if name in shared else 0)
        for name in {*writable, *shared}
    }
