"""What a forked child runs: the worker with the backends of all kinds of shell, everything imported beforehand."""

from __future__ import annotations

import codecs
import signal
import socket
from typing import Final

from remora.engine.initial import InitialSessionState
from remora.engine.runspace import Runspace
from remora.engine.streams import CollectingSink
from remora.modules import builtin_commands
from remora.worker.backend import Backend
from remora.worker.cmd_shell import CmdShell
from remora.worker.main import Worker, finish_process
from remora.worker.outlet import Gate
from remora.worker.pool_server import make_pool
from remora.worker.powershell_launcher import Launcher
from remora.worker.powershell_program import run_powershell
from remora.worker.protocol import Open
from remora.worker.reactor import Reactor
from remora.worker.text_console import on_engine_thread
from remora.worker.zygote import Zygote

_CODECS: Final = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "ascii", "latin-1", "idna"),
    *("cp437", "cp850", "cp1250", "cp1251", "cp1252"),
)


def preload() -> None:
    """Import everything a worker will need, and run the engine once, so that forks share it.

    Codecs too: Python reads them when first used, and a worker may not be able to read the interpreter's files then.
    """
    for name in _CODECS:
        codecs.lookup(name)
    table = builtin_commands()
    for _ in table.all():
        pass
    on_engine_thread(lambda: Runspace(state=InitialSessionState(commands=table)).invoke("1", sink=CollectingSink()))


def make_backend(request: Open, gate: Gate, reactor: Reactor) -> Backend:
    """Return the inside of the shell that Open describes; raises WSManFault. The process has one thread yet."""
    if request.kind == "cmd":
        prefer_pwsh = request.configuration.backend != "engine"
        return CmdShell(request, Launcher(Zygote.start(run_powershell), prefer_pwsh=prefer_pwsh))
    return make_pool(request, reactor)


def work(listener: socket.socket, shell_id: str, trusted: frozenset[int], guard: int) -> None:
    """Run the worker of one shell until it ends, then end the process and its process group."""
    worker = Worker(listener, shell_id, trusted=trusted, make_backend=make_backend, guard=guard)
    signal.signal(signal.SIGTERM, lambda *_: worker.terminate())
    worker.run()
    finish_process()
