"""What the engine asks of instances: their text, their order, their equality, their elements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from remora.engine.classes.members import ClassMethod, ClassOverload

if TYPE_CHECKING:
    from remora.engine.classes.instance import ScriptObject


def overload_of(made: ScriptObject, name: str, count: int) -> ClassOverload | None:
    """The class's own method of that folded name and number of parameters."""
    method = made.kind.find(name)
    if isinstance(method, ClassMethod):
        for one in method.overloads:
            if isinstance(one, ClassOverload) and len(one.parameters) == count:
                return one
    return None


def script_text(made: ScriptObject) -> str | None:
    """What its ToString() gives; None when it has none of its own."""
    overload = overload_of(made, "tostring", 0)
    if overload is None:
        return None
    from remora.engine.convert.text import to_text

    return to_text(overload.call(made))


def script_order(left: ScriptObject, right: Any) -> int | None:
    """Order by its CompareTo(); None when it has none."""
    overload = overload_of(left, "compareto", 1)
    if overload is None:
        return None
    from remora.engine.convert.conversion import converter_of
    from remora.engine.convert.numbers import to_int

    first = overload.types[0] if overload.types else None
    return to_int(overload.call(left, right if first is None else converter_of(first)(right)))


def script_equal(left: ScriptObject, right: Any) -> bool | None:
    """Equality by its Equals(); None when it has none or cannot take the other value."""
    overload = overload_of(left, "equals", 1)
    if overload is None:
        return None
    from remora.engine.convert.conversion import try_convert
    from remora.engine.convert.truth import is_true

    first = overload.types[0] if overload.types else None
    ok, other = (True, right) if first is None else try_convert(right, first)
    return is_true(overload.call(left, other)) if ok else None


def script_hash(made: ScriptObject) -> int | None:
    """What its GetHashCode() gives; None when it has none."""
    overload = overload_of(made, "gethashcode", 0)
    if overload is None:
        return None
    from remora.engine.convert.numbers import to_int

    return to_int(overload.call(made))


def script_items(made: ScriptObject) -> Iterator[Any]:
    """The elements of an instance that is enumerable."""
    from remora.engine.convert.truth import is_true
    from remora.engine.enumeration import items_of
    from remora.engine.members import get_member, invoke_member

    source: Any = made if overload_of(made, "movenext", 0) is not None else invoke_member(made, "GetEnumerator", [])
    if overload_of_value(source) is None:
        yield from items_of(source)
        return
    while is_true(invoke_member(source, "MoveNext", [])):
        yield (
            invoke_member(source, "get_Current", [])
            if source.kind.find("get_current") is not None
            else get_member(source, "Current")
        )


def overload_of_value(value: Any) -> ClassOverload | None:
    """MoveNext of a value that is an enumerator of a script's class."""
    from remora.engine.classes.instance import ScriptObject

    return overload_of(value, "movenext", 0) if isinstance(value, ScriptObject) else None
