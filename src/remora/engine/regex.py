""".NET regular expressions on Python's ``re``: translation of patterns and replacements. What cannot be done says
so.
"""

from __future__ import annotations

import re
import sys
import unicodedata
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from remora.engine.errors import PSError, error
from remora.engine.exception_types import exception

_NAME: Final = re.compile(r"[^\W\d]\w*|\d+")
_INLINE: Final = re.compile(r"\(\?([imnsx]*)(?:-([imnsx]*))?(\)|:)")
_PROPERTY: Final = re.compile(r"\\([pP])\{([A-Za-z]+)\}")
_SIMPLE_ESCAPES: Final = {"e": r"\x1b", "z": r"\Z", "Z": r"(?=\n?\Z)"}


def invalid_pattern(pattern: str, reason: str) -> PSError:
    """The error of a pattern that is not one."""
    inner = exception(f"Invalid pattern '{pattern}'. {reason}", "System.Text.RegularExpressions.RegexParseException")
    return error(f'parsing "{pattern}" - {reason}', "InvalidRegularExpression", "InvalidArgument", pattern, inner=inner)


class _Translator:
    """One pass over a .NET pattern."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.pos = 0
        self.out: list[str] = []
        self.closers: list[str] = [""]
        self.names: set[str] = set()

    def run(self) -> str:
        pattern = self.pattern
        while self.pos < len(pattern):
            char = pattern[self.pos]
            if char == "\\":
                self._escape()
            elif char == "[":
                self._set()
            elif char == "(":
                self._group()
            elif char == ")":
                if len(self.closers) == 1:
                    raise invalid_pattern(pattern, "Too many )'s.")
                self.out.append(self.closers.pop())
                self.pos += 1
            elif char == "{" and not re.match(r"\{\d+(,\d*)?\}", pattern[self.pos :]):
                self.out.append(r"\{")
                self.pos += 1
            else:
                self.out.append(char)
                self.pos += 1
        if len(self.closers) > 1:
            raise invalid_pattern(pattern, "Not enough )'s.")
        return "".join(self.out) + self.closers[0]

    def _escape(self) -> None:
        pattern = self.pattern
        after = pattern[self.pos + 1 : self.pos + 2]
        if after == "":
            raise invalid_pattern(pattern, r"Illegal \ at end of pattern.")
        match = _PROPERTY.match(pattern, self.pos)
        if match is not None:
            self.out.append(f"[{'^' if match[1] == 'P' else ''}{category_ranges(match[2], pattern)}]")
            self.pos = match.end()
            return
        if after == "k":
            named = re.match(r"\\k(?:<(\w+)>|'(\w+)')", pattern[self.pos :])
            if named is None:
                raise invalid_pattern(pattern, r"Malformed \k<...> named back reference.")
            self.out.append(f"(?P={named[1] or named[2]})")
            self.pos += named.end()
            return
        if after == "G":
            raise invalid_pattern(pattern, r"\G is not supported by this engine.")
        if after == "c" and self.pos + 2 < len(pattern):
            self.out.append(f"\\x{ord(pattern[self.pos + 2].upper()) ^ 64:02x}")
            self.pos += 3
            return
        replacement = _SIMPLE_ESCAPES.get(after)
        if replacement is not None:
            self.out.append(replacement)
        elif after.isalpha() and after not in "abBdDsSwWfnrtvxuAZ":
            raise invalid_pattern(pattern, f"Unrecognized escape sequence \\{after}.")
        else:
            self.out.append("\\" + after)
        self.pos += 2

    def _set(self) -> None:
        text, end, subtracted = self._read_set(self.pos)
        self.out.append(f"(?!{subtracted}){text}" if subtracted else text)
        self.pos = end

    def _read_set(self, start: int) -> tuple[str, int, str]:
        pattern = self.pattern
        index = start + 1
        out = ["["]
        if pattern[index : index + 1] == "^":
            out.append("^")
            index += 1
        first = index
        while index < len(pattern):
            char = pattern[index]
            if char == "]" and index > first:
                return "".join(out) + "]", index + 1, ""
            if char == "-" and pattern[index + 1 : index + 2] == "[" and index > first:
                inner, end, nested = self._read_set(index + 1)
                if pattern[end : end + 1] != "]":
                    raise invalid_pattern(pattern, "A subtraction must be the last element in a character class.")
                return "".join(out) + "]", end + 1, f"(?!{nested}){inner}" if nested else inner
            if char == "\\":
                match = _PROPERTY.match(pattern, index)
                if match is not None:
                    if match[1] == "P":
                        raise invalid_pattern(
                            pattern, r"\P{} inside a character class is not supported by this engine."
                        )
                    out.append(category_ranges(match[2], pattern))
                    index = match.end()
                    continue
                after = pattern[index + 1 : index + 2]
                out.append(_SIMPLE_ESCAPES["e"] if after == "e" else "\\" + after)
                index += 2
                continue
            out.append("\\" + char if char in "[&|~" or (char == "]" and index == first) else char)
            index += 1
        raise invalid_pattern(pattern, "Unterminated [] set.")

    def _group(self) -> None:
        pattern = self.pattern
        if not pattern.startswith("(?", self.pos):
            self._open("(", 1)
            return
        if pattern.startswith("(?#", self.pos):
            end = pattern.find(")", self.pos)
            self.pos = len(pattern) if end < 0 else end + 1
            return
        named = re.match(r"\(\?(?:<([^=!>][^>]*)>|'([^']+)')", pattern[self.pos :])
        if named is not None:
            name = named[1] or named[2]
            if "-" in name or not _NAME.fullmatch(name):
                raise invalid_pattern(pattern, f"The group '{name}' is not supported by this engine.")
            if name.isdigit():
                self._open("(", named.end())
            elif name in self.names:
                raise invalid_pattern(pattern, f"The repeated group name '{name}' is not supported by this engine.")
            else:
                self.names.add(name)
                self._open(f"(?P<{name}>", named.end())
            return
        inline = _INLINE.match(pattern, self.pos)
        if inline is not None:
            self._options(inline)
            return
        head = re.match(r"\(\?(?:<=|<!|[:=!>(])?", pattern[self.pos :])
        assert head is not None
        if head[0] == "(?":
            raise invalid_pattern(pattern, "Unrecognized grouping construct.")
        if head[0] == "(?(":
            self._open("(?(", 3)
            return
        self._open(head[0], len(head[0]))

    def _open(self, text: str, length: int) -> None:
        self.out.append(text)
        self.closers.append(")")
        self.pos += length

    def _options(self, inline: re.Match[str]) -> None:
        on, off = inline[1].replace("n", ""), (inline[2] or "").replace("n", "")
        flags = on + (f"-{off}" if off else "")
        self.pos = inline.end()
        if inline[3] == ":":
            self.out.append(f"(?{flags}:")
            self.closers.append(")")
        elif flags:
            self.out.append(f"(?{flags}:")
            self.closers[-1] = ")" + self.closers[-1]


@lru_cache(maxsize=64)
def category_ranges(name: str, pattern: str = "") -> str:
    """Ranges of the characters of a Unicode category (``L``, ``Lu``, ``IsGreek`` is refused), for use inside
    brackets.
    """
    if len(name) > 2:
        raise invalid_pattern(pattern, f"Unknown property '{name}'.")
    parts: list[str] = []
    begin = -1
    for code in range(min(sys.maxunicode, 0xFFFF) + 2):
        inside = code <= 0xFFFF and unicodedata.category(chr(code)).startswith(name)
        if inside and begin < 0:
            begin = code
        elif not inside and begin >= 0:
            parts.append(f"\\u{begin:04x}" if begin == code - 1 else f"\\u{begin:04x}-\\u{code - 1:04x}")
            begin = -1
    if not parts:
        raise invalid_pattern(pattern, f"Unknown property '{name}'.")
    return "".join(parts)


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Compile a .NET pattern; flags of ``re``. Raises PSError."""
    translated = _Translator(pattern).run()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(translated, flags)
    except (re.error, OverflowError, RecursionError) as problem:
        raise invalid_pattern(pattern, str(problem).capitalize() + ".") from None


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
        return (match[match.re.groups] or "") if match.re.groups else match[0]
    if part[6]:
        return match.string
    return _group_text(part, match)


def _group_text(part: re.Match[str], match: re.Match[str]) -> str:
    name = part[7] or part[8]
    if name.isdigit():
        for length in range(len(name), 0, -1):
            if int(name[:length]) <= match.re.groups:
                return (match[int(name[:length])] or "") + name[length:]
        return part[0]
    return (match[name] or "") if name in match.re.groupindex else part[0]


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
