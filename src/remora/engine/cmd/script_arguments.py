"""What a script gets from a command line: its arguments, and standard input when it asks for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

_WANTS_INPUT: Final = re.compile(r"\$(?:\{input\}|input\b)|\bprocess\s*\{", re.IGNORECASE)
_BOOLEANS: Final = {"true": True, "false": False}


def wants_input(text: str) -> bool:
    """Tell whether a script asks for pipeline input; only then is standard input read, which may never end."""
    return _WANTS_INPUT.search(text) is not None


def file_parameters(arguments: Sequence[str]) -> tuple[tuple[str | None, Any], ...]:
    """Arguments of -File: ``-Name value``, ``-Name:value``, ``-Switch``; everything else is a text by position.

    ``-Name:$true`` and ``-Name:false`` are booleans, which a switch takes and a text writes as it was.
    """
    parameters: list[tuple[str | None, Any]] = []
    pending: str | None = None
    for word in arguments:
        if pending is not None:
            parameters.append((pending, word))
            pending = None
        elif len(word) > 1 and word[0] == "-" and (word[1].isalpha() or word[1] == "_"):
            name, colon, value = word[1:].partition(":")
            if colon and not value:
                pending = name
            else:
                parameters.append((name, _BOOLEANS.get(value.lower().removeprefix("$"), value) if colon else None))
        else:
            parameters.append((None, word))
    return tuple(parameters)
