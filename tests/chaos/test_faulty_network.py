"""A network that cuts, stalls, delays, duplicates and resets at every step: nothing comes twice, nothing is missing.

REMORA_PROFILE=chaos plays fresh seeds, REMORA_EXAMPLES of them (default 2000); REMORA_SEED=n plays one again.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from remora.client import pool_traffic, retry, wsman_session
from remora.client.commands import new_pssession
from remora.client.config_store import ClientConfig
from remora.client.options import PSSessionOption
from remora.client.pssession import PSSession
from remora.client.repository import PSSessionRepository
from remora.client.results import StreamItem
from remora.client.session_state import RunspaceState
from remora.errors import ConnectionLost
from tests.support.faulty_traffic import FaultyTraffic
from tests.support.host import PASSWORD, USER, HostProcess, running_host
from tests.support.line import line_to

BATCH = 20
AT_ONCE = 6


def batches() -> list[list[int]]:
    if named := os.environ.get("REMORA_SEED"):
        return [[int(named)]]
    if os.environ.get("REMORA_PROFILE") == "chaos":
        wanted = int(os.environ.get("REMORA_EXAMPLES", "2000"))
        seeds = [random.SystemRandom().randrange(1 << 32) for _ in range(wanted)]
    else:
        seeds = list(range(1, 201))
    return [seeds[at : at + BATCH] for at in range(0, len(seeds), BATCH)]


@pytest.fixture(scope="module")
def host() -> Iterator[HostProcess]:
    directory = Path(tempfile.mkdtemp(prefix="remora-", dir="/tmp"))
    directory.chmod(0o755)
    try:
        with running_host(directory / "state") as running:
            yield running
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries follow each other at once, and silence is noticed after a second or two instead of half a minute."""
    monkeypatch.setattr(retry, "PAUSE", 0.05)
    monkeypatch.setattr(wsman_session, "PAUSE", 0.05)
    monkeypatch.setattr(wsman_session, "NETWORK_SECONDS", 4.0)
    monkeypatch.setattr(pool_traffic, "POLL_SECONDS", 1.0)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seeds", batches(), ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
async def test_a_network_that_fails(host: HostProcess, seeds: list[int]) -> None:
    turn = asyncio.Semaphore(AT_ONCE)

    async def play(seed: int) -> None:
        async with turn:
            await FaultyTraffic(seed, host.port).run()

    async with asyncio.timeout(280):
        done = await asyncio.gather(*(play(seed) for seed in seeds), return_exceptions=True)
    failures = [failure for failure in done if failure is not None]
    if failures:
        raise BaseExceptionGroup(f"{len(failures)} of {len(seeds)} seeds", failures)
    left = [shell["name"] for shell in host.status()["shells"] if shell["name"] in {f"seed{seed}" for seed in seeds}]
    assert left == []


@pytest.mark.parametrize("seed", range(20))
async def test_an_outage_that_outlasts_all_tries_loses_nothing(
    host: HostProcess, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The network takes the session in the middle of an answer; its client comes back and has every number once."""
    monkeypatch.setattr(retry, "PAUSE", 0.02)
    with line_to(host.port) as line:
        session = await new_pssession(
            connection_uri=f"http://127.0.0.1:{line.port}/wsman", username=USER, password=PASSWORD,
            authentication="negotiate", repository=PSSessionRepository(), config=ClientConfig(),
            session_option=PSSessionOption(max_retry_time=100),
        )  # fmt: skip
        assert isinstance(session, PSSession)
        got: list[Any] = []

        async def read(items: AsyncIterator[StreamItem]) -> None:
            async for item in items:
                if item.stream == "output":
                    got.append(item.value)

        pipeline = await session.start("foreach ($n in 1..30) { $n; Start-Sleep -Milliseconds 3 }")
        reader = asyncio.create_task(read(pipeline.items()))
        await asyncio.sleep(random.Random(seed).uniform(0, 0.12))
        line.down()
        with suppress(ConnectionLost):
            await reader
        line.up()
        if session.state is RunspaceState.DISCONNECTED:
            await session.connect()
            await read(session.receive())
        assert got == list(range(1, 31))
        await session.close()
