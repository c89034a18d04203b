"""Paths: files and directories, and the items of other drives."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from remora.engine.completion.results import CompletionResult, begins
from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true
from remora.engine.drives import FLAT
from remora.engine.enumeration import items_of
from remora.engine.errors import PSError
from remora.engine.members.properties import get_member

if TYPE_CHECKING:
    from remora.engine.completion.scan import Word
    from remora.engine.context import EngineContext

_QUOTED: Final = frozenset(" '\"`$(){}[];,|&<>‘’‚‛“”„")
_FIRST: Final = "@#"
_DOUBLE: Final = '"“”„'
_PATTERN: Final = frozenset("*?[]")


def complete(
    context: EngineContext, word: Word, *, call: bool = False, relative: bool | None = None
) -> list[CompletionResult]:
    """Entries of the directory that the word names, beginning with its last part. call: it would be run. relative: they
    are told from here or as a whole; None: as the word begins.
    """
    text = word.content
    if text.startswith("-"):
        return []
    head, slash, last = text.replace("\\", "/").rpartition("/")
    if not slash and ":" in last:
        head, slash, last = last.rpartition(":")
    base = head + slash
    try:
        target = context.drives.resolve(base or ".")
    except PSError:
        return []
    if not target.is_file_system:
        return [_result(word, base, name, container, call) for name, container in _items(context, base, last)]
    try:
        with os.scandir(target.path) as entries:
            found = [(entry.name, entry.is_dir()) for entry in entries if _wanted(entry.name, last)]
    except (OSError, ValueError):
        return []
    shown = base or "./"
    if relative is not None:
        shown = target.path.rstrip("/") + "/"
        if relative:
            here = os.path.relpath(target.path, context.drives.file_place.path)
            shown = {".": "./"}.get(here, f"{here}/" if here.startswith("..") else f"./{here}/")
    return [_result(word, shown, name, directory, call) for name, directory in sorted(found, key=_key)]


def _items(context: EngineContext, base: str, last: str) -> list[tuple[str, bool]]:
    """Names and kinds of the items of another drive, in the order of the drive."""
    block = context.make_block("param($Path) Get-ChildItem -LiteralPath $Path -ErrorAction Ignore")
    try:
        found = list(items_of(block.invoke(base or ".")))
    except PSError:
        return []
    out: list[tuple[str, bool]] = []
    for item in found:
        path = to_text(get_member(item, "PSPath")).rpartition("::")[2]
        name = path if context.drives.resolve(base or ".").drive.provider in FLAT else path.rpartition("/")[2]
        if begins(name, last):
            out.append((name, is_true(get_member(item, "PSIsContainer"))))
    return out


def _key(entry: tuple[str, bool]) -> tuple[bool, str]:
    return not entry[1], entry[0].lower()


def _wanted(name: str, last: str) -> bool:
    if name.startswith(".") and not last.startswith("."):
        return False
    return begins(name, last)


def _result(word: Word, base: str, name: str, directory: bool, call: bool) -> CompletionResult:
    text = base + name
    if not call and _PATTERN & set(name):
        text = base + "".join("`" + char if char in _PATTERN else char for char in name)
    if word.quote or _QUOTED & set(text) or text[0] in _FIRST:
        text = _quoted(text, word.quote or "'")
        if call:
            text = "& " + text
    return CompletionResult(text, name, "ProviderContainer" if directory else "ProviderItem", base + name)


def _quoted(text: str, quote: str) -> str:
    if quote in _DOUBLE:
        return quote + "".join("`" + char if char in f"`${_DOUBLE}" else char for char in text) + quote
    return f"{quote}{text.replace(quote, quote * 2)}{quote}"
