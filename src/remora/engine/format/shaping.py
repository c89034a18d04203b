"""-Property of Format-Table, Select-Object, Sort-Object ...: names, wildcards, blocks, calculated properties."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from remora.engine.convert import is_true, to_text
from remora.engine.errors import PSError, error
from remora.engine.format import access
from remora.engine.format.records import CENTER, LEFT, RIGHT
from remora.engine.nettype import NetObject
from remora.engine.nothing import NOTHING
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import type_of, unwrap
from remora.engine.wildcard import compile_wildcard, has_wildcard

Evaluate = Callable[[ScriptBlock], Callable[[Any], Any]]
Keys = tuple[tuple[str, ...], ...]
ABSENT = access.ABSENT

_ALIGNMENTS: Final = {"left": LEFT, "center": CENTER, "right": RIGHT}
_EXPRESSION: Final = ("expression",)
_FORMAT: Final = ("formatString",)
_LABEL: Final = ("label", "name")

# The keys a calculated property may have, command by command; a row is a key with its other names.
TABLE_KEYS: Final[Keys] = (_EXPRESSION, _FORMAT, ("width",), ("alignment",), _LABEL)
LIST_KEYS: Final[Keys] = (_EXPRESSION, _FORMAT, _LABEL)
WIDE_KEYS: Final[Keys] = (_EXPRESSION, _FORMAT)
_EXPRESSION_TYPE: Final = "Microsoft.PowerShell.Commands.PSPropertyExpression"
CUSTOM_KEYS: Final[Keys] = (_EXPRESSION, ("depth",))
GROUP_BY_KEYS: Final[Keys] = (_EXPRESSION, _FORMAT, _LABEL)
SELECT_KEYS: Final[Keys] = (_EXPRESSION, ("name", "label"))
SORT_KEYS: Final[Keys] = (_EXPRESSION, ("ascending",), ("descending",))
GROUP_KEYS: Final[Keys] = (_EXPRESSION,)


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertySpec:
    """One element of -Property.

    evaluate: object -> value, ABSENT when it has none; may raise PSError. wildcard: the expression is a pattern.
    own_label: what the caller called it, None when the expression's text serves.
    """

    label: str
    evaluate: Callable[[Any], Any]
    name: str | None = None
    wildcard: bool = False
    own_label: str | None = None
    width: int = 0
    align: int = 0
    format_string: str | None = None
    depth: int | None = None
    descending: bool | None = None

    def read(self, value: Any) -> Any:
        """The value; ABSENT when the object has none, None when computing it fails."""
        try:
            found = self.evaluate(value)
        except PSError:
            return None
        return None if found is NOTHING else found

    def expand(self, value: Any) -> list[PropertySpec]:
        """Itself, or one element for each property of the object that a pattern or a property set stands for."""
        if not self.wildcard:
            stands_for = access.property_set(value, self.name) if self.name is not None else None
            return [self] if stands_for is None else [named(name) for name in stands_for]
        matching = wildcard(self.name or self.label)
        return [named(name) for name in access.names(value) if matching(name)]


def wildcard(pattern: str) -> Callable[[str], bool]:
    """A test of names against a PowerShell wildcard, case ignored."""
    compiled = compile_wildcard(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def named(name: str) -> PropertySpec:
    """The property of that name."""
    return PropertySpec(label=name, evaluate=lambda value: access.find(value, name), name=name)


def parse_properties(properties: Iterable[Any], evaluate: Evaluate, keys: Keys = TABLE_KEYS) -> list[PropertySpec]:
    """Elements of -Property. keys: those a hashtable may have. Raises PSError for what makes no sense."""
    return [parse_property(item, evaluate, keys) for item in properties]


def parse_property(item: Any, evaluate: Evaluate, keys: Keys = TABLE_KEYS) -> PropertySpec:
    """One element: a name or pattern, a script block, or ``@{Name=; Expression=; Width=; ...}``."""
    inner = unwrap(item)
    if isinstance(inner, Mapping):
        return _calculated(inner, evaluate, keys)
    if isinstance(inner, NetObject) and inner.net_type.name == _EXPRESSION_TYPE:
        return parse_property(inner.source, evaluate, keys)  # type: ignore[attr-defined]  # PropertyExpression's
    if isinstance(inner, ScriptBlock):
        return PropertySpec(label=inner.text, evaluate=evaluate(inner))
    if inner is None:
        raise _refused(
            "DictionaryKeyUnknownType",
            "The value of a parameter was null; one of the following types was expected: "
            "{System.String, System.Management.Automation.ScriptBlock}.",
        )
    text = to_text(item)
    if not text:
        raise _refused("ExpressionEmptyString2", "An empty string value is not allowed.")
    if has_wildcard(text):
        return PropertySpec(label=text, evaluate=lambda value: ABSENT, name=text, wildcard=True)
    return named(text)


def _refused(error_id: str, message: str) -> PSError:
    return error(message, error_id, "InvalidArgument", type_name="System.NotSupportedException")


def _key(given: Any, keys: Keys) -> str:
    """The full name of a key that may be shortened or be another name."""
    if not isinstance(given, str):
        kind = type_of(given).name.rpartition(".")[2]
        raise _refused("DictionaryKeyNonString", f"The {kind} key type is not valid. The key must be a string.")
    folded = given.lower()
    matching = [names[0] for names in keys if folded and any(name.lower().startswith(folded) for name in names)]
    exact = [names[0] for names in keys if folded in (name.lower() for name in names)]
    found = exact or matching
    if not found:
        raise _refused("DictionaryKeyIllegal", f"The {given} key is not valid.")
    if len(found) > 1:
        raise _refused("DictionaryKeyAmbiguous", f"The {given} key is ambiguous; {found[0]} and {found[1]} conflict.")
    return found[0]


def _calculated(table: Mapping[Any, Any], evaluate: Evaluate, keys: Keys) -> PropertySpec:
    found: dict[str, Any] = {}
    for given, value in table.items():
        key = _key(given, keys)
        if key in found:
            raise _refused("DictionaryKeyDuplicate", f'The duplicated key "{given}" conflicts with "{key}".')
        if key not in ("ascending", "descending"):
            _check_type(given, key, value)
        found[key] = unwrap(value)
    if "expression" not in found:
        if "name" not in found:
            raise _refused("DictionaryKeyMandatoryEntry", "A mandatory entry for expression is missing.")
        found["expression"] = found["name"]
    expression = found["expression"]
    if expression == "":
        raise _refused("ExpressionEmptyString1", 'The "expression" key cannot have an empty string value.')
    base = parse_property(expression, evaluate, keys)
    label = found.get("label", found.get("name"))
    return PropertySpec(
        label=base.label if label is None else to_text(label),
        evaluate=base.evaluate,
        name=base.name,
        wildcard=base.wildcard,
        own_label=None if label is None else to_text(label),
        width=_width(found),
        align=_alignment(found),
        format_string=_format_string(found),
        depth=found.get("depth"),
        descending=_direction(found),
    )


def _direction(found: Mapping[str, Any]) -> bool | None:
    """Is the key sorted downwards? None: as the others; keys that contradict each other say nothing."""
    up = is_true(found["ascending"]) if "ascending" in found else None
    down = is_true(found["descending"]) if "descending" in found else None
    if up is None or down is None:
        return down if up is None else not up
    return None if up == down else down


_TYPES: Final[dict[str, tuple[tuple[type, ...], str]]] = {
    "expression": ((str, ScriptBlock), "{System.String, System.Management.Automation.ScriptBlock}"),
    "name": ((str,), "System.String"),
    "label": ((str,), "System.String"),
    "alignment": ((str,), "System.String"),
    "formatString": ((str,), "System.String"),
    "width": ((int,), "System.Int32"),
    "depth": ((int,), "System.Int32"),
}


def _check_type(given: Any, key: str, value: Any) -> None:
    inner = unwrap(value)
    if inner is None:
        raise _refused("DictionaryKeyMissingValue", f"The {given} key has no value.")
    allowed, shown = _TYPES[key]
    if isinstance(inner, allowed) and not isinstance(inner, bool):
        return
    several = len(allowed) > 1
    raise _refused(
        "DictionaryKeyIllegalValue1" if several else "DictionaryKeyIllegalValue2",
        f'The "{given}" key has a type, {type_of(inner).name}, that is not valid; expected '
        f"{'types are' if several else 'type is'} {shown}.",
    )


def _width(found: Mapping[str, Any]) -> int:
    if "width" not in found:
        return 0
    width = int(found["width"])
    if width <= 0:
        raise _refused("WidthOutOfRange", f'The value "{width}" for key "width" should be greater than 0.')
    return width


def _alignment(found: Mapping[str, Any]) -> int:
    if "alignment" not in found:
        return 0
    given = found["alignment"]
    for name, alignment in _ALIGNMENTS.items():
        if given and name.startswith(given.lower()):
            return alignment
    raise _refused(
        "AlignmentIllegalValue",
        f'The value "{given}" for key "alignment" is not valid; valid values are {{left, center, right}}.',
    )


def _format_string(found: Mapping[str, Any]) -> str | None:
    if "formatString" not in found:
        return None
    if not found["formatString"]:
        raise _refused("FormatStringEmpty", 'Cannot have an empty formatting string for key "formatString".')
    return str(found["formatString"])
