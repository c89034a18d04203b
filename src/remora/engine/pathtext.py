"""Paths as text: joining, parents, names. Nothing here looks at a disk."""

from __future__ import annotations


def normalized(path: str) -> str:
    """The path with forward slashes only."""
    return path.replace("\\", "/")


def combine(parent: str, child: str) -> str:
    """Two parts with one slash between them; backslashes count as separators."""
    head, tail = normalized(parent), normalized(child).lstrip("/")
    if not head:
        return normalized(child)
    if not tail:
        return head if head.endswith("/") else head + "/"
    return head.rstrip("/") + "/" + tail


def parent_of(path: str) -> str:
    """What stands before the last part; '' for a single part and for a root."""
    trimmed = normalized(path).rstrip("/")
    head, slash, _ = trimmed.rpartition("/")
    if not slash:
        return ""
    return "/" if not head else _rooted(head)


def leaf_of(path: str) -> str:
    """The last part; the root itself for a root."""
    plain = normalized(path)
    trimmed = plain.rstrip("/")
    if not trimmed:
        return plain[:1]
    _, slash, leaf = trimmed.rpartition("/")
    return leaf if slash else _rooted(trimmed)


def _rooted(path: str) -> str:
    """``C:`` alone is the root of that drive."""
    return path + "/" if path.endswith(":") else path


def split_qualifier(path: str) -> tuple[str, str]:
    """``Drive:`` or ``Provider::`` in front ('' when there is none), and the rest."""
    head, separator, rest = path.partition("::")
    if separator and "/" not in head:
        return head + "::", rest
    head, colon, rest = path.partition(":")
    if colon and head and "/" not in head and "\\" not in head:
        return head + ":", rest
    return "", path


def is_absolute(path: str) -> tuple[bool, str]:
    """Tell whether a path starts at a root, and the drive it names ('/' for the root of the file system)."""
    qualifier, _ = split_qualifier(path)
    if qualifier.endswith("::"):
        return False, ""
    if qualifier:
        return True, qualifier[:-1]
    if path.startswith(("/", "\\")):
        return True, "/"
    return False, ""
