"""The dispatcher: an envelope in, an envelope out; every request finds its resource, every error becomes its fault."""

from __future__ import annotations

import platform
from collections.abc import Callable
from typing import Final
from uuid import UUID, uuid4

from remora import __version__
from remora._log import bound
from remora._memory import keep_large_blocks
from remora.auth.principal import Principal
from remora.config.host import HostConfiguration
from remora.config.resources import ConfigResources
from remora.errors import RemoraError, WSManFault
from remora.host.access import check_settings, check_shells
from remora.host.audit import Audit, NoAudit
from remora.host.audited import AuditedRequests
from remora.host.calls import DEFAULT_TIMEOUT, HostCall, filtered
from remora.host.config_service import ConfigService, is_config, right_of
from remora.host.enumeration_service import EnumerationService
from remora.host.gate import DispatchReply, Peer
from remora.host.logon_sessions import LogonSessions
from remora.host.peers import PeerWatch
from remora.host.quotas import OperationQuota
from remora.host.shell_service import ShellService
from remora.host.workers import Workers
from remora.wsman import uris
from remora.wsman.attachments import Parcel
from remora.wsman.faults import AccessDenied, ActionNotSupported, InvalidResourceUri, make_fault
from remora.wsman.replies import Identified, Reply
from remora.wsman.requests import (
    Command,
    Connect,
    CreateShell,
    Custom,
    Delete,
    Disconnect,
    Enumerate,
    Get,
    Identify,
    Pull,
    Put,
    Receive,
    Reconnect,
    Release,
    Request,
    Send,
    Signal,
)
from remora.wsman.server import Incoming, RefusedRequest, ServerSession, attachable

VENDOR: Final = "remora"
_OF_SHELLS: Final = (CreateShell, Command, Send, Receive, Signal, Disconnect, Reconnect, Connect, Delete)
"""Requests that a session configuration, or the owner of a shell, decides about."""
_log = bound(__name__)


class Dispatcher:
    """Answers what the gate lets through. config: what is in force now; configuration: reads and changes it."""

    def __init__(
        self,
        workers: Workers,
        *,
        config: Callable[[], HostConfiguration],
        configuration: ConfigResources,
        watch: PeerWatch,
        logons: LogonSessions,
        machine: str,
        new_id: Callable[[], UUID] = uuid4,
        audit: Audit | None = None,
    ) -> None:
        self._audited = AuditedRequests(audit or NoAudit())
        self._config = config
        self._logons = logons
        self._session = ServerSession(new_id=new_id, machine=machine)
        self._operations = OperationQuota()
        self.shells = ShellService(workers, config=config, logons=logons, watch=watch, machine=machine, new_id=new_id)
        self._configuration = ConfigService(configuration, config=config)
        self._enumerations = EnumerationService(
            self.shells, self._configuration, self._session, config=config, new_id=new_id
        )

    async def dispatch(self, principal: Principal, peer: Peer, parcel: Parcel, charset: str) -> DispatchReply:
        """Answer one request of an authenticated caller; faults are answers too."""
        config = self._config()
        self._session.max_envelope_size = config.winrm.max_envelope_size_kb * 1024
        principal = filtered(principal, config.remora.local_account_token_filter_policy)
        incoming: Incoming | None = None
        if parcel.attachments:
            keep_large_blocks()
        try:
            incoming = self._session.receive(parcel.document, charset, parcel.attachments)
            reply = await self._answer(self._call(principal, peer, incoming))
            document, attachments = self._session.parcel(incoming, reply)
            return DispatchReply(200, document, incoming.charset, attachments)
        except RefusedRequest as refused:
            return self._refuse(refused, peer)
        except Exception as error:
            if isinstance(error, AccessDenied) and incoming is not None:
                self._audited.refused(principal, peer, incoming)
            headers = incoming.headers if incoming is not None else None
            return self._refuse(RefusedRequest(_as_fault(error), headers, charset), peer)

    async def identify(self, peer: Peer, soap: bytes, charset: str) -> DispatchReply:
        """Answer an Identify of somebody who is not authenticated, and refuse everything else."""
        self._session.max_envelope_size = self._config().winrm.max_envelope_size_kb * 1024
        try:
            incoming = self._session.receive(soap, charset)
        except RefusedRequest as refused:
            return self._refuse(refused, peer)
        if not isinstance(incoming.request, Identify):
            _log.warning("anonymous_refused", peer=peer.address)
            body = self._session.fault(incoming.headers, AccessDenied(), incoming.charset)
            return DispatchReply(500, body, incoming.charset)
        return DispatchReply(200, self._session.reply(incoming, _identified("0.0.0")), incoming.charset)

    def _refuse(self, refused: RefusedRequest, peer: Peer) -> DispatchReply:
        action = refused.headers.action if refused.headers is not None else None
        _log.debug("fault", action=action, number=hex(refused.fault.code), peer=peer.address)
        body = self._session.fault(refused.headers, refused.fault, refused.charset)
        return DispatchReply(refused.fault.fault.http, body, refused.charset)

    def _call(self, principal: Principal, peer: Peer, incoming: Incoming) -> HostCall:
        limit = self._config().winrm.max_timeout_ms / 1000
        return HostCall(
            principal=principal,
            peer=peer,
            incoming=incoming,
            timeout=min(incoming.headers.operation_timeout or DEFAULT_TIMEOUT, limit),
            budget=attachable(incoming.request)
            or max(self._session.receive_budget(incoming.headers, incoming.charset), 64),
        )

    async def _answer(self, call: HostCall) -> Reply:
        principal, request = call.principal, call.incoming.request
        self._logons.logon_of(principal, call.peer)
        if isinstance(request, Identify):
            return _identified(platform.release().partition("-")[0])
        self._authorize(call, request)
        config = self._config()
        limit = config.winrm.service.max_concurrent_operations_per_user
        with self._operations.operation(principal.sid, limit):
            reply = await self._route(call, request)
        if is_config(request.resource_uri):
            self._audited.configured(principal, call.peer, request, config, self._config())
        else:
            self._audited.done(principal, call.peer, request, reply)
        return reply

    def _authorize(self, call: HostCall, request: Request) -> None:
        """Refuse what the caller may not do. What is done with a shell, its configuration and its owner decide."""
        if isinstance(request, Identify):
            return
        if is_config(request.resource_uri):
            check_settings(call, self._config(), right_of(request))
        elif not isinstance(request, _OF_SHELLS):
            check_shells(call, self._config(), right_of(request))

    async def _route(self, call: HostCall, request: Request) -> Reply:
        match request:
            case Command() | Send() | Receive() | Signal() | Disconnect() | Reconnect() | Connect():
                _check_shell_resource(request.resource_uri)
                return await self.shells.operate(call, request)
            case CreateShell():
                _check_shell_resource(request.resource_uri)
                return await self.shells.create(call, request)
            case Enumerate():
                _check_known(request.resource_uri)
                return await self._enumerations.enumerate(call, request)
            case Pull():
                _check_known(request.resource_uri)
                return self._enumerations.pull(call, request)
            case Release():
                _check_known(request.resource_uri)
                return self._enumerations.release(call, request)
            case Get() | Put() | Delete() | Custom() if is_config(request.resource_uri):
                return await self._configuration.answer(call, request)
            case Get():
                _check_shell_resource(request.resource_uri, generic=True)
                return await self.shells.get(call, request)
            case Delete():
                _check_shell_resource(request.resource_uri, generic=True)
                return await self.shells.delete(call, request)
            case _:
                _check_known(request.resource_uri if not isinstance(request, Identify) else "")
                raise ActionNotSupported()


def _kind(resource_uri: str) -> str:
    uri = resource_uri.lower()
    if uri == uris.RESOURCE_SHELL.lower():
        return "generic"
    if uri == uris.RESOURCE_SHELL_COMMAND.lower():
        return "commands"
    if uri == uris.RESOURCE_CMD.lower() or uris.configuration_name(resource_uri) is not None:
        return "shell"
    return "config" if is_config(resource_uri) else ""


def _check_known(resource_uri: str) -> None:
    if not _kind(resource_uri):
        raise InvalidResourceUri()


def _check_shell_resource(resource_uri: str, *, generic: bool = False) -> None:
    kind = _kind(resource_uri)
    if not kind:
        raise InvalidResourceUri()
    if kind != "shell" and not (generic and kind == "generic"):
        raise ActionNotSupported()


def _identified(system: str) -> Identified:
    version = f"OS: {system} SP: 0.0 Stack: 3.0"
    return Identified(
        protocol_version=uris.NS_WSMAN,
        product_vendor=f"{VENDOR} {__version__}" if system != "0.0.0" else VENDOR,
        product_version=version,
    )


def _as_fault(error: Exception) -> WSManFault:
    """Return the fault for an error of any kind; what is not ours is logged and told as an internal error."""
    if isinstance(error, WSManFault):
        return error
    if isinstance(error, RemoraError):
        _log.warning("operation_failed", error=type(error).__name__, reason=error)
        return make_fault(0x80338003, f"The operation failed: {error} ")
    _log.error("operation_broke", exc_info=True)
    return make_fault(0x80338014, "The service failed while it worked on the request. ")
