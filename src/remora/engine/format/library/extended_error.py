"""The view of Get-Error: everything an error holds, nested errors and exceptions with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from remora.engine.context import running
from remora.engine.convert import to_text
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.errors import ErrorRecord, NetException
from remora.engine.format.access import get, names
from remora.engine.format.decorated import RESET
from remora.engine.format.views import Grouping, text, views
from remora.engine.invocation import InvocationInfo
from remora.engine.types.psstyle import PSStyle, known_style
from remora.engine.types.registry import type_of, unwrap
from remora.engine.types.typeref import TypeRef
from remora.values.objects import PSObject

_MAX_DEPTH: Final = 10
_STEP: Final = 4
_ELLIPSIS: Final = "…"
_INDEX: Final = "PSErrorIndex"
_MARK: Final = "#PSExtendedError"
_HIDDEN: Final = "Authorization"


def details(value: Any) -> str:
    """Everything there is in an error, which is shown like any other from then on."""
    shown = "\n".join(_lines(value, 0, 1))
    if isinstance(value, PSObject):
        value.type_names = tuple(name.removesuffix(_MARK) for name in value.type_names)
    return shown


def _lines(value: Any, indent: int, depth: int, within: Any = None) -> list[str]:
    """within: the exception whose record this is; it does not contain itself once more."""
    plain = unwrap(value)
    pairs = [("Type", type_of(plain).name)] if isinstance(plain, NetException) else []
    pairs.extend((name, found) for name in names(value) if name != _INDEX and _counts(found := get(value, name)))
    width = max((len(name) for name, _ in pairs), default=0)
    prefix, accent = " " * indent, _style("FormatAccent")
    lines: list[str] = []
    for name, found in pairs:
        head = f"{prefix}{accent}{name:<{width}} : {RESET}"
        first, *rest = _shown(name, found, indent, depth, width, within if within is not None else plain)
        lines.append(head + first)
        lines.extend(rest)
    return lines


def _counts(value: Any) -> bool:
    """Nothing, empty texts and empty collections are not shown."""
    plain = unwrap(value)
    if plain is None or (isinstance(plain, str) and not plain):
        return False
    if isinstance(plain, Mapping):
        return bool(plain)
    return not is_enumerable(plain) or any(True for _ in items_of(plain))


def _shown(name: str, value: Any, indent: int, depth: int, width: int, within: Any) -> list[str]:
    """What follows the colon, and the lines below."""
    plain = unwrap(value)
    if isinstance(plain, NetException) and plain is within:
        return ["", *_parent(plain, indent + _STEP)]
    if isinstance(plain, NetException | ErrorRecord | InvocationInfo):
        if depth >= _MAX_DEPTH:
            return [_ELLIPSIS]
        owner = within if isinstance(plain, ErrorRecord) else None
        return ["", *_lines(value, indent + _STEP, depth + 1, owner)]
    if name in ("StackTrace", "ScriptStackTrace"):
        return ["", *to_text(value).splitlines()] if name == "StackTrace" else _wrapped(to_text(value), indent, width)
    if isinstance(plain, Mapping):
        keys = sorted((to_text(key), item) for key, item in plain.items())
        head = " " * (indent + _STEP) + _style("FormatAccent")
        return ["", *(f"{head}{key} : {RESET}{_ELLIPSIS if key == _HIDDEN else to_text(item)}" for key, item in keys)]
    if isinstance(plain, TypeRef):
        return [f"[{to_text(plain)}]"]
    if is_enumerable(plain):
        return ["", *(line for item in items_of(plain) for line in _element(item, indent, depth))]
    return _wrapped(_coloured(name, to_text(value)), indent, width)


def _style(name: str) -> str:
    """What $PSStyle.Formatting has by that name; it is left out where text stays plain."""
    context = running()
    style = None if context is None else known_style(context)
    return (style or PSStyle()).formatting.values[name]


def _coloured(name: str, shown: str) -> str:
    """What went wrong, and the mark under the place, in the colour of errors."""
    if name == "Message":
        return _style("Error") + shown + RESET
    at = shown.find("~") if name == "PositionMessage" else -1
    return shown if at < 0 else shown[:at] + _style("Error") + shown[at:] + RESET


def _parent(exc: NetException, indent: int) -> list[str]:
    """What an exception's own record says of it."""
    prefix = " " * indent
    return [
        f"{prefix}Type    : System.Management.Automation.ParentContainsErrorRecordException",
        f"{prefix}Message : {exc.message}",
        f"{prefix}HResult : {exc.hresult}",
    ]


def _element(value: Any, indent: int, depth: int) -> list[str]:
    plain = unwrap(value)
    if isinstance(plain, TypeRef):
        return [" " * (2 * indent + _STEP + 2) + f"[{to_text(plain)}]"]
    if isinstance(plain, str | int | float):
        return [" " * (2 * indent + _STEP + 2) + to_text(plain)]
    return [_ELLIPSIS] if depth >= _MAX_DEPTH else _lines(value, indent + _STEP, depth + 1)


def _wrapped(shown: str, indent: int, width: int) -> list[str]:
    first, *rest = [line.strip() for line in shown.split("\n")]
    return [first, *(" " * (indent + width + 3) + line for line in rest)]


_GROUPING = Grouping(key=_INDEX, label="ErrorIndex")
VIEWS = tuple(
    view
    for kind in (f"System.Management.Automation.ErrorRecord{_MARK}", f"System.Exception{_MARK}")
    for view in views(kind, name="GetErrorInstance", custom=replace(text(details), grouping=_GROUPING))
)
