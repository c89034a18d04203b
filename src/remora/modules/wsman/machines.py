"""The machines on the WSMan: drive: this one, and those that Connect-WSMan has added."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final, TypeVar

from remora._xml import Element
from remora.client.management import Enumeration, Management, Resource
from remora.errors import RemoraError
from remora.modules.remoting.common import PORTAL
from remora.modules.wsman.failures import wsman_error
from remora.modules.wsman.machine_store import local_machine

if TYPE_CHECKING:
    from remora.engine.session import SessionState

LOCAL: Final = "localhost"
_STORE: Final = "wsman machines"
T = TypeVar("T")


class Machine:
    """The resources of one machine, waited for. Every method raises PSError with what the machine refused."""

    def __init__(self, name: str, reach: Callable[[], Management]) -> None:
        self.name = name
        self._reach = reach

    def get(self, resource: Resource) -> Element:
        return self._run(lambda there: there.get(resource))

    def put(self, resource: Resource, body: Element) -> None:
        self._run(lambda there: there.put(resource, body))

    def create(self, resource: Resource, body: Element | None) -> Element:
        return self._run(lambda there: there.create(resource, body))

    def delete(self, resource: Resource) -> None:
        self._run(lambda there: there.delete(resource))

    def items(self, resource: Resource) -> list[Element]:
        """Every item of a collection."""

        async def listed(there: Management) -> list[Element]:
            return [item async for item in there.enumerate(resource, Enumeration())]

        return self._run(listed)

    def _run(self, act: Callable[[Management], Coroutine[Any, Any, T]]) -> T:
        try:
            return PORTAL.run(act(self._reach()))
        except RemoraError as failure:
            raise wsman_error(failure, self.name) from None


class Machines:
    """The machines of one engine by name; localhost is always there."""

    def __init__(self) -> None:
        self._connected: dict[str, tuple[str, Management]] = {}

    def names(self) -> list[str]:
        """Their names, localhost first."""
        return [LOCAL, *(name for name, _there in self._connected.values())]

    def find(self, name: str) -> Machine | None:
        """The machine of that name in any case."""
        folded = name.casefold()
        if folded == LOCAL:
            return Machine(LOCAL, local_machine)
        found = self._connected.get(folded)
        return None if found is None else Machine(found[0], lambda: found[1])

    def add(self, name: str, there: Management) -> None:
        """Put a machine on the drive; one of its name goes."""
        self.remove(name)
        self._connected[name.casefold()] = (name, there)

    def remove(self, name: str) -> bool:
        """Take a machine from the drive and end the conversation; False when there is none of that name."""
        found = self._connected.pop(name.casefold(), None)
        if found is None:
            return False
        PORTAL.run(found[1].close())
        return True


def machines_of(session: SessionState) -> Machines:
    """The machines of the engine that a session belongs to."""
    found: Machines = session.store.setdefault(_STORE, Machines())
    return found
