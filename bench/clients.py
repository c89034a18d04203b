"""One client doing one piece of work in a process of its own, so that its CPU time and memory are its own.

    python -m bench.clients CLIENT WORK PORT AUTH COUNT

The password comes in the first line of standard input. Each step prints one JSON line and waits for a line:
``{"at": "ready"}`` before the work, what was measured after it, and then the client ends what it holds open.
CLIENT: remora or pypsrp. AUTH: basic or ntlm. WORK: invoke (COUNT times ``1+1`` in one warm session), first (one new
session, its first output, and the process ends without closing), opened (COUNT sessions opened and closed in turn),
idle (COUNT sessions held open, unused), used (the same after ``1+1``), fleet (COUNT sessions opened, used and
disconnected), fanout-N (``1+1`` on COUNT targets, N at once, each in a session of its own that ends with it).
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

USER = "alice"
FLEET_AT_ONCE = 32
WARM_UP = 10

Measured = dict[str, Any]


def step(**told: Any) -> None:
    """Tell the parent where we are and wait for its word."""
    print(json.dumps(told), flush=True)
    sys.stdin.readline()


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak_mib() -> float:
    """Peak of this program's memory (VmHWM); ru_maxrss would begin with that of the process it was started by."""
    line = next(line for line in Path("/proc/self/status").read_text("ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


class Timer:
    """Wall and CPU seconds, and growth of the peak of memory, between its making and ``done``."""

    def __init__(self) -> None:
        self._before = peak_mib()
        self._cpu, self._wall = cpu_seconds(), time.perf_counter()

    def done(self, result: Any) -> Measured:
        wall, cpu = time.perf_counter() - self._wall, cpu_seconds() - self._cpu
        peak = peak_mib()
        return {"result": result, "wall": wall, "cpu": cpu, "peak_mib": peak, "grown_mib": peak - self._before}


async def remora_fanout(where: dict[str, Any], at_once: int, count: int) -> None:
    """COUNT targets as a Fleet."""
    import remora

    uri = where.pop("connection_uri")
    async for _result in remora.Fleet([uri], **where).invoke("1+1"):  # so that everything is loaded
        pass
    fleet = remora.Fleet([uri] * count, throttle_limit=at_once, **where)
    step(at="ready")
    timer = Timer()
    found = [list(result) async for result in fleet.invoke("1+1")]
    step(**timer.done(found))


async def remora_client(work: str, port: int, auth: str, count: int, password: str) -> None:  # noqa: C901 (its parts are one table)
    import remora

    where: dict[str, Any] = {
        "connection_uri": f"http://127.0.0.1:{port}/wsman",
        "username": USER,
        "password": password,
        "authentication": "basic" if auth == "basic" else "negotiate",
        "config": remora.ClientConfig(allow_unencrypted=True, auth=remora.ClientAuth(basic=True)),
    }

    if work.startswith("fanout-"):
        await remora_fanout(where, int(work.partition("-")[2]), count)
        return

    async def opened() -> Any:
        return await remora.new_pssession(**where)

    async def run(session: Any, script: str) -> list[Any]:
        return list(await remora.invoke_command(script, session=session))

    async def one(number: int, gate: asyncio.Semaphore) -> Any:
        async with gate:
            session = await opened()
            output = await run(session, f"{number}+1")
            await remora.disconnect_pssession(session)
            return output

    async def fleet() -> Any:
        gate = asyncio.Semaphore(FLEET_AT_ONCE)
        return await asyncio.gather(*(one(number, gate) for number in range(count)))

    async def sequence() -> Any:
        for _ in range(count):
            await remora.remove_pssession(await opened())

    async def first() -> Any:
        return await run(await opened(), "1+1")

    async def held() -> list[Any]:
        return [await opened() for _ in range({"invoke": 1, "idle": count, "used": count}.get(work, 0))]

    sessions = await held()
    for session in sessions if work != "idle" else ():
        for _ in range(WARM_UP if work == "invoke" else 1):
            await run(session, "1+1")

    async def invoke() -> Any:
        return [await run(sessions[0], "1+1") for _ in range(count)]

    async def nothing() -> Any:
        return len(sessions)

    works: dict[str, Callable[[], Awaitable[Any]]] = {
        "fleet": fleet, "opened": sequence, "first": first, "invoke": invoke, "idle": nothing, "used": nothing,
    }  # fmt: skip
    step(at="ready")
    timer = Timer()
    result = await works[work]()
    step(**timer.done(result))
    if work == "first":
        os._exit(0)
    for session in sessions:
        await remora.remove_pssession(session)


def pypsrp_client(work: str, port: int, auth: str, count: int, password: str) -> None:
    from pypsrp.powershell import PowerShell, RunspacePool
    from pypsrp.wsman import WSMan

    def connect() -> Any:
        encryption = "never" if auth == "basic" else "auto"
        return WSMan(
            "127.0.0.1", port=port, ssl=False, username=USER, password=password, auth=auth, encryption=encryption
        )

    def run(pool: Any, script: str) -> list[Any]:
        shell = PowerShell(pool)
        shell.add_script(script)
        return list(shell.invoke())

    def opened() -> Any:
        pool = RunspacePool(connect())
        pool.open()
        return pool

    def one(number: int) -> list[Any]:
        with connect() as connection:
            pool = RunspacePool(connection)
            pool.open()
            output = run(pool, f"{number}+1")
            pool.disconnect()
            return output

    def target(_number: int) -> list[Any]:
        with connect() as connection, RunspacePool(connection) as pool:
            return run(pool, "1+1")

    def at_once(number: int) -> list[list[Any]]:
        with ThreadPoolExecutor(number) as threads:
            return list(threads.map(target, range(count)))

    def fleet() -> list[list[Any]]:
        with ThreadPoolExecutor(FLEET_AT_ONCE) as threads:
            return list(threads.map(one, range(count)))

    pool = opened() if work == "invoke" else None
    for _ in range(WARM_UP if pool else 0):
        run(pool, "1+1")
    works: dict[str, Callable[[], Any]] = {
        "fleet": fleet,
        "first": lambda: run(opened(), "1+1"),
        "invoke": lambda: [run(pool, "1+1") for _ in range(count)],
    }
    if work.startswith("fanout-"):
        target(0)
        works[work] = lambda: at_once(int(work.partition("-")[2]))
    step(at="ready")
    timer = Timer()
    result = works[work]()
    step(**timer.done(result))
    if work == "first":
        os._exit(0)
    if pool is not None:
        pool.close()


def main() -> None:
    client, work, port, auth, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], int(sys.argv[5])
    password = sys.stdin.readline().rstrip("\n")
    if client == "remora":
        asyncio.run(remora_client(work, port, auth, count, password))
    else:
        pypsrp_client(work, port, auth, count, password)


if __name__ == "__main__":
    main()
