"""Types that scripts define: which of them a running script sees by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from remora.engine.errors import error

if TYPE_CHECKING:
    from remora.engine.types.typeref import TypeRef

SHADOWED: Final[set[str]] = set()
"""Folded names of declared types that a script gave to a class or enum of its own."""


def is_lasting(kind: TypeRef, node: Any) -> bool:
    """Tell whether a type's name will always mean this type: it is declared, or the text around it defines it."""
    if node is not None and node.binding is not None:
        return True
    if kind.net.scripted is not None or (kind.element is not None and not is_lasting(kind.element, None)):
        return False
    return all(is_lasting(one, None) for one in kind.arguments) and kind.name.lower() not in SHADOWED


class Ambiguous:
    """A name that two modules in use give to types of theirs."""

    __slots__ = ("first", "name", "second")

    def __init__(self, name: str, first: str, second: str) -> None:
        self.name = name
        self.first = first
        self.second = second


def visible_type(folded: str) -> TypeRef | None:
    """The class or enum of that folded name that the running script can see. Raises PSError when there are two."""
    from remora.engine.context import running

    context = running()
    if context is None or not context.frames:
        return None
    for level in context.frames[-1].scope.chain():
        if level.types is not None and folded in level.types:
            found = level.types[folded]
            if isinstance(found, Ambiguous):
                raise error(
                    f"Type name '{found.name}' is ambiguous, it could be '{found.first}' or '{found.second}'.",
                    "AmbiguousTypeReference",
                    "InvalidOperation",
                    found.name,
                )
            return found
    return None
