"""UTF-16 code units: what .NET counts and indexes in a text."""

from __future__ import annotations

import re
from typing import Final

_PAIR: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def units(text: str) -> str:
    """The text with one character for each UTF-16 code unit: characters above U+FFFF as two surrogates."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    data = text.encode("utf-16-le", "surrogatepass")
    return "".join([chr(data[at] | data[at + 1] << 8) for at in range(0, len(data), 2)])


def joined(text: str) -> str:
    """The text with pairs of surrogates as the characters they stand for."""
    if text.isascii() or _PAIR.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
