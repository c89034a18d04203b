"""Properties of classes: where their values lie, their defaults, and what a value must pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from remora.engine.binding.attributes import Checks, checks_of
from remora.engine.classes.members import ClassProperty
from remora.engine.convert.conversion import converter_of, initial_value

if TYPE_CHECKING:
    from remora.engine import ast
    from remora.engine.classes.scriptclass import ScriptClass
    from remora.engine.types.typeref import TypeRef


def declare_property(scripted: ScriptClass, node: ast.PropertyMember, kind: TypeRef | None) -> ClassProperty:
    """Add a property to the class."""
    folded = node.name.lower()
    statics = scripted.statics
    if node.static:
        prop = ClassProperty(
            node, scripted.net, kind, lambda _: statics.get(folded), lambda _, value: statics.__setitem__(folded, value)
        )
        scripted.net.statics[folded] = prop
    else:
        prop = ClassProperty(
            node,
            scripted.net,
            kind,
            lambda made: made.fields.get(folded),
            lambda made, value: made.fields.__setitem__(folded, value),
        )
        scripted.net.members[folded] = prop
    prop.convert = _passage(node, kind)
    prop.default = default_of(kind)
    if node.static:
        statics[folded] = prop.default
    return prop


def default_of(kind: TypeRef | None) -> Any:
    """The value of a property nothing was assigned to: zero of value types, else null."""
    return None if kind is None else initial_value(kind)


def _passage(node: ast.PropertyMember, kind: TypeRef | None) -> Callable[[Any], Any] | None:
    """Transformations (the last written first), conversion to the type, then validation."""
    if not node.attributes:
        return None if kind is None else converter_of(kind)
    made: list[Checks] = []

    def convert(value: Any) -> Any:
        if not made:
            from remora.engine.context import current

            made.append(checks_of(current().active_frame(), node.attributes))
        transforms, validators = made[0]
        for transform in reversed(transforms):
            value = transform(value)
        if kind is not None:
            value = converter_of(kind)(value)
        for validator in validators:
            validator.check(value)
        return value

    return convert
