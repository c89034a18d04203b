"""A helper process of a worker that forks children with the engine preloaded: ``powershell`` lines, background jobs.

A worker has threads, so it cannot fork safely itself; this helper is forked from it before the first thread starts
and stays single-threaded. A child gets descriptors for its three streams, leads a session of its own, and its exit
code comes back. Nothing is executed anew: children start in milliseconds, and also where the session's user may not
read this interpreter.
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
from typing import IO, Final, NoReturn

import msgspec

from remora._log import bound
from remora.errors import EngineError
from remora.worker.descriptors import close_all_but

_SIZE: Final = struct.Struct(">I")
_NUMBER: Final = struct.Struct(">q")
_MAX_REQUEST: Final = 32 * 1024 * 1024
_GRACE: Final = 2.0
_LOOK: Final = 25  # milliseconds between looks at ``stop``
_log = bound(__name__)

Program = Callable[[Sequence[str], int], int]
"""What a child runs: argv and the code page of its streams in, exit code out."""


class ChildRequest(msgspec.Struct, frozen=True, array_like=True):
    """What a child is to run."""

    argv: tuple[str, ...]
    environment: dict[str, str]
    directory: str
    code_page: int


class ZygoteChild:
    """A child of the helper. stdin, stdout: our ends of its pipes, where we asked for pipes."""

    def __init__(self, status: int, stdin: IO[bytes] | None = None, stdout: IO[bytes] | None = None) -> None:
        first = os.read(status, _NUMBER.size)
        if len(first) < _NUMBER.size:
            os.close(status)
            raise EngineError("the process could not be started")
        self.pid: int = _NUMBER.unpack(first)[0]
        self.stdin = stdin
        self.stdout = stdout
        self._status = status
        self._code: int | None = None
        self._lock = threading.Lock()

    def wait(self) -> int:
        """Wait for its end; return the exit code, 128 + n for signal n."""
        with self._lock:
            if self._code is None:
                last = os.read(self._status, _NUMBER.size)
                os.close(self._status)
                self._code = int(_NUMBER.unpack(last)[0]) if len(last) == _NUMBER.size else 1
            return self._code

    def wait_or_stop(self, stop: threading.Event) -> int:
        """Wait for its end; when ``stop`` is set, interrupt it, and kill it two seconds later."""
        poll = select.poll()
        poll.register(self._status, select.POLLIN)
        waited: float | None = None
        while not poll.poll(_LOOK):
            if not stop.is_set():
                continue
            with suppress(ProcessLookupError, PermissionError):
                if waited is None:
                    os.killpg(self.pid, signal.SIGINT)
                elif waited >= _GRACE:
                    os.killpg(self.pid, signal.SIGKILL)
            waited = 0.0 if waited is None else waited + _LOOK / 1000
        return self.wait()


class Zygote:
    """The worker's handle on its helper. Threads: all methods may be called by many at once."""

    def __init__(self, control: socket.socket, pid: int) -> None:
        self._control = control
        self._pid = pid
        self._lock = threading.Lock()

    @classmethod
    def start(cls, program: Program) -> Zygote:
        """Fork the helper. Call while the process has one thread."""
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
        request = ChildRequest(tuple(argv), dict(environment), directory, code_page)
        return ZygoteChild(self._ask(request, (stdin, stdout, stderr))).wait_or_stop(stop)

    def launch(self, argv: Sequence[str], directory: str) -> ZygoteChild:
        """Start a child with our environment, its standard input and output piped to us. Raises EngineError."""
        stdin, our_stdin = os.pipe()
        our_stdout, stdout = os.pipe()
        try:
            request = ChildRequest(tuple(argv), dict(os.environ), directory, 65001)
            status = self._ask(request, (stdin, stdout, 2))
        except EngineError:
            os.close(our_stdin)
            os.close(our_stdout)
            raise
        finally:
            os.close(stdin)
            os.close(stdout)
        return ZygoteChild(status, os.fdopen(our_stdin, "wb"), os.fdopen(our_stdout, "rb"))

    def _ask(self, request: ChildRequest, streams: tuple[int, int, int]) -> int:
        """Send a request; return the descriptor on which the child's pid and exit code will come."""
        body = msgspec.msgpack.encode(request)
        status_read, status_write = os.pipe()
        try:
            with self._lock:
                socket.send_fds(self._control, [_SIZE.pack(len(body))], [*streams, status_write])
                self._control.sendall(body)
        except OSError as error:
            os.close(status_read)
            raise EngineError(f"the process could not be started: {error}") from None
        finally:
            os.close(status_write)
        return status_read

    def close(self) -> None:
        """Let the helper end; its children are killed."""
        self._control.close()
        with suppress(ChildProcessError):
            os.waitpid(self._pid, 0)


# --- in the helper --------------------------------------------------------------------------------------------


def _serve(control: socket.socket, program: Program) -> NoReturn:
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
            os.write(report, _NUMBER.pack(code if code >= 0 else 128 - code))
        os.close(report)


def _start_child(control: socket.socket, program: Program, children: dict[int, int]) -> bool:
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
        os.write(report, _NUMBER.pack(pid))
    return True


def _become_child(request: ChildRequest, descriptors: Sequence[int], program: Program) -> NoReturn:
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
