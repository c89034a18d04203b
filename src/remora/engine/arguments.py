"""Arguments of a command call, after evaluation and before binding."""

from __future__ import annotations

from typing import Any, Final

from remora.engine import ast
from remora.engine.source import Extent

_AS_WRITTEN: Final = frozenset(("System.String", "System.Version", "System.String[]", "System.Version[]"))


class Argument:
    """One written argument. name: of ``-name`` (without dash), None for positional. given: a value came with it.
    text: how a number was written. node: where it was written, None when it was not.
    """

    __slots__ = ("given", "name", "node", "splatted", "text", "value")

    def __init__(
        self,
        name: str | None,
        value: Any,
        given: bool,
        splatted: bool = False,
        text: str = "",
        node: ast.Node | None = None,
    ) -> None:
        self.name = name
        self.node = node
        self.value = value
        self.given = given
        self.splatted = splatted
        self.text = text

    def value_for(self, type_name: str) -> Any:
        """The value; a number as it was written where a text or a version is wanted."""
        return self.text if self.text and type_name in _AS_WRITTEN else self.value

    def extent(self, *, of_name: bool) -> Extent | None:
        """Where an error about it is shown: the ``-name`` or the value; None when it was not written."""
        node = self.node
        if not isinstance(node, ast.CommandParameter):
            return node.extent if node is not None else None
        if node.argument is not None and not of_name:
            return node.argument.extent
        whole = node.extent
        return Extent(whole.source, whole.start, whole.start + len(node.name) + 1)


class NativeWord:
    """One element of a call as a native program gets it. name: ``-name`` or ``-name:`` as written ('' for none);
    spaced: the value stands apart from it. quoted: wildcards in the value are plain text. array: the source of a
    literal array, separators: what stands between its elements. constant: the number of which value is the source.
    """

    __slots__ = ("array", "constant", "has_value", "name", "quoted", "separators", "spaced", "value")

    def __init__(
        self,
        name: str = "",
        *,
        spaced: bool = False,
        has_value: bool = True,
        value: Any = None,
        quoted: bool = False,
        array: str | None = None,
        separators: tuple[str, ...] = (),
        constant: Any = None,
    ) -> None:
        self.name = name
        self.spaced = spaced
        self.has_value = has_value
        self.value = value
        self.quoted = quoted
        self.array = array
        self.separators = separators
        self.constant = constant


class ParameterText(str):
    """A ``-name`` that a simple function took into $args: prints as text, passes on as a parameter with @args."""

    __slots__ = ("colon", "name")
    name: str
    colon: bool

    @classmethod
    def of(cls, name: str, colon: bool) -> ParameterText:
        """From the parameter's name; colon: its value follows and belongs to it."""
        made = cls(f"-{name}:" if colon else f"-{name}")
        made.name = name
        made.colon = colon
        return made
