"""The views a session knows: its own before, and after, the built-in ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from remora.engine.format.views import ViewDefinition

_PREFIX: Final = "Deserialized."


@cache
def builtin_definitions() -> tuple[ViewDefinition, ...]:
    """The built-in views in their order."""
    from remora.engine.format.library import definitions

    return tuple(definitions())


class ViewTable:
    """Views in the order they are asked.

    prepended and appended: what Update-FormatData added, file by file. preferred: by the folded name of a type, the
    view it has where several would do.
    """

    def __init__(self) -> None:
        self.prepended: dict[str, tuple[ViewDefinition, ...]] = {}
        self.appended: dict[str, tuple[ViewDefinition, ...]] = {}
        self.preferred: dict[str, str] = {}
        self._index: dict[str, list[ViewDefinition]] | None = None

    def definitions(self) -> Iterator[ViewDefinition]:
        """All views, first the ones that hide others."""
        for added in self.prepended.values():
            yield from added
        yield from builtin_definitions()
        for added in self.appended.values():
            yield from added

    def add(self, source: str, found: Sequence[ViewDefinition], *, prepend: bool) -> None:
        """Take the views of a file, in place of those it gave before."""
        for known in (self.prepended, self.appended):
            known.pop(source, None)
        if prepend:
            self.prepended = {source: tuple(found), **self.prepended}
        else:
            self.appended[source] = tuple(found)
        self._index = None

    def _by_type(self) -> dict[str, list[ViewDefinition]]:
        if self._index is None:
            self._index = {}
            for definition in self.definitions():
                for name in definition.type_names:
                    self._index.setdefault(name.lower(), []).append(definition)
        return self._index

    def find(
        self, type_names: Sequence[str], shape: str | None = None, name: str | None = None, *, out_of_band: bool = False
    ) -> ViewDefinition | None:
        """The view of the most derived type that has one; for deserialized objects that of the original type too."""
        index = self._by_type()
        masked = [known.removeprefix(_PREFIX) for known in type_names]
        for names in (type_names, masked) if masked != list(type_names) else (type_names,):
            for type_name in names:
                known = index.get(type_name.lower(), ())
                if name is None and (best := self.preferred.get(type_name.lower())) is not None:
                    known = sorted(known, key=lambda definition, best=best: definition.name != best)
                for definition in known:
                    if (
                        definition.out_of_band == out_of_band
                        and (shape is None or definition.view.shape == shape)
                        and (name is None or definition.name.lower() == name.lower())
                    ):
                        return definition
        return None

    def of_type(self, type_name: str) -> list[ViewDefinition]:
        """All views declared for exactly that type."""
        return list(self._by_type().get(type_name.lower(), ()))
