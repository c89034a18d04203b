"""Windows spellings of paths, as cmd lines carry them, mapped to this machine's file system."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

_DRIVE = re.compile(r"^[A-Za-z]:")
NULL_DEVICES = frozenset({"nul", "nul:", "/dev/null", "\\\\.\\nul"})


def unquote(text: str) -> str:
    """A path operand without its quotes (cmd lets them stand anywhere in it)."""
    return text.replace('"', "")


def to_local(path: str, directory: str) -> str:
    r"""Absolute Linux path of an operand: ``C:\a\b`` -> ``/a/b``; ``a\b`` and ``C:a\b`` -> ``directory/a/b``."""
    plain = _DRIVE.sub("", unquote(path).strip()).replace("\\", "/")
    if not plain:
        return "/" if _DRIVE.match(unquote(path)) else directory
    return os.path.normpath(os.path.join(directory, plain))


def has_wildcard(path: str) -> bool:
    """Does an operand name several files?"""
    return "*" in path or "?" in path


def pattern_regex(pattern: str) -> re.Pattern[str]:
    """The pattern of a file name: ``*`` and ``?`` only, case ignored, ``*.*`` means every name.

    What stands between two stars is taken where it comes first and never tried again: no name takes long.
    """
    if pattern == "*.*":
        pattern = "*"
    first, *rest = (re.escape(part).replace(r"\?", ".") for part in pattern.split("*"))
    middle = "".join(f"(?>.*?{part})" for part in rest[:-1])
    text = first + middle + (f".*{rest[-1]}" if rest else "")
    return re.compile(text + r"\Z", re.IGNORECASE | re.DOTALL)


def matches(path: str, directory: str, *, hidden: bool = False) -> Iterator[str]:
    """Absolute paths an operand names, sorted by name: wildcards stand in the last part only; a literal must exist."""
    local = to_local(path, directory)
    head, tail = os.path.split(local)
    if not has_wildcard(tail):
        if os.path.lexists(local):
            yield local
        return
    wanted = pattern_regex(tail)
    try:
        names = sorted(os.listdir(head), key=lambda name: (name.lower(), name))
    except OSError:
        return
    for name in names:
        if wanted.match(name) and (hidden or not name.startswith(".")):
            yield os.path.join(head, name)
