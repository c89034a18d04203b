"""Arrays of more than one dimension: ``[int[,]]::new(2, 3)``."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any, Final

from remora.engine.convert.conversion import convert, try_convert
from remora.engine.convert.numbers import to_int
from remora.engine.enumeration import Enumerable
from remora.engine.errors import PSError, error
from remora.engine.exception_types import exception
from remora.engine.nettype import NetType
from remora.engine.types import registry as r
from remora.engine.types.collections import MAX_LENGTH, failure
from remora.engine.types.typeref import TypeRef

MAX_RANK: Final = 32


class Grid(Enumerable):
    """An array with a length in each dimension; the items lie row by row."""

    __slots__ = ("cells", "element", "kind", "lengths")
    net_type = r.ARRAY

    def __init__(self, element: TypeRef, lengths: tuple[int, ...], cells: list[Any] | None = None) -> None:
        if any(length < 0 for length in lengths):
            raise failure("Arithmetic operation resulted in an overflow.", "System.OverflowException")
        if prod(lengths) > MAX_LENGTH or len(lengths) > MAX_RANK:
            raise failure("Array dimensions exceeded supported range.", "System.OutOfMemoryException")
        self.kind: NetType = r.array_type(element.name, len(lengths))
        self.element = element
        self.lengths = lengths
        ok, blank = try_convert(None, element) if element.net.is_value_type else (True, None)
        self.cells = [blank if ok else None] * prod(lengths) if cells is None else cells

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names

    def net_text(self) -> str:
        from remora.engine.convert.text import to_text

        return " ".join(to_text(cell) for cell in self.cells)

    def items(self) -> Iterator[Any]:
        return iter(self.cells)

    def _offset(self, indexes: list[Any]) -> int:
        """Where the cell of the indexes lies. Raises NeedMultidimensionalIndex or an index error."""
        if len(indexes) != len(self.lengths):
            text = ",".join(str(i) for i in indexes)
            raise error(
                f"You cannot index into a {len(self.lengths)} dimensional array with index [{text}].",
                "NeedMultidimensionalIndex",
                "InvalidOperation",
                text,
            )
        offset = 0
        for index, length in zip(indexes, self.lengths, strict=True):
            position = to_int(index)
            if position < 0:
                position += length
            if not 0 <= position < length:
                raise out_of_bounds()
            offset = offset * length + position
        return offset

    def get(self, indexes: list[Any]) -> Any:
        """The cell at the indexes; a list of index lists gives each of their cells."""
        if indexes and all(isinstance(one, (list, tuple)) for one in indexes):
            return [self.get(list(one)) for one in indexes]
        return self.cells[self._offset(indexes)]

    def put(self, indexes: list[Any], value: Any) -> None:
        """Write a cell, converted to the element type."""
        self.cells[self._offset(indexes)] = convert(value, self.element)

    def copy(self) -> Grid:
        return Grid(self.element, self.lengths, list(self.cells))


def out_of_bounds() -> PSError:
    """The error of an index outside of an array."""
    inner = exception("Index was outside the bounds of the array.", "System.IndexOutOfRangeException")
    return error(
        inner.message, "System.IndexOutOfRangeException", "OperationStopped", inner=inner, type_name=inner.kind.name
    )


def grid_from(target: TypeRef, value: Any) -> Any:
    """Convert to an array of that rank: only from one."""
    from remora.engine.convert.numbers import cannot_convert

    if value is None or (isinstance(value, Grid) and value.kind is target.net):
        return value
    assert target.element is not None
    if isinstance(value, Grid) and len(value.lengths) == target.rank:
        return Grid(target.element, value.lengths, [convert(cell, target.element) for cell in value.cells])
    raise cannot_convert(value, target.display)
