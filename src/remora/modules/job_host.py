"""JobHost: background jobs as processes of their own, ended with whoever started them."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO, Any, Protocol

from remora.engine.errors import error
from remora.engine.language.mode import FULL_LANGUAGE
from remora.errors import RemoraError
from remora.modules.job_frames import FINISHED, START, STOP, STREAMS, frame, pack, read_frames, unpack
from remora.modules.process_tree import kill_tree
from remora.values import Hashtable

MAX_BUFFERED = 1024 * 1024 * 1024
_GRACE = 3.0


class JobChild(Protocol):
    """The process of a job, as subprocess.Popen shows it. It leads a session of its own."""

    @property
    def pid(self) -> int: ...
    @property
    def stdin(self) -> IO[bytes] | None: ...
    @property
    def stdout(self) -> IO[bytes] | None: ...
    def wait(self) -> int: ...


Launch = Callable[[str], JobChild]
"""Starts a process that runs ``job_child.main`` in a directory, its standard input and output piped to us."""


def launch_interpreter(location: str) -> JobChild:
    """A fresh interpreter."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "remora.modules.job_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=location,
        start_new_session=True,
    )


class JobProcess:
    """JobHandle of one child process. Its frames are read as they come and decoded when they are received.

    The child leads a session of its own and ends itself, with all it started, when our end of its input closes.
    """

    def __init__(self, start: bytes, location: str, launch: Launch) -> None:
        self._changed = threading.Condition()
        self._frames: list[tuple[bytes, bytes]] = []
        self._size = 0
        self._state = "NotStarted"
        self._failure: Any = None
        self._stopping = False
        self._child = launch(location)
        self._state = "Running"
        self._reader = threading.Thread(target=self._read, name="job output", daemon=True)
        self._reader.start()
        threading.Thread(target=self._send, args=(start,), name="job start", daemon=True).start()

    # -- the child's side ------------------------------------------------------------------------------------------

    def _send(self, data: bytes) -> None:
        assert self._child.stdin is not None
        with suppress(OSError, ValueError):
            self._child.stdin.write(data)
            self._child.stdin.flush()

    def _read(self) -> None:
        assert self._child.stdout is not None
        state, failure = "Failed", None
        try:
            for kind, body in read_frames(self._child.stdout):
                if kind == FINISHED:
                    state, failure = _outcome(body)
                elif kind in STREAMS:
                    self._keep(kind, body)
                if self._size > MAX_BUFFERED:
                    raise RemoraError("The job wrote more output than can be kept until it is received.")
        except (RemoraError, OSError) as problem:
            state, failure = "Failed", error(str(problem), "JobBroken", "InvalidOperation").record
        self._child.stdout.close()
        self._end_processes()
        code = self._child.wait()
        if state == "Failed" and failure is None:
            failure = error(f"The job's process ended unexpectedly ({code}).", "JobBroken", "InvalidOperation").record
        with self._changed:
            self._state = "Stopped" if self._stopping else state
            self._failure = None if self._stopping else failure
            self._changed.notify_all()

    def _keep(self, kind: bytes, body: bytes) -> None:
        with self._changed:
            self._frames.append((kind, body))
            self._size += len(body)
            self._changed.notify_all()

    def _end_processes(self) -> None:
        """The child and everything it left behind."""
        kill_tree(self._child.pid)
        assert self._child.stdin is not None
        with suppress(OSError):
            self._child.stdin.close()

    # -- JobHandle -------------------------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        with self._changed:
            return self._state

    @property
    def failure(self) -> Any:
        """The error record that ended the job, once it is Failed."""
        with self._changed:
            return self._failure

    def receive(self, keep: bool = False) -> list[tuple[str, Any]]:
        """What has come and was not taken yet; keep: leave it for the next call."""
        with self._changed:
            frames = self._frames[:]
            if not keep:
                self._frames.clear()
                self._size = 0
        return [(STREAMS[kind], unpack(body)) for kind, body in frames]

    def has_more(self) -> bool:
        """Is there, or may there still be, something to receive?"""
        with self._changed:
            return bool(self._frames) or self._state in ("NotStarted", "Running")

    def wait(self, timeout: float | None = None) -> bool:
        """Until the job has ended; False when the time was up first."""
        with self._changed:
            return self._changed.wait_for(lambda: self._state not in ("NotStarted", "Running"), timeout)

    def wait_output(self, timeout: float) -> bool:
        """Until there is something to receive or the job has ended."""
        with self._changed:
            return self._changed.wait_for(
                lambda: bool(self._frames) or self._state not in ("NotStarted", "Running"), timeout
            )

    def stop(self) -> None:
        """Stop the pipeline in the child; after a grace time end the process."""
        with self._changed:
            if self._state not in ("NotStarted", "Running"):
                return
            self._stopping = True
        threading.Thread(target=self._send, args=(frame(STOP),), name="job stop", daemon=True).start()
        if not self.wait(_GRACE):
            self._end_processes()
            self.wait(_GRACE)

    def remove(self) -> None:
        """End it and forget its output."""
        with self._changed:
            running = self._state in ("NotStarted", "Running")
            self._stopping = self._stopping or running
        if running:
            self._end_processes()
            self.wait(_GRACE)
        with self._changed:
            self._frames.clear()
            self._size = 0


def _outcome(body: bytes) -> tuple[str, Any]:
    value = unpack(body)
    if not isinstance(value, Mapping):
        return "Failed", None
    state = value.get("State")
    return (state if state in ("Completed", "Failed", "Stopped") else "Failed"), value.get("Failure")


class ProcessJobHost:
    """Starts each job in a process of its own: same user, same environment, the session's directory.

    launch: how the process comes to be; a host that has everything imported already can fork it.
    """

    def __init__(self, launch: Launch = launch_interpreter) -> None:
        self._launch = launch

    def start(
        self,
        script: str,
        arguments: Sequence[Any],
        name: str,
        *,
        input: Sequence[Any] = (),
        location: str = "",
        using: Mapping[str, Any] | None = None,
        language: str = FULL_LANGUAGE,
    ) -> JobProcess:
        """Run script text in a new process. using: values of its ``$using:`` variables; language: the mode it runs in.
        Raises PSError, OSError.
        """
        order = Hashtable(
            {
                "Script": script,
                "Arguments": list(arguments),
                "Name": name,
                "Input": list(input),
                "Using": Hashtable(dict(using or {})),
                "Language": language,
            }
        )
        return JobProcess(frame(START, pack(order, depth=3)), location or "/", self._launch)
