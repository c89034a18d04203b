"""Mode: the language that code may use, and whether it belongs to the session's own set-up."""

from __future__ import annotations

from typing import Final

FULL_LANGUAGE: Final = "FullLanguage"
CONSTRAINED: Final = "ConstrainedLanguage"
RESTRICTED: Final = "RestrictedLanguage"
NO_LANGUAGE: Final = "NoLanguage"
MODES: Final = (FULL_LANGUAGE, RESTRICTED, NO_LANGUAGE, CONSTRAINED)


class Mode:
    """language: one of MODES. internal: the code came with the session (functions, modules, start-up script); it sees
    every command. limited: the language is not the full one.
    """

    __slots__ = ("internal", "language", "limited")

    def __init__(self, language: str, *, internal: bool = False) -> None:
        self.language = language
        self.internal = internal
        self.limited = language != FULL_LANGUAGE


FULL: Final = Mode(FULL_LANGUAGE)
SETUP: Final = Mode(FULL_LANGUAGE, internal=True)
_PLAIN: Final = {language: Mode(language) for language in MODES if language != FULL_LANGUAGE} | {FULL_LANGUAGE: FULL}


def mode_of(language: str) -> Mode:
    """The mode of what users bring, by the language's name in any case. Raises KeyError for another name."""
    folded = {name.lower(): name for name in MODES}
    return _PLAIN[folded[language.lower()]]
