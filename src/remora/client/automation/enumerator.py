"""Enumerator: the items of an enumeration, one after the other (IWSManEnumerator)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from remora import _xml
from remora._xml import Element
from remora.client.automation.failures import Failures
from remora.errors import ConfigError

ENDED: Final = 0x80338007


class Enumerator:
    """What Session.Enumerate returns. An item is asked for before it is needed, so that the end is known.

    Iterate with ``async for``, or as documented: ``while not e.AtEndOfStream: await e.ReadItem()``.
    """

    def __init__(self, items: AsyncIterator[Element], failures: Failures) -> None:
        self._items = items
        self._failures = failures
        self._next: str | None = None

    @property
    def AtEndOfStream(self) -> bool:
        """Whether every item has been read."""
        return self._next is None

    @property
    def Error(self) -> str:
        """The WSManFault of the last failure as XML."""
        return self._failures.xml

    async def ReadItem(self) -> str:
        """Return the next item as XML. Raises ConfigError at the end, WSManFault and the errors of a connection."""
        if self._next is None:
            raise ConfigError("the enumeration has no more items", code=ENDED)
        item = self._next
        await self.advance()
        return item

    async def advance(self) -> None:
        """Ask for the item after the present one."""
        with self._failures.noted():
            element = await anext(self._items, None)
        self._next = None if element is None else _xml.outer(element)

    async def close(self) -> None:
        """Leave the enumeration; the service is told."""
        self._next = None
        closing = getattr(self._items, "aclose", None)
        if closing is not None:
            await closing()

    def __aiter__(self) -> Enumerator:
        return self

    async def __anext__(self) -> str:
        if self._next is None:
            raise StopAsyncIteration
        return await self.ReadItem()
