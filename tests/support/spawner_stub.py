"""A spawner whose workers run a small stand-in for the shell: it echoes commands. Used by tests of the spawner."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from pathlib import Path

from remora.auth.principal import RunAs
from remora.errors import ConfigError
from remora.host.spawner import Spawner
from remora.worker import protocol as p
from remora.worker.buffers import Item
from remora.worker.main import Worker, finish_process
from remora.worker.outlet import Gate, Outlet
from remora.worker.reactor import Reactor


class EchoBackend:
    disconnectable = True
    keeps_done = False

    def __init__(self, request: p.Open, gate: Gate, reactor: Reactor) -> None:
        self._numbers = 0

    def _item(self, body: bytes) -> Item:
        self._numbers += 1
        return Item(body=body, object_id=self._numbers)

    def open(self, outlet: Outlet) -> None:
        place = f"{os.getcwd()} {os.environ.get('HOME')} {os.getsid(0) == os.getpid()}"
        outlet.put(self._item(f"{os.getuid()} {os.getgid()} {os.getgroups()} {place}".encode()), urgent=True)

    def command(self, command_id: str | None, request: p.RunCommand, outlet: Outlet) -> str:
        if request.command_line == "crash":
            os.abort()
        outlet.put(self._item(request.command_line.encode()))
        outlet.finish(0)
        return command_id or "X"

    def send(self, chunk: p.Chunk) -> None: ...
    def check_receive(self, command_id: str | None, streams: tuple[str, ...]) -> None: ...
    def signal(self, command_id: str | None, code: str) -> bool:
        return True

    def forget(self, command_id: str) -> None: ...
    def connect(self, connect_xml: bytes | None, options: tuple[p.Option, ...]) -> bytes:
        return b""

    def connected(self) -> None: ...
    def close(self) -> None: ...


def work(listener: socket.socket, shell_id: str, trusted: frozenset[int], guard: int) -> None:
    Worker(listener, shell_id, trusted=trusted, make_backend=EchoBackend, guard=guard).run()
    finish_process()


def run_as(account: str) -> RunAs:
    """``me``, ``root``, ``nobody`` or a number."""
    if account == "unknown":
        raise ConfigError("there is no account 'unknown'")
    uid = {"me": os.getuid(), "root": 0, "nobody": 65534}.get(account) if not account.isdigit() else int(account)
    assert uid is not None
    home = str(Path(sys.argv[2].partition("=")[2]) / "home" / str(uid)) if account.isdigit() else "/"
    return RunAs(
        user=account, uid=uid, gid=uid if account.isdigit() else os.getgid(), home=home, dynamic=account.isdigit()
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("--control", "--front-uid", "--front-gid"):
        parser.add_argument(name, type=int)
    parser.add_argument("--state-dir", type=Path)
    options = parser.parse_args()
    with socket.socket(fileno=options.control) as control:
        Spawner(
            control,
            options.state_dir,
            front_uid=options.front_uid,
            front_gid=options.front_gid,
            run_as=run_as,
            work=work,
        ).serve()


if __name__ == "__main__":
    main()
