"""The parts of an example: prompt, code, remarks."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_PROMPT: Final = re.compile(r"(?:[^\n>]*\bPS\b[^\n>]*|[A-Za-z]:\\[^\n>]*)>")


class Example(NamedTuple):
    """prompt: with its closing sign; code: to the first empty line; remarks: what follows."""

    prompt: str
    code: str
    remarks: str


def example(text: str) -> Example:
    """Take an example's text apart."""
    prompt = "PS > "
    match = _PROMPT.match(text)
    if match is not None:
        prompt, text = match[0], text[match.end() :].lstrip(" ")
    code, _, remarks = text.partition("\n\n")
    return Example(prompt, code, remarks.strip("\n"))
