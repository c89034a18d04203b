"""Type names as texts: ``int[]``, ``Collections.Generic.List[string]``, reflection's double brackets, assemblies."""

from __future__ import annotations

from typing import Final

_NAME: Final = frozenset("_.`+\\$-<>|")
MAX_NESTING: Final = 50


class TypeNameText:
    """A parsed name, in the shape of ``ast.TypeName``: name, generic arguments, ranks of the brackets after it."""

    __slots__ = ("arguments", "name", "ranks")
    binding: None = None

    def __init__(self, name: str, arguments: tuple[TypeNameText, ...], ranks: tuple[int, ...]) -> None:
        self.name = name
        self.arguments = arguments
        self.ranks = ranks


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.pos = 0

    def peek(self) -> str:
        return self.text[self.pos : self.pos + 1]

    def blanks(self) -> None:
        while self.peek().isspace():
            self.pos += 1

    def take(self, char: str) -> bool:
        self.blanks()
        if self.peek() == char:
            self.pos += 1
            return True
        return False

    def name(self, depth: int = 0) -> TypeNameText | None:
        if depth > MAX_NESTING:
            return None
        self.blanks()
        start = self.pos
        while self.peek() and (self.peek().isalnum() or self.peek() in _NAME):
            self.pos += 1
        name = self.text[start : self.pos]
        if not name:
            return None
        arguments: tuple[TypeNameText, ...] = ()
        ranks: list[int] = []
        while self.take("["):
            self.blanks()
            if self.peek() in ("]", ","):
                rank = 1
                while self.take(","):
                    rank += 1
                if not self.take("]"):
                    return None
                ranks.append(rank)
            elif arguments or ranks:
                return None
            else:
                found = self.arguments(depth)
                if not found:
                    return None
                arguments = found
        return TypeNameText(name, arguments, tuple(ranks))

    def arguments(self, depth: int) -> tuple[TypeNameText, ...]:
        out: list[TypeNameText] = []
        while True:
            wrapped = self.take("[")
            one = self.name(depth + 1)
            if one is None:
                return ()
            if wrapped:
                self.assembly()
                if not self.take("]"):
                    return ()
            out.append(one)
            if not self.take(","):
                break
        return tuple(out) if self.take("]") else ()

    def assembly(self) -> None:
        """Pass over ``, assembly`` up to the closing bracket."""
        if self.take(","):
            while self.peek() not in ("]", ""):
                self.pos += 1


def parse_type_name(text: str) -> TypeNameText | None:
    """Parse a whole text; an enclosing pair of brackets is dropped. None when it is no type name."""
    stripped = text.strip()
    if stripped.startswith("[") and stripped.endswith("]"):
        stripped = stripped[1:-1]
    reader = _Reader(stripped)
    found = reader.name()
    if found is None:
        return None
    reader.assembly()
    reader.blanks()
    return found if reader.pos == len(stripped) else None
