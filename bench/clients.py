"""One client doing one piece of work in a process of its own, so that its CPU time and memory are its own.

    python -m bench.clients CLIENT WORK PORT AUTH COUNT

The password comes on standard input, one JSON object goes to standard output. CLIENT: remora or pypsrp. WORK: invoke
(COUNT times `1+1` in one warm session), open (COUNT sessions, one after another), opened (seconds of Create to Opened
of COUNT sessions), idle (KiB of proportional memory of the workers of COUNT idle sessions), fleet (COUNT sessions
opened, used and disconnected at once).
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

USER = "alice"
FLEET_AT_ONCE = 32

Measured = dict[str, Any]


def proportional_kib(pid: int) -> int:
    """Return the proportional set size of a process in KiB (proc(5), smaps_rollup)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def timed(work: Callable[[], Any]) -> Measured:
    """Run the work; seconds of wall and CPU time, and what it returned."""
    cpu, wall = cpu_seconds(), time.perf_counter()
    result = work()
    return {"result": result, "wall": time.perf_counter() - wall, "cpu": cpu_seconds() - cpu}


async def timed_async(work: Callable[[], Any]) -> Measured:
    cpu, wall = cpu_seconds(), time.perf_counter()
    result = await work()
    return {"result": result, "wall": time.perf_counter() - wall, "cpu": cpu_seconds() - cpu}


async def remora_client(work: str, port: int, auth: str, count: int, password: str) -> Measured:
    import remora

    config = remora.ClientConfig(allow_unencrypted=True)
    where = {
        "connection_uri": f"http://127.0.0.1:{port}/wsman",
        "username": USER,
        "password": password,
        "authentication": "basic" if auth == "basic" else "negotiate",
        "config": config,
    }

    async def one(number: int, *, leave: bool = False) -> Any:
        session = await remora.new_pssession(**where)
        output = await remora.invoke_command(f"{number}+1", session=session)
        if leave:
            await remora.disconnect_pssession(session)
        else:
            await remora.remove_pssession(session)
        return list(output)

    async def invoke() -> Any:
        return [list(await remora.invoke_command("1+1", session=session)) for _ in range(count)]

    async def fleet() -> Any:
        gate = asyncio.Semaphore(FLEET_AT_ONCE)

        async def gated(number: int) -> Any:
            async with gate:
                return await one(number, leave=True)

        return await asyncio.gather(*(gated(number) for number in range(count)))

    async def sequence() -> Any:
        return [await one(number) for number in range(count)]

    async def opened() -> Any:
        took = []
        for _ in range(count):
            started = time.perf_counter()
            session = await remora.new_pssession(**where)
            took.append(time.perf_counter() - started)
            await remora.remove_pssession(session)
        return took

    async def idle() -> Any:
        sessions = [await remora.new_pssession(**where) for _ in range(count)]
        pids = [(await remora.invoke_command("$PID", session=session))[0] for session in sessions]
        found = [proportional_kib(pid) for pid in pids]
        for session in sessions:
            await remora.remove_pssession(session)
        return found

    if work == "invoke":
        session = await remora.new_pssession(**where)
        for _ in range(5):
            await remora.invoke_command("1+1", session=session)
        measured = await timed_async(invoke)
        await remora.remove_pssession(session)
        return measured
    works = {"fleet": fleet, "open": sequence, "opened": opened, "idle": idle}
    return await timed_async(works[work])


def pypsrp_client(work: str, port: int, auth: str, count: int, password: str) -> Measured:
    from pypsrp.powershell import PowerShell, RunspacePool
    from pypsrp.wsman import WSMan

    def connect() -> Any:
        encryption = "never" if auth == "basic" else "auto"
        return WSMan(
            "127.0.0.1", port=port, ssl=False, username=USER, password=password, auth=auth, encryption=encryption
        )

    def invoke_in(pool: Any, script: str) -> list[Any]:
        ps = PowerShell(pool)
        ps.add_script(script)
        return list(ps.invoke())

    def one(number: int, *, leave: bool = False) -> list[Any]:
        with connect() as connection:
            pool = RunspacePool(connection)
            pool.open()
            output = invoke_in(pool, f"{number}+1")
            if leave:
                pool.disconnect()
            else:
                pool.close()
            return output

    def fleet() -> list[list[Any]]:
        with ThreadPoolExecutor(FLEET_AT_ONCE) as threads:
            return list(threads.map(lambda number: one(number, leave=True), range(count)))

    if work == "invoke":
        with connect() as connection, RunspacePool(connection) as pool:
            for _ in range(5):
                invoke_in(pool, "1+1")
            return timed(lambda: [invoke_in(pool, "1+1") for _ in range(count)])
    if work == "fleet":
        return timed(fleet)
    return timed(lambda: [one(number) for number in range(count)])


def main() -> None:
    client, work, port, auth, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], int(sys.argv[5])
    password = sys.stdin.readline().rstrip("\n")
    if client == "remora":
        measured = asyncio.run(remora_client(work, port, auth, count, password))
    else:
        measured = pypsrp_client(work, port, auth, count, password)
    measured["peak_rss_kib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    json.dump(measured, sys.stdout)


if __name__ == "__main__":
    main()
