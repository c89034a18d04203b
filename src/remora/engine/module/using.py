"""``using module`` and ``using assembly``: what they mean before a script runs, and when it begins."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from remora.engine import ast
from remora.engine.context import EngineContext, running
from remora.engine.errors import PSError, error
from remora.engine.module.exports import ImportRequest
from remora.engine.module.finding import at_path, candidates, is_path
from remora.engine.module.specification import ModuleSpecification
from remora.engine.parser import parse_tolerant
from remora.engine.parser.messages import MESSAGES
from remora.engine.source import ParseError
from remora.engine.types.typeref import TypeRef, resolve
from remora.engine.types.visible import Ambiguous

if TYPE_CHECKING:
    from remora.engine.frame import Frame
    from remora.engine.module.info import PSModuleInfo

_WILDCARDS: Final = frozenset("*?[")
_ASSEMBLY: Final = re.compile(r"(System|Microsoft\.PowerShell|mscorlib|netstandard)(\.\w+)*(,.*)?", re.IGNORECASE)
"""Assemblies whose types the engine declares; no other can be loaded."""


class UsedModule:
    """A module that a using statement found. files: module files in the order to try; engine: it is built in."""

    def __init__(self, wanted: ModuleSpecification, files: list[str], *, engine: bool = False) -> None:
        self.wanted = wanted
        self.files = files
        self.engine = engine

    def types(self, context: EngineContext) -> frozenset[str]:
        """Folded names of the classes and enums of its root script, plain and with the module's name in front."""
        if not self.files:
            return frozenset()
        script = _root_script(context, self.files[0])
        names = _types_in(script, os.stat(script).st_mtime_ns) if script else frozenset()
        module = os.path.splitext(os.path.basename(self.files[0]))[0].lower()
        return names | {f"{module}.{name}" for name in names}


def _root_script(context: EngineContext, file: str) -> str | None:
    if not file.lower().endswith(".psd1"):
        return file if os.path.isfile(file) else None
    from remora.engine.module.manifest import read_manifest

    try:
        root = read_manifest(context, file, check_members=False).root
    except PSError:
        return None
    path = os.path.join(os.path.dirname(file), root.replace("\\", "/")) if root else ""
    return path if path and os.path.isfile(path) else None


@lru_cache(maxsize=64)
def _types_in(path: str, changed: int) -> frozenset[str]:
    from remora.engine.module.manifest import read_text

    local = parse_tolerant(read_text(path), path).script.types
    return frozenset(one.name.lower() for one in local.definitions) if local is not None else frozenset()


def specification(using: ast.Using) -> ModuleSpecification:
    """The module a statement names. Raises PSError for a hashtable that does not say it."""
    if isinstance(using.name, ast.HashLiteral):
        from remora.engine.module.manifest import safe_value

        context = running()
        assert context is not None
        wanted = ModuleSpecification.of(safe_value(context, using.name.extent.text))
        if not wanted.is_bare or wanted.guid is not None:
            return wanted
        raise error("The module specification is not complete.", "ArgumentException", "InvalidArgument")
    return ModuleSpecification(using.name.value if isinstance(using.name, ast.StringConstant) else "")


def find_used(context: EngineContext, using: ast.Using) -> UsedModule | ParseError:
    """The module of a ``using module`` statement, or the error that there is none."""
    extent = using.name.extent
    try:
        wanted = specification(using)
    except PSError as problem:
        return _problem("RequiresModuleInvalid", extent, problem.record.message)
    if _WILDCARDS & set(wanted.name):
        return _problem("WildCardModuleNameError", extent)
    if is_path(wanted.name):
        wanted.name = _from_script(using, wanted.name.replace("\\", "/"))
        files = at_path(context, wanted.name)
    else:
        from remora.engine.module.builtin import engine_module

        if engine_module(context, wanted.name) is not None:
            return UsedModule(wanted, [], engine=True)
        files = [file for file in candidates(wanted.name) if _fits(context, wanted, file)]
    if not files:
        return _problem("ModuleNotFoundDuringParse", using.extent, wanted.name)
    return UsedModule(wanted, files)


def _fits(context: EngineContext, wanted: ModuleSpecification, file: str) -> bool:
    if wanted.is_bare:
        return True
    from remora.engine.module.manifest import read_manifest

    try:
        version = read_manifest(context, file, check_members=False).version("ModuleVersion")
    except PSError:
        return False
    return version is not None and wanted.accepts_version(version)


def _from_script(using: ast.Using, name: str) -> str:
    """A relative path starts at the script's directory; that of a text, where the session stands."""
    file = using.extent.source.file
    if file and name.startswith("."):
        return os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(file)), name))
    return name


def _problem(id: str, extent: Any, *args: object) -> ParseError:
    return ParseError(id, MESSAGES[id].format(*args), extent)


class SessionOutside:
    """What the running session knows."""

    def knows(self, name: ast.TypeName, usings: tuple[ast.Using, ...]) -> bool:
        """Tell whether a type is declared, visible, or one of a module that the script uses."""
        try:
            if resolve(name) is not None:
                return True
        except PSError:
            return True
        context = running()
        modules = [using for using in usings if using.kind == "module"]
        if context is None or not modules:
            return False
        folded = name.name.lower()
        used = (find_used(context, using) for using in modules)
        return any(isinstance(one, UsedModule) and folded in one.types(context) for one in used)

    def using_errors(self, usings: tuple[ast.Using, ...]) -> list[ParseError]:
        """Modules and assemblies that are not there."""
        context = running()
        if context is None:
            return []
        out: list[ParseError] = []
        for using in usings:
            if using.kind == "assembly":
                out.extend(_assembly_errors(using))
            elif using.kind == "module" and not using.alias:
                found = find_used(context, using)
                if isinstance(found, ParseError):
                    out.append(found)
        return out


def _assembly_errors(using: ast.Using) -> list[ParseError]:
    name = using.name.value if isinstance(using.name, ast.StringConstant) else ""
    if _ASSEMBLY.fullmatch(name):
        return []
    extent = using.extent
    message = f"Could not load file or assembly '{name}'. The system cannot find the file specified."
    return [ParseError("ErrorLoadingAssembly", message, extent)]


def use_modules(f: Frame, usings: tuple[ast.Using, ...]) -> None:
    """Import the modules a script uses and let its scope know their types."""
    for using in usings:
        if using.kind != "module":
            continue
        found = find_used(f.context, using)
        if isinstance(found, ParseError):
            from remora.engine.compile import parse_failure

            raise parse_failure(found)
        module = _imported(f, found)
        if module is not None:
            _declare_types(f, module)


def _imported(f: Frame, used: UsedModule) -> PSModuleInfo | None:
    from remora.engine.module.loading import ModuleLoader
    from remora.engine.pipes import Pipes

    def report(problem: PSError) -> None:
        raise problem

    loader = ModuleLoader(
        f, Pipes(f.context, f.scope, f.sinks), f.scope.session, ImportRequest(check_names=False), report=report
    )
    return loader.load(used.wanted)


def _declare_types(f: Frame, module: PSModuleInfo) -> None:
    types = module.session.top.types if module.session is not None else None
    if not types:
        return
    scope = f.scope
    known: dict[str, TypeRef | Ambiguous] = scope.types if scope.types is not None else {}
    scope.types = known
    for folded, kind in types.items():
        if isinstance(kind, Ambiguous) or "." in folded:
            continue
        qualified = f"{module.name.lower()}.{folded}"
        other = known.get(folded)
        known[qualified] = kind
        first = next((key for key, one in known.items() if one is other and "." in key), "")
        if other is None or first in ("", qualified):
            known[folded] = kind
        elif other is not kind:
            known[folded] = Ambiguous(kind.name, first, qualified)
