"""A Dask cluster of real processes: one scheduler and some workers, which can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from distributed import Client


@dataclass
class Cluster:
    """client: connected to the scheduler. workers: the processes by the names they have there. start: one more."""

    client: Client
    workers: dict[str, subprocess.Popen[bytes]]
    start: Callable[[str], None]

    def kill(self, *names: str) -> None:
        for name in names or tuple(self.workers):
            self.workers[name].kill()


@contextmanager
def dask_cluster(folder: Path, workers: int = 2, threads: int = 2) -> Iterator[Cluster]:
    """Start them, wait until all are there, and end them. folder: for the scheduler's file and the logs."""
    file = folder / "scheduler.json"
    log = (folder / "dask.log").open("ab")
    quiet = {**os.environ, "PYTHONWARNINGS": "ignore", "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}

    def start(program: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{program}", "--scheduler-file", str(file), *arguments]
        return subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=quiet)

    scheduler = start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    common = ("--host", "127.0.0.1", "--nthreads", str(threads), "--no-nanny", "--no-dashboard")
    running: dict[str, subprocess.Popen[bytes]] = {}

    def start_worker(name: str) -> None:
        running[name] = start("worker", "--name", name, *common)

    for number in range(workers):
        start_worker(f"worker-{number}")
    try:
        with Client(scheduler_file=str(file), timeout=60) as client:
            client.wait_for_workers(workers, timeout=60)
            yield Cluster(client, running, start_worker)
    finally:
        for process in (*running.values(), scheduler):  # what a worker does has no end of its own
            process.kill()
            process.wait()
        log.close()
