"""What a module that is not loaded would export: from its manifest, or from the text of its script."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from remora.engine import ast
from remora.engine.binding.script import constant
from remora.engine.commands import AliasInfo, FunctionInfo
from remora.engine.compile import compile_text
from remora.engine.convert.text import to_text
from remora.engine.errors import PSError
from remora.engine.module.builtin import engine_modules
from remora.engine.module.exports import matches
from remora.engine.module.finding import at_path, available, module_paths
from remora.engine.module.info import PSModuleInfo
from remora.engine.module.loading import described
from remora.engine.module.manifest import Manifest, read_manifest, read_text
from remora.engine.scriptblock import ScriptBlock

if TYPE_CHECKING:
    from remora.engine.context import EngineContext

_WILD: Final = "*?["


def described_file(context: EngineContext, path: str) -> PSModuleInfo:
    """The module in a file, not loaded, with the exports that can be seen from outside. Raises PSError."""
    extension = os.path.splitext(path)[1].lower()
    if extension == ".psd1":
        return _from_manifest(context, path)
    name = os.path.splitext(os.path.basename(path))[0]
    module = PSModuleInfo(name, path, base=os.path.dirname(path), kind="Script" if extension == ".psm1" else "Binary")
    if extension == ".psm1":
        _detect(context, module, path)
    return module


def _from_manifest(context: EngineContext, path: str) -> PSModuleInfo:
    manifest = read_manifest(context, path)
    module = described(manifest)
    root = manifest.root
    if root:
        module.kind = {".dll": "Binary", ".exe": "Binary", ".cdxml": "Cim"}.get(
            os.path.splitext(root)[1].lower(), "Script"
        )
    lists = {kind: manifest.texts(f"{kind}ToExport") for kind in ("Functions", "Cmdlets", "Aliases")}
    if any(names is None or any(c in name for name in names for c in _WILD) for names in lists.values()):
        _detect_parts(context, module, manifest)
    exports = module.exports
    for folded in [n for n, f in exports.functions.items() if not matches(f.name, lists["Functions"], True)]:
        del exports.functions[folded]
    for folded in [n for n, a in exports.aliases.items() if not matches(a.name, lists["Aliases"], True)]:
        del exports.aliases[folded]
    listed = {name.lower(): _function(context, module, name) for name in _plain(lists["Functions"])}
    exports.functions = {**listed, **exports.functions}
    for name in _plain(lists["Aliases"]):
        exports.aliases.setdefault(name.lower(), AliasInfo(name, "", module=module.name))
    return module


def _plain(names: list[str] | None) -> Iterator[str]:
    for name in names or ():
        if name and not any(character in name for character in _WILD):
            yield name


def _detect_parts(context: EngineContext, module: PSModuleInfo, manifest: Manifest) -> None:
    parts = [one.name for one in manifest.specifications("NestedModules")]
    for name in [*parts, *([manifest.root] if manifest.root else [])]:
        local = name if name.startswith("/") else os.path.join(manifest.base, name.replace("\\", "/"))
        file = next((one for one in at_path(context, local) if one.lower().endswith((".psm1", ".ps1"))), None)
        if file is not None:
            _detect(context, module, file)


def _function(context: EngineContext, module: PSModuleInfo, name: str) -> FunctionInfo:
    info = FunctionInfo(name, ScriptBlock(compile_text(""), context), module=module.name)
    info.owner, info.version = module, module.version
    return info


def _detect(context: EngineContext, module: PSModuleInfo, path: str) -> None:
    """Functions and aliases a script would export."""
    try:
        node = compile_text(read_text(path), path).node
    except PSError:
        return
    functions: dict[str, str] = {}
    aliases: dict[str, tuple[str, str]] = {}
    exported: dict[str, list[str]] | None = None
    for statement in _top_level(node):
        if isinstance(statement, ast.FunctionDef):
            prefix, colon, bare = statement.name.partition(":")
            if not colon or prefix.lower() == "script":
                functions[(bare if colon else prefix).lower()] = bare if colon else prefix
            continue
        for command in (n for n in statement.walk() if isinstance(n, ast.Command)):
            given = _arguments(command)
            name = command.name.value.lower() if isinstance(command.name, ast.StringConstant) else ""
            if name == "export-modulemember":
                exported = exported if exported is not None else {}
                for kind in ("function", "alias"):
                    exported.setdefault(kind, []).extend(
                        given.get(kind, given.get("0", []) if kind == "function" else [])
                    )
            elif name in ("set-alias", "new-alias", "sal", "nal"):
                alias = (given.get("name") or given.get("0") or [""])[0]
                value = (given.get("value") or given.get("1") or given.get("0", [""]))[0]
                aliases[alias.lower()] = (alias, value)
    for name in functions.values():
        if exported is None or matches(name, exported.get("function", [])):
            module.exports.functions[name.lower()] = _function(context, module, name)
    for folded, (alias, value) in aliases.items():
        if exported is None or matches(alias, exported.get("alias", [])):
            module.exports.aliases[folded] = AliasInfo(alias, value, module=module.name)


def _top_level(node: ast.ScriptNode) -> Iterator[ast.Statement]:
    for block in (node.begin, node.process, node.end):
        if block is not None:
            yield from block.statements


def _arguments(command: ast.Command) -> dict[str, list[str]]:
    """Constant arguments by folded parameter name, positional ones by number."""
    out: dict[str, list[str]] = {}
    pending, position = "", 0
    for element in command.elements:
        if isinstance(element, ast.CommandParameter):
            pending = element.name.lower()
            if element.argument is not None:
                out[pending], pending = _texts(element.argument), ""
            continue
        if pending:
            out[pending], pending = _texts(element), ""
        else:
            out[str(position)] = _texts(element)
            position += 1
    return out


def _texts(node: ast.Expr) -> list[str]:
    value: Any = constant(node)
    return [to_text(item) for item in value] if isinstance(value, list) else [to_text(value)]


def module_exporting(context: EngineContext, command: str) -> str | None:
    """File of the first module on $env:PSModulePath that exports a command of that name; None when there is none."""
    folded = command.lower()
    for module in engine_modules(context).values():
        if module.removed and folded in module.exports.cmdlets:
            return None
    cache: dict[str, tuple[int, frozenset[str]]] = context.store.setdefault("module index", {})
    for directory in module_paths():
        for file in available(directory):
            if folded in _exported_names(context, file, cache):
                return file
    return None


def _exported_names(context: EngineContext, file: str, cache: dict[str, tuple[int, frozenset[str]]]) -> frozenset[str]:
    try:
        changed = os.stat(file).st_mtime_ns
    except OSError:
        return frozenset()
    known = cache.get(file)
    if known is not None and known[0] == changed:
        return known[1]
    try:
        names = frozenset(described_file(context, file).exports.commands())
    except PSError:
        names = frozenset()
    cache[file] = (changed, names)
    return names
