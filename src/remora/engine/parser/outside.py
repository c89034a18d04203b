"""What a parse must know of the session: the types there are, and the modules that a script uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from remora.engine import ast
    from remora.engine.source import ParseError


class Outside(Protocol):
    """What the session knows. Without one, every type exists and every module is found."""

    def knows(self, name: ast.TypeName, usings: tuple[ast.Using, ...]) -> bool:
        """Tell whether a type exists that the text does not define itself; usings: of the script."""

    def using_errors(self, usings: tuple[ast.Using, ...]) -> list[ParseError]:
        """What is wrong with the using statements of a script."""
