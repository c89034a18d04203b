"""Select-String."""

from __future__ import annotations

import os
import posixpath
import re
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import PSError, error
from remora.engine.nothing import NOTHING
from remora.engine.patient import open_reading
from remora.engine.regex.options import IGNORE_CASE
from remora.engine.regex.pattern import Pattern, compile_pattern
from remora.engine.text.encodings import decode_bytes
from remora.engine.types.culture import find_culture
from remora.engine.types.files import FileInfo
from remora.engine.types.registry import unwrap
from remora.engine.validators import ValidateCount, ValidateNotNullOrEmpty, ValidateRange
from remora.modules.common import as_list
from remora.modules.management.failures import os_failure
from remora.modules.management.paths import name_filter, places
from remora.modules.utility.match_info import INPUT, MatchContext, MatchInfo

_SETS: Final = {
    "Object": {"mandatory": True, "pipeline": True},
    "ObjectRaw": {"mandatory": True, "pipeline": True},
}
_FILES: Final = {name: {"position": 1, "mandatory": True, "by_property": True} for name in ("File", "FileRaw")}
_LITERAL: Final = {name: {"mandatory": True, "by_property": True} for name in ("LiteralFile", "LiteralFileRaw")}
_RAW: Final = {name: {"mandatory": True} for name in ("ObjectRaw", "FileRaw", "LiteralFileRaw")}
_FILLED = (ValidateNotNullOrEmpty(),)
_TURKIC: Final = ("tr", "az")
_LINE_END = re.compile(r"\r\n|\r|\n")

# the place of what was found and the matches of the pattern, if it is a regular expression
Found = tuple[tuple[tuple[int, int], ...], list[Any]]


class Window:
    """Keeps matches until the lines after them have come. emit: takes a finished match.

    What a match shows of its neighbours leaves out the lines that another match shows.
    """

    def __init__(self, before: int, after: int, emit: Callable[[MatchInfo], None]) -> None:
        self._after = after
        self._emit = emit
        self._recent: deque[str] = deque(maxlen=before)
        self._unshown: deque[str] = deque(maxlen=before)
        self._showing: MatchContext | None = None
        self._waiting: list[MatchInfo] = []

    def line(self, text: str, match: MatchInfo | None = None) -> None:
        """The next line, and the match it is if it is one."""
        for info in self._waiting:
            if info.context is not None:
                info.context.after.append(text)
        if match is None:
            self._show(text)
        else:
            self._add(match)
        self._recent.append(text)
        while self._waiting and self._is_finished(self._waiting[0]):
            self._emit(self._waiting.pop(0))

    def _show(self, text: str) -> None:
        if self._showing is None:
            self._unshown.append(text)
            return
        self._showing.shown_after.append(text)
        if len(self._showing.shown_after) >= self._after:
            self._showing = None

    def _add(self, match: MatchInfo) -> None:
        context = match.context
        if context is not None:
            context.before = list(self._recent)
            context.shown_before = list(self._unshown)
            self._showing = context if self._after else None
        self._unshown.clear()
        self._waiting.append(match)

    def _is_finished(self, match: MatchInfo) -> bool:
        return match.context is None or len(match.context.after) >= self._after

    def close(self) -> None:
        """There are no more lines."""
        while self._waiting:
            self._emit(self._waiting.pop(0))


@cmdlet(
    "Select-String",
    aliases=("sls",),
    default_set="File",
    output_type=("System.Boolean", "Microsoft.PowerShell.Commands.MatchInfo", "System.String"),
)
class SelectString(Cmdlet):
    """Finds lines that match patterns, in files or in text from the pipeline."""

    culture = Parameter("string", validate=_FILLED)
    input_object = Parameter("psobject", sets=_SETS, default=NOTHING, allow_null=True, allow_empty=True)
    pattern = Parameter("string[]", position=0, mandatory=True)
    path = Parameter("string[]", sets=_FILES)
    literal_path = Parameter("string[]", aliases=("PSPath", "LP"), sets=_LITERAL)
    raw = Parameter("switch", sets=_RAW)
    simple_match = Parameter("switch")
    case_sensitive = Parameter("switch")
    quiet = Parameter("switch", sets=("Object", "File", "LiteralFile"))
    list_ = Parameter("switch", name="List")
    no_emphasis = Parameter("switch")
    include = Parameter("string[]", validate=_FILLED)
    exclude = Parameter("string[]", validate=_FILLED)
    not_match = Parameter("switch")
    all_matches = Parameter("switch")
    encoding = Parameter("System.Text.Encoding", validate=_FILLED)
    context = Parameter("int[]", validate=(*_FILLED, ValidateCount(1, 2), ValidateRange(0, 2147483647)))

    def begin(self) -> None:
        self._check_culture()
        counts = as_list(self.context)
        self._before = int(counts[0]) if counts else 0
        self._after = int(counts[-1]) if counts else 0
        self._searches = [(text, self._search_of(text)) for text in as_list(self.pattern)]
        self._count = 0
        self._done = False
        self._found = False
        self._window = Window(self._before, self._after, self._out)

    def _check_culture(self) -> None:
        if self.culture is None:
            return
        if not self.simple_match:
            raise self.throw(
                error(
                    "You must specify -Culture parameter only with -SimpleMatch parameter.",
                    "CannotSpecifyCultureWithoutSimpleMatch",
                    "InvalidData",
                    type_name="System.InvalidOperationException",
                )
            )
        if self.culture.lower() not in ("ordinal", "invariant", "current"):
            try:
                find_culture(self.culture)
            except PSError as problem:
                raise self.throw(problem) from None

    def _search_of(self, pattern: str) -> Callable[[str], Found | None]:
        if self.simple_match:
            return _plain_search(pattern, not self.case_sensitive, (self.culture or "").lower())
        try:
            compiled = compile_pattern(pattern, 0 if self.case_sensitive else IGNORE_CASE)
        except PSError as problem:
            raise self.throw(
                error(
                    f"The string {pattern} is not a valid regular expression: {problem.record.message}",
                    "InvalidRegex",
                    "InvalidArgument",
                    type_name="System.ArgumentException",
                )
            ) from None
        return _regex_search(compiled, everywhere=bool(self.all_matches and not self.not_match))

    def process(self) -> None:
        if self._done:
            return
        if self.path is not None or self.literal_path is not None:
            self._paths()
            return
        value = unwrap(self.input_object)
        if value is NOTHING or value is None:
            return
        if isinstance(value, FileInfo):
            self._quiet_answer([value.path])
            return
        self._count += 1
        self._object(value)
        if self.quiet and self._found:
            self._done = True

    def _object(self, value: Any) -> None:
        if isinstance(value, MatchInfo):
            self._refuse_context()
            text = value.line
            match = value.filtered() if self._match(text, 0, INPUT) is not None else None
        else:
            text = to_text(value)
            match = self._match(text, self._count, INPUT)
        self._window.line(text, match)

    def _refuse_context(self) -> None:
        if self._before or self._after:
            self._before = self._after = 0
            self._window = Window(0, 0, self._out)
            self.write_warning('The option "Context" is not valid when searching results that are piped from '
                               "Select-String output.")  # fmt: skip

    def _paths(self) -> None:
        found: list[str] = []
        for place in places(self, self.path, self.literal_path):
            if place.is_file_system:
                if not os.path.isdir(place.path):
                    found.append(place.path)
            else:
                self.fail(
                    f"Cannot open the file because the current provider ({place.drive.provider}) cannot open files.",
                    "ProcessingFile",
                    "InvalidArgument",
                    type_name="System.ArgumentException",
                )
        self._quiet_answer(found)

    def _quiet_answer(self, paths: list[str]) -> None:
        wanted = name_filter(self)
        for path in paths:
            if wanted(posixpath.basename(path)):
                self._found = False
                self._file(path)
                if self.quiet and self._found:
                    return
        if self.quiet:
            self.emit(None if self.list_ else False)

    def _file(self, path: str) -> None:
        try:
            with open_reading(path) as file:
                text = decode_bytes(file.read(), self.encoding)
        except OSError as problem:
            failure = os_failure(problem, path, "ProcessingFile").record
            failure.exception.message = f"The file {path} cannot be read: {failure.exception.message}"
            failure.category = "InvalidArgument"
            self.write_error(failure)
            return
        lines = _LINE_END.split(text)
        if lines and not lines[-1]:
            lines.pop()
        window = Window(self._before, self._after, self._out)
        for number, line in enumerate(lines, 1):
            self.check_stop()
            window.line(line, self._match(line, number, path))
            if self._found and (self.quiet or self.list_):
                return
        window.close()

    def _match(self, line: str, number: int, path: str) -> MatchInfo | None:
        pattern, found = self._searches[0][0], None
        for text, search in self._searches:
            found = search(line)
            if found is not None:
                pattern = text
                break
        if (found is None) is not bool(self.not_match):
            return None
        marks, matches = ((), []) if found is None or self.not_match else found
        return MatchInfo(
            line=line,
            number=number,
            path=path,
            pattern=self._searches[0][0] if self.not_match else pattern,
            ignore_case=not self.case_sensitive,
            matches=matches,
            context=MatchContext() if self._before or self._after else None,
            marks=() if self.no_emphasis else marks,
        )

    def _out(self, match: MatchInfo) -> None:
        if self._found and (self.quiet or self.list_) and match.path != INPUT:
            return
        self._found = True
        if self.raw:
            self.emit(match.line)
        elif self.quiet and not self.list_:
            if not self._done:
                self._done = match.path == INPUT
                self.emit(True)
        else:
            self.emit(match)

    def end(self) -> None:
        self._window.close()


def _regex_search(pattern: Pattern, *, everywhere: bool) -> Callable[[str], Found | None]:
    from remora.engine.types.matchtypes import MatchObject

    def search(line: str) -> Found | None:
        if everywhere:
            found = list(pattern.matches(line))
        else:
            first = pattern.find(line)
            found = [] if first is None else [first]
        if not found:
            return None
        marks = tuple((match.start, match.end - match.start) for match in found)
        return marks, [MatchObject(match) for match in found]

    return search


def _plain_search(pattern: str, ignore_case: bool, culture: str) -> Callable[[str], Found | None]:
    """A search for plain text; in Turkic cultures a dotless i is no i."""
    turkic = ignore_case and culture.partition("-")[0] in _TURKIC
    flags = re.IGNORECASE if ignore_case and not turkic else 0
    compiled = re.compile(re.escape(_turkic(pattern) if turkic else pattern), flags)

    def search(line: str) -> Found | None:
        match = compiled.search(_turkic(line) if turkic else line)
        return None if match is None else (((match.start(), match.end() - match.start()),), [])

    return search


def _turkic(text: str) -> str:
    return text.replace("I", "ı").replace("İ", "i").lower()


CMDLETS = (SelectString,)
