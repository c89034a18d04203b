"""Operators that give the enum of their left operand."""

from __future__ import annotations

from typing import Any

from remora.engine.errors import error
from remora.engine.types.registry import type_of
from remora.values.enums import EnumValue


def same_enum(sample: EnumValue, result: Any) -> Any:
    """The result as a value of the sample's enum. Raises the error of a cast for what is no whole number."""
    from remora.engine.convert.conversion import enum_value
    from remora.engine.types.typeref import find_type

    if not isinstance(result, int):
        raise error(
            f"Unable to cast object of type '{type_of(result).name}' to type '{type_of(sample).name}'.",
            "System.InvalidCastException",
            type_name="System.InvalidCastException",
        )
    target = find_type(sample.type_names[0]) if sample.type_names else None
    if target is not None and target.net.enum is not None:
        return enum_value(target, int(result))
    return EnumValue(int(result), type_names=sample.type_names, name=str(int(result)))
