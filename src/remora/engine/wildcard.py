"""Wildcard patterns: ``*``, ``?``, ``[set]`` with ranges, backtick escapes. Source: about_Wildcards."""

from __future__ import annotations

import re
from functools import lru_cache

from remora.engine.errors import error

MAGIC = frozenset("*?[")


def has_wildcard(text: str) -> bool:
    """Tell whether the text contains an unescaped wildcard."""
    skip = False
    for char in text:
        if skip:
            skip = False
        elif char == "`":
            skip = True
        elif char in MAGIC:
            return True
    return False


@lru_cache(maxsize=512)
def compile_wildcard(pattern: str, ignore_case: bool = True) -> re.Pattern[str]:
    """The pattern as a regular expression to ``fullmatch``. Raises PSError for an unfinished set.

    What stands between two stars is taken where it comes first and never tried again: no text takes long.
    """
    parts: list[list[str]] = [[]]
    index = 0
    while index < len(pattern):
        char = pattern[index]
        if char == "`" and index + 1 < len(pattern):
            parts[-1].append(re.escape(pattern[index + 1]))
            index += 2
            continue
        if char == "*":
            parts.append([])
        elif char == "?":
            parts[-1].append(".")
        elif char == "[":
            end = pattern.find("]", index + 2)
            if end < 0:
                raise error(
                    f"The specified wildcard character pattern is not valid: {pattern}",
                    "WildcardPattern_Invalid",
                    "InvalidArgument",
                    pattern,
                    type_name="System.Management.Automation.WildcardPatternException",
                )
            parts[-1].append(_set(pattern[index + 1 : end]))
            index = end
        else:
            parts[-1].append(re.escape(char))
        index += 1
    first, *rest = ("".join(part) for part in parts)
    middle = "".join(f"(?>.*?{part})" for part in rest[:-1] if part)
    last = f".*{rest[-1]}" if rest else ""
    return re.compile(f"{first}{middle}{last}", (re.IGNORECASE if ignore_case else 0) | re.DOTALL)


def _set(body: str) -> str:
    escaped = "".join("\\" + char if char in "\\^[]&~|" else char for char in body)
    try:
        re.compile(f"[{escaped}]")
    except re.error:
        escaped = re.escape(body)
    return f"[{escaped}]"


def like(text: str, pattern: str, ignore_case: bool = True) -> bool:
    """``text -like pattern``."""
    return compile_wildcard(pattern, ignore_case).fullmatch(text) is not None


def unescape(text: str) -> str:
    """The text without its backtick escapes."""
    return re.sub(r"`(.)", r"\1", text, flags=re.DOTALL)


def escape(text: str) -> str:
    """The text with wildcard characters escaped."""
    return re.sub(r"([*?\[\]`])", r"`\1", text)


_TOKENS = re.compile(r"`(?P<escaped>.)|\[(?P<set>.[^\]]*)\]|(?P<char>.)", re.DOTALL)


def to_regex(pattern: str) -> str:
    """The pattern as the text of a .NET regular expression to search with: stars at the ends leave it open there."""
    compile_wildcard(pattern)
    out: list[str] = []
    for found in _TOKENS.finditer(pattern):
        if found["set"] is not None:
            out.append(f"[{re.sub(r'([^-])', _in_set, found['set'])}]")
        elif found["escaped"] is not None:
            out.append(_plain(found["escaped"]))
        else:
            out.append({"*": ".*", "?": "."}.get(found["char"], _plain(found["char"])))
    text = "^" + "".join(out) + "$"
    text = text.removeprefix("^.*") if pattern.startswith("*") else text
    if not pattern.endswith("*") or pattern.endswith("`*"):
        return text
    return text.removesuffix(".*$").removesuffix("$")


def _plain(char: str) -> str:
    return "\\" + char if char in "()[.?*{}^$+|\\" else char


def _in_set(found: re.Match[str]) -> str:
    return {"[": "[", "]": r"\]"}.get(found[1], _plain(found[1]))
