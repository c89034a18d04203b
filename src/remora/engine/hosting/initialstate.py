"""[initialsessionstate]: what a new runspace starts with, as scripts put it together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.engine.convert.conversion import convert_to
from remora.engine.convert.text import to_text
from remora.engine.enumeration import items_of
from remora.engine.errors import error
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.registry import unwrap
from remora.values.collections import GenericList

if TYPE_CHECKING:
    from remora.engine.context import EngineContext

_R = "System.Management.Automation.Runspaces."
ENTRY = NetType(_R + "InitialSessionStateEntry", OBJECT)


class Entry(NetObject):
    """A variable, function, alias, cmdlet or application that the state brings. value: its value or definition."""

    __slots__ = ("description", "kind", "name", "options", "value")

    def __init__(self, kind: NetType, name: str, value: Any = None, description: str = "", options: Any = None) -> None:
        self.kind = kind
        self.name = name
        self.value = value
        self.description = description
        self.options = options

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names

    def net_text(self) -> str:
        return self.kind.name


VARIABLE = NetType(_R + "SessionStateVariableEntry", ENTRY)
FUNCTION = NetType(_R + "SessionStateFunctionEntry", ENTRY)
ALIAS = NetType(_R + "SessionStateAliasEntry", ENTRY)
CMDLET = NetType(_R + "SessionStateCmdletEntry", ENTRY)
APPLICATION = NetType(_R + "SessionStateApplicationEntry", ENTRY)


class SessionStateObject(NetObject):
    """An InitialSessionState. bare: it brings no commands of its own but those added."""

    __slots__ = ("bare", "commands", "environment", "language", "modules", "settings", "startup", "variables")
    net_type = NetType(_R + "InitialSessionState", OBJECT)

    def __init__(self, *, bare: bool = False) -> None:
        self.bare = bare
        self.variables: GenericList = GenericList([], VARIABLE.name)
        self.environment: GenericList = GenericList([], VARIABLE.name)
        self.commands: GenericList = GenericList([], ENTRY.name)
        self.modules: GenericList = GenericList([], "System.Object")
        self.startup: GenericList = GenericList([], "System.String")
        self.language = "NoLanguage" if bare else "FullLanguage"
        self.settings: dict[str, Any] = {"ThreadOptions": "Default", "ApartmentState": "Unknown"}

    def copy(self) -> SessionStateObject:
        """Clone."""
        made = SessionStateObject(bare=self.bare)
        for name in ("variables", "environment", "commands", "modules", "startup"):
            getattr(made, name).extend(getattr(self, name))
        made.language = self.language
        made.settings = dict(self.settings)
        return made

    def apply(self, context: EngineContext) -> None:
        """Bring what was added into a new context."""
        import os

        from remora.engine.commands import AliasInfo, FunctionInfo

        scope = context.global_scope
        scope.functions = scope.functions if scope.functions is not None else {}
        scope.aliases = scope.aliases if scope.aliases is not None else {}
        for entry in self.variables:
            scope.put(entry.name, entry.value, _options(entry.options))
        for entry in self.environment:
            os.environ[entry.name] = to_text(entry.value)
        for entry in self.commands:
            if entry.kind is FUNCTION:
                block = context.make_block(to_text(entry.value))
                scope.functions[entry.name.lower()] = FunctionInfo(entry.name, block)
            elif entry.kind is ALIAS:
                scope.aliases[entry.name.lower()] = AliasInfo(entry.name, to_text(entry.value))
        context.resolver.changed()


def _options(value: Any) -> int:
    return int(convert_to(value or 0, "System.Management.Automation.ScopedItemOptions"))


def _new(kind: NetType) -> Any:
    def make(name: str, value: Any = None, description: Any = "", options: Any = None) -> Entry:
        return Entry(kind, name, value, to_text(description), options)

    return make


def _declare() -> None:
    ENTRY.property("Name", "System.String")(lambda e: e.name)
    for kind, title in ((VARIABLE, "Value"), (FUNCTION, "Definition"), (ALIAS, "Definition"), (APPLICATION, "Path")):
        kind.property(title)(lambda e: e.value)
    for kind in (VARIABLE, FUNCTION, ALIAS, CMDLET):
        kind.property("Description", "System.String")(lambda e: e.description)
        kind.property("Options")(lambda e: e.options or "None")
        kind.property("Visibility", "System.String")(lambda e: "Public")
    VARIABLE.constructor("(string, object, string)", "(string, object, string, object)")(_new(VARIABLE))
    FUNCTION.constructor("(string, string)")(_new(FUNCTION))
    ALIAS.constructor("(string, string)", "(string, string, string)", "(string, string, string, object)")(_new(ALIAS))
    CMDLET.constructor("(string, type, string)")(_new(CMDLET))
    APPLICATION.constructor("(string)")(_new(APPLICATION))
    k = SessionStateObject.net_type
    k.static("CreateDefault()", "CreateDefault2()")(SessionStateObject)
    k.static("Create()")(lambda: SessionStateObject(bare=True))
    k.property("Variables")(lambda s: s.variables)
    k.property("EnvironmentVariables")(lambda s: s.environment)
    k.property("Commands")(lambda s: s.commands)
    k.property("Modules")(lambda s: s.modules)
    k.property("StartupScripts")(lambda s: s.startup)
    k.property("LanguageMode")(lambda s: s.language)
    k.setter("LanguageMode")(lambda s, value: setattr(s, "language", to_text(value)))
    for name in ("ThreadOptions", "ApartmentState", "ExecutionPolicy"):
        _setting(k, name)
    k.method("Clone()")(lambda s: s.copy())
    k.method("ImportPSModule(*object)", returns="void")(_import_modules)
    k.method("ImportPSModulesFromPath(string)", returns="void")(lambda s, path: s.modules.append(path))


def _setting(kind: NetType, name: str) -> None:
    kind.property(name)(lambda s: s.settings.get(name))
    kind.setter(name)(lambda s, value: s.settings.__setitem__(name, value))


def _import_modules(state: SessionStateObject, *names: Any) -> None:
    for name in names:
        if name is None:
            raise error(
                "Value cannot be null. (Parameter 'name')",
                "ArgumentNullException",
                "InvalidArgument",
                type_name="System.ArgumentNullException",
            )
        state.modules.extend(to_text(item) for item in items_of(unwrap(name)))


_declare()
