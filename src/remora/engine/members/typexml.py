"""Types.ps1xml: the members that a file adds to types."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from remora import _xml
from remora.engine.errors import PSError, error
from remora.engine.members.typedata import SETS, STANDARD, TypeData
from remora.engine.psobject import AliasProperty, PropertySet, ScriptMethod, ScriptProperty
from remora.errors import RemoraError

if TYPE_CHECKING:
    from remora.engine.scriptblock import ScriptBlock

MAX_SIZE: Final = 16 * 1024 * 1024
MakeBlock = Callable[[str], "ScriptBlock"]


def read_types(data: bytes, file: str, make_block: MakeBlock) -> list[TypeData]:
    """The types of a file. Raises PSError for what is no types file."""
    try:
        root = _xml.parse(data, max_size=MAX_SIZE)
    except RemoraError as problem:
        raise _broken(file, str(problem)) from None
    if _xml.local_name(root) != "Types":
        raise _broken(file, f'the node "{_xml.local_name(root)}" is not allowed; it has to be "Types".')
    return [_type(node, file, make_block) for node in root if _xml.local_name(node) == "Type"]


def _broken(file: str, reason: str) -> PSError:
    return error(f"{file} : Error: {reason}", "TypesXmlUpdateException", "InvalidOperation")


def _children(node: Any, name: str) -> list[Any]:
    return [child for child in node if _xml.local_name(child) == name]


def _text(node: Any, name: str) -> str | None:
    found = _children(node, name)
    return None if not found else (found[0].text or "").strip()


def _type(node: Any, file: str, make_block: MakeBlock) -> TypeData:
    name = _text(node, "Name")
    if not name:
        raise _broken(file, 'the node "Type" has no "Name".')
    data = TypeData(name)
    for members in _children(node, "Members"):
        for member in members:
            if _xml.local_name(member) == "MemberSet" and _text(member, "Name") == "PSStandardMembers":
                _standard(member, data)
                continue
            made = _member(member, file, make_block)
            if made is not None:
                data.put(*made)
    return data


def _member(node: Any, file: str, make_block: MakeBlock) -> tuple[str, Any] | None:
    kind, name = _xml.local_name(node), _text(node, "Name")
    if not name:
        raise _broken(file, f'the node "{kind}" has no "Name".')
    if kind == "NoteProperty":
        return name, _typed(_text(node, "Value"), _text(node, "TypeName"))
    if kind == "AliasProperty":
        return name, AliasProperty(_text(node, "ReferencedMemberName") or "", _text(node, "TypeName"))
    if kind == "ScriptProperty":
        getter, setter = _text(node, "GetScriptBlock"), _text(node, "SetScriptBlock")
        return name, ScriptProperty(
            None if getter is None else make_block(getter), None if setter is None else make_block(setter)
        )
    if kind == "ScriptMethod":
        return name, ScriptMethod(make_block(_text(node, "Script") or ""))
    if kind == "PropertySet":
        return name, PropertySet(_names(node))
    return None


def _names(node: Any) -> list[str]:
    return [
        (child.text or "").strip()
        for referenced in _children(node, "ReferencedProperties")
        for child in _children(referenced, "Name")
    ]


def _typed(value: str | None, type_name: str | None) -> Any:
    if value is None or type_name is None:
        return value
    from remora.engine.convert.conversion import convert_to

    return convert_to(value, type_name)


def _standard(node: Any, data: TypeData) -> None:
    for members in _children(node, "Members"):
        for member in members:
            name = _text(member, "Name") or ""
            if name in SETS:
                data.standard[name] = _names(member)
            elif name in STANDARD:
                value = _text(member, "ReferencedMemberName") or _text(member, "Value")
                data.standard[name] = _typed(value, STANDARD[name] if STANDARD[name] != "System.Type" else None)
