"""Members that a session adds to types (Update-TypeData): looked up after an object's own and before its type's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from remora.engine.contentline import ContentLine
from remora.engine.psobject import PropertySet
from remora.engine.types.attached import TABLE, attachment
from remora.engine.types.registry import type_names
from remora.values.objects import DESERIALIZED, MemberSet, PSObject

if TYPE_CHECKING:
    from remora.engine.context import EngineContext
    from remora.engine.members.typedata import TypeData

_STORE: Final = "typetable"
ABSENT: Final = object()


class TypeTable:
    """The added members of a session: what its files say, and on top of it what commands added or took away, in the
    order it happened. removed: names of built-in types whose data is not to be shown any more.
    """

    def __init__(self) -> None:
        self._files: dict[str, list[TypeData]] = {}
        self._changes: list[TypeData | str] = []
        self.types: dict[str, TypeData] = {}
        self.removed: set[str] = set()
        self._cache: dict[tuple[str, ...], dict[str, tuple[str, Any]]] = {}

    @property
    def files(self) -> list[str]:
        """Paths of the files that were read."""
        return list(self._files)

    def get(self, type_name: str) -> TypeData | None:
        """What was added to exactly that type."""
        return self.types.get(type_name.lower())

    def add_file(self, file: str, found: list[TypeData], *, prepend: bool) -> None:
        """Take the members of a file; a file that was read before keeps its place."""
        if prepend and file not in self._files:
            self._files = {file: found, **self._files}
        else:
            self._files[file] = found
        self._rebuild()

    def remove_file(self, file: str) -> bool:
        """Forget a file; False when it was not read."""
        known = self._files.pop(file, None) is not None
        self._rebuild()
        return known

    def add(self, data: TypeData) -> list[str]:
        """Add members to a type; the names that are taken already, when they must not be overridden."""
        known = self.get(data.type_name)
        if known is not None and not data.is_override and (taken := known.conflicts(data)):
            return taken
        self._changes.append(data)
        self._rebuild()
        return []

    def remove(self, type_name: str) -> bool:
        """Forget everything about a type, be it built in; False when the session had added nothing."""
        self.removed.add(type_name.lower())
        if self.get(type_name) is None:
            return False
        self._changes.append(type_name.lower())
        self._rebuild()
        return True

    def _rebuild(self) -> None:
        self._cache.clear()
        types: dict[str, TypeData] = {}
        for change in (*(data for found in self._files.values() for data in found), *self._changes):
            if isinstance(change, str):
                types.pop(change, None)
            elif change.type_name.lower() in types:
                types[change.type_name.lower()].merge(change)
            else:
                types[change.type_name.lower()] = change.copy()
        self.types = types

    def members_of(self, names: tuple[str, ...]) -> dict[str, tuple[str, Any]]:
        """Members by lower-case name, those of the more derived types hiding others."""
        found = self._cache.get(names)
        if found is None:
            found = {}
            for name in names:
                data = self.types.get(name.lower())
                for one in data.members.values() if data is not None else ():
                    found.setdefault(one.name.lower(), (one.name, one.member))
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
    if type(value) is ContentLine:
        return value.notes()
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
    if added is None:
        return (_standard_set(table, value) or ABSENT) if name.lower() == "psstandardmembers" else ABSENT
    return added[1]


_METHODS: Final = ("AllPublicProperties", "String", "SpecificProperties")


def _standard_set(table: TypeTable, value: Any) -> MemberSet:
    """What the session says of the types of the object in PSStandardMembers; of more derived types first."""
    from remora.engine.format.access import get

    out: dict[str, Any] = {}
    for known in reversed(type_names(value)):
        data = table.get(known)
        for name, found in (data.standard if data is not None else {}).items():
            if name == "StringSerializationSource":
                found = get(value, found)
            out[name] = PropertySet(list(found)) if isinstance(found, (list, tuple)) else found
    method = out.get("SerializationMethod")
    if isinstance(method, str):
        out["SerializationMethod"] = next((one for one in _METHODS if one.lower() == method.lower()), method)
    source = out.get("StringSerializationSource")
    if isinstance(source, str):  # an alias of that member of the object
        from remora.engine.members.properties import get_member

        out["StringSerializationSource"] = get_member(value, source)
    return MemberSet(out)


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
