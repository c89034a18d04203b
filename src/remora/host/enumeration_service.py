"""Enumerate, Pull and Release of shells, of their commands, and of the configuration (wire-protocol 2.6, 5.4)."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from typing import Final
from uuid import UUID

from remora._xml import Element
from remora.config.host import HostConfiguration
from remora.host.calls import HostCall
from remora.host.config_service import ConfigService, is_config
from remora.host.descriptions import command_infos
from remora.host.enumerations import Enumerations
from remora.host.shell_service import ShellService
from remora.wsman import uris
from remora.wsman.bodies import is_guid
from remora.wsman.faults import EncodingLimit, UnexpectedSelectors, make_fault
from remora.wsman.headers import SelectorSet
from remora.wsman.replies import CommandInfo, Enumerated, Released, Reply, ShellInfo
from remora.wsman.requests import Enumerate, EnumerationMode, Pull, Release
from remora.wsman.server import ServerSession

Item = ShellInfo | CommandInfo | Element
_FILTERS: Final = {
    "shellid": "shell_id",
    "name": "name",
    "resourceuri": "resource_uri",
    "owner": "owner",
    "clientip": "client_ip",
    "state": "state",
    "processid": "process_id",
}


class EnumerationService:
    """Lists shells, commands and settings. session: tells whether a reply fits the envelope its request allows."""

    def __init__(
        self,
        shells: ShellService,
        configuration: ConfigService,
        session: ServerSession,
        *,
        config: Callable[[], HostConfiguration],
        new_id: Callable[[], UUID],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shells = shells
        self._configuration = configuration
        self._session = session
        self._config = config
        self._contexts: Enumerations[Item] = Enumerations(new_id=new_id, clock=clock)

    async def enumerate(self, call: HostCall, request: Enumerate) -> Reply:
        """Answer an Enumerate: all that fits, or just a context when inline items were not asked for."""
        items = await self._items(call, request)
        owner, lifetime = call.principal.sid, self._config().winrm.service.enumeration_timeout_ms / 1000
        if not request.optimize:
            context = self._contexts.start(owner, request.resource_uri, items, lifetime)
            return Enumerated(context=context, end=False)
        count = self._fitting(call, items, min(self._batch(request.max_elements or 1), len(items)))
        if count == len(items):
            return Enumerated(items=tuple(items))
        context = self._contexts.start(owner, request.resource_uri, items[count:], lifetime)
        return Enumerated(items=tuple(items[:count]), context=context, end=False)

    def pull(self, call: HostCall, request: Pull) -> Reply:
        """Answer a Pull with the next items. Raises InvalidEnumerationContext, EnumerationClosed."""
        owner, wanted = call.principal.sid, self._batch(request.max_elements or 1)
        items, last = self._contexts.pull(owner, request.resource_uri, request.context, wanted)
        count = self._fitting(call, items, len(items))
        if count < len(items):
            self._contexts.push_back(owner, request.resource_uri, request.context, items[count:])
            last = False
        return Enumerated(items=tuple(items[:count]), context=None if last else request.context, end=last)

    def release(self, call: HostCall, request: Release) -> Reply:
        """Forget a context."""
        self._contexts.release(call.principal.sid, request.resource_uri, request.context)
        return Released()

    def _batch(self, asked: int) -> int:
        return min(asked, self._config().winrm.max_batch_items)

    def _fitting(self, call: HostCall, items: list[Item], count: int) -> int:
        """Return how many of the first ``count`` items fit the reply. Raises EncodingLimit when none does."""
        while count:
            try:
                self._session.reply(call.incoming, Enumerated(items=tuple(items[:count]), context="c" * 45, end=False))
            except EncodingLimit:
                if count == 1:
                    raise
                count //= 2
            else:
                break
        return count

    async def _items(self, call: HostCall, request: Enumerate) -> list[Item]:
        if request.resource_uri.lower() == uris.RESOURCE_SHELL_COMMAND.lower():
            return list(await self._commands(call, request))
        if is_config(request.resource_uri):
            return list(self._configuration.enumerate(call, request))
        if request.mode is not EnumerationMode.OBJECT:
            detail = uris.FAULT_DETAIL_PREFIX + "AddressingMode"
            raise make_fault(0x80338042, "Shells are enumerated as objects only. ", detail=detail)
        shells = await self._shells.visible(call, request.resource_uri)
        return [info for info in shells if _matches(info, _selector_filter(request))]

    async def _commands(self, call: HostCall, request: Enumerate) -> tuple[CommandInfo, ...]:
        if request.mode is not EnumerationMode.OBJECT:
            raise make_fault(0x803381C1)
        selectors = _selector_filter(request)
        shell_id = selectors.shell_id
        if shell_id is None:
            raise make_fault(0x803381C0)
        if len(selectors) > 1:
            raise UnexpectedSelectors()
        if not is_guid(shell_id):
            raise make_fault(0x8033805D, "The selector ShellId is not a GUID. ")
        return command_infos(await self._shells.commands(call, shell_id))


def _selector_filter(request: Enumerate) -> SelectorSet:
    if request.filter is None:
        return SelectorSet()
    if request.filter.dialect != uris.SELECTOR_FILTER:
        raise make_fault(0x80338042, "Only selector filters are supported here. ")
    return request.filter.selectors


def _matches(info: ShellInfo, selectors: SelectorSet) -> bool:
    fields = dataclasses.asdict(info) if selectors.items else {}
    for name, value in selectors:
        attribute = _FILTERS.get(name.lower())
        if attribute is None:
            raise UnexpectedSelectors()
        held = fields[attribute]
        if held is None or str(held).lower() != value.lower():
            return False
    return True
