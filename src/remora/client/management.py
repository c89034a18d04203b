"""WS-Management as an administrator uses it: get, put, create, delete, invoke and enumerate resources anywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

from remora import _xml
from remora._xml import Element
from remora.client.wsman_session import WSManSession
from remora.errors import RemoteProtocolError
from remora.wsman import replies, requests, uris
from remora.wsman.headers import NO_OPTIONS, NO_SELECTORS, Fragment, OptionSet, SelectorSet
from remora.wsman.requests import EnumerationMode, Filter
from remora.wsman.shell_replies import encode_command_info, encode_shell_info

BATCH_ITEMS: Final = 20
"""Items asked for at once where nobody says otherwise (Session.BatchItems)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What a request is about: a URI, the selectors that name one of several, options, and a part of it."""

    uri: str
    selectors: SelectorSet = NO_SELECTORS
    options: OptionSet = NO_OPTIONS
    fragment: Fragment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enumeration:
    """How to enumerate. batch_items: how many are asked for at once."""

    mode: EnumerationMode = EnumerationMode.OBJECT
    filter: Filter | None = None
    batch_items: int = BATCH_ITEMS


class Management(Protocol):
    """One machine's resources. Every method raises WSManFault, or AuthError and TransportError for a remote machine."""

    async def get(self, resource: Resource) -> Element:
        """Return the representation, or w:XmlFragment where a fragment was asked for."""
        ...

    async def put(self, resource: Resource, body: Element) -> Element | None:
        """Replace a representation; return it as it is now, None where the service does not show it."""
        ...

    async def create(self, resource: Resource, body: Element | None) -> Element:
        """Make a resource; return x:ResourceCreated, an endpoint reference."""
        ...

    async def delete(self, resource: Resource) -> None: ...

    async def invoke(self, resource: Resource, action: str, body: Element | None) -> Element | None:
        """Carry out an action, named by its URI or by its name alone; return its output."""
        ...

    def enumerate(self, resource: Resource, how: Enumeration) -> AsyncIterator[Element]:
        """Go through the items of a collection; leaving the loop early releases the enumeration."""
        ...

    async def identify(self) -> replies.Identified: ...

    async def close(self) -> None: ...


class RemoteManagement:
    """The resources of the machine that a conversation leads to. operation_timeout: seconds, of each request."""

    def __init__(self, wsman: WSManSession, *, operation_timeout: float | None = None) -> None:
        self._wsman = wsman
        self.operation_timeout = operation_timeout

    async def get(self, resource: Resource) -> Element:
        reply = await self._ask(requests.Get(**_about(resource)))
        assert isinstance(reply, replies.Got)
        return _present(reply.body) if reply.shell is None else _element(reply.shell)

    async def put(self, resource: Resource, body: Element) -> Element | None:
        reply = await self._ask(requests.Put(**_about(resource), body=body))
        assert isinstance(reply, replies.Stored)
        return reply.body

    async def create(self, resource: Resource, body: Element | None) -> Element:
        return _present(await self._custom(resource, uris.ACTION_CREATE, body))

    async def delete(self, resource: Resource) -> None:
        await self._ask(requests.Delete(**_about(resource)))

    async def invoke(self, resource: Resource, action: str, body: Element | None) -> Element | None:
        return await self._custom(resource, action_uri(resource.uri, action), body)

    async def enumerate(self, resource: Resource, how: Enumeration) -> AsyncIterator[Element]:
        reply = await self._ask(
            requests.Enumerate(
                resource_uri=resource.uri,
                selectors=resource.selectors,
                options=resource.options,
                max_elements=how.batch_items,
                filter=how.filter,
                mode=how.mode,
            )
        )
        context: str | None = None
        try:
            while True:
                assert isinstance(reply, replies.Enumerated)
                context = None if reply.end else reply.context
                for item in reply.items:
                    yield _element(item)
                if context is None:
                    return
                reply = await self._ask(
                    requests.Pull(resource_uri=resource.uri, context=context, max_elements=how.batch_items)
                )
        except GeneratorExit:
            if context is not None:
                await self._ask(requests.Release(resource_uri=resource.uri, context=context))
            raise

    async def identify(self) -> replies.Identified:
        reply = await self._ask(requests.Identify())
        assert isinstance(reply, replies.Identified)
        return reply

    async def close(self) -> None:
        await self._wsman.close()

    async def _custom(self, resource: Resource, action: str, body: Element | None) -> Element | None:
        reply = await self._ask(requests.Custom(**_about(resource), action=action, body=body))
        assert isinstance(reply, replies.CustomReply)
        return reply.body

    async def _ask(self, request: requests.Request) -> replies.Reply:
        return await self._wsman.request(request, operation_timeout=self.operation_timeout)


def _about(resource: Resource) -> dict[str, Any]:
    """The fields by which a request names its resource."""
    return {
        "resource_uri": resource.uri,
        "selectors": resource.selectors,
        "options": resource.options,
        "fragment": resource.fragment,
    }


def action_uri(resource_uri: str, action: str) -> str:
    """Return the URI of an action that was named alone."""
    return action if "://" in action else f"{resource_uri}/{action}"


def _present(body: Element | None) -> Element:
    if body is None:
        raise RemoteProtocolError("the reply holds nothing")
    return body


def _element(item: object) -> Element:
    """Return the XML of an item; shells and commands were read already and are written again."""
    if isinstance(item, Element):
        return item
    parent = _xml.element("items")
    if isinstance(item, replies.ShellInfo):
        encode_shell_info(parent, item)
    else:
        assert isinstance(item, replies.CommandInfo)
        encode_command_info(parent, item)
    return parent[0]
