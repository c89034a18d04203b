"""Session: get, put, create, delete, invoke, enumerate and identify, XML in and XML out (IWSManSession)."""

from __future__ import annotations

from types import TracebackType
from typing import Final, Self

from remora import _xml
from remora._xml import Element
from remora.client.automation.constants import ASSOCIATIONS, BASE_PROPERTIES, MODES, NON_XML_TEXT, SHALLOW
from remora.client.automation.enumerator import Enumerator
from remora.client.automation.failures import Failures
from remora.client.automation.locator import ResourceLocator, resource_of
from remora.client.management import BATCH_ITEMS, Enumeration, Management, RemoteManagement
from remora.client.session_flags import INVALID_FLAG
from remora.errors import ConfigError, RemoteProtocolError
from remora.wsman.envelope import decode_selectors
from remora.wsman.faults import make_fault
from remora.wsman.headers import NO_SELECTORS, SelectorSet
from remora.wsman.identify import identified_element
from remora.wsman.requests import Filter

BLANK_XML: Final = 0x803380C1
BLANK_ACTION: Final = 0x803380C4
BATCH_TOO_SMALL: Final = 0x803380C2
MULTIPLE_MODES: Final = 0x8033811F
INVALID_XML: Final = 0x80338043
SELECTOR_DIALECT: Final = "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"
WQL_DIALECT: Final = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
_MODE_BITS: Final = 2 | 4
_ALL_BITS: Final = NON_XML_TEXT | _MODE_BITS | SHALLOW | BASE_PROPERTIES | ASSOCIATIONS
Resource = str | ResourceLocator


class Session:
    """What CreateSession returns. Representations are texts of XML. Used as ``async with``, or closed with ``close``.

    Timeout: milliseconds of each operation, 0 for the service's own. BatchItems: how many items one Pull asks for.
    """

    def __init__(self, management: Management, *, machine: str) -> None:
        self._management = management
        self._failures = Failures(machine)
        self._batch_items = BATCH_ITEMS
        self._timeout = 0

    @property
    def Error(self) -> str:
        """The WSManFault of the last failure as XML, "" before the first."""
        return self._failures.xml

    @property
    def BatchItems(self) -> int:
        return self._batch_items

    @BatchItems.setter
    def BatchItems(self, value: int) -> None:
        if value < 1:
            raise ConfigError("BatchItems is at least 1", code=BATCH_TOO_SMALL)
        self._batch_items = value

    @property
    def Timeout(self) -> int:
        return self._timeout

    @Timeout.setter
    def Timeout(self, value: int) -> None:
        if value < 0:
            raise ConfigError("Timeout is a number of milliseconds")
        self._timeout = value
        if isinstance(self._management, RemoteManagement):
            self._management.operation_timeout = value / 1000 if value else None

    async def Get(self, resourceUri: Resource, flags: int = 0) -> str:
        """Return the representation. Raises WSManFault, AuthError, TransportError; as do all that follow."""
        with self._failures.noted():
            _no_flags(flags)
            return _xml.outer(await self._management.get(resource_of(resourceUri)))

    async def Put(self, resourceUri: Resource, resource: str, flags: int = 0) -> str:
        """Replace a representation; return it as it is now, "" where the service does not show it."""
        with self._failures.noted():
            _no_flags(flags)
            return _text(await self._management.put(resource_of(resourceUri), _document(resource)))

    async def Create(self, resourceUri: Resource, resource: str, flags: int = 0) -> str:
        """Make a resource; return its endpoint reference."""
        with self._failures.noted():
            _no_flags(flags)
            body = _document(resource) if resource.strip() else None
            return _xml.outer(await self._management.create(resource_of(resourceUri), body))

    async def Delete(self, resourceUri: Resource, flags: int = 0) -> None:
        """Take a resource away."""
        with self._failures.noted():
            _no_flags(flags)
            await self._management.delete(resource_of(resourceUri))

    async def Invoke(
        self,
        actionUri: str,
        resourceUri: Resource,
        parameters: str,
        flags: int = 0,
    ) -> str:
        """Carry out an action; return its output."""
        with self._failures.noted():
            _no_flags(flags)
            if not actionUri.strip():
                raise ConfigError("the action is empty", code=BLANK_ACTION)
            output = await self._management.invoke(resource_of(resourceUri), actionUri.strip(), _document(parameters))
            return _text(output)

    async def Enumerate(
        self,
        resourceUri: Resource,
        filter: str = "",
        dialect: str = "",
        flags: int = 0,
    ) -> Enumerator:
        """Return the items of a collection. flags: those that begin with EnumerationFlag."""
        with self._failures.noted():
            how = self._how(filter, dialect, int(flags))
            found = Enumerator(self._management.enumerate(resource_of(resourceUri), how), self._failures)
            await found.advance()
            return found

    async def Identify(self, flags: int = 0) -> str:
        """Return wsmid:IdentifyResponse of another machine."""
        with self._failures.noted():
            return _xml.outer(identified_element(await self._management.identify()))

    async def close(self) -> None:
        """Close the connections."""
        await self._management.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _how(self, text: str, dialect: str, flags: int) -> Enumeration:
        if flags & ~_ALL_BITS:
            raise ConfigError(f"{flags:#x} has bits that are no enumeration flag", code=INVALID_FLAG)
        if flags & _MODE_BITS == _MODE_BITS:
            raise ConfigError("objects, references, or both: one mode at a time", code=MULTIPLE_MODES)
        if flags & (SHALLOW | BASE_PROPERTIES | ASSOCIATIONS):
            raise make_fault(0x80338042, "Hierarchies and associations are not supported. ")
        chosen = _filter(text, dialect, plain=bool(flags & NON_XML_TEXT)) if text else None
        return Enumeration(mode=MODES[flags & _MODE_BITS], filter=chosen, batch_items=self._batch_items)


def _filter(text: str, dialect: str, *, plain: bool) -> Filter:
    if plain or not text.lstrip().startswith("<"):
        return Filter(dialect=dialect or WQL_DIALECT, text=text)
    element = _document(text)
    selectors: SelectorSet = NO_SELECTORS
    for child in (element, *element.iter()):
        if _xml.local_name(child) == "SelectorSet":
            selectors = decode_selectors(child)
            break
    return Filter(dialect=dialect or SELECTOR_DIALECT, selectors=selectors)


def _no_flags(flags: int) -> None:
    if flags:
        raise ConfigError("the flags of this method are reserved and must be 0", code=INVALID_FLAG)


def _document(text: str) -> Element:
    if not text.strip():
        raise ConfigError("the XML is empty", code=BLANK_XML)
    try:
        return _xml.parse(text)
    except RemoteProtocolError as error:
        raise ConfigError(f"the XML cannot be read: {error}", code=INVALID_XML) from None


def _text(element: Element | None) -> str:
    return "" if element is None else _xml.outer(element)
