"""Names that arguments may be: verbs and nouns, modules, providers, scopes, types, processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from remora.engine.completion import commands
from remora.engine.completion.results import CompletionResult
from remora.engine.module.builtin import engine_modules
from remora.engine.module.finding import available, module_paths
from remora.engine.module.verbs import VERBS
from remora.engine.types.accelerators import ACCELERATORS
from remora.engine.types.typeref import known_types

if TYPE_CHECKING:
    from remora.engine.completion.scan import Place
    from remora.engine.context import EngineContext

Names = Callable[["EngineContext", "Place"], Iterable[str]]
_PAIRS: Final = 2
_SCOPED: Final = frozenset(("alias", "variable", "psdrive", "item"))


def written(place: Place, parameter: str) -> list[str]:
    """The values that the command line gives another parameter, in lower case."""
    out: list[str] = []
    taking = False
    for word in place.command[1:]:
        if word.text.startswith("-"):
            name = word.text[1:].rstrip(":").lower()
            taking = bool(name) and parameter.startswith(name)
        elif taking:
            out.append(word.content.lower())
    return out


def _verbs(context: EngineContext, place: Place) -> Iterable[str]:
    groups, nouns, modules = written(place, "group"), written(place, "noun"), written(place, "module")
    if nouns:
        pairs = (name.partition("-") for name in commands.names(context) if _belongs(context, name, modules))
        return _sorted({verb for verb, dash, noun in pairs if dash and noun.lower() in nouns})
    return _sorted(verb for group, verbs in VERBS.items() if not groups or group.lower() in groups for verb, _ in verbs)


def _nouns(context: EngineContext, place: Place) -> Iterable[str]:
    verbs, modules = written(place, "verb"), written(place, "module")
    pairs = [name.split("-", 1) for name in commands.names(context) if _belongs(context, name, modules)]
    return _sorted({pair[1] for pair in pairs if len(pair) == _PAIRS and (not verbs or pair[0].lower() in verbs)})


def _belongs(context: EngineContext, name: str, modules: list[str]) -> bool:
    if not modules:
        return True
    info = context.commands.find(name)
    return info is not None and info.module.lower() in modules


def _modules(context: EngineContext, place: Place) -> Iterable[str]:
    return _sorted({module.name for module in (*context.modules.values(), *engine_modules(context).values())})


def _installed(context: EngineContext, place: Place) -> Iterable[str]:
    """Modules that are loaded and those on $env:PSModulePath."""
    found = {module.name for module in (*context.modules.values(), *engine_modules(context).values())}
    for folder in module_paths():
        found |= {file.rpartition("/")[2].rpartition(".")[0] for file in available(folder)}
    return _sorted(found)


def _providers(context: EngineContext, place: Place) -> Iterable[str]:
    return _sorted({drive.provider for drive in context.drives.all()})


def _types(context: EngineContext, place: Place) -> Iterable[str]:
    return _sorted({*ACCELERATORS.values(), *known_types()})


def _fixed(*names: str) -> Names:
    return lambda context, place: names


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(names, key=str.lower)


def joining(place: Place, command: str, parameter: str) -> list[CompletionResult] | None:
    """What Join-String puts between texts and around them, by name; None for other parameters."""
    values = _JOINING.get(parameter.lower()) if command.lower() == "join-string" else None
    if values is None:
        return None
    typed, quote = place.word.text.lstrip("'\""), place.word.quote or "'"
    out = []
    for value, name in values.items():
        if value.startswith(typed):
            text = f'"{value}"' if "`" in value else f"{quote}{value}{quote}"
            out.append(CompletionResult(text, name, "ParameterValue", f"{text} - {name}"))
    return out


_JOINING: Final = {
    "separator": {
        ",": "Comma", ", ": "Comma-Space", ";": "Semi-Colon", "; ": "Semi-Colon-Space", "`n": "Newline", "-": "Dash",
        " ": "Space",
    },
    "formatstring": {
        "[{0}]": "Brackets", "{0:N2}": "Two decimal places", "`n    `${0}": "Variable on its own line",
        "`n    [string] `${0}": "Typed variable on its own line",
    },
}  # fmt: skip
_SCOPES: Final = _fixed("Global", "Local", "Script")
_SOURCES: Final[dict[tuple[str, str], Names]] = {
    ("get-verb", "verb"): _verbs,
    ("get-command", "verb"): _verbs,
    ("get-command", "noun"): _nouns,
    ("get-command", "module"): _installed,
    ("get-command", "excludemodule"): _installed,
    ("get-module", "name"): _installed,
    ("get-module", "psedition"): _fixed("Desktop", "Core"),
    ("remove-module", "name"): _modules,
    ("import-module", "name"): _installed,
    ("save-help", "module"): _installed,
    ("update-help", "module"): _installed,
    ("get-psdrive", "psprovider"): _providers,
    ("new-psdrive", "psprovider"): _providers,
    ("get-psprovider", "psprovider"): _providers,
    ("new-object", "typename"): _types,
    ("set-strictmode", "version"): _fixed("1.0", "2.0", "3.0", "Latest"),
}


def source_of(command: str, parameter: str) -> Names | None:
    """Where the values of a cmdlet's parameter come from; None where they are free."""
    folded = command.lower()
    if parameter.lower() == "scope" and folded.partition("-")[2] in _SCOPED:
        return _SCOPES
    return _SOURCES.get((folded, parameter.lower()))
