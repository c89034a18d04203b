"""Arguments of a command call, after evaluation and before binding."""

from __future__ import annotations

from typing import Any


class Argument:
    """One written argument. name: of ``-name`` (without dash), None for positional. given: a value came with it."""

    __slots__ = ("given", "name", "splatted", "value")

    def __init__(self, name: str | None, value: Any, given: bool, splatted: bool = False) -> None:
        self.name = name
        self.value = value
        self.given = given
        self.splatted = splatted


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
