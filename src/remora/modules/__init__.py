"""Cmdlet modules for the engine, named as PowerShell names them, imported when a command is first used."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from importlib import import_module

from remora.engine import objectstreams
from remora.engine.cmdlet import Cmdlet
from remora.engine.commands import CommandTable
from remora.engine.types import catalog as types
from remora.modules.catalog import EXTRA_ALIASES, FAMILIES, UNIX_PROGRAMS, alias_options

__all__ = ["UNIX_PROGRAMS", "builtin_commands"]

_OFF = ("0", "false", "no", "off")

# types that cmdlets declare: the beginning of their full names, lower case -> the module
_TYPES = {
    "microsoft.powershell.commands.jsonobject": "remora.modules.utility.json_object",
    "microsoft.powershell.commands.webrequestsession": "remora.modules.utility.web.session",
    "microsoft.powershell.markdownrender.markdowninfo": "remora.modules.utility.markdown_info",
    "microsoft.powershell.markdownrender.psmarkdownoptioninfo": "remora.modules.utility.markdown_options",
    "system.management.automation.experimentalfeature": "remora.modules.core.experimental",
    "system.management.automation.remoting.pssessionoption": "remora.modules.remoting.option_object",
    "system.management.automation.remoting.pstransportoption": "remora.modules.remoting.transport_option",
    "microsoft.powershell.commands.wsmanconfigurationoption": "remora.modules.remoting.transport_option",
    "system.management.automation.runspaces.pssession": "remora.modules.remoting.session_object",
    "system.security.cryptography.x509certificates.": "remora.modules.security.certificate",
    "microsoft.wsman.management.sessionoption": "remora.modules.wsman.session_option",
    "microsoft.wsman.management.wsmanconfig": "remora.modules.wsman.elements",
    "system.net.cookie": "remora.modules.utility.web.session",
    "system.diagnostics.process": "remora.modules.management.process",
    "system.management.automation.psserializer": "remora.modules.utility.serializer",
}


def builtin_commands(*, windows_aliases: bool | None = None) -> CommandTable:
    """A new table of all built-in cmdlets and aliases. Nothing is imported until a name is asked for.

    windows_aliases: ``ls cat cp mv rm ps kill sort tee ...`` mean cmdlets, as on Windows, rather than this machine's
    programs of those names (what PowerShell on Linux does). None: what REMORA_WINDOWS_ALIASES says, else they do.
    """
    if windows_aliases is None:
        windows_aliases = os.environ.get("REMORA_WINDOWS_ALIASES", "").lower() not in _OFF
    for prefix, module in _TYPES.items():
        types.declare(prefix, module)
    objectstreams.declare("remora.modules.object_streams")
    table = CommandTable()
    for module, (names, aliases) in FAMILIES.items():
        wanted = aliases if windows_aliases else {k: v for k, v in aliases.items() if k not in UNIX_PROGRAMS}
        table.add_family(names, _loader(module), wanted)
    for alias, target in EXTRA_ALIASES.items():
        if windows_aliases or alias not in UNIX_PROGRAMS:
            table.aliases.setdefault(alias.lower(), (alias, target))
    table.alias_options = alias_options()
    return table


def _loader(module: str) -> Callable[[], Iterable[type[Cmdlet]]]:
    def load() -> Iterable[type[Cmdlet]]:
        cmdlets: Iterable[type[Cmdlet]] = import_module(f"remora.modules.{module}").CMDLETS
        return cmdlets

    return load
