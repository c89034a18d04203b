"""What can be called: command objects, and the table of cmdlets with lazily imported families."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from remora.engine.cmdlet import Cmdlet
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.scopes import READ_ONLY
from remora.values.versions import Version

if TYPE_CHECKING:
    from remora.engine.binding.metadata import CommandMetadata
    from remora.engine.module.info import PSModuleInfo
    from remora.engine.scriptblock import ScriptBlock

_M = "System.Management.Automation."
_SNAP_IN_VERSION = Version(7, 4, 6, 500)
_MODULE_VERSION = Version(7, 0, 0, 0)


class CommandInfo(NetObject):
    """Base of all command objects. command_type: Alias Function Filter Cmdlet ExternalScript Application Script.

    module: name of the module it comes from; owner: that module, when it is loaded from a file or a block. prefix: what
    importing put before its noun. imported: it was taken over from its module. limited: the parameters that the session
    lets its users give.
    """

    __slots__ = (
        "_metadata",
        "command_type",
        "imported",
        "limited",
        "module",
        "name",
        "options",
        "owner",
        "prefix",
        "version",
        "visibility",
    )
    net_type = NetType(_M + "CommandInfo", OBJECT)

    def __init__(self, name: str, command_type: str, module: str = "") -> None:
        self.name = name
        self.command_type = command_type
        self.module = module
        self.owner: PSModuleInfo | None = None
        self.prefix = ""
        self.imported = False
        self.limited: CommandMetadata | None = None
        self.version: Any = None
        self.visibility = "Public"
        self.options = 0
        self._metadata: CommandMetadata | None = None

    @property
    def source(self) -> str:
        return self.module

    @property
    def definition(self) -> str:
        """Text of the Definition property; depends on the kind of command."""
        return self.name

    @property
    def known_metadata(self) -> CommandMetadata | None:
        """What was found out about the parameters so far; may be set to what holds for certain arguments."""
        return self._metadata

    @known_metadata.setter
    def known_metadata(self, metadata: CommandMetadata) -> None:
        self._metadata = metadata

    def metadata(self) -> CommandMetadata | None:
        """Parameters and sets, or None for what has none (applications)."""
        if self._metadata is None:
            self._metadata = self._build_metadata()
        return self._metadata

    def _build_metadata(self) -> CommandMetadata | None:
        return None

    @property
    def error_suffix(self) -> str:
        """What follows the comma in FullyQualifiedErrorIds."""
        return self.name

    def net_text(self) -> str:
        return self.name


class AliasInfo(CommandInfo):
    """An alias: ``target`` is the name it stands for."""

    __slots__ = ("description", "target")
    net_type = NetType(_M + "AliasInfo", CommandInfo.net_type)

    def __init__(self, name: str, target: str, *, description: str = "", options: int = 0, module: str = "") -> None:
        super().__init__(name, "Alias", module)
        self.target = target
        self.description = description
        self.options = options

    @property
    def definition(self) -> str:
        return self.target


class FunctionInfo(CommandInfo):
    """A function or filter; its script block carries the parameters."""

    __slots__ = ("block", "description")
    net_type = NetType(_M + "FunctionInfo", CommandInfo.net_type)

    def __init__(
        self, name: str, block: ScriptBlock, *, is_filter: bool = False, module: str = "", options: int = 0
    ) -> None:
        super().__init__(name, "Filter" if is_filter else "Function", module)
        self.block = block
        self.description = ""
        self.options = options

    @property
    def definition(self) -> str:
        return self.block.text

    def _build_metadata(self) -> CommandMetadata | None:
        return self.block.metadata()


class CmdletInfo(CommandInfo):
    """A compiled cmdlet: ``cls`` is its Python class."""

    __slots__ = ("cls",)
    net_type = NetType(_M + "CmdletInfo", CommandInfo.net_type)

    def __init__(self, cls: type[Cmdlet]) -> None:
        super().__init__(cls.spec.name, "Cmdlet", cls.spec.module)
        self.cls = cls
        self.version = _SNAP_IN_VERSION if self.module == "Microsoft.PowerShell.Core" else _MODULE_VERSION

    @property
    def error_suffix(self) -> str:
        return self.cls.spec.class_name

    @property
    def definition(self) -> str:
        from remora.engine.binding.syntax import syntax_text

        metadata = self.metadata()
        return "" if metadata is None else syntax_text(self.name, metadata)

    def _build_metadata(self) -> CommandMetadata | None:
        from remora.engine.binding.metadata import cmdlet_metadata

        return cmdlet_metadata(self.cls)


class ScriptInfo(CommandInfo):
    """A script file (ExternalScript) or the anonymous script of a pipeline; ``path`` is empty for the latter."""

    __slots__ = ("block", "path")
    net_type = NetType(_M + "ExternalScriptInfo", CommandInfo.net_type)

    def __init__(self, name: str, path: str, block: ScriptBlock) -> None:
        super().__init__(name, "ExternalScript" if path else "Script")
        self.path = path
        self.block = block

    @property
    def source(self) -> str:
        return self.path

    @property
    def definition(self) -> str:
        return self.path or self.block.text

    def _build_metadata(self) -> CommandMetadata | None:
        return self.block.metadata()


class ApplicationInfo(CommandInfo):
    """A native program found on PATH or by its path. vector: the words that start it, its path by default."""

    __slots__ = ("path", "vector")
    net_type = NetType(_M + "ApplicationInfo", CommandInfo.net_type)

    def __init__(self, name: str, path: str, vector: tuple[str, ...] = ()) -> None:
        super().__init__(name, "Application")
        self.version = Version(0, 0, 0, 0)
        self.path = path
        self.vector = vector or (path,)

    @property
    def source(self) -> str:
        return self.path

    @property
    def definition(self) -> str:
        return self.path


class CommandTable:
    """All cmdlets of a session by folded name. Families are imported when one of their names is first asked for.

    Share one table between runspaces: it is only written while it is being filled or when a family loads (idempotent).
    """

    def __init__(self) -> None:
        self._cmdlets: dict[str, CmdletInfo] = {}
        self._pending: dict[str, tuple[str, Callable[[], Iterable[type[Cmdlet]]]]] = {}
        self.aliases: dict[str, tuple[str, str]] = {}
        self.alias_options: Mapping[str, int] = {}

    def add_cmdlets(self, classes: Iterable[type[Cmdlet]], *, aliases: bool = True) -> None:
        """Register cmdlet classes and, unless they were announced before, their aliases."""
        for cls in classes:
            info = CmdletInfo(cls)
            folded = info.name.lower()
            self._cmdlets[folded] = info
            self._pending.pop(folded, None)
            for alias in cls.spec.aliases if aliases else ():
                self.aliases[alias.lower()] = (alias, info.name)

    def add_family(
        self, names: Iterable[str], load: Callable[[], Iterable[type[Cmdlet]]], aliases: Mapping[str, str] | None = None
    ) -> None:
        """Announce cmdlets without importing them. aliases: alias -> cmdlet name, known before the import."""
        for name in names:
            if name.lower() not in self._cmdlets:
                self._pending[name.lower()] = (name, load)
        for alias, target in (aliases or {}).items():
            self.aliases[alias.lower()] = (alias, target)

    def find(self, name: str) -> CmdletInfo | None:
        """The cmdlet of that name (any case), importing its family when needed; ``Module\\Name`` is accepted."""
        folded = name.lower()
        found = self._cmdlets.get(folded)
        if found is not None:
            return found
        pending = self._pending.get(folded)
        if pending is not None:
            self.add_cmdlets(pending[1](), aliases=False)
            return self._cmdlets.get(folded)
        module, separator, bare = folded.rpartition("\\")
        if separator:
            found = self.find(bare)
            return found if found is not None and found.module.lower() == module else None
        return None

    def has(self, name: str) -> bool:
        """Tell whether there is such a cmdlet, without importing anything."""
        folded = name.lower()
        return folded in self._cmdlets or folded in self._pending

    def alias_infos(self) -> dict[str, AliasInfo]:
        """The built-in aliases by folded name, as a new session has them."""
        options = self.alias_options
        return {
            folded: AliasInfo(name, target, options=options.get(folded, READ_ONLY))
            for folded, (name, target) in self.aliases.items()
        }

    def without_aliases(self, names: Iterable[str]) -> CommandTable:
        """The same cmdlets without some aliases (folded names)."""
        made = CommandTable()
        made._cmdlets, made._pending, made.alias_options = self._cmdlets, self._pending, self.alias_options
        gone = frozenset(names)
        made.aliases = {folded: pair for folded, pair in self.aliases.items() if folded not in gone}
        return made

    def names(self) -> list[str]:
        """Names of all cmdlets, imported or not."""
        return sorted([i.name for i in self._cmdlets.values()] + [n for n, _ in self._pending.values()], key=str.lower)

    def all(self) -> Iterator[CmdletInfo]:
        """All cmdlets, importing every family."""
        for name in self.names():
            found = self.find(name)
            if found is not None:
                yield found
