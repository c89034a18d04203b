"""Completers of scripts: registered script blocks, and the ones in a parameter's attributes. Source:
about_Functions_Argument_Completion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from remora.engine.attribute import TextAttribute
from remora.engine.completion.results import CompletionResult
from remora.engine.convert.text import to_text
from remora.engine.enumeration import items_of
from remora.engine.errors import PSError
from remora.engine.members.calls import construct, invoke_member
from remora.engine.members.properties import get_member
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import type_of, unwrap
from remora.engine.types.typeref import TypeRef, require
from remora.engine.wildcard import like
from remora.values.tables import Hashtable

if TYPE_CHECKING:
    from collections.abc import Callable

    from remora.engine.binding.metadata import CommandMetadata, ParameterMeta
    from remora.engine.completion.scan import Place
    from remora.engine.context import EngineContext

COMPLETERS: Final = "argument_completers"
"""In the context's store: (command or "", parameter or "") in lower case -> script block. ("name", "") is a native
program's.
"""
_COMPLETER: Final = "System.Management.Automation.ArgumentCompleterAttribute"
_COMPLETIONS: Final = "System.Management.Automation.ArgumentCompletionsAttribute"


def completed(
    context: EngineContext, place: Place, command: str, meta: ParameterMeta | None, bound: dict[str, Any]
) -> list[CompletionResult] | None:
    """What a registered completer, or one in the parameter's attributes, answers; None when there is none. bound: what
    the other parameters of the command have been given, by name.
    """
    parameter = meta.name if meta is not None else ""
    table = context.store.get(COMPLETERS, {})
    block = table.get((command.lower(), parameter.lower()))
    if block is None and parameter:
        block = table.get(("", parameter.lower()))
    word = place.word.content
    try:
        if block is not None and not parameter:
            cursor = place.word.start + len(place.word.text)
            return _results(block.invoke(word, command_ast(place), cursor))
        ask = _in_block(block) if block is not None else None if meta is None else _in_attributes(meta, word)
        if ask is None:
            return None
        return _results(ask([command, parameter, word, command_ast(place), Hashtable(bound)]))
    except PSError:
        return None


def _in_block(block: ScriptBlock) -> Callable[[list[Any]], Any]:
    return lambda given: block.invoke(*given)


def _in_attributes(meta: ParameterMeta, word: str) -> Callable[[list[Any]], Any] | None:
    """Who answers for an attribute: a block, an object of a class, or a list of texts."""
    from remora.engine.types.commandinfo import attributes_of

    for item in attributes_of(meta):
        attribute = unwrap(item)
        kind = type_of(attribute)
        if kind.name == _COMPLETIONS and isinstance(attribute, TextAttribute):
            texts = [to_text(one) for one in items_of(attribute.values.get("CompleteStrings"))]
            return lambda given, texts=texts: [one for one in texts if like(one, word + "*")]  # type: ignore[misc]
        if not kind.is_a(_COMPLETER):
            continue
        given = attribute.values.get("ScriptBlock") if isinstance(attribute, TextAttribute) else None
        if isinstance(given, ScriptBlock):
            return _in_block(given)
        made = construct(given, []) if isinstance(given, TypeRef) else invoke_member(attribute, "Create", [])
        return lambda arguments, made=made: invoke_member(made, "CompleteArgument", arguments)  # type: ignore[misc]
    return None


def _results(found: Any) -> list[CompletionResult]:
    plain = [unwrap(one) for one in items_of(found)]
    return [one if isinstance(one, CompletionResult) else CompletionResult(to_text(one)) for one in plain]


def command_ast(place: Place) -> Any:
    """The CommandAst of the command that is written, each word where it stands in the line."""
    from remora.engine.syntax.parsing import parse_text

    require("System.Management.Automation.Language.CommandAst").net.ready()
    line = ""
    for word in (*place.command, place.word):
        line = line.ljust(word.start) + word.text
    tree = parse_text(line)
    statements = items_of(get_member(get_member(tree, "EndBlock"), "Statements"))
    elements = [items_of(get_member(one, "PipelineElements")) for one in statements]
    return next((list(one)[-1] for one in reversed(elements)), None)


def bound_parameters(metadata: CommandMetadata, place: Place, order: list[ParameterMeta]) -> dict[str, Any]:
    """What the words before the cursor give to parameters. order: the positional ones."""
    out: dict[str, Any] = {}
    words = list(place.command[1:])
    pending: ParameterMeta | None = None
    for word in words:
        if pending is not None:
            out[pending.name] = _constant(word.content)
            pending = None
        elif word.text.startswith("-") and (named := named_parameter(metadata, word.text[1:].rstrip(":"))) is not None:
            if named.is_switch:
                out[named.name] = True
            else:
                pending = named
        elif (free := next((one for one in order if one.name not in out), None)) is not None:
            out[free.name] = _constant(word.content)
    return out


def _constant(text: str) -> Any:
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 10 else text


def named_parameter(metadata: CommandMetadata, text: str) -> ParameterMeta | None:
    """The parameter with that name, alias or beginning of a name."""
    exact = metadata.find(text.lower())
    if exact is not None:
        return exact
    candidates = metadata.by_prefix(text.lower())
    return candidates[0] if candidates else None
