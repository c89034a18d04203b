"""A worker process without a spawner: binds the socket it is given and serves one shell."""

from __future__ import annotations

import os
import socket
import sys

from remora.worker.entry import preload, work

SHELL_ID = "00000000-0000-0000-0000-000000000001"


def main() -> None:
    path = sys.argv[1]
    commands = preload()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen()
    guard = os.open(path, os.O_PATH)
    print("ready", flush=True)
    work(listener, SHELL_ID, frozenset({os.getuid()}), guard, commands=commands)


if __name__ == "__main__":
    main()
