"""Sessions that stream numbers through our client while a schedule, made of one seed, breaks what lies between."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any

import psutil

from remora.client.commands import get_pssession, new_pssession
from remora.client.config_store import ClientConfig
from remora.client.options import PSSessionOption
from remora.client.pssession import PSSession
from remora.client.repository import PSSessionRepository
from remora.client.session_state import RunspaceState
from remora.errors import RemoraError, TransportError
from remora.host.control import ControlRequest, ask
from remora.host.state_dir import StateDir
from tests.support.host import PASSWORD, USER, HostProcess


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What happens, all of it from the seed. numbers: how many each session writes."""

    seed: int
    sessions: int = 4
    numbers: int = 120
    kills: int = 2
    victims: int = 1


@dataclass
class Stream:
    """One session and what came out of it, whoever held it. notes: what was done to it, for a failure's message."""

    name: str
    random: random.Random
    numbers: int
    values: list[Any] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    session: PSSession | None = None
    failure: RemoraError | None = None
    ended: bool = False
    doomed: bool = False

    def note(self, text: str) -> None:
        self.notes.append(f"{time.monotonic():.2f} after {len(self.values)}: {text}")


class Chaos:
    """Runs a schedule against a host."""

    def __init__(self, host: HostProcess, schedule: Schedule) -> None:
        self.host = host
        self.schedule = schedule
        self.random = random.Random(schedule.seed)
        self.streams = [
            Stream(f"s{n}", random.Random(self.random.random()), schedule.numbers) for n in range(schedule.sessions)
        ]
        self.restarting = asyncio.Lock()

    def where(self) -> dict[str, Any]:
        """The way to the host, as a process sees it that knows no session."""
        return {
            "connection_uri": f"{self.host.url}/wsman",
            "username": USER,
            "password": PASSWORD,
            "authentication": "negotiate",
            "repository": PSSessionRepository(),
            "config": ClientConfig(),
            "session_option": PSSessionOption(max_connection_retry_count=60),
        }

    async def run(self) -> None:
        """Play the schedule to its end and check every stream."""
        async with asyncio.TaskGroup() as group:
            readers = [group.create_task(self._live(stream)) for stream in self.streams]
            breakers = [group.create_task(self._kill_front_ends()), group.create_task(self._kill_workers())]
            await asyncio.gather(*readers)
            for task in breakers:
                task.cancel()
        if self.host.process is not None and self.host.process.poll() is not None:
            await asyncio.to_thread(self.host.start)
        for stream in self.streams:
            self._check(stream)

    def _check(self, stream: Stream) -> None:
        story = f"seed {self.schedule.seed}, {stream.name}: " + "; ".join(stream.notes)
        expected = list(range(1, stream.numbers + 1))
        if stream.doomed and not stream.ended:
            assert stream.failure is not None, story
            assert stream.values == expected[: len(stream.values)], (stream.values, story)
        else:
            assert stream.failure is None, (repr(stream.failure), story)
            assert stream.values == expected, (stream.values, story)

    # --- the sessions

    async def _live(self, stream: Stream) -> None:
        pause = stream.random.choice((0, 5, 20, 40))
        script = f"foreach ($n in 1..{stream.numbers}) {{ $n; Start-Sleep -Milliseconds {pause} }}"
        try:
            session = await new_pssession(**self.where(), name=stream.name)
            assert isinstance(session, PSSession)
            stream.session = session
            await session.start(script)
            while not stream.ended:
                await self._stay(stream)
        except RemoraError as error:
            stream.note(f"{type(error).__name__}: {error}")
            stream.failure = error
        finally:
            if stream.session is not None:
                with suppress(RemoraError):
                    await asyncio.wait_for(stream.session.close(), 30)

    async def _stay(self, stream: Stream) -> None:
        """Read for a while, leave, and come back as the same client or as another."""
        reader = asyncio.create_task(self._read(stream))
        await asyncio.wait({reader}, timeout=stream.random.uniform(0.05, 1.5))
        session = stream.session
        assert session is not None
        if not reader.done():
            stream.note("disconnect")
            try:
                await session.disconnect()
            except BaseException:
                reader.cancel()
                raise
        await reader
        if session.state is not RunspaceState.DISCONNECTED:
            stream.ended = True
            return
        await asyncio.sleep(stream.random.uniform(0, 0.4))
        if stream.random.random() < 0.5:
            stream.note("come back")
            await session.connect()
        else:
            stream.note("take over")
            stream.session = await self._taken(session)

    async def _read(self, stream: Stream) -> None:
        assert stream.session is not None
        async with aclosing(stream.session.receive()) as items:
            async for item in items:
                if item.stream == "output":
                    stream.values.append(item.value)

    async def _taken(self, session: PSSession) -> PSSession:
        """Find and connect a session as a stranger; a front end that is just being restarted is asked again."""
        end = time.monotonic() + 30
        while True:
            try:
                found = await get_pssession(**self.where(), instance_id=session.instance_id)
                if not found:
                    raise RemoraError(f"the session {session.name} is gone")
                await found[0].connect()
                return found[0]
            except TransportError:
                if time.monotonic() > end:
                    raise
                await asyncio.sleep(0.1)

    # --- what breaks

    async def _kill_front_ends(self) -> None:
        for _ in range(self.schedule.kills):
            await asyncio.sleep(self.random.uniform(0.1, 2.0))
            async with self.restarting:
                for stream in self.streams:
                    stream.note("front end killed")
                await asyncio.to_thread(self.host.kill)
                await asyncio.sleep(self.random.uniform(0, 0.5))
                await asyncio.to_thread(self.host.start)
                for stream in self.streams:
                    stream.note("front end back")

    async def _kill_workers(self) -> None:
        for victim in self.random.sample(self.streams, self.schedule.victims):
            await asyncio.sleep(self.random.uniform(0.3, 2.5))
            async with self.restarting:
                status = await asyncio.to_thread(ask, StateDir(self.host.state_dir), ControlRequest(verb="status"))
                pids = [shell.pid for shell in (status.shells if status else ()) if shell.name == victim.name]
                if pids and not victim.ended:
                    victim.doomed = True
                    victim.note(f"worker {pids[0]} killed")
                    psutil.Process(pids[0]).kill()
