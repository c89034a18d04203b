"""Completion: what may stand at the cursor. The console's prompt and TabExpansion2 ask here; nothing is run for it but
the argument completers that scripts have registered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from remora.engine.completion.results import CommandCompletion, CompletionResult
from remora.engine.completion.scan import Place, Word, place_at

if TYPE_CHECKING:
    from remora.engine.context import EngineContext

__all__ = ["CommandCompletion", "CompletionResult", "complete"]

MAX_RESULTS = 1000


def complete(context: EngineContext, text: str, cursor: int, *, relative: bool | None = None) -> CommandCompletion:
    """What may stand at ``cursor`` (an offset in text), and which part of the text it would replace. relative: whether
    paths are told from here or as a whole; None: as the word begins.
    """
    place = place_at(text, max(0, min(cursor, len(text))))
    place.relative = relative
    found = _found(context, place)
    return CommandCompletion(found[:MAX_RESULTS], place.word.start, len(place.word.text))


def _found(context: EngineContext, place: Place) -> list[CompletionResult]:
    from remora.engine.completion import arguments, members, parameters, types, variables

    word = place.word
    if place.in_comment:
        return []
    if word.text.startswith(("$", "@")) and not word.member:
        return variables.complete(context, place)
    if word.member:
        place.word = Word(word.member_name, word.start + len(word.text) - len(word.member_name))
        return members.complete(context, word)
    if word.text.startswith("[") and not place.command:
        head = word.text.rfind("[") + 1
        place.word = Word(word.text[head:], word.start + head)
        return types.complete(place.word)
    if word.text.startswith(("-", "–", "—")) and not word.quote:
        if not place.command:
            return parameters.operators(word)
        found = arguments.of_program(context, place)
        if found is not None:
            return found
        if ":" not in word.text:
            return parameters.complete(context, place)
        name = word.text[: word.text.index(":") + 1]
        place.command.append(Word(name, word.start))
        place.word = Word(word.text[len(name) :], word.start + len(name))
    return _named(context, place)


def _named(context: EngineContext, place: Place) -> list[CompletionResult]:
    """A bare word or a text: a command at the beginning, else an argument."""
    from remora.engine.completion import arguments, commands, paths, types

    word = place.word
    if [one.content.lower() for one in place.command] == ["using", "namespace"]:
        return types.namespaces(word)
    if not place.command:
        found = commands.complete(context, word) if place.at_command and not word.quote else []
        return found + (
            paths.complete(context, word, call=place.at_command, relative=place.relative)
            if word.text or not found
            else []
        )
    values = arguments.complete(context, place)
    return paths.complete(context, word, relative=place.relative) if values is None else values
