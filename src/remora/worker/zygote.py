"""A helper process of a command shell that forks children with the engine preloaded, for ``powershell`` command lines.

A worker has threads, so it cannot fork safely itself; this helper is forked from it before the first thread starts and
stays single-threaded. A child gets descriptors for its three streams, leads a session of its own, and its exit code
comes back.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import struct
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final, NoReturn

import msgspec

from remora._log import bound
from remora.errors import EngineError
from remora.worker.descriptors import close_all_but

_SIZE: Final = struct.Struct(">I")
_MAX_REQUEST: Final = 32 * 1024 * 1024
_GRACE: Final = 2.0
_LOOK: Final = 25  # milliseconds between looks at ``stop``
_log = bound(__name__)


class ChildRequest(msgspec.Struct, frozen=True, array_like=True):
    """What a child is to run."""

    argv: tuple[str, ...]
    environment: dict[str, str]
    directory: str
    code_page: int


class Zygote:
    """The worker's handle on its helper. Threads: `run` may be called by many at once."""

    def __init__(self, control: socket.socket, pid: int) -> None:
        self._control = control
        self._pid = pid
        self._lock = threading.Lock()

    @classmethod
    def start(cls, program: Callable[[Sequence[str], int], int]) -> Zygote:
        """Fork the helper. Call while the process has one thread.

        program: runs argv with a code page in a child and returns its exit code.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        pid = os.fork()
        if pid == 0:
            close_all_but({0, 1, 2, theirs.fileno()})
            _serve(theirs, program)
        theirs.close()
        return cls(ours, pid)

    def run(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        directory: str,
        stdin: int,
        stdout: int,
        stderr: int,
        stop: threading.Event,
        code_page: int,
    ) -> int:
        """Run one child to its end and return its exit code; ``stop`` interrupts it, then kills it.

        Raises EngineError when it cannot be started.
        """
        request = msgspec.msgpack.encode(ChildRequest(tuple(argv), dict(environment), directory, code_page))
        status_read, status_write = os.pipe()
        try:
            with self._lock:
                socket.send_fds(self._control, [_SIZE.pack(len(request))], [stdin, stdout, stderr, status_write])
                self._control.sendall(request)
        except OSError as error:
            os.close(status_read)
            raise EngineError(f"PowerShell could not be started: {error}") from None
        finally:
            os.close(status_write)
        with os.fdopen(status_read, "rb", buffering=0) as status:
            return _wait(status.fileno(), stop)

    def close(self) -> None:
        """Let the helper end; its children are killed."""
        self._control.close()
        with suppress(ChildProcessError):
            os.waitpid(self._pid, 0)


def _wait(status: int, stop: threading.Event) -> int:
    """Read the child's pid, then its exit code; stop it when asked."""
    first = os.read(status, 8)
    if len(first) < 8:
        raise EngineError("PowerShell could not be started")
    pid = struct.unpack(">q", first)[0]
    waited: float | None = None
    poll = select.poll()
    poll.register(status, select.POLLIN)
    while not poll.poll(_LOOK):
        if not stop.is_set():
            continue
        with suppress(ProcessLookupError, PermissionError):
            if waited is None:
                os.killpg(pid, signal.SIGINT)
            elif waited >= _GRACE:
                os.killpg(pid, signal.SIGKILL)
        waited = 0.0 if waited is None else waited + _LOOK / 1000
    last = os.read(status, 8)
    return int(struct.unpack(">q", last)[0]) if len(last) == 8 else 1


# --- in the helper --------------------------------------------------------------------------------------------


def _serve(control: socket.socket, program: Callable[[Sequence[str], int], int]) -> NoReturn:
    children: dict[int, int] = {}
    try:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # its end is the end of the control socket
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        poll = select.poll()
        poll.register(control.fileno(), select.POLLIN)
        poll.register(reader, select.POLLIN)
        while True:
            ready = {descriptor for descriptor, _ in poll.poll()}
            if reader in ready:
                os.read(reader, 4096)
                _reap(children)
            if control.fileno() in ready and not _start_child(control, program, children):
                break
        for pid in children:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
    finally:
        os._exit(0)


def _reap(children: dict[int, int]) -> None:
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        report = children.pop(pid, None)
        if report is None:
            continue
        code = os.waitstatus_to_exitcode(status)
        with suppress(OSError):
            os.write(report, struct.pack(">q", code if code >= 0 else 128 - code))
        os.close(report)


def _start_child(
    control: socket.socket, program: Callable[[Sequence[str], int], int], children: dict[int, int]
) -> bool:
    head, descriptors, _, _ = socket.recv_fds(control, _SIZE.size, 4)
    if len(head) < _SIZE.size or len(descriptors) != 4:
        return False
    size = _SIZE.unpack(head)[0]
    if size > _MAX_REQUEST:
        return False
    body = bytearray()
    while len(body) < size:
        part = control.recv(size - len(body))
        if not part:
            return False
        body += part
    request = msgspec.msgpack.decode(bytes(body), type=ChildRequest)
    report = descriptors[3]
    pid = os.fork()
    if pid == 0:
        _become_child(request, descriptors, program)
    for descriptor in descriptors[:3]:
        os.close(descriptor)
    children[pid] = report
    with suppress(OSError):
        os.write(report, struct.pack(">q", pid))
    return True


def _become_child(
    request: ChildRequest, descriptors: Sequence[int], program: Callable[[Sequence[str], int], int]
) -> NoReturn:
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.setsid()
        for target, descriptor in enumerate(descriptors[:3]):
            os.dup2(descriptor, target)
        close_all_but({0, 1, 2})
        os.environ.clear()
        os.environ.update(request.environment)
        os.chdir(request.directory)
        code = program(request.argv, request.code_page)
    except KeyboardInterrupt:
        code = 130
    except BaseException:
        _log.error("child_failed", exc_info=True)
    finally:
        os._exit(code & 0xFF)
