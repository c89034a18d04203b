"""RegexOptions as bits."""

from __future__ import annotations

from typing import Final

IGNORE_CASE: Final = 1
MULTILINE: Final = 2
EXPLICIT_CAPTURE: Final = 4
COMPILED: Final = 8
SINGLELINE: Final = 16
IGNORE_PATTERN_WHITESPACE: Final = 32
RIGHT_TO_LEFT: Final = 64
ECMA_SCRIPT: Final = 256
CULTURE_INVARIANT: Final = 512
NON_BACKTRACKING: Final = 1024

INLINE: Final = {
    "i": IGNORE_CASE,
    "m": MULTILINE,
    "n": EXPLICIT_CAPTURE,
    "s": SINGLELINE,
    "x": IGNORE_PATTERN_WHITESPACE,
}
_KNOWN: Final = 0x7FF & ~128
_WITH_ECMA_SCRIPT: Final = ECMA_SCRIPT | IGNORE_CASE | MULTILINE | COMPILED
_NOT_BESIDE_NON_BACKTRACKING: Final = RIGHT_TO_LEFT | ECMA_SCRIPT


def are_valid(options: int) -> bool:
    """Tell whether .NET takes these options together."""
    if options & ~_KNOWN:
        return False
    if options & NON_BACKTRACKING and options & _NOT_BESIDE_NON_BACKTRACKING:
        return False
    return not options & ECMA_SCRIPT or not options & ~_WITH_ECMA_SCRIPT
