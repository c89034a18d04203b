"""winrm/config over WS-Management: requests to ``config.resources``, its refusals to faults (wire-protocol 8.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from remora import _xml
from remora._xml import Element
from remora.config.host import HostConfiguration
from remora.config.resource import Instance
from remora.config.resources import ConfigResources
from remora.config.sddl import Right
from remora.config.tree_xml import CONFIG_URI
from remora.errors import ConfigError, WSManFault
from remora.host.calls import HostCall
from remora.wsman import uris
from remora.wsman.faults import FAULTS, ActionNotSupported, make_fault
from remora.wsman.headers import Fragment, SelectorSet
from remora.wsman.replies import CustomReply, Deleted, Got, Reply, Stored
from remora.wsman.requests import Custom, Delete, Enumerate, EnumerationMode, Filter, Get, Pull, Put, Release, Request

_NO_FRAGMENTS: Final = uris.FAULT_DETAIL_PREFIX + "FragmentLevelAccess"
INVALID_PARAMETER: Final = 0x8033803A
_X, _A, _W = f"{{{uris.NS_TRANSFER}}}", f"{{{uris.NS_ADDRESSING}}}", f"{{{uris.NS_WSMAN}}}"
_KNOWN: Final = frozenset(spec.number for spec in FAULTS)
_ConfigRequest = Get | Put | Delete | Custom


def is_config(resource_uri: str) -> bool:
    """Tell whether a resource lies in the configuration tree."""
    uri = resource_uri.lower()
    return uri == CONFIG_URI or uri.startswith(CONFIG_URI + "/")


def refuse_fragment(fragment: Fragment | None) -> None:
    """Raise the fault of asking for a part of a representation."""
    if fragment is not None:
        raise make_fault(0x80338042, "The configuration has no fragments. ", detail=_NO_FRAGMENTS)


def refuse_filter(chosen: Filter | None) -> None:
    """Raise the fault of enumerating with a filter."""
    if chosen is not None:
        raise make_fault(0x80338042, "The configuration is enumerated without filters. ")


class ConfigService:
    """Answers; whether a caller may ask is settled before. config: what is in force now."""

    def __init__(self, resources: ConfigResources, *, config: Callable[[], HostConfiguration]) -> None:
        self._resources = resources
        self._config = config

    async def answer(self, call: HostCall, request: _ConfigRequest) -> Reply:
        """Answer Get, Put, Create, Delete or an action. Raises the fault of each refusal."""
        self._check(call, request)
        refuse_fragment(request.fragment)
        try:
            return await self._answer(request, _selectors(request.selectors))
        except ConfigError as error:
            raise as_fault(error) from error

    def enumerate(self, call: HostCall, request: Enumerate) -> list[Element]:
        """Return the items of an enumeration, in the mode that was asked for. Raises as ``answer``."""
        self._check(call, request)
        if request.selectors.items:
            raise make_fault(0x8033805B)
        refuse_filter(request.filter)
        try:
            items = self._resources.enumerate(request.resource_uri)
        except ConfigError as error:
            raise as_fault(error) from error
        return [item_element(request.mode, request.resource_uri, item) for item in items]

    def _check(self, call: HostCall, request: _ConfigRequest | Enumerate) -> None:
        if request.options.items:
            raise make_fault(0x803380A6)
        if (call.headers.max_envelope_size or 0) > self._config().winrm.max_envelope_size_kb * 1024:
            raise make_fault(0x80338047)

    async def _answer(self, request: _ConfigRequest, selectors: dict[str, str]) -> Reply:
        uri = request.resource_uri
        match request:
            case Get():
                return Got(body=self._resources.get(uri, selectors))
            case Put(body=body):
                return Stored(body=await self._resources.put(uri, selectors, body))
            case Delete():
                await self._resources.delete(uri, selectors)
                return Deleted()
            case Custom(action=uris.ACTION_CREATE, body=body):
                keys = await self._resources.create(uri, selectors, body)
                return CustomReply(body=reference("ResourceCreated", uri, keys))
            case Custom(action=action, body=body):
                if not action.lower().startswith(CONFIG_URI):
                    raise ActionNotSupported()
                return CustomReply(body=await self._resources.invoke(uri, action, body))


def right_of(request: Request) -> Right:
    """Return the right an operation needs."""
    match request:
        case Get() | Enumerate() | Pull() | Release():
            return Right.READ
        case Put() | Delete() | Custom(action=uris.ACTION_CREATE):
            return Right.WRITE
        case _:
            return Right.EXECUTE


def as_fault(error: ConfigError) -> WSManFault:
    """Return the fault of a refusal: the one with its code, else that of an invalid parameter."""
    return make_fault(error.code if error.code in _KNOWN else INVALID_PARAMETER, f"{error} ")


def _selectors(selectors: SelectorSet) -> dict[str, str]:
    return dict(iter(selectors))


def item_element(mode: EnumerationMode, resource_uri: str, item: Instance) -> Element:
    """Return an item as an enumeration of this mode brings it."""
    if mode is EnumerationMode.OBJECT:
        return item.element
    pointer = reference("EndpointReference", resource_uri, item.keys)
    if mode is EnumerationMode.EPR:
        return pointer
    return _xml.element(_W + "Item", None, item.element, pointer, nsmap={"w": uris.NS_WSMAN})


def reference(name: str, resource_uri: str, keys: Mapping[str, str]) -> Element:
    """Return an endpoint reference (a:EndpointReference), or the answer to Create (x:ResourceCreated), which is one."""
    namespace = _X if name == "ResourceCreated" else _A
    root = _xml.element(namespace + name, nsmap={"x": uris.NS_TRANSFER, "a": uris.NS_ADDRESSING, "w": uris.NS_WSMAN})
    _xml.sub(root, _A + "Address", uris.ANONYMOUS)
    parameters = _xml.sub(root, _A + "ReferenceParameters")
    _xml.sub(parameters, _W + "ResourceURI", resource_uri)
    selectors = _xml.sub(parameters, _W + "SelectorSet")
    for key, value in keys.items():
        _xml.sub(selectors, _W + "Selector", value, {"Name": key})
    return root
