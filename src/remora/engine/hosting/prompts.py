"""Prompts inside a running pipeline: ``$Host.EnterNestedPrompt()``, Suspend, and the debugger's ``[DBG]:``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from remora.engine.convert.text import to_text
from remora.engine.errors import PSError
from remora.engine.hosting.debug_commands import DebugCommands
from remora.engine.hosting.debugger import DebuggerStop, Resume
from remora.engine.streams import CollectingSink, StreamSink

if TYPE_CHECKING:
    from remora.engine.errors import ErrorRecord
    from remora.engine.runspace import Runspace
    from remora.engine.scopes import Scope

_YELLOW: Final = 14
_CALLS: Final = "k"


class PromptHost(Protocol):
    """What a prompt wants of a host. leave_nested: ExitNestedPrompt was called."""

    leave_nested: bool

    def write(self, text: str, foreground: int | None = None, background: int | None = None) -> None: ...
    def write_line(self, text: str = "", foreground: int | None = None, background: int | None = None) -> None: ...


class ShownSink(StreamSink, Protocol):
    """A sink that shows what it takes; finish: what it held back too."""

    def error(self, record: ErrorRecord) -> None: ...
    def finish(self) -> None: ...


class PromptFront(Protocol):
    """Where lines are read and their output is shown.

    read_command raises EOFError or PSError where no more lines can be had; said_exit: ``exit`` ended the prompt, and is
    no wish to end the session.
    """

    @property
    def host(self) -> PromptHost: ...
    @property
    def runspace(self) -> Runspace: ...
    def prompt_text(self) -> str: ...
    def read_command(self, prompt: str) -> str: ...
    def shown_sink(self) -> ShownSink: ...
    def said_exit(self) -> None: ...


def prompt_text(runspace: Runspace) -> str:
    """What the session's ``prompt`` function says."""
    sink, context = CollectingSink(), runspace.context
    success = context.success
    try:
        runspace.invoke("prompt", sink=sink)
        text = "".join(to_text(value) for value in sink.outputs)
    except PSError:
        text = ""
    context.success = success
    return text or "PS>"


class NestedPrompts:
    """The nested prompts of one session; they run on the thread of the pipeline that they interrupt."""

    def __init__(self, front: PromptFront) -> None:
        self._front = front
        self._commands = DebugCommands()
        self._told = False

    def enter(self) -> None:
        """Read and run lines until ``exit`` or ExitNestedPrompt."""
        self._loop(self._front.runspace.context.active_frame().scope, None)

    def stop(self, stop: DebuggerStop) -> Resume:
        """A script stops: show where, read and run lines; how it goes on. It does where no line can be read."""
        if not self._told:
            self._told = True
            self._say("Entering debug mode. Use h or ? for help.\n")
        for one in stop.breakpoints:
            self._say(f"Hit {one.net_text()}")
        if stop.breakpoints:
            self._say("")
        self._say(stop.invocation.position_message())
        return self._loop(stop.frame.scope, stop)

    def _say(self, text: str) -> None:
        self._front.host.write_line(text, _YELLOW)

    def _loop(self, scope: Scope, stop: DebuggerStop | None) -> Resume:
        front, host = self._front, self._front.host
        context = front.runspace.context
        top = context.global_scope
        level = top.get("nestedpromptlevel", 0)
        top.set("NestedPromptLevel", level + 1)
        try:
            with context.apart():
                while not host.leave_nested:
                    text = self._line(stop)
                    if text is None:
                        break
                    answer = self._commands.answer(text, stop) if stop is not None else None
                    if isinstance(answer, Resume):
                        return answer
                    if answer is not None:
                        host.write(answer)
                    elif self._run(text, scope):
                        break
            return Resume.CONTINUE
        finally:
            host.leave_nested = False
            top.set("NestedPromptLevel", level)

    def _line(self, stop: DebuggerStop | None) -> str | None:
        """What is typed; None where nothing more can be."""
        prompt = self._front.prompt_text()
        try:
            return self._front.read_command(prompt if stop is None else f"[DBG]: {prompt}")
        except (EOFError, PSError):
            self._front.host.write_line()
            return None

    def _run(self, text: str, scope: Scope) -> bool:
        """Run a command where the script stands; tells whether it said ``exit``."""
        front = self._front
        if text.strip().lower() == _CALLS:
            text = "Get-PSCallStack"
        sink: Any = front.shown_sink()
        result = front.runspace.invoke(text, sink=sink, add_to_history=True, scope=scope)
        sink.finish()
        if result.state == "Failed" and result.error is not None:
            sink.error(result.error)
        if result.state == "Stopped":
            front.runspace.context.fresh()
        if result.exit_code is None:
            return False
        front.said_exit()
        return True
