"""The workers of this host: started, found again after a restart, and buried when their process is gone."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from pathlib import Path
from typing import Final, Protocol

import msgspec

from remora._log import bound
from remora.errors import RemoraError, TransportError, WSManFault
from remora.host.records import ShellRecord, ShellRecords
from remora.host.spawner_protocol import ResourceLimits, Spawned
from remora.host.worker_link import CRASHED, WorkerLink
from remora.worker import protocol as p
from remora.wsman.faults import ShellIdInUse, ShellNotInitialized, UnexpectedSelectors

_OPEN_TIME: Final = 120.0
_END_TIME: Final = 3.0
_REMEMBERED: Final = 1024
_log = bound(__name__)


class Spawner(Protocol):
    """Whoever starts workers."""

    async def spawn(self, shell_id: str, account: str, limits: ResourceLimits | None = None) -> Spawned: ...

    async def discard(self, shell_id: str) -> bool: ...


class Workers:
    """Records and links of all shells. directory: where the workers' sockets are."""

    def __init__(self, directory: Path, records: ShellRecords, spawner: Spawner) -> None:
        self._directory = directory
        self._spawner = spawner
        self.records = records
        self._links: dict[str, WorkerLink] = {}
        self._creating: set[str] = set()
        self._crashed: OrderedDict[str, None] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    # --- after a restart

    async def restore(self) -> None:
        """Connect to the worker of every record; drop records and sockets whose worker is gone or was never opened."""
        await asyncio.gather(*(self._restore(record) for record in self.records))
        known = {record.canonical_id for record in self.records}
        for path in self._directory.iterdir():
            if path.name not in known:
                await self._discard_orphan(path.name)
        _log.info("shells_restored", count=len(self.records))

    async def _restore(self, record: ShellRecord) -> None:
        try:
            link = await self._connect(record)
            if not link.opened:
                await link.close()
                raise TransportError("the worker was never opened")
        except RemoraError as error:
            _log.warning("shell_dropped", shell_id=record.shell_id, reason=error)
            self.records.remove(record)
            return
        self._links[record.canonical_id] = link

    async def _discard_orphan(self, name: str) -> None:
        """A socket without a record: its Create was interrupted, or its worker is gone."""
        path = self._directory / name
        with contextlib.suppress(RemoraError):
            link = await WorkerLink.connect(path, name, uid=None, lost=lambda _link: None)
            with contextlib.suppress(RemoraError):
                await link.call(p.Delete(), seconds=_END_TIME)
            await link.close()
        with contextlib.suppress(RemoraError):
            await self._spawner.discard(name)

    def _connect_path(self, record: ShellRecord) -> Path:
        return self._directory / record.canonical_id

    async def _connect(self, record: ShellRecord) -> WorkerLink:
        return await WorkerLink.connect(
            self._connect_path(record), record.shell_id, uid=record.uid, lost=lambda link: self._lost(record, link)
        )

    # --- life of a shell

    async def create(
        self, record: ShellRecord, account: str, limits: ResourceLimits, request: p.Open, caller: p.Caller
    ) -> p.Description:
        """Start a worker and open the shell in it.

        Raises ShellIdInUse, ShellNotInitialized, and whatever fault the worker has against the request.
        """
        key = record.canonical_id
        await self._wait_for_end(key)
        if key in self._links or key in self._creating or self.records.get(key) is not None:
            raise ShellIdInUse()
        self._creating.add(key)
        self._crashed.pop(key, None)
        try:
            return await self._create(record, account, limits, request, caller)
        except BaseException:
            link = self._links.pop(key, None)
            if link is not None:
                await link.close()
            self.records.remove(record)
            raise
        finally:
            self._creating.discard(key)

    async def _create(
        self, record: ShellRecord, account: str, limits: ResourceLimits, request: p.Open, caller: p.Caller
    ) -> p.Description:
        self.records.put(record)
        try:
            spawned = await self._spawner.spawn(record.canonical_id, account, limits)
            if record.runs_as:  # who that is, only the spawner knows, which may read the accounts
                record = msgspec.structs.replace(record, uid=spawned.uid)
                self.records.put(record)
            elif spawned.uid != record.uid:
                raise ShellNotInitialized("The worker runs as another user than the account's. ")
            link = await self._connect(record)
        except WSManFault:
            raise
        except RemoraError as error:
            _log.error("worker_not_started", shell_id=record.shell_id, reason=error)
            raise ShellNotInitialized() from error
        self._links[record.canonical_id] = link
        result = await link.call(request, caller, seconds=_OPEN_TIME)
        if not isinstance(result, p.Opened):
            raise ShellNotInitialized()
        link.opened = True
        return result.description

    async def _wait_for_end(self, key: str) -> None:
        """A shell that was just deleted may still be leaving; its id is free when its process is gone."""
        link = self._links.get(key)
        if link is not None and self.records.get(key) is None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_END_TIME):
                    await link.ended.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_END_TIME):
                while self.records.get(key) is None and (self._directory / key).exists():
                    if await self._spawner.discard(key):
                        return
                    await self._discard_orphan(key)  # a front end that died had begun to make this shell
                    await asyncio.sleep(0.01)

    def link(self, record: ShellRecord) -> WorkerLink:
        """Return the link of a shell. Raises UnexpectedSelectors when its worker is gone."""
        link = self._links.get(record.canonical_id)
        if link is None or link.ended.is_set():
            raise self.gone(record.shell_id)
        return link

    def gone(self, shell_id: str) -> UnexpectedSelectors:
        """Return the fault for a ShellId without a shell; it says so when the shell ended by a crash."""
        if shell_id.upper() in self._crashed:
            return UnexpectedSelectors(CRASHED)  # in our own name: clients show the reason, not what a provider says
        return UnexpectedSelectors.shell(shell_id)

    def forget(self, record: ShellRecord) -> None:
        """The shell was deleted: nobody finds it any more, its process is leaving."""
        self.records.remove(record)

    def exited(self, shell_id: str, pid: int, status: int) -> None:
        """A worker that our spawner started has ended. status: exit code, or minus the signal."""
        if status != 0:
            _log.warning("worker_died", shell_id=shell_id, pid=pid, status=status)
            self._remember_crash(shell_id)

    def _remember_crash(self, shell_id: str) -> None:
        self._crashed[shell_id.upper()] = None
        while len(self._crashed) > _REMEMBERED:
            self._crashed.popitem(last=False)

    def _lost(self, record: ShellRecord, link: WorkerLink) -> None:
        key = record.canonical_id
        if self._links.get(key) is link:
            del self._links[key]
        if self._closing:
            return
        deleted = self.records.get(key) is None
        if link.crashed and not deleted:
            self._remember_crash(key)
        task = asyncio.get_running_loop().create_task(self._bury(record, deleted=deleted))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _bury(self, record: ShellRecord, *, deleted: bool) -> None:
        """The connection ended. A worker that still listens is connected again; else the shell is gone."""
        key = record.canonical_id
        if key in self._creating:
            return
        if not deleted:
            with contextlib.suppress(RemoraError):
                link = await self._connect(record)
                if link.opened and not self._closing:
                    self._links[key] = link
                    self._crashed.pop(key, None)
                    return
                await link.close()
        self.records.remove(record)
        _log.info("shell_ended", shell_id=record.shell_id, crashed=key in self._crashed)
        with contextlib.suppress(RemoraError):
            await self._spawner.discard(key)

    # --- all of them

    async def withdraw(self) -> None:
        """End every pending Receive with the time-out fault."""
        await asyncio.gather(*(link.withdraw() for link in list(self._links.values())))

    async def delete_all(self) -> None:
        """End every shell."""
        links = list(self._links.values())
        await asyncio.gather(*(link.call(p.Delete(), seconds=_END_TIME) for link in links), return_exceptions=True)
        await asyncio.gather(*(_ended(link) for link in links))
        for record in self.records:
            self.records.remove(record)

    async def close(self) -> None:
        """Let go of every worker; they go on."""
        self._closing = True
        for link in list(self._links.values()):
            await link.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _ended(link: WorkerLink) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_END_TIME):
            await link.ended.wait()
