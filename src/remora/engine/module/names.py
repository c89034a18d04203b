"""Which command names a module's importer is warned about."""

from __future__ import annotations

from typing import Final

from remora.engine.module.verbs import VERBS

_APPROVED: Final = frozenset(verb.lower() for verbs in VERBS.values() for verb, _ in verbs) | {"tabexpansion"}
_RESTRICTED: Final = frozenset("#,(){}[]&-/\\$^;:\"'<>|?@`*%+=~")


def odd_verb(name: str) -> bool:
    """Tell whether the verb is none of the approved ones."""
    return name.partition("-")[0].lower() not in _APPROVED


def odd_noun(name: str) -> bool:
    """Tell whether the noun has a character that makes the command hard to call."""
    verb, _, noun = name.partition("-")
    return any(character in _RESTRICTED for character in verb + noun)
