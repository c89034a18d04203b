"""Where Get-Command looks: programs of PATH, files by pattern, modules that are not loaded; names that come close."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from remora.engine.commands import ApplicationInfo, CommandInfo
from remora.engine.context import EngineContext
from remora.engine.convert import to_text
from remora.engine.errors import PSError
from remora.engine.module.analysis import described_file
from remora.engine.module.finding import available, module_paths
from remora.engine.resolver import path_folders
from remora.engine.session import SessionState
from remora.engine.wildcard import like
from remora.modules.common import as_list

_KINDS = ("alias", "function", "filter", "cmdlet", "externalscript", "application", "script", "configuration")
_BITS = {1: "alias", 2: "function", 4: "filter", 8: "cmdlet", 16: "externalscript", 32: "application", 64: "script"}


def kinds_of(value: Any) -> set[str]:
    """Names of CommandTypes in lower case; All means every one."""
    found: set[str] = set()
    for item in as_list(value):
        text = to_text(item)
        if text.isdigit():
            found |= {name for bit, name in _BITS.items() if int(text) & bit}
        else:
            found |= {word.strip().lower() for word in text.split(",")}
    return set(_KINDS) if "all" in found else found


def all_programs(session: SessionState) -> Iterator[ApplicationInfo]:
    """Every program of PATH, the first of each name, by name."""
    found: dict[str, str] = {}
    for folder in path_folders(session.context.drives.file_location):
        for name, path in _programs_in(folder):
            found.setdefault(name, path)
    for name in sorted(found, key=lambda one: (one.lower(), one)):
        yield ApplicationInfo(name, found[name])


def _programs_in(folder: str) -> Iterator[tuple[str, str]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_file() and os.access(entry.path, os.X_OK):
                    yield entry.name, entry.path
    except OSError:
        return


def programs_named(name: str, session: SessionState) -> list[ApplicationInfo]:
    """Programs of that name in all directories of PATH, in order."""
    found = []
    for folder in path_folders(session.context.drives.file_location):
        path = os.path.join(folder, name)
        if "/" not in name and os.path.isfile(path) and os.access(path, os.X_OK):
            found.append(ApplicationInfo(name, path))
    return found


def files_matching(session: SessionState, pattern: str) -> Iterator[CommandInfo]:
    """Scripts and other files that a path with wildcards in its last part means."""
    context = session.context
    folder, _, last = context.drives.resolve(pattern).path.rpartition("/")
    try:
        names = sorted(os.listdir(folder or "/"))
    except OSError:
        return
    for name in names:
        path = os.path.join(folder, name)
        if not (like(name, last) or name == last) or not os.path.isfile(path):
            continue
        if name.lower().endswith(".ps1"):
            try:
                yield context.resolver.script(path)
            except PSError:
                continue
        else:
            yield ApplicationInfo(name, path)


def module_commands(context: EngineContext) -> Iterator[CommandInfo]:
    """Commands of the modules on $env:PSModulePath that are not loaded."""
    for directory in module_paths():
        for file in available(directory):
            if file.lower() in context.modules:
                continue
            try:
                module = described_file(context, file)
            except PSError:
                continue
            for info in module.exports.commands().values():
                info.owner, info.version = module, module.version
                yield info


def distance(left: str, right: str) -> int:
    """Edits between two names, case ignored: insertions, deletions, changes, swaps of neighbours."""
    a, b = left.lower(), right.lower()
    if abs(len(a) - len(b)) > 10:
        return 99
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            best = min(row[j] + 1, current[j - 1] + 1, row[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, before[j - 2] + 1)
            current.append(best)
        before, row = row, current
    return row[-1]


def abbreviates(short: str, name: str) -> bool:
    """Tell whether ``i-psdf`` stands for Import-PowerShellDataFile: the capitals of verb and noun."""
    return short.lower() == "".join(c for c in name if c.isupper() or c == "-").lower()
