"""Character classes of Unicode properties: categories and blocks, as ranges for use inside brackets."""

from __future__ import annotations

import sys
import unicodedata
from functools import lru_cache
from typing import Final

_LAST: Final = min(sys.maxunicode, 0xFFFF)
_BLOCKS: Final = {
    "IsBasicLatin": (0x0000, 0x007F),
    "IsLatin-1Supplement": (0x0080, 0x00FF),
    "IsLatinExtended-A": (0x0100, 0x017F),
    "IsLatinExtended-B": (0x0180, 0x024F),
    "IsIPAExtensions": (0x0250, 0x02AF),
    "IsSpacingModifierLetters": (0x02B0, 0x02FF),
    "IsCombiningDiacriticalMarks": (0x0300, 0x036F),
    "IsGreek": (0x0370, 0x03FF),
    "IsGreekandCoptic": (0x0370, 0x03FF),
    "IsCyrillic": (0x0400, 0x04FF),
    "IsArmenian": (0x0530, 0x058F),
    "IsHebrew": (0x0590, 0x05FF),
    "IsArabic": (0x0600, 0x06FF),
    "IsDevanagari": (0x0900, 0x097F),
    "IsThai": (0x0E00, 0x0E7F),
    "IsHangulJamo": (0x1100, 0x11FF),
    "IsGeneralPunctuation": (0x2000, 0x206F),
    "IsCurrencySymbols": (0x20A0, 0x20CF),
    "IsLetterlikeSymbols": (0x2100, 0x214F),
    "IsNumberForms": (0x2150, 0x218F),
    "IsArrows": (0x2190, 0x21FF),
    "IsMathematicalOperators": (0x2200, 0x22FF),
    "IsBoxDrawing": (0x2500, 0x257F),
    "IsHiragana": (0x3040, 0x309F),
    "IsKatakana": (0x30A0, 0x30FF),
    "IsCJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "IsHangulSyllables": (0xAC00, 0xD7AF),
    "IsPrivateUse": (0xE000, 0xF8FF),
}


@lru_cache(maxsize=128)
def property_ranges(name: str, negated: bool = False) -> str:
    """Ranges of a Unicode category (``L``, ``Lu``) or block (``IsGreek``); empty for unknown names."""
    block = _BLOCKS.get(name)
    if block is not None:
        inside = [block[0] <= code <= block[1] for code in range(_LAST + 1)]
    elif len(name) > 2:
        return ""
    else:
        inside = [unicodedata.category(chr(code)).startswith(name) for code in range(_LAST + 1)]
    if not any(inside):
        return ""
    parts: list[str] = []
    begin = -1
    for code, member in enumerate([*inside, negated]):
        wanted = member is not negated and code <= _LAST
        if wanted and begin < 0:
            begin = code
        elif not wanted and begin >= 0:
            parts.append(f"\\u{begin:04x}" if begin == code - 1 else f"\\u{begin:04x}-\\u{code - 1:04x}")
            begin = -1
    return "".join(parts)
