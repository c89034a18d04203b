"""Values of arguments: from the parameter's type or ValidateSet, registered completers, and the session's own names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from remora.engine.completion import commands, names
from remora.engine.completion.completers import bound_parameters, completed, named_parameter
from remora.engine.completion.members import output_of, properties
from remora.engine.completion.parameters import command_of, metadata_of
from remora.engine.completion.results import CompletionResult, begins
from remora.engine.errors import PSError
from remora.engine.nettype import Property

if TYPE_CHECKING:
    from remora.engine.binding.metadata import CommandMetadata, ParameterMeta
    from remora.engine.completion.scan import Place, Word
    from remora.engine.context import EngineContext

ENCODINGS: Final = (
    *("ansi", "ascii", "bigendianunicode", "bigendianutf32", "oem", "unicode", "utf7", "utf8", "utf8BOM", "utf8NoBOM"),
    "utf32",
)
"""The names of encodings that cmdlets propose."""
_EXPRESSIONS: Final = frozenset("[$'\"(0123456789")
_QUOTED: Final = frozenset(" '\"`$(){}[];,|&<>@#")
Names = Callable[["EngineContext", "Place"], Iterable[str]]


def complete(context: EngineContext, place: Place) -> list[CompletionResult] | None:
    """Proposals for an argument; None where a path may stand."""
    info = command_of(context, place)
    metadata = metadata_of(info)
    name = info.name if info is not None else place.command[0].content
    if metadata is None:
        return completed(context, place, name, None, {})
    parameter = _parameter(metadata, place)
    if parameter is None:
        return None
    bound = bound_parameters(metadata, place, _in_order(metadata))
    found = completed(context, place, name, parameter, bound)
    if found is not None:
        return found
    if (joining := names.joining(place, name, parameter.name)) is not None:
        return joining
    values = _values(context, place, name, parameter)
    if values is None:
        return None
    return [r for r in (_result(value, place.word) for value in values) if r is not None]


def of_program(context: EngineContext, place: Place) -> list[CompletionResult] | None:
    """What the registered completer of a native program answers for a word that begins with a dash."""
    info = command_of(context, place)
    if metadata_of(info) is not None:
        return None
    return completed(context, place, info.name if info is not None else place.command[0].content, None, {})


def _parameter(metadata: CommandMetadata, place: Place) -> ParameterMeta | None:
    """The parameter that the word is a value of: the one named before it, else the next free position."""
    words = place.command[1:]
    if place.word.listed:  # another value of the same parameter
        while words and words[-1].listed:
            words.pop()
        words = words[:-1]
    if words and words[-1].text.startswith("-"):
        named = named_parameter(metadata, words[-1].text[1:].rstrip(":"))
        if named is not None and not named.is_switch:
            return named
    used: set[str] = set()
    position = 0
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.text.startswith("-"):
            named = named_parameter(metadata, word.text[1:].rstrip(":"))
            if named is not None:
                used.add(named.name)
                skip = not named.is_switch
        elif not word.listed:
            position += 1
    ordered = [p for p in _in_order(metadata) if p.name not in used]
    unique = list(dict.fromkeys(p.name for p in ordered))
    return metadata.find(unique[position].lower()) if position < len(unique) else None


def _in_order(metadata: CommandMetadata) -> list[ParameterMeta]:
    """The positional parameters, by position."""
    placed = [(spec.position, p) for p in metadata.parameters.values() for spec in p.sets.values()
              if spec.position is not None]  # fmt: skip
    return [p for _at, p in sorted(placed, key=lambda pair: pair[0])]


def _values(context: EngineContext, place: Place, command: str, parameter: ParameterMeta) -> Iterable[str] | None:
    from remora.engine.validators import ValidateSet

    validators = parameter.validators
    if not validators and parameter.make_checks is not None:
        validators = parameter.make_checks(context.active_frame())[1]
    for validator in validators:
        if isinstance(validator, ValidateSet):
            return validator.valid_values()
    if parameter.common and parameter.name.endswith("Action"):
        return ("Break", "Continue", "Ignore", "Inquire", "SilentlyContinue", "Stop")
    try:
        kind = parameter.type.element or parameter.type
    except PSError:
        return None
    if kind.net.enum is not None:
        return sorted(kind.net.enum)
    if kind.name == "System.Text.Encoding" and parameter.attribute:
        return ENCODINGS
    if kind.name == "System.Boolean":
        return ("$true", "$false")
    source = _SOURCES.get((command.lower(), parameter.name.lower())) or names.source_of(command, parameter.name)
    if source is None and parameter.name.lower() in ("property", "expandproperty", "excludeproperty", "groupby"):
        source = _properties
    return None if source is None else source(context, place)


def _result(value: str, word: Word) -> CompletionResult | None:
    if not begins(value, word.content):
        return None
    text = value
    if word.quote or (_QUOTED & set(value) and not value.startswith("$")):
        quote = word.quote or "'"
        text = f"{quote}{value}{quote}"
    return CompletionResult(text, value, "ParameterValue", value)


def _variables(context: EngineContext, place: Place) -> Iterable[str]:
    scope = context.active_frame().scope
    return sorted({cell.name for level in scope.chain() for cell in level.vars.values()}, key=str.lower)


def _commands(context: EngineContext, place: Place) -> Iterable[str]:
    return sorted(set(commands.names(context)), key=str.lower)


def _drives(context: EngineContext, place: Place) -> Iterable[str]:
    return [drive.name for drive in context.drives.all()]


def _aliases(context: EngineContext, place: Place) -> Iterable[str]:
    return sorted(alias for alias, _target in context.commands.aliases.values())


def _properties(context: EngineContext, place: Place) -> Iterable[str]:
    """Properties of what the command or the expression before puts out."""
    if not place.before:
        return ()
    if place.before[0].text[:1] in _EXPRESSIONS:
        return properties(context, "".join(word.text for word in place.before))
    scope = context.active_frame().scope
    try:
        net = output_of(context.resolver.resolve(place.before[0].content, scope))
    except PSError:
        net = None
    if net is None:
        return ()
    return sorted(m.name for m in net.all_members().values() if isinstance(m, Property) and not m.hidden)


_SOURCES: Final[dict[tuple[str, str], Names]] = {
    ("get-command", "name"): _commands,
    ("get-help", "name"): _commands,
    ("get-alias", "name"): _aliases,
    ("get-psdrive", "name"): _drives,
    ("remove-psdrive", "name"): _drives,
    **{(f"{verb}-variable", "name"): _variables for verb in ("get", "set", "clear", "remove")},
}
