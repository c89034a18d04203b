"""The spawner: a fork server with the engine preloaded that makes the workers, and checks who they run as.

Started before the front end reads its first byte; single-threaded, so that a fork copies nothing half done. It binds
the sockets of the shells in a directory that no session's user can write, gives the listening descriptor to the
worker, and ends when the front end is gone; workers stay. Started by root it keeps root and drops everything in the
child.
"""

from __future__ import annotations

import argparse
import functools
import gc
import logging
import os
import resource
import selectors
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Final, NoReturn

import msgspec

from remora._log import bound
from remora.auth.principal import RunAs
from remora.engine.threads import STACK_SIZE
from remora.errors import ConfigError, RemoteProtocolError
from remora.host.spawner_protocol import (
    Discard,
    Discarded,
    Exited,
    Ready,
    Refused,
    ResourceLimits,
    Spawn,
    Spawned,
    spawner_decoder,
)
from remora.worker.descriptors import close_all_but
from remora.worker.frames import encode

_READY: Final = b"+"
_STACK_RESERVE: Final = 8 * STACK_SIZE  # stacks of engine threads count in full although they are hardly used
_NEVER: Final = frozenset({0, 0xFFFE, 0xFFFF, 0xFFFFFFFE, 0xFFFFFFFF})  # root, nobody, and -1
_log = bound(__name__)


def socket_directory(state_dir: Path) -> Path:
    """Where the sockets of the workers are."""
    return state_dir / "w"


class Spawner:
    """Serves the requests of one front end.

    control: its socket. front_uid, front_gid: whom the sockets belong to. run_as: looks an account up in the store (a
    text for `resolve_identity`; raises ConfigError). work: runs the worker in the child and returns when its shell
    has ended.
    """

    def __init__(
        self,
        control: socket.socket,
        state_dir: Path,
        *,
        front_uid: int,
        front_gid: int,
        run_as: Callable[[str], RunAs],
        work: Callable[[socket.socket, str, frozenset[int], int], None],
    ) -> None:
        self._control = control
        self._state_dir = state_dir
        self._directory = socket_directory(state_dir)
        self._sockets = self._directory
        self._front_uid = front_uid
        self._front_gid = front_gid
        self._run_as = run_as
        self._work = work
        self._decoder = spawner_decoder()
        self._selector = selectors.DefaultSelector()
        self._starting: dict[int, tuple[Spawn, int, int]] = {}
        self._children: dict[int, str] = {}
        self._serving = True

    def serve(self) -> None:
        """Make the directories, say Ready, then serve until the front end's end of the socket is closed."""
        self._make_directories()
        reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._selector.register(self._control, selectors.EVENT_READ, self._read)
        self._selector.register(reader, selectors.EVENT_READ, lambda: self._reap(reader))
        gc.collect()
        gc.freeze()
        self._say(Ready(pid=os.getpid()))
        while self._serving:
            for key, _ in self._selector.select():
                key.data()

    def _make_directories(self) -> None:
        self._state_dir.mkdir(parents=True, exist_ok=True)
        self._directory.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            homes = self._state_dir / "home"
            homes.mkdir(mode=0o711, exist_ok=True)
            homes.chmod(0o711)  # whatever the umask: everybody passes through to a home of his own
            os.chown(self._directory, 0, self._front_gid)
            self._directory.chmod(0o750)
            self._state_dir.chmod(self._state_dir.stat().st_mode & 0o7777 | 0o011)
        else:
            self._directory.chmod(0o700)
        # the name of a Unix socket is short: by descriptor it stays so wherever the state directory is
        anchor = os.open(self._directory, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        self._sockets = Path(f"/proc/self/fd/{anchor}")

    # --- requests ---------------------------------------------------------------------------------------------

    def _say(self, message: msgspec.Struct) -> None:
        try:
            self._control.sendall(encode(message))
        except OSError:
            self._serving = False

    def _read(self) -> None:
        try:
            data = self._control.recv(65536)
            messages = self._decoder.feed(data) if data else []
        except (OSError, RemoteProtocolError) as error:
            _log.error("front_end_lost", reason=error)
            data = b""
        if not data:
            self._serving = False
            return
        for message in messages:
            match message:
                case Spawn():
                    self._spawn(message)
                case Discard():
                    self._discard(message)

    def _discard(self, request: Discard) -> None:
        path = self._sockets / request.shell_id
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            try:
                probe.connect(str(path))
            except FileNotFoundError:
                pass
            except ConnectionRefusedError:
                path.unlink(missing_ok=True)
            except OSError as error:
                self._say(Refused(id=request.id, reason=str(error)))
                return
            else:
                self._say(Refused(id=request.id, reason="a worker listens on this socket"))
                return
        self._say(Discarded(id=request.id))

    def _spawn(self, request: Spawn) -> None:
        try:
            identity = self._checked(self._run_as(request.account))
        except ConfigError as error:
            _log.warning("run_as_refused", account=request.account, reason=error)
            self._say(Refused(id=request.id, reason=str(error)[:1000], denied=True))
            return
        try:
            self._fork(request, identity)
        except OSError as error:
            _log.error("spawn_failed", shell_id=request.shell_id, reason=error)
            self._say(Refused(id=request.id, reason=str(error)[:1000]))

    def _checked(self, identity: RunAs) -> RunAs:
        """The last word, whatever the store says: root for nobody, and only ourselves when we are not root."""
        if os.geteuid() != 0 and identity.uid != os.geteuid():
            raise ConfigError(f"sessions of uid {identity.uid} need a host started by root")
        if identity.uid in _NEVER:
            raise ConfigError(f"sessions never run as uid {identity.uid}")
        return identity

    def _fork(self, request: Spawn, identity: RunAs) -> None:
        listener, guard = self._bind(request.shell_id)
        reader, writer = os.pipe2(os.O_CLOEXEC)
        try:
            if identity.dynamic:
                _make_home(identity)
            pid = os.fork()
        except OSError:
            (self._sockets / request.shell_id).unlink(missing_ok=True)
            for descriptor in (reader, writer, guard, listener.detach()):
                os.close(descriptor)
            raise
        if pid == 0:
            self._become_worker(request, identity, listener, guard, writer)
        os.close(writer)
        os.close(guard)
        listener.close()
        self._children[pid] = request.shell_id
        self._starting[reader] = (request, pid, identity.uid)
        self._selector.register(reader, selectors.EVENT_READ, lambda: self._started(reader))

    def _bind(self, shell_id: str) -> tuple[socket.socket, int]:
        """Bind the shell's socket; return it and a descriptor of its file. FileExistsError: the id is in use."""
        path = self._sockets / shell_id
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            listener.bind(str(path))
        except OSError as error:
            listener.close()
            raise FileExistsError(f"shell {shell_id}: {error}") from None
        path.chmod(0o600)
        if os.geteuid() == 0:
            os.chown(path, self._front_uid, self._front_gid)
        return listener, os.open(path, getattr(os, "O_PATH", os.O_RDONLY) | os.O_CLOEXEC)

    def _started(self, reader: int) -> None:
        """The child said it listens, or closed its pipe without a word."""
        self._selector.unregister(reader)
        request, pid, uid = self._starting.pop(reader)
        ready = os.read(reader, 4096)
        os.close(reader)
        if ready == _READY:
            self._say(Spawned(id=request.id, pid=pid, uid=uid))
        else:
            (self._sockets / request.shell_id).unlink(missing_ok=True)
            reason = ready.decode(errors="replace") or "the worker did not start"
            self._say(Refused(id=request.id, reason=reason[:1000]))

    def _reap(self, reader: int) -> None:
        os.read(reader, 4096)
        while self._children:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            shell_id = self._children.pop(pid, None)
            if shell_id is not None:
                (self._sockets / shell_id).unlink(missing_ok=True)
            if shell_id is not None and pid not in {starting for _, starting, _ in self._starting.values()}:
                self._say(Exited(shell_id=shell_id, pid=pid, status=os.waitstatus_to_exitcode(status)))

    # --- in the child -----------------------------------------------------------------------------------------

    def _become_worker(
        self, request: Spawn, identity: RunAs, listener: socket.socket, guard: int, ready: int
    ) -> NoReturn:
        status = 1
        try:
            try:
                signal.set_wakeup_fd(-1)
                for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
                    signal.signal(number, signal.SIG_DFL)
                self._selector.close()
                close_all_but({0, 1, 2, listener.fileno(), guard, ready})
                os.setsid()
                apply_limits(request.limits)
                drop_privileges(identity)
                listener.listen(64)  # only now: SO_PEERCRED shows the front end whom the worker runs as
            except OSError as error:
                os.write(ready, f"{type(error).__name__}: {error}".encode()[:1000])
                os._exit(1)
            os.write(ready, _READY)
            os.close(ready)
            self._work(listener, request.shell_id, frozenset({0, self._front_uid}), guard)
            status = 0
        except BaseException:
            _log.error("worker_died", shell_id=request.shell_id, exc_info=True)
        finally:
            os._exit(status)


def _make_home(identity: RunAs) -> None:
    home = Path(identity.home)
    home.mkdir(mode=0o700, exist_ok=True)
    os.chown(home, identity.uid, identity.gid, follow_symlinks=False)


def apply_limits(limits: ResourceLimits) -> None:
    """Set the hard limits of this process; a limit that is already lower stays.

    Memory is what programs may write to, not address space, of which some runtimes reserve terabytes. There is no
    limit of processes: the kernel would count all processes and threads of the user, in every shell of the account.
    """
    for kind, value in (
        (resource.RLIMIT_CORE, limits.core_size),
        (resource.RLIMIT_DATA, limits.memory + _STACK_RESERVE if limits.memory else 0),
        (resource.RLIMIT_NOFILE, limits.open_files),
    ):
        hard = resource.getrlimit(kind)[1]
        if value or kind == resource.RLIMIT_CORE:
            wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (wanted, wanted))


def passed_on() -> dict[str, str]:
    """What of our environment the sessions get; the rest may hold secrets of whoever started the host."""
    return {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ", "PYTHONPATH") if name in os.environ}


def drop_privileges(identity: RunAs) -> None:
    """Become the identity for good: groups, gid, uid, home, environment, directory, umask.

    no_new_privs is not set: it would take sudo, which administrators use in their sessions, from everybody.
    """
    if os.geteuid() == 0:
        if identity.dynamic:
            os.setgroups([])
        else:
            os.initgroups(identity.user, identity.gid)
        os.setresgid(identity.gid, identity.gid, identity.gid)
        os.setresuid(identity.uid, identity.uid, identity.uid)
        if os.geteuid() == 0 or os.getegid() == 0 != identity.gid:
            raise PermissionError("privileges could not be dropped")
    keep = passed_on()
    os.environ.clear()
    os.environ.update(keep)
    os.environ.setdefault("PATH", "/usr/local/bin:/usr/bin:/bin")
    temporary = tempfile.gettempdir()  # clients made for Windows write to %TEMP% and $env:TEMP
    os.environ.update(HOME=identity.home, USER=identity.user, LOGNAME=identity.user, TEMP=temporary, TMP=temporary)
    os.umask(0o022)
    try:
        os.chdir(identity.home)
    except OSError:
        os.chdir("/")


def main(arguments: list[str] | None = None, *, clock: Callable[[], float] = time.monotonic) -> int:
    """Entry point of the spawner process: ``--control FD --state-dir DIR --front-uid N --front-gid N``.

    clock: monotonic seconds for the shells.
    """
    parser = argparse.ArgumentParser(prog="remora-spawner")
    parser.add_argument("--control", type=int, required=True)
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--front-uid", type=int, required=True)
    parser.add_argument("--front-gid", type=int, required=True)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(process)d %(name)s %(levelname)s %(message)s")
    from remora.host.accounts import AccountStore
    from remora.host.configurations import HostConfigurations
    from remora.modules.remoting.configurations_store import provide
    from remora.modules.wsman.machine_store import provide as provide_machine
    from remora.worker.entry import preload, work

    commands = preload()
    provide(lambda: HostConfigurations(options.state_dir))
    provide_machine(lambda: import_module("remora.host.local_config").local_management(options.state_dir))
    store = AccountStore(options.state_dir)
    with socket.socket(fileno=options.control) as control:
        spawner = Spawner(
            control,
            options.state_dir,
            front_uid=options.front_uid,
            front_gid=options.front_gid,
            run_as=store.run_as_of,
            work=functools.partial(work, commands=commands, clock=clock),
        )
        spawner.serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
