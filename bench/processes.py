"""CPU time and memory of the processes of a host, read from /proc."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psutil

ROLES = ("front end", "spawner", "authenticator", "workers")


@dataclass(frozen=True)
class HostProcesses:
    """The process ids of a host by role; a worker's helper processes count as workers."""

    by_role: dict[str, tuple[int, ...]]

    @classmethod
    def of(cls, front_pid: int) -> HostProcesses:
        """Find them: the front end's children are the spawner and the authenticator, the spawner's are the workers."""
        front = psutil.Process(front_pid)
        found: dict[str, tuple[int, ...]] = {"front end": (front_pid,), "spawner": (), "authenticator": ()}
        workers: tuple[int, ...] = ()
        for child in front.children():
            line = " ".join(child.cmdline())
            if "remora.host.spawner" in line:
                found["spawner"] = (child.pid,)
                workers = tuple(process.pid for process in child.children(recursive=True))
            elif "authenticator" in line:
                found["authenticator"] = (child.pid,)
        return cls({**found, "workers": workers})

    def cpu_seconds(self) -> dict[str, float]:
        """Return the CPU seconds used so far by role; a process that has ended counts nothing."""
        return {role: sum(map(cpu_seconds, pids)) for role, pids in self.by_role.items()}


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds of all threads of a process (proc(5), schedstat: nanoseconds on a CPU)."""
    total = 0
    for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            total += int(task.read_text("ascii").split()[0])
        except OSError:
            continue
    return total / 1e9


def proportional_mib(pid: int) -> float:
    """Return the proportional set size of a process in MiB (proc(5), smaps_rollup); 0 for one that has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def worker_mib(spawner_pid: int) -> list[float]:
    """Return the proportional memory of each worker in MiB, its helper processes included."""
    return [
        sum(proportional_mib(process.pid) for process in [worker, *worker.children(recursive=True)])
        for worker in psutil.Process(spawner_pid).children()
    ]
