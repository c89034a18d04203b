"""From the parameters of a WSMan cmdlet to a machine's resources, and calls on them that can be stopped."""

from __future__ import annotations

import socket
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, fields, replace
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit, urlunsplit

from remora.auth.policy import Authentication
from remora.client.connection_info import ConnectionInfo, connection_infos
from remora.client.management import Management, RemoteManagement
from remora.client.resource_uris import resource
from remora.client.wsman_session import WSManSession
from remora.engine.cmdlet import Cmdlet
from remora.engine.convert import to_text
from remora.errors import RemoraError
from remora.modules.remoting.common import Caller
from remora.modules.wsman.failures import wsman_error
from remora.modules.wsman.machine_store import local_machine
from remora.modules.wsman.way import WayParameters
from remora.wsman.headers import NO_OPTIONS, Fragment, Option, OptionSet, SelectorSet

ANONYMOUS_PATH: Final = "/wsman-anon/identify"
T = TypeVar("T")


class WSManCmdlet(WayParameters):
    """A cmdlet that asks one machine."""

    @property
    def machine_name(self) -> str:
        """Whom an error is about."""
        if self.connection_uri is not None:
            return urlsplit(to_text(self.connection_uri)).hostname or ""
        return self.computer_name or socket.gethostname()

    def call(self, act: Callable[[Management], Coroutine[Any, Any, T]]) -> T:
        """Ask the machine that the parameters mean. What it refuses ends the cmdlet."""
        try:
            return self.ask(act)
        except RemoraError as failure:
            raise self.throw(wsman_error(failure, self.machine_name)) from None

    def ask(self, act: Callable[[Management], Coroutine[Any, Any, T]]) -> T:
        """As ``call``. Raises RemoraError."""
        machine = self.reach()

        async def work() -> T:
            try:
                return await act(machine)
            finally:
                await machine.close()

        return Caller(self).wait(work())

    def reach(self) -> Management:
        """The resources of the machine. Raises RemoraError."""
        return remote(connection(self)) if self.is_remote else local_machine()


@dataclass(kw_only=True)
class Way:
    """The parameters about the way to a machine, of a cmdlet that has them only at some place."""

    computer_name: Any = None
    connection_uri: Any = None
    port: Any = None
    use_ssl: Any = False
    application_name: Any = None
    credential: Any = None
    authentication: Any = None
    certificate_thumbprint: Any = None
    session_option: Any = None

    @classmethod
    def of(cls, command: Cmdlet) -> Way:
        """What the command was given of them."""
        return cls(**{item.name: getattr(command, item.name, item.default) for item in fields(cls)})


def connection(given: WayParameters | Way, authentication: Authentication | None = None) -> ConnectionInfo:
    """The way to the machine that the parameters mean. Raises ConfigError, PSSessionError, AuthError."""
    chosen = authentication or _authentication(given)
    values: dict[str, Any] = {
        "computer_name": given.computer_name,
        "connection_uri": None if given.connection_uri is None else to_text(given.connection_uri),
        "port": None if given.port is None else int(given.port),
        "use_ssl": bool(given.use_ssl) or None,
        "application_name": given.application_name,
        "credential": given.credential,
        "authentication": chosen,
        "certificate_thumbprint": given.certificate_thumbprint,
        "session_option": None if given.session_option is None else given.session_option.for_client(),
    }
    (info,) = connection_infos(**{name: value for name, value in values.items() if value is not None})
    if chosen is Authentication.NONE:
        info = replace(info, url=urlunsplit(urlsplit(info.url)._replace(path=ANONYMOUS_PATH)))
    return info


def remote(info: ConnectionInfo) -> RemoteManagement:
    """The resources at the end of a way."""
    return RemoteManagement(WSManSession(info), operation_timeout=info.operation_seconds)


def _authentication(given: WayParameters | Way) -> Authentication | None:
    return None if given.authentication is None else Authentication.parse(to_text(given.authentication))


def chosen_resource(
    uri: str, *, selectors: Any = None, options: Any = None, fragment: str | None = None, dialect: Any = None
) -> Any:
    """The resource of a URI, which may be shortened and may have selectors, and of the tables of a cmdlet.

    Raises ConfigError for a URI that is none.
    """
    part = None
    if fragment is not None:
        part = Fragment(path=fragment) if dialect is None else Fragment(path=fragment, dialect=to_text(dialect))
    found = resource(uri, options=_options(options), fragment=part)
    if selectors is None:
        return found
    named = {name: text or "" for name, text in texts(selectors).items()}
    folded = {name.casefold() for name in named}
    kept = [(name, value) for name, value in dict(found.selectors).items() if name.casefold() not in folded]
    return replace(found, selectors=SelectorSet((*kept, *named.items())))


def _options(table: Any) -> OptionSet:
    if table is None:
        return NO_OPTIONS
    return OptionSet(tuple(Option(name=name, value=value or "") for name, value in texts(table).items()))


def texts(table: Any) -> dict[str, str | None]:
    """A hashtable as texts; $null stays."""
    return {to_text(key): None if value is None else text_of(value) for key, value in table.items()}


def text_of(value: Any) -> str:
    """A value as the configuration writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return to_text(value)
