"""A text that Get-Content read: it tells where it came from."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from remora.engine.drives import ResolvedPath

ABSENT: Final = object()
_NAMES: Final = ("PSPath", "PSParentPath", "PSChildName", "PSDrive", "PSProvider", "ReadCount")
_FOLDED: Final = {name.lower(): name for name in _NAMES}


class ContentLine(str):
    """A System.String with note properties, which are made when somebody asks. place: the item it was read from.
    number: how many objects had been read with it.
    """

    __slots__ = ("number", "place")
    place: ResolvedPath
    number: int

    def notes(self) -> dict[str, Any]:
        """All notes in order."""
        return {name: self.note(name) for name in _NAMES}

    def note(self, name: str) -> Any:
        """One note by name, case ignored; ABSENT when there is none of that name."""
        known = _FOLDED.get(name.lower())
        if known is None:
            return ABSENT
        place, drive = self.place, self.place.drive
        match known:
            case "PSPath":
                return place.ps_path()
            case "PSParentPath":
                return place.at(posixpath.dirname(place.path)).ps_path()
            case "PSChildName":
                return posixpath.basename(place.path)
            case "PSDrive":
                return drive
            case "PSProvider":
                return drive.info
        from remora.values.numbers import Int64

        return Int64(self.number)

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)
