"""A script on many targets at once: a Fleet in one event loop against pypsrp in a pool of threads."""

from __future__ import annotations

from bench.remoting import CLIENTS, OURS, Row, host, interleaved, measure, middle, ratio, versions
from bench.report import Check, Section

KINDS = {"wall": "wall", "cpu": "CPU", "peak_mib": "peak memory", "grown_mib": "memory for the work"}


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
    shares = ", ".join(f"{kind} {ratio(samples, key):.2f}" for key, kind in KINDS.items())
    return Section(
        name=f"fanout-{at_once}",
        title=f"1+1 on {count} targets, {at_once} at once, a session each; median of {runs} interleaved runs; "
        f"{versions()}",
        rows=rows,
        notes=[f"ours / theirs: {shares}"],
        checks=[
            Check(name="failures", value=sum(row["failures"] for row in samples[OURS]), relation="exactly", limit=0),
            Check(name="client CPU, ours / theirs", value=ratio(samples, "cpu"), relation="at most", limit=1 / 4),
            Check(
                name="memory for the work, ours / theirs",
                value=ratio(samples, "grown_mib"),
                relation="at most",
                limit=1 / 3,
            ),
        ],
        samples=samples,
    )
