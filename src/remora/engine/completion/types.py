"""Names of types and namespaces behind an opening bracket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remora.engine.completion.results import CompletionResult
from remora.engine.types.accelerators import ACCELERATORS, FOLDED
from remora.engine.types.typeref import known_types

if TYPE_CHECKING:
    from remora.engine.completion.scan import Word


def complete(word: Word) -> list[CompletionResult]:
    """Accelerators, then full names one step of the namespace further."""
    if "]" in word.text:
        return []
    folded = word.text.lower()
    short = sorted(name for name in ACCELERATORS if name.lower().startswith(folded))
    out = [CompletionResult(name, name, "Type", ACCELERATORS[name]) for name in short] if folded else []
    spaces: dict[str, str] = {}
    names: dict[str, str] = {}
    for name in known_types():
        lower = name.rpartition(".")[2].lower()
        for full, prefix in ((name, ""), (name.removeprefix("System."), "")):
            if not full.lower().startswith(folded) or not folded:
                continue
            rest = full[len(folded) :]
            dot = rest.find(".")
            if dot >= 0:
                space = full[: len(folded) + dot]
                spaces[space.lower()] = prefix + space
            elif "`" not in full and "[" not in full and lower not in FOLDED:
                names[lower] = full
            break
    out += [
        CompletionResult(spaces[key], spaces[key].rpartition(".")[2], "Namespace", f"Namespace {spaces[key]}")
        for key in sorted(spaces)
    ]
    out += [CompletionResult(names[key], names[key].rpartition(".")[2], "Type", names[key]) for key in sorted(names)]
    return out


def namespaces(word: Word) -> list[CompletionResult]:
    """What may stand behind ``using namespace``: one step further than what is written."""
    folded = word.content.lower()
    found: dict[str, str] = {}
    for name in known_types():
        space = name.partition("`")[0].partition("+")[0].rpartition(".")[0]
        if space.lower().startswith(folded):
            step = space[:end] if (end := space.find(".", len(folded))) >= 0 else space
            found[step.lower()] = step
    return [CompletionResult(found[key], found[key], "Namespace", f"Namespace {found[key]}") for key in sorted(found)]
