"""The argument vector of a native program: arrays, quotes, file name wildcards, ``~``, ``--%`` and the three styles of
``$PSNativeCommandArgumentPassing``.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from remora.engine.arguments import NativeWord
from remora.engine.convert.text import to_text
from remora.engine.drives import FILE_SYSTEM
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.errors import PSError
from remora.engine.nettype import NetType
from remora.engine.types import registry
from remora.engine.types.registry import unwrap
from remora.engine.wildcard import has_wildcard

if TYPE_CHECKING:
    from remora.engine.frame import Frame

STYLES: Final = NetType(
    "System.Management.Automation.NativeArgumentPassingStyle",
    registry.ENUM,
    enum={"Legacy": 0, "Standard": 1, "Windows": 2},
)
# Programs that read their command line in a way of their own: the style Windows gives them the old form.
_OWN_WAY: Final = frozenset(("cmd", "cscript", "find", "sqlcmd", "wscript"))
_OWN_SUFFIXES: Final = (".js", ".wsf", ".cmd", ".bat", ".vbs")


def program_arguments(f: Frame, words: Sequence[NativeWord], verbatim: str | None, program: str) -> list[str]:
    """The argument vector after the program's name. verbatim: what follows ``--%``."""
    style = argument_style(f)
    if style == "Windows" and _reads_own_way(program):
        style = "Legacy"
    out = _Arguments(f, legacy=style == "Legacy")
    for word in words:
        out.word(word)
    if verbatim is not None:
        out.verbatim(verbatim)
    return out.finished()


def argument_style(f: Frame) -> str:
    """Legacy, Standard or Windows by the variable; what is none of them counts as Legacy."""
    value = f.scope.get("psnativecommandargumentpassing")
    if value is None:
        return "Standard"
    text = to_text(value).lower()
    names = STYLES.enum or {}
    return next((name for name, number in names.items() if text in (name.lower(), str(number))), "Legacy")


def _reads_own_way(program: str) -> bool:
    name = posixpath.basename(program).lower()
    return name.removesuffix(".exe") in _OWN_WAY or name.endswith(_OWN_SUFFIXES)


class _Arguments:
    """Collects words as a vector, and for the old style as the command line that is taken apart again."""

    def __init__(self, f: Frame, *, legacy: bool) -> None:
        self._f = f
        self._legacy = legacy
        self._vector: list[str] = []
        self._line: list[str] = []

    def finished(self) -> list[str]:
        return _split("".join(self._line)) if self._legacy else self._vector

    def word(self, word: NativeWord) -> None:
        """One element of the call: a text, a parameter, a value, an array."""
        if self._line:
            self._line.append(" ")
        if word.name:
            if word.spaced or not word.has_value:
                self._glob(word.name, "", quoted=False)
                self._line.append(" " if word.spaced else "")
            else:
                self._line.append(word.name)
        if word.has_value:
            self._value(word, "" if word.spaced else word.name)

    def verbatim(self, text: str) -> None:
        """What follows ``--%``: %NAME% is expanded, spaces outside of double quotes divide."""
        for name, value in os.environ.items():
            text = text.replace(f"%{name}%", value)
        self._line.append(" " + text)
        self._vector.extend(_split(text))

    def _value(self, word: NativeWord, head: str) -> None:
        value = word.value
        single = not is_enumerable(value)
        for index, item in enumerate((value,) if single else items_of(value)):
            text = "" if item is None else to_text(item)
            if index:
                self._line.append(word.separators[index - 1] if index <= len(word.separators) else " ")
            if not text:
                if unwrap(item) is not None:
                    self._vector.append(head + text)
            elif needs_quotes(text):
                trailing = len(text) - len(text.rstrip("\\"))
                self._line.append('"' + text + "\\" * trailing + '"')
                self._vector.append(head + text)
            elif word.array is not None and not self._legacy:
                for part in word.array.split(" "):
                    if part:
                        self._glob(part, head, quoted=False)
                return
            else:
                self._glob(text, head, quoted=word.quoted)

    def _glob(self, text: str, head: str, *, quoted: bool) -> None:
        """Add a word; unquoted wildcards become the file names they match, ``~`` the home directory."""
        found: list[str] = []
        if not quoted and has_wildcard(text):
            found = self._files(text)
        elif not quoted and (text == "~" or text.startswith("~/")):
            found = [self._f.context.drives.providers[FILE_SYSTEM].home + text[1:]]
        for path in found or [text]:
            self._vector.append(head + path)
        self._line.append(" ".join(f'"{path}"' if needs_quotes(path) else path for path in found or [text]))

    def _files(self, text: str) -> list[str]:
        """Paths of the files a pattern matches, in the form of the pattern; none outside the file system."""
        from remora.engine.invoke import call_command

        drives = self._f.context.drives
        if not drives.current.is_file_system or self._f.context.commands.find("Get-ChildItem") is None:
            return []
        try:
            found = call_command(
                self._f, "Microsoft.PowerShell.Management\\Get-ChildItem", [], {"Path": text, "ErrorAction": "Ignore"}
            )
        except PSError:
            return []
        paths = [getattr(item, "path", None) for item in found]
        if not all(isinstance(path, str) for path in paths):
            return []
        full = [str(path) for path in paths]
        if text.startswith(("~", "/")):
            return full
        return [os.path.relpath(path, drives.file_location) for path in full]


def _split(line: str) -> list[str]:
    from remora.engine.cmd.programs import split_arguments

    return split_arguments(line)


def needs_quotes(text: str) -> bool:
    """Tell whether a command line must quote the text: there is a space outside of quotes."""
    quotes, escaped = 0, False
    for char in text:
        if char == '"' and not escaped:
            quotes += 1
        elif char.isspace() and quotes % 2 == 0:
            return True
        escaped = char == "\\"
    return False


def style_converter(value: Any) -> Any:
    """What is assigned to $PSNativeCommandArgumentPassing must be one of the styles."""
    from remora.engine.compile.assign import metadata_converter
    from remora.engine.types.typeref import require

    return metadata_converter(require(STYLES.name))(value)
