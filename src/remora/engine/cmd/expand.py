"""Variable expansion of cmd: ``%NAME%`` before a line is parsed, ``%i`` and ``!NAME!`` when a command runs."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence

_REFERENCE = re.compile(r"%([^%\r\n:]+)(?::([^%\r\n]*))?%")
_DELAYED = re.compile(r"!([^!\r\n:]+)(?::([^!\r\n]*))?!")
_SLICE = re.compile(r"~(-?\d+)?(?:,(-?\d+)?)?\Z")
_ARGUMENT = re.compile(r"%(?:~([fdpnxsz]*))?(\d)")
_LOOP = re.compile(r"%(?:~([fdpnxsz]*))?([A-Za-z])")

Lookup = Callable[[str], str | None]


def _modified(value: str, modifier: str | None) -> str:
    """``%NAME:a=b%`` and ``%NAME:~n,m%`` applied to a value."""
    if not modifier:
        return value
    cut = _SLICE.match(modifier)
    if cut:
        start = int(cut[1] or 0)
        start = max(len(value) + start, 0) if start < 0 else start
        if cut[2] is None:
            return value[start:]
        length = int(cut[2])
        return value[start:length] if length < 0 else value[start : start + length]
    old, separator, new = modifier.partition("=")
    if not separator or not old:
        return value
    if old.startswith("*") and len(old) > 1:
        found = re.search(re.escape(old[1:]), value, re.IGNORECASE)
        return new + value[found.end() :] if found else value
    return re.sub(re.escape(old), lambda _: new, value, flags=re.IGNORECASE)


def expand_line(line: str, lookup: Lookup) -> str:
    """Expansion at the prompt and for ``cmd /c``: an undefined ``%NAME%`` stays as it is written."""

    def replace(match: re.Match[str]) -> str:
        value = lookup(match[1])
        return match[0] if value is None else _modified(value, match[2])

    return _substitute(line, replace)


def _substitute(line: str, replace: Callable[[re.Match[str]], str]) -> str:
    """Like re.sub, but a reference that stays unresolved gives back its closing percent sign for the next one."""
    parts: list[str] = []
    position = 0
    while match := _REFERENCE.search(line, position):
        parts.append(line[position : match.start()])
        text = replace(match)
        if text == match[0]:
            parts.append(match[0][:-1])
            position = match.end() - 1
        else:
            parts.append(text)
            position = match.end()
    parts.append(line[position:])
    return "".join(parts)


def expand_batch(line: str, lookup: Lookup, arguments: Sequence[str]) -> str:
    """Expansion in a batch file: ``%%`` is a percent sign, ``%0``-``%9``, ``%*`` arguments; undefined names vanish."""
    parts: list[str] = []
    position = 0
    while (start := line.find("%", position)) >= 0:
        parts.append(line[position:start])
        if line.startswith("%%", start):
            parts.append("%")
            position = start + 2
        elif line.startswith("%*", start):
            parts.append(" ".join(arguments[1:]))
            position = start + 2
        elif argument := _ARGUMENT.match(line, start):
            index = int(argument[2])
            text = arguments[index] if index < len(arguments) else ""
            parts.append(text if argument[1] is None else path_parts(text, argument[1]))
            position = argument.end()
        elif reference := _REFERENCE.match(line, start):
            value = lookup(reference[1])
            parts.append("" if value is None else _modified(value, reference[2]))
            position = reference.end()
        else:
            position = start + 1
    parts.append(line[position:])
    return "".join(parts)


def expand_loop(text: str, variables: Mapping[str, str]) -> str:
    """``%i`` and ``%~nxi`` of the running FOR loops; names are case-sensitive as in cmd."""
    if not variables or "%" not in text:
        return text

    def replace(match: re.Match[str]) -> str:
        modifiers, name = match[1], match[2]
        if modifiers and name not in variables and modifiers[-1] in variables:
            modifiers, name = modifiers[:-1], modifiers[-1]
            return path_parts(variables[name], modifiers) + match[2]
        if name not in variables:
            return match[0]
        return variables[name] if modifiers is None else path_parts(variables[name], modifiers)

    return _LOOP.sub(replace, text)


def expand_delayed(text: str, lookup: Lookup) -> str:
    """``!NAME!`` after ``setlocal enabledelayedexpansion``; undefined names vanish."""
    return _DELAYED.sub(lambda match: _modified(lookup(match[1]) or "", match[2]), text)


def path_parts(text: str, modifiers: str) -> str:
    """``%~dpnx1``: quotes off, then the parts asked for (full, drive, path, name, extension, size)."""
    plain = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    if not modifiers:
        return plain
    full = os.path.abspath(plain.replace("\\", "/"))
    head, tail = os.path.split(full)
    stem, extension = os.path.splitext(tail)
    if "z" in modifiers:
        try:
            return str(os.stat(full).st_size)
        except OSError:
            return ""
    if "f" in modifiers:
        return full
    folder = (head if head.endswith("/") else head + "/") if "p" in modifiers else ""
    return folder + (stem if "n" in modifiers else "") + (extension if "x" in modifiers else "")
