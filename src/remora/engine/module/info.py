"""PSModuleInfo: a module as an object."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.scopes import Cell, SessionScopes
from remora.engine.types.typeref import register
from remora.values.versions import Version

if TYPE_CHECKING:
    from remora.engine.commands import AliasInfo, CmdletInfo, CommandInfo, FunctionInfo
    from remora.engine.context import EngineContext
    from remora.engine.module.manifest import Manifest
    from remora.engine.scriptblock import ScriptBlock

NO_VERSION: Final = Version(0, 0)


def _declare() -> None:
    """Members, declared when a script first asks for one."""
    import_module("remora.engine.module.members")


class Exports:
    """What a module gives to those who import it, by folded name."""

    __slots__ = ("aliases", "cmdlets", "functions", "variables")

    def __init__(self) -> None:
        self.functions: dict[str, FunctionInfo] = {}
        self.cmdlets: dict[str, CmdletInfo] = {}
        self.variables: dict[str, Cell] = {}
        self.aliases: dict[str, AliasInfo] = {}

    def commands(self) -> dict[str, CommandInfo]:
        """Aliases hide functions, functions hide cmdlets."""
        return {**self.cmdlets, **self.functions, **self.aliases}


class PSModuleInfo(NetObject):
    """One module, loaded or only found.

    kind: Script, Manifest, Binary or Cim. path: its file (a dynamic module's GUID); file: what was read first, its
    manifest. base: its directory. session: its
    session state; None for what has no script. manifest: the values of its manifest. exported: chosen by
    Export-ModuleMember. prefix: DefaultCommandPrefix.
    """

    __slots__ = (
        "_exports",
        "access_mode",
        "base",
        "exported",
        "file",
        "guid",
        "kind",
        "log_details",
        "manifest",
        "name",
        "nested",
        "on_remove",
        "path",
        "prefix",
        "private_data",
        "required",
        "scripts",
        "session",
        "text",
        "version",
    )
    net_type = NetType("System.Management.Automation.PSModuleInfo", OBJECT)

    def __init__(self, name: str, path: str, *, base: str = "", kind: str = "Script") -> None:
        self.name = name
        self.path = path
        self.file = path
        self.base = base
        self.kind = kind
        self.version = NO_VERSION
        self.guid = UUID(int=0)
        self.session: SessionScopes | None = None
        self.manifest: Manifest | None = None
        self._exports = Exports()
        self.exported = False
        self.nested: list[PSModuleInfo] = []
        self.required: list[PSModuleInfo] = []
        self.scripts: list[str] = []
        self.prefix = ""
        self.private_data: Any = None
        self.on_remove: ScriptBlock | None = None
        self.access_mode = "ReadWrite"
        self.log_details = False
        self.text = ""

    def net_text(self) -> str:
        return self.name

    @property
    def exports(self) -> Exports:
        """What importing it gives."""
        return self._exports

    @property
    def key(self) -> str:
        """What module tables hold it under."""
        return (self.file or self.name).lower()


PSModuleInfo.net_type.load = _declare
register(PSModuleInfo.net_type)


def dynamic_module(context: EngineContext, name: str = "") -> PSModuleInfo:
    """A new module that comes from no file, with an empty session state."""
    unique = str(uuid4())
    module = PSModuleInfo(name or f"__DynamicModule_{unique}", unique)
    open_session(context, module)
    return module


def open_session(context: EngineContext, module: PSModuleInfo) -> SessionScopes:
    """Give a module its own session state below the global scope."""
    from remora.values.tables import Hashtable

    session = module.session = SessionScopes.below(context.global_scope, module)
    session.top.put("PSDefaultParameterValues", Hashtable())
    return session
