"""Shells: Create, everything a client does with one, Get, Delete; the owner is checked here, from the records."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final
from uuid import UUID

from remora.config import SessionConfiguration
from remora.config.host import HostConfiguration
from remora.config.sddl import Right
from remora.host.access import GONE, check_configuration, check_shells, is_near
from remora.host.calls import HostCall, is_administrator
from remora.host.descriptions import shell_info
from remora.host.logon_sessions import LogonSessions
from remora.host.peers import PeerWatch
from remora.host.quotas import check_shell_quotas
from remora.host.records import ShellRecord
from remora.host.shell_options import check_cmd_command, check_cmd_create, check_unknown_options
from remora.host.translation import call_of, caller_of, options_of, reply_of
from remora.host.worker_configuration import (
    resource_limits,
    shell_spec,
    worker_configuration,
    worker_limits,
)
from remora.host.workers import Workers
from remora.worker import protocol as p
from remora.wsman import uris
from remora.wsman.faults import (
    AccessDenied,
    InvalidResourceUri,
    OperationTimedOut,
    UnexpectedSelectors,
    make_fault,
)
from remora.wsman.headers import SelectorSet
from remora.wsman.replies import Deleted, Got, Reply, ResourceCreated, ShellInfo
from remora.wsman.requests import Command, Connect, CreateShell, Delete, Get, Receive, ShellRequest

_BACKSTOP: Final = 15.0
DESCRIBE_TIME: Final = 5.0


class ShellService:
    """The shells of the host. config: what is in force now. machine: our name before an owner's."""

    def __init__(
        self,
        workers: Workers,
        *,
        config: Callable[[], HostConfiguration],
        logons: LogonSessions,
        watch: PeerWatch,
        machine: str,
        new_id: Callable[[], UUID],
    ) -> None:
        self._workers = workers
        self._config = config
        self._logons = logons
        self._watch = watch
        self._machine = machine
        self._new_id = new_id
        self._stopping = False

    # --- Create

    async def create(self, call: HostCall, request: CreateShell) -> Reply:
        """Create a shell. Raises the quota faults, InvalidResourceUri, and what the worker has against it."""
        config = self._config()
        if not config.winrm.service.allow_remote_access:
            raise make_fault(0x803381DD)
        if not config.winrm.winrs.allow_remote_shell_access:
            raise make_fault(0x803381AC)
        configuration = self._configuration(request.resource_uri, config)
        if configuration is None:
            check_cmd_create(request.options)
        else:
            check_unknown_options(request.options, (uris.OPTION_PROTOCOL_VERSION, uris.OPTION_NO_PROFILE))
        quotas = configuration.quotas if configuration is not None else None
        name = configuration.name if configuration is not None else "cmd"
        if configuration is None:
            check_shells(call, config, Right.EXECUTE)
        else:
            check_configuration(call, configuration)
        check_shell_quotas(self._workers.records, call.principal.sid, config.winrm, name, quotas)
        record = self._record(call, request, name, configuration.run_as_user if configuration is not None else "")
        opening = self._open(call, request, record, configuration, config)
        limits = resource_limits(config, quotas)
        account = record.runs_as or call.principal.name
        description = await self._workers.create(record, account, limits, opening, caller_of(call.headers))
        return ResourceCreated(
            shell_id=record.shell_id,
            address=call.headers.to or "",
            resource_uri=request.resource_uri,
            shell=shell_info(record, description, self._machine, usage=False),
        )

    def _configuration(self, resource_uri: str, config: HostConfiguration) -> SessionConfiguration | None:
        """Return the session configuration of a resource, None for the cmd shell."""
        if resource_uri.lower() == uris.RESOURCE_CMD.lower():
            return None
        name = uris.configuration_name(resource_uri)
        found = config.sessions().find(name) if name is not None else None
        if found is None:
            raise InvalidResourceUri(
                f"The resource URI names no session configuration of this host: {name or ''!r:.80}. "
            )
        return found

    def _record(self, call: HostCall, request: CreateShell, configuration: str, runs_as: str) -> ShellRecord:
        logon = self._logons.logon_of(call.principal, call.peer)
        return ShellRecord(
            shell_id=request.shell.shell_id or str(self._new_id()).upper(),
            owner_sid=call.principal.sid,
            owner_name=call.principal.name,
            uid=call.principal.run_as.uid,
            kind="cmd" if request.resource_uri.lower() == uris.RESOURCE_CMD.lower() else "powershell",
            resource_uri=request.resource_uri,
            configuration=configuration,
            runs_as=runs_as,
            name=request.shell.name,
            client_ip=call.peer.address,
            logon_id=logon.logon_id,
            logon_type=logon.logon_type,
            authentication=logon.authentication,
            created=time.time(),
            profile_loaded=not request.options.flag(uris.OPTION_NO_PROFILE),
            application=call.peer.application,
            interactive=request.options.flag(uris.OPTION_INTERACTIVE) and is_near(call.peer.address),
            encoding="UTF16" if call.incoming.charset == "utf-16" else "UTF8",
        )

    def _open(
        self,
        call: HostCall,
        request: CreateShell,
        record: ShellRecord,
        configuration: SessionConfiguration | None,
        config: HostConfiguration,
    ) -> p.Open:
        return p.Open(
            shell_id=record.shell_id,
            kind=record.kind,
            resource_uri=request.resource_uri,
            shell=shell_spec(request.shell, call.headers, configuration),
            sender=p.Sender(
                name=f"{self._machine}\\{call.principal.name}",
                authentication=call.principal.authentication,
                client_ip=call.peer.address,
                connection_string=call.headers.to or "",
            ),
            options=options_of(request.options),
            creation_xml=request.shell.creation_xml,
            configuration=worker_configuration(configuration, config, call.principal),
            limits=worker_limits(configuration, config),
        )

    # --- what clients do with a shell

    async def operate(self, call: HostCall, request: ShellRequest) -> Reply:
        """Carry out one operation of the shell's owner."""
        record = self.owned(call, request.shell_id, request.resource_uri)
        if record.kind == "cmd" and isinstance(request, Command):
            check_cmd_command(request.options)
        if isinstance(request, Connect) and record.interactive and not is_near(call.peer.address):
            raise AccessDenied("The session has an interactive token: only its own computer can connect to it. ")
        if isinstance(request, Connect) and record.kind == "powershell":
            check_configuration(call, self._config().sessions().find(record.configuration) or GONE)
        if isinstance(request, Receive):
            return await self._receive(call, request, record)
        link = self._workers.link(record)
        worker_call = call_of(request, budget=call.budget, timeout=call.timeout)
        result = await link.call(worker_call, caller_of(call.headers), seconds=call.timeout)
        return reply_of(request, result)

    async def _receive(self, call: HostCall, request: Receive, record: ShellRecord) -> Reply:
        if self._stopping:
            raise OperationTimedOut()
        link = self._workers.link(record)
        pending = await link.begin(call_of(request, budget=call.budget, timeout=call.timeout), caller_of(call.headers))

        def gone() -> None:
            link.cancel(pending)

        self._watch.add(call.peer, gone)
        try:
            async with asyncio.timeout(call.timeout + _BACKSTOP):
                return reply_of(request, await pending.result())
        except TimeoutError:
            raise OperationTimedOut() from None
        finally:
            self._watch.discard(call.peer, gone)
            if not pending.future.done() or pending.future.cancelled():
                link.cancel(pending)

    async def delete(self, call: HostCall, request: Delete) -> Reply:
        """End a shell of the caller."""
        record = self.owned(call, _only_shell_id(request.selectors), request.resource_uri)
        await self._workers.link(record).call(p.Delete(), caller_of(call.headers), seconds=call.timeout)
        self._workers.forget(record)
        return Deleted()

    # --- looking at shells

    async def get(self, call: HostCall, request: Get) -> Reply:
        """Return the description of one shell; an administrator may look at anybody's."""
        shell_id = _only_shell_id(request.selectors)
        record = self._known(call, shell_id, request.resource_uri)
        if record.owner_sid != call.principal.sid and not is_administrator(call.principal):
            raise AccessDenied()
        return Got(shell=await self._describe(record))

    async def visible(self, call: HostCall, resource_uri: str) -> list[ShellInfo]:
        """Return the shells a caller sees under the URL prefix of the call.

        The own ones, all for an administrator; of one resource or of all.
        """
        principal = call.principal
        every = is_administrator(principal)
        generic = resource_uri.lower() == uris.RESOURCE_SHELL.lower()
        records = [
            record
            for record in self._workers.records
            if (every or record.owner_sid == principal.sid)
            and record.application == call.peer.application
            and (generic or record.resource_uri.lower() == resource_uri.lower())
        ]
        found = await asyncio.gather(*(self._describe(record) for record in records), return_exceptions=True)
        return [info for info in found if isinstance(info, ShellInfo)]

    async def commands(self, call: HostCall, shell_id: str) -> p.Commands:
        """Return the commands of one shell of the caller, or of anybody's for an administrator."""
        record = self._known(call, shell_id, uris.RESOURCE_SHELL)
        if record.owner_sid != call.principal.sid and not is_administrator(call.principal):
            raise AccessDenied()
        result = await self._workers.link(record).call(p.ListCommands(), seconds=DESCRIBE_TIME)
        return result if isinstance(result, p.Commands) else p.Commands()

    async def _describe(self, record: ShellRecord) -> ShellInfo:
        description = await self._workers.link(record).call(p.Describe(), seconds=DESCRIBE_TIME)
        if not isinstance(description, p.Description):
            raise UnexpectedSelectors.shell(record.shell_id)
        return shell_info(record, description, self._machine, usage=True)

    # --- who may

    def owned(self, call: HostCall, shell_id: str, resource_uri: str) -> ShellRecord:
        """Return the record of a shell of the caller. Raises UnexpectedSelectors or AccessDenied."""
        record = self._known(call, shell_id, resource_uri)
        if record.owner_sid != call.principal.sid:
            raise AccessDenied()
        return record

    def _known(self, call: HostCall, shell_id: str, resource_uri: str) -> ShellRecord:
        record = self._workers.records.get(shell_id)
        elsewhere = record is not None and record.application != call.peer.application
        if record is None or record.shell_id != shell_id or elsewhere:
            raise self._workers.gone(shell_id)
        if resource_uri.lower() not in (uris.RESOURCE_SHELL.lower(), record.resource_uri.lower()):
            raise make_fault(0x80338000, "The shell is not of the kind that the resource URI names. ")
        return record

    def stop(self) -> None:
        """From now on a Receive is answered with the time-out fault at once."""
        self._stopping = True


def _only_shell_id(selectors: SelectorSet) -> str:
    shell_id = selectors.shell_id
    if shell_id is None:
        raise make_fault(0x8033805A, "The selector ShellId is missing. ")
    if len(selectors) > 1:
        raise UnexpectedSelectors()
    return shell_id
