"""Which requests, and which changes of the configuration, become events of the audit log, and what of them is told."""

from __future__ import annotations

from typing import Final

from remora.auth.principal import Principal
from remora.config.host import HostConfiguration
from remora.host.audit import Audit, Value
from remora.host.gate import Peer
from remora.wsman.replies import Reply, ResourceCreated
from remora.wsman.requests import Connect, CreateShell, Delete, Disconnect, Identify, Reconnect, Request
from remora.wsman.server import Incoming

_EVENTS: Final = (
    (CreateShell, "session_created"),
    (Connect, "session_connected"),
    (Disconnect, "session_disconnected"),
    (Reconnect, "session_reconnected"),
    (Delete, "session_deleted"),
)


class AuditedRequests:
    """Writes what the dispatcher did and refused."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    def refused(self, principal: Principal, peer: Peer, incoming: Incoming) -> None:
        """A caller has no right to what it asked for."""
        shell_id = _shell_id(incoming.request)
        self._audit.write(
            "access_denied",
            **_who(principal, peer),
            action=incoming.headers.action,
            resource=_resource(incoming.request),
            shell=shell_id,
        )

    def done(self, principal: Principal, peer: Peer, request: Request, reply: Reply) -> None:
        """A request was carried out; of those that concern sessions the ones that begin, end or move one are told."""
        event = next((name for kind, name in _EVENTS if isinstance(request, kind)), None)
        if event is not None:
            shell_id = reply.shell_id if isinstance(reply, ResourceCreated) else _shell_id(request)
            name = request.shell.name if isinstance(request, CreateShell) else None
            self._audit.write(event, **_who(principal, peer), shell=shell_id, resource=_resource(request), name=name)

    def configured(
        self, principal: Principal, peer: Peer, request: Request, before: HostConfiguration, after: HostConfiguration
    ) -> None:
        """A request to ``winrm/config`` was carried out; told when it changed something."""
        if before != after:
            self._audit.write(
                "configuration_changed",
                **_who(principal, peer),
                resource=_resource(request),
                changes=changed_settings(before, after),
            )

    def read_again(self, before: HostConfiguration, after: HostConfiguration) -> None:
        """Another process, such as ``remora host configuration``, changed the files."""
        if before != after:
            self._audit.write("configuration_changed", source="file", changes=changed_settings(before, after))


def changed_settings(before: HostConfiguration, after: HostConfiguration) -> dict[str, list[str]]:
    """Return each setting that differs as name: [old, new]; of listeners and mappings the name alone."""
    old, new = before.settings(), after.settings()
    changed = {name: [old.get(name, ""), new.get(name, "")] for name in (old | new) if old.get(name) != new.get(name)}
    if before.listeners != after.listeners:
        changed["Listeners"] = []
    if before.cert_mappings != after.cert_mappings:
        changed["CertMappings"] = []
    earlier = {item.name: item for item in before.sessions()}
    later = {item.name: item for item in after.sessions()}
    for name in earlier | later:
        if earlier.get(name) != later.get(name):
            sides = (earlier.get(name), later.get(name))
            changed[f"SessionConfiguration/{name}"] = ["" if one is None else one.security_descriptor for one in sides]
    return changed


def _who(principal: Principal, peer: Peer) -> dict[str, Value]:
    return {"user": principal.name, "sid": principal.sid, "address": peer.address}


def _resource(request: Request) -> str | None:
    return None if isinstance(request, Identify) else request.resource_uri


def _shell_id(request: Request) -> str | None:
    shell_id = getattr(request, "shell_id", None)
    if shell_id is None and not isinstance(request, Identify) and (selectors := getattr(request, "selectors", None)):
        shell_id = selectors.shell_id
    return shell_id
