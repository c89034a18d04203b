"""The prompt in a session on another machine: lines go there, questions come back to this terminal."""

from __future__ import annotations

import signal
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from remora.cli.console_host import ConsoleHost
from remora.client.interactive import InteractiveSession, Show
from remora.client.portal import Portal
from remora.client.results import StreamItem
from remora.client.session_state import RunspaceState
from remora.engine.errors import PipelineStopped
from remora.engine.format import TextOutput
from remora.engine.format.concise import error_text
from remora.engine.remote_errors import OriginInfo
from remora.engine.wire import from_wire, remoting_error_from_wire
from remora.errors import RemoraError
from remora.values import ErrorRecord, WarningRecord

T = TypeVar("T")
INTERRUPTED = 130


class Detached(BaseException):
    """The session shall be left as it is, with what runs in it. code: the exit code of whoever leaves."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class RemotePrompt:
    """Lines of one person to one session. portal: the loop that the session lives in.

    failure: what broke the session, None while nothing did. code: of the last line, as ``pwsh -Command`` has it.
    interrupted: Ctrl-C ended the last line. leaves: whether Ctrl-\\ raises Detached while a line runs.
    """

    def __init__(self, entered: InteractiveSession, host: ConsoleHost, portal: Portal, *, leaves: bool = False) -> None:
        self.entered = entered
        self.failure: RemoraError | None = None
        self.code = 0
        self.interrupted = False
        self._host = host
        self._portal = portal
        self._leaves = leaves
        self._stopping = False
        session = entered.session
        self._origin = OriginInfo(session.computer_name, session.instance_id)
        self._text = TextOutput(host.get_buffer_size()[0], host.write_line)
        session.on_warning = self._warn

    @property
    def usable(self) -> bool:
        """Whether another line can be run."""
        return self.failure is None and self.entered.usable

    def prompt_text(self) -> str | None:
        """The session's prompt; None when the session is lost."""
        return self._wait(self.entered.prompt(), stops=False) if self.usable else None

    def run(self, text: str) -> int:
        """Run a line; its exit code. A session that breaks is told on the host."""
        return self._shown(self.entered.run(text, self._show))

    def catch_up(self, show: Show) -> int:
        """Show what a command left in the session still writes, until it ends."""
        return self._shown(self.entered.catch_up(show))

    def propose(self, text: str, cursor: int) -> tuple[int, list[tuple[str, str]]]:
        """What the session proposes at an offset, as the console does; nothing when it cannot be asked."""
        try:
            found = self._portal.run(self.entered.complete(text, cursor))
        except RemoraError:
            return cursor, []
        return found.start, [(match.text, match.shown) for match in found.matches]

    def end(self) -> None:
        """Leave the session; one that was made for the prompt ends."""
        session = self.entered.session
        session.on_warning = None
        if self.entered.own and self.failure is None:
            self._wait(session.close(), stops=False)

    def how_to_return(self) -> str:
        """Where a session that was lost waits; nothing when it is gone."""
        session = self.entered.session
        if session.state is not RunspaceState.DISCONNECTED:
            return ""
        way = f"Connect-PSSession -ComputerName {session.computer_name} -InstanceId {session.instance_id}"
        return f"The session {session.name} may still be there: {way}"

    def _shown(self, work: Coroutine[Any, Any, bool]) -> int:
        completed = self._wait(work)
        self._text.finish()
        self.interrupted = self._stopping
        if self.interrupted:
            self._host.write_line()
        said = self.entered.host.exit_code
        self.code = said if said is not None else (INTERRUPTED if self.interrupted else int(not completed))
        return self.code

    def _wait(self, work: Coroutine[Any, Any, T], *, stops: bool = True) -> T | None:
        """Wait for it and for Ctrl-C; what breaks the session is told, and kept as ``failure``. stops: it is a line,
        which ``interrupt`` ends.
        """
        self._stopping = not stops
        with self._interrupts():
            call = self._portal.start(work)
            try:
                while not call.wait(0.5):
                    pass
                return call.result()
            except RemoraError as failure:
                self.failure = failure
                self._text.finish()
                self._host.write_error_line(f"{self.entered.session.computer_name}: {failure}")
                return None
            except KeyboardInterrupt:
                call.cancel()
                return None
            except Detached:
                with suppress(RemoraError):  # whoever leaves tries it again, and tells
                    self._portal.run(self.entered.session.disconnect())
                    call.wait()
                raise

    @contextmanager
    def _interrupts(self) -> Iterator[None]:
        """Ctrl-C goes to what runs in the session; a second one does not wait for it."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        check, self._host.check_stop = self._host.check_stop, self._check_stop
        before = [(number, signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGQUIT)]
        signal.signal(signal.SIGINT, lambda number, frame: self._interrupt())
        if self._leaves:
            signal.signal(signal.SIGQUIT, lambda number, frame: self._detach())
        try:
            yield
        finally:
            for number, handler in before:
                signal.signal(number, handler)
            self._host.check_stop = check

    def _interrupt(self) -> None:
        if self._stopping:
            raise KeyboardInterrupt
        self._stopping = True
        self._portal.loop.call_soon_threadsafe(self.entered.interrupt)

    def _detach(self) -> None:
        self._stopping = True
        raise Detached(0)

    def _check_stop(self) -> None:
        if self._stopping:
            raise PipelineStopped

    def _show(self, item: StreamItem) -> None:
        """Show what does not come by the host: the error that ended a line, what an earlier client's command writes."""
        if item.stream == "output":
            self._text.feed(from_wire(item.value))
        elif item.stream == "error" and isinstance(item.value, ErrorRecord):
            self._text.flush()
            self._host.write_error_line(error_text(remoting_error_from_wire(item.value, self._origin)))

    def _warn(self, record: WarningRecord) -> None:
        self._host.write_warning_line(record.message or "")
