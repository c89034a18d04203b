"""The process of one background job: reads its order from standard input, writes its streams as frames."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, NoReturn

from remora.engine.errors import ErrorRecord, error
from remora.engine.runspace import InitialSessionState, Runspace
from remora.engine.threads import start_engine_thread
from remora.errors import RemoraError
from remora.modules import builtin_commands
from remora.modules.job_frames import FINISHED, KINDS, START, STOP, frame, pack, read_frames
from remora.modules.job_host import ProcessJobHost
from remora.modules.process_tree import kill_tree
from remora.values import Hashtable


@dataclass(frozen=True, slots=True)
class ScriptCommand:
    """The job's script as a command with its arguments."""

    name: str
    parameters: tuple[tuple[str | None, Any], ...]
    is_script: bool = True
    use_local_scope: bool | None = False


class FrameSink:
    """A StreamSink that writes each value as a frame at once."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self.failed_output = False

    def write(self, kind: bytes, value: Any, depth: int = 1) -> None:
        """One frame; a value that cannot be sent becomes an error record."""
        try:
            data = frame(kind, pack(value, depth))
        except RemoraError as problem:
            self.failed_output = True
            data = frame(KINDS["error"], pack(error(str(problem), "SerializationError", "InvalidResult").record))
        with self._lock:
            self._stream.write(data)
            self._stream.flush()

    def output(self, value: Any) -> None:
        self.write(KINDS["output"], value)

    def error(self, record: Any) -> None:
        self.write(KINDS["error"], record)

    def warning(self, record: Any) -> None:
        self.write(KINDS["warning"], record)

    def verbose(self, record: Any) -> None:
        self.write(KINDS["verbose"], record)

    def debug(self, record: Any) -> None:
        self.write(KINDS["debug"], record)

    def information(self, record: Any) -> None:
        self.write(KINDS["information"], record)

    def progress(self, record: Any) -> None:
        self.write(KINDS["progress"], record)


def main() -> NoReturn:
    """Run the job and leave; our process group goes with us, so that nothing the job started stays behind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    frames = os.fdopen(os.dup(1), "wb")
    orders = os.fdopen(os.dup(0), "rb")
    with open(os.devnull, "r+b") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(nothing.fileno(), 1)
    incoming = read_frames(orders)
    kind, body = next(incoming, (b"", b""))
    if kind == START:
        sink = FrameSink(frames)
        job = _Job(body, sink)
        threading.Thread(target=_listen, args=(incoming, job), daemon=True).start()
        start_engine_thread(job.run, "job").join()
    _leave()


def _listen(incoming: Any, job: _Job) -> None:
    """Stop when told so; end everything when whoever started us is gone."""
    with suppress(RemoraError, OSError):
        for kind, _ in incoming:
            if kind == STOP:
                job.stop()
    _leave()


def _leave() -> NoReturn:
    with suppress(OSError):
        sys.stderr.flush()
    kill_tree(os.getpid(), itself=os.getpgrp() == os.getpid())
    os._exit(0)


class _Job:
    """The order, and the runspace that carries it out."""

    def __init__(self, body: bytes, sink: FrameSink) -> None:
        from remora.modules.job_frames import unpack

        order = unpack(body)
        assert isinstance(order, Mapping)
        self._order = order
        self._sink = sink
        state = InitialSessionState(commands=builtin_commands(), language_mode=str(order["Language"]))
        self._runspace = Runspace(state=state, job_host=ProcessJobHost())

    def stop(self) -> None:
        self._runspace.stop()

    def run(self) -> None:
        state, failure = "Failed", None
        try:
            state, failure = self._run()
        except BaseException as problem:
            failure = error(f"{type(problem).__name__}: {problem}", "JobBroken", "InvalidOperation").record
            raise
        finally:
            self._sink.write(FINISHED, Hashtable({"State": state, "Failure": failure}), depth=3)

    def _run(self) -> tuple[str, ErrorRecord | None]:
        order = self._order
        scope = self._runspace.context.global_scope
        for name, value in (order.get("Using") or {}).items():
            scope.put(f"using:{name}", value)
        command = ScriptCommand(str(order["Script"]), tuple((None, value) for value in order.get("Arguments") or ()))
        result = self._runspace.invoke([[command]], input=list(order.get("Input") or ()), sink=self._sink)
        return result.state, result.error if result.state == "Failed" else None


if __name__ == "__main__":
    main()
