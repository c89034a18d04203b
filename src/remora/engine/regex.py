""".NET regular expressions on Python's ``re``: compiled patterns, the numbers of their groups, replacement texts."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Final, cast

from remora.engine.regex_syntax import Translator, invalid_pattern

__all__ = [
    "Group", "compile_pattern", "escape", "group_text", "groups_of", "invalid_pattern", "replacement", "unescape",
]  # fmt: skip


class Group:
    """A group of a pattern as .NET counts: groups without names first, then named ones. indexes: of the groups of the
    translated pattern that are it (more than one when its name is used again).
    """

    __slots__ = ("indexes", "name", "number")

    def __init__(self, number: int, name: str, indexes: tuple[int, ...]) -> None:
        self.number = number
        self.name = name
        self.indexes = indexes

    def taken(self, match: re.Match[str]) -> int | None:
        """The index of what took part in the match, None when nothing did."""
        return next((index for index in reversed(self.indexes) if match[index] is not None), None)


_GROUPS: Final[dict[re.Pattern[str], tuple[Group, ...]]] = {}
MAX_KNOWN: Final = 2000


def _number(names: list[str | None]) -> tuple[Group, ...]:
    """Number the groups of a pattern: 0 is the whole match."""
    places: dict[str, list[int]] = {}
    unnamed = 0
    for index, name in enumerate(names, 1):
        if name is None:
            unnamed += 1
            name = str(unnamed)
        places.setdefault(name, []).append(index)
    numbered = sorted(int(name) for name in places if name.isdigit())
    out = [Group(0, "0", (0,)), *(Group(n, str(n), tuple(places[str(n)])) for n in numbered)]
    following = numbered[-1] if numbered else 0
    for name in (name for name in places if not name.isdigit()):
        following += 1
        out.append(Group(following, name, tuple(places[name])))
    return tuple(out)


def groups_of(pattern: re.Pattern[str]) -> tuple[Group, ...]:
    """The groups of a compiled pattern, in .NET's order."""
    pattern = getattr(pattern, "compiled", pattern)
    found = _GROUPS.get(pattern)
    if found is None:
        names = {index: name for name, index in pattern.groupindex.items()}
        found = _number([names.get(index) for index in range(1, pattern.groups + 1)])
    return found


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, flags: int = 0, *, explicit_capture: bool = False) -> re.Pattern[str]:
    """Compile a .NET pattern; flags of ``re``. Raises PSError."""
    translator = Translator(pattern, explicit=explicit_capture, verbose=bool(flags & re.VERBOSE))
    translated = translator.run()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compiled = re.compile(translated, flags)
    except (re.error, OverflowError, RecursionError) as problem:
        raise invalid_pattern(pattern, str(problem).capitalize() + ".") from None
    if any(translator.groups):
        if len(_GROUPS) > MAX_KNOWN:
            _GROUPS.clear()
        _GROUPS[compiled] = _number(translator.groups)
    if ")" not in translated:
        return compiled
    from remora.engine.regex_guard import GuardedPattern, is_risky

    return cast("re.Pattern[str]", GuardedPattern(compiled)) if is_risky(compiled) else compiled


_SUBSTITUTION: Final = re.compile(r"\$(?:(\$)|(&)|(`)|(')|(\+)|(_)|(\d+)|\{(\w+)\})")


@lru_cache(maxsize=256)
def replacement(template: str) -> Callable[[re.Match[str]], str]:
    """A .NET replacement text (``$1 ${name} $& $$ $` $' $+ $_``) as a function of the match."""
    if "$" not in template:
        return lambda match: template

    def expand(match: re.Match[str]) -> str:
        return _SUBSTITUTION.sub(lambda part: _substitute(part, match), template)

    return expand


def _substitute(part: re.Match[str], match: re.Match[str]) -> str:
    if part[1]:
        return "$"
    if part[2]:
        return match[0]
    if part[3]:
        return match.string[: match.start()]
    if part[4]:
        return match.string[match.end() :]
    if part[5]:
        return group_text(match, groups_of(match.re)[-1])
    if part[6]:
        return match.string
    return _numbered_text(part, match)


def group_text(match: re.Match[str], group: Group) -> str:
    """The text of a group, empty when it took no part."""
    index = group.taken(match)
    return match[index] if index is not None else ""


def _numbered_text(part: re.Match[str], match: re.Match[str]) -> str:
    groups = {group.name: group for group in groups_of(match.re)}
    groups.update((str(group.number), group) for group in groups_of(match.re))
    braced = part[8]
    if braced is not None:
        found = groups.get(braced.lstrip("0") or "0" if braced.isdigit() else braced)
        return part[0] if found is None else group_text(match, found)
    for length in range(len(part[7]), 0, -1):
        found = groups.get(part[7][:length])
        if found is not None:
            return group_text(match, found) + part[7][length:]
    return part[0]


def escape(text: str) -> str:
    """[regex]::Escape."""
    special = {"\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r"}
    return "".join(special.get(c) or ("\\" + c if c in "\\*+?|{[()^$.# " else c) for c in text)


_ESCAPED = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|c([A-Za-z@\[\\\]^_])|([0-7]{2,3})|(.)|\Z)", re.DOTALL)
_CONTROLS = {"a": "\a", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def unescape(text: str) -> str:
    """Text with the escapes of regular expressions resolved: controls, codes, and any other character as itself."""

    def one(match: re.Match[str]) -> str:
        if match[1] or match[2]:
            return chr(int(match[1] or match[2], 16))
        if match[3]:
            return chr(ord(match[3].upper()) & 0x1F)
        if match[4]:
            return chr(int(match[4], 8) & 0xFF)
        if match[5] is None or (match[5].isalnum() and match[5] not in _CONTROLS):
            raise invalid_pattern(text, f"Unrecognized escape sequence \\{match[5] or ''}.")
        return _CONTROLS.get(match[5], match[5])

    return _ESCAPED.sub(one, text)
