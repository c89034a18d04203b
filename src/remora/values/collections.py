"""Lists whose .NET type matters. ``list`` itself is System.Object[], ``dict`` is System.Collections.Hashtable."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar


class ArrayList(list[Any]):
    """System.Collections.ArrayList: growable."""

    __slots__ = ()
    TYPE_NAME: ClassVar[str] = "System.Collections.ArrayList"

    def __repr__(self) -> str:
        return f"ArrayList({list.__repr__(self)})"


class TypedArray(list[Any]):
    """A fixed-size array with an element type, such as ``System.String`` for System.String[]."""

    __slots__ = ("element_type",)

    def __init__(self, items: Iterable[Any] = (), element_type: str = "System.Object") -> None:
        super().__init__(items)
        self.element_type = element_type

    @property
    def type_name(self) -> str:
        return f"{self.element_type}[]"

    def __repr__(self) -> str:
        return f"TypedArray({list.__repr__(self)}, {self.element_type!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return TypedArray, (list(self), self.element_type)


class GenericList(list[Any]):
    """System.Collections.Generic.List<T>: growable.

    element_type: the text between the double brackets of the full type name, assembly included where it was given.
    """

    __slots__ = ("element_type",)

    def __init__(self, items: Iterable[Any] = (), element_type: str = "System.Object") -> None:
        super().__init__(items)
        self.element_type = element_type

    @property
    def type_name(self) -> str:
        return f"System.Collections.Generic.List`1[[{self.element_type}]]"

    def __repr__(self) -> str:
        return f"GenericList({list.__repr__(self)}, {self.element_type!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return GenericList, (list(self), self.element_type)


class ObjectCollection(list[Any]):
    """System.Collections.ObjectModel.Collection<PSObject>: what groups and invocations hold."""

    __slots__ = ()
    TYPE_NAME: ClassVar[str] = "System.Collections.ObjectModel.Collection`1[[System.Management.Automation.PSObject]]"

    def __repr__(self) -> str:
        return f"ObjectCollection({list.__repr__(self)})"


class TypeNameCollection(list[Any]):
    """Type names of an object as a Collection<string>. write: stores them in the object after each change."""

    __slots__ = ("write",)
    TYPE_NAME: ClassVar[str] = "System.Collections.ObjectModel.Collection`1[[System.String]]"

    def __init__(self, names: Iterable[str] = (), write: Callable[[tuple[str, ...]], None] | None = None) -> None:
        super().__init__(names)
        self.write = write

    def _changed(self) -> None:
        if self.write is not None:
            self.write(tuple(str(name) for name in self))

    def append(self, item: Any) -> None:
        super().append(item)
        self._changed()

    def extend(self, items: Iterable[Any]) -> None:
        super().extend(items)
        self._changed()

    def insert(self, index: Any, item: Any) -> None:
        super().insert(index, item)
        self._changed()

    def remove(self, item: Any) -> None:
        super().remove(item)
        self._changed()

    def pop(self, index: Any = -1) -> Any:
        item = super().pop(index)
        self._changed()
        return item

    def clear(self) -> None:
        super().clear()
        self._changed()

    def reverse(self) -> None:
        super().reverse()
        self._changed()

    def __setitem__(self, index: Any, item: Any) -> None:
        super().__setitem__(index, item)
        self._changed()

    def __delitem__(self, index: Any) -> None:
        super().__delitem__(index)
        self._changed()


class Stack(list[Any]):
    """System.Collections.Stack: item 0 is the top, as it is on the wire."""

    __slots__ = ()
    TYPE_NAME: ClassVar[str] = "System.Collections.Stack"

    def __repr__(self) -> str:
        return f"Stack({list.__repr__(self)})"


class Queue(list[Any]):
    """System.Collections.Queue: item 0 is the head."""

    __slots__ = ()
    TYPE_NAME: ClassVar[str] = "System.Collections.Queue"

    def __repr__(self) -> str:
        return f"Queue({list.__repr__(self)})"


class Enumerable(list[Any]):
    """Items of some other IEnumerable (wire element IE): only ever the base of a PSObject that knows the type."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Enumerable({list.__repr__(self)})"
