"""Hashtables as PowerShell has them: typed keys, strings without case, order kept."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any, ClassVar

from remora.values.buckets import bucket_order
from remora.values.enums import EnumValue


class Hashtable(MutableMapping[Any, Any]):
    """System.Collections.Hashtable where ``dict`` would merge or refuse keys.

    String keys ignore case unless ``case_sensitive``; keys of different types differ (1, "1", Int64(1), True);
    a key that is an object counts by identity. Iteration gives the keys as first written, in order; tables of whole
    numbers only give them in the order of .NET's buckets. capacity: for how many entries .NET would have made it.
    """

    TYPE_NAME: ClassVar[str] = "System.Collections.Hashtable"
    __slots__ = ("_entries", "capacity", "case_sensitive")
    HASHED: ClassVar[bool] = True

    def __init__(
        self,
        items: Mapping[Any, Any] | Iterable[tuple[Any, Any]] = (),
        *,
        case_sensitive: bool = False,
        capacity: int = 0,
    ) -> None:
        self.capacity = capacity
        self._entries: dict[Hashable, tuple[Any, Any]] = {}
        self.case_sensitive = case_sensitive
        for key, value in items.items() if isinstance(items, Mapping) else items:
            self[key] = value

    def _fold(self, key: Any) -> Hashable:
        if isinstance(key, str):
            kind = type(key) if hasattr(key, "TYPE_NAME") else str  # a text with notes is the key that the text is
            return (kind, str(key) if self.case_sensitive else str(key).lower())
        if isinstance(key, EnumValue):
            return (key.type_names, int(key))
        if isinstance(key, Hashable):
            try:
                return (type(key), key, hash(key))
            except TypeError:  # a tuple of lists is Hashable by name only
                pass
        return (type(key), id(key))

    def __getitem__(self, key: Any) -> Any:
        try:
            return self._entries[self._fold(key)][1]
        except KeyError:
            raise KeyError(key) from None

    def __setitem__(self, key: Any, value: Any) -> None:
        folded = self._fold(key)
        known = self._entries.get(folded)
        self._entries[folded] = (key if known is None else known[0], value)

    def __delitem__(self, key: Any) -> None:
        try:
            del self._entries[self._fold(key)]
        except KeyError:
            raise KeyError(key) from None

    def __contains__(self, key: object) -> bool:
        return self._fold(key) in self._entries

    def __iter__(self) -> Iterator[Any]:
        keys = [key for key, _ in self._entries.values()]
        if len(keys) > 1 and self.HASHED and isinstance(keys[0], int):
            return iter(bucket_order(keys, self.capacity))
        return iter(keys)

    def __len__(self) -> int:
        return len(self._entries)

    def added(self) -> list[tuple[Any, Any]]:
        """Keys with values in the order in which they were added, which enumeration may not keep."""
        return list(self._entries.values())

    def __eq__(self, other: object) -> bool:
        from remora.values.equality import same

        if isinstance(other, (Hashtable, dict)):
            return same(self, other) if type(self) is type(other) else _same_pairs(self, other)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # mutable

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self._entries.values())!r})"


class OrderedDictionary(Hashtable):
    """System.Collections.Specialized.OrderedDictionary."""

    TYPE_NAME: ClassVar[str] = "System.Collections.Specialized.OrderedDictionary"
    __slots__ = ()
    HASHED: ClassVar[bool] = False


class OrderedHashtable(Hashtable):
    """System.Management.Automation.OrderedHashtable: what ConvertFrom-Json -AsHashtable makes."""

    TYPE_NAME: ClassVar[str] = "System.Management.Automation.OrderedHashtable"
    __slots__ = ()
    HASHED: ClassVar[bool] = False


class PrimitiveDictionary(dict[Any, Any]):
    """System.Management.Automation.PSPrimitiveDictionary: string keys, primitive values, nested dictionaries."""

    TYPE_NAME: ClassVar[str] = "System.Management.Automation.PSPrimitiveDictionary"
    __slots__ = ()

    def __repr__(self) -> str:
        return f"PrimitiveDictionary({dict.__repr__(self)})"


def _same_pairs(left: Mapping[Any, Any], right: Mapping[Any, Any]) -> bool:
    return len(left) == len(right) and all(key in left and left[key] == value for key, value in right.items())
