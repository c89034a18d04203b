"""Conditions of security descriptor entries: Member_of with &&, || and !, as required groups need them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final

from remora.errors import ConfigError

Condition = Callable[[Collection[str]], bool]
"""Tells whether identities meet the condition."""
_TOKEN: Final = re.compile(r"\s*(&&|\|\||!|\(|\)|\{|\}|,|Member_of|SID\(([^()]+)\))", re.ASCII)
_DEEP: Final = 50


def read_condition(text: str, sid_of: Callable[[str], str]) -> Condition:
    """Read the condition of an entry; sid_of: reads an identity. Raises ConfigError."""
    return _Reader(text, sid_of).whole()


class _Reader:
    """Recursive descent: || binds weaker than &&, and that weaker than !."""

    def __init__(self, text: str, sid_of: Callable[[str], str]) -> None:
        self._text = text
        self._sid_of = sid_of
        self._tokens = self._split()
        self._at = 0

    def whole(self) -> Condition:
        condition = self._either(0)
        if self._at != len(self._tokens):
            raise self._wrong()
        return condition

    def _split(self) -> list[str]:
        tokens: list[str] = []
        position = 0
        text = self._text.rstrip()
        while position < len(text):
            found = _TOKEN.match(text, position)
            if found is None:
                raise self._wrong()
            tokens.append(found[1])
            position = found.end()
        return tokens

    def _wrong(self) -> ConfigError:
        return ConfigError(f"{self._text!r} is no condition: write (Member_of {{SID(BA)}}), with &&, || and ! between")

    def _next(self, wanted: str | None = None) -> str:
        token = self._tokens[self._at] if self._at < len(self._tokens) else ""
        if not token or (wanted is not None and token != wanted):
            raise self._wrong()
        self._at += 1
        return token

    def _is(self, token: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at] == token

    def _either(self, depth: int) -> Condition:
        parts = [self._both(depth)]
        while self._is("||"):
            self._next()
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else lambda sids: any(part(sids) for part in parts)

    def _both(self, depth: int) -> Condition:
        parts = [self._term(depth)]
        while self._is("&&"):
            self._next()
            parts.append(self._term(depth))
        return parts[0] if len(parts) == 1 else lambda sids: all(part(sids) for part in parts)

    def _term(self, depth: int) -> Condition:
        if depth > _DEEP:
            raise self._wrong()
        if self._is("!"):
            self._next()
            inner = self._term(depth + 1)
            return lambda sids: not inner(sids)
        if self._is("("):
            self._next()
            inner = self._either(depth + 1)
            self._next(")")
            return inner
        self._next("Member_of")
        wanted = self._members()
        return lambda sids: all(sid in sids for sid in wanted)

    def _members(self) -> tuple[str, ...]:
        self._next("{")
        found = [self._member()]
        while self._is(","):
            self._next()
            found.append(self._member())
        self._next("}")
        return tuple(found)

    def _member(self) -> str:
        token = self._next()
        if not token.startswith("SID("):
            raise self._wrong()
        return self._sid_of(token[4:-1])
