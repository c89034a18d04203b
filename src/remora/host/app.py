"""The front end put together: the one place that knows all parts, their order at the start and at the end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from remora import __version__
from remora._log import bound
from remora.auth.certificate_store import CertificateStore
from remora.config.host import HostConfiguration
from remora.config.resource import Change
from remora.config.resources import ConfigResources
from remora.errors import ConfigError, RemoraError
from remora.host.accounts import AccountStore
from remora.host.audit import AuditLog
from remora.host.audited import AuditedRequests
from remora.host.authenticator import Authenticator, LocalAuthenticator
from remora.host.authenticator_process import AuthenticatorProcess
from remora.host.client_certificates import ClientCertificates
from remora.host.config_store import ConfigStore
from remora.host.control import ControlServer, HostStatus, ShellStatus
from remora.host.credssp import CredSspAuthenticator, CredSspCertificate
from remora.host.dispatcher import Dispatcher
from remora.host.files import write_atomically
from remora.host.gate import Gate
from remora.host.identity import Identity
from remora.host.kerberos import kerberos_service
from remora.host.listeners import ListenerSet
from remora.host.logon_guard import LogonGuard
from remora.host.logon_sessions import LogonSessions
from remora.host.machine import HostMachine
from remora.host.peers import PeerWatch
from remora.host.privileges import FrontUser, front_user, give_up
from remora.host.records import ShellRecord, ShellRecords
from remora.host.spawning import SpawnerHandle
from remora.host.state_dir import StateDir
from remora.host.warm_up import warm_up
from remora.host.workers import Workers
from remora.net.http_connection import HttpLimits
from remora.net.http_server import HttpServer
from remora.worker import protocol as p

_STOP_TIME: Final = 15.0
_CONFIG_CHECK: Final = 1.0
_STATUS_TIME: Final = 3.0
_log = bound(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostOptions:
    """What ``remora host run`` was told. config: the configuration file, the state directory's own when None."""

    state_dir: Path
    listen: tuple[str, ...] = ()
    config: Path | None = None
    overrides: tuple[str, ...] = ()
    ready_file: Path | None = None


def run_host(options: HostOptions, *, spawner: tuple[str, ...] | None = None) -> None:
    """Serve until SIGTERM or SIGINT. Raises ConfigError or TransportError when the host cannot start.

    spawner: the program that makes the workers, by default the spawner's own module.
    """
    os.umask(0o077)
    user = front_user()
    state = StateDir(options.state_dir.absolute())
    state.prepare(front_uid=user.uid, front_gid=user.gid)
    lock = state.lock()
    served = state.anchored()
    try:
        if options.ready_file is not None:
            options.ready_file.unlink(missing_ok=True)
        if options.config is not None and not options.config.is_file():
            raise ConfigError(f"there is no configuration file {options.config}")
        config = ConfigStore(options.config or served.configuration, overrides=options.overrides)
        clients = ClientCertificates(served.certificates, lambda: config.current)
        listeners = ListenerSet(options.listen, config.current, served.certificates, clients.context)
        handle = SpawnerHandle.start(state.root, front_uid=user.uid, front_gid=user.gid, command=spawner)
        try:
            asyncio.run(FrontEnd(options, served, config, handle, user, listeners, clients).run())
        finally:
            handle.close()
            listeners.close()
    finally:
        os.close(lock)


class FrontEnd:
    """One run of the front end."""

    def __init__(
        self,
        options: HostOptions,
        state: StateDir,
        config: ConfigStore,
        spawner: SpawnerHandle,
        user: FrontUser,
        listeners: ListenerSet,
        clients: ClientCertificates,
    ) -> None:
        self._options = options
        self._state = state
        self._config = config
        self._spawner = spawner
        self._user = user
        self._started = time.monotonic()
        self._stop = asyncio.Event()
        self._listeners = listeners
        self._clients = clients
        self._watch = PeerWatch()
        self._logons = LogonSessions(self._watch, now=time.time)
        self._workers = Workers(state.workers, ShellRecords(state.shells), spawner)
        self._audit = AuditLog(state.audit, limits=self._audit_limits, now=time.time)
        self._audited = AuditedRequests(self._audit)
        certificates = CertificateStore(state.certificates)
        self._machine = HostMachine(listeners, certificates)
        self._credssp = CredSspCertificate(
            certificates, lambda: self._config.current.winrm.service.certificate_thumbprint
        )
        self._dispatcher = Dispatcher(
            self._workers,
            config=self._fresh,
            configuration=ConfigResources(self, self._machine),
            watch=self._watch,
            logons=self._logons,
            machine=socket.gethostname(),
            audit=self._audit,
        )

    async def run(self) -> None:
        """Serve until asked to stop, then end in good order."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._reload)
        self._spawner.attach()
        self._spawner.exited = self._workers.exited
        authenticator = self._machine.authenticator = await self._authenticator()
        privileged = os.geteuid() == 0
        if privileged:  # later we could not write where root told us to; connections wait in the backlog meanwhile
            warm_up()
            self._write_ready()
            give_up(self._user)
        self._workers.records.load()
        await self._workers.restore()
        server = self._server(authenticator)
        control = ControlServer(status=self.status, stop=self._asked_to_stop)
        await control.start(self._state)
        await self._listeners.serve(server)
        if not privileged:
            self._write_ready()
        _log.info("host_serving", urls=" ".join(self._listeners.urls), pid=os.getpid())
        watcher = loop.create_task(self._watch_configuration())
        await self._stop.wait()
        _log.info("host_stopping")
        watcher.cancel()
        await self._end(server, control, authenticator)

    async def _end(self, server: HttpServer[Identity], control: ControlServer, authenticator: Authenticator) -> None:
        self._dispatcher.shells.stop()
        stopping = asyncio.get_running_loop().create_task(server.stop(_STOP_TIME))
        await asyncio.sleep(0)
        await self._workers.withdraw()
        await stopping
        await control.close(self._state)
        await self._workers.close()
        await self._watch.close()
        await authenticator.close()
        self._audit.close()

    async def _authenticator(self) -> Authenticator:
        state_dir = self._options.state_dir.absolute()
        kerberos = kerberos_service(self._config.current.remora)
        if os.geteuid() == 0:
            return await AuthenticatorProcess.start(state_dir, kerberos=kerberos, pam_service=self._pam_service)
        return LocalAuthenticator(AccountStore(state_dir), kerberos=kerberos, pam_service=self._pam_service)

    def _server(self, authenticator: Authenticator) -> HttpServer[Identity]:
        gate = Gate(
            authenticator=CredSspAuthenticator(authenticator, self._credssp),
            dispatch=self._dispatcher.dispatch,
            identify=self._dispatcher.identify,
            config=lambda: self._config.current.winrm,
            mapping=self._clients.mapping,
            url_prefixes=lambda: self._config.current.remora.url_prefixes,
            guard=LogonGuard(lambda: self._config.current.remora, self._audit),
        )
        remora = self._config.current.remora
        limits = HttpLimits(
            header_seconds=float(remora.request_header_sec),
            body_seconds=float(self._config.current.winrm.service.max_packet_retrieval_time_seconds),
            idle_seconds=float(remora.connection_idle_sec),
            connections=remora.max_tcp_connections,
        )
        return HttpServer(gate.handle, Identity, limits=limits, on_close=gate.forget)

    def _write_ready(self) -> None:
        if self._options.ready_file is not None:
            text = "".join(f"{url}\n" for url in self._listeners.urls)
            write_atomically(self._options.ready_file, text.encode(), mode=0o644)

    # --- configuration

    def read(self) -> HostConfiguration:
        """What is in force (``config.resource.Backing``)."""
        return self._config.current

    def fixed(self) -> frozenset[str]:
        """The settings that the policy fixes."""
        return self._config.fixed

    def update(self, change: Change, named: Iterable[str] = ()) -> HostConfiguration:
        """Change the configuration for good. Raises ConfigError, also where a new listener cannot be bound."""

        def bound(held: HostConfiguration) -> HostConfiguration:
            changed = change(held)
            self._listeners.follow(changed)
            return changed

        return self._config.update(bound, named)

    def _reload(self) -> None:
        self._take_over(self._config.reload)

    def _fresh(self) -> HostConfiguration:
        """What is in force, with what another process, such as ``remora host configuration``, wrote just now."""
        self._take_over(self._config.refresh)
        return self._config.current

    def _pam_service(self) -> str:
        remora = self._config.current.remora
        return remora.pam_service if remora.pam else ""

    def _audit_limits(self) -> tuple[int, int]:
        remora = self._config.current.remora
        return remora.audit_max_kb * 1024, remora.audit_kept_files

    def _take_over(self, look: Callable[[], bool]) -> None:
        before = self._config.current
        try:
            if look():
                self._audited.read_again(before, self._config.current)
                self._listeners.follow(self._config.current)
                _log.info("configuration_reloaded")
        except ConfigError as error:
            _log.error("configuration_kept", reason=error)

    async def _watch_configuration(self) -> None:
        while True:
            await asyncio.sleep(_CONFIG_CHECK)
            self._fresh()

    # --- control

    async def _asked_to_stop(self, shells: bool) -> None:
        if shells:
            await self._workers.delete_all()
        self._stop.set()

    async def status(self) -> HostStatus:
        """Return what ``remora host status`` shows."""
        records = list(self._workers.records)
        shells = await asyncio.gather(*(self._shell_status(record) for record in records))
        return HostStatus(
            pid=os.getpid(),
            version=__version__,
            state_dir=str(self._options.state_dir.absolute()),
            uptime=time.monotonic() - self._started,
            urls=self._listeners.urls,
            logons=len(self._logons.all(records)),
            shells=tuple(sorted(shells, key=lambda shell: (shell.owner, shell.shell_id))),
        )

    async def _shell_status(self, record: ShellRecord) -> ShellStatus:
        description = commands = None
        with contextlib.suppress(RemoraError):
            link = self._workers.link(record)
            description = await link.call(p.Describe(), seconds=_STATUS_TIME)
            commands = await link.call(p.ListCommands(), seconds=_STATUS_TIME)
        known = description if isinstance(description, p.Description) else None
        return ShellStatus(
            shell_id=record.shell_id,
            owner=record.owner_name,
            kind=record.kind,
            configuration=record.configuration,
            state=known.state if known is not None else "Unknown",
            name=record.name,
            pid=known.process_id if known is not None else 0,
            commands=len(commands.items) if isinstance(commands, p.Commands) else 0,
            idle=known.inactivity if known is not None else 0,
            run_time=known.run_time if known is not None else 0,
            memory=known.memory_used if known is not None else 0,
            client_ip=record.client_ip,
        )
