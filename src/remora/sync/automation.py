"""The WSMan automation objects, blocking: scripts of the documentation run line by line."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from remora.client.automation import ConnectionOptions, ResourceLocator
from remora.client.automation import Enumerator as AsyncEnumerator
from remora.client.automation import Session as AsyncSession
from remora.client.automation import WSMan as AsyncWSMan
from remora.sync.api import PORTAL

Resource = str | ResourceLocator


class Enumerator:
    """As ``remora.client.automation.Enumerator``; iterate, or ask for AtEndOfStream and ReadItem."""

    def __init__(self, inner: AsyncEnumerator) -> None:
        self._inner = inner

    @property
    def AtEndOfStream(self) -> bool:
        return self._inner.AtEndOfStream

    @property
    def Error(self) -> str:
        return self._inner.Error

    def ReadItem(self) -> str:
        return PORTAL.run(self._inner.ReadItem())

    def close(self) -> None:
        PORTAL.run(self._inner.close())

    def __iter__(self) -> Iterator[str]:
        while not self.AtEndOfStream:
            yield self.ReadItem()


class Session:
    """As ``remora.client.automation.Session``. Used as ``with``, or closed with ``close``."""

    def __init__(self, inner: AsyncSession) -> None:
        self._inner = inner

    @property
    def Error(self) -> str:
        return self._inner.Error

    @property
    def BatchItems(self) -> int:
        return self._inner.BatchItems

    @BatchItems.setter
    def BatchItems(self, value: int) -> None:
        self._inner.BatchItems = value

    @property
    def Timeout(self) -> int:
        return self._inner.Timeout

    @Timeout.setter
    def Timeout(self, value: int) -> None:
        self._inner.Timeout = value

    def Get(self, resourceUri: Resource, flags: int = 0) -> str:
        return PORTAL.run(self._inner.Get(resourceUri, flags))

    def Put(self, resourceUri: Resource, resource: str, flags: int = 0) -> str:
        return PORTAL.run(self._inner.Put(resourceUri, resource, flags))

    def Create(self, resourceUri: Resource, resource: str, flags: int = 0) -> str:
        return PORTAL.run(self._inner.Create(resourceUri, resource, flags))

    def Delete(self, resourceUri: Resource, flags: int = 0) -> None:
        PORTAL.run(self._inner.Delete(resourceUri, flags))

    def Invoke(self, actionUri: str, resourceUri: Resource, parameters: str, flags: int = 0) -> str:
        return PORTAL.run(self._inner.Invoke(actionUri, resourceUri, parameters, flags))

    def Enumerate(self, resourceUri: Resource, filter: str = "", dialect: str = "", flags: int = 0) -> Enumerator:
        return Enumerator(PORTAL.run(self._inner.Enumerate(resourceUri, filter, dialect, flags)))

    def Identify(self, flags: int = 0) -> str:
        return PORTAL.run(self._inner.Identify(flags))

    def close(self) -> None:
        PORTAL.run(self._inner.close())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class WSMan:
    """As ``remora.client.automation.WSMan``; its keywords are the same."""

    def __init__(self, **keywords: Any) -> None:
        self._inner = AsyncWSMan(**keywords)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    @property
    def CommandLine(self) -> str:
        return self._inner.CommandLine

    @property
    def Error(self) -> str:
        return self._inner.Error

    def CreateConnectionOptions(self) -> ConnectionOptions:
        return self._inner.CreateConnectionOptions()

    def CreateResourceLocator(self, resourceUri: str = "") -> ResourceLocator:
        return self._inner.CreateResourceLocator(resourceUri)

    def GetErrorMessage(self, errorNumber: int | str) -> str:
        return self._inner.GetErrorMessage(errorNumber)

    def CreateSession(
        self, connection: str = "", flags: int = 0, connectionOptions: ConnectionOptions | None = None
    ) -> Session:
        return Session(self._inner.CreateSession(connection, flags, connectionOptions))
