"""The engine's own modules as objects: which cmdlets they hold, where they would be."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final
from uuid import UUID

from remora.engine.module.info import Exports, PSModuleInfo
from remora.engine.module.manifest import Manifest
from remora.values.versions import Version

if TYPE_CHECKING:
    from remora.engine.commands import CommandTable
    from remora.engine.context import EngineContext

VERSION: Final = Version(7, 0, 0, 0)
# module: one of its cmdlets, and the GUID it is known by
_MODULES: Final = {
    "Microsoft.PowerShell.Host": ("Start-Transcript", "a94c8c7e-9810-47c0-b8af-65089c13a350"),
    "Microsoft.PowerShell.Management": ("Get-Item", "eefcb906-b326-4e99-9f54-8b4bb6ef3c6d"),
    "Microsoft.PowerShell.Security": ("Get-Credential", "a94c8c7e-9810-47c0-b8af-65089c13a35a"),
    "Microsoft.PowerShell.Utility": ("Write-Output", "1da87e53-152b-403e-98dc-74d7b4d63d59"),
    "ThreadJob": ("Start-ThreadJob", "0e7b895d-2fec-43f7-8cae-11e8d16f6e40"),
}


class EngineModule(PSModuleInfo):
    """A module of the engine; its exports are made when somebody asks for them."""

    __slots__ = ("_commands", "_filled", "removed")

    def __init__(self, commands: CommandTable, name: str, home: str, guid: str) -> None:
        base = os.path.join(home, "Modules", name)
        super().__init__(name, os.path.join(base, f"{name}.psd1"), base=base, kind="Manifest")
        self._commands = commands
        self._filled: Exports | None = None
        self.removed = False
        self.version = VERSION
        self.guid = UUID(guid)
        self.manifest = Manifest(self.path, {"Author": "PowerShell", "CompanyName": "Microsoft Corporation"})

    @property
    def exports(self) -> Exports:
        if self._filled is None:
            made = Exports()
            made.cmdlets = {info.name.lower(): info for info in self._commands.all() if info.module == self.name}
            self._filled = made
        return self._filled


def engine_modules(context: EngineContext) -> dict[str, EngineModule]:
    """The modules the session's cmdlets come from, by folded name; made once."""
    made: dict[str, EngineModule] | None = context.store.get("engine modules")
    if made is None:
        home = str(context.global_scope.get("pshome") or "")
        made = context.store["engine modules"] = {
            name.lower(): EngineModule(context.commands, name, home, guid)
            for name, (witness, guid) in _MODULES.items()
            if context.commands.has(witness)
        }
    return made


def engine_module(context: EngineContext, name: str) -> EngineModule | None:
    """The engine's module of that name, or of that directory or manifest."""
    known = engine_modules(context)
    place = name.rstrip("/")
    return known.get(name.lower()) or next(
        (m for m in known.values() if "/" in name and place in (m.base, m.path)), None
    )
