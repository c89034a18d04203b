"""Client and host over loopback against pypsrp: warm invoke, exchanges to first output, session start, many sessions.

    python -m bench.remoting [--json FILE] [--runs 5] [--count 200]

Every client runs in a process of its own, so CPU time and memory are its own; runs are interleaved; outputs
are compared equal.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from bench.proxy import counting
from tests.support.host import PASSWORD, HostProcess, running_host

PEER = "pypsrp"
Row = dict[str, Any]


def measure(client: str, work: str, port: int, auth: str, count: int) -> Row:
    """Run one client process and return what it measured."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.clients", client, work, str(port), auth, str(count)],
        input=PASSWORD + "\n",
        text=True,
        capture_output=True,
        timeout=900,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"{client} {work} failed:\n{done.stderr}")
    result: Row = json.loads(done.stdout)
    return result


def host_cpu(host: HostProcess) -> float:
    """CPU seconds so far of the front end, the spawner and all workers of this host."""
    return sum(sum(process.cpu_times()[:2]) for process in processes(host))


def processes(host: HostProcess) -> list[psutil.Process]:
    front = psutil.Process(host.pid)
    found = {process.pid: process for process in [front, *front.children(recursive=True)]}
    for shell in host.status()["shells"]:
        pid = int(shell.get("process_id") or shell.get("pid") or 0)
        if pid and psutil.pid_exists(pid):
            found[pid] = psutil.Process(pid)
    return list(found.values())


def warm_invoke(host: HostProcess, runs: int, count: int) -> Row:
    """Sequential `1+1` in one warm session with NTLM sealing; medians of the ratios of interleaved runs."""
    samples: dict[str, list[Row]] = {"remora": [], PEER: []}
    for run in range(runs):
        for client in ("remora", PEER) if run % 2 == 0 else (PEER, "remora"):
            before = host_cpu(host)
            found = measure(client, "invoke", host.port, "ntlm", count)
            found["host_cpu"] = host_cpu(host) - before
            samples[client].append(found)
    same = all(sample["result"] == [[2]] * count for found in samples.values() for sample in found)
    pairs = list(zip(samples["remora"], samples[PEER], strict=True))
    cpu = statistics.median(ours["cpu"] / theirs["cpu"] for ours, theirs in pairs)
    rate = statistics.median(theirs["wall"] / ours["wall"] for ours, theirs in pairs)
    per = {
        client: {key: statistics.median(s[key] for s in found) / count * 1000 for key in ("cpu", "wall", "host_cpu")}
        for client, found in samples.items()
    }
    with counting(host.port) as proxy:
        measure("remora", "invoke", proxy.port, "basic", 10)
        ten = proxy.exchanges
    with counting(host.port) as proxy:
        measure("remora", "invoke", proxy.port, "basic", 30)
        thirty = proxy.exchanges
    return {
        "title": f"warm invoke of 1+1, {count} in a row, NTLM",
        "outputs equal": same,
        "client CPU, ours / pypsrp": (cpu, "at most 0.33", cpu <= 1 / 3),
        "rate, ours / pypsrp": (rate, "above 1", rate > 1),
        "requests for each invoke": ((thirty - ten) / 20, "2", thirty - ten == 40),
        "milliseconds for each invoke": per,
    }


def exchanges(host: HostProcess) -> Row:
    """HTTP exchanges from connecting to first output, closing included; counted by a relay between client and host."""
    table: Row = {"title": "HTTP exchanges of connect, 1+1, close"}
    handshake = {"basic": 0, "ntlm": 2}
    for auth, legs in handshake.items():
        for client in ("remora", PEER):
            with counting(host.port) as proxy:
                found = measure(client, "open", proxy.port, auth, 1)
                row = {"exchanges": proxy.exchanges, "connections": proxy.connections, "output": found["result"]}
            if client == "remora":
                needed = legs + 5  # Create, Receive, Command, Receive, Delete
                row["needed"] = needed
                row["met"] = row["exchanges"] <= needed
            table[f"{auth} {client}"] = row
    return table


def session_start(host: HostProcess, count: int) -> Row:
    """Create to Opened on a warm connection, and the proportional memory of idle workers."""
    opened = measure("remora", "opened", host.port, "basic", count)
    idle = measure("remora", "idle", host.port, "basic", 10)
    memory = [int(value) for value in idle["result"]]
    start = statistics.median(opened["result"]) * 1000
    pss = statistics.median(memory) / 1024
    return {
        "title": f"session start, {count} sessions; idle workers, {len(memory)}",
        "median ms from Create to Opened": (start, "under 30", start < 30),
        "median MiB of proportional memory": (pss, "under 12", pss < 12),
    }


def fleet(host: HostProcess, count: int) -> Row:
    """Many sessions opened, used and disconnected by one client process."""
    table: Row = {"title": f"{count} sessions opened, used and disconnected by one process"}
    found: dict[str, Row] = {}
    for client in ("remora", PEER):
        found[client] = measure(client, "fleet", host.port, "ntlm", count)
        table[client] = {
            "failures": sum(output != [number + 1] for number, output in enumerate(found[client]["result"])),
            "seconds": found[client]["wall"],
            "CPU seconds": found[client]["cpu"],
            "peak MiB": found[client]["peak_rss_kib"] / 1024,
        }
    table["no failure"] = table["remora"]["failures"] == 0
    return table


def show(rows: list[Row]) -> None:
    print(f"remora {version('remora')} against pypsrp {version('pypsrp')}\n")
    for row in rows:
        print(row["title"])
        for key, value in row.items():
            if key == "title":
                continue
            if isinstance(value, tuple):
                number, need, met = value
                print(f"  {key:<40} {number:>9.3f}   {need:<14} {'met' if met else 'MISSED'}")
            else:
                print(f"  {key:<40} {value}")
        print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--count", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="remora-bench-") as folder, running_host(Path(folder) / "state") as host:
        rows = [warm_invoke(host, given.runs, given.count), exchanges(host), session_start(host, 50), fleet(host, 200)]
    show(rows)
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(rows, indent=2, default=str) + "\n", "utf-8")


if __name__ == "__main__":
    main()
