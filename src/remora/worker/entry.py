"""What a forked child runs: the worker with the backends of all kinds of shell, everything imported beforehand."""

from __future__ import annotations

import codecs
import importlib
import pkgutil
import signal
import socket
import time
from collections.abc import Callable, Sequence
from typing import Final

import remora.engine
import remora.modules
import remora.psrp
import remora.worker
from remora._log import bound
from remora.engine.commands import CommandTable
from remora.errors import RemoraError
from remora.modules import builtin_commands, job_child
from remora.modules.job_host import ProcessJobHost
from remora.worker.backend import Backend
from remora.worker.cmd_shell import CmdShell
from remora.worker.engine_session import EngineSession
from remora.worker.main import Worker, finish_process
from remora.worker.outlet import Gate
from remora.worker.pool_server import make_pool
from remora.worker.powershell_launcher import Launcher
from remora.worker.powershell_program import run_powershell
from remora.worker.protocol import Open
from remora.worker.reactor import Reactor
from remora.worker.rehearsal import rehearse
from remora.worker.zygote import Zygote

_JOB: Final = "remora-job"
_log = bound(__name__)
_CODECS: Final = ("ascii", "cp437", "cp850", "cp1252", "latin-1", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "idna")
_DEFERRED: Final = ("grp", "pwd", "regex")
"""Modules of others that the engine imports where it needs them."""


def preload() -> CommandTable:
    """Import everything a worker may need, and serve one shell, so that forks share it; return the cmdlet table.

    What is not imported here may be out of reach later: a session's user need not be able to read this interpreter.
    """
    for package in (remora.engine, remora.modules, remora.psrp, remora.worker):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            importlib.import_module(module.name)
    for name in _DEFERRED:
        importlib.import_module(name)
    for name in _CODECS:
        codecs.lookup(name)
    table = builtin_commands()
    for _ in table.all():
        pass
    try:
        rehearse(table)
    except RemoraError:
        _log.error("rehearsal_failed", exc_info=True)
    return table


def run_child(argv: Sequence[str], code_page: int) -> int:
    """What the worker's helper runs in its children: a background job or a ``powershell`` command line."""
    if argv[0] == _JOB:
        job_child.main()
    return run_powershell(argv, code_page)


def make_backend(request: Open, reactor: Reactor, zygote: Zygote, commands: CommandTable) -> Backend:
    """Return the inside of the shell that Open describes; raises WSManFault."""
    if request.kind == "cmd":
        return CmdShell(request, Launcher(zygote, prefer_pwsh=request.configuration.backend != "engine"))
    jobs = ProcessJobHost(lambda directory: zygote.launch((_JOB,), directory))
    return make_pool(request, reactor, lambda driver, opened: EngineSession.for_shell(driver, opened, jobs, commands))


def work(
    listener: socket.socket,
    shell_id: str,
    trusted: frozenset[int],
    guard: int,
    *,
    commands: CommandTable,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Run the worker of one shell until it ends, then end the process and its process group.

    commands: of `preload`. clock: monotonic seconds, by which the shell is idle, expires and answers.
    """
    zygote = Zygote.start(run_child)

    def backend(request: Open, _gate: Gate, reactor: Reactor) -> Backend:
        return make_backend(request, reactor, zygote, commands)

    worker = Worker(listener, shell_id, trusted=trusted, make_backend=backend, guard=guard, clock=clock)
    signal.signal(signal.SIGTERM, lambda *_: worker.terminate())
    worker.run()
    zygote.close()
    finish_process()
