"""Client and host over loopback against pypsrp: warm invoke, exchanges to first output, session start, many sessions.

Every client runs in a process of its own, so CPU time and memory are its own; runs are interleaved, each ratio is the
median over the runs, and outputs are compared equal.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.clients import FLEET_AT_ONCE
from bench.processes import ROLES, HostProcesses, worker_mib
from bench.proxy import Exchange, counting
from bench.report import Check, Section
from tests.support.host import PASSWORD, HostProcess, running_host

OURS, PEER = "remora", "pypsrp"
CLIENTS = (OURS, PEER)
HANDSHAKE = {"basic": [], "ntlm": ["NTLM negotiate", "NTLM authenticate"]}
PROTOCOL = ["Create", "Receive", "Command", "Receive"]
"""Create carries SessionCapability and InitRunspacePool; one Receive brings Opened; Command carries CreatePipeline;
one Receive brings the output."""

Row = dict[str, Any]


def measure(
    client: str, work: str, port: int, auth: str, count: int, *, ready: Callable[[], Any] = dict,
    done: Callable[[], Any] = dict,
) -> Row:  # fmt: skip
    """Run one client process and return what it measured. ready, done: called before and after its work."""
    command = [sys.executable, "-m", "bench.clients", client, work, str(port), auth, str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(PASSWORD + "\n")
            process.stdin.flush()
            _answer(process, process.stdout.readline())
            before = ready()
            process.stdin.write("\n")
            process.stdin.flush()
            found = _answer(process, process.stdout.readline())
            found["before"], found["after"] = before, done()
            process.stdin.write("\n")
            process.stdin.close()
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise RuntimeError(f"{client} {work} ended with {process.returncode}")
    return found


def _answer(process: subprocess.Popen[str], line: str) -> Row:
    if not line:
        raise RuntimeError(f"{' '.join(process.args[3:])} failed")  # type: ignore[index]
    found: Row = json.loads(line)
    return found


def interleaved(runs: int, one: Callable[[str], Row]) -> dict[str, list[Row]]:
    """Measure both clients in turn, first one first, then the other."""
    samples: dict[str, list[Row]] = {client: [] for client in CLIENTS}
    for run in range(runs):
        for client in CLIENTS if run % 2 == 0 else reversed(CLIENTS):
            samples[client].append(one(client))
    return samples


def ratio(samples: dict[str, list[Row]], key: str) -> float:
    """Return the median over the runs of ours / theirs."""
    return statistics.median(a[key] / b[key] for a, b in zip(samples[OURS], samples[PEER], strict=True))


def middle(rows: list[Row], key: str) -> float:
    return statistics.median(row[key] for row in rows)


@contextmanager
def host(settings: dict[str, str] | None = None) -> Iterator[HostProcess]:
    with (
        tempfile.TemporaryDirectory(prefix="remora-bench-") as folder,
        running_host(Path(folder) / "state", settings=settings or {}) as found,
    ):
        yield found


def versions() -> str:
    return f"remora {version('remora')} against pypsrp {version('pypsrp')}"


def warm_invoke(found: HostProcess, runs: int, count: int, auth: str) -> Section:
    """Sequential ``1+1`` in one warm session: CPU and rate of the client, CPU of each process of the host."""

    def one(client: str) -> Row:
        def cpu() -> dict[str, float]:
            return HostProcesses.of(found.pid).cpu_seconds()

        row = measure(client, "invoke", found.port, auth, count, ready=cpu, done=cpu)
        row["equal"] = row.pop("result") == [[2]] * count
        row["host"] = {role: (row["after"][role] - row["before"][role]) / count * 1000 for role in ROLES}
        return row

    samples = interleaved(runs, one)
    each, names = _requests_of_one_invoke(found, auth)
    rows: list[list[object]] = [["ms for each invoke", "wall", "client CPU", *(f"{role} CPU" for role in ROLES)]]
    for client, measured in samples.items():
        host_ms = [statistics.median(row["host"][role] for row in measured) for role in ROLES]
        rows.append([client, middle(measured, "wall") / count * 1000, middle(measured, "cpu") / count * 1000, *host_ms])
    return Section(
        name=f"invoke-{auth}",
        title=f"Warm invoke of 1+1 with {auth}, {count} in a row, median of {runs} interleaved runs; {versions()}",
        rows=rows,
        notes=[f"requests of one invoke: {names}"],
        checks=[
            Check(name="outputs equal in all runs", value=_all_equal(samples), relation="exactly", limit=1),
            Check(name="requests for each invoke", value=each, relation="exactly", limit=2),
            Check(name="client CPU, ours / theirs", value=ratio(samples, "cpu"), relation="at most", limit=1 / 3),
            Check(name="rate, ours / theirs", value=1 / ratio(samples, "wall"), relation="above", limit=1),
        ],
        samples=samples,
    )


def _all_equal(samples: dict[str, list[Row]]) -> int:
    return int(all(row["equal"] for rows in samples.values() for row in rows))


def _requests_of_one_invoke(found: HostProcess, auth: str) -> tuple[float, str]:
    """Count what the relay sees between the warm-up and the end of 20 invokes."""
    with counting(found.port) as proxy:
        row = measure(
            OURS, "invoke", proxy.port, auth, 20,
            ready=lambda: len(proxy.exchanges), done=lambda: len(proxy.exchanges),
        )  # fmt: skip
        seen = Counter(exchange.name for exchange in proxy.exchanges[row["before"] : row["after"]])
    return (row["after"] - row["before"]) / 20, ", ".join(f"{name} {number / 20:g}" for name, number in seen.items())


def exchanges(found: HostProcess) -> Section:
    """HTTP exchanges from connecting to first output, each by name."""
    rows: list[list[object]] = [["", "connections", "exchanges", "needed", "by name"]]
    checks, samples = [], {}
    for auth, legs in HANDSHAKE.items():
        needed = [*legs, *PROTOCOL]
        outputs = {}
        for client in CLIENTS:
            with counting(found.port) as proxy:
                outputs[client] = measure(client, "first", proxy.port, auth, 1)["result"]
                names = _named(proxy.exchanges)
                rows.append([f"{client} {auth}", proxy.connections, len(names), len(needed), " > ".join(names)])
                samples[f"{client} {auth}"] = names
        checks.append(
            Check(name=f"exchanges with {auth}", value=len(samples[f"{OURS} {auth}"]), relation="at most",
                  limit=len(needed)),
        )  # fmt: skip
        same = int(outputs[OURS] == outputs[PEER] == [2])
        checks.append(Check(name=f"outputs equal with {auth}", value=same, relation="exactly", limit=1))
    return Section(
        name="exchanges",
        title=f"HTTP exchanges from connecting to the first output of 1+1, counted by a relay; {versions()}",
        rows=rows,
        checks=checks,
        notes=["sealed: the relay cannot read the action of an encrypted request"],
        samples=samples,
    )


def _named(seen: list[Exchange]) -> list[str]:
    return [exchange.name for exchange in seen]


def session_start(found: HostProcess, count: int) -> Section:
    """From the first byte of Create to the last of the answer that says Opened, seen by a relay; idle memory.

    The logon comes before (with NTLM in requests of its own), so that the price of a password check is not counted.
    """
    with counting(found.port) as proxy:
        measure(OURS, "opened", proxy.port, "ntlm", count)
        talks: dict[int, list[Exchange]] = {}
        for exchange in proxy.exchanges:
            if exchange.name not in HANDSHAKE["ntlm"]:
                talks.setdefault(exchange.connection, []).append(exchange)
    # each connection carries Create, the Receive or Receives until Opened, and Delete
    took = [(talk[-2].ended - talk[0].began) * 1000 for talk in talks.values()]
    memory: dict[str, list[float]] = {}
    spawner = HostProcesses.of(found.pid).by_role["spawner"][0]
    for work in ("idle", "used"):
        row = measure(OURS, work, found.port, "basic", 10, done=lambda: worker_mib(spawner))
        memory[work] = row["after"]
    start, idle, used = statistics.median(took), statistics.median(memory["idle"]), statistics.median(memory["used"])
    tenths = statistics.quantiles(took, n=10)
    return Section(
        name="start",
        title=f"Session start, {count} sessions one after the other; memory of 10 idle workers",
        rows=[
            ["", "median", "fastest tenth", "slowest tenth"],
            ["ms from Create to Opened", start, tenths[0], tenths[-1]],
            ["MiB (PSS) of a worker, unused", idle, min(memory["idle"]), max(memory["idle"])],
            ["MiB (PSS) of a worker after 1+1", used, min(memory["used"]), max(memory["used"])],
        ],
        checks=[
            Check(name="Create to Opened", value=start, relation="under", limit=30, unit="ms"),
            Check(name="memory of an idle worker", value=idle, relation="under", limit=12, unit="MiB"),
        ],
        samples={"milliseconds": took, "mebibytes": memory},
    )


def fleet(runs: int, count: int) -> Section:
    """Many sessions opened, used and disconnected by one client process; each run has a host of its own."""

    def one(client: str) -> Row:
        with host() as found:
            row = measure(client, "fleet", found.port, "ntlm", count)
            left = [shell for shell in found.status()["shells"] if shell.get("state") == "Disconnected"]
        row["failures"] = sum(output != [number + 1] for number, output in enumerate(row.pop("result")))
        row["failures"] += count - len(left)
        return row

    samples = interleaved(runs, one)
    rows: list[list[object]] = [["", "failures", "seconds", "client CPU s", "peak MiB", "of it for the work"]]
    for client, measured in samples.items():
        rows.append(
            [
                f"{client}, {'one event loop' if client == OURS else 'threads'}",
                sum(row["failures"] for row in measured),
                *(middle(measured, key) for key in ("wall", "cpu", "peak_mib", "grown_mib")),
            ]
        )
    failures = sum(row["failures"] for row in samples[OURS])
    kinds = {"time": "wall", "CPU": "cpu", "peak memory": "peak_mib", "memory for the work": "grown_mib"}
    shares = ", ".join(f"{kind} {ratio(samples, key):.2f}" for kind, key in kinds.items())
    return Section(
        name="fleet",
        title=f"{count} sessions opened, used and disconnected by one process, {FLEET_AT_ONCE} at once, "
        f"median of {runs} interleaved runs; {versions()}",
        rows=rows,
        notes=[f"ours / theirs: {shares}"],
        checks=[Check(name="failures", value=failures, relation="exactly", limit=0)],
        samples=samples,
    )
