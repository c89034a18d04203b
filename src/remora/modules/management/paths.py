"""From -Path and -LiteralPath to places: drives, wildcards, hidden items, -Filter, -Include and -Exclude."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from remora.engine.cmdlet import Cmdlet
from remora.engine.drives import FLAT, ResolvedPath
from remora.engine.errors import PSError
from remora.engine.wildcard import compile_wildcard, has_wildcard, unescape
from remora.modules.common import as_list
from remora.modules.management.failures import path_not_found
from remora.modules.management.providers import Provider, provider_of
from remora.modules.management.providers.base import lacks

if TYPE_CHECKING:
    from remora.engine.session import SessionState

# Errors of one path that the cmdlet reports before it goes on with the next.
PER_PATH = frozenset(
    f"System.Management.Automation.{name}Exception"
    for name in ("PSNotSupported", "DriveNotFound", "ProviderNotFound", "ItemNotFound")
)


def attempt(command: Cmdlet, work: Callable[[], None]) -> None:
    """Run what concerns one path: errors of that path are written, others end the command."""
    try:
        work()
    except PSError as problem:
        if problem.record.exception.kind.name not in PER_PATH:
            raise
        command.write_error(problem.record)


def check_credential(command: Any, place: ResolvedPath) -> None:
    """-Credential is for providers that ask another machine. Raises PSError for the others."""
    given = getattr(command, "credential", None)
    if given is None or not given.username:
        return
    info = place.drive.info
    if not place.is_file_system and info is not None and info.takes_credentials:
        return
    if place.is_file_system:
        message = "The FileSystem provider supports credentials only on the New-PSDrive cmdlet."
    else:
        message = "The provider does not support the use of credentials."
    raise lacks(f"{message} Perform the operation again without specifying credentials.")


def exists(session: SessionState, place: ResolvedPath) -> bool:
    """Is there something at that place (a broken link counts)?"""
    return provider_of(session, place).exists(place.path)


def is_container(session: SessionState, place: ResolvedPath) -> bool:
    """Can that place have children?"""
    return provider_of(session, place).is_container(place.path)


def leaf(place: ResolvedPath) -> str:
    """The last part of the place's path."""
    return place.path if place.drive.provider in FLAT else posixpath.basename(place.path)


def glob(session: SessionState, pattern: str, *, hidden: bool = False) -> Iterator[ResolvedPath]:
    """Places a path with wildcards means, in order of name; a path without any must exist. Raises PSError (drive)."""
    if not has_wildcard(pattern):
        place = session.resolve_path(unescape(pattern) if "`" in pattern else pattern)
        if exists(session, place):
            yield place
        return
    place = session.resolve_path(pattern)
    provider = provider_of(session, place)
    if place.drive.provider in FLAT:
        for name in matching(provider, "", place.path):
            yield place.at(name)
        return
    base = place.drive.base if place.is_file_system else ""
    parts = [part for part in place.path[len(base) :].split("/") if part]
    top = base or "/" if place.is_file_system else ""
    for path in _descend(provider, top, parts, hidden=hidden):
        yield place.at(path)


def matching(provider: Provider, folder: str, pattern: str) -> list[str]:
    """Names of children that a wildcard matches, case ignored."""
    test = compile_wildcard(pattern)
    try:
        return [name for name in provider.names(folder) if test.fullmatch(name)]
    except OSError:
        return []


def _descend(provider: Provider, base: str, parts: list[str], *, hidden: bool) -> Iterator[str]:
    if not parts:
        yield base
        return
    first, rest = parts[0], parts[1:]
    if not has_wildcard(first):
        path = provider.join(base, unescape(first) if "`" in first else first)
        if provider.exists(path):
            yield from _descend(provider, path, rest, hidden=hidden)
        return
    for name in matching(provider, base, first):
        if hidden or not provider.is_hidden(name):
            path = provider.join(base, name)
            if not rest or provider.is_container(path):
                yield from _descend(provider, path, rest, hidden=hidden)


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
        if _resolved(command, text) is None:
            continue
        found = False
        for place in glob(session, text, hidden=hidden):
            found = True
            yield place
        if not found and not has_wildcard(text):
            place = session.resolve_path(unescape(text))
            if must_exist:
                command.write_error(path_not_found(place.full()).record)
            else:
                yield place


def _resolved(command: Cmdlet, text: str) -> ResolvedPath | None:
    try:
        place = command.session.resolve_path(text)
        check_credential(command, place)
        return place
    except PSError as problem:
        command.write_error(problem.record)
        return None


def chosen(command: Any, *, hidden: bool = True, must_exist: bool = True) -> Iterator[ResolvedPath]:
    """The places of a command's -Path and -LiteralPath that its -Filter, -Include and -Exclude let through."""
    wanted = name_filter(command)
    filtered = bool(getattr(command, "filter", None))
    for place in places(command, command.path, command.literal_path, hidden=hidden, must_exist=must_exist):
        if filtered and not provider_of(command.session, place).has_filter:
            command.write_error(filter_refused().record)
        elif wanted(leaf(place)):
            yield place


def filter_refused() -> PSError:
    """-Filter given for a provider without filters."""
    return lacks("Cannot call method. The provider does not support the use of filters.")


def literal_or_glob(command: Cmdlet, path: Any, literal_path: Any) -> Iterator[str]:
    """File system paths two path parameters mean."""
    for place in places(command, path, literal_path):
        if place.is_file_system:
            yield place.path


def name_filter(command: Any) -> Callable[[str], bool]:
    """A test of file names against -Filter, -Include and -Exclude of a command."""
    pattern = getattr(command, "filter", None)
    tests = [compile_wildcard("*" if pattern == "*.*" else pattern)] if pattern else []
    included = [compile_wildcard(pattern) for pattern in as_list(getattr(command, "include", None))]
    excluded = [compile_wildcard(pattern) for pattern in as_list(getattr(command, "exclude", None))]

    def wanted(name: str) -> bool:
        return (
            all(test.fullmatch(name) for test in tests)
            and (not included or any(test.fullmatch(name) for test in included))
            and not any(test.fullmatch(name) for test in excluded)
        )

    return wanted
