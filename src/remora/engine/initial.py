"""What a new session contains: automatic variables, preferences, drives."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from remora.engine.automatic import EngineIntrinsics
from remora.engine.builtin_functions import define
from remora.engine.compile.variables import set_environment
from remora.engine.context import MODULE_PATH, EngineContext, default_module_path, home_directory
from remora.engine.drives import Drive
from remora.engine.language.mode import FULL_LANGUAGE
from remora.engine.pathinfo import PathInfo
from remora.engine.resolver import HOME
from remora.engine.scopes import ALL_SCOPE, CONSTANT, READ_ONLY, ComputedCell
from remora.values.collections import ArrayList
from remora.values.enums import EnumValue
from remora.values.tables import Hashtable, OrderedDictionary
from remora.values.versions import SemanticVersion, Version

if TYPE_CHECKING:
    from remora.engine.commands import CommandTable
    from remora.engine.language.session_plan import SessionPlan
    from remora.engine.language.visible import Visibility

PS_VERSION: Final = SemanticVersion(7, 4, 6)


class InitialSessionState:
    """How a runspace begins. commands: the cmdlet table (shared); variables: extra globals, by name; sender_info:
    $PSSenderInfo. functions: texts of functions by name; aliases: what they stand for, by name; modules: names or
    paths, imported before the first pipeline; startup_script: run then. language_mode: of what users bring; what
    comes with the session has the full language. visibility: the commands users see, None for all. plan: what a
    session configuration file adds.
    """

    __slots__ = (
        "aliases",
        "commands",
        "functions",
        "instance_id",
        "language_mode",
        "location",
        "modules",
        "plan",
        "sender_info",
        "startup_script",
        "variables",
        "visibility",
    )

    def __init__(
        self,
        *,
        commands: CommandTable | None = None,
        variables: dict[str, Any] | None = None,
        sender_info: Any = None,
        location: str | None = None,
        instance_id: UUID | None = None,
        functions: dict[str, str] | None = None,
        aliases: dict[str, str] | None = None,
        modules: tuple[str, ...] = (),
        startup_script: str = "",
        language_mode: str = FULL_LANGUAGE,
        visibility: Visibility | None = None,
        plan: SessionPlan | None = None,
    ) -> None:
        self.commands = commands
        self.variables: dict[str, Any] = {} if variables is None else variables
        self.sender_info = sender_info
        self.location = location
        self.instance_id = instance_id
        self.functions: dict[str, str] = {} if functions is None else functions
        self.aliases: dict[str, str] = {} if aliases is None else aliases
        self.modules = modules
        self.startup_script = startup_script
        self.language_mode = language_mode
        self.visibility = visibility
        self.plan = plan

    @property
    def is_limited(self) -> bool:
        """Users may do less than the session's own code."""
        return self.visibility is not None or self.language_mode.lower() != FULL_LANGUAGE.lower()


def version_table() -> Hashtable:
    """$PSVersionTable."""
    kernel = os.uname()
    compatible = [
        Version(1, 0),
        Version(2, 0),
        Version(3, 0),
        Version(4, 0),
        Version(5, 0),
        Version(5, 1),
        Version(6, 0),
        Version(7, 0),
    ]
    return OrderedDictionary(
        {
            "PSVersion": PS_VERSION,
            "PSEdition": "Core",
            "GitCommitId": str(PS_VERSION),
            "OS": f"{kernel.sysname} {kernel.release}",
            "Platform": "Unix",
            "PSCompatibleVersions": compatible,
            "PSRemotingProtocolVersion": Version(2, 3),
            "SerializationVersion": Version(1, 1, 0, 1),
            "WSManStackVersion": Version(3, 0),
        }
    )


_PREFERENCES: Final[dict[str, Any]] = {
    "ErrorActionPreference": "Continue",
    "WarningPreference": "Continue",
    "InformationPreference": "SilentlyContinue",
    "VerbosePreference": "SilentlyContinue",
    "DebugPreference": "SilentlyContinue",
    "ProgressPreference": "Continue",
    "ConfirmPreference": "High",
    "WhatIfPreference": False,
    "ErrorView": EnumValue(2, "System.Management.Automation.ErrorView", "ConciseView"),
    "MaximumHistoryCount": 4096,
    "NestedPromptLevel": 0,
    "PSNativeCommandArgumentPassing": "Standard",
    "PSNativeCommandUseErrorActionPreference": False,
    "PSApplicationOutputEncoding": None,
    "FormatEnumerationLimit": 4,
    "PSDefaultParameterValues": None,
    "PSSessionConfigurationName": "http://schemas.microsoft.com/powershell/Microsoft.PowerShell",
    "PSSessionApplicationName": "wsman",
    "PSEmailServer": "",
    "EnabledExperimentalFeatures": None,
}


def populate(context: EngineContext, state: InitialSessionState) -> None:
    """Fill a new context."""
    os.environ[MODULE_PATH] = default_module_path(HOME)
    scope = context.global_scope
    scope.aliases = context.commands.alias_infos()
    for name, value in _PREFERENCES.items():
        scope.put(name, value)
    scope.put("PSDefaultParameterValues", Hashtable())
    fixed = {
        "PID": os.getpid(),
        "HOME": home_directory(),
        "PSVersionTable": version_table(),
        "PSEdition": "Core",
        "PSHOME": HOME,
        "ShellId": "Microsoft.PowerShell",
        "IsLinux": sys.platform.startswith("linux"),
        "IsMacOS": sys.platform == "darwin",
        "IsWindows": False,
        "IsCoreCLR": True,
    }
    for name, value in fixed.items():
        scope.put(name, value, CONSTANT | ALL_SCOPE)
    scope.vars["home"].set_options(READ_ONLY | ALL_SCOPE)
    for name, constant in (("true", True), ("false", False), ("null", None)):
        scope.put(name, constant, CONSTANT | ALL_SCOPE)
    scope.vars["null"].set_options(ALL_SCOPE)
    context.errors = ArrayList()
    scope.put("Error", context.errors, CONSTANT)
    computed: dict[str, ComputedCell] = {
        "?": ComputedCell("?", lambda: context.success),
        "OutputEncoding": _output_encoding(),
        "PWD": ComputedCell("PWD", lambda: PathInfo(context.drives.place)),
        "PSSessionOption": _session_option(),
        "PSStyle": ComputedCell("PSStyle", lambda: _style(context)),
        "Host": ComputedCell("Host", lambda: _host(context, state)),
        "ExecutionContext": ComputedCell("ExecutionContext", lambda: _intrinsics(context)),
        "PSCulture": ComputedCell("PSCulture", lambda: _culture(context, "culture"), options=CONSTANT | ALL_SCOPE),
        "PSUICulture": ComputedCell("PSUICulture", lambda: _culture(context, "ui"), options=CONSTANT | ALL_SCOPE),
    }
    for name, cell in computed.items():
        scope.vars[name.lower()] = cell
    scope.vars["psnativecommandargumentpassing"].constrain((_passing_style,))
    scope.put("PSSessionView", os.environ.get("REMORA_SESSION_VIEW", "compact"))
    scope.put("StackTrace", "")
    scope.put("^", None)
    scope.put("$", None)
    if state.sender_info is not None:
        scope.put("PSSenderInfo", state.sender_info, READ_ONLY)
    for name, value in state.variables.items():
        scope.put(name, value)
    define(context)
    _bring(context, state)
    _drives(context)
    if state.location:
        context.drives.file_system.current = state.location


def _bring(context: EngineContext, state: InitialSessionState) -> None:
    """Functions and aliases of the session's configuration."""
    from remora.engine.builtin_functions import BuiltinFunction
    from remora.engine.commands import AliasInfo

    scope = context.global_scope
    for name, text in state.functions.items():
        if scope.functions is not None:
            scope.functions[name.lower()] = BuiltinFunction(context, name, text)
    for name, target in state.aliases.items():
        if scope.aliases is not None:
            scope.aliases[name.lower()] = AliasInfo(name, target)


def _host(context: EngineContext, state: InitialSessionState) -> Any:
    from remora.engine.host_view import HostView

    found = context.store.get("host view")
    if found is None:
        found = context.store["host view"] = HostView(context, state.instance_id or _id(context))
    return found


def _intrinsics(context: EngineContext) -> EngineIntrinsics:
    return EngineIntrinsics(context, context.active_frame().scope.session)


def _culture(context: EngineContext, kind: str) -> str:
    """The name of the session's culture; nobody changed it unless it is in the store."""
    found = context.store.get(f"culture:{kind}")
    return "en-US" if found is None else str(found.name)


def _id(context: EngineContext) -> UUID:
    found = context.store.setdefault("instance_id", uuid4())
    assert isinstance(found, UUID)
    return found


class _Environment:
    """Content of the Env: drive."""

    def get(self, name: str) -> Any:
        return os.environ.get(name)

    def set(self, name: str, value: Any) -> None:
        set_environment(name, value)


class _Variables:
    """Content of the Variable: drive."""

    def __init__(self, context: EngineContext) -> None:
        self._context = context

    def get(self, name: str) -> Any:
        return self._context.global_scope.get(name.lower())

    def set(self, name: str, value: Any) -> None:
        self._context.global_scope.set(name, value)


def _drives(context: EngineContext) -> None:
    drives = context.drives
    environment = "Drive that contains a view of the environment variables for the process"
    drives.add(Drive("Env", "Environment", "", content=_Environment(), description=environment))
    drives.add(Drive("Variable", "Variable", "", content=_Variables(context), description=_view("those variables")))
    drives.add(Drive("Function", "Function", "", description=_view("the functions")))
    drives.add(Drive("Alias", "Alias", "", description=_view("the aliases")))
    certificates = "Drive that contains the certificates of the user and of the machine"
    drives.add(Drive("Cert", "Certificate", "\\", description=certificates))
    drives.add(Drive("WSMan", "WSMan", "", description="Root of WsMan Config Storage."))
    temporary = os.environ.get("TMPDIR") or "/tmp"  # noqa: S108 - what the Temp: drive is on Unix
    drives.add(
        Drive("Temp", "FileSystem", temporary.rstrip("/") + "/",
              description="Drive that maps to the temporary directory path for the current user")
    )  # fmt: skip


def _view(what: str) -> str:
    """Description of a drive of the session's own things."""
    return f"Drive that contains a view of {what} stored in a session state"


def _passing_style(value: Any) -> Any:
    from remora.engine.pipeline.native_arguments import style_converter

    return style_converter(value)


def _session_option() -> ComputedCell:
    """$PSSessionOption: an object with the defaults, made when somebody reads it, until it is assigned."""
    held: list[Any] = []

    def read() -> Any:
        if not held:
            from remora.engine.types.typeref import type_from_text

            option = type_from_text("System.Management.Automation.Remoting.PSSessionOption")
            held.append(option.net.constructors[0].call() if option is not None else None)
        return held[0]

    def write(value: Any) -> None:
        held[:] = [value]

    cell = ComputedCell("PSSessionOption", read, write, options=0)
    held.clear()  # making the cell has written its first value
    return cell


def _output_encoding() -> ComputedCell:
    """$OutputEncoding: UTF-8 without a mark until it is assigned; the type is loaded when somebody reads it."""
    held: list[Any] = []

    def read() -> Any:
        if not held:
            from remora.engine.types.encodings import Encoding

            held.append(Encoding("utf-8", preamble=False))
        return held[0]

    def write(value: Any) -> None:
        held[:] = [value]

    cell = ComputedCell("OutputEncoding", read, write, options=0)
    held.clear()  # making the cell has written its first value
    return cell


def _style(context: EngineContext) -> Any:
    from remora.engine.types.psstyle import style_of

    return style_of(context)
