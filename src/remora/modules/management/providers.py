"""The flat drives Env:, Variable:, Function: and Alias: behind one interface."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, MutableMapping
from typing import TYPE_CHECKING, Any, Protocol

from remora.engine.commands import AliasInfo
from remora.engine.convert import to_text
from remora.engine.drives import Drive
from remora.engine.format.pairs import Pair
from remora.engine.scriptblock import ScriptBlock
from remora.modules.management.failures import provider_lacks

if TYPE_CHECKING:
    from remora.engine.session import SessionState


class Provider(Protocol):
    """Items by name below a drive; the empty name is the drive itself."""

    def names(self) -> Iterator[str]: ...
    def exists(self, name: str) -> bool: ...
    def is_container(self, name: str) -> bool: ...
    def item(self, name: str) -> Any: ...
    def content(self, name: str) -> Any: ...
    def write(self, name: str, value: Any) -> None: ...
    def remove(self, name: str) -> None: ...


class _Flat(ABC):
    """Common part: only the drive itself has children."""

    def __init__(self, session: SessionState) -> None:
        self._session = session

    def exists(self, name: str) -> bool:
        return not name or any(known.lower() == name.lower() for known in self.names())

    def is_container(self, name: str) -> bool:
        return not name

    @abstractmethod
    def names(self) -> Iterator[str]:
        """All names, sorted."""


class EnvironmentProvider(_Flat):
    """Environment variables; values are texts, names count by case as Unix has them."""

    def __init__(self, session: SessionState) -> None:
        super().__init__(session)
        self._table: MutableMapping[str, str] = os.environ

    def names(self) -> Iterator[str]:
        return iter(sorted(self._table, key=str.lower))

    def exists(self, name: str) -> bool:
        return not name or name in self._table

    def item(self, name: str) -> Any:
        return Pair(name, self._table[name])

    def content(self, name: str) -> Any:
        return self._table[name]

    def write(self, name: str, value: Any) -> None:
        text = "" if value is None else to_text(value)
        if text:
            self._table[name] = text
        else:
            self._table.pop(name, None)

    def remove(self, name: str) -> None:
        self._table.pop(name, None)


class VariableProvider(_Flat):
    """Variables of the session."""

    def names(self) -> Iterator[str]:
        return iter(sorted((cell.name for cell in self._session.variables()), key=str.lower))

    def item(self, name: str) -> Any:
        from remora.modules.utility.psvariable import PSVariable

        cell = self._session.find_cell(name)
        assert cell is not None
        return PSVariable(cell)

    def content(self, name: str) -> Any:
        return self._session.get_variable(name)

    def write(self, name: str, value: Any) -> None:
        self._session.set_variable(name, value)

    def remove(self, name: str) -> None:
        self._session.remove_variable(name)


class FunctionProvider(_Flat):
    """Functions of the session."""

    def names(self) -> Iterator[str]:
        return iter(sorted((info.name for info in self._session.functions().values()), key=str.lower))

    def item(self, name: str) -> Any:
        return self._session.functions()[name.lower()]

    def content(self, name: str) -> Any:
        return self._session.functions()[name.lower()].block

    def write(self, name: str, value: Any) -> None:
        if not isinstance(value, ScriptBlock):
            from remora.engine.convert.conversion import convert_to

            value = convert_to(value, "scriptblock")
        self._session.set_function(name, value)

    def remove(self, name: str) -> None:
        self._session.remove_function(name)


class AliasProvider(_Flat):
    """Aliases of the session."""

    def names(self) -> Iterator[str]:
        return iter(sorted((info.name for info in self._session.aliases().values()), key=str.lower))

    def item(self, name: str) -> Any:
        return self._session.aliases()[name.lower()]

    def content(self, name: str) -> Any:
        return self._session.aliases()[name.lower()].target

    def write(self, name: str, value: Any) -> None:
        self._session.set_alias(AliasInfo(name, to_text(value)))

    def remove(self, name: str) -> None:
        self._session.remove_alias(name)


_PROVIDERS: dict[str, type[Any]] = {
    "Alias": AliasProvider,
    "Environment": EnvironmentProvider,
    "Function": FunctionProvider,
    "Variable": VariableProvider,
}


def provider_of(session: SessionState, drive: Drive) -> Provider:
    """What serves a drive: a built-in provider, or one registered in ``session.store["providers"]`` by name."""
    registered = session.store.get("providers", {}).get(drive.provider)
    if registered is not None:
        provider: Provider = registered(session)
        return provider
    known = _PROVIDERS.get(drive.provider)
    if known is None:
        raise provider_lacks(drive.provider, "items")
    made: Provider = known(session)
    return made
