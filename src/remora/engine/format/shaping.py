"""-Property of Format-Table, Select-Object, Sort-Object ...: names, wildcards, blocks, calculated properties."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from remora.engine.convert import is_true, to_text
from remora.engine.errors import PSError, error
from remora.engine.format import access
from remora.engine.scriptblock import ScriptBlock
from remora.engine.wildcard import compile_wildcard, has_wildcard

Evaluate = Callable[[ScriptBlock], Callable[[Any], Any]]
ABSENT = access.ABSENT

_KEYS = ("name", "label", "expression", "width", "alignment", "formatstring", "ascending", "descending", "depth")


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertySpec:
    """One element of -Property. read: object -> value, ABSENT when it has none. wildcard: the label is a pattern."""

    label: str
    read: Callable[[Any], Any]
    name: str | None = None
    wildcard: bool = False
    width: int | None = None
    align: str | None = None
    format_string: str | None = None
    descending: bool | None = None

    def expand(self, value: Any) -> list[PropertySpec]:
        """Itself, or for a pattern one element for each matching property of the object."""
        if not self.wildcard:
            return [self]
        matching = wildcard(self.label)
        return [named(name) for name in access.names(value) if matching(name)]


def wildcard(pattern: str) -> Callable[[str], bool]:
    """A test of names against a PowerShell wildcard, case ignored."""
    compiled = compile_wildcard(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def named(name: str) -> PropertySpec:
    """The property of that name."""
    return PropertySpec(label=name, read=lambda value: access.find(value, name), name=name)


def parse_properties(properties: Iterable[Any], evaluate: Evaluate) -> list[PropertySpec]:
    """Elements of -Property. Raises PSError for a hashtable that makes no sense."""
    return [parse_property(item, evaluate) for item in properties]


def parse_property(item: Any, evaluate: Evaluate) -> PropertySpec:
    """One element: a name or pattern, a script block, or ``@{Name=; Expression=; Width=; ...}``."""
    if isinstance(item, ScriptBlock):
        return PropertySpec(label=item.text.strip(), read=_guarded(evaluate(item)))
    if isinstance(item, Mapping):
        return _calculated(item, evaluate)
    text = to_text(item)
    if has_wildcard(text):
        return PropertySpec(label=text, read=lambda value: ABSENT, wildcard=True)
    return named(text)


def _guarded(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A block that fails gives nothing for that object, as calculated properties do."""

    def value(item: Any) -> Any:
        try:
            return read(item)
        except PSError:
            return None

    return value


def _calculated(table: Mapping[Any, Any], evaluate: Evaluate) -> PropertySpec:
    found: dict[str, Any] = {}
    for key, value in table.items():
        folded = to_text(key).lower()
        full = [name for name in _KEYS if folded and name.startswith(folded)]
        if len(full) != 1 and folded not in _KEYS:
            full = ["name"] if folded == "n" else full
        if not full:
            raise error(
                f"The {to_text(key)} key is not valid.",
                "DictionaryKeyIllegal" if not full else "DictionaryKeyAmbiguous",
                "InvalidArgument",
                table,
                type_name="System.NotSupportedException",
            )
        found[full[0]] = value
    expression = found.get("expression")
    label = found.get("name", found.get("label"))
    if expression is None and label is not None:
        expression = label
    if expression is None:
        raise error(
            "The Expression key is missing.",
            "DictionaryKeyMissing",
            "InvalidArgument",
            table,
            type_name="System.NotSupportedException",
        )
    base = parse_property(expression, evaluate)
    width = found.get("width")
    align = found.get("alignment")
    if "descending" in found:
        descending: bool | None = is_true(found["descending"])
    else:
        descending = not is_true(found["ascending"]) if "ascending" in found else None
    return PropertySpec(
        label=base.label if label is None else to_text(label),
        read=base.read,
        name=base.name,
        wildcard=base.wildcard and label is None,
        width=None if width is None else int(width),
        align=None if align is None else to_text(align).lower(),
        format_string=None if found.get("formatstring") is None else to_text(found["formatstring"]),
        descending=descending,
    )
