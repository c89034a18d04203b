"""PSObject: everything that has no natural Python form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

PSCUSTOMOBJECT_TYPES: Final = ("System.Management.Automation.PSCustomObject", "System.Object")
DESERIALIZED: Final = "Deserialized."


class Missing:
    """The type of MISSING: an object has no base value (which differs from a base value of null)."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False

    def __copy__(self) -> Missing:
        return self

    def __deepcopy__(self, memo: object) -> Missing:
        return self

    def __reduce__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()


class MemberSet(dict[str, Any]):
    """A named set of members nested in the extended members of an object."""

    __slots__ = ()


class PSObject:
    """An object with type names and members (wire-protocol 7.3).

    type_names: most derived first, () when the wire gave none. base: the value it wraps (primitive, list, dict, another
    PSObject) or MISSING. adapted: properties of the .NET object (Props). extended: members added to it (MS).
    to_string: the ToString text or None. ``obj["name"]``, ``obj.get("name")`` and ``obj.name`` ignore case and look at
    extended before adapted; a property named like a method is reached by ``obj["name"]``. Equality is structural.
    """

    __slots__ = ("__weakref__", "adapted", "base", "extended", "to_string", "type_names")

    def __init__(
        self,
        type_names: Iterable[str] = (),
        base: Any = MISSING,
        adapted: Mapping[str, Any] | None = None,
        extended: Mapping[str, Any] | None = None,
        to_string: str | None = None,
    ) -> None:
        self.type_names: tuple[str, ...] = (type_names,) if isinstance(type_names, str) else tuple(type_names)
        self.base = base
        self.adapted: dict[str, Any] = {} if adapted is None else dict(adapted)
        self.extended: dict[str, Any] = {} if extended is None else dict(extended)
        self.to_string = to_string

    @classmethod
    def custom(cls, members: Mapping[str, Any] | None = None, /, **more: Any) -> PSObject:
        """Return a PSCustomObject with these note properties."""
        return PSObject(PSCUSTOMOBJECT_TYPES, extended={**(members or {}), **more})

    @classmethod
    def bag(cls, members: Mapping[str, Any] | None = None, /, **more: Any) -> PSObject:
        """Return a property bag without type names, as bodies of PSRP messages are."""
        return PSObject(extended={**(members or {}), **more})

    @property
    def type_name(self) -> str:
        """The most derived type name, or '' without type names."""
        return self.type_names[0] if self.type_names else ""

    def is_instance(self, type_name: str) -> bool:
        """Tell whether the type chain has this name, with or without the prefix ``Deserialized.``, case ignored."""
        wanted = type_name.lower()
        prefix = DESERIALIZED.lower()
        return any(name.lower().removeprefix(prefix) == wanted.removeprefix(prefix) for name in self.type_names)

    def properties(self) -> dict[str, Any]:
        """Return adapted and extended members in one new dict; an extended member hides an adapted one."""
        hidden = {name.lower() for name in self.extended}
        merged = {name: value for name, value in self.adapted.items() if name.lower() not in hidden}
        merged.update(self.extended)
        return merged

    def get(self, name: str, default: Any = None) -> Any:
        """Return the member called ``name``, case ignored, or ``default``."""
        found = self._find(name)
        return default if found is None else found[0][found[1]]

    def _find(self, name: str) -> tuple[dict[str, Any], str] | None:
        folded = name.lower()
        for members in (self.extended, self.adapted):
            if name in members:
                return members, name
            for candidate in members:
                if candidate.lower() == folded:
                    return members, candidate
        return None

    def __getitem__(self, name: str) -> Any:
        found = self._find(name)
        if found is None:
            raise KeyError(name)
        return found[0][found[1]]

    def __setitem__(self, name: str, value: Any) -> None:
        members, known = self._find(name) or (self.extended, name)
        members[known] = value

    def __delitem__(self, name: str) -> None:
        found = self._find(name)
        if found is None:
            raise KeyError(name)
        del found[0][found[1]]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._find(name) is not None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = self._find(name)
        if found is None:
            raise AttributeError(f"{self.type_name or 'PSObject'} has no property {name!r}")
        return found[0][found[1]]

    def __iter__(self) -> Iterator[Any]:
        """Iterate the wrapped collection; an object without one raises TypeError."""
        if isinstance(self.base, (list, dict, PSObject)) or hasattr(self.base, "keys"):
            return iter(self.base)
        raise TypeError(f"{self.type_name or 'PSObject'} is not a collection")

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        from remora.values.equality import same

        return same(self, other) if isinstance(other, PSObject) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # mutable, compared by structure

    def __str__(self) -> str:
        if self.to_string is not None:
            return self.to_string
        return self.type_name if self.base is MISSING else str(self.base)

    def __repr__(self) -> str:
        names = ", ".join([*self.extended, *self.adapted][:8])
        base = "" if self.base is MISSING else f" base={type(self.base).__name__}"
        return f"<PSObject {self.type_name or '(bag)'}{base} [{names}]>"
