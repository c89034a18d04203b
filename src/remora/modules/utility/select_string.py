"""Select-String."""

from __future__ import annotations

import os
import posixpath
import re
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.nothing import NOTHING
from remora.engine.regex import compile_pattern
from remora.engine.text.encodings import decode_bytes
from remora.modules.common import as_list, declare_attributes, get
from remora.modules.management.failures import os_failure
from remora.modules.management.paths import name_filter, places

_INPUT = "InputStream"


@dataclass(slots=True, kw_only=True)
class MatchInfo(NetObject):
    """One matching line. path: InputStream for objects from the pipeline. folder: what shown paths are relative to."""

    line: str
    line_number: int
    path: str
    pattern: str
    ignore_case: bool
    matches: list[Any]
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    context: bool = False
    folder: str = "/"

    def net_text(self) -> str:
        if self.path == _INPUT and not self.context:
            return self.line
        prefix = "> " if self.context else ""
        lines = [
            *(self._shown("  ", self.line_number - len(self.before) + at, text) for at, text in enumerate(self.before)),
            self._shown(prefix, self.line_number, self.line),
            *(self._shown("  ", self.line_number + 1 + at, text) for at, text in enumerate(self.after)),
        ]
        return "\n".join(lines)

    def _shown(self, prefix: str, number: int, text: str) -> str:
        return (
            f"{prefix}{text}" if self.path == _INPUT else f"{prefix}{_relative(self.path, self.folder)}:{number}:{text}"
        )


def _relative(path: str, folder: str) -> str:
    return os.path.relpath(path, folder) if path.startswith(folder.rstrip("/") + "/") else path


MatchInfo.net_type = NetType("Microsoft.PowerShell.Commands.MatchInfo", OBJECT)
declare_attributes(
    MatchInfo.net_type,
    ("IgnoreCase", "ignore_case", "System.Boolean"),
    ("LineNumber", "line_number", "System.UInt64"),
    ("Line", "line", "System.String"),
    ("Path", "path", "System.String"),
    ("Pattern", "pattern", "System.String"),
    ("Matches", "matches", "System.Text.RegularExpressions.Match[]"),
)


@MatchInfo.net_type.property("Filename", "System.String")
def _filename(self: MatchInfo) -> Any:
    return posixpath.basename(self.path)


@MatchInfo.net_type.property("Context")
def _context(self: MatchInfo) -> Any:
    from remora.modules.common import custom

    if not self.context:
        return None
    return custom(PreContext=self.before, PostContext=self.after)


@cmdlet("Select-String", aliases=("sls",), default_set="File", output_type=("Microsoft.PowerShell.Commands.MatchInfo",))
class SelectString(Cmdlet):
    """Finds lines that match patterns, in files or in text from the pipeline."""

    pattern = Parameter("string[]", position=0, mandatory=True)
    path = Parameter("string[]", sets={"File": {"position": 1, "by_property": True}, "FileRaw": {"position": 1}})
    literal_path = Parameter(
        "string[]", aliases=("PSPath", "LP"), sets={"LiteralFile": {"mandatory": True, "by_property": True}}
    )
    input_object = Parameter(
        "psobject", sets={"Object": {"mandatory": True, "pipeline": True}}, default=NOTHING, allow_null=True
    )
    simple_match = Parameter("switch")
    case_sensitive = Parameter("switch")
    quiet = Parameter("switch")
    list_ = Parameter("switch", name="List")
    no_emphasis = Parameter("switch")
    include = Parameter("string[]")
    exclude = Parameter("string[]")
    not_match = Parameter("switch")
    all_matches = Parameter("switch")
    encoding = Parameter("object")
    context = Parameter("int[]")
    raw = Parameter("switch")
    culture = Parameter("string")

    def begin(self) -> None:
        flags = 0 if self.case_sensitive else re.IGNORECASE
        self._patterns = [
            (text, re.compile(re.escape(text), flags) if self.simple_match else compile_pattern(text, flags))
            for text in as_list(self.pattern)
        ]
        counts = as_list(self.context)
        self._before = int(counts[0]) if counts else 0
        self._after = int(counts[1] if len(counts) > 1 else counts[0]) if counts else 0
        self._found = False
        self._seen = 0
        self._recent: deque[str] = deque(maxlen=self._before or None)
        self._waiting: list[tuple[MatchInfo, int]] = []

    def process(self) -> None:
        value = self.input_object
        if value is NOTHING:
            self._files(self.path, self.literal_path)
        elif value is not None:
            name = get(value, "PSPath") if not isinstance(value, str) else None
            if name is not None and get(value, "Length") is not None:
                self._files(None, [to_text(get(value, "FullName") or name)])
            else:
                for line in to_text(value).splitlines() or [""] if isinstance(value, str) else [to_text(value)]:
                    self._seen += 1
                    self._line(line, self._seen, _INPUT)

    def _files(self, path: Any, literal_path: Any) -> None:
        wanted = name_filter(self)
        for place in places(self, path, literal_path):
            if not place.is_file_system or os.path.isdir(place.path) or not wanted(posixpath.basename(place.path)):
                continue
            try:
                with open(place.path, "rb") as file:
                    lines = decode_bytes(file.read(), self.encoding).splitlines()
            except OSError as problem:
                self.write_error(os_failure(problem, place.path, "ProcessingFile").record)
                continue
            self._recent.clear()
            for number, line in enumerate(lines, 1):
                if self._line(line, number, place.path) and (self.list_ or self.quiet):
                    break
            self._release(everything=True)

    def _line(self, line: str, number: int, path: str) -> bool:
        """Look at one line; True when it counts as found."""
        self._release(line)
        hit = self._search(line)
        wanted = (hit is None) if self.not_match else hit is not None
        if wanted:
            self._found = True
            self._emit_match(line, number, path, hit)
        if self._before:
            self._recent.append(line)
        return wanted

    def _search(self, line: str) -> tuple[str, list[Any]] | None:
        for text, pattern in self._patterns:
            found = (
                list(pattern.finditer(line))
                if self.all_matches
                else [match for match in [pattern.search(line)] if match]
            )
            if found:
                return text, found
        return None

    def _emit_match(self, line: str, number: int, path: str, hit: tuple[str, list[Any]] | None) -> None:
        if self.quiet:
            return
        if self.raw:
            self.emit(line)
            return
        text, found = hit if hit is not None else (self._patterns[0][0], [])
        info = MatchInfo(
            line=line,
            line_number=number,
            path=path,
            pattern=text,
            ignore_case=not self.case_sensitive,
            matches=_wrapped(found),
            before=list(self._recent) if self._before else [],
            context=self.context is not None,
            folder=self.session.file_location,
        )  # fmt: skip
        if self._after:
            self._waiting.append((info, self._after))
        else:
            self.emit(info)

    def _release(self, line: str | None = None, *, everything: bool = False) -> None:
        """Give waiting matches their following lines, and let go of those that have enough."""
        still: list[tuple[MatchInfo, int]] = []
        for info, missing in self._waiting:
            if line is not None:
                info.after.append(line)
                missing -= 1
            if missing <= 0 or everything:
                self.emit(info)
            else:
                still.append((info, missing))
        self._waiting = still

    def end(self) -> None:
        self._release(everything=True)
        if self.quiet:
            self.emit(self._found)


def _wrapped(matches: list[Any]) -> list[Any]:
    """Matches as scripts see them."""
    from remora.engine.types.regextypes import MatchObject

    return [MatchObject(match) for match in matches]


CMDLETS = (SelectString,)
