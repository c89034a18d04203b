"""ResourceLocator: a resource with selectors, options and a fragment (IWSManResourceLocator)."""

from __future__ import annotations

from typing import Final

from remora import _xml
from remora._xml import Element
from remora.client.management import Resource
from remora.errors import ConfigError, RemoteProtocolError
from remora.wsman import uris
from remora.wsman.envelope import decode_selectors
from remora.wsman.headers import Fragment, Option, OptionSet, SelectorSet

BLANK_URI: Final = 0x803380BF
INVALID_URI: Final = 0x8033803B
_W: Final = f"{{{uris.NS_WSMAN}}}"


class ResourceLocator:
    """What CreateResourceLocator returns. Names of selectors and options compare without regard to case."""

    def __init__(self, uri: str = "") -> None:
        self._uri = ""
        self._selectors: dict[str, tuple[str, str]] = {}
        self._options: dict[str, Option] = {}
        self.MustUnderstandOptions = False
        self.FragmentPath = ""
        self.FragmentDialect = ""
        self.Error = ""
        if uri:
            self.ResourceURI = uri

    @property
    def ResourceURI(self) -> str:
        """The path alone; selectors are added. Setting a URI with ``?`` raises ConfigError."""
        return self._uri

    @ResourceURI.setter
    def ResourceURI(self, value: str) -> None:
        if "?" in value:
            raise ConfigError(f"{value!r}: selectors are added with AddSelector", code=INVALID_URI)
        self._uri = value.strip()

    def AddSelector(self, name: str, value: object) -> None:
        """Add a selector, or give it another value."""
        self._selectors[name.casefold()] = (name, str(value))

    def ClearSelectors(self) -> None:
        self._selectors.clear()

    def AddOption(self, name: str, value: object, mustComply: bool = False) -> None:
        """Add an option. mustComply: the service must refuse when it does not know it."""
        self._options[name] = Option(name=name, value="" if value is None else str(value), must_comply=bool(mustComply))

    def ClearOptions(self) -> None:
        self._options.clear()

    def resource(self) -> Resource:
        """Return what the requests need. Raises ConfigError without a URI."""
        if not self._uri:
            raise ConfigError("the resource URI is empty", code=BLANK_URI)
        fragment = None
        if self.FragmentPath:
            fragment = Fragment(path=self.FragmentPath, dialect=self.FragmentDialect or uris.XPATH)
        return Resource(
            uri=self._uri,
            selectors=SelectorSet(tuple(self._selectors.values())),
            options=OptionSet(tuple(self._options.values())),
            fragment=fragment,
        )


def resource_of(given: str | ResourceLocator) -> Resource:
    """Return the resource of a locator, of ``URI?key=value+key2=value2``, or of an endpoint reference as XML."""
    if isinstance(given, ResourceLocator):
        return given.resource()
    text = given.strip()
    if text.startswith("<"):
        return _referenced(text)
    uri, _mark, query = text.partition("?")
    locator = ResourceLocator(uri)
    for part in query.split("+") if query else []:
        name, equals, value = part.partition("=")
        if not name or not equals:
            raise ConfigError(f"{part!r} is no selector: KEY=VALUE, with + between several", code=INVALID_URI)
        locator.AddSelector(name, value)
    return locator.resource()


def _referenced(text: str) -> Resource:
    try:
        root: Element = _xml.parse(text)
    except RemoteProtocolError as error:
        raise ConfigError(f"the endpoint reference cannot be read: {error}", code=INVALID_URI) from None
    uri = next((element.text or "" for element in root.iter(_W + "ResourceURI")), "").strip()
    found = next(root.iter(_W + "SelectorSet"), None)
    if not uri:
        raise ConfigError("the endpoint reference names no resource", code=BLANK_URI)
    return Resource(uri=uri, selectors=SelectorSet() if found is None else decode_selectors(found))
