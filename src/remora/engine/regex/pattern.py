"""Compiled patterns: search, replace, split as .NET does."""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final

from remora.engine.regex import nodes as n
from remora.engine.regex import options as o
from remora.engine.regex.cost import longest_text
from remora.engine.regex.failures import out_of_memory, timed_out, unsupported_pattern
from remora.engine.regex.guard import MatchTimeoutError, guarded
from remora.engine.regex.match import Match
from remora.engine.regex.parser import TOO_DEEP, parse
from remora.engine.regex.writer import Style, Writer, ignores_case, is_native

_BATCH: Final = 4096
_BATCH_SECONDS: Final = 0.05


class Pattern:
    """A pattern for searching. text: as given; groups: in .NET's numbers; timeout: seconds after which a search is an
    error. Searches raise PSError RegexMatchTimeoutException and OutOfMemory, and PipelineStopped.
    """

    def __init__(self, text: str, options: int = 0, timeout: float | None = None) -> None:
        self.text = text
        self.options = options
        self.timeout = timeout
        self._node, self.groups = parse(text, options)
        self.backwards = bool(options & o.RIGHT_TO_LEFT)
        self._looks_past = self.backwards and n.looks_around(self._node)
        self._compiled: dict[Style, Any] = {}
        self._native: re.Pattern[str] | None = None
        try:
            self._longest = longest_text(self._node, self.backwards)
            self._never_empty = n.least_width(self._node) > 0
            if self._longest and not self.backwards and is_native(self._node):
                self._native = self._compile(Style.NATIVE)
            else:
                self._compile(Style.ASCII)
        except RecursionError:
            raise unsupported_pattern(text, TOO_DEEP) from None

    def _compile(self, style: Style) -> Any:
        found = self._compiled.get(style)
        if found is None:
            cases = ignores_case(self._node) if style is not Style.NATIVE else set()
            ignore_case = cases == {True}
            try:
                text = Writer(self.groups, style, ignore_case).write(self._node)
                found = re.compile(text) if style is Style.NATIVE else self._compile_library(text, ignore_case)
            except RecursionError:
                raise unsupported_pattern(self.text, TOO_DEEP) from None
            except (re.error, OverflowError, ValueError) as problem:
                raise unsupported_pattern(self.text, f"one of its parts ({problem})") from None
            self._compiled[style] = found
        return found

    def _compile_library(self, text: str, ignore_case: bool) -> Any:
        import regex

        flags = regex.VERSION0 | (regex.IGNORECASE if ignore_case else 0) | (regex.REVERSE if self.backwards else 0)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return regex.compile(text, flags, cache_pattern=False)
        except regex.error as problem:
            raise ValueError(str(problem).partition(" at position")[0]) from None

    def with_timeout(self, timeout: float | None) -> Pattern:
        """The same pattern with a time limit."""
        if timeout == self.timeout:
            return self
        other = Pattern.__new__(Pattern)
        other.__dict__.update(self.__dict__, timeout=timeout)
        return other

    # -- searching -----------------------------------------------------------------------------------------------------

    def find(self, text: str, start: int | None = None, offset: int = 0) -> Match | None:
        """The first match from a place on; backwards the first before it."""
        native = self._native
        if native is not None and len(text) <= self._longest and text.isascii():
            found = native.search(text, start or 0)
        else:
            found = self._search(text, start)
        return None if found is None else Match(found, self, offset)

    def is_match(self, text: str, start: int | None = None) -> bool:
        """Tell whether there is a match."""
        native = self._native
        if native is not None and len(text) <= self._longest and text.isascii():
            return native.search(text, start or 0) is not None
        return self._search(text, start) is not None

    def _search(self, text: str, start: int | None) -> Any:
        length = len(text)
        if length <= self._longest:
            if self._native is not None and text.isascii():
                return self._native.search(text, start or 0)
            return self._library(text).search(text, *self._bounds(start))
        compiled, bounds = self._library(text), self._bounds(start)
        return self._guarded(lambda limit: compiled.search(text, *bounds, timeout=limit, concurrent=True), text)

    def _guarded(self, search: Callable[[float], Any], text: str) -> Any:
        try:
            return guarded(search, len(text), self.timeout)
        except MatchTimeoutError:
            assert self.timeout is not None
            raise timed_out(self.text, text, self.timeout) from None
        except MemoryError:
            raise out_of_memory() from None

    def _library(self, text: str) -> Any:
        style = Style.ASCII if text.isascii() else Style.EXACT
        return self._compiled.get(style) or self._compile(style)

    def _bounds(self, start: int | None) -> tuple[int, ...]:
        if start is None:
            return ()
        return (0, start) if self.backwards else (start,)

    def after(self, match: Match) -> Match | None:
        """The match after one, None when there is none."""
        text, (begin, end) = match.input, match.found.span()
        if self._looks_past:
            later = (found for found in self._whole(text) if found.end() <= begin and found.span() != (begin, end))
            found = next(later, None)
            return None if found is None else Match(found, self, match.offset)
        place = self._following(match.found)
        return None if place is None else self.find(text, place, match.offset)

    def _following(self, found: Any) -> int | None:
        begin, end = found.span()
        if self.backwards:
            return begin if end > begin else begin - 1 if begin > 0 else None
        return end if end > begin else end + 1 if end < len(found.string) else None

    def matches(self, text: str, start: int | None = None) -> Iterator[Match]:
        """All matches, each where the one before ended."""
        return (Match(found, self) for found in self._all(text, start))

    def _all(self, text: str, start: int | None) -> Iterator[Any]:
        if self._looks_past:
            return iter(self._whole(text, start))
        if len(text) > self._longest:
            return self._long(text, start)
        if self._is_plain(text):
            assert self._native is not None
            return self._native.finditer(text, start or 0)
        return self._each(text, start)

    def _is_plain(self, text: str) -> bool:
        """Tell whether ``re`` finds all matches as .NET does."""
        native = self._native is not None and self._never_empty
        return native and len(text) <= self._longest and text.isascii()

    def _each(self, text: str, start: int | None) -> Iterator[Any]:
        place = start
        while (found := self._search(text, place)) is not None:
            yield found
            place = self._following(found)
            if place is None:
                return

    def _whole(self, text: str, start: int | None = None) -> list[Any]:
        """All matches from right to left, found at once: a search that begins anew does not see what is behind it."""
        compiled, bounds = self._library(text), self._bounds(start)
        if len(text) <= self._longest:
            return list(compiled.finditer(text, *bounds))
        found: list[Any] = self._guarded(
            lambda limit: list(compiled.finditer(text, *bounds, timeout=limit, concurrent=True)), text
        )
        return found

    def _long(self, text: str, start: int | None) -> Iterator[Any]:
        """Many at a time: handing each from thread to thread would take longer than finding it."""
        compiled = self._library(text)
        place = start

        def some(limit: float) -> tuple[list[Any], int | None]:
            out: list[Any] = []
            at = place
            until = time.monotonic() + _BATCH_SECONDS
            while len(out) < _BATCH and (not out or time.monotonic() < until):
                try:
                    found = compiled.search(text, *self._bounds(at), timeout=limit, concurrent=True)
                except TimeoutError:
                    if out:
                        return out, at
                    raise
                if found is None:
                    return out, None
                out.append(found)
                at = self._following(found)
                if at is None:
                    return out, None
            return out, at

        while True:
            batch, place = self._guarded(some, text)
            yield from batch
            if place is None:
                return

    # -- replacing and splitting ---------------------------------------------------------------------------------------

    def replace(self, text: str, make: str | Callable[[Match], str], count: int = -1, start: int | None = None) -> str:
        """The text with its matches replaced, at most count of them unless it is -1. make: what stands for a match."""
        if isinstance(make, str):
            if self._is_plain(text) and count and not start:
                assert self._native is not None
                return self._native.sub(lambda found: make, text, max(count, 0))
            return self.replace(text, lambda match: make, count, start)
        pieces: list[str] = []
        place = len(text) if self.backwards else 0
        for match in self._limited(text, start, count):
            piece = make(match)
            if self.backwards:
                pieces += (text[match.end : place], piece)
                place = match.start
            else:
                pieces += (text[place : match.start], piece)
                place = match.end
        if not pieces:
            return text
        if self.backwards:
            return text[:place] + "".join(reversed(pieces))
        return "".join(pieces) + text[place:]

    def split(self, text: str, count: int = 0, start: int | None = None) -> list[str]:
        """The text between the matches and what their groups matched; at most count pieces unless it is 0."""
        pieces: list[str] = []
        place = len(text) if self.backwards else 0
        for match in self._limited(text, start, count - 1):
            if self.backwards:
                pieces.append(text[match.end : place])
                place = match.start
            else:
                pieces.append(text[place : match.start])
                place = match.end
            if len(self.groups.in_order) > 1:
                pieces.extend(part for _, part in match.groups())
        pieces.append(text[:place] if self.backwards else text[place:])
        return pieces[::-1] if self.backwards else pieces

    def _limited(self, text: str, start: int | None, count: int) -> Iterator[Match]:
        if count == 0:
            return
        for number, match in enumerate(self.matches(text, start), 1):
            yield match
            if number == count:
                return


@lru_cache(maxsize=512)
def compile_pattern(text: str, options: int = 0) -> Pattern:
    """Compile a .NET pattern with RegexOptions. Raises PSError InvalidRegularExpression."""
    return Pattern(text, options)
