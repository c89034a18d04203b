"""From -Path and -LiteralPath to places: drives, wildcards, hidden files."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from remora.engine.cmdlet import Cmdlet
from remora.engine.drives import ResolvedPath
from remora.engine.errors import PSError
from remora.engine.wildcard import compile_wildcard, has_wildcard, unescape
from remora.modules.common import as_list
from remora.modules.management.failures import path_not_found
from remora.modules.management.providers import provider_of

if TYPE_CHECKING:
    from remora.engine.session import SessionState


def is_hidden(path: str) -> bool:
    """Names with a leading dot are hidden on Unix."""
    name = posixpath.basename(path)
    return name.startswith(".") and name not in (".", "..")


def exists(session: SessionState, place: ResolvedPath) -> bool:
    """Is there something at that place (a broken link counts)?"""
    if place.is_file_system:
        return os.path.lexists(place.path)
    return provider_of(session, place.drive).exists(place.path)


def is_container(session: SessionState, place: ResolvedPath) -> bool:
    """Can that place have children?"""
    if place.is_file_system:
        return os.path.isdir(place.path)
    return provider_of(session, place.drive).is_container(place.path)


def glob(session: SessionState, pattern: str, *, hidden: bool = False) -> Iterator[ResolvedPath]:
    """Places a path with wildcards means, in order of name; a path without any must exist. Raises PSError (drive)."""
    if not has_wildcard(pattern):
        place = session.resolve_path(unescape(pattern) if "`" in pattern else pattern)
        if exists(session, place):
            yield place
        return
    place = session.resolve_path(pattern)
    if place.is_file_system:
        for path in glob_files(place.path, hidden=hidden):
            yield ResolvedPath(drive=place.drive, path=path)
        return
    test = compile_wildcard(place.path)
    for name in provider_of(session, place.drive).names():
        if test.fullmatch(name):
            yield ResolvedPath(drive=place.drive, path=name)


def glob_files(pattern: str, *, hidden: bool = False) -> Iterator[str]:
    """Absolute paths matching an absolute pattern; each part may have wildcards, case ignored in those parts."""
    parts = [part for part in pattern.split("/") if part]
    yield from _descend("/", parts, hidden=hidden)


def _descend(base: str, parts: list[str], *, hidden: bool) -> Iterator[str]:
    if not parts:
        yield base
        return
    first, rest = parts[0], parts[1:]
    if not has_wildcard(first):
        path = posixpath.join(base, unescape(first) if "`" in first else first)
        if os.path.lexists(path):
            yield from _descend(path, rest, hidden=hidden)
        return
    test = compile_wildcard(first)
    try:
        names = sorted(os.listdir(base), key=lambda name: (name.lower(), name))
    except OSError:
        return
    for name in names:
        if test.fullmatch(name) and (hidden or first.startswith(".") or not name.startswith(".")):
            path = posixpath.join(base, name)
            if not rest or os.path.isdir(path):
                yield from _descend(path, rest, hidden=hidden)


def places(
    command: Cmdlet, path: Any, literal_path: Any, *, hidden: bool = False, must_exist: bool = True
) -> Iterator[ResolvedPath]:
    """The places two path parameters mean; what does not exist is reported as PathNotFound and left out."""
    session = command.session
    for text in as_list(literal_path):
        place = _resolved(command, text)
        if place is None:
            continue
        if must_exist and not exists(session, place):
            command.write_error(path_not_found(place.full()).record)
            continue
        yield place
    for text in as_list(path):
        place = _resolved(command, text)
        if place is None:
            continue
        found = False
        for place in glob(session, text, hidden=hidden):
            found = True
            yield place
        if not found and not has_wildcard(text):
            if must_exist:
                command.write_error(path_not_found(session.resolve_path(unescape(text)).full()).record)
            else:
                yield session.resolve_path(unescape(text))


def _resolved(command: Cmdlet, text: str) -> ResolvedPath | None:
    try:
        return command.session.resolve_path(text)
    except PSError as problem:
        command.write_error(problem.record)
        return None


def literal_or_glob(command: Cmdlet, path: Any, literal_path: Any) -> Iterator[str]:
    """File system paths two path parameters mean."""
    for place in places(command, path, literal_path):
        if place.is_file_system:
            yield place.path


def name_filter(command: Any) -> Any:
    """A test of file names against -Filter, -Include and -Exclude of a command."""
    tests = [compile_wildcard(command.filter)] if getattr(command, "filter", None) else []
    included = [compile_wildcard(pattern) for pattern in as_list(getattr(command, "include", None))]
    excluded = [compile_wildcard(pattern) for pattern in as_list(getattr(command, "exclude", None))]

    def wanted(name: str) -> bool:
        return (
            all(test.fullmatch(name) for test in tests)
            and (not included or any(test.fullmatch(name) for test in included))
            and not any(test.fullmatch(name) for test in excluded)
        )

    return wanted
