"""Patterns that can take for ever: nested repetitions backtrack exponentially, and a match cannot be interrupted.

Such a pattern is tried on its text in a process of its own first, under a time limit and stopped with the pipeline;
when it ends there, it ends here in the same time.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from remora.engine.errors import PSError, error

LIMIT: Final = 3.0
_SHORT: Final = 12
_POLL: Final = 0.02
_NESTED: Final = re.compile(r"\)[*+{]")
_REPEATS: Final = ("MAX_REPEAT", "MIN_REPEAT")
_CHILD: Final = (
    "import json,re,sys\np,f,t,w=json.load(sys.stdin)\nc=re.compile(p,f)\n"
    "any(False for _ in c.finditer(t)) if w=='all' else getattr(c,w)(t)\n"
)


def is_risky(pattern: re.Pattern[str]) -> bool:
    """Tell whether a repetition without an end contains another variable repetition or alternatives."""
    if _NESTED.search(pattern.pattern) is None:
        return False
    from re import _parser  # type: ignore[attr-defined]

    return _nested(_parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE), False)


def _nested(items: Any, inside: bool) -> bool:
    for op, value in items:
        name = str(op)
        if name in _REPEATS:
            low, high, body = value
            variable = int(high) != int(low)
            if (inside and variable) or _nested(body, inside or int(high) > 1000):
                return True
        elif name == "BRANCH":
            if inside or any(_nested(one, inside) for one in value[1]):
                return True
        elif name == "SUBPATTERN":
            if _nested(value[-1], inside):
                return True
        elif name in ("ASSERT", "ASSERT_NOT") and _nested(value[1], inside):
            return True
    return False


class GuardedPattern:
    """A compiled pattern that looks like any other and tries each text before it matches it."""

    def __init__(self, compiled: re.Pattern[str]) -> None:
        self.compiled = compiled
        self.pattern = compiled.pattern
        self.flags = compiled.flags
        self.groups = compiled.groups
        self.groupindex = compiled.groupindex

    def search(self, text: str, *bounds: int) -> re.Match[str] | None:
        """As of re.Pattern; so are the others."""
        self._try(text, "search")
        return self.compiled.search(text, *bounds)

    def match(self, text: str, *bounds: int) -> re.Match[str] | None:
        """The text from its beginning."""
        self._try(text, "search")
        return self.compiled.match(text, *bounds)

    def fullmatch(self, text: str, *bounds: int) -> re.Match[str] | None:
        """The whole text."""
        self._try(text, "fullmatch")
        return self.compiled.fullmatch(text, *bounds)

    def finditer(self, text: str, *bounds: int) -> Iterator[re.Match[str]]:
        """All matches."""
        self._try(text, "all")
        return self.compiled.finditer(text, *bounds)

    def findall(self, text: str, *bounds: int) -> list[Any]:
        """The texts of all matches."""
        self._try(text, "all")
        return self.compiled.findall(text, *bounds)

    def sub(self, new: str | Callable[[re.Match[str]], str], text: str, count: int = 0) -> str:
        """The text with its matches replaced."""
        self._try(text, "all")
        return self.compiled.sub(new, text, count)

    def split(self, text: str, maxsplit: int = 0) -> list[Any]:
        """The text between the matches."""
        self._try(text, "all")
        return self.compiled.split(text, maxsplit)

    def _try(self, text: str, what: str) -> None:
        if len(text) > _SHORT:
            _probe(self.pattern, self.flags & ~re.UNICODE, text, what)


def _probe(pattern: str, flags: int, text: str, what: str) -> None:
    """Let a child process match; PSError when it takes too long, PipelineStopped when the pipeline is stopped."""
    from remora.engine.context import running

    context = running()
    with subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _CHILD], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        try:
            assert child.stdin is not None
            child.stdin.write(json.dumps([pattern, flags, text, what]).encode())
            child.stdin.close()
            deadline = time.monotonic() + LIMIT
            while child.poll() is None:
                if context is not None:
                    context.check_stop()
                if time.monotonic() > deadline:
                    raise _timed_out()
                time.sleep(_POLL)
        finally:
            child.kill()


def _timed_out() -> PSError:
    return error(
        "The Regex engine has timed out while trying to match a pattern to an input string. This can occur for many "
        "reasons, including very large inputs or excessive backtracking caused by nested quantifiers, back-references "
        "and other factors.",
        "RegexMatchTimeoutException",
        "OperationTimeout",
        type_name="System.Text.RegularExpressions.RegexMatchTimeoutException",
    )
