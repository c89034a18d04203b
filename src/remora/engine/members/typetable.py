"""Members that a session adds to types (Update-TypeData): looked up after an object's own and before its type's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from remora.engine.types.attached import TABLE, attachment
from remora.engine.types.registry import type_names
from remora.values.objects import DESERIALIZED, PSObject

if TYPE_CHECKING:
    from remora.engine.context import EngineContext

_STORE: Final = "typetable"
ABSENT: Final = object()


class TypeData:
    """What was added to one type. members: as PSObject's extended ones; standard: settings such as
    DefaultDisplayPropertySet (a list of names) or SerializationDepth, by name.
    """

    __slots__ = ("is_override", "members", "standard", "type_name")

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name
        self.members: dict[str, Any] = {}
        self.standard: dict[str, Any] = {}
        self.is_override = False

    def find(self, name: str) -> str | None:
        """The spelling under which the member is kept."""
        folded = name.lower()
        return next((known for known in self.members if known.lower() == folded), None)

    def find_standard(self, name: str) -> Any:
        """A setting by name, case ignored."""
        folded = name.lower()
        return next((value for known, value in self.standard.items() if known.lower() == folded), None)


class TypeTable:
    """The added members of a session, by type name. files: where they came from."""

    def __init__(self) -> None:
        self.types: dict[str, TypeData] = {}
        self.files: list[str] = []
        self._cache: dict[tuple[str, ...], dict[str, tuple[str, Any]]] = {}

    def get(self, type_name: str) -> TypeData | None:
        """What was added to exactly that type."""
        return self.types.get(type_name.lower())

    def declare(self, type_name: str) -> TypeData:
        """The entry of a type, made when there is none."""
        found = self.types.get(type_name.lower())
        if found is None:
            found = self.types[type_name.lower()] = TypeData(type_name)
        return found

    def remove(self, type_name: str) -> bool:
        """Forget what was added to a type; False when nothing was."""
        self.changed()
        return self.types.pop(type_name.lower(), None) is not None

    def changed(self) -> None:
        """Members were added or removed."""
        self._cache.clear()

    def members_of(self, names: tuple[str, ...]) -> dict[str, tuple[str, Any]]:
        """Members by lower-case name, those of the more derived types hiding others."""
        found = self._cache.get(names)
        if found is None:
            found = {}
            for name in names:
                data = self.types.get(name.lower())
                for known, member in data.members.items() if data is not None else ():
                    found.setdefault(known.lower(), (known, member))
            if len(self._cache) > 1000:
                self._cache.clear()
            self._cache[names] = found
        return found


class _Use:
    """Whether any session of the process has a type table."""

    begun = False


def in_use() -> bool:
    """Has anything been added to types or to objects of their own? Lookups ask nothing more while nothing has."""
    return _Use.begun or bool(TABLE)


def table_of(context: EngineContext) -> TypeTable:
    """The type table of a session, made when it is first asked for."""
    found = context.store.get(_STORE)
    if not isinstance(found, TypeTable):
        found = context.store[_STORE] = TypeTable()
        _Use.begun = True
    return found


def _current() -> TypeTable | None:
    if not _Use.begun:
        return None
    from remora.engine.context import running

    context = running()
    found = context.store.get(_STORE) if context is not None else None
    return found if isinstance(found, TypeTable) and found.types else None


def own_members(value: Any) -> dict[str, Any]:
    """The members attached to this very object."""
    if isinstance(value, PSObject):
        return value.extended
    found = attachment(value)
    return {} if found is None else found.members


def find_member(value: Any, name: str) -> Any:
    """The member attached to the object, or added to its type in this session; ABSENT when there is none."""
    found = attachment(value)
    if found is not None and (known := found.find(name)) is not None:
        return found.members[known]
    table = _current()
    if table is None:
        return ABSENT
    added = table.members_of(type_names(value)).get(name.lower())
    return ABSENT if added is None else added[1]


def type_members(value: Any) -> dict[str, Any]:
    """All members the session added to the types of the object."""
    table = _current()
    return {} if table is None else dict(table.members_of(type_names(value)).values())


def members(value: Any) -> dict[str, Any]:
    """All members attached to the object or added to its types."""
    found = attachment(value)
    added = type_members(value)
    return added if found is None else {**added, **found.members}


def standard_member(value: Any, name: str) -> Any:
    """A member of PSStandardMembers: the object's own, or that of its most derived type; None without one."""
    own = own_members(value).get("PSStandardMembers")
    if isinstance(own, dict):
        found = next((item for known, item in own.items() if known.lower() == name.lower()), None)
        if found is not None:
            return getattr(found, "names", found)
    table = _current()
    if table is None:
        return None
    for known in type_names(value):
        for candidate in (known, known.removeprefix(DESERIALIZED)):
            data = table.get(candidate)
            found = data.find_standard(name) if data is not None else None
            if found is not None:
                return found
    return None
