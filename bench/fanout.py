"""A script on many targets at once: a Fleet in one event loop against pypsrp in a pool of threads."""

from __future__ import annotations

import subprocess
import sys

from bench.remoting import CLIENTS, OURS, PEER, Row, host, interleaved, measure, middle, ratio, versions
from bench.report import Check, Section

FLOOR = """
import asyncio, hashlib, hmac, lxml.etree
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher
Cipher(ARC4(bytes(16)), mode=None).encryptor()
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
"""
"""What a client of ours cannot do without: the event loop with TLS, the XML parser, the cipher of NTLM."""
KINDS = {"wall": "wall", "cpu": "CPU", "peak_mib": "peak memory", "grown_mib": "memory for the work"}


def floor_mib() -> float:
    """Return the peak of a process that loads the libraries below our client and does nothing."""
    done = subprocess.run([sys.executable, "-c", FLOOR], capture_output=True, check=True, text=True)
    return int(done.stdout) / 1024


def fanout(runs: int, count: int, at_once: int) -> Section:
    """``1+1`` on ``count`` targets, ``at_once`` of them at a time; each run has a host of its own."""

    def one(client: str) -> Row:
        settings = {"Winrs/MaxShellsPerUser": str(count + 10), "Service/MaxConnections": str(2 * count + 10)}
        with host(settings) as found:
            row = measure(client, f"fanout-{at_once}", found.port, "ntlm", count)
        row["failures"] = sum(output != [2] for output in row.pop("result"))
        return row

    samples = interleaved(runs, one)
    rows: list[list[object]] = [["", "failures", "seconds", "client CPU s", "peak MiB", "of it for the work"]]
    for client in CLIENTS:
        measured = samples[client]
        numbers = [middle(measured, key) for key in ("wall", "cpu", "peak_mib", "grown_mib")]
        rows.append([client, sum(row["failures"] for row in measured), *numbers])
    floor = floor_mib()
    shares = ", ".join(f"{kind} {ratio(samples, key):.2f}" for key, kind in KINDS.items())
    return Section(
        name=f"fanout-{at_once}",
        title=f"1+1 on {count} targets, {at_once} at once, a session each; median of {runs} interleaved runs; "
        f"{versions()}",
        rows=rows,
        notes=[
            f"ours / theirs: {shares}",
            f"{floor:.1f} MiB, {floor / middle(samples[PEER], 'peak_mib'):.2f} of the peer's peak, are the floor",
        ],
        checks=[
            Check(name="failures", value=sum(row["failures"] for row in samples[OURS]), relation="exactly", limit=0),
            Check(name="client CPU, ours / theirs", value=ratio(samples, "cpu"), relation="at most", limit=1 / 4),
            Check(
                name="memory for the work, ours / theirs",
                value=ratio(samples, "grown_mib"),
                relation="at most",
                limit=1 / 3,
            ),
            Check(
                name="peak memory of the process, ours / theirs",
                value=ratio(samples, "peak_mib"),
                relation="at most",
                limit=1 / 3,
            ),
        ],
        samples=samples,
    )
