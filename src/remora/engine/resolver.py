"""Command lookup: alias, function, cmdlet, script file, program (trap 71). Source: about_Command_Precedence."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING, Final

from remora.engine.commands import AliasInfo, ApplicationInfo, CommandInfo, FunctionInfo, ScriptInfo
from remora.engine.convert.text import to_text
from remora.engine.errors import PSError, error
from remora.engine.language.mode import SETUP
from remora.engine.patient import open_text

if TYPE_CHECKING:
    from remora.engine.context import EngineContext
    from remora.engine.module.info import PSModuleInfo
    from remora.engine.scopes import Scope

MAX_ALIAS_DEPTH = 20
HOME: Final = os.path.dirname(__file__)
"""$PSHOME."""


class Resolver:
    """Finds what a name would run."""

    def __init__(self, context: EngineContext) -> None:
        self._context = context
        self._programs: dict[str, ApplicationInfo | None] = {}
        self._folders: tuple[str, ...] = ()
        self._loading = False

    def changed(self) -> None:
        """Aliases or functions changed; nothing is cached that depends on them."""

    def find(self, name: str, scope: Scope) -> CommandInfo | None:
        """The command, aliases not followed; None also for one that the session does not show its users."""
        found = self._find(name, scope)
        return found if found is None else self.shown(found)

    def shown(self, info: CommandInfo) -> CommandInfo | None:
        """The command as the running code may have it, None when it may not."""
        context = self._context
        if context.visibility is None or context.mode.internal:
            return info
        return context.visibility.shown(info)

    def check_writable(self, known: CommandInfo | None) -> None:
        """What the running code may not see it may not replace or remove either. Raises PSError."""
        if known is None or self.shown(known) is not None:
            return
        raise error(
            f"Cannot access the command '{known.name}' because it is a private command.", "NamedCommandIsPrivate",
            "PermissionDenied", known.name, type_name="System.Management.Automation.SessionStateException",
        )  # fmt: skip

    def _find(self, name: str, scope: Scope) -> CommandInfo | None:
        folded = name.lower()
        found = self._scoped(folded, scope)
        if found is not None:
            return found
        cmdlet = self._context.commands.find(name)
        if cmdlet is not None:
            return cmdlet
        if "\\" in name and (qualified := self._qualified(name, scope)) is not None:
            return qualified
        return self._file(name)

    def _scoped(self, folded: str, scope: Scope) -> CommandInfo | None:
        level: Scope | None = scope
        function: CommandInfo | None = None
        while level is not None:
            if level.aliases is not None and folded in level.aliases:
                return level.aliases[folded]
            if function is None and level.functions is not None:
                function = level.functions.get(folded)
            level = level.parent
        return function

    def scoped_function(self, folded: str, scope: Scope) -> FunctionInfo | None:
        """The function that a folded name would run, if it is one and no alias stands before it."""
        found = self._scoped(folded, scope)
        return found if isinstance(found, FunctionInfo) else None

    def resolve(self, name: str, scope: Scope) -> CommandInfo:
        """The command with aliases followed. Raises CommandNotFoundException."""
        tracer = self._context.tracer
        source = None if tracer is None else tracer.discovery
        if source is not None:
            from remora.engine.tracing import found_text

            source.line(f"Looking up command: {name}")
        found = self._resolved(name, scope)
        if source is not None:
            source.line(found_text(found))
        return found

    def _resolved(self, name: str, scope: Scope) -> CommandInfo:
        target = name
        for _ in range(MAX_ALIAS_DEPTH):
            found = self.find(target, scope)
            if isinstance(found, AliasInfo):
                target = found.target
                continue
            if found is None:
                found = self.from_module(target, scope) or self._guess(target, scope)
            if found is None:
                raise not_recognized(name)
            if not isinstance(found, AliasInfo):
                return found
            target = found.target
        raise not_recognized(name)

    def _qualified(self, name: str, scope: Scope) -> CommandInfo | None:
        """``Module\\Name``: a command that the module exports."""
        module, _, bare = name.rpartition("\\")
        if not bare or "\\" in module or module in ("", ".", "..", "~"):
            return None
        folded = module.lower()
        for known in (*scope.session.modules.values(), *self._context.modules.values()):
            if known.name.lower() == folded:
                found = known.exports.commands().get(bare.lower()) or self._imported(bare.lower(), scope, known)
                if found is not None:
                    return found
        return None

    def _imported(self, folded: str, scope: Scope, module: PSModuleInfo) -> CommandInfo | None:
        """A command that was imported from the module under another name."""
        for level in scope.chain():
            for table in (level.functions, level.aliases):
                info = (table or {}).get(folded)
                if info is not None and info.owner is module:
                    return info
        return None

    def from_module(self, name: str, scope: Scope) -> CommandInfo | None:
        """Import the module on $env:PSModulePath that exports such a command; the command, when there is one.

        In a limited session only for what may be visible, and as the session's own code.
        """
        context = self._context
        if context.visibility is None or context.mode.internal:
            return self._from_module(name, scope)
        if not context.visibility.may_show(name):
            return None
        with context.in_mode(SETUP):
            self._from_module(name, context.global_scope)
        return self.find(name, scope)

    def _from_module(self, name: str, scope: Scope) -> CommandInfo | None:
        preference = to_text(scope.get("psmoduleautoloadingpreference") or "All").lower()
        module, separator, bare = name.rpartition("\\")
        if preference == "none" or (preference == "modulequalified" and not separator):
            return None
        if not bare or self._loading or "/" in name or "\\" in module:
            return None
        from remora.engine.module.automatic import import_for

        self._loading = True
        try:
            loaded = import_for(self._context, scope, bare, module)
        finally:
            self._loading = False
        return self.find(name, scope) if loaded else None

    def _guess(self, name: str, scope: Scope) -> CommandInfo | None:
        """An unknown bare word is tried once more with ``Get-`` in front."""
        if "-" in name or "/" in name or "\\" in name or not name:
            return None
        found = self._scoped("get-" + name.lower(), scope) or self._context.commands.find("Get-" + name)
        return None if isinstance(found, AliasInfo) else found

    def _file(self, name: str) -> CommandInfo | None:
        if not name:
            return None
        if "/" in name or "\\" in name:
            return self._by_path(name)
        folders = path_folders(self._context.drives.file_location)
        if folders != self._folders:
            self._programs.clear()
            self._folders = folders
        if name not in self._programs:
            self._programs[name] = self._on_path(name)
        found: CommandInfo | None = self._programs[name]
        if found is None:
            found = self._script_on_path(name)
        return own_console(name) if found is None else found

    def _by_path(self, name: str) -> CommandInfo | None:
        try:
            full = self._context.drives.resolve(name, hidden=True)
        except PSError:
            return None
        if not full.is_file_system:
            return None
        for candidate in (full.path, full.path + ".ps1"):
            if os.path.isfile(candidate):
                if candidate.lower().endswith(".ps1"):
                    return self.script(candidate)
                return ApplicationInfo(os.path.basename(candidate), candidate)
        folder, name = os.path.split(full.path)
        return own_console(name) if folder == HOME else None

    def _on_path(self, name: str) -> ApplicationInfo | None:
        for folder in self._folders:
            candidate = os.path.join(folder, name)
            if _executable(candidate):
                return ApplicationInfo(name, candidate)
        return None

    def _script_on_path(self, name: str) -> CommandInfo | None:
        file = name if name.lower().endswith(".ps1") else name + ".ps1"
        for folder in self._folders:
            candidate = os.path.join(folder, file)
            if os.path.isfile(candidate):
                return self.script(candidate)
        return None

    def script(self, path: str) -> ScriptInfo:
        """A script file as a command; read and parsed now."""
        try:
            with open_text(path) as stream:
                text = stream.read()
        except OSError as problem:
            raise error(
                f"Could not read the script '{path}': {problem.strerror}", "ScriptReadError", "ReadError", path
            ) from None
        return ScriptInfo(os.path.basename(path), path, self._context.make_block(text, path))


def path_folders(location: str) -> tuple[str, ...]:
    """The directories of PATH. ``~`` means the home directory, and what is relative begins at the location."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return tuple(
        one if one.startswith("/") else os.path.normpath(os.path.join(location, os.path.expanduser(one)))
        for one in folders
        if one
    )


def own_console(name: str) -> ApplicationInfo | None:
    """``pwsh`` and ``powershell`` where no other PowerShell is installed: this one, in a process of its own."""
    if name.lower().removesuffix(".exe") not in ("pwsh", "powershell"):
        return None
    return ApplicationInfo(name, os.path.join(HOME, name), (sys.executable, "-P", "-m", "remora", "console"))


def _executable(path: str) -> bool:
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(mode) and os.access(path, os.X_OK)


def not_recognized(name: str) -> PSError:
    """CommandNotFoundException."""
    return error(
        f"The term '{name}' is not recognized as a name of a cmdlet, function, script file, or executable "
        "program.\nCheck the "
        "spelling of the name, or if a path was included, verify that the path is correct and try again.",
        "CommandNotFoundException",
        "ObjectNotFound",
        name,
        type_name="System.Management.Automation.CommandNotFoundException",
    )
