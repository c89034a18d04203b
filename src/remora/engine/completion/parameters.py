"""Names of parameters, and operators where no command is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from remora.engine.completion.results import CompletionResult
from remora.engine.errors import PSError

if TYPE_CHECKING:
    from remora.engine.binding.metadata import CommandMetadata
    from remora.engine.completion.scan import Place, Word
    from remora.engine.context import EngineContext

_BASES: Final = (
    "eq", "ne", "ge", "gt", "lt", "le", "like", "notlike", "match", "notmatch", "replace", "contains", "notcontains",
    "in", "notin", "split",
)  # fmt: skip
_OTHERS: Final = (
    "isnot",
    "is",
    "as",
    "and",
    "or",
    "band",
    "bor",
    "bnot",
    "not",
    "xor",
    "bxor",
    "shl",
    "shr",
    "join",
    "f",
)


def command_of(context: EngineContext, place: Place) -> Any:
    """The command whose arguments are written, or None."""
    scope = context.active_frame().scope
    try:
        return context.resolver.resolve(place.command[0].content, scope)
    except PSError:
        return None


def metadata_of(info: Any) -> CommandMetadata | None:
    """What the command declares; None for programs and for what does not parse."""
    try:
        found: CommandMetadata | None = info.metadata() if info is not None else None
    except PSError:
        return None
    return found


def complete(context: EngineContext, place: Place) -> list[CompletionResult]:
    """Parameters not written yet whose name or alias begins with the word; common ones come last."""
    metadata = metadata_of(command_of(context, place))
    if metadata is None:
        return []
    dash, text = place.word.text[0], place.word.text[1:].lower()
    written = {word.text[1:].partition(":")[0].lower() for word in place.command[1:] if word.text.startswith("-")}
    out = []
    for parameter in metadata.all():
        folded = parameter.name.lower()
        if folded in written or not folded.startswith(text):
            continue
        tip = f"[{parameter.type_name}] {parameter.name}"
        out.append(CompletionResult(dash + parameter.name, parameter.name, "ParameterName", tip))
    if not out:
        aliases = {a: metadata.find(a.lower()) for p in metadata.all() for a in p.aliases if a.lower().startswith(text)}
        out = [CompletionResult(dash + a, a, "ParameterName", f"[{p.type_name}] {a}") for a, p in aliases.items() if p]
    return out


def operators(word: Word) -> list[CompletionResult]:
    """Operators behind a value, the plain form first, then those that say whether case counts."""
    text = word.text[1:].lower()
    names = sorted((*_BASES, *_OTHERS)) + sorted(f"{case}{base}" for base in _BASES for case in "ci")
    return [CompletionResult(f"-{name}", f"-{name}", "ParameterName") for name in names if name.startswith(text)]
