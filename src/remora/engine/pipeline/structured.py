"""Commands of a structured pipeline, as PSRP's CREATE_PIPELINE has them: their words, blocks and merged streams."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from remora.engine.arguments import Argument, NativeWord
from remora.engine.commands import ScriptInfo
from remora.engine.frame import Frame
from remora.engine.pipeline.redirect import Redirects
from remora.engine.pipeline.run import CommandCode
from remora.engine.scriptblock import ScriptBlock


def native_words(argument: Argument) -> Callable[[Frame], list[NativeWord]]:
    """What an argument is for a native program."""
    if argument.name is None:
        return lambda f: [NativeWord(value=argument.value, quoted=True)]
    return lambda f: [
        NativeWord(f"-{argument.name}", spaced=True, has_value=argument.given, value=argument.value, quoted=True)
    ]


def script_code(block: ScriptBlock, local: bool) -> CommandCode:
    """A call of a block: in the current scope, or in a new one when local."""
    return CommandCode(
        name=None,
        name_of=lambda f: ScriptInfo("", "", block),
        operator="&" if local else ".",
        arguments=lambda f: [],
    )


def merges_of(merges: Any) -> Redirects | None:
    """Merge instructions of a command: streams whose target is the output."""
    streams = {"error": 2, "warning": 3, "verbose": 4, "debug": 5, "information": 6}
    chosen = [number for name, number in streams.items() if _to_output(getattr(merges, name, None))]
    return Redirects([], chosen) if chosen else None


def _to_output(value: Any) -> bool:
    return value is True or str(getattr(value, "name", value)).upper() == "OUTPUT"
