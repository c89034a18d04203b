"""What a class with the DscResource attribute must have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from remora.engine import ast
from remora.engine.source import Extent

Report = Callable[..., None]
_BOOL: Final = ("bool", "boolean", "system.boolean")


def _short(name: ast.TypeName) -> str:
    return name.name.lower().rpartition(".")[2].removesuffix("attribute")


def check_resource(report: Report, definition: ast.TypeDefinition) -> None:
    """Report what a resource lacks; a class without the attribute, or with a base that may have it, lacks nothing."""
    if not any(_short(one.type) == "dscresource" for one in definition.attributes) or definition.bases:
        return
    if not _fits(definition, "test", lambda node: _gives(node, _BOOL)):
        report("DscResourceMissingTestMethod", definition.extent, definition.name)
    _check_get(report, definition)
    if not _fits(definition, "set", lambda node: not node.returns_value()):
        report("DscResourceMissingSetMethod", definition.extent, definition.name)
    if not any(_is_key(one) for one in definition.properties()):
        report("DscResourceMissingKeyProperty", definition.extent, definition.name)
    made = [one for one in _named(definition, definition.name.lower()) if not one.static]
    if made and all(one.parameters for one in made):
        report("DscResourceMissingDefaultConstructor", definition.extent, definition.name)


def _named(definition: ast.TypeDefinition, name: str) -> list[ast.MethodMember]:
    return [one for one in definition.methods() if one.name.lower() == name]


def _gives(node: ast.MethodMember, types: tuple[str, ...]) -> bool:
    return bool(node.types) and node.types[-1].full().lower() in types


def _fits(definition: ast.TypeDefinition, name: str, good: Callable[[ast.MethodMember], bool]) -> bool:
    return any(not one.parameters and good(one) for one in _named(definition, name))


def _check_get(report: Report, definition: ast.TypeDefinition) -> None:
    candidates = [one for one in _named(definition, "get") if not one.parameters]
    if not candidates:
        report("DscResourceMissingGetMethod", definition.extent, definition.name)
        return
    node = candidates[0]
    if not _gives(node, (definition.name.lower(),)):
        place = Extent(node.extent.source, node.extent.start, node.extent.end)
        report("DscResourceInvalidGetMethod", place, definition.name)


def _is_key(node: ast.PropertyMember) -> bool:
    return any(
        _short(one.type) == "dscproperty" and any(key.lower() == "key" for key, _ in one.named)
        for one in node.attributes
    )
