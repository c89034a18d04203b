"""One session whose every exchange may break: it writes, is left, taken over, fed and stopped, as one seed says."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import aclosing, suppress
from typing import Any

from remora.client.commands import get_pssession, new_pssession
from remora.client.config_store import ClientAuth, ClientConfig
from remora.client.options import PSSessionOption
from remora.client.pssession import PSSession
from remora.client.repository import PSSessionRepository
from remora.client.results import PipelineStopped
from remora.client.session_state import RunspaceState
from remora.errors import ConnectionLost, RemoraError, TransportError
from tests.support.faulty_proxy import FaultyProxy, Plan
from tests.support.host import PASSWORD, USER

_MOVES = ("write", "feed", "stop", "travel", "variable")


class FaultyTraffic:
    """Plays one seed through a proxy of its own and checks that nothing is missing and nothing came twice."""

    def __init__(self, seed: int, port: int) -> None:
        self.seed = seed
        self.dice = random.Random(seed)
        self.plan = Plan(random.Random(self.dice.random()), rate=self.dice.choice((0.05, 0.2, 0.5)))
        self.port = port
        self.authentication = self.dice.choice(("basic", "negotiate"))
        self.session: PSSession | None = None
        self.counted = 0
        self.url = ""

    async def run(self) -> None:
        """Play the seed to its end."""
        try:
            async with FaultyProxy(self.port, self.plan).running() as proxy:
                self.url = proxy.url
                self.session = await self._opened()
                for _ in range(self.dice.randint(2, 5)):
                    await getattr(self, f"_{self.dice.choice(_MOVES)}")()
                await self.session.close()
        except BaseException as error:
            error.add_note(self.story())
            raise

    def story(self) -> str:
        return f"seed {self.seed} ({self.authentication}): " + "; ".join(self.plan.notes)

    def _where(self) -> dict[str, Any]:
        return {
            "connection_uri": f"{self.url}/wsman",
            "username": USER,
            "password": PASSWORD,
            "authentication": self.authentication,
            "repository": PSSessionRepository(),
            "config": ClientConfig(allow_unencrypted=True, auth=ClientAuth(basic=True)),
            "session_option": PSSessionOption(max_connection_retry_count=60, operation_timeout=1500),
        }

    async def _opened(self) -> PSSession:
        session = await new_pssession(**self._where(), name=f"seed{self.seed}")
        assert isinstance(session, PSSession)
        return session

    # -- what the session does -----------------------------------------------------------------------------------------

    async def _write(self) -> None:
        """A command of a few numbers, read as it comes."""
        assert self.session is not None
        first, last = self.counted + 1, self.counted + self.dice.randint(1, 30)
        got = list(await self.session.invoke(f"{first}..{last}"))
        assert got == list(range(first, last + 1)), (got, self.story())
        self.counted = last

    async def _feed(self) -> None:
        """Objects go there and come back, each once."""
        assert self.session is not None
        many = self.dice.choice((1, 20, 400))
        wide = "x" * self.dice.choice((1, 300))
        given = [f"{n}{wide}" for n in range(many)]
        got = list(await self.session.invoke("$input", input=given))
        assert got == given, (len(got), self.story())

    async def _stop(self) -> None:
        """A command without an end is stopped, and the session is free again."""
        assert self.session is not None
        pipeline = await self.session.start("$n = 0; while ($true) { ($n++); Start-Sleep -Milliseconds 5 }")
        got: list[Any] = []
        with suppress(PipelineStopped):
            async for item in pipeline.items():
                if item.stream == "output":
                    got.append(item.value)
                if len(got) == 5:
                    await pipeline.stop()
        assert got == list(range(len(got))), (got, self.story())
        await self._write()

    async def _variable(self) -> None:
        """What one command sets, the next one sees: each ran once."""
        assert self.session is not None
        await self.session.invoke("$global:times = 1 + $times")
        before = (await self.session.invoke("$times"))[0]
        await self.session.invoke("$global:times = 1 + $times")
        after = (await self.session.invoke("$times"))[0]
        assert after == before + 1, (before, after, self.story())

    async def _travel(self) -> None:
        """A command is left and taken up again, by the same client or another, until it has written everything."""
        assert self.session is not None
        numbers = self.dice.randint(20, 60)
        pause = self.dice.choice((0, 5, 15))
        await self.session.start(f"foreach ($n in 1..{numbers}) {{ $n; Start-Sleep -Milliseconds {pause} }}")
        got: list[Any] = []
        while len(got) < numbers:
            before = len(got)
            reader = asyncio.create_task(self._read(got))
            await asyncio.wait({reader}, timeout=self.dice.uniform(0.02, 0.5))
            if not reader.done():
                await self._leave(reader)
            await reader
            if self.session.state is RunspaceState.DISCONNECTED:
                await self._come_back()
            elif len(got) == before:
                break
        assert got == list(range(1, numbers + 1)), (got, self.story())
        if self.session.running:
            await self._read(got)
        assert len(got) == numbers, (got, self.story())

    async def _leave(self, reader: asyncio.Task[None]) -> None:
        assert self.session is not None
        try:
            await self.session.disconnect()
        except BaseException:
            reader.cancel()
            raise

    async def _read(self, got: list[Any]) -> None:
        assert self.session is not None
        async with aclosing(self.session.receive()) as items:
            async for item in items:
                if item.stream == "output":
                    got.append(item.value)

    async def _come_back(self) -> None:
        assert self.session is not None
        if self.dice.random() < 0.5:
            await self.session.connect()
        else:
            self.session = await self._taken(self.session)

    async def _taken(self, session: PSSession) -> PSSession:
        """Find the session as a stranger and connect to it; a network that is down is tried again."""
        end = time.monotonic() + 20
        while True:
            try:
                found = await get_pssession(**self._where(), instance_id=session.instance_id)
                assert found, self.story()
                await found[0].connect()
                return found[0]
            except (TransportError, ConnectionLost) as error:
                if time.monotonic() > end:
                    raise RemoraError(f"not found again: {error}") from error
                await asyncio.sleep(0.05)
