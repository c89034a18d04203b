"""What every element of a running pipeline has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def drop(value: Any) -> None:
    """Emit to nowhere."""


class Processor:
    """prepare, begin, process for each object, end, dispose always. ``emit`` is set when the pipeline is linked. All
    commands of a pipeline are prepared before the first begins; one that gets an object before its turn begins then.

    failed: the command wrote an error or ended with one ($? of the pipeline). done: it asked for no more input.
    """

    emit: Callable[[Any], None] = staticmethod(drop)

    def __init__(self) -> None:
        self.failed = False

    def link(self, emit: Callable[[Any], None]) -> None:
        """Set where output goes."""
        self.emit = emit

    def prepare(self) -> None:
        """Bind the arguments, before anything runs."""

    def begin(self) -> None:
        """Before the first object; runs once however often it is called."""

    def process(self, value: Any) -> None:
        """One input object."""

    def end(self) -> None:
        """After the last object."""

    def process_once(self) -> None:
        """The turn of a command that gets no input."""

    def end_as_first(self) -> None:
        """The end of a pipeline's first command when there is no input: where it does its work."""
        self.end()

    def expect_input(self) -> None:
        """Told before begin when input comes from an expression or from outside."""

    def run_alone(self) -> None:
        """The whole command without pipeline input."""
        self.prepare()
        self.begin()
        self.end()

    def dispose(self) -> None:
        """Release what is held, whatever happened."""
