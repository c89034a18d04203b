"""Random schedules of deaths and departures: nothing comes twice, and nothing is missing where the worker lived.

REMORA_PROFILE=chaos plays many schedules of fresh seeds; REMORA_SEED=n plays one again.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.chaos import Chaos, Schedule
from tests.support.host import HostProcess, running_host

LONG = os.environ.get("REMORA_PROFILE") == "chaos"


def seeds() -> list[int]:
    if named := os.environ.get("REMORA_SEED"):
        return [int(named)]
    if LONG:
        return [random.SystemRandom().randrange(1 << 32) for _ in range(int(os.environ.get("REMORA_EXAMPLES", "100")))]
    return [1, 2, 3]


@pytest.fixture(scope="module")
def host() -> Iterator[HostProcess]:
    directory = Path(tempfile.mkdtemp(prefix="remora-", dir="/tmp"))
    directory.chmod(0o755)
    try:
        with running_host(directory / "state") as running:
            yield running
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@pytest.mark.timeout(150)
@pytest.mark.parametrize("seed", seeds())
async def test_a_schedule(host: HostProcess, seed: int) -> None:
    dice = random.Random(seed)
    schedule = Schedule(
        seed=seed,
        sessions=dice.randint(3, 10) if LONG else 4,
        numbers=dice.choice((50, 200, 1000)) if LONG else 120,
        kills=dice.randint(1, 6) if LONG else 2,
        victims=dice.randint(0, 2) if LONG else 1,
    )
    async with asyncio.timeout(120):
        await Chaos(host, schedule).run()
