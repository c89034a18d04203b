"""A host of an ordinary user, as far as workers go: started by root, gives root up before the spawner runs."""

from __future__ import annotations

import functools
import os
import socket
import sys
from pathlib import Path
from uuid import uuid4

from remora.auth.principal import RunAs
from remora.host.spawner import Spawner
from remora.host.spawner_protocol import Spawn, front_end_decoder
from remora.worker import protocol as p
from remora.worker.entry import preload, work
from remora.worker.frames import encode
from tests.support.pool_client import PoolClient
from tests.support.workers import Front

UID = 61998


def run_as(account: str) -> RunAs:
    uid = 61997 if account == "other" else UID
    return RunAs(user=str(uid), uid=uid, gid=uid, home="/", dynamic=False)


def main() -> None:
    state_dir = Path(sys.argv[1])
    ours, theirs = socket.socketpair()
    commands = preload()
    os.setgroups([])
    os.setresgid(UID, UID, UID)
    os.setresuid(UID, UID, UID)
    if os.fork() == 0:
        ours.close()
        Spawner(
            theirs,
            state_dir,
            front_uid=UID,
            front_gid=UID,
            run_as=run_as,
            work=functools.partial(work, commands=commands),
        ).serve()
        os._exit(0)
    theirs.close()
    shell_id = uuid4()
    name = str(shell_id).upper()
    decoder = front_end_decoder()
    ours.sendall(encode(Spawn(id=1, shell_id=name, account="other")))
    ours.sendall(encode(Spawn(id=2, shell_id=name, account="me")))
    messages = []
    while len(messages) < 3:
        messages += decoder.feed(ours.recv(65536))
    print(type(messages[1]).__name__)
    print(type(messages[2]).__name__, messages[2].uid)
    client = PoolClient(Front(state_dir / "w" / name), shell_id).open()
    print([*client.invoke("1+1").output, (state_dir / "w" / name).stat().st_uid])
    client.front.ask(p.Delete())


if __name__ == "__main__":
    main()
