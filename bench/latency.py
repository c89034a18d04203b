"""Live output: from the write of a script on the host to the bytes at the standard output of ``remora run``."""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.remoting import host, versions
from bench.report import Check, Section
from remora.client.config_store import ClientConfig
from remora.client.connection_info import connection_infos
from remora.client.wsman_session import WSManSession
from remora.wsman.requests import Identify
from tests.support.host import PASSWORD, USER, HostProcess

SCRIPT = "1..{count} | ForEach-Object {{ Start-Sleep -Milliseconds 20; [DateTime]::UtcNow.Ticks }}"
"""Writes the time of each write, in ticks of 100 ns since the year 1."""
EPOCH_TICKS = 621355968000000000
WARM_UP = 5


def latency(count: int) -> Section:
    """Compare the time a written line takes with a warm Identify on the same host, both with NTLM over HTTP."""
    with host() as found, tempfile.TemporaryDirectory(prefix="remora-bench-") as folder:
        before = asyncio.run(_identify(found, count))
        took = _written(found, count, Path(folder))
        after = asyncio.run(_identify(found, count))
    trip = statistics.median([*before, *after])
    middle, tenths = statistics.median(took), statistics.quantiles(took, n=10)
    return Section(
        name="latency",
        title=f"From a script's write to the bytes at the standard output of remora run, {count} lines; {versions()}",
        rows=[
            ["ms", "median", "fastest tenth", "slowest tenth"],
            ["write to bytes", middle * 1000, tenths[0] * 1000, tenths[-1] * 1000],
            ["warm Identify", trip * 1000, min(before) * 1000, max(before) * 1000],
        ],
        checks=[
            Check(name="latency in round trips of Identify", value=middle / trip, relation="at most", limit=5),
        ],
        samples={"seconds": took, "identify": [*before, *after]},
    )


async def _identify(found: HostProcess, count: int) -> list[float]:
    info = connection_infos(connection_uri=f"http://127.0.0.1:{found.port}/wsman", username=USER, password=PASSWORD,
                            config=ClientConfig())[0]  # fmt: skip
    took = []
    async with WSManSession(info) as session:
        for number in range(count + WARM_UP):
            began = time.perf_counter()
            await session.request(Identify())
            if number >= WARM_UP:
                took.append(time.perf_counter() - began)
    return took


def _written(found: HostProcess, count: int, folder: Path) -> list[float]:
    """Return for each line the seconds from its write to its arrival."""
    (folder / "pw").write_text(PASSWORD + "\n", "utf-8")
    command = [
        sys.executable, "-m", "remora", "run", f"http://127.0.0.1:{found.port}/wsman", "-u", USER,
        "--password-file", str(folder / "pw"), "-c", SCRIPT.format(count=count + WARM_UP),
    ]  # fmt: skip
    took = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ}) as process:
        assert process.stdout is not None
        descriptor, rest = process.stdout.fileno(), b""
        while data := os.read(descriptor, 65536):
            arrived = time.time()
            *lines, rest = (rest + data).split(b"\n")
            took += [arrived - (int(line) - EPOCH_TICKS) / 1e7 for line in lines]
    if process.returncode != 0 or len(took) != count + WARM_UP:
        raise RuntimeError(f"remora run ended with {process.returncode} after {len(took)} lines")
    return took[WARM_UP:]
