"""Where modules are found: the directories of $env:PSModulePath, version folders, file extensions."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from remora.engine.context import MODULE_PATH
from remora.values.versions import Version

if TYPE_CHECKING:
    from remora.engine.context import EngineContext

EXTENSIONS: Final = (".psd1", ".psm1", ".cdxml", ".dll")
_VERSION: Final = re.compile(r"\d{1,9}(\.\d{1,9}){1,3}")
_MAX_MODULES: Final = 20_000


def module_paths() -> list[str]:
    """The directories of $env:PSModulePath, in order."""
    seen: dict[str, None] = {}
    for directory in os.environ.get(MODULE_PATH, "").replace("\\", "/").split(os.pathsep):
        if directory:
            seen.setdefault(directory.rstrip("/") or "/", None)
    return list(seen)


def is_path(name: str) -> bool:
    """Tell whether a module's name is a path: absolute, or beginning with a dot."""
    return (
        name.startswith(("/", "./", ".\\", "../", "..\\", "~", "\\"))
        or name in (".", "..")
        or (":" in name and not name.startswith(":"))
    )


def entry(directory: str, name: str) -> str | None:
    """The entry of a directory with that name: exact, else the first that differs only in case."""
    exact = os.path.join(directory, name)
    if os.path.exists(exact):
        return exact
    folded = name.lower()
    try:
        with os.scandir(directory) as entries:
            return min((one.path for one in entries if one.name.lower() == folded), default=None)
    except OSError:
        return None


def _descend(directory: str, name: str) -> str | None:
    """A directory below, by a name that may have several parts."""
    found: str | None = directory
    for part in name.replace("\\", "/").split("/"):
        if part and found is not None:
            found = entry(found, part)
    return found if found is not None and os.path.isdir(found) else None


def version_folders(directory: str) -> list[tuple[Version, str]]:
    """Subdirectories named as versions, the newest first."""
    found: list[tuple[Version, str]] = []
    try:
        with os.scandir(directory) as entries:
            found.extend(
                (Version.parse(one.name), one.path) for one in entries if _VERSION.fullmatch(one.name) and one.is_dir()
            )
    except (OSError, ValueError):
        return []
    return sorted(found, reverse=True)


def file_in(directory: str, name: str) -> str | None:
    """The module file of that base name in a directory, by extension: manifest, script, others."""
    for extension in EXTENSIONS:
        found = entry(directory, name + extension)
        if found is not None and os.path.isfile(found):
            return found
    return None


def files_of(directory: str, name: str) -> Iterator[str]:
    """Module files of a module's directory: those of its version folders first, then its own."""
    base = os.path.basename(name.replace("\\", "/").rstrip("/"))
    if _VERSION.fullmatch(base):
        base = os.path.basename(os.path.dirname(directory))
    for _, folder in version_folders(directory):
        found = file_in(folder, base)
        if found is not None:
            yield found
    found = file_in(directory, base)
    if found is not None:
        yield found


def candidates(name: str) -> Iterator[str]:
    """Files that may be the module of that name, in the order of $env:PSModulePath."""
    base, extension = os.path.splitext(name)
    for directory in module_paths():
        folder = _descend(directory, base if extension.lower() in EXTENSIONS else name)
        if folder is not None:
            yield from files_of(folder, name if extension.lower() not in EXTENSIONS else base)
        elif extension.lower() in (*EXTENSIONS, ".ps1") or "/" in name or "\\" in name:
            yield from _named_file(directory, name)


def _named_file(directory: str, name: str) -> Iterator[str]:
    inside, _, last = name.replace("\\", "/").rpartition("/")
    folder = _descend(directory, inside) if inside else directory
    if folder is None:
        return
    exact = entry(folder, last)
    found = exact if exact is not None and os.path.isfile(exact) else file_in(folder, last)
    if found is not None:
        yield found


def at_path(context: EngineContext, name: str) -> list[str]:
    """Files a path means: the file itself, a directory's modules, or the path with each extension that is there."""
    full = context.drives.resolve(name.rstrip("/\\") or "/").path
    if os.path.isfile(full):
        return [full]
    if os.path.isdir(full):
        return list(files_of(full, full))
    parent, last = os.path.split(full)
    if not os.path.isdir(parent):
        return []
    named = [entry(parent, last + extension) for extension in EXTENSIONS]
    found = [one for one in named if one is not None and os.path.isfile(one)]
    if found:
        return found
    exact = entry(parent, last)
    if exact is None:
        return []
    return [exact] if os.path.isfile(exact) else list(files_of(exact, exact))


def available(directory: str, *, everything: bool = False) -> Iterator[str]:
    """Module files below one directory of $env:PSModulePath. everything: also files that are no module's main file."""
    if everything:
        yield from _all_files(directory)
        return
    for name in _subdirectories(directory):
        yield from _modules_below(os.path.join(directory, name), name, 0)


def _modules_below(directory: str, name: str, depth: int) -> Iterator[str]:
    """A directory with module files of its own, else the modules in its subdirectories."""
    found = list(files_of(directory, name))
    if found:
        yield from found
        return
    if depth >= 4:
        return
    for inner in _subdirectories(directory):
        yield from _modules_below(os.path.join(directory, inner), inner, depth + 1)


def _subdirectories(directory: str) -> list[str]:
    """Their names in order; none of a directory that cannot be read."""
    try:
        with os.scandir(directory) as entries:
            return sorted(one.name for one in entries if one.is_dir())
    except OSError:
        return []


def _all_files(directory: str) -> Iterator[str]:
    count = 0
    for folder, folders, files in os.walk(directory):
        folders.sort()
        for file in sorted(files):
            if os.path.splitext(file)[1].lower() in EXTENSIONS:
                yield os.path.join(folder, file)
                count += 1
                if count >= _MAX_MODULES:
                    return
